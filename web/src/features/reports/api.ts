import { api, call } from "@/api/client";
import type { components } from "@/api/schema.gen";

type Schemas = components["schemas"];
export type Figures = Schemas["Figures"];
export type CurrencyFigures = Schemas["CurrencyFigures"];
export type StatementSide = Schemas["StatementSide"];
export type CustomerAt = Schemas["CustomerAt"];
export type AccountAt = Schemas["AccountAt"];
export type ItemAt = Schemas["ItemAt"];
export type Ageing = Schemas["Ageing"];
export type AgeingPage = Schemas["AgeingPage"];
export type LedgerPage = Schemas["LedgerPage"];
export type LedgerLine = Schemas["LedgerLineView"];
export type CheckRun = Schemas["CheckRun"];
export type CheckLine = Schemas["CheckLine"];
export type Offender = Schemas["Offender"];
export type CollectionFigures = Schemas["CollectionFigures"];
export type CashForecast = Schemas["CashForecast"];
export type ExpectedItem = Schemas["ExpectedItem"];

export const figuresKey = (day: string) => ["reports", "figures", day];
export const checkKey = ["check-runs"];

export const getFigures = (day: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/reports/figures", { params: { query: { as_of: day } }, signal }));

export const getCustomerAt = (id: string, day: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/reports/customers/{id}", { params: { path: { id }, query: { as_of: day } }, signal }));

export const getAges = (day: string, after: string | undefined, limit: number | undefined, signal: AbortSignal) =>
  call(api.GET("/api/v1/ageing", { params: { query: { as_of: day, after, limit } }, signal }));

export const getLedgerAt = (id: string, currency: string, day: string, after: string | undefined, signal: AbortSignal) =>
  call(
    api.GET("/api/v1/customers/{id}/ledger", {
      params: { path: { id }, query: { currency, as_of: day, after } },
      signal,
    }),
  );

/** Where a table is downloaded; the session's cookie opens it. */
export const csvHref = (part: "ageing" | "open-items" | "ledger", day: string, customerId?: string) =>
  `/api/v1/reports/csv/${part}?as_of=${day}${customerId ? `&customer_id=${customerId}` : ""}`;

export const getCheckRuns = (signal?: AbortSignal) => call(api.GET("/api/v1/check-runs", { signal }));
export const startCheck = () => call(api.POST("/api/v1/check-runs"));
export const getCheckRows = (name: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/check-rows/{name}", { params: { path: { name } }, signal }));

export const getCollection = (from: string | undefined, signal?: AbortSignal) =>
  call(api.GET("/api/v1/reports/collection", { params: { query: { from } }, signal }));
export const getExpectedCash = (signal?: AbortSignal) => call(api.GET("/api/v1/reports/expected-cash", { signal }));
export const getExpectedItems = (currency: string, slot: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/reports/expected-cash/items", { params: { query: { currency, slot } }, signal }));
