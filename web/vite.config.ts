import { readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const LANGUAGES = ["zh-Hans", "zh-Hant", "en"];

/** What must be readable before any text has come from the server: that the server cannot be reached. */
function bootTexts(): Record<string, Record<string, string>> {
  const out: Record<string, Record<string, string>> = {};
  for (const lang of LANGUAGES) {
    const all = JSON.parse(readFileSync(new URL(`../locales/${lang}/web.json`, import.meta.url), "utf8"));
    out[lang] = Object.fromEntries(Object.entries(all).filter(([key]) => key.startsWith("web.boot."))) as Record<
      string,
      string
    >;
  }
  return out;
}

const server = process.env.SETTLEBOOK_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  define: { __BOOT_TEXTS__: JSON.stringify(bootTexts()) },
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": { target: server }, "^/(s/|bill)": { target: server } },
  },
  build: {
    target: "es2022",
    outDir: "dist",
    sourcemap: false,
    manifest: true,
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      output: {
        manualChunks(id: string) {
          if (/node_modules\/(react|react-dom|scheduler|react-router)\//.test(id)) return "react";
          return undefined;
        },
      },
    },
  },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
