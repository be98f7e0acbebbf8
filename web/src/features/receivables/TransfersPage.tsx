import { App, Button } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useMoneyAct } from "@/kit/act";
import { DataTable, type Column } from "@/kit/DataTable";
import { DayText } from "@/kit/DayText";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Page } from "@/kit/Page";
import { ReasonDialog } from "@/kit/ReasonDialog";
import { useCan } from "@/kit/session";
import { StateTag } from "@/kit/StateTag";
import { MONEY_TOUCHES, listTransfers, reverseTransfer, transfersKey, type TransferItem } from "./api";
import { TransferForm } from "./TransferForm";

/** Debts and credits that moved from one account to another. */
export function Component() {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const [reversing, setReversing] = useState<TransferItem | null>(null);
  const mayWrite = can("receivables.write");
  return (
    <Page
      title={t("receivables.ui.transfers")}
      tools={
        mayWrite ? (
          <Button type="primary" onClick={() => setMaking(true)}>
            {t("receivables.ui.transfer_new")}
          </Button>
        ) : undefined
      }
    >
      <DataTable<TransferItem>
        view="receivables.transfers"
        label={t("receivables.ui.transfers")}
        queryKey={transfersKey}
        fetch={listTransfers}
        rowKey={(row) => row.id}
        columns={useColumns()}
        filters={[{ key: "customer_id", kind: "customer", label: t("receivables.ui.customer") }]}
        searchPlaceholder={t("receivables.ui.search_customer")}
        defaultSort="-date"
        rowActions={(row) => [
          {
            key: "customer",
            label: t("receivables.ui.open_customer"),
            onClick: () => void navigate(`/customers/${row.to_customer_id}?tab=open-items`),
          },
          ...(mayWrite && row.state === "posted"
            ? [
                {
                  key: "reverse",
                  label: t("receivables.ui.reverse"),
                  danger: true,
                  divided: true,
                  onClick: () => setReversing(row),
                },
              ]
            : []),
        ]}
        onOpen={(row) => void navigate(`/customers/${row.to_customer_id}?tab=open-items`)}
        empty={t("receivables.ui.transfers_empty")}
      />
      <TransferForm open={making} onClose={() => setMaking(false)} />
      <ReverseDialog row={reversing} onClose={() => setReversing(null)} />
    </Page>
  );
}

function ReverseDialog({ row, onClose }: { row: TransferItem | null; onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const no = row?.no ?? "";
  const act = useMoneyAct({
    act: (reason: string, key) => reverseTransfer(row?.id ?? "", reason, key),
    touches: MONEY_TOUCHES,
    onDone: () => {
      message.success(t("receivables.ui.adjustment_reversed", { no }));
      onClose();
    },
  });
  return (
    <ReasonDialog
      open={row !== null}
      title={t("receivables.ui.adjustment_reverse_title", { no })}
      confirm={t("receivables.ui.reverse_confirm")}
      danger
      busy={act.busy}
      problem={act.problem}
      onConfirm={act.run}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      {t("receivables.ui.transfer_reverse_help")}
    </ReasonDialog>
  );
}

function useColumns(): Column<TransferItem>[] {
  const t = useT();
  const word = useValueText();
  return [
    { key: "no", title: t("receivables.ui.no"), opens: true, render: (row) => row.no },
    { key: "date", title: t("receivables.ui.date"), sort: "date", render: (row) => <DayText value={row.date} /> },
    { key: "what", title: t("receivables.ui.kind"), render: (row) => word("receivables.transferred", row.what) },
    { key: "document", title: t("receivables.ui.document"), extra: true, render: (row) => row.document_no },
    { key: "from", lead: true, title: t("receivables.ui.transfer_from"), render: (row) => row.from_name },
    {
      key: "out",
      title: t("receivables.ui.amount_out"),
      figures: true,
      render: (row) => <MoneyText value={row.out} currency={row.from_currency} />,
    },
    { key: "to", lead: true, title: t("receivables.ui.transfer_to"), render: (row) => row.to_name },
    {
      key: "in",
      title: t("receivables.ui.amount_in"),
      figures: true,
      render: (row) => <MoneyText value={row.received} currency={row.to_currency} />,
    },
    { key: "rate", title: t("receivables.ui.rate"), extra: true, render: (row) => <span className="num">{row.rate}</span> },
    { key: "note", title: t("receivables.ui.consent"), render: (row) => row.note },
    {
      key: "state",
      title: t("receivables.ui.state"),
      render: (row) => <StateTag prefix="receivables.state" state={row.state} tones={{ posted: "good" }} />,
    },
  ];
}
