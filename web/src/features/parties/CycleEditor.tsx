import { InputNumber, Select, Tag } from "antd";
import type { ReactNode } from "react";
import { DayInput } from "@/kit/DayInput";
import { DayText } from "@/kit/DayText";
import { useT } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { usePreview } from "@/kit/act";
import { useToday } from "@/kit/session";
import { previewCycle } from "./api";
import { monthDayName, weekdayName } from "./CycleText";
import {
  CYCLE_KINDS,
  TERM_KINDS,
  isComplete,
  readCycle,
  readTerms,
  writeCycle,
  writeTerms,
  type CycleDraft,
  type CycleKind,
  type TermKind,
} from "./cycle";

interface FieldProps {
  value?: string;
  onChange?: (value: string) => void;
  id?: string;
  disabled?: boolean;
  currency?: string;
}

/** Edits a settlement cycle in its text form: the kind, then what that kind needs. */
export function CycleEditor({ value = "", onChange, id, disabled, currency }: FieldProps) {
  const t = useT();
  const today = useToday();
  const draft = readCycle(value);
  const set = (part: Partial<CycleDraft>) => onChange?.(writeCycle({ ...draft, ...part }));
  const choose = (kind: CycleKind) => {
    const days = kind === "monthly" ? [-1] : kind === "weekly" ? [5] : [];
    const every = kind === "every_n_days" ? 10 : 1;
    const anchor = kind === "every_n_days" ? today : "";
    set({ kind, days, every, anchor, dates: kind === "calendar" ? [today] : [], amount: "5000", maxDays: 31 });
  };
  return (
    <div style={{ display: "grid", gap: 8 }}>
      <Select<CycleKind>
        id={id}
        disabled={disabled}
        value={draft.kind}
        onChange={choose}
        options={CYCLE_KINDS.map((kind) => ({ value: kind, label: t(`cycle.kind.${kind}`) }))}
      />
      <Details draft={draft} set={set} disabled={disabled} currency={currency} />
    </div>
  );
}

interface DetailsProps {
  draft: CycleDraft;
  set: (part: Partial<CycleDraft>) => void;
  disabled?: boolean;
  currency?: string;
}

function Details(props: DetailsProps): ReactNode {
  const t = useT();
  const { draft, set, disabled } = props;
  if (draft.kind === "monthly") return <MonthDays {...props} />;
  if (draft.kind === "weekly") return <WeekDays {...props} />;
  if (draft.kind === "every_n_days") {
    return (
      <Line>
        <Whole
          label={t("parties.ui.every_days")}
          value={draft.every}
          disabled={disabled}
          onChange={(every) => set({ every })}
        />
        <Anchor {...props} />
      </Line>
    );
  }
  if (draft.kind === "calendar") return <Dates {...props} />;
  if (draft.kind === "threshold") {
    return (
      <Line>
        <MoneyInput
          label={t("parties.ui.threshold_amount")}
          currency={props.currency}
          value={draft.amount}
          disabled={disabled}
          onChange={(amount) => set({ amount })}
        />
        <Whole
          label={t("parties.ui.max_days")}
          value={draft.maxDays}
          disabled={disabled}
          onChange={(maxDays) => set({ maxDays })}
        />
      </Line>
    );
  }
  if (draft.kind === "manual") {
    return (
      <Whole
        label={t("parties.ui.alarm_days")}
        value={draft.maxDays}
        disabled={disabled}
        onChange={(maxDays) => set({ maxDays })}
      />
    );
  }
  return <span className="muted">{t("parties.ui.cycle_per_document")}</span>;
}

function MonthDays(props: DetailsProps) {
  const t = useT();
  const { draft, set, disabled } = props;
  const all = [-1, ...Array.from({ length: 31 }, (_one, index) => index + 1), -2, -3, -4, -5];
  return (
    <>
      <Select<number[]>
        mode="multiple"
        aria-label={t("parties.ui.cutoff_days")}
        disabled={disabled}
        value={draft.days}
        onChange={(days) => set({ days: days.length > 0 ? [...days].sort(monthOrder) : draft.days })}
        options={all.map((day) => ({ value: day, label: monthDayName(t, day) }))}
        showSearch={{ optionFilterProp: "label" }}
      />
      <Line>
        <Whole
          label={t("parties.ui.every_months")}
          value={draft.every}
          disabled={disabled}
          onChange={(every) => set({ every })}
        />
        {draft.every > 1 ? <Anchor {...props} /> : null}
      </Line>
    </>
  );
}

/** 1 … 31, then counted back from the end. */
function monthOrder(a: number, b: number): number {
  return (a < 0 ? 100 + a : a) - (b < 0 ? 100 + b : b);
}

function WeekDays(props: DetailsProps) {
  const t = useT();
  const { draft, set, disabled } = props;
  return (
    <>
      <Select<number[]>
        mode="multiple"
        aria-label={t("parties.ui.weekdays")}
        disabled={disabled}
        value={draft.days}
        onChange={(days) => set({ days: days.length > 0 ? [...days].sort((a, b) => a - b) : draft.days })}
        options={[1, 2, 3, 4, 5, 6, 7].map((day) => ({ value: day, label: weekdayName(t, day) }))}
      />
      <Line>
        <Whole
          label={t("parties.ui.every_weeks")}
          value={draft.every}
          disabled={disabled}
          onChange={(every) => set({ every })}
        />
        {draft.every > 1 ? <Anchor {...props} /> : null}
      </Line>
    </>
  );
}

function Dates({ draft, set, disabled }: DetailsProps) {
  const t = useT();
  return (
    <div>
      <DayInput
        value=""
        disabled={disabled}
        label={t("parties.ui.add_date")}
        placeholder={t("parties.ui.add_date")}
        onChange={(day) => day && set({ dates: [...new Set([...draft.dates, day])] })}
      />
      <div style={{ marginTop: 8, display: "flex", flexWrap: "wrap", gap: 4 }}>
        {draft.dates.map((day) => (
          <Tag
            key={day}
            closable={!disabled && draft.dates.length > 1}
            onClose={() => set({ dates: draft.dates.filter((one) => one !== day) })}
          >
            <DayText value={day} />
          </Tag>
        ))}
      </div>
    </div>
  );
}

function Anchor({ draft, set, disabled }: DetailsProps) {
  const t = useT();
  return (
    <span>
      <span className="muted">{t("parties.ui.counted_from")} </span>
      <DayInput
        value={draft.anchor}
        disabled={disabled}
        allowClear={false}
        status={draft.anchor ? undefined : "error"}
        label={t("parties.ui.counted_from")}
        onChange={(anchor) => set({ anchor })}
      />
    </span>
  );
}

function Whole(props: { label: string; value: number; min?: number; disabled?: boolean; onChange: (n: number) => void }) {
  return (
    <label style={{ display: "inline-flex", alignItems: "center", gap: 8 }}>
      <span className="muted">{props.label}</span>
      <InputNumber
        style={{ width: 80 }}
        min={props.min ?? 1}
        max={730}
        precision={0}
        disabled={props.disabled}
        value={props.value}
        onChange={(next) => typeof next === "number" && props.onChange(next)}
      />
    </label>
  );
}

function Line({ children }: { children: ReactNode }) {
  return <div style={{ display: "flex", flexWrap: "wrap", gap: "8px 16px", alignItems: "center" }}>{children}</div>;
}

/** Edits payment terms in their text form. */
export function TermsEditor({ value = "", onChange, id, disabled }: FieldProps) {
  const t = useT();
  const draft = readTerms(value);
  const set = (part: Partial<typeof draft>) => onChange?.(writeTerms({ ...draft, ...part }));
  return (
    <div style={{ display: "grid", gap: 8 }}>
      <Select<TermKind>
        id={id}
        disabled={disabled}
        value={draft.kind}
        onChange={(kind) => set({ kind })}
        options={TERM_KINDS.map((kind) => ({ value: kind, label: t(`parties.ui.term_kind_${kind}`) }))}
      />
      {draft.kind === "day" ? (
        <Line>
          <Whole
            label={t("parties.ui.due_day")}
            value={draft.day}
            disabled={disabled}
            onChange={(day) => set({ day })}
          />
          <Whole
            label={t("parties.ui.due_months")}
            min={0}
            value={draft.months}
            disabled={disabled}
            onChange={(months) => set({ months })}
          />
        </Line>
      ) : (
        <Whole
          label={t("parties.ui.due_days")}
          min={0}
          value={draft.days}
          disabled={disabled}
          onChange={(days) => set({ days })}
        />
      )}
    </div>
  );
}

/** The next periods as the server plans them: the surest way to see whether a cycle is the one meant. */
export function CyclePreview({ cycle, terms, lagDays }: { cycle: string; terms: string; lagDays: number }) {
  const t = useT();
  const today = useToday();
  const input = isComplete(readCycle(cycle)) ? { cycle, terms, from: today, lag_days: lagDays } : null;
  const preview = usePreview(["cycle-preview"], input, previewCycle);
  if (preview.problem) return <p className="overdue">{preview.problem.title}</p>;
  if (!preview.data) return null;
  if (preview.data.periods.length === 0) return <p className="muted">{t("parties.ui.no_planned_periods")}</p>;
  return (
    <table className="plain" style={{ opacity: preview.stale ? 0.6 : 1 }}>
      <caption className="muted">{t("parties.ui.next_periods")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("parties.ui.period_from")}</th>
          <th scope="col">{t("parties.ui.period_to")}</th>
          <th scope="col">{t("parties.ui.period_issue")}</th>
          <th scope="col">{t("parties.ui.period_due")}</th>
        </tr>
      </thead>
      <tbody>
        {preview.data.periods.slice(0, 6).map((period) => (
          <tr key={period.to}>
            <td>
              <DayText value={period.from} />
            </td>
            <td>
              <DayText value={period.to} />
            </td>
            <td>
              <DayText value={period.issue_by} />
            </td>
            <td>
              <DayText value={period.due} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

