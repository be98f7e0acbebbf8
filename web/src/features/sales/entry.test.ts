import { expect, test } from "vitest";
import { blankLine, entryLines, isBlankLine, isComplete, lineInputs, negated, takenInputs, takenOf } from "./entry";

const tea = { id: "7", code: "TEA", name: "红茶", unit: "盒", price: "12.5" };

test("a sign turns and turns back", () => {
  expect(negated("12.5")).toBe("-12.5");
  expect(negated("-12.5")).toBe("12.5");
  expect(negated("0")).toBe("0");
  expect(negated("x")).toBe("x");
});

test("only complete lines are previewed", () => {
  const line = { ...blankLine(), product: tea, quantity: "2" };
  expect(isComplete([])).toBe(false);
  expect(isComplete([line])).toBe(true);
  expect(isComplete([line, { ...line, quantity: "" }])).toBe(false);
  expect(isComplete([{ ...line, price: "abc" }])).toBe(false);
  expect(isBlankLine(blankLine())).toBe(true);
});

test("returns are sent with the other sign and read back", () => {
  const line = { ...blankLine(), product: tea, quantity: "1,000", price: "" };
  expect(lineInputs([line], true)).toEqual([{ product_id: "7", quantity: "-1000", price: null }]);
  const view = {
    line_no: 1,
    product_id: "7",
    code: "TEA",
    name: "红茶",
    unit: "盒",
    quantity: "-3",
    price: "12.5",
    amount: "-37.50",
    source_line_no: 4,
  };
  expect(entryLines([view], true)[0]?.quantity).toBe("3");
  expect(takenOf([view], true)).toEqual({ "4": "3" });
});

test("only what is taken is sent", () => {
  expect(takenInputs({ "1": "2", "2": "", "3": "0" }, false)).toEqual([{ order_line_no: 1, quantity: "2" }]);
  expect(takenInputs({ "1": "2" }, true)).toEqual([{ source_line_no: 1, quantity: "-2" }]);
});
