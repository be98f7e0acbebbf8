import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { asProblem } from "@/api/problem";
import { useAct } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { DayText } from "@/kit/DayText";
import { FormDrawer } from "@/kit/FormDrawer";
import { refusedField } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { Page, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { Scroll } from "@/kit/Scroll";
import { useCan } from "@/kit/session";
import {
  getHolidays,
  holidaysKey,
  listHolidays,
  saveHolidays,
  type HolidayCalendarInput,
  type HolidayCalendarItem,
  type HolidayDay,
} from "./api";
import { daysFrom } from "./cycleCalendar";
import { weekdayName } from "./CycleText";
import "./cycle.css";

/** Named lists of days off, by which issue deadlines and due dates are moved. */
export function Component() {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const { id } = useParams();
  const query = useQuery({ queryKey: holidaysKey, queryFn: ({ signal }) => listHolidays(signal) });
  const open = (to: string | null) => void navigate(to ? `/settings/holidays/${to}` : "/settings/holidays");
  const mayWrite = can("parties.write");
  return (
    <Page
      title={t("parties.ui.holidays")}
      tools={
        mayWrite ? (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => open("new")}>
            {t("parties.ui.holiday_new")}
          </Button>
        ) : null
      }
    >
      <p className="muted" style={{ margin: 0 }}>
        {t("parties.ui.holidays_help")}
      </p>
      <div className="panel">
        {query.error ? <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} /> : null}
        {query.isPending ? <Waiting /> : null}
        {query.data ? <Calendars rows={query.data} mayWrite={mayWrite} onOpen={open} /> : null}
      </div>
      {mayWrite ? <CalendarForm id={id ?? null} onClose={() => open(null)} /> : null}
    </Page>
  );
}

interface CalendarsProps {
  rows: HolidayCalendarItem[];
  mayWrite: boolean;
  onOpen: (id: string) => void;
}

function Calendars({ rows, mayWrite, onOpen }: CalendarsProps) {
  const t = useT();
  if (rows.length === 0) return <p className="muted">{t("parties.ui.holidays_empty")}</p>;
  return (
    <Scroll>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("parties.ui.name")}</th>
            <th scope="col">{t("parties.ui.weekend")}</th>
            <th scope="col" className="end">
              {t("parties.ui.holiday_days")}
            </th>
            <th scope="col" className="end">
              {t("parties.ui.customers")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                {mayWrite ? (
                  <button type="button" className="row-link" onClick={() => onOpen(row.id)}>
                    {row.name}
                  </button>
                ) : (
                  row.name
                )}
              </td>
              <td>{row.weekend.map((day) => weekdayName(t, day)).join(t("parties.ui.list_comma"))}</td>
              <td className="end num">{row.days}</td>
              <td className="end num">{row.accounts}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function CalendarForm({ id, onClose }: { id: string | null; onClose: () => void }) {
  const t = useT();
  const isNew = id === "new";
  const query = useQuery({
    queryKey: [...holidaysKey, id],
    queryFn: ({ signal }) => getHolidays(id ?? "", signal),
    enabled: id !== null && !isNew,
  });
  const stored = isNew ? undefined : query.data;
  const save = useAct({
    act: (values: HolidayCalendarInput) =>
      saveHolidays(isNew ? null : id, { ...values, version: stored?.version ?? 0 }),
    touches: [holidaysKey, ["cycle-preview"]],
    onDone: onClose,
  });
  const close = () => {
    save.reset();
    onClose();
  };
  const initial: Partial<HolidayCalendarInput> = stored ?? { name: "", weekend: [6, 7], days: [] };
  return (
    <FormDrawer<HolidayCalendarInput, void>
      key={`${id ?? ""} ${stored?.version ?? ""}`}
      open={id !== null}
      loading={id !== null && !isNew && query.isPending}
      title={isNew ? t("parties.ui.holiday_new") : (stored?.name ?? t("parties.ui.holiday_calendar"))}
      initial={initial}
      act={save}
      onClose={close}
      width={640}
    >
      <Form.Item
        name="name"
        label={t("parties.ui.name")}
        rules={[{ required: true, whitespace: true, message: t("web.form.required") }]}
        {...refusedField(save.problem, "name")}
      >
        <Input autoFocus maxLength={100} />
      </Form.Item>
      <Form.Item name="weekend" label={t("parties.ui.weekend")} {...refusedField(save.problem, "weekend")}>
        <Select<number[]>
          mode="multiple"
          options={[1, 2, 3, 4, 5, 6, 7].map((day) => ({ value: day, label: weekdayName(t, day) }))}
        />
      </Form.Item>
      <Form.Item name="days" label={t("parties.ui.holiday_days")} {...refusedField(save.problem, "days")}>
        <Days />
      </Form.Item>
    </FormDrawer>
  );
}

interface DaysProps {
  value?: HolidayDay[];
  onChange?: (days: HolidayDay[]) => void;
}

/** The listed days: several at once are added as a span; a later one takes the place of an earlier. */
function Days({ value = [], onChange }: DaysProps) {
  const t = useT();
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [name, setName] = useState("");
  const [working, setWorking] = useState(false);
  const add = () => {
    const span = from ? daysFrom(from, to && to > from ? to : from) : [];
    const added = span.map((day) => ({ day, working, name: name.trim() }));
    const kept = value.filter((one) => !span.includes(one.day));
    onChange?.([...kept, ...added].sort((a, b) => (a.day < b.day ? -1 : 1)));
    setFrom("");
    setTo("");
  };
  return (
    <div style={{ display: "grid", gap: 12 }}>
      <div className="holiday-add">
        <label>
          <span className="muted">{t("parties.ui.holiday_from")}</span>
          <DayInput value={from} onChange={setFrom} label={t("parties.ui.holiday_from")} />
        </label>
        <label>
          <span className="muted">{t("parties.ui.holiday_to")}</span>
          <DayInput value={to} onChange={setTo} label={t("parties.ui.holiday_to")} />
        </label>
        <label>
          <span className="muted">{t("parties.ui.holiday_name")}</span>
          <Input value={name} maxLength={100} onChange={(event) => setName(event.target.value)} />
        </label>
        <Select<"off" | "worked">
          aria-label={t("parties.ui.holiday_kind")}
          value={working ? "worked" : "off"}
          onChange={(kind) => setWorking(kind === "worked")}
          options={[
            { value: "off", label: t("parties.ui.holiday_off") },
            { value: "worked", label: t("parties.ui.holiday_worked") },
          ]}
        />
        <Button icon={<PlusOutlined aria-hidden />} disabled={!from} onClick={add}>
          {t("parties.ui.holiday_add")}
        </Button>
      </div>
      {value.length === 0 ? <span className="muted">{t("parties.ui.holiday_none")}</span> : null}
      {value.length > 0 ? (
        <Scroll>
          <table className="plain">
            <tbody>
              {value.map((one) => (
                <tr key={one.day}>
                  <td>
                    <DayText value={one.day} />
                  </td>
                  <td>{one.name}</td>
                  <td className="muted">{t(one.working ? "parties.ui.holiday_worked" : "parties.ui.holiday_off")}</td>
                  <td className="end">
                    <Button
                      type="text"
                      size="small"
                      icon={<DeleteOutlined aria-hidden />}
                      aria-label={`${t("parties.ui.holiday_remove")} ${one.day}`}
                      onClick={() => onChange?.(value.filter((other) => other.day !== one.day))}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      ) : null}
    </div>
  );
}
