import { useI18n, useT, type Lang, type TextKey } from "@/kit/i18n";

/** Each language in its own script, so that one can find one's own. */
const CHOICES: { lang: Lang; short: string; name: TextKey }[] = [
  { lang: "zh-Hans", short: "简", name: "web.lang.zh_hans" },
  { lang: "zh-Hant", short: "繁", name: "web.lang.zh_hant" },
  { lang: "en", short: "En", name: "web.lang.en" },
];

/** 简 繁 En: switches at once; an open form keeps what was typed. */
export function LanguageSwitch() {
  const t = useT();
  const { lang, choose } = useI18n();
  return (
    <div className="shell-lang" role="group" aria-label={t("web.lang.label")}>
      {CHOICES.map((choice) => (
        <button
          key={choice.lang}
          type="button"
          lang={choice.lang}
          aria-pressed={choice.lang === lang}
          title={t(choice.name)}
          onClick={() => choose(choice.lang)}
        >
          {choice.short}
        </button>
      ))}
    </div>
  );
}
