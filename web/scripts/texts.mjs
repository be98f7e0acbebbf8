// Writes src/kit/texts.gen.ts: the union of all text keys, so that a missing or misspelt key is a type error.
// Source: locales/zh-Hans/*.json; `.one` and `.other` forms become one key.
import { readdirSync, readFileSync, writeFileSync, existsSync } from "node:fs";

const folder = new URL("../../locales/zh-Hans/", import.meta.url);
const target = new URL("../src/kit/texts.gen.ts", import.meta.url);
const keys = new Set();
for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  for (const key of Object.keys(JSON.parse(readFileSync(new URL(file, folder), "utf8")))) {
    keys.add(key.replace(/\.(one|other)$/, ""));
  }
}
const lines = [...keys].sort().map((key) => `  | ${JSON.stringify(key)}`);
const text = `// Generated from locales/zh-Hans by scripts/texts.mjs.\nexport type TextKey =\n${lines.join("\n")};\n`;
if (!existsSync(target) || readFileSync(target, "utf8") !== text) writeFileSync(target, text);
console.log(`${keys.size} text keys`);
