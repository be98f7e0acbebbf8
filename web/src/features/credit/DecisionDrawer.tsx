import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { asProblem } from "@/api/problem";
import { DayText, InstantText } from "@/kit/DayText";
import { DetailDrawer } from "@/kit/DetailDrawer";
import { moneyText } from "@/kit/format";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Facts, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { Scroll } from "@/kit/Scroll";
import { StateTag, ToneTag } from "@/kit/StateTag";
import { decisionsKey, getDecision, type DecisionDetail, type PartView } from "./api";
import { ExposureStack } from "./ExposureStack";
import { Reasons } from "./Reasons";
import { documentHref, RESULT_TONES } from "./tones";
import "./credit.css";

/** One credit check: what it looked at, what it found, and whether the ledger still says so. */
export function DecisionDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const t = useT();
  const query = useQuery({
    queryKey: [...decisionsKey, "one", id],
    queryFn: ({ signal }) => getDecision(id ?? "", signal),
    enabled: id !== null,
  });
  return (
    <DetailDrawer open={id !== null} onClose={onClose} title={t("credit.ui.check_title")}>
      {query.error ? <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} /> : null}
      {query.data ? <Shown decision={query.data} /> : query.error ? null : <Waiting />}
    </DetailDrawer>
  );
}

function Shown({ decision }: { decision: DecisionDetail }) {
  const t = useT();
  const word = useValueText();
  const href = documentHref(decision.document_kind, decision.document_id);
  const document = word("credit.document", decision.document_kind);
  return (
    <div className="credit-parts">
      <Facts
        items={[
          {
            key: "result",
            name: t("credit.ui.result"),
            value: <StateTag prefix="credit.result" state={decision.result} tones={RESULT_TONES} />,
          },
          { key: "at", name: t("credit.ui.at"), value: <InstantText value={decision.at} /> },
          { key: "event", name: t("credit.ui.event"), value: word("credit.event", decision.event) },
          {
            key: "customer",
            name: t("credit.ui.customer"),
            value: <Link to={`/customers/${decision.customer_id}?tab=credit`}>{decision.customer_name}</Link>,
          },
          { key: "document", name: t("credit.ui.document"), value: href ? <Link to={href}>{document}</Link> : document },
          {
            key: "amount",
            name: t("credit.ui.amount"),
            value: <MoneyText value={decision.amount} currency={decision.currency} zeroDigits />,
          },
        ]}
      />
      <Panel title={t("credit.ui.reasons")}>
        {decision.reasons.length > 0 ? <Reasons reasons={decision.reasons} /> : t("credit.ui.no_reasons")}
        {decision.override_id ? <p style={{ marginBottom: 0 }}>{t("credit.ui.overridden")}</p> : null}
      </Panel>
      <Panel title={t("credit.ui.made_of")}>
        <ExposureStack view={decision} />
        <p style={{ margin: "12px 0 0" }}>
          {decision.replay.agrees === true ? (
            <ToneTag tone="good">{t("credit.ui.replay_agrees")}</ToneTag>
          ) : decision.replay.agrees === false ? (
            <ToneTag tone="bad">
              {t("credit.ui.replay_differs", {
                receivable: moneyText(decision.replay.receivable, { zero: "digits" }),
                credits: moneyText(decision.replay.credits, { zero: "digits" }),
              })}
            </ToneTag>
          ) : null}
        </p>
      </Panel>
      {decision.unpaid.length > 0 ? (
        <Panel title={t("credit.ui.unpaid_then")}>
          <Parts parts={decision.unpaid} />
        </Panel>
      ) : null}
    </div>
  );
}

/** Items with what is left of them after every free credit was applied to the oldest, on paper. */
export function Parts({ parts }: { parts: PartView[] }) {
  const t = useT();
  return (
    <Scroll>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("credit.ui.document")}</th>
            <th scope="col">{t("credit.ui.due")}</th>
            <th scope="col" className="end">
              {t("credit.ui.open")}
            </th>
            <th scope="col" className="end">
              {t("credit.ui.left")}
            </th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part, at) => {
            const href = documentHref(part.document_kind, part.document_id);
            return (
              <tr key={`${part.entry_id} ${at}`}>
                <td>{href ? <Link to={href}>{part.document_no}</Link> : part.document_no}</td>
                <td>
                  <DayText value={part.due_date} />{" "}
                  {part.overdue_days > 0 ? (
                    <span className="muted">{t("credit.ui.days_late", { n: part.overdue_days })}</span>
                  ) : null}
                </td>
                <td className="end">
                  <MoneyText value={part.open} />
                </td>
                <td className="end">
                  <MoneyText value={part.left} overdue={part.overdue_days > 0} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
