import { api, call } from "@/api/client";
import type { components } from "@/api/schema.gen";

type Schemas = components["schemas"];
export type Start = Schemas["Start"];
export type AgeTotal = Schemas["AgeTotal"];
export type LateCustomer = Schemas["Ageing"];
export type LimitUse = Schemas["LimitUse"];
export type CreditTotal = Schemas["CreditTotal"];
export type Guards = Schemas["NothingForgotten"];
export type GuardLine = Schemas["GuardLine"];

export const getStart = (signal?: AbortSignal) => call(api.GET("/api/v1/start", { signal }));
/** How many deliveries or returns are in a state, for those who do not see receivables. */
export const countDeliveries = async (kind: string, state: string, signal?: AbortSignal): Promise<number> => {
  const query = { limit: 1, filter: { kind, state } };
  return (await call(api.GET("/api/v1/deliveries", { params: { query }, signal }))).count;
};
export const getGuards = (signal?: AbortSignal) => call(api.GET("/api/v1/nothing-forgotten", { signal }));
