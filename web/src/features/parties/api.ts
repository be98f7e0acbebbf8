import { api, call, moneyHeaders } from "@/api/client";
import type { components } from "@/api/schema.gen";
import type { ListRequest } from "@/kit/listState";

type Schemas = components["schemas"];
export type CustomerItem = Schemas["CustomerItem"];
export type CustomerDetail = Schemas["CustomerView"];
export type Salesperson = Schemas["Salesperson"];
export type CustomerInput = Schemas["CustomerInput"];
export type ExposureView = Schemas["ExposureView"];
export type OpeningInput = Schemas["OpeningInput"];
export type OpeningView = Schemas["OpeningView"];

export const customersKey = ["customers"];

export const listCustomers = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/customers", { params: { query }, signal }));

export const getCustomer = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/customers/{id}", { params: { path: { id } }, signal }));

export async function saveCustomer(id: string | null, body: CustomerInput): Promise<void> {
  if (id === null) await call(api.POST("/api/v1/customers", { body }));
  else await call(api.PUT("/api/v1/customers/{id}", { params: { path: { id } }, body }));
}

/** Everything that shows other figures once a customer owes more, or is owed. */
export const OPENING_TOUCHES = [
  customersKey,
  ["unsettled-orders"],
  ["receipts-on-account"],
  ["ageing"],
  ["entries"],
  ["orders"],
  ["statements"],
  ["start"],
];

export const enterOpening = (customerId: string, body: OpeningInput, key: string) =>
  call(
    api.POST("/api/v1/customers/{id}/openings", {
      params: { path: { id: customerId }, header: moneyHeaders(key) },
      body,
    }),
  );

export const getExposure = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/customers/{id}/exposure", { params: { path: { id } }, signal }));


export const salespersonsKey = ["salespersons"];
export const getSalespersons = (signal?: AbortSignal) => call(api.GET("/api/v1/salespersons", { signal }));

export type CyclePreview = Schemas["CyclePreview"];
export type PreviewedPeriod = Schemas["PreviewedPeriod"];
export type CycleVersion = Schemas["CycleVersionView"];
export type BaseCredit = Schemas["BaseCreditView"];
export type BaseCreditInput = Schemas["BaseCreditInput"];
export type HolidayCalendar = Schemas["HolidayCalendarView"];
export type HolidayCalendarItem = Schemas["HolidayCalendarListed"];
export type HolidayCalendarInput = Schemas["HolidayCalendarInput"];
export type HolidayDay = Schemas["HolidayDay"];

export interface PreviewRequest {
  cycle: string;
  terms: string;
  lag_days: number;
  pay_run?: string;
  lead_days?: number;
  shift?: string;
  holiday_calendar_id?: string;
  customer_id?: string;
}

export const previewCycle = (input: PreviewRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/cycles/preview", { params: { query: input }, signal }));

export const getCycles = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/customers/{id}/cycles", { params: { path: { id } }, signal }));

export const getBaseCredit = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/customers/{id}/base-credit", { params: { path: { id } }, signal }));

export const setBaseCredit = (id: string, body: BaseCreditInput) =>
  call(api.POST("/api/v1/customers/{id}/base-credit", { params: { path: { id } }, body }));

export const holidaysKey = ["holiday-calendars"];
export const listHolidays = (signal?: AbortSignal) => call(api.GET("/api/v1/holiday-calendars", { signal }));

export const getHolidays = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/holiday-calendars/{id}", { params: { path: { id } }, signal }));

export async function saveHolidays(id: string | null, body: HolidayCalendarInput): Promise<void> {
  if (id === null) await call(api.POST("/api/v1/holiday-calendars", { body }));
  else await call(api.PUT("/api/v1/holiday-calendars/{id}", { params: { path: { id } }, body }));
}
