import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { asProblem } from "@/api/problem";
import { DayText } from "@/kit/DayText";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText, QuantityText } from "@/kit/MoneyText";
import { Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { useCan } from "@/kit/session";
import { ToneTag } from "@/kit/StateTag";
import { Scroll } from "@/kit/Scroll";
import { getCases, getGuards, guardKey, type GuardCase, type GuardLine, type Proof } from "./api";
import "./guard.css";
import { RunDialog } from "./RunDialog";

/** Nothing forgotten: what is owed and not on its way, line by line, each with its cases. */
export function Component() {
  const t = useT();
  const can = useCan();
  const [running, setRunning] = useState(false);
  const query = useQuery({ queryKey: guardKey, queryFn: ({ signal }) => getGuards(signal) });
  return (
    <Page
      title={t("statements.ui.guard")}
      tools={
        can("statements.issue") ? (
          <Button onClick={() => setRunning(true)}>{t("statements.ui.run")}</Button>
        ) : undefined
      }
    >
      {query.error ? (
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : query.data ? (
        <>
          <Proven proof={query.data.proof} />
          <Lines lines={query.data.lines} />
        </>
      ) : (
        <Waiting />
      )}
      <RunDialog open={running} onClose={() => setRunning(false)} />
    </Page>
  );
}

/** The proof line: every entry is on exactly one live statement, waits for one, or has no date yet. */
function Proven({ proof }: { proof: Proof }) {
  const t = useT();
  const figures = {
    entries: proof.entries,
    on_statements: proof.on_statements,
    waiting: proof.waiting,
    undated: proof.undated,
    missing: proof.missing,
  };
  const isWhole = proof.missing === 0;
  return (
    <Panel>
      <ToneTag tone={isWhole ? "good" : "bad"}>
        {isWhole ? t("statements.ui.proof_good") : t("statements.ui.proof_bad", figures)}
      </ToneTag>
      <p className="muted" style={{ margin: "8px 0 0" }}>
        {t("statements.ui.proof", figures)}
      </p>
    </Panel>
  );
}

function Lines({ lines }: { lines: GuardLine[] }) {
  const t = useT();
  const [params, setParams] = useSearchParams();
  const chosen = params.get("guard");
  const choose = (name: string) =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old);
        if (chosen === name) next.delete("guard");
        else next.set("guard", name);
        return next;
      },
      { replace: true },
    );
  return (
    <Panel>
      <Scroll>
      <table className="plain guard">
        <thead>
          <tr>
            <th scope="col">{t("statements.ui.check")}</th>
            <th scope="col" className="end">
              {t("statements.ui.count")}
            </th>
            <th scope="col" className="end">
              {t("statements.ui.amount")}
            </th>
            <th scope="col" className="end guard-wide">
              {t("statements.ui.oldest")}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <GuardRow key={line.name} line={line} isOpen={chosen === line.name} onToggle={() => choose(line.name)} />
          ))}
        </tbody>
      </table>
      </Scroll>
    </Panel>
  );
}

function GuardRow({ line, isOpen, onToggle }: { line: GuardLine; isOpen: boolean; onToggle: () => void }) {
  const t = useT();
  const word = useValueText();
  const isCase = line.count > 0;
  return (
    <>
      <tr>
        <td>
          <button
            type="button"
            className="row-link"
            aria-expanded={isOpen}
            disabled={!isCase}
            onClick={onToggle}
          >
            {word("statements.guard", line.name)}
          </button>
          <div className="muted guard-hint">{word("statements.guard_hint", line.name)}</div>
        </td>
        <td className="end">
          <ToneTag tone={!isCase ? "good" : line.alarm ? "warn" : "quiet"}>
            <QuantityText value={String(line.count)} />
          </ToneTag>
        </td>
        <td className="end">
          {line.amounts.map((one) => (
            <div key={one.currency}>
              <MoneyText value={one.amount} currency={one.currency} />
            </div>
          ))}
        </td>
        <td className="end guard-wide">
          <DayText value={line.oldest} />
          {line.oldest_days !== null && line.oldest_days !== undefined && line.oldest_days > 0 ? (
            <div className="muted">{t("statements.ui.days", { n: line.oldest_days })}</div>
          ) : null}
        </td>
      </tr>
      {isOpen && isCase ? (
        <tr>
          <td colSpan={4} className="guard-cases">
            <Cases name={line.name} count={line.count} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

function Cases({ name, count }: { name: string; count: number }) {
  const t = useT();
  const query = useQuery({ queryKey: [...guardKey, name], queryFn: ({ signal }) => getCases(name, signal) });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  return (
    <>
      <table className="plain">
        <tbody>
          {query.data.map((one) => (
            <tr key={`${one.kind}-${one.id}`}>
              <td className="nowrap">
                <DayText value={one.day} />
              </td>
              <td>
                <Link to={caseHref(one)}>{one.no || t("statements.ui.open")}</Link>
              </td>
              <td>
                <Link to={`/customers/${one.customer_id}`}>{one.customer_name}</Link>{" "}
                <span className="muted">{one.customer_code}</span>
              </td>
              <td className="end">
                <MoneyText value={one.amount} currency={one.currency} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {query.data.length < count ? (
        <p className="muted">{t("statements.ui.cases_capped", { n: query.data.length, total: count })}</p>
      ) : null}
    </>
  );
}

function caseHref(one: GuardCase): string {
  switch (one.kind) {
    case "delivery":
      return `/deliveries/${one.id}`;
    case "statement":
      return `/statements/${one.id}`;
    case "dispute":
      return `/disputes/${one.id}`;
    case "period":
      return `/periods?f.state=planned&f.customer_id=${one.customer_id}`;
    case "entry":
      return `/customers/${one.customer_id}?tab=ledger`;
    default:
      return `/customers/${one.customer_id}`;
  }
}
