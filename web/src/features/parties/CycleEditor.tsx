import { InputNumber, Select, Tag } from "antd";
import type { ReactNode } from "react";
import { DayInput } from "@/kit/DayInput";
import { DayText } from "@/kit/DayText";
import { useT } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { useToday } from "@/kit/session";
import { monthDayName, weekdayName } from "./CycleText";
import {
  CYCLE_KINDS,
  TERM_KINDS,
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

interface CycleEditorProps extends FieldProps {
  /** The kinds to choose from; all if absent. */
  kinds?: readonly CycleKind[];
  /** What to choose for "none", where none is an answer. */
  none?: string;
}

/** Edits a settlement cycle in its text form: the kind, then what that kind needs. */
export function CycleEditor({ value = "", onChange, id, disabled, currency, kinds, none }: CycleEditorProps) {
  const t = useT();
  const today = useToday();
  const draft = readCycle(value);
  const set = (part: Partial<CycleDraft>) => onChange?.(writeCycle({ ...draft, ...part }));
  const choose = (kind: CycleKind) => {
    const days = kind === "monthly" ? [-1] : kind === "weekly" ? [5] : [];
    const every = kind === "every_n_days" ? 10 : 1;
    const anchor = kind === "every_n_days" ? today : "";
    const dates = kind === "calendar" ? [today] : [];
    onChange?.(writeCycle({ kind, days, every, anchor, dates, amount: "5000", maxDays: kind === "per_batch" ? 60 : 31 }));
  };
  const isNone = none !== undefined && value === "";
  return (
    <div style={{ display: "grid", gap: 8 }}>
      <Select<CycleKind | "">
        id={id}
        disabled={disabled}
        value={isNone ? "" : draft.kind}
        onChange={(kind) => (kind === "" ? onChange?.("") : choose(kind))}
        options={[
          ...(none === undefined ? [] : [{ value: "" as const, label: none }]),
          ...(kinds ?? CYCLE_KINDS).map((kind) => ({ value: kind, label: t(`cycle.kind.${kind}`) })),
        ]}
      />
      {isNone ? null : <Details draft={draft} set={set} disabled={disabled} currency={currency} />}
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
  if (draft.kind === "manual" || draft.kind === "per_batch") {
    return (
      <Whole
        label={t(draft.kind === "manual" ? "parties.ui.alarm_days" : "parties.ui.max_days")}
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
      ) : null}
      {draft.kind === "payrun" ? <span className="muted">{t("parties.ui.terms_payrun_help")}</span> : null}
      {draft.kind === "cutoff" || draft.kind === "issue" || draft.kind === "confirm" ? (
        <Line>
          <Whole
            label={t("parties.ui.due_days")}
            min={0}
            value={draft.days}
            disabled={disabled}
            onChange={(days) => set({ days })}
          />
          {draft.kind === "confirm" ? (
            <Whole
              label={t("parties.ui.due_cap")}
              min={draft.days}
              value={draft.cap}
              disabled={disabled}
              onChange={(cap) => set({ cap })}
            />
          ) : null}
        </Line>
      ) : null}
    </div>
  );
}
