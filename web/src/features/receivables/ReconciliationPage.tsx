import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { asProblem } from "@/api/problem";
import { DayText } from "@/kit/DayText";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { Scroll } from "@/kit/Scroll";
import { useCan } from "@/kit/session";
import { ToneTag } from "@/kit/StateTag";
import { FinancePage } from "./FinanceTabs";
import { listReconciliation, reconciliationKey, type ReconciliationRow } from "./financeApi";
import { WriteOffDialog, type WriteOffOf } from "./WriteOffForm";

/** What management gave up and finance did not book, and the other way round. */
export function Component() {
  return (
    <FinancePage active="reconciliation">
      <Differences />
    </FinancePage>
  );
}

function Differences() {
  const t = useT();
  const word = useValueText();
  const can = useCan();
  const [booking, setBooking] = useState<WriteOffOf | null>(null);
  const query = useQuery({ queryKey: reconciliationKey, queryFn: ({ signal }) => listReconciliation(signal) });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  if (query.data.length === 0) {
    return (
      <Panel>
        <ToneTag tone="good">{t("receivables.ui.reconciliation_empty")}</ToneTag>
      </Panel>
    );
  }
  return (
    <Panel>
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("receivables.ui.state")}</th>
              <th scope="col">{t("receivables.ui.customer")}</th>
              <th scope="col">{t("receivables.ui.no")}</th>
              <th scope="col">{t("receivables.ui.date")}</th>
              <th scope="col" className="end">
                {t("receivables.ui.reconciliation_processed")}
              </th>
              <th scope="col" className="end">
                {t("receivables.ui.reconciliation_booked")}
              </th>
              <th scope="col" className="end">
                {t("receivables.ui.reconciliation_difference")}
              </th>
              <th scope="col">
                <span className="visually-hidden">{t("receivables.ui.write_off_new")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {query.data.map((row: ReconciliationRow) => (
              <tr key={`${row.bad_debt_id ?? ""} ${row.write_off_id ?? ""}`}>
                <td>{word("receivables.reconciliation", row.side)}</td>
                <td>
                  <Link to={`/customers/${row.customer_id}`}>{row.customer_name}</Link>
                </td>
                <td>{row.order_id ? <Link to={`/orders/${row.order_id}`}>{row.document_no}</Link> : row.document_no}</td>
                <td>
                  <DayText value={row.date} />
                </td>
                <td className="end">
                  <MoneyText value={row.processed} />
                </td>
                <td className="end">
                  <MoneyText value={row.booked} />
                </td>
                <td className="end">
                  <MoneyText value={row.difference} currency={row.currency} strong />
                </td>
                <td>
                  {row.bad_debt_id && row.side === "processed_not_booked" && can("receivables.bad_debt") ? (
                    <Button
                      size="small"
                      onClick={() =>
                        setBooking({
                          bad_debt_id: row.bad_debt_id ?? null,
                          name: `${row.customer_name} · ${row.document_no}`,
                          amount: row.difference,
                        })
                      }
                    >
                      {t("receivables.ui.write_off_new")}
                    </Button>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <WriteOffDialog of={booking} onClose={() => setBooking(null)} />
    </Panel>
  );
}
