import { api, call } from "@/api/client";
import type { components } from "@/api/schema.gen";
import type { ListRequest } from "@/kit/listState";

type Schemas = components["schemas"];
export type CreditView = Schemas["CreditView"];
export type CreditHoldItem = Schemas["CreditHoldItem"];
export type CreditOverrideItem = Schemas["CreditOverrideItem"];
export type DecisionView = Schemas["DecisionView"];
export type DecisionDetail = Schemas["DecisionDetail"];
export type FindingView = Schemas["FindingView"];
export type RuleView = Schemas["RuleView"];
export type PartView = Schemas["PartView"];
export type GroupView = Schemas["GroupView"];
export type CreditRule = Schemas["CreditRule"];
export type CreditSettings = Schemas["CreditSettings"];
export type ApprovalInput = Schemas["ApprovalInput"];

export const holdsKey = ["credit-holds"];
export const overridesKey = ["credit-overrides"];
export const decisionsKey = ["credit-decisions"];
export const rulesKey = ["credit-rules"];
export const groupsKey = ["credit-groups"];
export const settingsKey = ["credit-settings"];
export const creditKey = (customer: string) => ["customers", "credit", customer];
/** What shows other figures once somebody approved, or changed a limit or a rule. */
export const MOVED = [holdsKey, overridesKey, decisionsKey, groupsKey, ["customers"], ["orders"], ["deliveries"], ["start"]];

const one = (id: string) => ({ path: { id } });

export const getCredit = (customer: string, signal: AbortSignal): Promise<CreditView[]> =>
  call(api.GET("/api/v1/customers/{id}/credit", { params: one(customer), signal }));
export const listHolds = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/credit-holds", { params: { query }, signal }));
export const listOverrides = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/credit-overrides", { params: { query }, signal }));
export const listDecisions = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/credit-decisions", { params: { query }, signal }));
export const getDecision = (id: string, signal: AbortSignal): Promise<DecisionDetail> =>
  call(api.GET("/api/v1/credit-decisions/{id}", { params: one(id), signal }));
export const approveHold = (id: string, body: ApprovalInput) =>
  call(api.POST("/api/v1/credit-holds/{id}/approve", { params: one(id), body }));
export const setPriority = (id: string, priority: number) =>
  call(api.PUT("/api/v1/credit-holds/{id}/priority", { params: one(id), body: { priority } }));
export const approveOverride = (id: string, body: ApprovalInput) =>
  call(api.POST("/api/v1/credit-overrides/{id}/approve", { params: one(id), body }));
export const rejectOverride = (id: string, reason: string) =>
  call(api.POST("/api/v1/credit-overrides/{id}/reject", { params: one(id), body: { reason } }));
export const setHold = (customer: string, reason: string) =>
  call(api.PUT("/api/v1/customers/{id}/credit-hold", { params: one(customer), body: { reason } }));
export const clearBadDebt = (customer: string, reason: string) =>
  call(api.POST("/api/v1/customers/{id}/clear-bad-debt", { params: one(customer), body: { reason } }));
export const setTerms = (customer: string, body: Schemas["CreditTermsInput"]) =>
  call(api.PUT("/api/v1/customers/{id}/credit-terms", { params: one(customer), body }));
export const addIncrease = (customer: string, body: Schemas["IncreaseInput"]) =>
  call(api.POST("/api/v1/customers/{id}/credit-increases", { params: one(customer), body }));
export const endIncrease = (id: string) => call(api.DELETE("/api/v1/credit-increases/{id}", { params: one(id) }));

/** Whose rules: the company's, or those of a group or customer. */
export interface RulesOf {
  scope: "company" | "group" | "account";
  id?: string;
}
export const getRules = (query: RulesOf, signal: AbortSignal): Promise<CreditRule[]> =>
  call(api.GET("/api/v1/credit-rules", { params: { query }, signal }));
export const saveRules = (query: RulesOf, rules: CreditRule[]): Promise<CreditRule[]> =>
  call(api.PUT("/api/v1/credit-rules", { params: { query }, body: { rules } }));
export const listGroups = (signal: AbortSignal): Promise<GroupView[]> => call(api.GET("/api/v1/credit-groups", { signal }));
export const saveGroup = (id: string | null, body: Schemas["GroupInput"]): Promise<GroupView[]> =>
  id === null
    ? call(api.POST("/api/v1/credit-groups", { body }))
    : call(api.PUT("/api/v1/credit-groups/{id}", { params: one(id), body }));
export const getSettings = (signal: AbortSignal): Promise<CreditSettings> =>
  call(api.GET("/api/v1/credit-settings", { signal }));
export const saveSettings = (body: CreditSettings): Promise<CreditSettings> =>
  call(api.PUT("/api/v1/credit-settings", { body }));
