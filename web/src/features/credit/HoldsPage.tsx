import { App, Form, InputNumber, Modal } from "antd";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { useAct } from "@/kit/act";
import { DataTable } from "@/kit/DataTable";
import { DayText, InstantText } from "@/kit/DayText";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Page } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { DialogButtons, ReasonDialog } from "@/kit/ReasonDialog";
import type { RowAction } from "@/kit/RowMenu";
import { Sections } from "@/kit/Sections";
import { useCan } from "@/kit/session";
import { StateTag } from "@/kit/StateTag";
import {
  decisionsKey,
  holdsKey,
  listDecisions,
  listHolds,
  listOverrides,
  MOVED,
  overridesKey,
  rejectOverride,
  setPriority,
  type CreditHoldItem,
  type CreditOverrideItem,
  type DecisionView,
} from "./api";
import { ApproveDialog, type Approving } from "./ApproveDialog";
import { DecisionDrawer } from "./DecisionDrawer";
import { useFindingText } from "./Reasons";
import { documentHref, HOLD_TONES, OVERRIDE_TONES, RESULT_TONES } from "./tones";

/** What waits for credit, what somebody asked for, and every check that was made. */
export function Component() {
  const t = useT();
  const [params, setParams] = useSearchParams();
  return (
    <Page title={t("credit.ui.holds")}>
      <Sections
        items={[
          { key: "waiting", label: t("credit.ui.waiting"), children: <Holds /> },
          { key: "requests", label: t("credit.ui.requests"), children: <Requests /> },
          { key: "checks", label: t("credit.ui.checks"), children: <Checks /> },
        ]}
        active={params.get("tab") ?? "waiting"}
        onChange={(tab) => setParams(tab === "waiting" ? {} : { tab })}
      />
    </Page>
  );
}

function useDocumentText() {
  const t = useT();
  const word = useValueText();
  return (row: { document_kind: string; document_no: string }) =>
    `${word("credit.document", row.document_kind)} ${row.document_no || t("credit.ui.draft")}`;
}

function useOpens() {
  const t = useT();
  const navigate = useNavigate();
  return (row: { document_kind: string; document_id: string; customer_id: string }): RowAction[] => {
    const href = documentHref(row.document_kind, row.document_id);
    return [
      ...(href
        ? [{ key: "document", label: t("credit.ui.open_document"), onClick: () => void navigate(href) }]
        : []),
      {
        key: "customer",
        label: t("credit.ui.open_customer"),
        onClick: () => void navigate(`/customers/${row.customer_id}?tab=credit`),
      },
    ];
  };
}

function Holds() {
  const t = useT();
  const can = useCan();
  const word = useValueText();
  const document = useDocumentText();
  const opens = useOpens();
  const text = useFindingText();
  const [check, setCheck] = useState<string | null>(null);
  const [approving, setApproving] = useState<Approving | null>(null);
  const [moving, setMoving] = useState<CreditHoldItem | null>(null);
  const how = (row: CreditHoldItem) => {
    if (row.state === "released" && !row.ended_by) return t("credit.ui.by_itself");
    return row.note ? word("credit.hold_note", row.note) : "";
  };
  const actions = (row: CreditHoldItem): RowAction[] => [
    ...(row.state === "waiting" && can("credit.manage")
      ? [
          {
            key: "approve",
            label: t("credit.ui.approve"),
            onClick: () => setApproving({ ...row, kind: "hold" as const, document: document(row) }),
          },
          { key: "priority", label: t("credit.ui.set_priority"), onClick: () => setMoving(row) },
        ]
      : []),
    { key: "check", label: t("credit.ui.open_check"), onClick: () => setCheck(row.decision_id) },
    ...opens(row),
  ];
  return (
    <>
      <p className="muted" style={{ marginTop: 0 }}>
        {t("credit.ui.holds_help")}
      </p>
      <DataTable<CreditHoldItem>
        view="credit.holds"
        label={t("credit.ui.holds")}
        queryKey={holdsKey}
        fetch={listHolds}
        rowKey={(row) => row.id}
        columns={[
          { key: "document", title: t("credit.ui.document"), opens: true, render: document },
          { key: "customer", lead: true, title: t("credit.ui.customer"), render: (row) => row.customer_name },
          { key: "currency", title: t("credit.ui.currency"), width: 80, extra: true, render: (row) => row.currency },
          {
            key: "amount",
            lead: true,
            title: t("credit.ui.amount"),
            sort: "amount",
            figures: true,
            width: 130,
            render: (row) => <MoneyText value={row.amount} />,
          },
          { key: "reasons", title: t("credit.ui.reasons"), render: (row) => row.reasons.map(text).join(" · ") },
          {
            key: "held_at",
            title: t("credit.ui.since"),
            sort: "held_at",
            width: 150,
            render: (row) => <InstantText value={row.held_at} />,
          },
          {
            key: "priority",
            title: t("credit.ui.priority"),
            sort: "priority",
            figures: true,
            width: 90,
            extra: true,
            render: (row) => row.priority,
          },
          {
            key: "state",
            title: t("credit.ui.state"),
            width: 120,
            render: (row) => <StateTag prefix="credit.hold_state" state={row.state} tones={HOLD_TONES} />,
          },
          { key: "how", title: t("credit.ui.how"), extra: true, render: how },
        ]}
        views={[
          { key: "waiting", label: t("credit.hold_state.waiting"), state: { filter: { state: "waiting" } } },
          { key: "released", label: t("credit.hold_state.released"), state: { filter: { state: "released" } } },
        ]}
        filters={[{ key: "customer_id", kind: "customer", label: t("credit.ui.customer") }]}
        defaultSort="held_at"
        searchPlaceholder={t("credit.ui.search")}
        rowActions={actions}
        onOpen={(row) => setCheck(row.decision_id)}
        empty={t("credit.ui.holds_empty")}
      />
      <DecisionDrawer id={check} onClose={() => setCheck(null)} />
      <ApproveDialog what={approving} onClose={() => setApproving(null)} />
      <PriorityDialog row={moving} onClose={() => setMoving(null)} />
    </>
  );
}

function PriorityDialog({ row, onClose }: { row: CreditHoldItem | null; onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const [priority, setNumber] = useState<number | null>(null);
  const act = useAct({
    act: (value: number) => setPriority(row?.id ?? "", value),
    touches: MOVED,
    onDone: () => {
      void message.success(t("credit.ui.saved"));
      onClose();
    },
  });
  const run = () => act.run(priority ?? row?.priority ?? 0);
  return (
    <Modal open={row !== null} title={t("credit.ui.priority")} footer={null} destroyOnHidden onCancel={onClose}>
      <Form layout="vertical" onFinish={run}>
        <Form.Item label={t("credit.ui.priority")} htmlFor="priority" help={t("credit.ui.priority_help")}>
          <InputNumber
            id="priority"
            autoFocus
            min={-1000}
            max={1000}
            precision={0}
            value={priority ?? row?.priority ?? 0}
            onChange={(value) => setNumber(value)}
          />
        </Form.Item>
        <ProblemAlert problem={act.problem} onRetry={run} />
        <DialogButtons confirm={t("credit.ui.save")} busy={act.busy} onConfirm={run} onClose={onClose} />
      </Form>
    </Modal>
  );
}

function Requests() {
  const t = useT();
  const can = useCan();
  const { message } = App.useApp();
  const document = useDocumentText();
  const opens = useOpens();
  const [approving, setApproving] = useState<Approving | null>(null);
  const [rejecting, setRejecting] = useState<CreditOverrideItem | null>(null);
  const reject = useAct({
    act: (reason: string) => rejectOverride(rejecting?.id ?? "", reason),
    touches: MOVED,
    onDone: () => {
      setRejecting(null);
      void message.success(t("credit.ui.rejected"));
    },
  });
  const approve = (row: CreditOverrideItem) =>
    setApproving({ ...row, kind: "override" as const, document: document(row) });
  const actions = (row: CreditOverrideItem): RowAction[] => [
    ...(row.state === "requested" && can("credit.manage")
      ? [
          { key: "approve", label: t("credit.ui.approve"), onClick: () => approve(row) },
          {
            key: "reject",
            label: t("credit.ui.reject"),
            danger: true,
            onClick: () => {
              reject.reset();
              setRejecting(row);
            },
          },
        ]
      : []),
    ...opens(row),
  ];
  return (
    <>
      <DataTable<CreditOverrideItem>
        view="credit.overrides"
        label={t("credit.ui.requests")}
        queryKey={overridesKey}
        fetch={listOverrides}
        rowKey={(row) => row.id}
        columns={[
          { key: "document", title: t("credit.ui.document"), opens: true, render: document },
          { key: "customer", lead: true, title: t("credit.ui.customer"), render: (row) => row.customer_name },
          {
            key: "amount",
            lead: true,
            title: t("credit.ui.amount"),
            sort: "amount",
            figures: true,
            width: 130,
            render: (row) => <MoneyText value={row.amount} currency={row.currency} />,
          },
          { key: "reason", title: t("credit.ui.reason"), render: (row) => row.reason },
          {
            key: "requested_at",
            title: t("credit.ui.requested_at"),
            sort: "requested_at",
            width: 150,
            render: (row) => <InstantText value={row.requested_at} />,
          },
          {
            key: "state",
            title: t("credit.ui.state"),
            width: 120,
            render: (row) => <StateTag prefix="credit.override_state" state={row.state} tones={OVERRIDE_TONES} />,
          },
          { key: "cap", title: t("credit.ui.cap"), figures: true, extra: true, render: (row) => <MoneyText value={row.cap} /> },
          {
            key: "until",
            title: t("credit.ui.until"),
            extra: true,
            render: (row) => (row.until_day ? <DayText value={row.until_day} /> : null),
          },
          { key: "note", title: t("credit.ui.note"), extra: true, render: (row) => row.note },
        ]}
        views={[
          { key: "requested", label: t("credit.override_state.requested"), state: { filter: { state: "requested" } } },
        ]}
        filters={[{ key: "customer_id", kind: "customer", label: t("credit.ui.customer") }]}
        defaultSort="-requested_at"
        searchPlaceholder={t("credit.ui.search")}
        rowActions={actions}
        onOpen={(row) => (row.state === "requested" && can("credit.manage") ? approve(row) : opens(row)[0]?.onClick?.())}
        empty={t("credit.ui.requests_empty")}
      />
      <ApproveDialog what={approving} onClose={() => setApproving(null)} />
      <ReasonDialog
        open={rejecting !== null}
        title={t("credit.ui.reject_title", { document: rejecting ? document(rejecting) : "" })}
        confirm={t("credit.ui.reject_confirm")}
        danger
        busy={reject.busy}
        problem={reject.problem}
        onConfirm={reject.run}
        onClose={() => setRejecting(null)}
      />
    </>
  );
}

function Checks() {
  const t = useT();
  const word = useValueText();
  const text = useFindingText();
  const [check, setCheck] = useState<string | null>(null);
  return (
    <>
      <DataTable<DecisionView>
        view="credit.decisions"
        label={t("credit.ui.checks")}
        queryKey={decisionsKey}
        fetch={listDecisions}
        rowKey={(row) => row.id}
        columns={[
          { key: "at", title: t("credit.ui.at"), opens: true, width: 150, render: (row) => <InstantText value={row.at} /> },
          { key: "customer", lead: true, title: t("credit.ui.customer"), render: (row) => row.customer_name },
          { key: "event", title: t("credit.ui.event"), render: (row) => word("credit.event", row.event) },
          {
            key: "result",
            lead: true,
            title: t("credit.ui.result"),
            width: 110,
            render: (row) => <StateTag prefix="credit.result" state={row.result} tones={RESULT_TONES} />,
          },
          { key: "reasons", title: t("credit.ui.reasons"), render: (row) => row.reasons.map(text).join(" · ") },
          {
            key: "amount",
            title: t("credit.ui.amount"),
            figures: true,
            render: (row) => <MoneyText value={row.amount} currency={row.currency} />,
          },
          {
            key: "exposure",
            title: t("credit.ui.exposure"),
            figures: true,
            render: (row) => <MoneyText value={row.exposure} zeroDigits />,
          },
          {
            key: "limit",
            title: t("credit.ui.limit"),
            figures: true,
            render: (row) => (row.limit ? <MoneyText value={row.limit} zeroDigits /> : t("credit.ui.unlimited")),
          },
        ]}
        views={["block", "hold", "warn"].map((result) => ({
          key: result,
          label: word("credit.result", result),
          state: { filter: { result } },
        }))}
        filters={[{ key: "customer_id", kind: "customer", label: t("credit.ui.customer") }]}
        defaultSort="-id"
        searchPlaceholder={t("credit.ui.search")}
        onOpen={(row) => setCheck(row.id)}
        empty={t("credit.ui.checks_empty")}
      />
      <DecisionDrawer id={check} onClose={() => setCheck(null)} />
    </>
  );
}
