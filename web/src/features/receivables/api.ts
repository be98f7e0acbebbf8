import { api, call, moneyHeaders } from "@/api/client";
import type { components } from "@/api/schema.gen";
import type { ListRequest } from "@/kit/listState";

type Schemas = components["schemas"];
export type ReceiptItem = Schemas["ReceiptItem"];
export type ReceiptDetail = Schemas["ReceiptDetail"];
export type TransferItem = Schemas["TransferItem"];
export type TransferBody = Schemas["TransferBody"];
export type TransferredView = Schemas["TransferredView"];
export type SupplierSide = Schemas["SupplierSide"];
export type BothSides = Schemas["BothSides"];
export type BillView = Schemas["BillView"];
export type OffsetView = Schemas["OffsetView"];
export type BillBody = Schemas["BillBody"];
export type OffsetBody = Schemas["OffsetBody"];
export type InstrumentItem = Schemas["InstrumentItem"];
export type DepositBody = Schemas["DepositBody"];
export type BounceBody = Schemas["BounceBody"];
export type AdjustmentItem = Schemas["AdjustmentItem"];
export type AdjustmentDetail = Schemas["AdjustmentDetail"];
export type AdjustmentBody = Schemas["AdjustmentBody"];
export type EnteredView = Schemas["EnteredView"];
export type ApprovalThreshold = Schemas["ApprovalThreshold"];
export type ReceiptBody = Schemas["ReceiptBody"];
export type NamedBody = Schemas["NamedBody"];
export type AllocationBody = Schemas["AllocationBody"];
export type AllocationItem = Schemas["AllocationItem"];
export type OutcomeView = Schemas["OutcomeView"];
export type UnsettledOrder = Schemas["UnsettledOrder"];
export type CreditOnAccount = Schemas["CreditOnAccount"];
export type BadDebtItem = Schemas["BadDebtItem"];
export type BadDebtBody = Schemas["BadDebtBody"];
export type BadDebtView = Schemas["BadDebtView"];
export type RecoveryBody = Schemas["RecoveryBody"];
export type Register = Schemas["Register"];
export type Settlement = Schemas["Settlement"];
export type OpenAccount = Schemas["OpenAccount"];
export type OpenItemView = Schemas["OpenItemView"];
export type LedgerPage = Schemas["LedgerPage"];
export type LedgerLineView = Schemas["LedgerLineView"];
export type AgeingPage = Schemas["AgeingPage"];
export type Ageing = Schemas["Ageing"];
export type Reservation = Schemas["Reservation"];
export type AllocationProposal = Schemas["AllocationProposal"];
export type AllocationAnswer = Schemas["AllocationAnswer"];
export type SettlingView = Schemas["SettlingView"];
export type SettlingBody = Schemas["SettlingBody"];
export type ToleranceView = Schemas["ToleranceView"];
export type ToleranceBody = Schemas["ToleranceBody"];
export type ReservationBody = Schemas["ReservationBody"];
export type OrderItem = Schemas["OrderItem"];

export const receiptsKey = ["receipts"];
export const settlingKey = ["settling"];
export const tolerancesKey = ["tolerances"];
export const unsettledKey = ["unsettled-orders"];
export const onAccountKey = ["receipts-on-account"];
export const transfersKey = ["transfers"];
export const supplierKey = (customerId: string) => ["customers", customerId, "supplier-side"];
export const instrumentsKey = ["instruments"];
export const adjustmentsKey = ["adjustments"];
export const thresholdsKey = ["approval-thresholds"];
export const badDebtsKey = ["bad-debts"];
export const ageingKey = ["ageing"];
export const entriesKey = ["entries"];
export const openItemsKey = (customerId: string) => ["customers", customerId, "open-items"];
export const settlementKey = (orderId: string) => ["orders", orderId, "settlement"];

/** Everything that shows other figures once money or a bad debt moved. */
export const MONEY_TOUCHES = [
  receiptsKey,
  adjustmentsKey,
  instrumentsKey,
  transfersKey,
  unsettledKey,
  onAccountKey,
  badDebtsKey,
  ageingKey,
  entriesKey,
  ["customers"],
  ["orders"],
  ["statements"],
  ["start"],
];

export const METHODS = ["bank", "wechat", "alipay", "cash", "acceptance_bill", "cheque"] as const;
/** Methods with a paper behind them that has to clear. */
export const INSTRUMENT_METHODS: readonly string[] = ["acceptance_bill", "cheque"];
export const PURPOSES = ["deposit", "guarantee"] as const;
export const ADJUSTMENT_KINDS = ["charge", "expense", "refund", "difference"] as const;
export type AdjustmentKind = (typeof ADJUSTMENT_KINDS)[number];
/** Why a document of a kind is made, as the server knows them; `other` needs a note. */
export const ADJUSTMENT_REASONS: Record<AdjustmentKind, readonly string[]> = {
  charge: ["freight", "packaging", "service", "interest", "penalty", "bank_fee", "other"],
  expense: ["rebate", "freight", "promotion", "quality", "price", "other"],
  refund: ["overpaid", "returned_goods", "deposit", "closing", "other"],
  difference: ["rounding", "bank_fee", "agreed", "other"],
};
export const ORIGINS = ["order", "direct", "opening", "charge"] as const;

export const listReceipts = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/receipts", { params: { query }, signal }));

export const getReceipt = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/receipts/{id}", { params: { path: { id } }, signal }));

export const recordReceipt = (body: ReceiptBody, key: string) =>
  call(api.POST("/api/v1/receipts", { params: { header: moneyHeaders(key) }, body }));

export const previewReceipt = (body: ReceiptBody, signal: AbortSignal) =>
  call(api.POST("/api/v1/receipts/preview", { body, signal }));

export const reverseReceipt = (id: string, reason: string, key: string) =>
  call(
    api.POST("/api/v1/receipts/{id}/reverse", {
      params: { path: { id }, header: moneyHeaders(key) },
      body: { reason },
    }),
  );

export const undoWriteOff = (id: string, reason: string, key: string) =>
  call(
    api.POST("/api/v1/receipts/{id}/undo-write-off", {
      params: { path: { id }, header: moneyHeaders(key) },
      body: { reason },
    }),
  );

export const getSettling = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/accounts/{id}/settling", { params: { path: { id } }, signal }));

export const setSettling = (id: string, body: SettlingBody) =>
  call(api.PUT("/api/v1/accounts/{id}/settling", { params: { path: { id } }, body }));

export const listTolerances = (signal?: AbortSignal) => call(api.GET("/api/v1/tolerances", { signal }));

export const setTolerance = (body: ToleranceBody) => call(api.PUT("/api/v1/tolerances", { body }));

export const reserveReceipt = (id: string, body: ReservationBody, key: string) =>
  call(
    api.POST("/api/v1/receipts/{id}/reservations", { params: { path: { id }, header: moneyHeaders(key) }, body }),
  );

export const liftReservation = (id: string, order: string, key: string) =>
  call(
    api.POST("/api/v1/receipts/{id}/reservations/lift", {
      params: { path: { id }, header: moneyHeaders(key) },
      body: { order_id: order },
    }),
  );

/** Confirmed orders of a customer: what money may wait for. */
export const listOrdersWaiting = (customer: string, signal: AbortSignal) =>
  call(
    api.GET("/api/v1/orders", {
      params: { query: { "filter[customer_id]": customer, "filter[state]": "confirmed", limit: 200 } as ListRequest },
      signal,
    }),
  );

export const addCurrency = (id: string, currency: string) =>
  call(api.POST("/api/v1/customers/{id}/accounts", { params: { path: { id } }, body: { currency } }));

export const listTransfers = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/transfers", { params: { query }, signal }));

export const enterTransfer = (account: string, body: TransferBody, key: string) =>
  call(
    api.POST("/api/v1/accounts/{id}/transfers", {
      params: { path: { id: account }, header: moneyHeaders(key) },
      body,
    }),
  );

export const reverseTransfer = (id: string, reason: string, key: string) =>
  call(
    api.POST("/api/v1/transfers/{id}/reverse", {
      params: { path: { id }, header: moneyHeaders(key) },
      body: { reason },
    }),
  );

export const getSupplierSide = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/customers/{id}/supplier-side", { params: { path: { id } }, signal }));

export const enterBill = (id: string, body: BillBody, key: string) =>
  call(api.POST("/api/v1/customers/{id}/bills", { params: { path: { id }, header: moneyHeaders(key) }, body }));

export const reverseBill = (id: string, reason: string, key: string) =>
  call(
    api.POST("/api/v1/supplier-bills/{id}/reverse", {
      params: { path: { id }, header: moneyHeaders(key) },
      body: { reason },
    }),
  );

export const enterOffset = (account: string, body: OffsetBody, key: string) =>
  call(
    api.POST("/api/v1/accounts/{id}/offsets", { params: { path: { id: account }, header: moneyHeaders(key) }, body }),
  );

export const reverseOffset = (id: string, reason: string, key: string) =>
  call(
    api.POST("/api/v1/offsets/{id}/reverse", {
      params: { path: { id }, header: moneyHeaders(key) },
      body: { reason },
    }),
  );

export const listInstruments = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/instruments", { params: { query }, signal }));

export const clearInstrument = (id: string, date: string, key: string) =>
  call(
    api.POST("/api/v1/receipts/{id}/clear", { params: { path: { id }, header: moneyHeaders(key) }, body: { date } }),
  );

export const bounceReceipt = (id: string, body: BounceBody, key: string) =>
  call(api.POST("/api/v1/receipts/{id}/bounce", { params: { path: { id }, header: moneyHeaders(key) }, body }));

export const spendDeposit = (id: string, body: DepositBody, key: string) =>
  call(api.POST("/api/v1/receipts/{id}/use-deposit", { params: { path: { id }, header: moneyHeaders(key) }, body }));

export const previewDeposit = (id: string, body: DepositBody, signal: AbortSignal) =>
  call(api.POST("/api/v1/receipts/{id}/use-deposit/preview", { params: { path: { id } }, body, signal }));

export const listAdjustments = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/adjustments", { params: { query }, signal }));

export const getAdjustment = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/adjustments/{id}", { params: { path: { id } }, signal }));

export const enterAdjustment = (body: AdjustmentBody, key: string) =>
  call(api.POST("/api/v1/adjustments", { params: { header: moneyHeaders(key) }, body }));

export const previewExpense = (body: AdjustmentBody, signal: AbortSignal) =>
  call(api.POST("/api/v1/adjustments/preview", { body, signal }));

export const approveAdjustment = (id: string, key: string) =>
  call(api.POST("/api/v1/adjustments/{id}/approve", { params: { path: { id }, header: moneyHeaders(key) } }));

export const rejectAdjustment = (id: string, reason: string, key: string) =>
  call(
    api.POST("/api/v1/adjustments/{id}/reject", {
      params: { path: { id }, header: moneyHeaders(key) },
      body: { reason },
    }),
  );

export const reverseAdjustment = (id: string, reason: string, key: string) =>
  call(
    api.POST("/api/v1/adjustments/{id}/reverse", {
      params: { path: { id }, header: moneyHeaders(key) },
      body: { reason },
    }),
  );

export const listThresholds = (signal?: AbortSignal) => call(api.GET("/api/v1/approval-thresholds", { signal }));

export const setThreshold = (kind: string, amount: string | null) =>
  call(api.PUT("/api/v1/approval-thresholds", { body: { kind, amount } }));

/** The people of the company, for the names behind identities. */
export const peopleKey = ["salespersons"];
export const getPeople = (signal?: AbortSignal) => call(api.GET("/api/v1/salespersons", { signal }));

export const allocateCredits = (id: string, body: AllocationBody, key: string) =>
  call(
    api.POST("/api/v1/accounts/{id}/allocations", { params: { path: { id }, header: moneyHeaders(key) }, body }),
  );

export const previewAllocation = (id: string, body: AllocationBody, signal: AbortSignal) =>
  call(api.POST("/api/v1/accounts/{id}/allocations/preview", { params: { path: { id } }, body, signal }));

export const undoAllocation = (id: string, reason: string, key: string) =>
  call(
    api.POST("/api/v1/allocations/{id}/undo", {
      params: { path: { id }, header: moneyHeaders(key) },
      body: { reason },
    }),
  );

export const getEntryAllocations = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/entries/{id}/allocations", { params: { path: { id } }, signal }));

export const listUnsettled = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/unsettled-orders", { params: { query }, signal }));

export const listOnAccount = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/receipts-on-account", { params: { query }, signal }));

export const getSettlement = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/orders/{id}/settlement", { params: { path: { id } }, signal }));

export const processBadDebt = (id: string, body: BadDebtBody, key: string) =>
  call(api.POST("/api/v1/orders/{id}/bad-debt", { params: { path: { id }, header: moneyHeaders(key) }, body }));

export const listBadDebts = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/bad-debts", { params: { query }, signal }));

export const undoBadDebt = (id: string, reason: string, key: string) =>
  call(
    api.POST("/api/v1/bad-debts/{id}/undo", {
      params: { path: { id }, header: moneyHeaders(key) },
      body: { reason },
    }),
  );

export const recoverBadDebt = (id: string, body: RecoveryBody, key: string) =>
  call(
    api.POST("/api/v1/bad-debts/{id}/recover", { params: { path: { id }, header: moneyHeaders(key) }, body }),
  );

export const getOpenItems = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/customers/{id}/open-items", { params: { path: { id } }, signal }));

export const getLedger = (id: string, currency: string | undefined, after: string | undefined, signal?: AbortSignal) =>
  call(
    api.GET("/api/v1/customers/{id}/ledger", { params: { path: { id }, query: { currency, after } }, signal }),
  );

export const getAgeing = (
  query: { as_of?: string; customer_id?: string; after?: string; limit?: number },
  signal: AbortSignal,
) => call(api.GET("/api/v1/ageing", { params: { query }, signal }));
