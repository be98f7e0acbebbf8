import { Button } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { DataTable, type Column } from "@/kit/DataTable";
import { DayText } from "@/kit/DayText";
import { DetailDrawer } from "@/kit/DetailDrawer";
import { isZero } from "@/kit/format";
import { useHotkeys } from "@/kit/hooks";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Page } from "@/kit/Page";
import type { RowAction } from "@/kit/RowMenu";
import { useCan } from "@/kit/session";
import { StateTag } from "@/kit/StateTag";
import { METHODS, listReceipts, receiptsKey, type ReceiptItem } from "./api";
import ReceiptDialog from "./ReceiptDialog";
import { ReceiptTabs } from "./ReceiptTabs";
import { ReceiptView, ReverseDialog } from "./ReceiptView";

/** Money that came in. */
export function Component() {
  const t = useT();
  const can = useCan();
  const word = useValueText();
  const navigate = useNavigate();
  const [open, setOpen] = useState<ReceiptItem | null>(null);
  const [reversing, setReversing] = useState<ReceiptItem | null>(null);
  const [creating, setCreating] = useState(false);
  useHotkeys({ "alt+n": () => setCreating(true) }, can("receivables.write"));
  const actionsOf = (row: ReceiptItem): RowAction[] => [
    { key: "open", label: t("receivables.ui.open_receipt"), onClick: () => setOpen(row) },
    ...(can("receivables.write") && row.state === "posted"
      ? [
          {
            key: "write-off",
            label: t("receivables.ui.write_off"),
            disabled: isZero(row.on_account),
            onClick: () => void navigate(`/write-off?customer=${row.customer_id}&credit=${row.entry_id}`),
          },
          {
            key: "reverse",
            label: t("receivables.ui.reverse"),
            danger: true,
            divided: true,
            onClick: () => setReversing(row),
          },
        ]
      : []),
    {
      key: "customer",
      label: t("receivables.ui.open_customer"),
      onClick: () => void navigate(`/customers/${row.customer_id}`),
    },
  ];
  return (
    <Page
      title={t("receivables.ui.receipts")}
      tools={
        can("receivables.write") ? (
          <Button type="primary" onClick={() => setCreating(true)}>
            {t("receivables.ui.receipt_new")}
          </Button>
        ) : undefined
      }
    >
      <ReceiptTabs active="receipts" />
      <DataTable<ReceiptItem>
        view="receivables.receipts"
        label={t("receivables.ui.receipts")}
        queryKey={receiptsKey}
        fetch={listReceipts}
        rowKey={(row) => row.id}
        columns={useColumns()}
        filters={[
          { key: "customer_id", kind: "customer", label: t("receivables.ui.customer") },
          {
            key: "method",
            kind: "select",
            label: t("receivables.ui.method"),
            options: METHODS.map((value) => ({ value, label: word("receivables.method", value) })),
          },
          { key: "from", kind: "day", label: t("receivables.ui.from") },
          { key: "to", kind: "day", label: t("receivables.ui.to") },
        ]}
        views={[
          { key: "deposits", label: word("receivables.purpose", "deposit"), state: { filter: { purpose: "deposit" } } },
          { key: "bounced", label: t("receivables.state.bounced"), state: { filter: { state: "bounced" } } },
          { key: "reversed", label: t("receivables.state.reversed"), state: { filter: { state: "reversed" } } },
        ]}
        searchPlaceholder={t("receivables.ui.search_customer")}
        defaultSort="-date"
        rowActions={actionsOf}
        onOpen={setOpen}
        openHref={(row) => `/receipts/${row.id}`}
        empty={t("receivables.ui.receipts_empty")}
      />
      <DetailDrawer
        open={open !== null}
        onClose={() => setOpen(null)}
        title={t("receivables.ui.receipt", { no: open?.no ?? "" })}
        href={open ? `/receipts/${open.id}` : undefined}
      >
        {open ? <ReceiptView id={open.id} /> : null}
      </DetailDrawer>
      <ReverseDialog receipt={reversing} onClose={() => setReversing(null)} />
      <ReceiptDialog open={creating} customerId="" onClose={() => setCreating(false)} />
    </Page>
  );
}

function useColumns(): Column<ReceiptItem>[] {
  const t = useT();
  const word = useValueText();
  return [
    { key: "no", title: t("receivables.ui.no"), sort: "no", opens: true, render: (row) => row.no },
    {
      key: "date",
      title: t("receivables.ui.date"),
      sort: "date",
      render: (row) => <DayText value={row.receipt_date} />,
    },
    { key: "code", title: t("receivables.ui.code"), extra: true, render: (row) => row.customer_code },
    { key: "customer", lead: true, title: t("receivables.ui.customer"), render: (row) => row.customer_name },
    {
      key: "method",
      title: t("receivables.ui.method"),
      render: (row) => (
        <>
          {word("receivables.method", row.method)}{" "}
          {row.purpose === "payment" ? null : (
            <span className="muted">{word("receivables.purpose", row.purpose)}</span>
          )}
        </>
      ),
    },
    { key: "currency", title: t("receivables.ui.currency"), extra: true, render: (row) => row.currency },
    {
      key: "amount",
      lead: true,
      title: t("receivables.ui.amount"),
      sort: "amount",
      figures: true,
      render: (row) => <MoneyText value={row.amount} />,
    },
    {
      key: "on_account",
      title: t("receivables.ui.on_account"),
      figures: true,
      render: (row) => <MoneyText value={row.on_account} />,
    },
    { key: "reference", title: t("receivables.ui.reference"), render: (row) => row.reference },
    {
      key: "state",
      title: t("receivables.ui.state"),
      render: (row) => <StateTag prefix="receivables.state" state={row.state} tones={{ posted: "good", bounced: "bad" }} />,
    },
  ];
}
