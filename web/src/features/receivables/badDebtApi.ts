import { useQuery } from "@tanstack/react-query";
import { api, call, moneyHeaders } from "@/api/client";
import type { components } from "@/api/schema.gen";
import { useValueText } from "@/kit/i18n";
import type { ListRequest } from "@/kit/listState";
import { MONEY_TOUCHES, type BadDebtBody } from "./api";

type Schemas = components["schemas"];
export type ReasonItem = Schemas["BadDebtReasonItem"];
export type ReasonInput = Schemas["BadDebtReasonInput"];
export type RequestItem = Schemas["BadDebtRequestItem"];
export type ReportRow = Schemas["BadDebtReportRow"];
export type BadDebtSetting = Schemas["BadDebtSetting"];
export type BadDebtSettingInput = Schemas["BadDebtSettingInput"];
export type ProcessManyBody = Schemas["ProcessManyBody"];

export const reasonsKey = ["bad-debt-reasons"];
export const requestsKey = ["bad-debt-requests"];
export const settingKey = ["bad-debt-setting"];
export const reportKey = ["bad-debt-report"];
export const badDebtRunKey = ["bad-debt-runs"];
export const BAD_DEBT_TOUCHES = [...MONEY_TOUCHES, requestsKey, reportKey];

export const GROUPS = ["reason", "customer", "salesperson", "year"] as const;

export const listReasons = (signal: AbortSignal) => call(api.GET("/api/v1/bad-debt-reasons", { signal }));

export const saveReason = (body: ReasonInput) => call(api.PUT("/api/v1/bad-debt-reasons", { body }));

export const getSetting = (signal: AbortSignal) => call(api.GET("/api/v1/bad-debt-setting", { signal }));

export const saveSetting = (body: BadDebtSettingInput) => call(api.PUT("/api/v1/bad-debt-setting", { body }));

export const listRequests = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/bad-debt-requests", { params: { query }, signal }));

export const requestBadDebt = (id: string, body: BadDebtBody, key: string) =>
  call(
    api.POST("/api/v1/orders/{id}/bad-debt-request", { params: { path: { id }, header: moneyHeaders(key) }, body }),
  );

export const approveRequest = (id: string, note: string, key: string) =>
  call(
    api.POST("/api/v1/bad-debt-requests/{id}/approve", {
      params: { path: { id }, header: moneyHeaders(key) },
      body: { note },
    }),
  );

export const rejectRequest = (id: string, note: string, key: string) =>
  call(
    api.POST("/api/v1/bad-debt-requests/{id}/reject", {
      params: { path: { id }, header: moneyHeaders(key) },
      body: { note },
    }),
  );

export const getReport = (query: { by: string; from?: string; to?: string }, signal: AbortSignal) =>
  call(api.GET("/api/v1/bad-debt-report", { params: { query }, signal }));

export const processMany = (body: ProcessManyBody, key: string) =>
  call(api.POST("/api/v1/bad-debt-runs", { params: { header: moneyHeaders(key) }, body }));

export const getBadDebtRun = (id: string, signal: AbortSignal) =>
  call(api.GET("/api/v1/bad-debt-runs/{id}", { params: { path: { id } }, signal }));

export const listSalespersons = (signal: AbortSignal) => call(api.GET("/api/v1/salespersons", { signal }));

/** The company's reasons, and what a code is called. */
export function useReasons() {
  const word = useValueText();
  const query = useQuery({ queryKey: reasonsKey, queryFn: ({ signal }) => listReasons(signal), staleTime: 300_000 });
  const all: ReasonItem[] = query.data ?? [];
  const nameOf = (code: string) => {
    if (code === "") return "";
    const found = all.find((reason) => reason.code === code);
    if (found && found.name !== "") return found.name;
    return found && !found.built_in ? code : word("receivables.reason", code);
  };
  const options = (withInactive: boolean) =>
    all
      .filter((reason) => withInactive || reason.active)
      .map((reason) => ({ value: reason.code, label: nameOf(reason.code) }));
  const needsNote = (code: string | undefined) => all.find((reason) => reason.code === code)?.needs_note ?? false;
  return { all, nameOf, options, needsNote };
}
