/**
 * The only place where amounts, quantities and days become text. Amounts travel as decimal strings
 * ("1234.50"); nothing here turns them into floating point numbers.
 */

export type Lang = "zh-Hans" | "zh-Hant" | "en";
export const LANGUAGES: readonly Lang[] = ["zh-Hans", "zh-Hant", "en"];

/** What a text may be given: numbers choose the plural form, all else is shown as it is. */
export type TextParams = Record<string, string | number>;

/** Fills `{name}` places; a place without a value stays visible, so that a missing one is noticed. */
export function fill(text: string, params?: TextParams): string {
  if (!params) return text;
  return text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = params[name];
    if (value === undefined) return place;
    return typeof value === "number" ? groupDigits(String(value)) : value;
  });
}

/**
 * Looks up `key`, or its `.one` / `.other` form by `params.n`. Chinese has no plural:
 * it uses `.other`, and may do without `.one`.
 */
export function lookUp(
  texts: Readonly<Record<string, string>>,
  lang: Lang,
  key: string,
  params?: TextParams,
): string | undefined {
  const plain = texts[key];
  if (plain !== undefined) return fill(plain, params);
  const count = params?.n;
  const one = texts[`${key}.one`];
  const other = texts[`${key}.other`];
  const chosen = lang === "en" && Number(count) === 1 ? (one ?? other) : (other ?? one);
  return chosen === undefined ? undefined : fill(chosen, params);
}

function groupDigits(digits: string): string {
  const [whole = "", fraction] = digits.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** Is this decimal text zero ("0", "0.00", "-0.0")? */
export function isZero(amount: string): boolean {
  return /^[+-]?0+(\.0+)?$/.test(amount);
}

/** Is this decimal text below zero? */
export function isNegative(amount: string): boolean {
  return amount.startsWith("-") && !isZero(amount);
}

/** "-1234.5" -> "-1,234.5"; zero is a dash unless `zero` says otherwise. Unreadable text is returned as it came. */
export function moneyText(amount: string, options?: { zero?: "dash" | "digits" }): string {
  const parts = DECIMAL.exec(amount);
  if (!parts) return amount;
  if (isZero(amount) && options?.zero !== "digits") return "–";
  const fraction = parts[3] === undefined ? "" : `.${parts[3]}`;
  const sign = parts[1] === "-" && !isZero(amount) ? "-" : "";
  return sign + groupDigits(parts[2] ?? "0") + fraction;
}

/** A unit price: its own digits, at least those of the currency ("3.2" -> "3.20", "0.085" stays). */
export function priceText(price: string, digits = 2): string {
  const parts = DECIMAL.exec(price);
  if (!parts) return price;
  const fraction = (parts[3] ?? "").replace(/0+$/, "").padEnd(digits, "0");
  return (parts[1] === "-" ? "-" : "") + groupDigits(parts[2] ?? "0") + (fraction ? `.${fraction}` : "");
}

/** A quantity: grouped, without the zeros at its end ("12.000000" -> "12"). */
export function quantityText(quantity: string): string {
  const parts = DECIMAL.exec(quantity);
  if (!parts) return quantity;
  const fraction = (parts[3] ?? "").replace(/0+$/, "");
  const sign = parts[1] === "-" && !isZero(quantity) ? "-" : "";
  return sign + groupDigits(parts[2] ?? "0") + (fraction ? `.${fraction}` : "");
}

/**
 * What a person typed or pasted -> a decimal string, or null when it is not a number.
 * Takes full-width digits, thousands separators, spaces and brackets for negative amounts.
 */
export function readDecimal(typed: string): string | null {
  let text = typed
    .normalize("NFKC")
    .replace(/[\s'’]/g, "")
    .replace(/[−–—]/g, "-")
    .replace(/^[¥￥$£€]/, "");
  const bracketed = /^\((.+)\)$/.exec(text);
  if (bracketed) text = `-${bracketed[1] ?? ""}`;
  // "12,5" may mean two things; a comma counts only where thousands stand.
  if (text.includes(",")) {
    if (!/^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(text)) return null;
    text = text.replaceAll(",", "");
  }
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (!parts || ((parts[2] ?? "") === "" && (parts[3] ?? "") === "")) return null;
  const whole = (parts[2] || "0").replace(/^0+(?=\d)/, "");
  const fraction = parts[3] ? `.${parts[3]}` : "";
  const sign = parts[1] === "-" && !isZero(whole + fraction) ? "-" : "";
  return sign + whole + fraction;
}

/** Compares two decimal strings exactly: -1, 0 or 1. */
export function compareDecimals(a: string, b: string): number {
  const [x, y] = [readDecimal(a) ?? "0", readDecimal(b) ?? "0"];
  const [negX, negY] = [x.startsWith("-"), y.startsWith("-")];
  if (negX !== negY) return negX ? -1 : 1;
  const [wx = "0", fx = ""] = x.replace("-", "").split(".");
  const [wy = "0", fy = ""] = y.replace("-", "").split(".");
  const places = Math.max(fx.length, fy.length);
  const [dx, dy] = [BigInt(wx + fx.padEnd(places, "0")), BigInt(wy + fy.padEnd(places, "0"))];
  const order = dx === dy ? 0 : dx < dy ? -1 : 1;
  return negX ? -order : order;
}

/** "2026-11-05" as the language writes it. */
export function dayText(day: string, lang: Lang): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!parts) return day;
  if (lang !== "en") return day;
  const date = new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])));
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  }).format(date);
}

/** An instant (RFC 3339) in the company's time zone, to the minute. */
export function instantText(instant: string, lang: Lang, timeZone?: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const parts = new Intl.DateTimeFormat("en-CA", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone,
  }).formatToParts(date);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  const day = dayText(`${of("year")}-${of("month")}-${of("day")}`, lang);
  return `${day} ${of("hour")}:${of("minute")}`;
}

/** A typed day -> ISO: "20261105", "2026/11/5", "2026年11月5日", "11-5" (in `today`'s year), "5" (in its month). */
export function readDay(typed: string, today: string): string | null {
  const text = typed.normalize("NFKC").trim();
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  const numbers = compact ? compact.slice(1) : text.split(/[^\d]+/).filter(Boolean);
  const [year = "", month = ""] = today.split("-");
  if (numbers.length === 0 || numbers.length > 3) return null;
  const [y, m, d] =
    numbers.length === 3 ? numbers : numbers.length === 2 ? [year, ...numbers] : [year, month, ...numbers];
  if ((y ?? "").length !== 4) return null;
  const iso = `${y}-${(m ?? "").padStart(2, "0")}-${(d ?? "").padStart(2, "0")}`;
  const date = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso) ? iso : null;
}

/** Whole percent, for the width of a bar; exact in the integers that the digits stand for. */
export function percentOf(part: string, whole: string): number {
  const places = Math.max(placesOf(part), placesOf(whole));
  const [p, w] = [scaled(part, places), scaled(whole, places)];
  if (w <= 0n || p <= 0n) return 0;
  return Number((p * 100n) / w);
}

function placesOf(amount: string): number {
  return amount.split(".")[1]?.length ?? 0;
}

function scaled(amount: string, places: number): bigint {
  const [whole = "0", fraction = ""] = amount.split(".");
  return BigInt(whole + fraction.padEnd(places, "0"));
}
