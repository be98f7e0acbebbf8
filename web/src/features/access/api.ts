import { api, call } from "@/api/client";
import type { components } from "@/api/schema.gen";

type Schemas = components["schemas"];
export type Member = Schemas["MemberView"];
export type NewUserInput = Schemas["NewUserInput"];
export type UserInput = Schemas["UserInput"];
export type CompanyDetail = Schemas["CompanyDetail"];
export type CompanyInput = Schemas["CompanyInput"];
export type NewCompanyInput = Schemas["NewCompanyInput"];
export type PeriodLock = Schemas["PeriodLock"];
export type LockDateInput = Schemas["LockDateInput"];
export type ClosingLine = Schemas["ClosingLine"];
export type CheckRun = Schemas["CheckRun"];

export const ROLES = ["owner", "accountant", "salesperson", "warehouse", "read_only"] as const;

export const usersKey = ["users"];
export const listUsers = (signal?: AbortSignal) => call(api.GET("/api/v1/users", { signal }));
export const addUser = (body: NewUserInput) => call(api.POST("/api/v1/users", { body }));
export const changeUser = (id: string, body: UserInput) =>
  call(api.PUT("/api/v1/users/{id}", { params: { path: { id } }, body }));

export const companyKey = ["company"];
export const readCompany = (signal?: AbortSignal) => call(api.GET("/api/v1/company", { signal }));
export const changeCompany = (body: CompanyInput) => call(api.PUT("/api/v1/company", { body }));
export const addCompany = (body: NewCompanyInput) => call(api.POST("/api/v1/companies", { body }));

export const lockKey = ["lock-date"];
export const readLock = (signal?: AbortSignal) => call(api.GET("/api/v1/lock-date", { signal }));
export const setLock = (body: LockDateInput) => call(api.PUT("/api/v1/lock-date", { body }));
export const getClosing = (until: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/reports/closing", { params: { query: { until } }, signal }));
export const getChecks = (signal?: AbortSignal) => call(api.GET("/api/v1/check-runs", { signal }));
