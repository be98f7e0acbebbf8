import { DayText } from "@/kit/DayText";
import { useLang, useT } from "@/kit/i18n";
import { usePreview } from "@/kit/act";
import { Scroll } from "@/kit/Scroll";
import { useToday } from "@/kit/session";
import { previewCycle, type CyclePreview as Preview, type PreviewedPeriod, type PreviewRequest } from "./api";
import { isComplete, readCycle } from "./cycle";
import { monthsOf, type CalendarDay, type CalendarMonth } from "./cycleCalendar";
import "./cycle.css";

/** The next twelve periods as the server plans them: the surest way to see whether a cycle is the one meant. */
export function CyclePreview({ request }: { request: PreviewRequest }) {
  const isWhole = isComplete(readCycle(request.cycle)) && (!request.pay_run || isComplete(readCycle(request.pay_run)));
  const preview = usePreview(["cycle-preview"], isWhole ? request : null, previewCycle);
  if (preview.problem) return <p className="overdue">{preview.problem.title}</p>;
  if (!preview.data) return null;
  return (
    <div className="cc" aria-busy={preview.stale} style={{ opacity: preview.stale ? 0.6 : 1 }}>
      <Change preview={preview.data} />
      {preview.data.periods.length > 0 ? <Legend hasOff={preview.data.days_off.length > 0} /> : null}
      <Months preview={preview.data} />
      <Periods preview={preview.data} />
    </div>
  );
}

/** From when the change counts, and what becomes of the running period. */
function Change({ preview }: { preview: Preview }) {
  const t = useT();
  const { valid_from, example } = preview;
  return (
    <>
      {valid_from ? (
        <p className="cc-change">
          {t("parties.ui.counts_from")} <DayText value={valid_from} />
        </p>
      ) : null}
      {example ? (
        <p className="muted cc-change">
          {t("parties.ui.no_planned_periods")} {t("parties.ui.if_closed_today")}{" "}
          <span className="nowrap">
            {t("parties.ui.period_issue")} <DayText value={example.issue_by} />
          </span>
          {" · "}
          <span className="nowrap">
            {t("parties.ui.period_due")} <DayText value={example.due} />
          </span>
        </p>
      ) : null}
    </>
  );
}

function Legend({ hasOff }: { hasOff: boolean }) {
  const t = useT();
  return (
    <ul className="cc-legend" aria-hidden>
      <li>
        <span className="cc-day cc-cutoff">25</span> {t("parties.ui.legend_cutoff")}
      </li>
      <li>
        <span className="cc-day cc-issue">28</span> {t("parties.ui.legend_issue")}
      </li>
      <li>
        <span className="cc-day cc-due">30</span> {t("parties.ui.legend_due")}
      </li>
      {hasOff ? (
        <li>
          <span className="cc-day cc-off">1</span> {t("parties.ui.legend_off")}
        </li>
      ) : null}
    </ul>
  );
}

function Months({ preview }: { preview: Preview }) {
  const today = useToday();
  const months = monthsOf(preview.periods, preview.days_off, today);
  // The table below says the same in words.
  return (
    <div className="cc-months" aria-hidden>
      {months.map((month) => (
        <Month key={month.first} month={month} />
      ))}
    </div>
  );
}

function Month({ month }: { month: CalendarMonth }) {
  const lang = useLang();
  const at = new Date(`${month.first}T00:00:00Z`);
  const title = new Intl.DateTimeFormat(lang, { year: "numeric", month: "short", timeZone: "UTC" }).format(at);
  const initial = new Intl.DateTimeFormat(lang, { weekday: "narrow", timeZone: "UTC" });
  // 2024-01-01 was a Monday.
  const names = [1, 2, 3, 4, 5, 6, 7].map((day) => initial.format(new Date(Date.UTC(2024, 0, day))));
  return (
    <div className="cc-month">
      <div className="cc-title">{title}</div>
      <div className="cc-grid">
        {names.map((name, index) => (
          <span key={index} className="cc-name">
            {name}
          </span>
        ))}
        {Array.from({ length: month.lead }, (_one, index) => (
          <span key={`lead${index}`} />
        ))}
        {month.days.map((day) => (
          <span key={day.day} className={`cc-cell ${bandOf(day)}`}>
            <span className={classOf(day)}>{day.number}</span>
          </span>
        ))}
      </div>
    </div>
  );
}

function bandOf(day: CalendarDay): string {
  if (day.period === null) return "";
  return day.period % 2 === 0 ? "cc-band" : "cc-band-odd";
}

function classOf(day: CalendarDay): string {
  return [
    "cc-day",
    day.isCutoff ? "cc-cutoff" : "",
    day.isIssueBy ? "cc-issue" : "",
    day.isDue ? "cc-due" : "",
    day.isOff ? "cc-off" : "",
    day.isToday ? "cc-today" : "",
  ]
    .filter(Boolean)
    .join(" ");
}

function Periods({ preview }: { preview: Preview }) {
  const t = useT();
  if (preview.periods.length === 0) return null;
  return (
    <details className="cc-list" open>
      <summary>{t("parties.ui.next_periods")}</summary>
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("parties.ui.period_from")}</th>
              <th scope="col">{t("parties.ui.period_to")}</th>
              <th scope="col">{t("parties.ui.period_issue")}</th>
              <th scope="col">{t("parties.ui.period_due")}</th>
            </tr>
          </thead>
          <tbody>
            {preview.periods.map((period) => (
              <PeriodRow key={period.to} period={period} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}

function PeriodRow({ period }: { period: PreviewedPeriod }) {
  const t = useT();
  return (
    <tr>
      <td>
        <DayText value={period.from} />
      </td>
      <td>
        <DayText value={period.to} />
        {period.before_change ? <span className="muted"> · {t("parties.ui.running_cycle")}</span> : null}
      </td>
      <td>
        <DayText value={period.issue_by} />
      </td>
      <td>
        <DayText value={period.due} />
      </td>
    </tr>
  );
}
