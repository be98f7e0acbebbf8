import { useQuery } from "@tanstack/react-query";
import { Form, Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { asProblem } from "@/api/problem";
import { DayInput } from "@/kit/DayInput";
import { useT, useValueText } from "@/kit/i18n";
import { listHref } from "@/kit/listState";
import { MoneyText } from "@/kit/MoneyText";
import { Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { Scroll } from "@/kit/Scroll";
import { BadDebtTabs } from "./BadDebtTabs";
import { GROUPS, getReport, listSalespersons, reportKey, useReasons, type ReportRow } from "./badDebtApi";

/** What was given up and what came back of it, by reason, customer, salesperson or year. */
export function Component() {
  const t = useT();
  const word = useValueText();
  const [by, setBy] = useState<string>("reason");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const asked = { by, from: from || undefined, to: to || undefined };
  const query = useQuery({ queryKey: [...reportKey, asked], queryFn: ({ signal }) => getReport(asked, signal) });
  return (
    <Page title={t("receivables.ui.bad_debts")}>
      <BadDebtTabs active="report" />
      <div style={{ display: "flex", flexWrap: "wrap", gap: 12, alignItems: "end", marginBottom: 12 }}>
        <Form.Item label={t("receivables.ui.report_by")} layout="vertical" style={{ margin: 0 }}>
          <Segmented
            aria-label={t("receivables.ui.report_by")}
            value={by}
            onChange={setBy}
            options={GROUPS.map((value) => ({ value, label: word("receivables.report_group", value) }))}
          />
        </Form.Item>
        <Form.Item label={t("receivables.ui.from")} layout="vertical" style={{ margin: 0 }}>
          <DayInput value={from} onChange={(day) => setFrom(day ?? "")} label={t("receivables.ui.from")} />
        </Form.Item>
        <Form.Item label={t("receivables.ui.to")} layout="vertical" style={{ margin: 0 }}>
          <DayInput value={to} onChange={(day) => setTo(day ?? "")} label={t("receivables.ui.to")} />
        </Form.Item>
      </div>
      {query.error ? (
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : query.data ? (
        <Panel>
          <Rows rows={query.data} by={by} from={from} to={to} />
        </Panel>
      ) : (
        <Waiting />
      )}
    </Page>
  );
}

/** What a group is called, and the rows of the register that it stands for. */
function useGroup(by: string) {
  const t = useT();
  const { nameOf } = useReasons();
  const people = useQuery({
    queryKey: ["salespersons"],
    queryFn: ({ signal }) => listSalespersons(signal),
    enabled: by === "salesperson",
  });
  return (row: ReportRow): { name: string; filter?: Record<string, string> } => {
    if (by === "reason") return { name: nameOf(row.key), filter: { reason_code: row.key } };
    if (by === "customer") return { name: row.name, filter: { customer_id: row.key } };
    if (by === "year") return { name: row.key, filter: { from: `${row.key}-01-01`, to: `${row.key}-12-31` } };
    if (row.key === "") return { name: t("receivables.ui.report_nobody") };
    const found = people.data?.find((person) => person.id === row.key);
    return { name: found?.name ?? "", filter: { salesperson_id: row.key } };
  };
}

function Rows({ rows, by, from, to }: { rows: ReportRow[]; by: string; from: string; to: string }) {
  const t = useT();
  const word = useValueText();
  const group = useGroup(by);
  if (rows.length === 0) return <p className="muted">{t("receivables.ui.report_empty")}</p>;
  const within = { ...(from ? { from } : {}), ...(to ? { to } : {}) };
  return (
    <Scroll>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{word("receivables.report_group", by)}</th>
            <th scope="col">{t("receivables.ui.currency")}</th>
            {["report_count", "processed", "recovered", "undone_amount", "net"].map((key) => (
              <th key={key} scope="col" className="end">
                {t(`receivables.ui.${key}` as "receivables.ui.net")}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const { name, filter } = group(row);
            return (
              <tr key={`${row.key} ${row.currency}`}>
                <td>{filter ? <Link to={listHref("/bad-debts", { filter: { ...within, ...filter } })}>{name}</Link> : name}</td>
                <td>{row.currency}</td>
                <td className="end num">{row.count}</td>
                <td className="end">
                  <MoneyText value={row.processed} />
                </td>
                <td className="end">
                  <MoneyText value={row.recovered} />
                </td>
                <td className="end">
                  <MoneyText value={row.undone} />
                </td>
                <td className="end">
                  <MoneyText value={row.net} strong />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
