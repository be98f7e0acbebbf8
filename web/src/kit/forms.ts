import type { Problem } from "@/api/problem";

/** Props for a Form.Item whose field the server refused: `<Form.Item {...refusedField(act.problem, "name")}>`. */
export function refusedField(
  problem: Problem | null | undefined,
  field: string,
): { help?: string; validateStatus?: "error" } {
  const help = problem?.fieldTitle(field);
  return help ? { help, validateStatus: "error" } : {};
}
