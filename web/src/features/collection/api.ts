import { api, call } from "@/api/client";
import type { components } from "@/api/schema.gen";

type Schemas = components["schemas"];
export type WorkItem = Schemas["WorkItem"];
export type WorkList = Schemas["WorkList"];
export type Case = Schemas["Case"];
export type PromiseView = Schemas["PromiseView"];
export type ContactView = Schemas["ContactView"];
export type ContactBody = Schemas["ContactBody"];
export type PromiseBody = Schemas["PromiseBody"];
export type CaseBody = Schemas["CaseBody"];

export const workKey = ["collection"];
export const caseKey = (id: string) => ["collection", "case", id];

export interface WorkQuery {
  q?: string;
  owner?: string;
  promise?: string;
  due?: string;
  after?: string;
  limit?: number;
}

export const listWork = (query: WorkQuery, signal?: AbortSignal) =>
  call(api.GET("/api/v1/collection", { params: { query }, signal }));
export const getCase = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/accounts/{id}/collection", { params: { path: { id } }, signal }));
export const changeCase = (id: string, body: CaseBody) =>
  call(api.PUT("/api/v1/accounts/{id}/collection", { params: { path: { id } }, body }));
export const recordContact = (id: string, body: ContactBody) =>
  call(api.POST("/api/v1/accounts/{id}/contacts", { params: { path: { id } }, body }));
export const recordPromise = (id: string, body: PromiseBody) =>
  call(api.POST("/api/v1/accounts/{id}/promises", { params: { path: { id } }, body }));
export const withdrawPromise = (id: string, reason: string) =>
  call(api.POST("/api/v1/promises/{id}/withdraw", { params: { path: { id } }, body: { reason } }));
