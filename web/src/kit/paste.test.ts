import { expect, it } from "vitest";
import { isBlock, linePath, readBlock } from "./paste";

it("reads a block from a spreadsheet", () => {
  expect(readBlock("A1\t2\t3.5\r\nB1\t\t4\r\n")).toEqual([
    ["A1", "2", "3.5"],
    ["B1", "", "4"],
  ]);
});

it("keeps quoted cells whole", () => {
  expect(readBlock('"a\nb"\t"say ""x"""\nc\td')).toEqual([
    ["a\nb", 'say "x"'],
    ["c", "d"],
  ]);
});

it("drops empty rows at the end only", () => {
  expect(readBlock("a\n\nb\n\t\n\n")).toEqual([["a"], [""], ["b"]]);
  expect(readBlock("")).toEqual([]);
});

it("tells one cell from a block", () => {
  expect(isBlock("12.5")).toBe(false);
  expect(isBlock("12.5\r\n")).toBe(false);
  expect(isBlock("12\t5")).toBe(true);
});

it("finds the cell that a refusal names", () => {
  expect(linePath("lines[2].quantity")).toEqual({ row: 2, column: "quantity" });
  expect(linePath("lines.0.unit_price")).toEqual({ row: 0, column: "unit_price" });
  expect(linePath("lines[1]")).toEqual({ row: 1, column: "" });
  expect(linePath("customer_id")).toBeNull();
});
