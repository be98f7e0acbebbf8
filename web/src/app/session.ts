import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { api, call, setCsrf } from "@/api/client";
import { LANGUAGES, type Lang } from "@/kit/format";
import { NO_SESSION, type Session } from "@/kit/session";

export const SESSION_KEY = ["session"];

export interface DemoLogin {
  login: string;
  password: string;
  name: string;
  role: string;
}

/** The answer of `GET /session`: who is signed in, or what the first page must show. */
export interface SessionAnswer extends Session {
  csrf: string;
  demo: DemoLogin[];
  setupNeeded: boolean;
  setupCodeNeeded: boolean;
}

export async function readSession(signal?: AbortSignal): Promise<SessionAnswer> {
  const raw = await call(api.GET("/api/v1/session", { signal }));
  const answer: SessionAnswer = {
    ...NO_SESSION,
    user: raw.user ?? null,
    company: raw.company ?? null,
    companies: raw.companies ?? [],
    role: raw.role ?? null,
    permissions: raw.permissions ?? [],
    language: asLang(raw.language) ?? "zh-Hans",
    csrf: raw.csrf ?? "",
    demo: raw.demo_logins ?? [],
    setupNeeded: raw.setup_needed === true,
    setupCodeNeeded: raw.setup_code_needed === true,
  };
  setCsrf(answer.csrf);
  return answer;
}

export function useSessionQuery() {
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: ({ signal }) => readSession(signal),
    staleTime: Infinity,
    retry: 1,
  });
}

/** Reads the session afresh and forgets everything that belonged to the one before. */
export function useSessionChange(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    const session = await readSession();
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" && query.queryKey[0] !== "texts" });
    client.setQueryData(SESSION_KEY, session);
  }, [client]);
}

export function asLang(value: unknown): Lang | null {
  return LANGUAGES.find((lang) => lang === value) ?? null;
}

const LANG_NAME = "settlebook.lang";

/** The language before anyone is signed in: chosen here earlier, else the browser's. */
export function guessLang(): Lang {
  const kept = asLang(storage("get", LANG_NAME));
  if (kept) return kept;
  for (const tag of navigator.languages) {
    if (/^zh-(hant|tw|hk|mo)/i.test(tag)) return "zh-Hant";
    if (/^zh/i.test(tag)) return "zh-Hans";
    if (/^en/i.test(tag)) return "en";
  }
  return "en";
}

export function keepLang(lang: Lang): void {
  storage("set", LANG_NAME, lang);
}

export type ThemeChoice = "light" | "dark" | "system";
const THEME_NAME = "settlebook.theme";

export function keptTheme(): ThemeChoice {
  const kept = storage("get", THEME_NAME);
  return kept === "dark" || kept === "light" ? kept : "system";
}

export function keepTheme(choice: ThemeChoice): void {
  storage("set", THEME_NAME, choice);
}

function storage(act: "get" | "set", name: string, value = ""): string | null {
  try {
    if (act === "get") return localStorage.getItem(name);
    localStorage.setItem(name, value);
  } catch {
    // Private windows may have no storage; the choice then lasts for the visit.
  }
  return null;
}

/** Another tab may sign in, out or over to another company: look again when this one is shown. */
export function useSessionWatch(session: SessionAnswer | undefined): void {
  const client = useQueryClient();
  const known = `${session?.user?.id} ${session?.company?.id}`;
  useEffect(() => {
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      const now = await readSession().catch(() => null);
      if (now && `${now.user?.id} ${now.company?.id}` !== known) {
        client.clear();
        client.setQueryData(SESSION_KEY, now);
      }
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [client, known]);
}
