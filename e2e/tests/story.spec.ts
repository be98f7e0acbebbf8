// The main job, by two persons: the clerk at a desktop and the customer at a phone.
import type { Browser } from "@playwright/test";
import { expect, expectAccessible, t, test, type Page } from "../support/test.js";
import { choose, enterLines, fill, fillDay, press, rowAct, rowOf } from "../support/ui.js";

const customer = "Harbour Tea House";

// The last day of the month before: its period is over whatever day it is.
function lastMonthEnd(): string {
  const today = new Date();
  return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), 0)).toISOString().slice(0, 10);
}

async function setUp(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { name: t("web.setup.title") })).toBeVisible();
  await expectAccessible(page);
  await fill(page, t("web.setup.company_name"), "Eastern Trading");
  await fill(page, t("web.setup.company_code"), "EAST");
  await choose(page, page, t("web.setup.currency"), "GBP");
  await choose(page, page, t("web.setup.timezone"), "Europe/London");
  await fill(page, t("web.setup.owner_name"), "Ann Owner");
  await fill(page, t("web.setup.login"), "ann");
  await fill(page, t("web.setup.password"), "correct horse");
  await fill(page, t("web.setup.password_again"), "correct horse");
  await press(page, t("web.setup.submit"));
  await expect(page.getByRole("heading", { level: 1, name: t("start.ui.title", { name: "Ann Owner" }) })).toBeVisible();
}

async function addProducts(page: Page): Promise<void> {
  await page.goto("/products");
  for (const [code, name, price] of [
    ["TEA", "Green tea", "12.50"],
    ["CUP", "Tea cup", "4.00"],
  ] as const) {
    await press(page, t("catalog.ui.product_new"));
    const form = page.getByRole("dialog");
    await fill(form, t("catalog.ui.name"), name);
    await fill(form, t("catalog.ui.code"), code);
    await fill(form, t("catalog.ui.unit"), "pcs");
    await fill(form, t("catalog.ui.price"), price);
    await press(form, t("web.form.save"));
    await expect(form).toBeHidden();
    await expect(rowOf(page, name)).toBeVisible();
  }
  await expectAccessible(page);
}

async function addCustomer(page: Page): Promise<void> {
  await page.goto("/customers");
  await press(page, t("parties.ui.customer_new"));
  const form = page.getByRole("dialog");
  await fill(form, t("parties.ui.name"), customer);
  await fill(form, t("parties.ui.phone"), "020 7946 0000");
  await fill(form, t("parties.ui.limit"), "1000.00");
  await choose(page, form, t("parties.ui.policy"), t("parties.ui.policy_block"));
  await expectAccessible(page);
  await press(form, t("web.form.save"));
  await expect(form).toBeHidden();
  await expect(rowOf(page, customer)).toBeVisible();
}

async function orderAndDeliverInPart(page: Page): Promise<void> {
  await page.goto("/orders/new");
  await choose(page, page, t("sales.ui.customer"), customer, "harb");
  await fillDay(page, t("sales.ui.order_date"), lastMonthEnd());
  await enterLines(page, [
    { product: "tea", quantity: "40" },
    { product: "cup", quantity: "10" },
  ]);
  await expect(page.getByText("540.00").first()).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Control+Shift+Enter");
  await expect(page.getByText(t("sales.ui.confirmed", { no: "SO-000001" }))).toBeVisible();

  await press(page, t("sales.ui.deliver"));
  const dialog = page.getByRole("dialog");
  await fillDay(dialog, t("sales.ui.delivery_date"), lastMonthEnd());
  await dialog.getByLabel(`Green tea ${t("sales.ui.this_delivery")}`, { exact: true }).fill("16");
  await expect(dialog.getByText("240.00").first()).toBeVisible();
  await expectAccessible(page);
  await press(dialog, t("sales.ui.post_and_deliver"));
  await expect(page.getByText(t("sales.ui.posted", { no: "DN-000001" }))).toBeVisible();
}

async function issueStatements(page: Page): Promise<void> {
  await page.goto("/statements");
  await press(page, t("statements.ui.run"));
  const dialog = page.getByRole("dialog");
  await press(dialog, t("statements.ui.run"));
  await expect(dialog.getByText(t("statements.ui.run_done", { issued: "1", empty: "0" }))).toBeVisible();
  await press(dialog.getByRole("status"), t("web.form.close"));
  await expect(rowOf(page, "ST-000001")).toContainText("240.00");
  await expectAccessible(page);
}

async function share(page: Page): Promise<string> {
  await rowOf(page, "ST-000001").getByText("ST-000001").click();
  const drawer = page.getByRole("dialog");
  await press(drawer, t("statements.ui.share"));
  const dialog = page.getByRole("dialog", { name: t("statements.ui.share_title", { no: "ST-000001" }) });
  await press(dialog, t("statements.ui.link_new"));
  await expect(dialog.getByAltText(t("statements.ui.qr"))).toBeVisible();
  const link = await dialog.getByLabel(t("statements.ui.link"), { exact: true }).inputValue();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Close" }).click();
  return link;
}

// The customer: a phone, no login, no script needed.
async function readAtThePhone(browser: Browser, link: string): Promise<void> {
  const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "en", javaScriptEnabled: false });
  const page = await phone.newPage();
  const answer = await page.goto(link);
  expect(new URL(page.url()).pathname, "a clean address, without the token").toMatch(/^\/bill\/[\w-]+$/);
  expect(Buffer.byteLength((await answer?.body()) ?? ""), "a small page").toBeLessThan(40_000);
  await expect(page.getByText(t("public.who.owes", { customer, company: "Eastern Trading" }))).toBeVisible();
  await expect(page.getByText("240.00").first()).toBeVisible();
  await expect(page.getByText(t("public.as_issued")).first()).toBeVisible();
  const width = await page.evaluate(() => document.documentElement.scrollWidth).catch(() => 390);
  expect(width).toBeLessThanOrEqual(390);
  await page.getByText("DN-000001").first().click();
  await expect(page.getByText("Green tea")).toBeVisible();
  await expect(page.getByText(/12\.50?/).first()).toBeVisible();

  const wrong = await page.goto(`${link.slice(0, -4)}AAAA`);
  expect(wrong?.status()).toBe(404);
  await expect(page.getByText(t("public.closed.title"))).toBeVisible();
  await phone.close();
}

async function collectAndUndo(page: Page): Promise<void> {
  const drawer = page.getByRole("dialog");
  await press(drawer, t("statements.ui.collect"));
  const dialog = page.getByRole("dialog", { name: t("receivables.ui.receipt_new") });
  await expect(dialog.getByLabel(t("receivables.ui.amount"), { exact: true })).toHaveValue("240.00");
  await expect(dialog.getByText(t("receivables.ui.will_close.one", { n: "1" }))).toBeVisible();
  await expectAccessible(page);
  await press(dialog, t("receivables.ui.save_receipt"));
  await expect(page.getByText(/RC-000001/).first()).toBeVisible();

  await page.goto("/receipts");
  await rowOf(page, "RC-000001").getByText("RC-000001").click();
  await page.getByRole("button", { name: t("receivables.ui.undo") }).click();
  const reason = page.getByRole("dialog", { name: t("receivables.ui.undo_title") });
  await fill(reason, t("web.reason.label"), "for another delivery");
  await expectAccessible(page);
  await press(reason, t("receivables.ui.undo_confirm"));
  await expect(page.getByText(t("receivables.ui.undone"), { exact: true })).toBeVisible();
}

// 300 ordered, 240 owed, 240 on account: another 750 is 50 over the limit of 1,000.
async function meetTheLimit(page: Page): Promise<void> {
  await page.goto("/deliveries/new");
  await choose(page, page, t("sales.ui.customer"), customer, "harb");
  await enterLines(page, [{ product: "tea", quantity: "60" }]);
  await expect(page.getByText("750.00").first()).toBeVisible();
  await page.keyboard.press("Control+Shift+Enter");
  const refusal = page.getByRole("alert").filter({ hasText: "50.00" });
  await expect(refusal).toBeVisible();
  await expectAccessible(page);

  await refusal.getByRole("button", { name: t("sales.ui.register_receipt") }).click();
  const dialog = page.getByRole("dialog", { name: t("receivables.ui.receipt_new") });
  await fill(dialog, t("receivables.ui.amount"), "100.00");
  await dialog.getByText(t("receivables.ui.mode_none"), { exact: true }).click();
  await expect(dialog.getByText(t("receivables.ui.will_leave", { amount: "100.00" }))).toBeVisible();
  await press(dialog, t("receivables.ui.save_receipt"));
  await expect(dialog).toBeHidden();

  await press(page, t("sales.ui.post"));
  await expect(page.getByText(t("sales.ui.posted", { no: "DN-000002" }))).toBeVisible();
}

async function giveUpAndThinkAgain(page: Page): Promise<void> {
  await page.goto("/unsettled-orders");
  await expect(rowOf(page, "750.00")).toBeVisible();
  await expectAccessible(page);
  await rowAct(page, rowOf(page, "750.00"), t("receivables.ui.bad_debt"));
  const dialog = page.getByRole("dialog");
  await choose(page, dialog, t("receivables.ui.bad_debt_reason"), t("receivables.reason.insolvent"));
  await fill(dialog, t("receivables.ui.bad_debt_note"), "closed down; the money on account is for the other order");
  await dialog.getByRole("checkbox").first().check();
  await expectAccessible(page);
  await press(dialog, t("receivables.ui.bad_debt_confirm"));
  await expect(dialog).toBeHidden();
  await expect(rowOf(page, "750.00")).toHaveCount(0);

  await page.goto("/bad-debts");
  await rowAct(page, rowOf(page, "750.00").first(), t("receivables.ui.bad_debt_undo"));
  const undo = page.getByRole("dialog");
  await fill(undo, t("web.reason.label"), "they found new owners");
  await press(undo, t("receivables.ui.bad_debt_undo_confirm"));
  await expect(undo).toBeHidden();
  await expectAccessible(page);
  await page.goto("/unsettled-orders");
  await expect(rowOf(page, "750.00")).toBeVisible();
}

test("from the first visit to a settled statement", async ({ page, browser, books }) => {
  await page.goto("/");
  await setUp(page);
  await expectAccessible(page);
  await addProducts(page);
  await addCustomer(page);
  await orderAndDeliverInPart(page);
  await issueStatements(page);
  const link = await share(page);
  await readAtThePhone(browser, link);
  await collectAndUndo(page);
  await meetTheLimit(page);
  await giveUpAndThinkAgain(page);

  await page.goto("/nothing-forgotten");
  await expect(page.getByText(t("statements.ui.proof_good"))).toBeVisible();
  await expectAccessible(page);
  const checked = await books.command("check");
  expect(checked.code, checked.out).toBe(0);
});
