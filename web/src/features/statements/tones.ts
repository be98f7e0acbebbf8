import type { Tone } from "@/kit/StateTag";

export const SETTLEMENT_TONES: Readonly<Record<string, Tone>> = { open: "quiet", part: "warn", settled: "good" };
export const DELIVERY_TONES: Readonly<Record<string, Tone>> = { none: "warn", sent: "busy", viewed: "good" };
export const PERIOD_TONES: Readonly<Record<string, Tone>> = { planned: "warn", issued: "good" };
export const STATEMENT_TONES: Readonly<Record<string, Tone>> = { issued: "good", void: "quiet" };
export const DISPUTE_TONES: Readonly<Record<string, Tone>> = {
  open: "warn",
  accepted: "good",
  partly: "good",
  paid: "busy",
};
