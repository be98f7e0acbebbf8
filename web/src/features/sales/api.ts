import { api, call, moneyHeaders } from "@/api/client";
import type { components } from "@/api/schema.gen";
import type { ListRequest } from "@/kit/listState";

type Schemas = components["schemas"];
export type OrderItem = Schemas["OrderItem"];
export type OrderView = Schemas["OrderView"];
export type OrderInput = Schemas["OrderInput"];
export type DeliveryItem = Schemas["DeliveryItem"];
export type DeliveryView = Schemas["DeliveryView"];
export type DeliveryInput = Schemas["DeliveryInput"];
export type SalesLineInput = Schemas["SalesLineInput"];
export type HoldView = Schemas["HoldView"];
export type LineView = Schemas["LineView"];
export type TakeableLine = Schemas["TakeableLine"];
export type PreviewView = Schemas["PreviewView"];
export type PostedView = Schemas["PostedView"];

export const ordersKey = ["orders"];
export const orderKey = (id: string) => [...ordersKey, "one", id];
export const deliveriesKey = ["deliveries"];
export const deliveryKey = (id: string) => [...deliveriesKey, "one", id];
/** What shows other figures once a document is confirmed, released, posted or reversed. */
export const MOVED = [
  ordersKey,
  deliveriesKey,
  ["customers"],
  ["statements"],
  ["receipts"],
  ["unsettled-orders"],
  ["credit-holds"],
  ["credit-overrides"],
  ["credit-decisions"],
  ["start"],
];

const one = (id: string) => ({ path: { id } });

export const listOrders = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/orders", { params: { query }, signal }));
export const getOrder = (id: string, signal?: AbortSignal): Promise<OrderView> =>
  call(api.GET("/api/v1/orders/{id}", { params: one(id), signal }));
export const saveOrder = (id: string | null, body: OrderInput): Promise<OrderView> =>
  id === null
    ? call(api.POST("/api/v1/orders", { body }))
    : call(api.PUT("/api/v1/orders/{id}", { params: one(id), body }));
export const deleteOrder = (id: string) => call(api.DELETE("/api/v1/orders/{id}", { params: one(id) }));
export const previewOrder = (body: OrderInput, signal: AbortSignal): Promise<PreviewView> =>
  call(api.POST("/api/v1/orders/preview", { body, signal }));
export const confirmOrder = (id: string, version: number, key: string): Promise<OrderView> =>
  call(
    api.POST("/api/v1/orders/{id}/confirm", {
      params: { ...one(id), header: moneyHeaders(key) },
      body: { version },
    }),
  );
export const cancelOrder = (id: string, version: number, reason: string): Promise<OrderView> =>
  call(api.POST("/api/v1/orders/{id}/cancel", { params: one(id), body: { version, reason } }));
export const amendOrder = (id: string, version: number, lines: SalesLineInput[], key: string): Promise<OrderView> =>
  call(
    api.POST("/api/v1/orders/{id}/amend", {
      params: { ...one(id), header: moneyHeaders(key) },
      body: { version, lines },
    }),
  );
export const reopenOrder = (id: string, version: number, key: string): Promise<OrderView> =>
  call(
    api.POST("/api/v1/orders/{id}/reopen", {
      params: { ...one(id), header: moneyHeaders(key) },
      body: { version },
    }),
  );
export const askForOrder = (id: string, reason: string) =>
  call(api.POST("/api/v1/orders/{id}/override-requests", { params: one(id), body: { reason } }));
export const askForDelivery = (id: string, reason: string) =>
  call(api.POST("/api/v1/deliveries/{id}/override-requests", { params: one(id), body: { reason } }));
export const getDeliverable = (id: string, signal?: AbortSignal): Promise<TakeableLine[]> =>
  call(api.GET("/api/v1/orders/{id}/deliverable", { params: one(id), signal }));

export const listDeliveries = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/deliveries", { params: { query }, signal }));
export const getDelivery = (id: string, signal?: AbortSignal): Promise<DeliveryView> =>
  call(api.GET("/api/v1/deliveries/{id}", { params: one(id), signal }));
export const saveDelivery = (id: string | null, body: DeliveryInput): Promise<DeliveryView> =>
  id === null
    ? call(api.POST("/api/v1/deliveries", { body }))
    : call(api.PUT("/api/v1/deliveries/{id}", { params: one(id), body }));
export const deleteDelivery = (id: string) => call(api.DELETE("/api/v1/deliveries/{id}", { params: one(id) }));
export const previewDelivery = (body: DeliveryInput, signal: AbortSignal): Promise<PreviewView> =>
  call(api.POST("/api/v1/deliveries/preview", { body, signal }));
export const getReturnable = (id: string, signal?: AbortSignal): Promise<TakeableLine[]> =>
  call(api.GET("/api/v1/deliveries/{id}/returnable", { params: one(id), signal }));
export const releaseDelivery = (id: string, version: number, key: string): Promise<DeliveryView> =>
  call(
    api.POST("/api/v1/deliveries/{id}/release", {
      params: { ...one(id), header: moneyHeaders(key) },
      body: { version },
    }),
  );
export const withdrawDelivery = (id: string, version: number): Promise<DeliveryView> =>
  call(api.POST("/api/v1/deliveries/{id}/withdraw", { params: one(id), body: { version } }));
export const postDelivery = (id: string, version: number, key: string): Promise<PostedView> =>
  call(
    api.POST("/api/v1/deliveries/{id}/post", {
      params: { ...one(id), header: moneyHeaders(key) },
      body: { version },
    }),
  );
export const reverseDelivery = (id: string, version: number, reason: string, key: string): Promise<PostedView> =>
  call(
    api.POST("/api/v1/deliveries/{id}/reverse", {
      params: { ...one(id), header: moneyHeaders(key) },
      body: { version, reason },
    }),
  );
