import type { Tone } from "@/kit/StateTag";

export const RESULT_TONES: Readonly<Record<string, Tone>> = { allow: "quiet", warn: "warn", hold: "warn", block: "bad" };
export const HOLD_TONES: Readonly<Record<string, Tone>> = { waiting: "warn", released: "good" };
export const OVERRIDE_TONES: Readonly<Record<string, Tone>> = {
  requested: "warn",
  approved: "good",
  rejected: "bad",
  used: "quiet",
};

/** Where a document is shown. */
export function documentHref(kind: string, id: string): string | null {
  if (kind === "order") return `/orders/${id}`;
  if (kind === "delivery") return `/deliveries/${id}`;
  if (kind === "receipt") return `/receipts/${id}`;
  return null;
}
