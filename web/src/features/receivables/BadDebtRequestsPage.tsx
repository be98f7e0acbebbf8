import { App } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useMoneyAct } from "@/kit/act";
import { DataTable, type Column } from "@/kit/DataTable";
import { InstantText } from "@/kit/DayText";
import { moneyText } from "@/kit/format";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Page } from "@/kit/Page";
import { ReasonDialog } from "@/kit/ReasonDialog";
import type { RowAction } from "@/kit/RowMenu";
import { useCan, useSession } from "@/kit/session";
import { StateTag } from "@/kit/StateTag";
import { BadDebtTabs } from "./BadDebtTabs";
import {
  BAD_DEBT_TOUCHES,
  approveRequest,
  listRequests,
  rejectRequest,
  requestsKey,
  useReasons,
  type RequestItem,
} from "./badDebtApi";

/** Bad debts that were asked for: approved by another person, or turned down; nothing is booked before. */
export function Component() {
  const t = useT();
  const can = useCan();
  const word = useValueText();
  const { user } = useSession();
  const navigate = useNavigate();
  const [approving, setApproving] = useState<RequestItem | null>(null);
  const [rejecting, setRejecting] = useState<RequestItem | null>(null);
  const mayApprove = can("receivables.bad_debt_approve");
  const actionsOf = (row: RequestItem): RowAction[] => {
    const isOwn = row.requested_by === user?.id;
    const waits = row.state === "pending";
    return [
      ...(mayApprove && !isOwn
        ? [{ key: "approve", label: t("receivables.ui.request_approve"), disabled: !waits, onClick: () => setApproving(row) }]
        : []),
      ...(can("receivables.bad_debt") && (isOwn || mayApprove)
        ? [{ key: "reject", label: t("receivables.ui.request_reject"), disabled: !waits, onClick: () => setRejecting(row) }]
        : []),
      { key: "order", label: t("receivables.ui.open_order"), onClick: () => void navigate(`/orders/${row.order_id}`) },
    ];
  };
  return (
    <Page title={t("receivables.ui.bad_debts")}>
      <BadDebtTabs active="requests" />
      <DataTable<RequestItem>
        view="receivables.bad_debt_requests"
        label={t("receivables.ui.requests_all")}
        queryKey={requestsKey}
        fetch={listRequests}
        rowKey={(row) => row.id}
        columns={useColumns()}
        filters={[
          { key: "customer_id", kind: "customer", label: t("receivables.ui.customer") },
          {
            key: "state",
            kind: "select",
            label: t("receivables.ui.state"),
            options: ["pending", "approved", "rejected", "withdrawn"].map((value) => ({
              value,
              label: word("receivables.request_state", value),
            })),
          },
        ]}
        views={[{ key: "pending", label: t("receivables.ui.requests"), state: { filter: { state: "pending" } } }]}
        searchPlaceholder={t("receivables.ui.search_customer")}
        defaultSort="-date"
        rowActions={actionsOf}
        onOpen={(row) => void navigate(`/orders/${row.order_id}`)}
        openHref={(row) => `/orders/${row.order_id}`}
        empty={t("receivables.ui.requests_empty")}
      />
      <ApproveDialog row={approving} onClose={() => setApproving(null)} />
      <RejectDialog row={rejecting} onClose={() => setRejecting(null)} />
    </Page>
  );
}

function useColumns(): Column<RequestItem>[] {
  const t = useT();
  const { nameOf } = useReasons();
  return [
    { key: "no", title: t("receivables.ui.no"), opens: true, render: (row) => row.order_no },
    { key: "customer", lead: true, title: t("receivables.ui.customer"), render: (row) => row.customer_name },
    {
      key: "state",
      title: t("receivables.ui.state"),
      render: (row) => (
        <StateTag
          prefix="receivables.request_state"
          state={row.state}
          tones={{ pending: "warn", approved: "good", rejected: "bad", withdrawn: "quiet" }}
        />
      ),
    },
    {
      key: "date",
      title: t("receivables.ui.requested_at"),
      sort: "date",
      render: (row) => <InstantText value={row.requested_at} />,
    },
    { key: "currency", title: t("receivables.ui.currency"), extra: true, render: (row) => row.currency },
    {
      key: "amount",
      lead: true,
      title: t("receivables.ui.bad_debt_amount"),
      figures: true,
      render: (row) => <MoneyText value={row.amount} strong />,
    },
    {
      key: "outstanding",
      title: t("receivables.ui.outstanding"),
      figures: true,
      extra: true,
      render: (row) => <MoneyText value={row.outstanding} />,
    },
    { key: "reason", title: t("receivables.ui.reason"), render: (row) => nameOf(row.reason_code) },
    { key: "note", title: t("receivables.ui.bad_debt_note"), render: (row) => row.note },
    {
      key: "decided",
      title: t("receivables.ui.decided_at"),
      extra: true,
      render: (row) => (row.decided_at ? <InstantText value={row.decided_at} /> : <span className="muted">–</span>),
    },
    { key: "decision", title: t("receivables.ui.decision_note"), extra: true, render: (row) => row.decision_note },
  ];
}

interface DialogProps {
  row: RequestItem | null;
  onClose: () => void;
}

function ApproveDialog({ row, onClose }: DialogProps) {
  const t = useT();
  const { message } = App.useApp();
  const act = useMoneyAct({
    act: (note: string, key) => approveRequest(row?.id ?? "", note, key),
    touches: BAD_DEBT_TOUCHES,
    onDone: (done) => {
      message.success(
        t("receivables.ui.bad_debt_done", { no: done.order_no, amount: moneyText(done.amount, { zero: "digits" }) }),
      );
      onClose();
    },
  });
  return (
    <ReasonDialog
      open={row !== null}
      optional
      title={t("receivables.ui.request_approve_title", { no: row?.order_no ?? "" })}
      confirm={t("receivables.ui.request_approve_confirm")}
      danger
      busy={act.busy}
      problem={act.problem}
      onConfirm={act.run}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      {row ? t("receivables.ui.request_approve_help", { amount: moneyText(row.amount) }) : null}
    </ReasonDialog>
  );
}

function RejectDialog({ row, onClose }: DialogProps) {
  const t = useT();
  const { message } = App.useApp();
  const act = useMoneyAct({
    act: (note: string, key) => rejectRequest(row?.id ?? "", note, key),
    touches: [requestsKey],
    onDone: () => {
      message.success(t("receivables.ui.request_rejected"));
      onClose();
    },
  });
  return (
    <ReasonDialog
      open={row !== null}
      title={t("receivables.ui.request_reject_title", { no: row?.order_no ?? "" })}
      confirm={t("receivables.ui.request_reject_confirm")}
      busy={act.busy}
      problem={act.problem}
      onConfirm={act.run}
      onClose={() => {
        act.reset();
        onClose();
      }}
    />
  );
}
