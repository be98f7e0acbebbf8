import { api, call } from "@/api/client";
import type { components } from "@/api/schema.gen";
import type { ListRequest } from "@/kit/listState";

export type Product = components["schemas"]["ProductView"];
export type ProductInput = components["schemas"]["ProductInput"];

export const productsKey = ["products"];

export const listProducts = (query: ListRequest, signal: AbortSignal) =>
  call(api.GET("/api/v1/products", { params: { query }, signal }));

export const getProduct = (id: string, signal?: AbortSignal) =>
  call(api.GET("/api/v1/products/{id}", { params: { path: { id } }, signal }));

export const saveProduct = (id: string | null, body: ProductInput) =>
  id === null
    ? call(api.POST("/api/v1/products", { body }))
    : call(api.PUT("/api/v1/products/{id}", { params: { path: { id } }, body }));
