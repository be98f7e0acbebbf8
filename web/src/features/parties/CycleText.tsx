import { useT, type Translate } from "@/kit/i18n";
import { DayText } from "@/kit/DayText";
import { moneyText } from "@/kit/format";
import { readCycle, readTerms } from "./cycle";

/** "monthly:15,-1" as a sentence: "on the 15th and the last day of each month". */
export function CycleText({ value }: { value: string }) {
  const t = useT();
  const draft = readCycle(value);
  const days = draft.days.map((day) => (draft.kind === "weekly" ? weekdayName(t, day) : monthDayName(t, day)));
  const list = days.join(t("parties.ui.list_comma"));
  const interval = draft.every;
  switch (draft.kind) {
    case "monthly":
      return interval > 1
        ? t("parties.ui.cycle_every_months", { days: list, n: interval })
        : t("parties.ui.cycle_monthly", { days: list });
    case "weekly":
      return interval > 1
        ? t("parties.ui.cycle_every_weeks", { days: list, n: interval })
        : t("parties.ui.cycle_weekly", { days: list });
    case "every_n_days":
      return (
        <>
          {t("parties.ui.cycle_every_days", { n: interval })} <DayText value={draft.anchor} />
        </>
      );
    case "per_document":
      return t("parties.ui.cycle_per_document");
    case "calendar":
      return t("parties.ui.cycle_calendar", { n: draft.dates.length });
    case "threshold":
      return t("parties.ui.cycle_threshold", { amount: moneyText(draft.amount), n: draft.maxDays });
    case "per_batch":
      return t("parties.ui.cycle_per_batch", { n: draft.maxDays });
    case "manual":
      return t("parties.ui.cycle_manual", { n: draft.maxDays });
  }
}

/** "cutoff+30" as a sentence. */
export function TermsText({ value }: { value: string }) {
  const t = useT();
  const draft = readTerms(value);
  if (draft.kind === "day") return t("parties.ui.terms_day", { day: String(draft.day), months: String(draft.months) });
  if (draft.kind === "payrun") return t("parties.ui.terms_payrun");
  if (draft.kind === "confirm") {
    return t("parties.ui.terms_confirm", { days: String(draft.days), most: String(draft.cap) });
  }
  return t(draft.kind === "issue" ? "parties.ui.terms_issue" : "parties.ui.terms_cutoff", { n: draft.days });
}

export function monthDayName(t: Translate, day: number): string {
  if (day === -1) return t("parties.ui.last_day");
  if (day < 0) return t("parties.ui.day_before_end", { n: -day });
  return t("parties.ui.month_day", { day: String(day) });
}

export function weekdayName(t: Translate, day: number): string {
  const names = [
    "parties.ui.monday",
    "parties.ui.tuesday",
    "parties.ui.wednesday",
    "parties.ui.thursday",
    "parties.ui.friday",
    "parties.ui.saturday",
    "parties.ui.sunday",
  ] as const;
  const name = names[day - 1];
  return name ? t(name) : String(day);
}
