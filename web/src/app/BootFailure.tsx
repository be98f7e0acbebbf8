import type { Lang } from "@/kit/format";

/** Shown when neither session nor texts could be had; knows its words from the build. */
export function BootFailure({ lang, retry }: { lang: Lang; retry: () => void }) {
  const texts = __BOOT_TEXTS__[lang] ?? {};
  return (
    <main style={{ fontFamily: "system-ui, sans-serif", margin: "20vh auto", maxWidth: 480, padding: 16 }}>
      <h1 style={{ fontSize: 20 }}>{texts["web.boot.title"]}</h1>
      <p>{texts["web.boot.help"]}</p>
      <button type="button" onClick={retry} style={{ font: "inherit", padding: "6px 16px" }}>
        {texts["web.boot.retry"]}
      </button>
    </main>
  );
}
