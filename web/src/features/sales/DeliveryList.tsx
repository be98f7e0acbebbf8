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
import { deliveriesKey, deliveryKey, getDelivery, listDeliveries, type DeliveryItem } from "./api";
import { DeliveryDetail } from "./DeliveryDetail";
import { actDelivery, useDeliveryActs } from "./deliveryActs";
import { DELIVERY_TONES, shownState } from "./tones";

/** The list of deliveries, or of returns. */
export function DeliveryList({ kind }: { kind: "delivery" | "return" }) {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const acts = useDeliveryActs({});
  const [open, setOpen] = useState<DeliveryItem | null>(null);
  const isReturn = kind === "return";
  const path = isReturn ? "/returns" : "/deliveries";
  const title = t(isReturn ? "sales.ui.returns" : "sales.ui.deliveries");
  const show = (row: DeliveryItem) => {
    if (row.state === "draft") void navigate(`/deliveries/${row.id}`);
    else setOpen(row);
  };
  return (
    <Page
      title={title}
      tools={
        can("sales.write") ? (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => void navigate(`${path}/new`)}>
            {t(isReturn ? "sales.ui.return_new" : "sales.ui.delivery_new")}
          </Button>
        ) : null
      }
    >
      {acts.alert}
      <DataTable<DeliveryItem>
        key={kind}
        view={`sales.${kind}`}
        label={title}
        queryKey={deliveriesKey}
        fetch={listDeliveries}
        fixed={{ kind }}
        rowKey={(row) => row.id}
        columns={columnsOf(t, isReturn)}
        defaultSort="-date"
        searchPlaceholder={t("sales.ui.search")}
        views={[
          { key: "drafts", label: t("sales.ui.view_drafts"), state: { filter: { state: "draft" } } },
          ...(isReturn
            ? []
            : [{ key: "released", label: t("sales.ui.view_released"), state: { filter: { state: "released" } } }]),
        ]}
        filters={[
          { key: "state", kind: "select", label: t("sales.ui.state"), options: statesOf(t, isReturn) },
          { key: "customer_id", kind: "customer", label: t("sales.ui.customer") },
          { key: "from", kind: "day", label: t("sales.ui.from") },
          { key: "to", kind: "day", label: t("sales.ui.to") },
        ]}
        onOpen={show}
        openHref={(row) => `/deliveries/${row.id}`}
        rowActions={(row) => [
          { key: "open", label: t("sales.ui.open_page"), onClick: () => void navigate(`/deliveries/${row.id}`) },
          ...acts.actionsOf(row),
        ]}
        empty={t(isReturn ? "sales.ui.returns_empty" : "sales.ui.deliveries_empty")}
      />
      <DeliveryDrawer row={open} onClose={() => setOpen(null)} acts={acts} />
      {acts.dialogs}
    </Page>
  );
}

function statesOf(t: Translate, isReturn: boolean) {
  const all = [
    { value: "draft", label: t("sales.state.draft") },
    { value: "released", label: t("sales.state.released") },
    { value: "posted", label: t("sales.state.posted") },
    { value: "reversed", label: t("sales.state.reversed") },
  ];
  return isReturn ? all.filter((one) => one.value !== "released") : all;
}

function columnsOf(t: Translate, isReturn: boolean): Column<DeliveryItem>[] {
  return [
    {
      key: "no",
      title: t("sales.ui.no"),
      width: 140,
      opens: true,
      render: (row) => row.no ?? <span className="muted">{t("sales.ui.no_unposted")}</span>,
    },
    {
      key: "date",
      title: t(isReturn ? "sales.ui.return_date" : "sales.ui.delivery_date"),
      sort: "date",
      width: 120,
      render: (row) => <DayText value={row.delivery_date} />,
    },
    { key: "customer", lead: true, title: t("sales.ui.customer"), render: (row) => row.customer_name },
    {
      key: "state",
      title: t("sales.ui.state"),
      width: 120,
      render: (row) => <StateTag prefix="sales.state" state={shownState(row)} tones={DELIVERY_TONES} />,
    },
    {
      key: "lines",
      title: t("sales.ui.lines"),
      figures: true,
      width: 80,
      render: (row) => <span className="num">{row.line_count}</span>,
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
  ];
}

interface DeliveryDrawerProps {
  row: DeliveryItem | null;
  onClose: () => void;
  acts: ReturnType<typeof useDeliveryActs>;
}

function DeliveryDrawer({ row, onClose, acts }: DeliveryDrawerProps) {
  const t = useT();
  const query = useQuery({
    queryKey: deliveryKey(row?.id ?? ""),
    queryFn: ({ signal }) => getDelivery(row?.id ?? "", signal),
    enabled: row !== null,
  });
  const delivery = query.data;
  const name = t(row?.kind === "return" ? "sales.ui.return" : "sales.ui.delivery");
  return (
    <DetailDrawer
      open={row !== null}
      onClose={onClose}
      title={
        <>
          {name} {row?.no}{" "}
          {delivery ? (
            <StateTag prefix="sales.state" state={shownState(actDelivery(delivery))} tones={DELIVERY_TONES} />
          ) : null}
        </>
      }
      href={row ? `/deliveries/${row.id}` : undefined}
      width={860}
      tools={(delivery ? acts.actionsOf(actDelivery(delivery)) : []).map((action) => (
        <Button key={action.key} danger={action.danger} icon={action.icon} onClick={action.onClick}>
          {action.label}
        </Button>
      ))}
    >
      {query.error ? <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} /> : null}
      {delivery ? <DeliveryDetail delivery={delivery} /> : query.error ? null : <Waiting />}
    </DetailDrawer>
  );
}
