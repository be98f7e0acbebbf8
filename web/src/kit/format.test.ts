import { describe, expect, it } from "vitest";
import {
  compareDecimals,
  dayText,
  fill,
  instantText,
  lookUp,
  moneyText,
  priceText,
  quantityText,
  readDay,
  readDecimal,
} from "./format";

describe("money", () => {
  it("groups and keeps every digit", () => {
    expect(moneyText("1234567.50")).toBe("1,234,567.50");
    expect(moneyText("-1234.5")).toBe("-1,234.5");
    expect(moneyText("999")).toBe("999");
    expect(moneyText("90071992547409931234.56")).toBe("90,071,992,547,409,931,234.56");
  });
  it("shows zero as a dash, or as digits where asked", () => {
    expect(moneyText("0.00")).toBe("–");
    expect(moneyText("-0.00")).toBe("–");
    expect(moneyText("0.00", { zero: "digits" })).toBe("0.00");
  });
  it("reads what people type", () => {
    expect(readDecimal("1,234.50")).toBe("1234.50");
    expect(readDecimal("１２３．４")).toBe("123.4");
    expect(readDecimal("(12.5)")).toBe("-12.5");
    expect(readDecimal("−7")).toBe("-7");
    expect(readDecimal("¥ 88")).toBe("88");
    expect(readDecimal(".5")).toBe("0.5");
    expect(readDecimal("007")).toBe("7");
    expect(readDecimal("-0.00")).toBe("0.00");
    expect(readDecimal("12,5")).toBeNull();
    expect(readDecimal("1,2345")).toBeNull();
    expect(readDecimal("1e3")).toBeNull();
    expect(readDecimal("")).toBeNull();
    expect(readDecimal("-")).toBeNull();
  });
  it("compares exactly", () => {
    expect(compareDecimals("0.1", "0.10")).toBe(0);
    expect(compareDecimals("-2", "-1.99")).toBe(-1);
    expect(compareDecimals("100000000000000000.01", "100000000000000000.00")).toBe(1);
    expect(compareDecimals("-0.01", "0")).toBe(-1);
  });
});

describe("quantity", () => {
  it("drops zeros at the end", () => {
    expect(quantityText("12.000000")).toBe("12");
    expect(quantityText("1200.250")).toBe("1,200.25");
    expect(quantityText("-3.0")).toBe("-3");
  });
});

describe("price", () => {
  it("has at least the digits of the currency", () => {
    expect(priceText("3.2")).toBe("3.20");
    expect(priceText("1234.085")).toBe("1,234.085");
    expect(priceText("12.500000", 0)).toBe("12.5");
    expect(priceText("7", 0)).toBe("7");
  });
});

describe("days", () => {
  it("writes a day as the language does", () => {
    expect(dayText("2026-11-05", "zh-Hans")).toBe("2026-11-05");
    expect(dayText("2026-11-05", "en")).toBe("5 Nov 2026");
    expect(instantText("2026-11-05T16:30:00Z", "zh-Hans", "Asia/Shanghai")).toBe("2026-11-06 00:30");
  });
  it("reads typed days", () => {
    expect(readDay("20261105", "2026-01-01")).toBe("2026-11-05");
    expect(readDay("2026年11月5日", "2026-01-01")).toBe("2026-11-05");
    expect(readDay("11/5", "2026-01-01")).toBe("2026-11-05");
    expect(readDay("7", "2026-02-01")).toBe("2026-02-07");
    expect(readDay("30", "2026-02-01")).toBeNull();
    expect(readDay("x", "2026-02-01")).toBeNull();
  });
});

describe("texts", () => {
  const texts = { "a.rows.one": "{n} row", "a.rows.other": "{n} rows", "a.hi": "Hello {name}" };
  it("chooses the plural form", () => {
    expect(lookUp(texts, "en", "a.rows", { n: 1 })).toBe("1 row");
    expect(lookUp(texts, "en", "a.rows", { n: 1200 })).toBe("1,200 rows");
    expect(lookUp(texts, "zh-Hans", "a.rows", { n: 1 })).toBe("1 rows");
    expect(lookUp(texts, "en", "a.none")).toBeUndefined();
  });
  it("leaves a place without a value visible", () => {
    expect(fill("{a} {b}", { a: "1" })).toBe("1 {b}");
    expect(lookUp(texts, "en", "a.hi", { name: "{x}" })).toBe("Hello {x}");
  });
});
