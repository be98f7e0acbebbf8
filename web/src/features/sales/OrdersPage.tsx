import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { asProblem } from "@/api/problem";
import { DataTable, type Column } from "@/kit/DataTable";
import { DayText } from "@/kit/DayText";
import { DetailDrawer } from "@/kit/DetailDrawer";
import { useT, type Translate } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Page, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { useCan } from "@/kit/session";
import { StateTag } from "@/kit/StateTag";
import { getOrder, listOrders, orderKey, ordersKey, type OrderItem } from "./api";
import { OrderDetail } from "./OrderDetail";
import { useOrderActs } from "./orderActs";
import { ORDER_TONES } from "./tones";

/** All orders that were entered; drafts open for editing, others beside the list. */
export function Component() {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const acts = useOrderActs({});
  const [open, setOpen] = useState<OrderItem | null>(null);
  const mayWrite = can("sales.write");
  const show = (row: OrderItem) => {
    if (row.state === "draft") void navigate(`/orders/${row.id}`);
    else setOpen(row);
  };
  const state = (value: string) => ({ filter: { state: value } });
  return (
    <Page
      title={t("sales.ui.orders")}
      tools={
        mayWrite ? (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => void navigate("/orders/new")}>
            {t("sales.ui.order_new")}
          </Button>
        ) : null
      }
    >
      {acts.alert}
      <DataTable<OrderItem>
        view="sales.orders"
        label={t("sales.ui.orders")}
        queryKey={ordersKey}
        fetch={listOrders}
        rowKey={(row) => row.id}
        columns={columnsOf(t)}
        defaultSort="-date"
        searchPlaceholder={t("sales.ui.search")}
        views={[
          { key: "open", label: t("sales.ui.view_open"), state: state("confirmed") },
          { key: "held", label: t("sales.ui.view_held"), state: state("held") },
          { key: "drafts", label: t("sales.ui.view_drafts"), state: state("draft") },
        ]}
        filters={[
          {
            key: "state",
            kind: "select",
            label: t("sales.ui.state"),
            options: ["draft", "held", "confirmed", "closed", "cancelled"].map((value) => ({
              value,
              label: stateText(t, value),
            })),
          },
          { key: "customer_id", kind: "customer", label: t("sales.ui.customer") },
          { key: "from", kind: "day", label: t("sales.ui.from") },
          { key: "to", kind: "day", label: t("sales.ui.to") },
        ]}
        onOpen={show}
        openHref={(row) => `/orders/${row.id}`}
        rowActions={(row) => [
          { key: "open", label: t("sales.ui.open_page"), onClick: () => void navigate(`/orders/${row.id}`) },
          ...acts.actionsOf(row),
        ]}
        empty={t("sales.ui.orders_empty")}
      />
      <OrderDrawer row={open} onClose={() => setOpen(null)} acts={acts} />
      {acts.dialogs}
    </Page>
  );
}

function stateText(t: Translate, value: string): string {
  const texts: Record<string, string> = {
    draft: t("sales.order_state.draft"),
    held: t("sales.order_state.held"),
    confirmed: t("sales.order_state.confirmed"),
    closed: t("sales.order_state.closed"),
    cancelled: t("sales.order_state.cancelled"),
  };
  return texts[value] ?? value;
}

function columnsOf(t: Translate): Column<OrderItem>[] {
  return [
    {
      key: "no",
      title: t("sales.ui.no"),
      width: 130,
      opens: true,
      render: (row) => row.no ?? <span className="muted">{t("sales.ui.no_draft")}</span>,
    },
    {
      key: "date",
      title: t("sales.ui.order_date"),
      sort: "date",
      width: 120,
      render: (row) => <DayText value={row.order_date} />,
    },
    { key: "customer", lead: true, title: t("sales.ui.customer"), render: (row) => row.customer_name },
    {
      key: "state",
      title: t("sales.ui.state"),
      width: 110,
      render: (row) => <StateTag prefix="sales.order_state" state={row.state} tones={ORDER_TONES} />,
    },
    { key: "currency", title: t("sales.ui.currency"), width: 80, extra: true, render: (row) => row.currency },
    {
      key: "total",
      lead: true,
      title: t("sales.ui.total"),
      sort: "total",
      figures: true,
      width: 140,
      render: (row) => <MoneyText value={row.total} />,
    },
    {
      key: "delivered",
      title: t("sales.ui.delivered"),
      figures: true,
      width: 140,
      render: (row) => <MoneyText value={row.delivered} />,
    },
  ];
}

interface OrderDrawerProps {
  row: OrderItem | null;
  onClose: () => void;
  acts: ReturnType<typeof useOrderActs>;
}

function OrderDrawer({ row, onClose, acts }: OrderDrawerProps) {
  const t = useT();
  const query = useQuery({
    queryKey: orderKey(row?.id ?? ""),
    queryFn: ({ signal }) => getOrder(row?.id ?? "", signal),
    enabled: row !== null,
  });
  const order = query.data;
  return (
    <DetailDrawer
      open={row !== null}
      onClose={onClose}
      title={
        <>
          {t("sales.ui.order")} {row?.no}{" "}
          {order ? <StateTag prefix="sales.order_state" state={order.state} tones={ORDER_TONES} /> : null}
        </>
      }
      href={row ? `/orders/${row.id}` : undefined}
      width={860}
      tools={(order ? acts.actionsOf(order) : []).map((action) => (
        <Button key={action.key} danger={action.danger} icon={action.icon} onClick={action.onClick}>
          {action.label}
        </Button>
      ))}
    >
      {query.error ? <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} /> : null}
      {order ? <OrderDetail order={order} /> : query.error ? null : <Waiting />}
    </DetailDrawer>
  );
}
