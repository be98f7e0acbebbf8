import { Button } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { DataTable, type Column } from "@/kit/DataTable";
import { DayText } from "@/kit/DayText";
import { useT, useValueText } from "@/kit/i18n";
import { listHref } from "@/kit/listState";
import { MoneyText } from "@/kit/MoneyText";
import { Page } from "@/kit/Page";
import type { RowAction } from "@/kit/RowMenu";
import { useCan } from "@/kit/session";
import { ORIGINS, listUnsettled, unsettledKey, type UnsettledOrder } from "./api";
import { BadDebtDialog } from "./BadDebtDialog";
import { BadDebtManyDialog } from "./BadDebtManyDialog";
import ReceiptDialog from "./ReceiptDialog";
import { ReceiptTabs } from "./ReceiptTabs";

/** Orders on which something is owed: collected from here, or processed as bad debt. */
export function Component() {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const [badDebt, setBadDebt] = useState<string | null>(null);
  const [many, setMany] = useState<{ orders: UnsettledOrder[]; clear: () => void } | null>(null);
  const [paying, setPaying] = useState<string | null>(null);
  const columns = useColumns();
  const actionsOf = (row: UnsettledOrder): RowAction[] => [
    ...(can("receivables.write")
      ? [{ key: "receipt", label: t("receivables.ui.receipt_new"), onClick: () => setPaying(row.customer_id) }]
      : []),
    ...(can("receivables.bad_debt")
      ? [{ key: "bad-debt", label: t("receivables.ui.bad_debt"), onClick: () => setBadDebt(row.order_id) }]
      : []),
    {
      key: "order",
      label: t("receivables.ui.open_order"),
      divided: true,
      onClick: () => void navigate(`/orders/${row.order_id}`),
    },
    {
      key: "customer",
      label: t("receivables.ui.open_customer"),
      onClick: () => void navigate(`/customers/${row.customer_id}`),
    },
  ];
  return (
    <Page
      title={t("receivables.ui.unsettled")}
      tools={
        can("receivables.write") ? (
          <Button type="primary" onClick={() => setPaying("")}>
            {t("receivables.ui.receipt_new")}
          </Button>
        ) : undefined
      }
    >
      <ReceiptTabs active="unsettled-orders" />
      <DataTable<UnsettledOrder>
        view="receivables.unsettled"
        label={t("receivables.ui.unsettled")}
        queryKey={unsettledKey}
        fetch={listUnsettled}
        rowKey={(row) => row.order_id}
        columns={columns}
        filters={[
          { key: "customer_id", kind: "customer", label: t("receivables.ui.customer") },
          { key: "origin", kind: "select", label: t("receivables.ui.origin"), options: useOrigins() },
          { key: "due_before", kind: "day", label: t("receivables.ui.due_before") },
        ]}
        views={[
          { key: "overdue", label: t("receivables.ui.overdue_only"), state: { filter: { overdue: "1" } } },
          { key: "undelivered", label: t("receivables.ui.with_undelivered"), state: { filter: { undelivered: "1" } } },
        ]}
        searchPlaceholder={t("receivables.ui.search_customer")}
        defaultSort="due"
        rowActions={actionsOf}
        onOpen={(row) => void navigate(`/orders/${row.order_id}`)}
        openHref={(row) => `/orders/${row.order_id}`}
        rowTone={(row) => (row.days_overdue > 0 ? "overdue" : undefined)}
        bulk={
          can("receivables.bad_debt")
            ? (orders, clear) => (
                <Button size="small" onClick={() => setMany({ orders, clear })}>
                  {t("receivables.ui.bad_debt_many")}
                </Button>
              )
            : undefined
        }
        empty={t("receivables.ui.unsettled_empty")}
      />
      <BadDebtDialog
        orderId={badDebt}
        onClose={() => setBadDebt(null)}
        onRegister={(customerId) =>
          void navigate(listHref("/bad-debts", { filter: { customer_id: customerId } }))
        }
      />
      <BadDebtManyDialog
        orders={many?.orders ?? []}
        onClose={() => setMany(null)}
        onDone={() => {
          many?.clear();
          setMany(null);
        }}
      />
      <ReceiptDialog open={paying !== null} customerId={paying ?? ""} onClose={() => setPaying(null)} />
    </Page>
  );
}

function useOrigins() {
  const word = useValueText();
  return ORIGINS.map((value) => ({ value, label: word("receivables.origin", value) }));
}

function useColumns(): Column<UnsettledOrder>[] {
  const t = useT();
  const word = useValueText();
  return [
    { key: "no", title: t("receivables.ui.no"), opens: true, render: (row) => row.no },
    {
      key: "origin",
      title: t("receivables.ui.origin"),
      extra: true,
      render: (row) => word("receivables.origin", row.origin),
    },
    { key: "date", title: t("receivables.ui.date"), extra: true, render: (row) => <DayText value={row.order_date} /> },
    { key: "code", title: t("receivables.ui.code"), extra: true, render: (row) => row.customer_code },
    { key: "customer", lead: true, title: t("receivables.ui.customer"), sort: "customer", render: (row) => row.customer_name },
    { key: "currency", title: t("receivables.ui.currency"), extra: true, render: (row) => row.currency },
    {
      key: "ordered",
      title: t("receivables.ui.ordered"),
      figures: true,
      render: (row) => <MoneyText value={row.ordered} />,
    },
    {
      key: "delivered",
      title: t("receivables.ui.delivered"),
      figures: true,
      render: (row) => <MoneyText value={row.delivered} />,
    },
    {
      key: "undelivered",
      title: t("receivables.ui.undelivered"),
      figures: true,
      extra: true,
      render: (row) => <MoneyText value={row.undelivered} />,
    },
    {
      key: "received",
      title: t("receivables.ui.received"),
      figures: true,
      render: (row) => <MoneyText value={row.received} />,
    },
    {
      key: "bad_debt",
      title: t("receivables.ui.bad_debt_net"),
      figures: true,
      extra: true,
      render: (row) => <MoneyText value={row.bad_debt} />,
    },
    {
      key: "outstanding",
      lead: true,
      title: t("receivables.ui.outstanding"),
      sort: "outstanding",
      figures: true,
      render: (row) => <MoneyText value={row.outstanding} overdue={row.days_overdue > 0} strong />,
    },
    { key: "due", title: t("receivables.ui.due"), sort: "due", render: (row) => <DayText value={row.due_date} /> },
    {
      key: "days",
      title: t("receivables.ui.days_overdue"),
      figures: true,
      render: (row) =>
        row.days_overdue > 0 ? <span className="num num-overdue">{row.days_overdue}</span> : <span className="muted">–</span>,
    },
  ];
}
