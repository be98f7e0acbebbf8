import { useQuery } from "@tanstack/react-query";
import { App, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { asProblem } from "@/api/problem";
import { useMoneyAct } from "@/kit/act";
import { DataTable, type Column, type ListPage } from "@/kit/DataTable";
import { DayText } from "@/kit/DayText";
import { isZero, moneyText } from "@/kit/format";
import { refusedField } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { MoneyText } from "@/kit/MoneyText";
import { Page, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { DialogButtons, ReasonDialog } from "@/kit/ReasonDialog";
import type { RowAction } from "@/kit/RowMenu";
import { useCan } from "@/kit/session";
import { ToneTag } from "@/kit/StateTag";
import {
  badDebtsKey,
  getOpenItems,
  listBadDebts,
  openItemsKey,
  recoverBadDebt,
  undoBadDebt,
  type BadDebtItem,
  type OpenAccount,
  type OpenItemView,
  type RecoveryBody,
  type Register,
} from "./api";
import { BadDebtTabs } from "./BadDebtTabs";
import { BAD_DEBT_TOUCHES, useReasons } from "./badDebtApi";

/** The register: what was given up, what came back, what is left of it. */
export function Component() {
  const t = useT();
  const can = useCan();
  const { options } = useReasons();
  const navigate = useNavigate();
  const [undoing, setUndoing] = useState<BadDebtItem | null>(null);
  const [recovering, setRecovering] = useState<BadDebtItem | null>(null);
  const actionsOf = (row: BadDebtItem): RowAction[] => [
    ...(can("receivables.bad_debt")
      ? [
          {
            key: "recover",
            label: t("receivables.ui.recover"),
            disabled: isZero(row.net),
            onClick: () => setRecovering(row),
          },
          {
            key: "undo",
            label: t("receivables.ui.bad_debt_undo"),
            disabled: isZero(row.net),
            onClick: () => setUndoing(row),
          },
        ]
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
    <Page title={t("receivables.ui.bad_debts")}>
      <BadDebtTabs active="register" />
      <DataTable<BadDebtItem>
        view="receivables.bad_debts"
        label={t("receivables.ui.bad_debts")}
        queryKey={badDebtsKey}
        fetch={listBadDebts}
        rowKey={(row) => row.id}
        columns={useColumns()}
        filters={[
          { key: "customer_id", kind: "customer", label: t("receivables.ui.customer") },
          {
            key: "reason_code",
            kind: "select",
            label: t("receivables.ui.reason"),
            options: options(true),
          },
          { key: "from", kind: "day", label: t("receivables.ui.from") },
          { key: "to", kind: "day", label: t("receivables.ui.to") },
        ]}
        views={[{ key: "open", label: t("receivables.ui.open_bad_debts"), state: { filter: { open: "1" } } }]}
        searchPlaceholder={t("receivables.ui.search_customer")}
        defaultSort="-date"
        rowActions={actionsOf}
        onOpen={(row) => void navigate(`/orders/${row.order_id}`)}
        openHref={(row) => `/orders/${row.order_id}`}
        totals={totals}
        empty={t("receivables.ui.bad_debts_empty")}
      />
      <UndoDialog row={undoing} onClose={() => setUndoing(null)} />
      <Modal
        open={recovering !== null}
        title={t("receivables.ui.recover_title", { no: recovering?.order_no ?? "" })}
        footer={null}
        destroyOnHidden
        onCancel={() => setRecovering(null)}
      >
        {recovering ? <RecoverForm row={recovering} onClose={() => setRecovering(null)} /> : null}
      </Modal>
    </Page>
  );
}

/** Sums of the whole register, one line a currency. */
function totals(page: ListPage<BadDebtItem>) {
  const sums = (page as unknown as Register).totals;
  const column = (field: "processed" | "recovered" | "undone" | "net") =>
    sums.map((sum: Register["totals"][number]) => (
      <div key={sum.currency}>
        <MoneyText value={sum[field]} currency={sum.currency} strong />
      </div>
    ));
  return {
    processed: column("processed"),
    recovered: column("recovered"),
    undone: column("undone"),
    net: column("net"),
  };
}

function useColumns(): Column<BadDebtItem>[] {
  const t = useT();
  const { nameOf } = useReasons();
  return [
    { key: "no", title: t("receivables.ui.no"), opens: true, render: (row) => row.order_no },
    { key: "customer", lead: true, title: t("receivables.ui.customer"), render: (row) => row.customer_name },
    {
      key: "date",
      title: t("receivables.ui.date"),
      sort: "date",
      render: (row) => <DayText value={row.processed_on} />,
    },
    {
      key: "reason",
      title: t("receivables.ui.reason"),
      render: (row) => nameOf(row.reason_code),
    },
    { key: "note", title: t("receivables.ui.bad_debt_note"), extra: true, render: (row) => row.note },
    {
      key: "processed",
      title: t("receivables.ui.processed"),
      figures: true,
      render: (row) => <MoneyText value={row.processed} />,
    },
    {
      key: "recovered",
      title: t("receivables.ui.recovered"),
      figures: true,
      render: (row) => <MoneyText value={row.recovered} />,
    },
    {
      key: "undone",
      title: t("receivables.ui.undone_amount"),
      figures: true,
      render: (row) => <MoneyText value={row.undone} />,
    },
    {
      key: "net",
      lead: true,
      title: t("receivables.ui.net"),
      figures: true,
      render: (row) => <MoneyText value={row.net} strong />,
    },
    {
      key: "disclose",
      title: t("receivables.ui.disclosed"),
      render: (row) => (
        <ToneTag tone="quiet">
          {row.disclose ? t("receivables.ui.disclosed") : t("receivables.ui.internal")}
        </ToneTag>
      ),
    },
  ];
}

function UndoDialog({ row, onClose }: { row: BadDebtItem | null; onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const act = useMoneyAct({
    act: (reason: string, key) => undoBadDebt(row?.id ?? "", reason, key),
    touches: BAD_DEBT_TOUCHES,
    onDone: (done) => {
      message.success(t("receivables.ui.bad_debt_undone", { no: done.order_no }));
      onClose();
    },
  });
  return (
    <ReasonDialog
      open={row !== null}
      title={t("receivables.ui.bad_debt_undo_title", { no: row?.order_no ?? "" })}
      confirm={t("receivables.ui.bad_debt_undo_confirm")}
      busy={act.busy}
      problem={act.problem}
      onConfirm={act.run}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      {row ? t("receivables.ui.bad_debt_undo_help", { amount: moneyText(row.net) }) : null}
    </ReasonDialog>
  );
}

function RecoverForm({ row, onClose }: { row: BadDebtItem; onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const [receipt, setReceipt] = useState<string | undefined>(undefined);
  const [amount, setAmount] = useState("");
  const [note, setNote] = useState("");
  const query = useQuery({
    queryKey: openItemsKey(row.customer_id),
    queryFn: ({ signal }) => getOpenItems(row.customer_id, signal),
    staleTime: 0,
  });
  const act = useMoneyAct({
    act: (body: RecoveryBody, key) => recoverBadDebt(row.id, body, key),
    touches: BAD_DEBT_TOUCHES,
    onDone: (done) => {
      message.success(
        t("receivables.ui.recovered_done", {
          amount: moneyText(done.amount),
          net: moneyText(done.net, { zero: "digits" }),
        }),
      );
      onClose();
    },
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const account = query.data.find((one: OpenAccount) => one.account_id === row.account_id);
  const receipts: OpenItemView[] = (account?.credits ?? []).filter((item: OpenItemView) => item.kind === "receipt");
  if (receipts.length === 0) return <p>{t("receivables.ui.recover_none")}</p>;
  const confirm = () => {
    if (receipt && !act.busy) act.run({ receipt_id: receipt, amount: amount.trim() || undefined, note: note.trim() });
  };
  return (
    <Form layout="vertical" onFinish={confirm}>
      <Form.Item
        label={t("receivables.ui.recover_receipt")}
        htmlFor="recover-receipt"
        required
        {...refusedField(act.problem, "receipt_id")}
      >
        <Select
          id="recover-receipt"
          autoFocus
          value={receipt}
          onChange={setReceipt}
          options={receipts.map((item) => ({
            value: item.document_id,
            label: `${item.document_no} · ${item.date} · ${moneyText(item.open)}`,
          }))}
        />
      </Form.Item>
      <Form.Item
        label={t("receivables.ui.recover_amount")}
        htmlFor="recover-amount"
        {...refusedField(act.problem, "amount")}
      >
        <MoneyInput id="recover-amount" value={amount} onChange={setAmount} currency={row.currency} width="100%" />
      </Form.Item>
      <Form.Item label={t("receivables.ui.bad_debt_note")} htmlFor="recover-note">
        <Input id="recover-note" value={note} maxLength={500} onChange={(event) => setNote(event.target.value)} />
      </Form.Item>
      <ProblemAlert problem={act.problem} onRetry={confirm} />
      <DialogButtons
        confirm={t("receivables.ui.recover_confirm")}
        busy={act.busy}
        disabled={!receipt}
        onConfirm={confirm}
        onClose={onClose}
      />
    </Form>
  );
}
