import { useQuery } from "@tanstack/react-query";
import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { asProblem } from "@/api/problem";
import { useAct, useMoneyAct } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { DayText } from "@/kit/DayText";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { Scroll } from "@/kit/Scroll";
import { useCan, useToday } from "@/kit/session";
import { StateTag } from "@/kit/StateTag";
import { FinancePage } from "./FinanceTabs";
import { listRates, listRuns, propose, ratesKey, runsKey, saveRates, type AllowanceRate, type AllowanceRunItem } from "./financeApi";

/** What is set aside for debts that may not be paid: rates by age, and proposals that are posted. */
export function Component() {
  const t = useT();
  return (
    <FinancePage active="allowance">
      <Panel title={t("receivables.ui.allowance_rates")}>
        <Rates />
      </Panel>
      <Panel title={t("receivables.ui.allowance_runs")}>
        <Propose />
        <Runs />
      </Panel>
    </FinancePage>
  );
}

function Rates() {
  const query = useQuery({ queryKey: ratesKey, queryFn: ({ signal }) => listRates(signal) });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  return <RatesForm key={query.dataUpdatedAt} rates={query.data} />;
}

function RatesForm({ rates }: { rates: AllowanceRate[] }) {
  const t = useT();
  const word = useValueText();
  const can = useCan();
  const { message } = App.useApp();
  const [typed, setTyped] = useState(rates);
  const save = useAct({
    act: saveRates,
    touches: [ratesKey],
    onDone: () => void message.success(t("web.form.saved")),
  });
  const mayChange = can("receivables.bad_debt_approve");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.run(typed);
      }}
    >
      <div style={{ display: "flex", flexWrap: "wrap", gap: 12, alignItems: "end", marginBottom: 12 }}>
        {typed.map((rate, at) => (
          <Form.Item
            key={rate.bucket}
            label={word("receivables.bucket", rate.bucket)}
            layout="vertical"
            style={{ margin: 0, width: 130 }}
            validateStatus={save.problem?.fieldTitle(`rates[${at}].percent`) ? "error" : undefined}
          >
            <Input
              aria-label={t("receivables.ui.allowance_rate", { age: word("receivables.bucket", rate.bucket) })}
              value={rate.percent}
              disabled={!mayChange}
              inputMode="decimal"
              suffix="%"
              onChange={(event) =>
                setTyped(typed.map((one) => (one.bucket === rate.bucket ? { ...one, percent: event.target.value } : one)))
              }
            />
          </Form.Item>
        ))}
        {mayChange ? (
          <Button htmlType="submit" loading={save.busy}>
            {t("receivables.ui.allowance_rates_save")}
          </Button>
        ) : null}
      </div>
      <ProblemAlert problem={save.problem} />
    </form>
  );
}

function Propose() {
  const t = useT();
  const can = useCan();
  const today = useToday();
  const navigate = useNavigate();
  const [day, setDay] = useState(today);
  const act = useMoneyAct({
    act: (as_of: string, key) => propose(as_of, key),
    touches: [runsKey],
    onDone: (run) => void navigate(`/finance/allowance/${run.id}`),
  });
  if (!can("receivables.bad_debt")) return null;
  return (
    <>
      <div style={{ display: "flex", flexWrap: "wrap", gap: 12, alignItems: "end", marginBottom: 12 }}>
        <Form.Item label={t("receivables.ui.allowance_as_of")} layout="vertical" style={{ margin: 0 }}>
          <DayInput value={day} onChange={(chosen) => setDay(chosen ?? "")} label={t("receivables.ui.allowance_as_of")} />
        </Form.Item>
        <Button type="primary" loading={act.busy} disabled={day === ""} onClick={() => act.run(day)}>
          {t("receivables.ui.allowance_propose")}
        </Button>
      </div>
      <ProblemAlert problem={act.problem} />
    </>
  );
}

function Runs() {
  const t = useT();
  const query = useQuery({ queryKey: runsKey, queryFn: ({ signal }) => listRuns(signal) });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  if (query.data.length === 0) return <p className="muted">{t("receivables.ui.allowance_empty")}</p>;
  return (
    <Scroll>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("receivables.ui.allowance_as_of")}</th>
            <th scope="col">{t("receivables.ui.state")}</th>
            <th scope="col">{t("receivables.ui.currency")}</th>
            <th scope="col" className="end">
              {t("receivables.ui.allowance_total")}
            </th>
            <th scope="col" className="end">
              {t("receivables.ui.allowance_change")}
            </th>
          </tr>
        </thead>
        <tbody>
          {query.data.map((run: AllowanceRunItem) => (
            <tr key={run.id}>
              <td>
                <Link to={`/finance/allowance/${run.id}`}>
                  <DayText value={run.as_of} />
                </Link>
              </td>
              <td>
                <StateTag
                  prefix="receivables.allowance_state"
                  state={run.state}
                  tones={{ draft: "warn", posted: "good", dropped: "quiet" }}
                />
              </td>
              <td>{run.currency}</td>
              <td className="end">
                <MoneyText value={run.total} />
              </td>
              <td className="end">
                <MoneyText value={run.change} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
