import { useQuery } from "@tanstack/react-query";
import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { asProblem } from "@/api/problem";
import { useAct } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { DayText, InstantText } from "@/kit/DayText";
import { refusedField } from "@/kit/forms";
import { dayText } from "@/kit/format";
import { useLang, useT, useValueText } from "@/kit/i18n";
import { listHref } from "@/kit/listState";
import { Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { Scroll } from "@/kit/Scroll";
import { useCan, useToday } from "@/kit/session";
import { ToneTag } from "@/kit/StateTag";
import {
  companyKey,
  getChecks,
  getClosing,
  lockKey,
  readLock,
  setLock,
  type CheckRun,
  type ClosingLine,
  type PeriodLock,
} from "./api";

/** Up to which day the books are locked, what should be done before, and who locked or opened them. */
export function Component() {
  const t = useT();
  const query = useQuery({ queryKey: lockKey, queryFn: ({ signal }) => readLock(signal) });
  return (
    <Page title={t("access.ui.lock_page")}>
      {query.error ? (
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : query.data ? (
        <>
          <Lock key={query.data.changes.length} lock={query.data} />
          <History lock={query.data} />
        </>
      ) : (
        <Waiting />
      )}
    </Page>
  );
}

/** The last day of the month before a day. */
function monthEnd(today: string): string {
  const [year = "", month = ""] = today.split("-");
  const end = new Date(Date.UTC(Number.parseInt(year, 10), Number.parseInt(month, 10) - 1, 0));
  return end.toISOString().slice(0, 10);
}

function Lock({ lock }: { lock: PeriodLock }) {
  const t = useT();
  const lang = useLang();
  const can = useCan();
  const today = useToday();
  const { message } = App.useApp();
  const proposed = monthEnd(today);
  const current = lock.lock_date ?? "";
  const [day, setDay] = useState(proposed > current ? proposed : current);
  const [reason, setReason] = useState("");
  const save = useAct({
    act: (to: string | null) => setLock({ lock_date: to, reason }),
    touches: [lockKey, companyKey, ["session"]],
    onDone: () => void message.success(t("access.ui.lock_done")),
  });
  const opens = current !== "" && day < current;
  return (
    <>
      <Panel>
        <ToneTag tone={current ? "good" : "quiet"}>
          {current ? t("access.ui.locked_until", { day: dayText(current, lang) }) : t("access.ui.not_locked")}
        </ToneTag>
        <p className="muted">{t("access.ui.lock_text")}</p>
        <Form layout="vertical" onFinish={() => save.run(day || null)} style={{ maxWidth: 480 }}>
          <Form.Item label={t("access.ui.lock_until")} {...refusedField(save.problem, "lock_date")}>
            <DayInput value={day} label={t("access.ui.lock_until")} onChange={setDay} width={200} />
          </Form.Item>
          <Form.Item
            label={t("access.ui.lock_reason")}
            htmlFor="lock-reason"
            extra={t("access.ui.lock_reason_help")}
            {...refusedField(save.problem, "reason")}
          >
            <Input id="lock-reason" value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
          </Form.Item>
          <ProblemAlert problem={save.problem} />
          <div style={{ display: "flex", flexWrap: "wrap", gap: 8 }}>
            <Button type="primary" htmlType="submit" loading={save.busy} disabled={day === "" || day === current}>
              {opens ? t("access.ui.unlock_act") : t("access.ui.lock_act")}
            </Button>
            {current ? (
              <Button loading={save.busy} onClick={() => save.run(null)}>
                {t("access.ui.unlock_all")}
              </Button>
            ) : null}
          </div>
        </Form>
      </Panel>
      {can("reports.read") && day !== "" && !opens ? <Before day={day} /> : null}
    </>
  );
}

/** What is not done yet of everything up to the day. */
function Before({ day }: { day: string }) {
  const t = useT();
  const lang = useLang();
  const list = useQuery({ queryKey: [...lockKey, "closing", day], queryFn: ({ signal }) => getClosing(day, signal) });
  const checks = useQuery({ queryKey: ["check-runs"], queryFn: ({ signal }) => getChecks(signal) });
  const problem = list.error ?? checks.error;
  if (problem) return <ProblemAlert problem={asProblem(problem)} onRetry={() => void list.refetch()} />;
  if (!list.data || !checks.data) return <Waiting />;
  const latest = checks.data.find((run: CheckRun) => run.state !== "running");
  const lines: ClosingLine[] = [
    ...list.data,
    { name: "check", count: latest ? (latest.state === "failed" ? 1 : latest.broken) : 1, oldest: null, amounts: [] },
  ];
  return (
    <Panel title={t("access.ui.lock_before", { day: dayText(day, lang) })}>
      <table className="plain">
        <tbody>
          {lines.map((line) => (
            <Line key={line.name} line={line} day={day} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Line({ line, day }: { line: ClosingLine; day: string }) {
  const t = useT();
  const word = useValueText();
  const name = word("access.closing", line.name);
  return (
    <tr>
      <td>
        {line.count > 0 ? <Link to={hrefOf(line.name, day)}>{name}</Link> : name}
        {line.amounts.map((amount) => (
          <div key={amount} className="muted num">
            {amount}
          </div>
        ))}
      </td>
      <td className="end">
        <ToneTag tone={line.count > 0 ? "warn" : "good"}>
          {line.count > 0 ? <span className="num">{line.count}</span> : t("access.ui.closing_done")}
        </ToneTag>
      </td>
      <td className="end">
        <DayText value={line.oldest} />
      </td>
    </tr>
  );
}

function hrefOf(name: string, day: string): string {
  switch (name) {
    case "unposted":
      return listHref("/deliveries", { filter: { state: "draft", to: day } });
    case "unissued":
      return listHref("/periods", { filter: { state: "planned", to: day } });
    case "undated":
      return "/nothing-forgotten?guard=undated";
    case "unallocated":
      return "/receipts-on-account";
    default:
      return "/check";
  }
}

function History({ lock }: { lock: PeriodLock }) {
  const t = useT();
  return (
    <Panel title={t("access.ui.lock_history")}>
      {lock.changes.length === 0 ? (
        <span className="muted">{t("access.ui.lock_no_history")}</span>
      ) : (
        <Scroll>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t("access.ui.lock_when")}</th>
                <th scope="col">{t("access.ui.lock_who")}</th>
                <th scope="col">{t("access.ui.lock_from")}</th>
                <th scope="col">{t("access.ui.lock_to")}</th>
                <th scope="col">{t("access.ui.lock_reason")}</th>
              </tr>
            </thead>
            <tbody>
              {lock.changes.map((change) => (
                <tr key={change.set_at}>
                  <td className="nowrap">
                    <InstantText value={change.set_at} />
                  </td>
                  <td>{change.set_by_name}</td>
                  <td className="nowrap">
                    {change.before ? <DayText value={change.before} /> : <span className="muted">{t("access.ui.lock_none")}</span>}
                  </td>
                  <td className="nowrap">
                    {change.lock_date ? <DayText value={change.lock_date} /> : <span className="muted">{t("access.ui.lock_none")}</span>}
                  </td>
                  <td>{change.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
}
