// What a person does with the kit's parts.
import { expect, type Locator, type Page } from "@playwright/test";
import { t } from "./test.js";

type Place = Page | Locator;

export async function fill(place: Place, label: string, value: string): Promise<void> {
  await place.getByLabel(label, { exact: true }).fill(value);
}

// Opens a select by its label, types if it can be searched, and takes the option with this text.
export async function choose(page: Page, place: Place, label: string, option: string, typed = option): Promise<void> {
  const box = place.getByLabel(label, { exact: true }).and(page.getByRole("combobox"));
  await box.click();
  if ((await box.getAttribute("readonly")) === null) await box.fill(typed);
  const list = page.locator(".ant-select-dropdown:visible");
  await list.locator(".ant-select-item-option").filter({ hasText: option }).first().click();
  await expect(list).toHaveCount(0);
}

// A day field keeps what was typed when it loses the focus.
export async function fillDay(place: Place, label: string, day: string): Promise<void> {
  const field = place.getByLabel(label, { exact: true });
  await field.fill(day);
  await field.press("Tab");
  await expect(field).toHaveValue(day);
}

export async function press(place: Place, name: string): Promise<void> {
  await place.getByRole("button", { name, exact: true }).click();
}

// Types lines into the entry grid by keyboard alone: product, Enter, quantity, Enter past price to the next row.
export async function enterLines(page: Page, lines: { product: string; quantity: string }[]): Promise<void> {
  for (const [row, line] of lines.entries()) {
    const cell = page.getByLabel(t("web.grid.cell", { row: String(row + 1), column: t("sales.ui.product") }), { exact: true });
    if (row === 0) await cell.focus();
    await expect(cell).toBeFocused();
    await page.keyboard.type(line.product);
    await page.keyboard.press("Enter");
    const quantity = page.getByLabel(t("web.grid.cell", { row: String(row + 1), column: t("sales.ui.quantity") }), { exact: true });
    await expect(quantity).toBeFocused();
    await page.keyboard.type(line.quantity);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
  }
}

// A row's menu by right-click, and one of its actions.
export async function rowAct(page: Page, row: Locator, action: string): Promise<void> {
  await row.click({ button: "right" });
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

// The row of a list that shows this text.
export function rowOf(page: Page, text: string): Locator {
  return page.getByRole("row").filter({ hasText: text });
}
