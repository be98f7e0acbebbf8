import { Input } from "antd";
import { useState } from "react";
import { moneyText, readDecimal } from "./format";

interface MoneyInputProps {
  /** A decimal string, or empty. */
  value?: string | null;
  onChange?: (amount: string) => void;
  currency?: string;
  id?: string;
  label?: string;
  placeholder?: string;
  disabled?: boolean;
  status?: "error";
  autoFocus?: boolean;
  width?: number | string;
  onPressEnter?: () => void;
}

/**
 * An amount: shows grouped digits, edits plain ones, keeps the text as typed until it is left, and gives the
 * digits on without touching them. What is no number is given on as typed, for the server to refuse.
 */
export function MoneyInput(props: MoneyInputProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const value = props.value ?? "";
  const shown = typed ?? (value === "" ? "" : moneyText(value, { zero: "digits" }));
  const give = (text: string) => props.onChange?.(text.trim() === "" ? "" : (readDecimal(text) ?? text));
  const isBad = typed === null && value !== "" && readDecimal(value) === null;
  return (
    <Input
      id={props.id}
      aria-label={props.label}
      className="num"
      inputMode="decimal"
      autoComplete="off"
      style={{ width: props.width ?? 160 }}
      styles={{ input: { textAlign: "end" } }}
      prefix={props.currency ? <span className="num-ccy">{props.currency}</span> : undefined}
      placeholder={props.placeholder}
      disabled={props.disabled}
      autoFocus={props.autoFocus}
      status={isBad ? "error" : props.status}
      aria-invalid={isBad || props.status === "error"}
      value={shown}
      onFocus={(event) => {
        setTyped(value);
        const input = event.target;
        requestAnimationFrame(() => input.select());
      }}
      onChange={(event) => {
        setTyped(event.target.value);
        give(event.target.value);
      }}
      onBlur={() => setTyped(null)}
      onPressEnter={props.onPressEnter}
    />
  );
}
