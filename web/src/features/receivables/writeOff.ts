import { INSTRUMENT_METHODS, type AdjustmentBody, type AllocationBody, type NamedBody, type OpenAccount, type OpenItemView, type ReceiptBody } from "./api";

export type Mode = "oldest" | "statement" | "items" | "none" | "order" | "auto";

/** What the new money is: a receipt, a deposit that is held apart, or an expense note borne by us. */
export type Paper = "receipt" | "deposit" | "expense";

/** What the clerk has typed and chosen so far. */
export interface Draft {
  paper: Paper;
  /** Why, for an expense note. */
  reason_code: string;
  /** What a deposit is: deposit or guarantee. */
  purpose: string;
  /** The bill or cheque behind the money. */
  instrument: { no: string; drawer: string; due_date: string };
  date: string;
  method: string;
  amount: string;
  reference: string;
  remark: string;
  mode: Mode;
  /** Entry → amount as typed; an empty amount means all that is open. */
  items: Readonly<Record<string, string>>;
  /** Credits on account that are used. */
  credits: readonly string[];
  /** Early-payment discount: what is earned, none, or granted although it is late. */
  discount: "due" | "none" | "grant";
  /** A small difference stays open. */
  leaveDifferences: boolean;
  /** Why a discount is granted. */
  note: string;
}

export type Request =
  | { kind: "receipt"; body: ReceiptBody }
  | { kind: "expense"; body: AdjustmentBody }
  | { kind: "allocation"; accountId: string; body: AllocationBody };

function seen(item: OpenItemView, amount?: string): NamedBody {
  return { entry_id: item.entry_id, expected_open: item.open, ...(amount ? { amount } : {}) };
}

/** What is asked of the server: a receipt, or (no new money) the use of credits on account; null: nothing yet. */
export function requestOf(
  draft: Draft,
  customerId: string,
  account: OpenAccount,
  entries: readonly string[],
  order?: string,
): Request | null {
  const credits = account.credits.filter((item: OpenItemView) => draft.credits.includes(item.entry_id));
  const hasMoney = draft.amount.trim() !== "";
  if (!hasMoney && credits.length === 0) return null;
  const chosen = itemsOf(draft, account, entries);
  if (!hasMoney && draft.mode === "order") return null;
  const common = {
    mode: draft.mode,
    items: chosen,
    credits: credits.map((item: OpenItemView) => seen(item)),
  };
  if (!hasMoney) {
    if (draft.mode === "none" || (draft.mode === "items" && chosen.length === 0)) return null;
    const reason = draft.remark.trim();
    return { kind: "allocation", accountId: account.account_id, body: { ...common, ...settlingOf(draft), reason } };
  }
  const paper = { customer_id: customerId, currency: account.currency, date: draft.date, amount: draft.amount };
  if (draft.paper === "expense") {
    const { reason_code, remark, reference } = draft;
    const words = { reason_code, note: remark.trim(), reference: reference.trim() };
    // Money alone waits for an order.
    const mode = draft.mode === "order" || draft.mode === "auto" ? "none" : draft.mode;
    return { kind: "expense", body: { kind: "expense", ...paper, ...words, ...common, mode } };
  }
  const isDeposit = draft.paper === "deposit";
  const { no, drawer, due_date } = draft.instrument;
  const instrument = { no: no.trim(), drawer: drawer.trim(), due_date };
  return {
    kind: "receipt",
    body: {
      ...paper,
      method: draft.method,
      ...(INSTRUMENT_METHODS.includes(draft.method) && due_date ? { instrument } : {}),
      reference: draft.reference.trim(),
      remark: draft.remark.trim(),
      ...common,
      ...settlingOf(draft),
      ...(draft.mode === "order" ? { order_id: order, credits: [] } : {}),
      ...(isDeposit ? { purpose: draft.purpose, mode: "none" as const, items: [], credits: [] } : {}),
    },
  };
}

function settlingOf(draft: Draft) {
  return { discount: draft.discount, leave_differences: draft.leaveDifferences, note: draft.note.trim() };
}

function itemsOf(draft: Draft, account: OpenAccount, entries: readonly string[]): NamedBody[] {
  if (draft.mode === "items") {
    return account.debits
      .filter((item: OpenItemView) => draft.items[item.entry_id] !== undefined)
      .map((item: OpenItemView) => seen(item, draft.items[item.entry_id]?.trim()));
  }
  if (draft.mode !== "statement") return [];
  const own = (item: OpenItemView) => entries.includes(item.entry_id) && !draft.credits.includes(item.entry_id);
  return [...account.debits, ...account.credits].filter(own).map((item) => seen(item));
}
