/// <reference types="vite/client" />
/** Texts of `web.boot.*` per language, set at build: readable when the server cannot be reached. */
declare const __BOOT_TEXTS__: Record<string, Record<string, string>>;
