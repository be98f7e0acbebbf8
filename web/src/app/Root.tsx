import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider, type ThemeConfig } from "antd";
import type { Locale } from "antd/es/locale";
import dayjs from "dayjs";
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { RouterProvider } from "react-router";
import { api, call, setRequestLanguage, whenSignedOut } from "@/api/client";
import { asProblem, Problem } from "@/api/problem";
import { useMedia } from "@/kit/hooks";
import { I18nContext, useI18nValue, useT, type Lang } from "@/kit/i18n";
import { NO_SESSION, SessionContext } from "@/kit/session";
import { themeClass, themeOf } from "@/kit/theme";
import { BootFailure } from "./BootFailure";
import { makeRouter } from "./router";
import {
  SESSION_KEY,
  guessLang,
  keepLang,
  keepTheme,
  keptTheme,
  useSessionQuery,
  useSessionWatch,
  type SessionAnswer,
  type ThemeChoice,
} from "./session";

interface Appearance {
  theme: ThemeChoice;
  chooseTheme: (choice: ThemeChoice) => void;
  session: SessionAnswer | undefined;
  /** The session ended by itself; the login page says so. */
  expired: boolean;
}

const AppearanceContext = createContext<Appearance | null>(null);

export function useAppearance(): Appearance {
  const value = useContext(AppearanceContext);
  if (!value) throw new Error("no appearance above this component");
  return value;
}

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      retry: (failures, error) => failures < 2 && error instanceof Problem && error.isUncertain,
    },
    mutations: { retry: false },
  },
});

export function Root() {
  return (
    <QueryClientProvider client={client}>
      <Booted />
    </QueryClientProvider>
  );
}

/** Session and texts are both needed before anything can be shown; they are fetched at once. */
function Booted() {
  const queries = useQueryClient();
  const session = useSessionQuery();
  const [chosen, setChosen] = useState<Lang | null>(null);
  const [guess] = useState(guessLang);
  const lang = chosen ?? (session.data?.user ? session.data.language : guess);
  setRequestLanguage(lang);
  const texts = useTexts(lang);
  useSessionWatch(session.data);
  const [expired, setExpired] = useState(false);
  const [choice, setChoice] = useState(keptTheme);
  const systemDark = useMedia("(prefers-color-scheme: dark)");
  const dark = choice === "dark" || (choice === "system" && systemDark);

  useEffect(() => {
    document.documentElement.lang = lang;
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
    document.documentElement.className = themeClass(dark, lang);
    dayjs.locale(lang === "en" ? "en" : lang === "zh-Hans" ? "zh-cn" : "zh-tw");
  }, [lang, dark]);
  useEffect(() => {
    whenSignedOut(() => {
      const old = queries.getQueryData<SessionAnswer>(SESSION_KEY);
      if (old?.user) {
        setExpired(true);
        queries.setQueryData(SESSION_KEY, { ...old, user: null, company: null });
      }
      void queries.invalidateQueries({ queryKey: SESSION_KEY });
    });
  }, [queries]);

  const signedIn = Boolean(session.data?.user);
  const choose = useCallback(
    (next: Lang) => {
      keepLang(next);
      setChosen(next);
      setRequestLanguage(next);
      if (signedIn) {
        void call(api.PUT("/api/v1/session/language", { body: { language: next } })).catch(() => undefined);
      }
      // Answers carry words in the caller's language; ask again for what is on the screen.
      void queries.invalidateQueries({
        predicate: (query) => query.queryKey[0] !== "session" && query.queryKey[0] !== "texts",
      });
    },
    [queries, signedIn],
  );
  const i18n = useI18nValue(lang, texts.texts ?? {}, choose);
  const appearance = useMemo(
    () => ({
      theme: choice,
      chooseTheme: (next: ThemeChoice) => {
        keepTheme(next);
        setChoice(next);
      },
      session: session.data,
      expired,
    }),
    [choice, session.data, expired],
  );

  if ((session.error && !session.data) || (texts.error && !texts.texts)) {
    return <BootFailure lang={lang} retry={() => void queries.refetchQueries()} />;
  }
  if (!session.data || !texts.texts) return null;
  return (
    <I18nContext value={i18n}>
      <SessionContext value={session.data ?? NO_SESSION}>
        <AppearanceContext value={appearance}>
          <Themed theme={themeOf(dark, lang)} locale={texts.locale}>
            <Routed />
          </Themed>
        </AppearanceContext>
      </SessionContext>
    </I18nContext>
  );
}

function Routed() {
  const [router] = useState(makeRouter);
  return <RouterProvider router={router} />;
}

function Themed(props: { theme: ThemeConfig; locale: Locale | undefined; children: ReactNode }) {
  const t = useT();
  return (
    <ConfigProvider
      theme={props.theme}
      locale={props.locale}
      button={{ autoInsertSpace: false }}
      getPopupContainer={() => document.getElementById("popups") ?? document.body}
    >
      <AntApp component={false} message={{ maxCount: 3, duration: 3 }}>
        {props.children}
        {/* Menus and lists open here, inside a landmark that screen readers can name. */}
        <section id="popups" aria-label={t("web.app.popups")} />
      </AntApp>
    </ConfigProvider>
  );
}

const ANT_LOCALES: Record<Lang, () => Promise<{ default: Locale }>> = {
  "zh-Hans": async () => (await import("dayjs/locale/zh-cn"), await import("antd/es/locale/zh_CN")),
  "zh-Hant": async () => (await import("dayjs/locale/zh-tw"), await import("antd/es/locale/zh_TW")),
  en: () => import("antd/es/locale/en_GB"),
};

interface Words {
  texts: Record<string, string>;
  locale: Locale;
}

/** The texts of a language and Ant's own words for it; the ones before stay until the new ones are there. */
function useTexts(lang: Lang) {
  const query = useQuery<Words>({
    queryKey: ["texts", lang],
    staleTime: Infinity,
    gcTime: Infinity,
    placeholderData: (old: Words | undefined) => old,
    queryFn: async ({ signal }) => {
      const [answer, locale] = await Promise.all([
        call(api.GET("/api/v1/texts/{lang}", { params: { path: { lang } }, signal })),
        ANT_LOCALES[lang](),
      ]);
      return { texts: textsOf(answer), locale: locale.default };
    },
  });
  return {
    texts: query.data?.texts,
    locale: query.data?.locale,
    error: query.error ? asProblem(query.error) : null,
  };
}

function textsOf(answer: unknown): Record<string, string> {
  const data = answer as { texts?: Record<string, string> } & Record<string, string>;
  return typeof data.texts === "object" ? data.texts : data;
}
