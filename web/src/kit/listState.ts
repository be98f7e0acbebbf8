import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** What a list asks for, kept in the address so that a link or the back button brings it back. */
export interface ListState {
  q: string;
  filter: Readonly<Record<string, string>>;
  /** `field` or `-field`; empty = the list's own order. */
  sort: string;
}

/** The query of a list request, as the API takes it (`filter` is sent as `filter[field]=value`). */
export interface ListRequest {
  q?: string;
  sort?: string;
  after?: string;
  limit: number;
  filter?: Record<string, string>;
}

export function listRequest(state: ListState, after: string | null, limit: number): ListRequest {
  const request: ListRequest = { limit };
  if (state.q) request.q = state.q;
  if (state.sort) request.sort = state.sort;
  if (after) request.after = after;
  const filter = Object.fromEntries(Object.entries(state.filter).filter(([, value]) => value !== ""));
  if (Object.keys(filter).length > 0) request.filter = filter;
  return request;
}

/** The address for a list in a given state: `listHref("/customers", {filter: {active: "1"}})`. */
export function listHref(path: string, state: Partial<ListState>): string {
  const params = new URLSearchParams();
  if (state.q) params.set("q", state.q);
  if (state.sort) params.set("sort", state.sort);
  for (const [field, value] of Object.entries(state.filter ?? {})) if (value) params.set(`f.${field}`, value);
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

export function readListState(params: URLSearchParams, defaultSort: string): ListState {
  const filter: Record<string, string> = {};
  for (const [name, value] of params) if (name.startsWith("f.")) filter[name.slice(2)] = value;
  return { q: params.get("q") ?? "", filter, sort: params.get("sort") ?? defaultSort };
}

export function useListState(defaultSort: string): [ListState, (change: Partial<ListState>) => void] {
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => readListState(params, defaultSort), [params, defaultSort]);
  const change = useCallback(
    (part: Partial<ListState>) => {
      setParams(
        (old) => {
          const next = new URLSearchParams(old);
          if (part.q !== undefined) setOrDelete(next, "q", part.q);
          if (part.sort !== undefined) setOrDelete(next, "sort", part.sort === defaultSort ? "" : part.sort);
          if (part.filter) {
            for (const name of [...next.keys()]) if (name.startsWith("f.")) next.delete(name);
            for (const [field, value] of Object.entries(part.filter)) setOrDelete(next, `f.${field}`, value);
          }
          return next;
        },
        { replace: true },
      );
    },
    [setParams, defaultSort],
  );
  return [state, change];
}

function setOrDelete(params: URLSearchParams, name: string, value: string): void {
  if (value) params.set(name, value);
  else params.delete(name);
}
