import type { PreviewedPeriod } from "./api";

/** A day of the calendar and what it is to the periods shown. */
export interface CalendarDay {
  day: string;
  /** Number in its month. */
  number: number;
  /** Which of the periods it lies in; null before the first and after the last. */
  period: number | null;
  isCutoff: boolean;
  isIssueBy: boolean;
  isDue: boolean;
  isOff: boolean;
  isToday: boolean;
}

export interface CalendarMonth {
  /** First day, ISO. */
  first: string;
  /** Empty places before the first day, the week beginning on Monday. */
  lead: number;
  days: CalendarDay[];
}

/** More months than these are too many to look at. */
const MOST_MONTHS = 18;

/** The months in which something closes, must be out or falls due; those between, where it is not long. */
export function monthsOf(periods: readonly PreviewedPeriod[], daysOff: readonly string[], today: string): CalendarMonth[] {
  const first = periods[0];
  if (!first) return [];
  const cutoffs = new Set(periods.map((one) => one.to));
  const issues = new Set(periods.map((one) => one.issue_by));
  const dues = new Set(periods.map((one) => one.due));
  const off = new Set(daysOff);
  const marks = [...cutoffs, ...issues, ...dues].sort();
  const begin = first.to < today ? first.to : today > first.from ? today : first.from;
  const last = marks[marks.length - 1] ?? begin;
  let months = monthsBetween(begin.slice(0, 7), last.slice(0, 7));
  if (months.length > MOST_MONTHS) {
    const marked = new Set(marks.map((day) => day.slice(0, 7)));
    months = months.filter((month) => marked.has(month)).slice(0, MOST_MONTHS);
  }
  const periodOf = (day: string) => {
    const found = periods.findIndex((one) => one.from <= day && day <= one.to);
    return found < 0 ? null : found;
  };
  return months.map((month) => {
    const days = daysOfMonth(month).map((day, index) => ({
      day,
      number: index + 1,
      period: periodOf(day),
      isCutoff: cutoffs.has(day),
      isIssueBy: issues.has(day),
      isDue: dues.has(day),
      isOff: off.has(day),
      isToday: day === today,
    }));
    return { first: `${month}-01`, lead: weekday(`${month}-01`), days };
  });
}

function monthsBetween(first: string, last: string): string[] {
  const months: string[] = [];
  let [year = 0, month = 1] = first.split("-").map((part) => Number.parseInt(part, 10));
  for (;;) {
    const text = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}`;
    if (text > last || months.length > 400) return months;
    months.push(text);
    month += 1;
    if (month > 12) {
      month = 1;
      year += 1;
    }
  }
}

function daysOfMonth(month: string): string[] {
  const [year = 0, number = 1] = month.split("-").map((part) => Number.parseInt(part, 10));
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return Array.from({ length: count }, (_one, index) => `${month}-${String(index + 1).padStart(2, "0")}`);
}

/** 0 = Monday. */
function weekday(day: string): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** Every day from one to another, at most a hundred. */
export function daysFrom(first: string, last: string): string[] {
  const days: string[] = [];
  const at = new Date(`${first}T00:00:00Z`);
  while (days.length < 100) {
    const day = at.toISOString().slice(0, 10);
    if (day > last) break;
    days.push(day);
    at.setUTCDate(at.getUTCDate() + 1);
  }
  return days;
}
