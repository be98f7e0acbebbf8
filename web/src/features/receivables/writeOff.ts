import type { AdjustmentBody, AllocationBody, NamedBody, OpenAccount, OpenItemView, ReceiptBody } from "./api";

export type Mode = "oldest" | "statement" | "items" | "none" | "order";

/** What the new money is: a receipt, or an expense note borne by us. */
export type Paper = "receipt" | "expense";

/** What the clerk has typed and chosen so far. */
export interface Draft {
  paper: Paper;
  /** Why, for an expense note. */
  reason_code: string;
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
    return { kind: "allocation", accountId: account.account_id, body: { ...common, reason: draft.remark.trim() } };
  }
  const paper = { customer_id: customerId, currency: account.currency, date: draft.date, amount: draft.amount };
  if (draft.paper === "expense") {
    const { reason_code, remark, reference } = draft;
    const words = { reason_code, note: remark.trim(), reference: reference.trim() };
    // Money alone waits for an order.
    const mode = draft.mode === "order" ? "none" : draft.mode;
    return { kind: "expense", body: { kind: "expense", ...paper, ...words, ...common, mode } };
  }
  return {
    kind: "receipt",
    body: {
      ...paper,
      method: draft.method,
      reference: draft.reference.trim(),
      remark: draft.remark.trim(),
      ...common,
      ...(draft.mode === "order" ? { order_id: order, credits: [] } : {}),
    },
  };
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
