import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Modal, Progress } from "antd";
import { useEffect, useState } from "react";
import { asProblem } from "@/api/problem";
import { useMoneyAct } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { InstantText } from "@/kit/DayText";
import { useT, useValueText } from "@/kit/i18n";
import { Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { useToday } from "@/kit/session";
import { RunSimulation } from "./Simulation";
import { STATEMENT_TOUCHES, getRun, listRuns, runDetail, runsKey, startRun, type RunView } from "./api";

/** Starts a run over all customers and shows how far it is; it goes on when the dialog is closed. */
export function RunDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  return (
    <Modal open={open} title={t("statements.ui.run_title")} footer={null} width={640} destroyOnHidden onCancel={onClose}>
      <RunForm onClose={onClose} />
    </Modal>
  );
}

function RunForm({ onClose }: { onClose: () => void }) {
  const t = useT();
  const today = useToday();
  const [until, setUntil] = useState("");
  const [run, setRun] = useState<string | null>(null);
  const [isLooking, setLooking] = useState(false);
  const act = useMoneyAct({
    act: (_: undefined, key) => startRun(until || null, key),
    touches: [runsKey],
    onDone: (started) => setRun(started.id),
  });
  const latest = useQuery({ queryKey: runsKey, queryFn: ({ signal }) => listRuns(signal) });
  const underway = latest.data?.find((one) => one.state === "running");
  const shown = run ?? underway?.id ?? null;
  if (shown) return <RunProgress id={shown} onClose={onClose} />;
  return (
    <Form layout="vertical" onFinish={() => act.run(undefined)}>
      <p>{t("statements.ui.run_text")}</p>
      <Form.Item label={t("statements.ui.until")} help={t("statements.ui.until_help")} style={{ marginBottom: 36 }}>
        <DayInput value={until} onChange={setUntil} label={t("statements.ui.until")} />
      </Form.Item>
      {until !== "" && until >= today ? (
        <Alert type="warning" showIcon title={t("statements.ui.until_today")} style={{ marginBottom: 12 }} />
      ) : null}
      <ProblemAlert problem={act.problem} onRetry={() => act.run(undefined)} />
      <div style={{ display: "flex", justifyContent: "flex-end", gap: 8, marginTop: 16 }}>
        <Button onClick={onClose}>{t("web.form.cancel")}</Button>
        <Button onClick={() => setLooking(true)}>{t("statements.ui.simulate")}</Button>
        <Button type="primary" htmlType="submit" loading={act.busy}>
          {t("statements.ui.run")}
        </Button>
      </div>
      {isLooking ? <RunSimulation until={until} /> : null}
      <Latest runs={latest.data ?? []} />
    </Form>
  );
}

function Latest({ runs }: { runs: RunView[] }) {
  const t = useT();
  if (runs.length === 0) return null;
  return (
    <section style={{ marginTop: 16 }}>
      <h3 style={{ fontSize: 15, margin: "0 0 4px" }}>{t("statements.ui.runs")}</h3>
      <table className="plain">
        <tbody>
          {runs.slice(0, 5).map((run) => (
            <tr key={run.id}>
              <td>
                <InstantText value={run.started_at} />
              </td>
              <td>{t("statements.ui.run_done", { ...runDetail(run).tally })}</td>
              <td className="end">
                {run.failed > 0 ? (
                  <span className="overdue">{t("statements.ui.run_failed", { n: run.failed })}</span>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** How far a run is, with counts and what it could not do. */
function RunProgress({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const query = useQuery({
    queryKey: [...runsKey, id],
    queryFn: ({ signal }) => getRun(id, signal),
    refetchInterval: (found) => (found.state.data?.state === "running" || !found.state.data ? 500 : false),
  });
  const isOver = query.data !== undefined && query.data.state !== "running";
  useEffect(() => {
    if (!isOver) return;
    for (const queryKey of [...STATEMENT_TOUCHES, runsKey]) void client.invalidateQueries({ queryKey });
  }, [isOver, client]);
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const run = query.data;
  const detail = runDetail(run);
  const seen = run.done + run.failed;
  const percent = isOver ? 100 : Math.min(99, Math.floor((100 * seen) / Math.max(run.total, seen, 1)));
  const text = isOver
    ? t("statements.ui.run_done", { ...detail.tally })
    : t("statements.ui.run_underway", { n: seen, total: Math.max(run.total, seen) });
  return (
    <div role="status">
      <Progress
        percent={percent}
        status={isOver ? (run.failed > 0 ? "exception" : "success") : "active"}
        aria-label={text}
      />
      <p>{text}</p>
      <Failures detail={detail} failed={run.failed} />
      <div style={{ display: "flex", justifyContent: "flex-end" }}>
        <Button type={isOver ? "primary" : "default"} onClick={onClose}>
          {isOver ? t("web.form.close") : t("statements.ui.run_leave")}
        </Button>
      </div>
    </div>
  );
}

function Failures({ detail, failed }: { detail: ReturnType<typeof runDetail>; failed: number }) {
  const t = useT();
  const word = useValueText();
  if (failed === 0) return null;
  return (
    <Alert
      type="error"
      showIcon
      title={t("statements.ui.run_failed", { n: failed })}
      description={
        <ul style={{ margin: 0, paddingInlineStart: 18 }}>
          {detail.failed.map((one) => (
            <li key={one.customer_code}>
              {one.customer_code}: {word("refusal", one.code, Object.fromEntries(one.params))}
            </li>
          ))}
        </ul>
      }
      style={{ marginBottom: 12 }}
    />
  );
}
