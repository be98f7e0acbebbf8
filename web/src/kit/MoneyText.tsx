import { isNegative, isZero, moneyText, priceText, quantityText } from "./format";
import { useSession } from "./session";

interface MoneyTextProps {
  /** A decimal string as the API sends it; null and undefined show nothing. */
  value: string | null | undefined;
  /** Shown before the amount where a list or page does not say it once above. */
  currency?: string;
  /** Zero as digits instead of a dash: totals and what is being entered. */
  zeroDigits?: boolean;
  /** Red: for overdue amounts only. */
  overdue?: boolean;
  strong?: boolean;
}

/** The one way an amount is shown: grouped, tabular figures, minus for credits, dash for zero, never rounded. */
export function MoneyText({ value, currency, zeroDigits, overdue, strong }: MoneyTextProps) {
  if (value === null || value === undefined) return null;
  const text = moneyText(value, { zero: zeroDigits ? "digits" : "dash" });
  const red = overdue === true && !isZero(value) && !isNegative(value);
  const className = red ? "num num-overdue" : "num";
  return (
    <span className={className} style={strong ? { fontWeight: 600 } : undefined}>
      {currency && !(isZero(value) && !zeroDigits) ? <span className="num-ccy">{currency}</span> : null}
      {text}
    </span>
  );
}

/** A quantity without the zeros at its end, with its unit. */
export function QuantityText({ value, unit }: { value: string | null | undefined; unit?: string }) {
  if (value === null || value === undefined) return null;
  return (
    <span className="num">
      {quantityText(value)}
      {unit ? <span className="muted"> {unit}</span> : null}
    </span>
  );
}

/** A unit price, with at least the digits of the company's currency. */
export function PriceText({ value }: { value: string | null | undefined }) {
  const { company } = useSession();
  if (value === null || value === undefined) return null;
  return <span className="num">{priceText(value, company?.currency_digits)}</span>;
}
