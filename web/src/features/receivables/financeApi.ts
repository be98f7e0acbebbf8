import { api, call, moneyHeaders } from "@/api/client";
import type { components } from "@/api/schema.gen";
import type { ListRequest } from "@/kit/listState";

type Schemas = components["schemas"];
export type AllowanceRate = Schemas["AllowanceRate"];
export type AllowanceRunItem = Schemas["AllowanceRunItem"];
export type AllowanceRunDetail = Schemas["AllowanceRunDetail"];
export type AllowanceLine = Schemas["AllowanceLine"];
export type AllowanceLineBody = Schemas["AllowanceLineBody"];
export type SingleItemBody = Schemas["SingleItemBody"];
export type WriteOffItem = Schemas["WriteOffItem"];
export type WriteOffBody = Schemas["WriteOffBody"];
export type ReconciliationRow = Schemas["ReconciliationRow"];

export const ratesKey = ["allowance-rates"];
export const runsKey = ["allowance-runs"];
export const writeOffsKey = ["write-offs"];
export const reconciliationKey = ["bad-debt-reconciliation"];

export const listRates = (signal: AbortSignal) => call(api.GET("/api/v1/allowance-rates", { signal }));

export const saveRates = (rates: AllowanceRate[]) => call(api.PUT("/api/v1/allowance-rates", { body: { rates } }));

export const listRuns = (signal: AbortSignal) => call(api.GET("/api/v1/allowance-runs", { signal }));

export const getRun = (id: string, signal: AbortSignal) =>
  call(api.GET("/api/v1/allowance-runs/{id}", { params: { path: { id } }, signal }));

export const propose = (as_of: string, key: string) =>
  call(api.POST("/api/v1/allowance-runs", { params: { header: moneyHeaders(key) }, body: { as_of } }));

export const changeLine = (id: string, body: AllowanceLineBody, key: string) =>
  call(api.POST("/api/v1/allowance-runs/{id}/lines", { params: { path: { id }, header: moneyHeaders(key) }, body }));

export const addSingle = (id: string, body: SingleItemBody, key: string) =>
  call(api.POST("/api/v1/allowance-runs/{id}/items", { params: { path: { id }, header: moneyHeaders(key) }, body }));

export const postRun = (id: string, key: string) =>
  call(api.POST("/api/v1/allowance-runs/{id}/post", { params: { path: { id }, header: moneyHeaders(key) } }));

export const dropRun = (id: string, key: string) =>
  call(api.POST("/api/v1/allowance-runs/{id}/drop", { params: { path: { id }, header: moneyHeaders(key) } }));

export const listWriteOffs = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/write-offs", { params: { query }, signal }));

export const bookWriteOff = (body: WriteOffBody, key: string) =>
  call(api.POST("/api/v1/write-offs", { params: { header: moneyHeaders(key) }, body }));

export const reverseWriteOff = (id: string, reason: string, key: string) =>
  call(
    api.POST("/api/v1/write-offs/{id}/reverse", {
      params: { path: { id }, header: moneyHeaders(key) },
      body: { reason },
    }),
  );

export const listReconciliation = (signal: AbortSignal) =>
  call(api.GET("/api/v1/bad-debt-reconciliation", { signal }));
