import type { Tone } from "@/kit/StateTag";

export const TONES: Readonly<Record<string, Tone>> = { staged: "warn", posting: "busy", done: "good" };
