import type { Tone } from "@/kit/StateTag";

export const SETTLEMENT_TONES: Readonly<Record<string, Tone>> = { open: "quiet", part: "warn", settled: "good" };
export const DELIVERY_TONES: Readonly<Record<string, Tone>> = {
  none: "warn",
  sent: "busy",
  failed: "bad",
  delivered: "good",
  viewed: "good",
};
export const ANSWER_TONES: Readonly<Record<string, Tone>> = {
  confirmed: "good",
  deemed: "good",
  part_disputed: "warn",
  disputed: "warn",
};
export const PERIOD_TONES: Readonly<Record<string, Tone>> = { planned: "warn", issued: "good" };
export const STATEMENT_TONES: Readonly<Record<string, Tone>> = { issued: "good", void: "quiet" };
export const DISPUTE_TONES: Readonly<Record<string, Tone>> = {
  open: "warn",
  accepted: "good",
  partly: "good",
  paid: "busy",
};
