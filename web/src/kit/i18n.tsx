import { createContext, useCallback, useContext, useMemo, type ReactNode } from "react";
import { lookUp, type Lang, type TextParams } from "./format";
import type { TextKey } from "./texts.gen";

export type { TextKey } from "./texts.gen";
export type { Lang, TextParams } from "./format";

export interface I18n {
  lang: Lang;
  texts: Readonly<Record<string, string>>;
  /** Switches the whole interface; an open form keeps what was typed. */
  choose: (lang: Lang) => void;
}

export const I18nContext = createContext<I18n | null>(null);

export function useI18n(): I18n {
  const i18n = useContext(I18nContext);
  if (!i18n) throw new Error("no texts above this component");
  return i18n;
}

export function useLang(): Lang {
  return useI18n().lang;
}

/** `t("sales.ui.title", {n: 3})`. A text that the server does not know shows nothing rather than its key. */
export type Translate = (key: TextKey, params?: TextParams) => string;

export function useT(): Translate {
  const { lang, texts } = useI18n();
  return useCallback((key, params) => lookUp(texts, lang, key, params) ?? "", [lang, texts]);
}

/**
 * For keys made from values of the server, such as `sales.state.${state}`: the value itself is shown where
 * there is no text, so that a new state is visible rather than blank.
 */
export function useValueText(): (prefix: string, value: string, params?: TextParams) => string {
  const { lang, texts } = useI18n();
  return useCallback(
    (prefix, value, params) => lookUp(texts, lang, `${prefix}.${value}`, params) ?? value,
    [lang, texts],
  );
}

/** Shows one text; for places where a hook is in the way (route tables, menu items). */
export function Text({ k, params }: { k: TextKey; params?: TextParams }): ReactNode {
  return useT()(k, params);
}

/** A stable value for the provider. */
export function useI18nValue(lang: Lang, texts: I18n["texts"], choose: I18n["choose"]): I18n {
  return useMemo(() => ({ lang, texts, choose }), [lang, texts, choose]);
}
