import { DownOutlined } from "@ant-design/icons";
import { Button, Dropdown, Space } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { DataTable, type Column } from "@/kit/DataTable";
import { DayText } from "@/kit/DayText";
import { DetailDrawer } from "@/kit/DetailDrawer";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Page } from "@/kit/Page";
import { useCan } from "@/kit/session";
import { StateTag } from "@/kit/StateTag";
import { ADJUSTMENT_TONES, AdjustmentView } from "./AdjustmentView";
import { ADJUSTMENT_KINDS, adjustmentsKey, listAdjustments, type AdjustmentItem, type AdjustmentKind } from "./api";
import { ChargeForm } from "./ChargeForm";
import { PickedForm } from "./PickedForm";
import ReceiptDialog from "./ReceiptDialog";
import { ThresholdsForm } from "./ThresholdsForm";

/** Charges, expense notes, refunds and small differences: what changes a balance without goods or new money. */
export function Component() {
  const t = useT();
  const can = useCan();
  const word = useValueText();
  const navigate = useNavigate();
  const [open, setOpen] = useState<AdjustmentItem | null>(null);
  const [making, setMaking] = useState<AdjustmentKind | null>(null);
  const [setting, setSetting] = useState(false);
  const close = () => setMaking(null);
  const titleOf = (row: AdjustmentItem | null) =>
    row
      ? t("receivables.ui.adjustment_title", { kind: word("receivables.adjustment", row.kind), no: row.no })
      : "";
  return (
    <Page
      title={t("receivables.ui.adjustments")}
      tools={
        <Space wrap>
          {can("access.manage") ? (
            <Button onClick={() => setSetting(true)}>{t("receivables.ui.thresholds")}</Button>
          ) : null}
          {can("receivables.write") ? <NewMenu onChoose={setMaking} /> : null}
        </Space>
      }
    >
      <DataTable<AdjustmentItem>
        view="receivables.adjustments"
        label={t("receivables.ui.adjustments")}
        queryKey={adjustmentsKey}
        fetch={listAdjustments}
        rowKey={(row) => row.id}
        columns={useColumns()}
        filters={[
          { key: "customer_id", kind: "customer", label: t("receivables.ui.customer") },
          {
            key: "kind",
            kind: "select",
            label: t("receivables.ui.kind"),
            options: ADJUSTMENT_KINDS.map((value) => ({ value, label: word("receivables.adjustment", value) })),
          },
          { key: "from", kind: "day", label: t("receivables.ui.from") },
          { key: "to", kind: "day", label: t("receivables.ui.to") },
        ]}
        views={[
          { key: "waiting", label: t("receivables.ui.waiting_view"), state: { filter: { state: "waiting" } } },
          { key: "charges", label: word("receivables.adjustment", "charge"), state: { filter: { kind: "charge" } } },
          { key: "expenses", label: word("receivables.adjustment", "expense"), state: { filter: { kind: "expense" } } },
          { key: "refunds", label: word("receivables.adjustment", "refund"), state: { filter: { kind: "refund" } } },
        ]}
        searchPlaceholder={t("receivables.ui.search_customer")}
        defaultSort="-date"
        rowActions={(row) => [
          { key: "open", label: t("receivables.ui.open_document"), onClick: () => setOpen(row) },
          {
            key: "customer",
            label: t("receivables.ui.open_customer"),
            onClick: () => void navigate(`/customers/${row.customer_id}`),
          },
        ]}
        onOpen={setOpen}
        openHref={(row) => `/adjustments/${row.id}`}
        empty={t("receivables.ui.adjustments_empty")}
      />
      <DetailDrawer
        open={open !== null}
        onClose={() => setOpen(null)}
        title={titleOf(open)}
        href={open ? `/adjustments/${open.id}` : undefined}
      >
        {open ? <AdjustmentView id={open.id} /> : null}
      </DetailDrawer>
      <ChargeForm open={making === "charge"} onClose={close} />
      <PickedForm key={making} kind={making === "refund" || making === "difference" ? making : null} onClose={close} />
      <ReceiptDialog open={making === "expense"} paper="expense" customerId="" onClose={close} />
      <ThresholdsForm open={setting} onClose={() => setSetting(false)} />
    </Page>
  );
}

function NewMenu({ onChoose }: { onChoose: (kind: AdjustmentKind) => void }) {
  const t = useT();
  const labels: Record<AdjustmentKind, string> = {
    charge: t("receivables.ui.new_charge"),
    expense: t("receivables.ui.new_expense"),
    refund: t("receivables.ui.new_refund"),
    difference: t("receivables.ui.new_difference"),
  };
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: ADJUSTMENT_KINDS.map((key) => ({ key, label: labels[key] })),
        onClick: ({ key }) => onChoose(key as AdjustmentKind),
      }}
    >
      <Button type="primary">
        {t("receivables.ui.adjustment_new")} <DownOutlined aria-hidden />
      </Button>
    </Dropdown>
  );
}

function useColumns(): Column<AdjustmentItem>[] {
  const t = useT();
  const word = useValueText();
  return [
    { key: "no", title: t("receivables.ui.no"), opens: true, render: (row) => row.no },
    { key: "kind", title: t("receivables.ui.kind"), render: (row) => word("receivables.adjustment", row.kind) },
    { key: "date", title: t("receivables.ui.date"), sort: "date", render: (row) => <DayText value={row.date} /> },
    { key: "code", title: t("receivables.ui.code"), extra: true, render: (row) => row.customer_code },
    { key: "customer", lead: true, title: t("receivables.ui.customer"), render: (row) => row.customer_name },
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
      key: "open",
      title: t("receivables.ui.open"),
      figures: true,
      render: (row) => <MoneyText value={row.open} />,
    },
    {
      key: "reason",
      title: t("receivables.ui.adjustment_reason"),
      render: (row) => (
        <>
          {word("receivables.adjustment_reason", row.reason_code)} <span className="muted">{row.note}</span>
        </>
      ),
    },
    {
      key: "state",
      title: t("receivables.ui.state"),
      render: (row) => <StateTag prefix="receivables.state" state={row.state} tones={ADJUSTMENT_TONES} />,
    },
  ];
}
