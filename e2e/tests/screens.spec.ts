// Every screen, in every language, at a desk and on a phone: it opens, fits, has all its texts and no barriers.
// The pictures are in screenshots/ for people to look at.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext } from "@playwright/test";
import { Books } from "../support/books.js";
import { expect, expectAccessible, languages, plain as test, t, type Language, type Page } from "../support/test.js";

const pictures = join(import.meta.dirname, "../screenshots");
const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;
type Size = keyof typeof sizes;

test.describe.configure({ mode: "parallel" });

let books: Books;
test.beforeAll(async () => {
  test.setTimeout(300_000);
  books = await Books.open("sqlite", ["demo", "--customers", "40"]);
});
test.afterAll(async () => {
  await books?.close();
});

// Screens whose address needs a record: the list that it is taken from, and what the row's page is called.
const records = {
  "/orders/:id": "orders?filter[state]=confirmed",
  "/deliveries/:id": "deliveries?filter[kind]=delivery&filter[state]=posted",
  "/statements/:id": "statements",
  "/receipts/:id": "receipts",
  "/customers/:id": "customers",
} as const;

const screens = [
  "/",
  "/orders",
  "/orders/new",
  "/deliveries",
  "/deliveries/new",
  "/returns",
  "/returns/new",
  "/statements",
  "/nothing-forgotten",
  "/periods",
  "/disputes",
  "/receipts",
  "/receipts/new",
  "/receipts-on-account",
  "/unsettled-orders",
  "/bad-debts",
  "/bad-debts/requests",
  "/bad-debts/report",
  "/bad-debts/reasons",
  "/payment-plans",
  "/payment-plans/new",
  "/finance/allowance",
  "/finance/write-offs",
  "/finance/reconciliation",
  "/adjustments",
  "/instruments",
  "/transfers",
  "/ageing",
  "/customers",
  "/customers/new",
  "/products",
  "/products/new",
  "/imports",
  "/imports/new",
  "/settings/users",
  "/settings/company",
  "/settings/statements",
  "/settings/holidays",
  "/settings/holidays/new",
  "/settings/credit",
  "/settings/lock-date",
  "/figures",
  "/figures?part=customers&as_of=2026-01-31",
  "/cash",
  "/cash?part=dso",
  "/cash?part=cei",
  "/check",
  "/collection",
];

async function signIn(browser: Browser, size: Size): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: sizes[size], baseURL: books.address, locale: "en" });
  const page = await context.newPage();
  await page.goto("/");
  await expect(page.getByText(t("web.login.demo"))).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: /owner/i }).first().click();
  await expect(page.getByText(t("web.login.demo"))).toBeHidden();
  await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeVisible();
  await page.close();
  return context;
}

// What the browser's own client would send: the session's CSRF token.
async function send(page: Page, method: string, path: string, body: unknown): Promise<unknown> {
  return page.evaluate(
    async ([method, path, body]) => {
      const session = (await (await fetch("/api/v1/session")).json()) as { csrf: string };
      const headers = { "Content-Type": "application/json", "X-Settlebook-CSRF": session.csrf };
      const answer = await fetch(`/api/v1/${path}`, { method, headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      const text = await answer.text();
      return text === "" ? null : JSON.parse(text);
    },
    [method, path, body] as const,
  );
}

async function firstOf(context: BrowserContext, list: string): Promise<string> {
  const answer = await context.request.get(`/api/v1/${list}${list.includes("?") ? "&" : "?"}limit=1`);
  const page = (await answer.json()) as { items: { id: string }[] };
  const [first] = page.items;
  if (first === undefined) throw new Error(`the demo has no ${list}`);
  return first.id;
}

async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeVisible();
  await page.waitForLoadState("networkidle");
  await expect(page.locator(".ant-spin-spinning, .ant-skeleton")).toHaveCount(0);
}

async function look(page: Page, name: string, language: Language, size: Size): Promise<void> {
  const text = await page.locator("body").innerText();
  expect(text.match(/\b[a-z]+\.ui\.[a-z_.]+/g) ?? [], `texts of ${name} in ${language}`).toEqual([]);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect.soft(width, `${name} in ${language} at ${size} scrolls sideways`).toBeLessThanOrEqual(sizes[size].width);
  const folder = join(pictures, language, size);
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

for (const size of ["desktop", "phone"] as const) {
  for (const language of languages) {
    test(`every screen in ${language}, ${size}`, async ({ browser }) => {
      test.setTimeout(300_000);
      const context = await signIn(browser, size);
      const page = await context.newPage();
      await page.goto("/");
      await send(page, "PUT", "session/language", { language });
      await send(page, "PUT", "bad-debt-setting", { approval_from: null, finance_mode: true });
      const addresses = [...screens];
      for (const [path, list] of Object.entries(records)) {
        addresses.push(path.replace(":id", await firstOf(context, list)));
      }
      for (const [index, address] of addresses.entries()) {
        await page.goto(address);
        await settled(page);
        const name = address === "/" ? "start" : (Object.keys(records)[index - screens.length] ?? address).slice(1);
        await look(page, name.replaceAll("/", "-").replace(":", ""), language, size);
        if (language === "en") await expectAccessible(page);
      }
      await context.close();
    });
  }
}

test("the customer's page in every language", async ({ browser }) => {
  const context = await signIn(browser, "desktop");
  const page = await context.newPage();
  await page.goto("/");
  const statement = await firstOf(context, "statements");
  const made = (await send(page, "POST", `statements/${statement}/links`, {})) as { url: string };
  await context.close();
  for (const language of languages) {
    const phone = await browser.newContext({ viewport: { width: 360, height: 780 }, locale: language });
    const bill = await phone.newPage();
    await bill.goto(made.url);
    // The language of the reader's browser is not a link: the page has it already, or has the customer's.
    const own = bill.getByRole("link", { name: { "zh-Hans": "简", "zh-Hant": "繁", en: "En" }[language], exact: true });
    if ((await own.count()) > 0) await own.click();
    await expect(bill.getByText(t("public.as_issued", {}, language)).first()).toBeVisible();
    const width = await bill.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(360);
    mkdirSync(join(pictures, language), { recursive: true });
    await bill.screenshot({ path: join(pictures, language, "bill.png"), fullPage: true });
    await expectAccessible(bill);
    await phone.close();
  }
});
