import createClient, { type Middleware } from "openapi-fetch";
import { Problem } from "./problem";
import type { paths } from "./schema.gen";

/** What every request carries besides its body; set by the session and the language switch. */
const state = { csrf: "", lang: "zh-Hans", onSignedOut: () => {} };

export function setCsrf(token: string): void {
  state.csrf = token;
}
export function setRequestLanguage(lang: string): void {
  state.lang = lang;
}
/** Called when the server says that nobody is signed in any more. */
export function whenSignedOut(handler: () => void): void {
  state.onSignedOut = handler;
}

const headers: Middleware = {
  onRequest({ request }) {
    request.headers.set("Accept-Language", state.lang);
    if (request.method !== "GET" && state.csrf) request.headers.set("X-Settlebook-CSRF", state.csrf);
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: "", credentials: "same-origin" });
api.use(headers);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * Awaits an answer of `api` and gives its data, or throws the `Problem`.
 * `await call(api.GET("/api/v1/customers", { params: { query } }))`
 */
export async function call<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, {});
  }
  const { response } = answer;
  if (response.ok) return answer.data as T;
  const problem = new Problem(response.status, answer.error);
  if (response.status === 401 && !response.url.includes("/session")) state.onSignedOut();
  throw problem;
}

/** The headers of a money act. */
export function moneyHeaders(key: string): { "Idempotency-Key": string } {
  return { "Idempotency-Key": key };
}

/** A fresh key; `randomUUID` exists on secure origins only, and a LAN address is none. */
export function newKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Sends a file; the typed client has no multipart bodies. */
export async function upload<T>(path: string, form: FormData, extra?: Record<string, string>): Promise<T> {
  const request = fetch(path, {
    method: "POST",
    body: form,
    credentials: "same-origin",
    headers: { "Accept-Language": state.lang, "X-Settlebook-CSRF": state.csrf, ...extra },
  }).then(async (response) => {
    const body: unknown = await response.json().catch(() => undefined);
    return response.ok ? { data: body as T, response } : { error: body, response };
  });
  return call<T>(request);
}
