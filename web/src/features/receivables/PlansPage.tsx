import { Button } from "antd";
import { Link, useNavigate } from "react-router";
import { DataTable, type Column } from "@/kit/DataTable";
import { DayText } from "@/kit/DayText";
import { isZero } from "@/kit/format";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Page } from "@/kit/Page";
import { useCan } from "@/kit/session";
import { StateTag, type Tone } from "@/kit/StateTag";
import { listPlans, plansKey, type PlanItem } from "./plansApi";

export const STANDING_TONES: Record<string, Tone> = {
  running: "busy",
  late: "warn",
  breached: "bad",
  kept: "good",
  replaced: "quiet",
  ended: "quiet",
};

/** What customers agreed to pay in rows: the next row, what is late, what was breached. */
export function Component() {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const start = <Link to="/payment-plans/new">{t("receivables.ui.plan_new")}</Link>;
  return (
    <Page
      title={t("receivables.ui.plans")}
      tools={
        can("receivables.write") ? (
          <Button type="primary" onClick={() => void navigate("/payment-plans/new")}>
            {t("receivables.ui.plan_new")}
          </Button>
        ) : undefined
      }
    >
      <DataTable<PlanItem>
        view="receivables.plans"
        label={t("receivables.ui.plans")}
        queryKey={plansKey}
        fetch={listPlans}
        rowKey={(row) => row.id}
        columns={useColumns()}
        filters={[
          { key: "customer_id", kind: "customer", label: t("receivables.ui.customer") },
          { key: "state", kind: "select", label: t("receivables.ui.state"), options: useStates() },
        ]}
        views={[
          { key: "active", label: t("receivables.ui.plans_active"), state: { filter: { state: "active" } } },
          { key: "late", label: t("receivables.ui.plans_late"), state: { filter: { late: "1" } } },
          { key: "breached", label: t("receivables.ui.plans_breached"), state: { filter: { breached: "1" } } },
        ]}
        searchPlaceholder={t("receivables.ui.search_customer")}
        defaultSort="-date"
        onOpen={(row) => void navigate(`/payment-plans/${row.id}`)}
        openHref={(row) => `/payment-plans/${row.id}`}
        rowTone={(row) => (isZero(row.late) ? undefined : "overdue")}
        empty={
          <>
            {t("receivables.ui.plans_empty")} {can("receivables.write") ? start : null}
          </>
        }
      />
    </Page>
  );
}

function useStates() {
  const word = useValueText();
  return ["active", "replaced", "ended"].map((value) => ({ value, label: word("receivables.plan_state", value) }));
}

function useColumns(): Column<PlanItem>[] {
  const t = useT();
  const word = useValueText();
  return [
    { key: "no", title: t("receivables.ui.no"), opens: true, render: (row) => row.no },
    { key: "version", title: t("receivables.ui.plan_version"), extra: true, figures: true, render: (row) => row.version },
    { key: "customer", lead: true, title: t("receivables.ui.customer"), render: (row) => row.customer_name },
    {
      key: "standing",
      title: t("receivables.ui.state"),
      render: (row) => <StateTag prefix="receivables.plan_state" state={row.standing} tones={STANDING_TONES} />,
    },
    {
      key: "date",
      title: t("receivables.ui.plan_agreed_on"),
      sort: "date",
      render: (row) => <DayText value={row.agreed_on} />,
    },
    { key: "currency", title: t("receivables.ui.currency"), extra: true, render: (row) => row.currency },
    { key: "total", title: t("receivables.ui.plan_total"), figures: true, render: (row) => <MoneyText value={row.total} /> },
    {
      key: "left",
      lead: true,
      title: t("receivables.ui.plan_left"),
      figures: true,
      render: (row) => <MoneyText value={row.left} strong />,
    },
    {
      key: "late",
      title: t("receivables.ui.plan_late"),
      figures: true,
      render: (row) => <MoneyText value={row.late} overdue />,
    },
    {
      key: "next",
      title: t("receivables.ui.plan_next"),
      render: (row) => (row.next_due ? <DayText value={row.next_due} /> : <span className="muted">–</span>),
    },
    {
      key: "next_amount",
      title: t("receivables.ui.plan_next_amount"),
      figures: true,
      render: (row) => <MoneyText value={row.next_amount ?? "0"} />,
    },
    {
      key: "rule",
      title: t("receivables.ui.plan_rule"),
      extra: true,
      render: (row) => word("receivables.breach_rule", row.breach_rule),
    },
  ];
}
