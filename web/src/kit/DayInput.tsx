import { Input } from "antd";
import { lazy, Suspense } from "react";
import type { DayInputProps } from "./DayPicker";

const DayPicker = lazy(() => import("./DayPicker"));

/** A day; takes "20261105", "11/5" and "5" too. The calendar's code comes with the first one shown. */
export function DayInput(props: DayInputProps) {
  const waiting = (
    <Input
      disabled
      aria-label={props.label}
      style={{ width: props.width ?? 136 }}
      placeholder={props.placeholder}
      value={props.value ?? ""}
    />
  );
  return (
    <Suspense fallback={waiting}>
      <DayPicker {...props} />
    </Suspense>
  );
}
