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
  const word = useValueText();
  const alarms = lines.filter((line) => line.alarm && line.count > 0);
  const facts = lines.filter((line) => !line.alarm && line.count > 0);
  return (
    <>
      {alarms.length === 0 ? (
        <p style={{ margin: "0 0 8px" }}>
          <ToneTag tone="good">{t("start.ui.forgotten_none")}</ToneTag>
        </p>
      ) : null}
      <ul className="start-guards">
        {[...alarms, ...facts].map((line) => (
          <li key={line.name}>
            <Link to={`/nothing-forgotten?guard=${line.name}`}>{word("statements.guard", line.name)}</Link>
            <ToneTag tone={line.alarm ? "warn" : "quiet"}>
              <span className="num">{line.count}</span>
            </ToneTag>
            {line.amounts.map((one: { currency: string; amount: string }) => (
              <MoneyText key={one.currency} value={one.amount} currency={one.currency} />
            ))}
            {line.oldest ? (
              <span className="muted">
                <DayText value={line.oldest} />
              </span>
            ) : null}
          </li>
        ))}
        <li>
          <Link to="/nothing-forgotten">{t("start.ui.forgotten_open")}</Link>
        </li>
      </ul>
    </>
  );
}
