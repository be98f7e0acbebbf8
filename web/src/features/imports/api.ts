import { api, call, moneyHeaders, upload } from "@/api/client";
import type { components } from "@/api/schema.gen";

export type ImportView = components["schemas"]["ImportView"];
export type ImportPreview = components["schemas"]["ImportPreview"];
export type ImportSummary = components["schemas"]["ImportSummary"];
export type ImportTotal = components["schemas"]["ImportTotal"];
export type ImportReason = components["schemas"]["ImportReason"];
export type ImportOptions = components["schemas"]["ImportOptions"];

/** How a file is to be read; what is left out is guessed by the server. */
export interface ImportWish {
  kind: "deliveries" | "receipts" | "openings";
  columns: Record<string, string>;
  date_order?: string;
  decimal?: string;
  options: ImportOptions;
}

export const importsKey = ["imports"];

export const listImports = (signal: AbortSignal) => call(api.GET("/api/v1/imports", { signal }));

export const getImport = (id: string, signal: AbortSignal) =>
  call(api.GET("/api/v1/imports/{id}", { params: { path: { id } }, signal }));

export const previewImport = (file: File, wish: ImportWish) =>
  upload<ImportPreview>("/api/v1/imports/preview", formOf(file, wish));

export const stageImport = (file: File, wish: ImportWish) =>
  upload<ImportView>("/api/v1/imports", formOf(file, wish));

export const confirmImport = (id: string, key: string) =>
  call(
    api.POST("/api/v1/imports/{id}/confirm", {
      params: { path: { id }, header: moneyHeaders(key) },
    }),
  );

/** An empty file of a kind to fill in, with its headers. */
export const templateHref = (kind: ImportWish["kind"], format: "csv" | "xlsx") =>
  `/api/v1/import-template?kind=${kind}&format=${format}`;

export const rejectedHref = (id: string) => `/api/v1/imports/${id}/rejected.csv`;

function formOf(file: File, wish: ImportWish): FormData {
  const form = new FormData();
  form.append("request", JSON.stringify(wish));
  form.append("file", file, file.name);
  return form;
}
