import { api, call, moneyHeaders } from "@/api/client";
import type { components } from "@/api/schema.gen";
import type { ListRequest } from "@/kit/listState";

type Schemas = components["schemas"];
export type StatementItem = Schemas["StatementItem"];
export type StatementView = Schemas["StatementView"];
export type StatementNow = Schemas["StatementNow"];
export type StatementLine = Schemas["StatementLine"];
export type PeriodItem = Schemas["PeriodItem"];
export type RunView = Schemas["RunView"];
export type LinkView = Schemas["LinkView"];
export type LinkVisit = Schemas["LinkVisit"];
export type GuardLine = Schemas["GuardLine"];
export type GuardCase = Schemas["GuardCase"];
export type Proof = Schemas["Proof"];

export const statementsKey = ["statements"];
export const periodsKey = ["periods"];
export const runsKey = ["statement-runs"];
export const guardKey = ["nothing-forgotten"];
export const linksKey = (id: string) => ["statements", id, "links"];
export const linesKey = (id: string) => ["statements", id, "lines"];

/** Everything that shows other figures once a statement was issued or taken back. */
export const STATEMENT_TOUCHES = [statementsKey, periodsKey, guardKey, ["customers"], ["start"]];

export const listStatements = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/statements", { params: { query }, signal }));

export const getStatement = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/statements/{id}", { params: { path: { id } }, signal }));

export const LINES_A_PAGE = 200;

export const getLines = (id: string, after: number, signal?: AbortSignal) =>
  call(
    api.GET("/api/v1/statements/{id}/lines", { params: { path: { id }, query: { after, limit: LINES_A_PAGE } }, signal }),
  );

/** Every line, for the write-off of the whole statement. */
export async function getAllLines(id: string): Promise<StatementLine[]> {
  const all: StatementLine[] = [];
  for (;;) {
    const page = await call(
      api.GET("/api/v1/statements/{id}/lines", {
        params: { path: { id }, query: { after: all[all.length - 1]?.line_no ?? 0, limit: 1000 } },
      }),
    );
    all.push(...page);
    if (page.length < 1000) return all;
  }
}

export const voidStatement = (id: string, reason: string, key: string) =>
  call(
    api.POST("/api/v1/statements/{id}/void", { params: { path: { id }, header: moneyHeaders(key) }, body: { reason } }),
  );

export const listPeriods = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/periods", { params: { query }, signal }));

export const issuePeriod = (id: string, key: string) =>
  call(api.POST("/api/v1/periods/{id}/issue", { params: { path: { id }, header: moneyHeaders(key) } }));

export async function skipPeriod(id: string, reason: string): Promise<void> {
  await call(api.POST("/api/v1/periods/{id}/skip", { params: { path: { id } }, body: { reason } }));
}

export async function reopenPeriod(id: string): Promise<void> {
  await call(api.POST("/api/v1/periods/{id}/reopen", { params: { path: { id } } }));
}

export const closePeriod = (customerId: string, cutoff: string | null, key: string) =>
  call(
    api.POST("/api/v1/customers/{id}/close-period", {
      params: { path: { id: customerId }, header: moneyHeaders(key) },
      body: { cutoff },
    }),
  );

export const getCustomer = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/customers/{id}", { params: { path: { id } }, signal }));

export const startRun = (until: string | null, key: string) =>
  call(api.POST("/api/v1/statement-runs", { params: { header: moneyHeaders(key) }, body: { until } }));

export const getRun = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/statement-runs/{id}", { params: { path: { id } }, signal }));

export const listRuns = (signal?: AbortSignal) => call(api.GET("/api/v1/statement-runs", { signal }));

export const shareStatement = (id: string, days: number | null) =>
  call(api.POST("/api/v1/statements/{id}/links", { params: { path: { id } }, body: { days } }));

export const getLinks = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/statements/{id}/links", { params: { path: { id } }, signal }));

export const revokeLink = (id: string) => call(api.POST("/api/v1/links/{id}/revoke", { params: { path: { id } } }));

/** Where the picture of a link's code is; the session's cookie opens it. */
export const qrHref = (id: string) => `/api/v1/links/${encodeURIComponent(id)}/qr.svg`;

export const getGuards = (signal?: AbortSignal) => call(api.GET("/api/v1/nothing-forgotten", { signal }));

export const getCases = (guard: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/nothing-forgotten/{guard}", { params: { path: { guard } }, signal }));

/** What a run could not do, as its `detail` says. */
export interface RunDetail {
  until: string | null;
  tally: { planned: number; issued: number; empty: number };
  failed: { customer_code: string; code: string; params: [string, string][] }[];
}

const NOTHING: RunDetail = { until: null, tally: { planned: 0, issued: 0, empty: 0 }, failed: [] };

export function runDetail(run: RunView): RunDetail {
  try {
    return { ...NOTHING, ...(JSON.parse(run.detail) as Partial<RunDetail>) };
  } catch {
    return NOTHING;
  }
}
