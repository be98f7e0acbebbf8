import { expect, it } from "vitest";
import { leadFirst, moveColumn, settleChoice } from "./columns";

const COLUMNS = [{ key: "a" }, { key: "b" }, { key: "c", extra: true }];

it("starts with the list's own order", () => {
  expect(settleChoice(COLUMNS, null)).toEqual({ order: ["a", "b", "c"], hidden: ["c"] });
});

it("keeps a choice when columns came or went", () => {
  const stored = { order: ["gone", "c", "a"], hidden: ["a", "gone"] };
  expect(settleChoice(COLUMNS, stored)).toEqual({ order: ["c", "a", "b"], hidden: ["a"] });
});

it("lets leading columns stand first where few fit", () => {
  const columns = [{ key: "a" }, { key: "b", lead: true }, { key: "c" }, { key: "d", lead: true }];
  expect(leadFirst(columns).map((column) => column.key)).toEqual(["b", "d", "a", "c"]);
});

it("moves a column and stops at the ends", () => {
  const choice = { order: ["a", "b"], hidden: [] };
  expect(moveColumn(choice, "b", -1).order).toEqual(["b", "a"]);
  expect(moveColumn(choice, "a", -1).order).toEqual(["a", "b"]);
});
