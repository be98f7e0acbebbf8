// Playwright's test with books to open and the texts that the pages show.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test as base, type Page } from "@playwright/test";
import { Books, type Database } from "./books.js";

export const languages = ["zh-Hans", "zh-Hant", "en"] as const;
export type Language = (typeof languages)[number];

const locales = join(import.meta.dirname, "../../locales");
const texts = new Map<Language, Record<string, string>>(
  languages.map((language) => {
    const files = readdirSync(join(locales, language)).filter((name) => name.endsWith(".json"));
    const parts = files.map((name) => JSON.parse(readFileSync(join(locales, language, name), "utf8")));
    return [language, Object.assign({}, ...parts) as Record<string, string>];
  }),
);

// The text of a key, so that a test breaks when a text is missing, not when it is reworded.
export function t(key: string, params: Record<string, string> = {}, language: Language = "en"): string {
  const text = texts.get(language)?.[key];
  if (text === undefined) throw new Error(`no text ${key} in ${language}`);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => params[name] ?? whole);
}

export { base as plain };

// A test with books of its own; addresses are theirs.
export const test = base.extend<{ books: Books }, { database: Database }>({
  database: ["sqlite", { option: true, scope: "worker" }],
  books: async ({ database }, use) => {
    const books = await Books.open(database);
    await use(books);
    await books.close();
  },
  baseURL: async ({ books }, use) => {
    await use(books.address);
  },
});

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  id: string;
  nodes: { target: string[]; failureSummary?: string }[];
}

// Animations under way that will end.
function movements(): number {
  const ends = (one: Animation): boolean => one.effect?.getComputedTiming().iterations !== Infinity;
  return document.getAnimations().filter((one) => one.playState === "running" && ends(one)).length;
}

// Fails with the rule and the element of every barrier that axe finds.
export async function expectAccessible(page: Page): Promise<void> {
  // Colours of something that is still fading are nobody's colours.
  await expect.poll(() => page.evaluate(movements), { message: "everything has come to rest" }).toBe(0);
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations;
  });
  const found = violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`),
  );
  expect.soft(found, `accessibility of ${page.url()}`).toEqual([]);
}

export { expect, type Page };
