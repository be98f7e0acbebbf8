import { useState } from "react";
import { useNavigate } from "react-router";
import { DataTable, type Column } from "@/kit/DataTable";
import { DayText } from "@/kit/DayText";
import { DetailDrawer } from "@/kit/DetailDrawer";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Page } from "@/kit/Page";
import type { RowAction } from "@/kit/RowMenu";
import { useCan } from "@/kit/session";
import { StateTag } from "@/kit/StateTag";
import { INSTRUMENT_METHODS, instrumentsKey, listInstruments, type InstrumentItem } from "./api";
import { BounceForm, ClearDialog, type ReceiptRef } from "./ReceiptActs";
import { ReceiptView } from "./ReceiptView";

const refOf = (row: InstrumentItem): ReceiptRef => ({
  id: row.receipt_id,
  no: row.receipt_no,
  currency: row.currency,
  customer_id: row.customer_id,
});

/** Acceptance bills and post-dated cheques by the day they fall due. */
export function Component() {
  const t = useT();
  const can = useCan();
  const word = useValueText();
  const navigate = useNavigate();
  const [open, setOpen] = useState<InstrumentItem | null>(null);
  const [acting, setActing] = useState<{ act: "clear" | "bounce"; row: InstrumentItem } | null>(null);
  const done = () => setActing(null);
  const actionsOf = (row: InstrumentItem): RowAction[] => [
    ...(can("receivables.write") && row.state === "held"
      ? [
          { key: "clear", label: t("receivables.ui.clear"), onClick: () => setActing({ act: "clear", row }) },
          {
            key: "bounce",
            label: t("receivables.ui.bounce"),
            danger: true,
            onClick: () => setActing({ act: "bounce", row }),
          },
        ]
      : []),
    { key: "open", label: t("receivables.ui.open_receipt"), onClick: () => setOpen(row) },
    {
      key: "customer",
      label: t("receivables.ui.open_customer"),
      onClick: () => void navigate(`/customers/${row.customer_id}`),
    },
  ];
  return (
    <Page title={t("receivables.ui.instruments")}>
      <DataTable<InstrumentItem>
        view="receivables.instruments"
        label={t("receivables.ui.instruments")}
        queryKey={instrumentsKey}
        fetch={listInstruments}
        rowKey={(row) => row.receipt_id}
        columns={useColumns()}
        filters={[
          { key: "customer_id", kind: "customer", label: t("receivables.ui.customer") },
          {
            key: "method",
            kind: "select",
            label: t("receivables.ui.method"),
            options: INSTRUMENT_METHODS.map((value) => ({ value, label: word("receivables.method", value) })),
          },
          { key: "from", kind: "day", label: t("receivables.ui.from") },
          { key: "to", kind: "day", label: t("receivables.ui.to") },
        ]}
        views={[
          { key: "held", label: word("receivables.instrument", "held"), state: { filter: { state: "held" } } },
          { key: "bounced", label: word("receivables.instrument", "bounced"), state: { filter: { state: "bounced" } } },
        ]}
        searchPlaceholder={t("receivables.ui.search_customer")}
        defaultSort="due"
        rowActions={actionsOf}
        onOpen={setOpen}
        openHref={(row) => `/receipts/${row.receipt_id}`}
        empty={t("receivables.ui.instruments_empty")}
      />
      <DetailDrawer
        open={open !== null}
        onClose={() => setOpen(null)}
        title={t("receivables.ui.receipt", { no: open?.receipt_no ?? "" })}
        href={open ? `/receipts/${open.receipt_id}` : undefined}
      >
        {open ? <ReceiptView id={open.receipt_id} /> : null}
      </DetailDrawer>
      {acting ? (
        <>
          <ClearDialog receipt={refOf(acting.row)} open={acting.act === "clear"} onClose={done} />
          <BounceForm receipt={refOf(acting.row)} open={acting.act === "bounce"} onClose={done} />
        </>
      ) : null}
    </Page>
  );
}

function useColumns(): Column<InstrumentItem>[] {
  const t = useT();
  const word = useValueText();
  return [
    { key: "no", title: t("receivables.ui.instrument_no"), opens: true, render: (row) => row.no },
    { key: "method", title: t("receivables.ui.method"), render: (row) => word("receivables.method", row.method) },
    { key: "drawer", title: t("receivables.ui.drawer"), render: (row) => row.drawer },
    { key: "customer", lead: true, title: t("receivables.ui.customer"), render: (row) => row.customer_name },
    { key: "currency", title: t("receivables.ui.currency"), extra: true, render: (row) => row.currency },
    {
      key: "amount",
      lead: true,
      title: t("receivables.ui.amount"),
      figures: true,
      render: (row) => <MoneyText value={row.amount} />,
    },
    { key: "received", title: t("receivables.ui.date"), render: (row) => <DayText value={row.receipt_date} /> },
    {
      key: "due",
      title: t("receivables.ui.matures"),
      sort: "due",
      render: (row) => <DayText value={row.due_date} overdue={row.days_past > 0} />,
    },
    { key: "receipt", title: t("receivables.ui.receipts"), extra: true, render: (row) => row.receipt_no },
    {
      key: "state",
      title: t("receivables.ui.state"),
      render: (row) => (
        <StateTag
          prefix="receivables.instrument"
          state={row.state}
          tones={{ held: "warn", cleared: "good", bounced: "bad" }}
        />
      ),
    },
  ];
}
