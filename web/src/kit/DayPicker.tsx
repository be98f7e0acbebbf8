import { DatePicker } from "antd";
import dayjs from "dayjs";
import { useRef } from "react";
import { readDay } from "./format";
import { useT } from "./i18n";
import { useToday } from "./session";

export interface DayInputProps {
  /** ISO day, or empty. */
  value?: string | null;
  onChange?: (day: string) => void;
  label?: string;
  placeholder?: string;
  id?: string;
  disabled?: boolean;
  allowClear?: boolean;
  status?: "error";
  autoFocus?: boolean;
  width?: number;
}

const SHOWN = "YYYY-MM-DD";

export default function DayPicker(props: DayInputProps) {
  const t = useT();
  const today = useToday();
  const { value, onChange } = props;
  // What was typed since the field had the focus: the picker may drop it before it tells of the blur.
  const typed = useRef<string | null>(null);
  return (
    <span
      style={{ display: "contents" }}
      onInputCapture={(event) => {
        typed.current = (event.target as HTMLInputElement).value;
      }}
    >
      <DatePicker
        id={props.id}
        aria-label={props.label}
        placeholder={props.placeholder ?? SHOWN}
        style={{ width: props.width ?? 136 }}
        value={value ? dayjs(value, SHOWN) : null}
        format={SHOWN}
        disabled={props.disabled}
        status={props.status}
        autoFocus={props.autoFocus}
        allowClear={props.allowClear !== false}
        showNow={false}
        onBlur={(event) => {
          const text = typed.current ?? (event.target as HTMLInputElement).value;
          typed.current = null;
          const day = text ? readDay(text, today) : "";
          if (day !== null && day !== (value ?? "")) onChange?.(day);
        }}
        onChange={(day) => {
          typed.current = null;
          onChange?.(day ? day.format(SHOWN) : "");
        }}
        renderExtraFooter={() => (
          <button type="button" className="row-link" onClick={() => onChange?.(today)}>
            {t("web.day.today")}
          </button>
        )}
      />
    </span>
  );
}
