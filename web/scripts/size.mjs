// Weighs the first load of each page after a build, compressed, and fails above the limit.
import { readFileSync, rmSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 450;
const dist = new URL(process.argv[2] ?? "../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));
const weights = new Map();
const weigh = (file) => {
  if (!weights.has(file)) weights.set(file, gzipSync(readFileSync(new URL(file, dist))).length);
  return weights.get(file);
};

function closure(key, files = new Set()) {
  const chunk = manifest[key];
  if (!chunk || files.has(chunk.file)) return files;
  files.add(chunk.file);
  for (const css of chunk.css ?? []) files.add(css);
  for (const next of chunk.imports ?? []) closure(next, files);
  return files;
}

const shell = closure("index.html");
// One language's words of the component library are fetched at the start as well.
for (const key of Object.keys(manifest)) if (/locale\/zh[-_]CN/i.test(key)) closure(key, shell);
const pages = Object.keys(manifest).filter((key) => /^src\/(features\/.*Page|app\/LoginPage)\.tsx$/.test(key));
const loads = pages
  .map((key) => {
    const bytes = [...closure(key, new Set(shell))].reduce((sum, file) => sum + weigh(file), 0);
    return { key, kb: Math.ceil(bytes / 1024) };
  })
  .sort((a, b) => b.kb - a.kb);
for (const { key, kb } of loads) console.log(`${String(kb).padStart(4)} kB  ${key}`);
rmSync(new URL(".vite", dist), { recursive: true });
if (loads[0] && loads[0].kb > LIMIT_KB) {
  console.error(`first load above ${LIMIT_KB} kB compressed: ${loads[0].key}`);
  process.exit(1);
}
