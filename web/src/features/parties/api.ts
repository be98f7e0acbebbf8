import { api, call, moneyHeaders } from "@/api/client";
import type { components } from "@/api/schema.gen";
import type { ListRequest } from "@/kit/listState";

type Schemas = components["schemas"];
export type CustomerItem = Schemas["CustomerItem"];
export type CustomerDetail = Schemas["CustomerView"];
export type Salesperson = Schemas["Salesperson"];
export type CustomerInput = Schemas["CustomerInput"];
export type ExposureView = Schemas["ExposureView"];
export type OpeningInput = Schemas["OpeningInput"];
export type OpeningView = Schemas["OpeningView"];

export const customersKey = ["customers"];

export const listCustomers = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/customers", { params: { query }, signal }));

export const getCustomer = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/customers/{id}", { params: { path: { id } }, signal }));

export async function saveCustomer(id: string | null, body: CustomerInput): Promise<void> {
  if (id === null) await call(api.POST("/api/v1/customers", { body }));
  else await call(api.PUT("/api/v1/customers/{id}", { params: { path: { id } }, body }));
}

/** Everything that shows other figures once a customer owes more, or is owed. */
export const OPENING_TOUCHES = [
  customersKey,
  ["unsettled-orders"],
  ["receipts-on-account"],
  ["ageing"],
  ["entries"],
  ["orders"],
  ["statements"],
  ["start"],
];

export const enterOpening = (customerId: string, body: OpeningInput, key: string) =>
  call(
    api.POST("/api/v1/customers/{id}/openings", {
      params: { path: { id: customerId }, header: moneyHeaders(key) },
      body,
    }),
  );

export const getExposure = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/customers/{id}/exposure", { params: { path: { id } }, signal }));


export const salespersonsKey = ["salespersons"];
export const getSalespersons = (signal?: AbortSignal) => call(api.GET("/api/v1/salespersons", { signal }));

export const previewCycle = (input: { cycle: string; terms: string; from: string; lag_days: number }, signal: AbortSignal) =>
  call(
    api.GET("/api/v1/cycles/preview", {
      params: { query: input },
      signal,
    }),
  );
