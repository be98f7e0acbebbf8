import { describe, expect, it } from "vitest";
import { isComplete, readCycle, readTerms, writeCycle, writeTerms } from "./cycle";

describe("settlement cycles", () => {
  it.each([
    "per_document",
    "every_n_days:10@2026-01-01",
    "weekly:5",
    "weekly:1,4/2@2026-01-05",
    "monthly:25",
    "monthly:15,-1",
    "monthly:-1/3@2026-01-31",
    "calendar:2026-01-31,2026-02-28",
    "threshold:5000.00/30",
    "per_batch:60",
    "manual:45",
  ])("reads and writes %s", (text) => {
    expect(writeCycle(readCycle(text))).toBe(text);
    expect(isComplete(readCycle(text))).toBe(true);
  });

  it("knows what is missing", () => {
    expect(isComplete({ ...readCycle("monthly:25"), days: [] })).toBe(false);
    expect(isComplete({ ...readCycle("monthly:25"), every: 3 })).toBe(false);
    expect(isComplete({ ...readCycle("threshold:1/2"), amount: "" })).toBe(false);
  });
});

describe("payment terms", () => {
  it.each(["cutoff+30", "issue+10", "day25+1", "payrun", "confirm+10/30"])("reads and writes %s", (text) => {
    expect(writeTerms(readTerms(text))).toBe(text);
  });
});
