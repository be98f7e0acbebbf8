import type { Tone } from "@/kit/StateTag";

export const ORDER_TONES: Readonly<Record<string, Tone>> = { held: "warn", confirmed: "busy", closed: "good" };
export const DELIVERY_TONES: Readonly<Record<string, Tone>> = {
  released: "busy",
  posted: "good",
  reversed: "warn",
  reversal: "warn",
};

/** The state as people see it: a posted document may have been reversed, or be a reversal itself. */
export function shownState(row: { state: string; reversed: boolean; reversal: boolean }): string {
  if (row.reversed) return "reversed";
  return row.reversal ? "reversal" : row.state;
}
