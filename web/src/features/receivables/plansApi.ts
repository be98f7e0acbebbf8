import { api, call, moneyHeaders } from "@/api/client";
import type { components } from "@/api/schema.gen";
import type { ListRequest } from "@/kit/listState";
import { MONEY_TOUCHES } from "./api";

type Schemas = components["schemas"];
export type PlanItem = Schemas["PlanItem"];
export type PlanDetail = Schemas["PlanDetail"];
export type AgreePlanBody = Schemas["AgreePlanBody"];
export type ChangePlanBody = Schemas["ChangePlanBody"];
export type PlanRowBody = Schemas["PlanRowBody"];
export type ProposalBody = Schemas["ProposalBody"];
export type PlanPreviewBody = Schemas["PlanPreviewBody"];
export type DueRow = Schemas["DueRow"];

export const plansKey = ["payment-plans"];
export const PLAN_TOUCHES = [...MONEY_TOUCHES, plansKey];

export const STEPS = ["month", "two_weeks", "week"] as const;
export const BREACH_RULES = ["remind", "hold", "accelerate"] as const;

export const listPlans = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/payment-plans", { params: { query }, signal }));

export const getPlan = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/payment-plans/{id}", { params: { path: { id } }, signal }));

export const listDueRows = (signal: AbortSignal) => call(api.GET("/api/v1/payment-plan-rows", { signal }));

export const proposePlan = (body: ProposalBody) => call(api.POST("/api/v1/payment-plans/proposal", { body }));

export const previewPlan = (body: PlanPreviewBody, signal: AbortSignal) =>
  call(api.POST("/api/v1/payment-plans/preview", { body, signal }));

export const agreePlan = (body: AgreePlanBody, key: string) =>
  call(api.POST("/api/v1/payment-plans", { params: { header: moneyHeaders(key) }, body }));

export const changePlan = (id: string, body: ChangePlanBody, key: string) =>
  call(
    api.POST("/api/v1/payment-plans/{id}/change", { params: { path: { id }, header: moneyHeaders(key) }, body }),
  );

export const endPlan = (id: string, reason: string, key: string) =>
  call(
    api.POST("/api/v1/payment-plans/{id}/end", {
      params: { path: { id }, header: moneyHeaders(key) },
      body: { reason },
    }),
  );
