import { Button } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useMoneyAct } from "@/kit/act";
import { DataTable, type Column } from "@/kit/DataTable";
import { DayText } from "@/kit/DayText";
import { useT } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { ReasonDialog } from "@/kit/ReasonDialog";
import type { RowAction } from "@/kit/RowMenu";
import { useCan } from "@/kit/session";
import { ToneTag } from "@/kit/StateTag";
import { FinancePage } from "./FinanceTabs";
import { listWriteOffs, reconciliationKey, reverseWriteOff, writeOffsKey, type WriteOffItem } from "./financeApi";
import { WriteOffDialog, type WriteOffOf } from "./WriteOffForm";

/** Write-offs as the books of finance have them. */
export function Component() {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const [booking, setBooking] = useState<WriteOffOf | null>(null);
  const [reversing, setReversing] = useState<WriteOffItem | null>(null);
  const reverse = useMoneyAct({
    act: (reason: string, key) => reverseWriteOff(reversing?.id ?? "", reason, key),
    touches: [writeOffsKey, reconciliationKey],
    onDone: () => setReversing(null),
  });
  const mayBook = can("receivables.bad_debt");
  const actionsOf = (row: WriteOffItem): RowAction[] =>
    mayBook
      ? [
          {
            key: "reverse",
            label: t("receivables.ui.write_off_reverse"),
            disabled: row.reversed || Boolean(row.reversal_of),
            onClick: () => setReversing(row),
          },
        ]
      : [];
  return (
    <FinancePage
      active="write_offs"
      tools={
        mayBook ? (
          <Button type="primary" onClick={() => setBooking({ bad_debt_id: null, name: "", amount: "" })}>
            {t("receivables.ui.write_off_new")}
          </Button>
        ) : undefined
      }
    >
      <DataTable<WriteOffItem>
        view="receivables.write_offs"
        label={t("receivables.ui.write_offs")}
        queryKey={writeOffsKey}
        fetch={listWriteOffs}
        rowKey={(row) => row.id}
        columns={useColumns()}
        filters={[{ key: "customer_id", kind: "customer", label: t("receivables.ui.customer") }]}
        searchPlaceholder={t("receivables.ui.search_customer")}
        defaultSort="-date"
        rowActions={actionsOf}
        onOpen={(row) => void navigate(`/customers/${row.customer_id}`)}
        openHref={(row) => `/customers/${row.customer_id}`}
        empty={t("receivables.ui.write_offs_empty")}
      />
      <WriteOffDialog of={booking} onClose={() => setBooking(null)} />
      <ReasonDialog
        open={reversing !== null}
        title={t("receivables.ui.write_off_reverse_title", { no: reversing?.voucher ?? "" })}
        confirm={t("receivables.ui.write_off_reverse_confirm")}
        busy={reverse.busy}
        problem={reverse.problem}
        onConfirm={reverse.run}
        onClose={() => {
          reverse.reset();
          setReversing(null);
        }}
      />
    </FinancePage>
  );
}

function useColumns(): Column<WriteOffItem>[] {
  const t = useT();
  return [
    { key: "voucher", title: t("receivables.ui.write_off_voucher"), render: (row) => row.voucher },
    { key: "customer", lead: true, opens: true, title: t("receivables.ui.customer"), render: (row) => row.customer_name },
    {
      key: "date",
      title: t("receivables.ui.write_off_booked_on"),
      sort: "date",
      render: (row) => <DayText value={row.booked_on} />,
    },
    { key: "currency", title: t("receivables.ui.currency"), extra: true, render: (row) => row.currency },
    {
      key: "amount",
      lead: true,
      title: t("receivables.ui.amount"),
      figures: true,
      render: (row) => <MoneyText value={row.amount} strong />,
    },
    {
      key: "tax",
      title: t("receivables.ui.write_off_tax"),
      figures: true,
      render: (row) => <MoneyText value={row.tax_relief} />,
    },
    { key: "document", title: t("receivables.ui.write_off_tax_document"), extra: true, render: (row) => row.tax_document },
    { key: "note", title: t("receivables.ui.bad_debt_note"), extra: true, render: (row) => row.note },
    {
      key: "state",
      title: t("receivables.ui.state"),
      render: (row) =>
        row.reversed || row.reversal_of ? <ToneTag tone="quiet">{t("receivables.ui.write_off_taken_back")}</ToneTag> : null,
    },
  ];
}
