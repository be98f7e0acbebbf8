import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { asProblem } from "@/api/problem";
import { DayText } from "@/kit/DayText";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { Scroll } from "@/kit/Scroll";
import { periodsKey } from "./api";
import { simulatePeriod, simulateRun } from "./facetApi";
import { Ageing, Head, LineTable, Sums } from "./StatementView";

/** The statement of a planned period as it would be: the same page, marked. */
export function PeriodSimulation({ id }: { id: string }) {
  const t = useT();
  const query = useQuery({
    queryKey: [...periodsKey, "simulation", id],
    queryFn: ({ signal }) => simulatePeriod(id, signal),
    gcTime: 0,
    staleTime: 0,
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const { statement, lines } = query.data;
  if (!statement) return <Alert type="info" showIcon title={t("statements.ui.simulation_empty")} />;
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 12 }}>
      <Alert type="warning" showIcon title={t("statements.ui.simulation_text")} />
      <Head statement={statement} isSimulated />
      <Sums statement={statement} />
      <Ageing statement={statement} />
      <Panel title={t("statements.ui.lines", { n: statement.line_count })}>
        {lines.length === 0 ? (
          <p className="muted">{t("statements.ui.no_lines")}</p>
        ) : (
          <LineTable lines={lines} isLive />
        )}
      </Panel>
    </div>
  );
}

/** What a run would issue now. */
export function RunSimulation({ until }: { until: string }) {
  const t = useT();
  const word = useValueText();
  const query = useQuery({
    queryKey: [...periodsKey, "simulation", "all", until],
    queryFn: ({ signal }) => simulateRun(until || null, signal),
    gcTime: 0,
    staleTime: 0,
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const { statements, empty, failed, more } = query.data;
  return (
    <section style={{ marginTop: 12 }}>
      <p role="status">
        {t("statements.ui.simulation_run", { issued: statements.length, empty })}
        {more ? ` ${t("statements.ui.simulation_more")}` : ""}
      </p>
      {failed.length > 0 ? (
        <Alert
          type="error"
          showIcon
          style={{ marginBottom: 12 }}
          title={t("statements.ui.run_failed", { n: failed.length })}
          description={failed.map((one) => (
            <div key={one.customer_code}>
              {one.customer_code}: {word("refusal", one.code, Object.fromEntries(one.params as [string, string][]))}
            </div>
          ))}
        />
      ) : null}
      {statements.length > 0 ? (
        <div style={{ maxHeight: 320, overflow: "auto" }}>
          <Scroll>
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{t("statements.ui.customer")}</th>
                  <th scope="col">{t("statements.ui.cutoff")}</th>
                  <th scope="col" className="end">
                    {t("statements.ui.line_count")}
                  </th>
                  <th scope="col" className="end">
                    {t("statements.ui.closing")}
                  </th>
                </tr>
              </thead>
              <tbody>
                {statements.map((one) => (
                  <tr key={one.period_id}>
                    <td>
                      {one.customer_name} <span className="muted">{one.customer_code}</span>
                    </td>
                    <td className="nowrap">
                      <DayText value={one.to} />
                    </td>
                    <td className="end num">{one.line_count}</td>
                    <td className="end">
                      <MoneyText value={one.closing} currency={one.currency} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </div>
      ) : null}
    </section>
  );
}
