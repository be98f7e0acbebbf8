import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Progress } from "antd";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { asProblem } from "@/api/problem";
import { useAct } from "@/kit/act";
import { instantText } from "@/kit/format";
import { useLang, useT, useValueText } from "@/kit/i18n";
import { MoneyText, QuantityText } from "@/kit/MoneyText";
import { Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { Scroll } from "@/kit/Scroll";
import { useSession, useToday } from "@/kit/session";
import { ToneTag } from "@/kit/StateTag";
import {
  checkKey,
  figuresKey,
  getCheckRows,
  getCheckRuns,
  getFigures,
  startCheck,
  type CheckLine,
  type CheckRun,
  type CurrencyFigures,
  type Offender,
} from "./api";
import { stateOf, whenText } from "./CheckBadge";
import "./check.css";

/** Are the books in order? First in plain words, then line by line with the rows that disagree. */
export function Component() {
  const t = useT();
  const client = useQueryClient();
  const query = useQuery({
    queryKey: checkKey,
    queryFn: ({ signal }) => getCheckRuns(signal),
    refetchInterval: (found) => (found.state.data?.[0]?.state === "running" ? 500 : 15_000),
  });
  const start = useAct({ act: (_: undefined) => startCheck(), touches: [checkKey] });
  const runs: CheckRun[] = query.data ?? [];
  const running = runs[0]?.state === "running" ? runs[0] : undefined;
  const ended = runs.find((run) => run.state !== "running");
  useEffect(() => {
    if (!running) void client.invalidateQueries({ queryKey: ["reports"] });
  }, [running, client]);
  return (
    <Page
      title={t("reports.ui.check")}
      tools={
        <Button type="primary" loading={start.busy || running !== undefined} onClick={() => start.run(undefined)}>
          {t("reports.ui.check_now")}
        </Button>
      }
    >
      <ProblemAlert problem={start.problem} onRetry={() => start.run(undefined)} />
      {query.error ? (
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : query.data ? (
        <>
          <Verdict ended={ended} running={running} />
          <Words />
          {ended ? <Lines key={ended.id} lines={ended.lines} /> : null}
        </>
      ) : (
        <Waiting />
      )}
    </Page>
  );
}

function Verdict({ ended, running }: { ended: CheckRun | undefined; running: CheckRun | undefined }) {
  const t = useT();
  const lang = useLang();
  const { company } = useSession();
  const state = stateOf(ended, undefined);
  const progress = running ? t("reports.ui.check_running", { n: running.done, total: running.total }) : "";
  return (
    <Panel>
      {state === "good" ? <ToneTag tone="good">{t("reports.ui.check_green")}</ToneTag> : null}
      {state === "bad" ? <ToneTag tone="bad">{t("reports.ui.check_red", { n: ended?.broken ?? 0 })}</ToneTag> : null}
      {state === "failed" ? <ToneTag tone="bad">{t("reports.ui.check_failed")}</ToneTag> : null}
      {state === "none" ? <ToneTag tone="quiet">{t("reports.ui.check_none")}</ToneTag> : null}
      {ended ? (
        <span className="muted" style={{ marginInlineStart: 12 }}>
          {whenText(t, ended, instantText(ended.finished_at ?? ended.started_at, lang, company?.timezone))}
        </span>
      ) : null}
      <p className="muted" style={{ margin: "8px 0 0" }}>
        {t("reports.ui.check_text")}
      </p>
      {running ? (
        <div role="status" style={{ marginTop: 8 }}>
          <Progress
            percent={Math.min(99, Math.floor((100 * running.done) / Math.max(running.total, 1)))}
            status="active"
            aria-label={progress}
          />
          {progress}
        </div>
      ) : null}
    </Panel>
  );
}

/** Ageing = ledger = statements, as a person would say it. */
function Words() {
  const t = useT();
  const today = useToday();
  const query = useQuery({ queryKey: figuresKey(today), queryFn: ({ signal }) => getFigures(today, signal) });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  if (query.data.currencies.length === 0) return null;
  return (
    <Panel title={t("reports.ui.check_words")}>
      {query.data.currencies.map((one: CurrencyFigures) => (
        <ul key={one.currency} className="plain-list" style={{ listStyle: "none", padding: 0, margin: "0 0 12px" }}>
          <Sentence k="reports.ui.words_ageing" amount={one.ages.balance} currency={one.currency} ties={one.ageing_ties && one.items_tie} />
          <Sentence k="reports.ui.words_ledger" amount={one.ledger} currency={one.currency} ties />
          <Sentence
            k="reports.ui.words_statements"
            amount={one.statements_tie ? one.ledger : one.statements.closing}
            currency={one.currency}
            ties={one.statements_tie}
          />
        </ul>
      ))}
      <Link to="/figures">{t("reports.ui.figures")}</Link>
    </Panel>
  );
}

type SentenceKey = "reports.ui.words_ageing" | "reports.ui.words_ledger" | "reports.ui.words_statements";

function Sentence({ k, amount, currency, ties }: { k: SentenceKey; amount: string; currency: string; ties: boolean }) {
  const t = useT();
  const [before, after] = t(k, { amount: "\u0000" }).split("\u0000");
  return (
    <li style={{ padding: "3px 0" }}>
      <ToneTag tone={ties ? "good" : "bad"}>{ties ? t("reports.ui.agrees_yes") : t("reports.ui.agrees_no")}</ToneTag>{" "}
      {before}
      <MoneyText value={amount} currency={currency} zeroDigits />
      {after}
    </li>
  );
}

function Lines({ lines }: { lines: CheckLine[] }) {
  const t = useT();
  const broken = lines.filter((line) => line.count > 0);
  const [all, setAll] = useState(false);
  const [chosen, choose] = useState<string | null>(broken[0]?.name ?? null);
  const shown = all ? [...broken, ...lines.filter((line) => line.count === 0)] : broken;
  return (
    <Panel>
      <div style={{ display: "flex", flexWrap: "wrap", gap: 12, alignItems: "center", marginBottom: 8 }}>
        {broken.length === 0 ? <ToneTag tone="good">{t("reports.ui.all_hold", { n: lines.length })}</ToneTag> : null}
        <Checkbox checked={all} onChange={(event) => setAll(event.target.checked)}>
          {t("reports.ui.show_all")}
        </Checkbox>
      </div>
      {shown.length > 0 ? (
        <Scroll>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t("reports.ui.line")}</th>
                <th scope="col" className="end">
                  {t("reports.ui.result")}
                </th>
                <th scope="col" className="end">
                  {t("reports.ui.took")}
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((line) => (
                <LineRow
                  key={line.name}
                  line={line}
                  isOpen={chosen === line.name}
                  onToggle={() => choose(chosen === line.name ? null : line.name)}
                />
              ))}
            </tbody>
          </table>
        </Scroll>
      ) : null}
    </Panel>
  );
}

function LineRow({ line, isOpen, onToggle }: { line: CheckLine; isOpen: boolean; onToggle: () => void }) {
  const t = useT();
  const word = useValueText();
  const isBroken = line.count > 0;
  return (
    <>
      <tr>
        <td>
          {isBroken ? (
            <button type="button" className="row-link" aria-expanded={isOpen} onClick={onToggle}>
              {word("check", line.name)}
            </button>
          ) : (
            word("check", line.name)
          )}
        </td>
        <td className="end">
          <ToneTag tone={isBroken ? "bad" : "good"}>
            {isBroken ? t("reports.ui.rows", { n: line.count }) : t("reports.ui.holds")}
          </ToneTag>
        </td>
        <td className="end muted">
          <QuantityText value={String(line.took)} /> {"ms"}
        </td>
      </tr>
      {isOpen && isBroken ? (
        <tr>
          <td colSpan={3} className="check-rows">
            <Rows name={line.name} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

function Rows({ name }: { name: string }) {
  const t = useT();
  const query = useQuery({ queryKey: [...checkKey, "rows", name], queryFn: ({ signal }) => getCheckRows(name, signal) });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  if (query.data.length === 0) return <span className="muted">{t("reports.ui.rows_gone")}</span>;
  return (
    <>
      <table className="plain">
        <tbody>
          {query.data.map((row: Offender) => (
            <tr key={row.text}>
              <td className="muted">{row.text}</td>
              <td>{row.opens && row.id ? <Link to={hrefOf(row.opens, row.id)}>{row.no ?? row.customer_name ?? row.text}</Link> : null}</td>
              <td>
                {row.customer_id ? (
                  <>
                    <Link to={`/customers/${row.customer_id}?tab=ledger`}>{row.customer_name}</Link>{" "}
                    <span className="muted">{row.customer_code}</span>
                  </>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {query.data.length >= 200 ? <p className="muted">{t("reports.ui.rows_capped", { n: 200 })}</p> : null}
    </>
  );
}

function hrefOf(what: string, id: string): string {
  switch (what) {
    case "order":
      return `/orders/${id}`;
    case "delivery":
      return `/deliveries/${id}`;
    case "receipt":
      return `/receipts/${id}`;
    case "statement":
      return `/statements/${id}`;
    case "period":
      return `/periods?f.customer_id=${id}`;
    default:
      return `/customers/${id}?tab=ledger`;
  }
}
