// Merges a JSON patch of texts into locales/<lang>/<slice>.json, keeping files sorted and valid.
//   node scripts/texts-merge.mjs patch.json      (or - for standard input)
// The patch is {"zh-Hans": {"sales.ui.title": "…"}, "zh-Hant": {…}, "en": {…}}; the slice is the part of a key
// before its first dot (the second part for refusal.* and check.*); a null deletes the key. Every key must come in all three languages.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";

const LANGUAGES = ["zh-Hans", "zh-Hant", "en"];
const root = new URL("../locales/", import.meta.url);
const source = process.argv[2];
if (!source) {
  console.error("usage: node scripts/texts-merge.mjs PATCH.json|-");
  process.exit(2);
}
const patch = JSON.parse(readFileSync(source === "-" ? 0 : source, "utf8"));
const keys = new Set(LANGUAGES.flatMap((lang) => Object.keys(patch[lang] ?? {})));
const missing = [...keys].flatMap((key) =>
  LANGUAGES.filter((lang) => !(key in (patch[lang] ?? {}))).map((lang) => `${lang}: ${key}`),
);
if (missing.length > 0) {
  console.error(`missing in the patch:\n  ${missing.join("\n  ")}`);
  process.exit(1);
}
// refusal.<slice>.<reason> and check.<slice>.<name> live in their slice's file.
const sliceOf = (key) => {
  const [first, second] = key.split(".");
  return first === "refusal" || first === "check" ? second : first;
};
const slices = new Set([...keys].map(sliceOf));
for (const lang of LANGUAGES) {
  for (const slice of slices) {
    const folder = new URL(`${lang}/`, root);
    mkdirSync(folder, { recursive: true });
    const file = new URL(`${slice}.json`, folder);
    const texts = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
    for (const [key, text] of Object.entries(patch[lang])) {
      if (sliceOf(key) !== slice) continue;
      if (text === null) delete texts[key];
      else texts[key] = text;
    }
    const sorted = Object.fromEntries(Object.keys(texts).sort().map((key) => [key, texts[key]]));
    const draft = new URL(`${slice}.json.tmp-${process.pid}`, folder);
    writeFileSync(draft, `${JSON.stringify(sorted, null, 2)}\n`);
    renameSync(draft, file);
  }
}
console.log(`${keys.size} keys merged into ${[...slices].join(", ")}`);
