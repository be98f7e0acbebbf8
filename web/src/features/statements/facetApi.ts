import { api, call, moneyHeaders } from "@/api/client";
import type { components } from "@/api/schema.gen";

type Schemas = components["schemas"];
export type AnswerInput = Schemas["AnswerInput"];
export type DeliverInput = Schemas["DeliverInput"];
export type StatementSettings = Schemas["StatementSettings"];

export const settingsKey = ["statement-settings"];

export const ANSWERS = ["none", "confirmed", "part_disputed", "disputed", "deemed"];
export const DELIVERIES = ["none", "sent", "failed", "delivered", "viewed"];
export const SETTLEMENTS = ["open", "part", "settled"];
export const STATEMENT_STATES = ["issued", "superseded", "void"];
export const DELIVERY_CHANNELS = ["chat", "print", "post", "visit", "other"];

export const supersedeStatement = (id: string, reason: string, key: string) =>
  call(
    api.POST("/api/v1/statements/{id}/supersede", {
      params: { path: { id }, header: moneyHeaders(key) },
      body: { reason },
    }),
  );

export const deliverStatement = (id: string, body: DeliverInput) =>
  call(api.POST("/api/v1/statements/{id}/deliveries", { params: { path: { id } }, body }));

export const answerStatement = (id: string, body: AnswerInput, key: string) =>
  call(
    api.POST("/api/v1/statements/{id}/answers", { params: { path: { id }, header: moneyHeaders(key) }, body }),
  );

export const getSettings = (signal?: AbortSignal) => call(api.GET("/api/v1/statement-settings", { signal }));

export const setSettings = (body: StatementSettings) => call(api.PUT("/api/v1/statement-settings", { body }));

/** As it would be; nothing is written. */
export const simulatePeriod = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/periods/{id}/simulation", { params: { path: { id } }, signal }));

export const simulateRun = (until: string | null, signal?: AbortSignal) =>
  call(api.GET("/api/v1/statement-simulation", { params: { query: until ? { until } : {} }, signal }));
