import type { Problem } from "@/api/problem";
import { readDecimal } from "./format";

/** Props for a Form.Item whose field the server refused: `<Form.Item {...refusedField(act.problem, "name")}>`. */
export function refusedField(
  problem: Problem | null | undefined,
  field: string,
): { help?: string; validateStatus?: "error" } {
  const help = problem?.fieldTitle(field);
  return help ? { help, validateStatus: "error" } : {};
}

/** A rule for fields that hold an amount or a quantity; empty passes. `rules={[decimalRule(t("web.form.not_a_number"))]}` */
export function decimalRule(message: string) {
  return {
    validator: (_rule: unknown, value: string | null | undefined) =>
      !value || readDecimal(value) !== null ? Promise.resolve() : Promise.reject(new Error(message)),
  };
}
