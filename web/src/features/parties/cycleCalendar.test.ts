import { describe, expect, it } from "vitest";
import { daysFrom, monthsOf } from "./cycleCalendar";

const period = (from: string, to: string, issue_by: string, due: string) => ({ from, to, issue_by, due, before_change: false });

describe("the calendar of a settlement cycle", () => {
  it("marks cut-off, deadline and due date, and tells periods apart", () => {
    const months = monthsOf(
      [period("2026-01-26", "2026-02-25", "2026-02-27", "2026-03-27"), period("2026-02-26", "2026-03-25", "2026-03-27", "2026-04-24")],
      ["2026-03-01"],
      "2026-02-10",
    );
    expect(months.map((month) => month.first)).toEqual(["2026-02-01", "2026-03-01", "2026-04-01"]);
    expect(months[0]?.lead).toBe(6);
    expect(months[0]?.days).toHaveLength(28);
    expect(months[0]?.days[24]).toMatchObject({ day: "2026-02-25", isCutoff: true, period: 0 });
    expect(months[0]?.days[25]).toMatchObject({ isCutoff: false, period: 1 });
    expect(months[1]?.days[26]).toMatchObject({ isIssueBy: true, isDue: true, period: null });
    expect(months[1]?.days[0]).toMatchObject({ isOff: true });
    expect(months[0]?.days[9]).toMatchObject({ isToday: true });
  });

  it("leaves empty months out where there are many", () => {
    const quarters = ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31", "2027-03-31", "2027-06-30", "2027-09-30"];
    const months = monthsOf(quarters.map((to) => period(to, to, to, to)), [], "2026-03-01");
    expect(months.map((month) => month.first)).toEqual(quarters.map((to) => `${to.slice(0, 7)}-01`));
  });

  it("has nothing to show for an event", () => {
    expect(monthsOf([], [], "2026-03-01")).toEqual([]);
  });

  it("counts days over a month's end", () => {
    expect(daysFrom("2026-02-27", "2026-03-01")).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
    expect(daysFrom("2026-03-02", "2026-03-01")).toEqual([]);
  });
});
