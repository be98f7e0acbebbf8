import { useQuery } from "@tanstack/react-query";
import { App, Button, Form, Input, Modal, Select, Space } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { asProblem } from "@/api/problem";
import { useAct, useMoneyAct } from "@/kit/act";
import { DayText } from "@/kit/DayText";
import { refusedField } from "@/kit/forms";
import { isNegative, moneyText } from "@/kit/format";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { MoneyText } from "@/kit/MoneyText";
import { Facts, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { DialogButtons, ReasonDialog } from "@/kit/ReasonDialog";
import { useCan } from "@/kit/session";
import { StateTag } from "@/kit/StateTag";
import { Timeline } from "@/kit/Timeline";
import {
  DISPUTE_TOUCHES,
  assignDispute,
  disputesKey,
  getDispute,
  getPeople,
  peopleKey,
  resolveDispute,
  withdrawDispute,
  type DisputeView,
} from "./disputeApi";
import { DISPUTE_TONES } from "./tones";

/** A dispute: what is said, who looks after it, what happened, and how it is decided. */
export function DisputeDetail({ id }: { id: string }) {
  const query = useQuery({
    queryKey: [...disputesKey, "one", id],
    queryFn: ({ signal }) => getDispute(id, signal),
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 12 }}>
      <Head dispute={query.data} />
      <Acts dispute={query.data} />
      <History dispute={query.data} />
    </div>
  );
}

const DOCUMENT_PATHS: Readonly<Record<string, string>> = { delivery: "/deliveries", return: "/deliveries" };

function Head({ dispute }: { dispute: DisputeView }) {
  const t = useT();
  const word = useValueText();
  const path = DOCUMENT_PATHS[dispute.document_kind];
  const [opened] = dispute.steps;
  return (
    <Panel>
      <Facts
        items={[
          {
            key: "customer",
            name: t("statements.ui.customer"),
            value: <Link to={`/customers/${dispute.customer_id}`}>{dispute.customer_name}</Link>,
          },
          {
            key: "statement",
            name: t("statements.ui.statements"),
            value: <Link to={`/statements/${dispute.statement_id}`}>{dispute.statement_no}</Link>,
          },
          {
            key: "document",
            name: t("statements.ui.document"),
            value: path ? (
              <Link to={`${path}/${dispute.document_id}`}>{dispute.document_no}</Link>
            ) : (
              dispute.document_no
            ),
          },
          {
            key: "state",
            name: t("statements.ui.state"),
            value: <StateTag prefix="statements.dispute_state" state={dispute.state} tones={DISPUTE_TONES} />,
          },
          {
            key: "reason",
            name: t("statements.ui.dispute_reason"),
            value: word("statements.dispute_reason", dispute.reason),
          },
          {
            key: "amount",
            name: t("statements.ui.dispute_amount"),
            value: <MoneyText value={dispute.amount} currency={dispute.currency} />,
          },
          {
            key: "left",
            name: t("statements.ui.dispute_left"),
            value: <MoneyText value={dispute.left} currency={dispute.currency} />,
          },
          {
            key: "opened",
            name: t("statements.ui.dispute_opened"),
            value: <DayText value={dispute.opened_on} />,
          },
          { key: "text", name: t("statements.ui.dispute_text"), value: opened?.text ?? "" },
        ].filter((item) => item.value !== "")}
      />
      <Owner dispute={dispute} />
    </Panel>
  );
}

function Owner({ dispute }: { dispute: DisputeView }) {
  const t = useT();
  const can = useCan();
  const people = useQuery({ queryKey: peopleKey, queryFn: ({ signal }) => getPeople(signal) });
  const act = useAct({
    act: (owner: string | null) => assignDispute(dispute.id, owner),
    touches: DISPUTE_TOUCHES,
  });
  return (
    <Form layout="vertical" style={{ marginTop: 12, maxWidth: 320 }}>
      <Form.Item label={t("statements.ui.dispute_owner")} htmlFor="dispute-owner-now" style={{ marginBottom: 0 }}>
        <Select
          id="dispute-owner-now"
          allowClear
          disabled={!can("receivables.write")}
          placeholder={t("statements.ui.dispute_no_owner")}
          loading={people.isFetching || act.busy}
          value={dispute.owner_id ?? undefined}
          options={people.data?.map((one) => ({ value: one.id, label: one.name }))}
          onChange={(owner?: string) => act.run(owner ?? null)}
        />
      </Form.Item>
      <ProblemAlert problem={act.problem} />
    </Form>
  );
}

function Acts({ dispute }: { dispute: DisputeView }) {
  const t = useT();
  const can = useCan();
  const { message } = App.useApp();
  const [deciding, setDeciding] = useState(false);
  const [withdrawing, setWithdrawing] = useState(false);
  const withdraw = useMoneyAct({
    act: (text: string, key) => withdrawDispute(dispute.id, text, key),
    touches: DISPUTE_TOUCHES,
    onDone: () => {
      void message.success(t("statements.ui.dispute_withdrawn"));
      setWithdrawing(false);
    },
  });
  const isOpen = dispute.state === "open";
  if (!can("receivables.write") || (!isOpen && dispute.state !== "paid")) return null;
  return (
    <Space wrap>
      {isOpen ? (
        <Button type="primary" onClick={() => setDeciding(true)}>
          {t("statements.ui.dispute_decide")}
        </Button>
      ) : null}
      <Button onClick={() => setWithdrawing(true)}>{t("statements.ui.dispute_withdraw")}</Button>
      <Modal
        open={deciding}
        title={t("statements.ui.dispute_title", { no: dispute.document_no })}
        footer={null}
        destroyOnHidden
        onCancel={() => setDeciding(false)}
      >
        <Decide dispute={dispute} onClose={() => setDeciding(false)} />
      </Modal>
      <ReasonDialog
        open={withdrawing}
        title={t("statements.ui.dispute_withdraw_title")}
        confirm={t("statements.ui.dispute_withdraw")}
        optional
        busy={withdraw.busy}
        problem={withdraw.problem}
        onConfirm={withdraw.run}
        onClose={() => {
          withdraw.reset();
          setWithdrawing(false);
        }}
      />
    </Space>
  );
}

function Decide({ dispute, onClose }: { dispute: DisputeView; onClose: () => void }) {
  const t = useT();
  const word = useValueText();
  const { message } = App.useApp();
  const [accepted, setAccepted] = useState("0");
  const [credit, setCredit] = useState<string | undefined>(undefined);
  const [text, setText] = useState("");
  const act = useMoneyAct({
    act: (_: undefined, key) =>
      resolveDispute(dispute.id, { accepted: accepted || "0", credit_entry_id: credit ?? null, text }, key),
    touches: DISPUTE_TOUCHES,
    onDone: () => {
      void message.success(t("statements.ui.dispute_decided"));
      onClose();
    },
  });
  const confirm = () => {
    if (!act.busy) act.run(undefined);
  };
  return (
    <Form layout="vertical" onFinish={confirm}>
      <Form.Item
        label={t("statements.ui.dispute_accepted")}
        htmlFor="dispute-accepted"
        extra={t("statements.ui.dispute_accepted_help", { amount: moneyText(dispute.left, { zero: "digits" }) })}
        {...refusedField(act.problem, "accepted")}
      >
        <MoneyInput
          id="dispute-accepted"
          autoFocus
          currency={dispute.currency}
          width={220}
          value={accepted}
          onChange={setAccepted}
        />
      </Form.Item>
      <Form.Item
        label={t("statements.ui.dispute_credit")}
        htmlFor="dispute-credit"
        extra={dispute.credits.length === 0 ? t("statements.ui.dispute_credit_none") : undefined}
        {...refusedField(act.problem, "credit_entry_id")}
      >
        <Select
          id="dispute-credit"
          allowClear
          value={credit}
          options={dispute.credits.map((one) => ({
            value: one.entry_id,
            label: `${one.no || word("public.kind", one.kind)} · ${one.date} · ${moneyText(one.amount)}`,
          }))}
          onChange={setCredit}
        />
      </Form.Item>
      <Form.Item
        label={t("statements.ui.dispute_answer")}
        htmlFor="dispute-answer"
        {...refusedField(act.problem, "text")}
      >
        <Input.TextArea
          id="dispute-answer"
          rows={3}
          maxLength={1000}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) confirm();
          }}
        />
      </Form.Item>
      <ProblemAlert problem={act.problem} onRetry={confirm} />
      <DialogButtons
        confirm={t("statements.ui.dispute_decide")}
        busy={act.busy}
        onConfirm={confirm}
        onClose={onClose}
      />
    </Form>
  );
}

function History({ dispute }: { dispute: DisputeView }) {
  const t = useT();
  const word = useValueText();
  const people = useQuery({ queryKey: peopleKey, queryFn: ({ signal }) => getPeople(signal) });
  const plain = (amount: string) => moneyText(isNegative(amount) ? amount.slice(1) : amount, { zero: "digits" });
  return (
    <Panel title={t("statements.ui.dispute_history")}>
      <Timeline
        items={dispute.steps
          .map((step, index) => ({
            key: String(index),
            at: step.at,
            what: word("statements.dispute_step", step.kind, { amount: plain(step.amount) }),
            who: people.data?.find((one) => one.id === step.by)?.name,
            detail: [step.credit_no, step.text].filter(Boolean).join(" · "),
          }))
          .reverse()}
      />
    </Panel>
  );
}
