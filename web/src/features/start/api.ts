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
export const getGuards = (signal?: AbortSignal) => call(api.GET("/api/v1/nothing-forgotten", { signal }));
