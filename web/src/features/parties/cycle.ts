/**
 * The text forms of settlement cycles (`monthly:15,-1`, `weekly:5/2@2026-01-05`) and payment terms
 * (`cutoff+30`) against what the editor holds. The server reads and checks them; this only writes them.
 */

export const CYCLE_KINDS = [
  "monthly",
  "weekly",
  "every_n_days",
  "per_document",
  "calendar",
  "per_batch",
  "threshold",
  "manual",
] as const;
export type CycleKind = (typeof CYCLE_KINDS)[number];

/** Kinds whose days a calendar knows: what a customer's payment days can be. */
export const DATE_KINDS: readonly CycleKind[] = ["monthly", "weekly", "every_n_days", "calendar"];

export interface CycleDraft {
  kind: CycleKind;
  /** Month days (1..31, -1 = last day) or weekdays (1 = Monday). */
  days: number[];
  /** Every how many days, weeks or months. */
  every: number;
  /** ISO day that intervals count from; empty where none is needed. */
  anchor: string;
  /** Calendar: ISO days. */
  dates: string[];
  /** Threshold: an amount in the account's currency. */
  amount: string;
  maxDays: number;
}

export const DEFAULT_CYCLE: CycleDraft = {
  kind: "monthly",
  days: [-1],
  every: 1,
  anchor: "",
  dates: [],
  amount: "",
  maxDays: 31,
};

export function writeCycle(draft: CycleDraft): string {
  const suffix = (draft.every > 1 ? `/${draft.every}` : "") + (draft.anchor && draft.every > 1 ? `@${draft.anchor}` : "");
  switch (draft.kind) {
    case "per_document":
      return "per_document";
    case "every_n_days":
      return `every_n_days:${draft.every}@${draft.anchor}`;
    case "weekly":
    case "monthly":
      return `${draft.kind}:${draft.days.join(",")}${suffix}`;
    case "calendar":
      return `calendar:${[...draft.dates].sort().join(",")}`;
    case "threshold":
      return `threshold:${draft.amount}/${draft.maxDays}`;
    case "per_batch":
    case "manual":
      return `${draft.kind}:${draft.maxDays}`;
  }
}

export function readCycle(text: string): CycleDraft {
  const [kindText = "", rest = ""] = split(text, ":");
  const kind = CYCLE_KINDS.find((one) => one === kindText);
  if (!kind) return DEFAULT_CYCLE;
  const [body = "", anchor = ""] = split(rest, "@");
  const [list = "", every = ""] = split(body, "/");
  const draft: CycleDraft = { ...DEFAULT_CYCLE, kind, days: [], anchor };
  switch (kind) {
    case "every_n_days":
      return { ...draft, every: whole(list, 10) };
    case "weekly":
    case "monthly":
      return { ...draft, days: list.split(",").filter(Boolean).map((day) => whole(day, 1)), every: whole(every, 1) };
    case "calendar":
      return { ...draft, dates: list.split(",").filter(Boolean) };
    case "threshold":
      return { ...draft, amount: list, maxDays: whole(every, 31) };
    case "per_batch":
    case "manual":
      return { ...draft, maxDays: whole(list, 31) };
    case "per_document":
      return draft;
  }
}

/** Is everything there that the kind needs? Bounds are the server's matter. */
export function isComplete(draft: CycleDraft): boolean {
  if (draft.kind === "weekly" || draft.kind === "monthly") {
    return draft.days.length > 0 && (draft.every === 1 || draft.anchor !== "");
  }
  if (draft.kind === "every_n_days") return draft.every >= 1 && draft.anchor !== "";
  if (draft.kind === "calendar") return draft.dates.length > 0;
  if (draft.kind === "threshold") return draft.amount !== "";
  return true;
}

export const TERM_KINDS = ["cutoff", "issue", "day", "payrun", "confirm"] as const;
export type TermKind = (typeof TERM_KINDS)[number];

export interface TermsDraft {
  kind: TermKind;
  /** Days after the cut-off, the issue or the confirmation. */
  days: number;
  /** Days after the issue at the latest, confirmed or not. */
  cap: number;
  /** Day of the month, and how many months after the cut-off's. */
  day: number;
  months: number;
}

export const DEFAULT_TERMS: TermsDraft = { kind: "cutoff", days: 30, cap: 45, day: 25, months: 1 };

export function writeTerms(draft: TermsDraft): string {
  switch (draft.kind) {
    case "day":
      return `day${draft.day}+${draft.months}`;
    case "payrun":
      return "payrun";
    case "confirm":
      return `confirm+${draft.days}/${Math.max(draft.cap, draft.days)}`;
    default:
      return `${draft.kind}+${draft.days}`;
  }
}

export function readTerms(text: string): TermsDraft {
  if (text === "payrun") return { ...DEFAULT_TERMS, kind: "payrun" };
  const confirmed = /^confirm\+(\d+)\/(\d+)$/.exec(text);
  if (confirmed) {
    return { ...DEFAULT_TERMS, kind: "confirm", days: whole(confirmed[1], 10), cap: whole(confirmed[2], 30) };
  }
  const parts = /^(cutoff|issue|day)(\d*)\+(\d+)$/.exec(text);
  if (!parts) return DEFAULT_TERMS;
  const last = whole(parts[3], 0);
  if (parts[1] === "day") return { ...DEFAULT_TERMS, kind: "day", day: whole(parts[2], 1), months: last };
  return { ...DEFAULT_TERMS, kind: parts[1] === "issue" ? "issue" : "cutoff", days: last };
}

function split(text: string, at: string): string[] {
  const index = text.indexOf(at);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

function whole(text: string | undefined, otherwise: number): number {
  const value = Number.parseInt(text ?? "", 10);
  return Number.isNaN(value) ? otherwise : value;
}
