/** Choices that the browser knows by itself: currencies and time zones. */

interface Choice {
  value: string;
  label: string;
}

const CURRENCIES = ["CNY", "TWD", "HKD", "MOP", "USD", "EUR", "GBP", "JPY", "SGD", "MYR", "THB", "VND", "KRW", "AUD", "CAD"];

/** Currency codes with their name in the language. */
export function currencyOptions(lang: string): Choice[] {
  const names = new Intl.DisplayNames([lang], { type: "currency" });
  return CURRENCIES.map((code) => ({ value: code, label: `${code} ${names.of(code) ?? ""}` }));
}

const FIRST = ["Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong", "Asia/Singapore", "Europe/London"];

/** IANA time zones, the likely ones first. */
export function timeZoneOptions(): Choice[] {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const all = Intl.supportedValuesOf("timeZone");
  return [...new Set([own, ...FIRST, "UTC", ...all])].map((zone) => ({ value: zone, label: zone }));
}
