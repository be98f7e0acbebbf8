import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { asProblem } from "@/api/problem";
import { DayText } from "@/kit/DayText";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { ToneTag } from "@/kit/StateTag";
import { getGuards, type GuardLine } from "./api";

/** The guard lines: one green sentence, or what was forgotten with count, amount and age. */
export function Forgotten() {
  const t = useT();
  const query = useQuery({ queryKey: ["nothing-forgotten"], queryFn: ({ signal }) => getGuards(signal) });
  return (
    <Panel title={t("start.ui.forgotten")}>
      {query.error ? (
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : query.data ? (
        <Lines lines={query.data.lines} />
      ) : (
        <Waiting />
      )}
    </Panel>
  );
}

function Lines({ lines }: { lines: GuardLine[] }) {
  const t = useT();
  const alarms = lines.filter((line) => line.alarm && line.count > 0);
  const facts = lines.filter((line) => !line.alarm && line.count > 0);
  return (
    <>
      {alarms.length === 0 ? (
        <p style={{ margin: "0 0 8px" }}>
          <ToneTag tone="good">{t("start.ui.forgotten_none")}</ToneTag>
        </p>
      ) : null}
      {alarms.length + facts.length > 0 ? (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("start.ui.what")}</th>
              <th scope="col" className="end">
                {t("start.ui.count")}
              </th>
              <th scope="col" className="end">
                {t("start.ui.amount")}
              </th>
              <th scope="col" className="end start-wide">
                {t("start.ui.oldest")}
              </th>
            </tr>
          </thead>
          <tbody>
            {[...alarms, ...facts].map((line) => (
              <GuardRow key={line.name} line={line} />
            ))}
          </tbody>
        </table>
      ) : null}
      <p style={{ margin: "8px 0 0" }}>
        <Link to="/nothing-forgotten">{t("start.ui.forgotten_open")}</Link>
      </p>
    </>
  );
}

function GuardRow({ line }: { line: GuardLine }) {
  const word = useValueText();
  return (
    <tr>
      <td>
        <Link to={`/nothing-forgotten?guard=${line.name}`}>{word("statements.guard", line.name)}</Link>
      </td>
      <td className="end">
        <ToneTag tone={line.alarm ? "warn" : "quiet"}>
          <span className="num">{line.count}</span>
        </ToneTag>
      </td>
      <td className="end">
        {line.amounts.map((one) => (
          <div key={one.currency}>
            <MoneyText value={one.amount} currency={one.currency} />
          </div>
        ))}
      </td>
      <td className="end start-wide">
        <DayText value={line.oldest} />
      </td>
    </tr>
  );
}
