import { api, call } from "@/api/client";
import type { components } from "@/api/schema.gen";
import type { ListRequest } from "@/kit/listState";

type Schemas = components["schemas"];
export type CustomerItem = Schemas["CustomerItem"];
export type CustomerDetail = Schemas["CustomerDetail"];
export type CustomerInput = Schemas["CustomerInput"];
export type ExposureView = Schemas["ExposureView"];
export type DecisionView = Schemas["DecisionView"];

export const customersKey = ["customers"];

export const listCustomers = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/customers", { params: { query }, signal }));

export const getCustomer = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/customers/{id}", { params: { path: { id } }, signal }));

export const saveCustomer = (id: string | null, body: CustomerInput) =>
  id === null
    ? call(api.POST("/api/v1/customers", { body }))
    : call(api.PUT("/api/v1/customers/{id}", { params: { path: { id } }, body }));

export const getExposure = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/customers/{id}/exposure", { params: { path: { id } }, signal }));

export const getDecisions = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/customers/{id}/credit-decisions", { params: { path: { id } }, signal }));

export const salespersonsKey = ["salespersons"];
export const getSalespersons = (signal?: AbortSignal) => call(api.GET("/api/v1/salespersons", { signal }));

export const previewCycle = (input: { cycle: string; terms: string; from: string }, signal: AbortSignal) =>
  call(
    api.GET("/api/v1/cycles/preview", {
      params: { query: { spec: input.cycle, terms: input.terms, from: input.from } },
      signal,
    }),
  );
