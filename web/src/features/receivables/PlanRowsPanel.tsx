import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { DayText } from "@/kit/DayText";
import { useT } from "@/kit/i18n";
import { listHref } from "@/kit/listState";
import { MoneyText } from "@/kit/MoneyText";
import { Panel } from "@/kit/Page";
import { Scroll } from "@/kit/Scroll";
import { ToneTag } from "@/kit/StateTag";
import { listDueRows, plansKey, type DueRow } from "./plansApi";

const SHOWN = 10;

/** On the start page: rows of payment plans that are late or due within a week. Nothing when there are none. */
export default function PlanRowsPanel() {
  const t = useT();
  const query = useQuery({ queryKey: [...plansKey, "due"], queryFn: ({ signal }) => listDueRows(signal) });
  const rows: DueRow[] = query.data ?? [];
  if (rows.length === 0) return null;
  return (
    <Panel title={t("receivables.ui.plan_rows_due")}>
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("receivables.ui.customer")}</th>
              <th scope="col">{t("receivables.ui.plan")}</th>
              <th scope="col">{t("receivables.ui.due")}</th>
              <th scope="col" className="end">
                {t("receivables.ui.plan_left")}
              </th>
              <th scope="col">{t("receivables.ui.state")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, SHOWN).map((row) => (
              <tr key={`${row.plan_id} ${row.row_no} ${row.due_date}`}>
                <td>
                  <Link to={`/customers/${row.customer_id}?tab=open-items`}>{row.customer_name}</Link>
                </td>
                <td>
                  <Link to={`/payment-plans/${row.plan_id}`}>{row.plan_no}</Link>
                </td>
                <td>
                  <DayText value={row.due_date} />
                </td>
                <td className="end">
                  <MoneyText value={row.left} currency={row.currency} overdue={row.days_overdue > 0} />
                </td>
                <td>
                  {row.breached ? (
                    <ToneTag tone="bad">{t("receivables.ui.plan_row_breached", { n: row.days_overdue })}</ToneTag>
                  ) : row.days_overdue > 0 ? (
                    <ToneTag tone="warn">{t("receivables.ui.plan_row_late", { n: row.days_overdue })}</ToneTag>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {rows.length > SHOWN ? (
        <Link to={listHref("/payment-plans", { filter: { late: "1" } })}>{t("receivables.ui.plans_late")}</Link>
      ) : null}
    </Panel>
  );
}
