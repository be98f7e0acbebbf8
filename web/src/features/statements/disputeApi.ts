import { api, call, moneyHeaders } from "@/api/client";
import type { components } from "@/api/schema.gen";
import type { ListRequest } from "@/kit/listState";
import { guardKey, statementsKey } from "./api";

type Schemas = components["schemas"];
export type DisputeItem = Schemas["DisputeItem"];
export type DisputeView = Schemas["DisputeView"];
export type RaiseInput = Schemas["RaiseInput"];
export type ResolveInput = Schemas["ResolveInput"];

export const disputesKey = ["disputes"];
/** Everything that shows other figures once a dispute was raised or decided. */
export const DISPUTE_TOUCHES = [disputesKey, statementsKey, guardKey, ["customers"], ["start"]];

export const REASONS = ["quantity", "price", "not_received", "returned", "duplicate", "already_paid", "other"];
export const CHANNELS = ["phone", "paper", "message", "visit"];
export const STATES = ["open", "accepted", "partly", "rejected", "withdrawn", "paid"];

export const listDisputes = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/disputes", { params: { query }, signal }));

export const getDispute = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/disputes/{id}", { params: { path: { id } }, signal }));

export const raiseDispute = (statement: string, body: RaiseInput, key: string) =>
  call(
    api.POST("/api/v1/statements/{id}/disputes", {
      params: { path: { id: statement }, header: moneyHeaders(key) },
      body,
    }),
  );

export const resolveDispute = (id: string, body: ResolveInput, key: string) =>
  call(api.POST("/api/v1/disputes/{id}/resolve", { params: { path: { id }, header: moneyHeaders(key) }, body }));

export const withdrawDispute = (id: string, text: string, key: string) =>
  call(
    api.POST("/api/v1/disputes/{id}/withdraw", { params: { path: { id }, header: moneyHeaders(key) }, body: { text } }),
  );

export const assignDispute = (id: string, owner: string | null) =>
  call(api.PUT("/api/v1/disputes/{id}/owner", { params: { path: { id } }, body: { owner_id: owner } }));

export const peopleKey = ["salespersons"];
export const getPeople = (signal?: AbortSignal) => call(api.GET("/api/v1/salespersons", { signal }));
