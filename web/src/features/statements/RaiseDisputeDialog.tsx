import { useQuery } from "@tanstack/react-query";
import { App, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useMoneyAct } from "@/kit/act";
import { refusedField } from "@/kit/forms";
import { moneyText } from "@/kit/format";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { DialogButtons } from "@/kit/ReasonDialog";
import type { StatementLine } from "./api";
import { CHANNELS, DISPUTE_TOUCHES, REASONS, getPeople, peopleKey, raiseDispute, type RaiseInput } from "./disputeApi";

interface Props {
  statementId: string;
  currency: string;
  /** Absent: closed. */
  line: StatementLine | null;
  onClose: () => void;
}

/** Registers what a customer says against a line, by phone or on paper. */
export function RaiseDisputeDialog(props: Props) {
  const t = useT();
  return (
    <Modal
      open={props.line !== null}
      title={t("statements.ui.dispute_title", { no: props.line?.document_no ?? "" })}
      footer={null}
      destroyOnHidden
      onCancel={props.onClose}
    >
      {props.line ? <RaiseForm {...props} line={props.line} /> : null}
    </Modal>
  );
}

interface Values {
  amount: string;
  reason: RaiseInput["reason"];
  text: string;
  channel: RaiseInput["channel"];
  person: string;
  owner?: string;
}

function RaiseForm({ statementId, currency, line, onClose }: Props & { line: StatementLine }) {
  const t = useT();
  const word = useValueText();
  const { message } = App.useApp();
  const [values, setValues] = useState<Values>({
    amount: line.amount,
    reason: "quantity",
    text: "",
    channel: "phone",
    person: "",
  });
  const set = (part: Partial<Values>) => setValues((old) => ({ ...old, ...part }));
  const people = useQuery({ queryKey: peopleKey, queryFn: ({ signal }) => getPeople(signal) });
  const act = useMoneyAct({
    act: (_: undefined, key) =>
      raiseDispute(
        statementId,
        {
          line_no: line.line_no,
          amount: values.amount,
          reason: values.reason,
          text: values.text,
          channel: values.channel,
          person: values.person,
          owner_id: values.owner ?? null,
        },
        key,
      ),
    touches: DISPUTE_TOUCHES,
    onDone: () => {
      void message.success(t("statements.ui.dispute_raised"));
      onClose();
    },
  });
  const confirm = () => {
    if (!act.busy) act.run(undefined);
  };
  const options = (prefix: string, names: string[]) => names.map((value) => ({ value, label: word(prefix, value) }));
  return (
    <Form layout="vertical" onFinish={confirm}>
      <Form.Item label={t("statements.ui.dispute_reason")} htmlFor="dispute-reason">
        <Select
          id="dispute-reason"
          autoFocus
          value={values.reason}
          options={options("statements.dispute_reason", REASONS)}
          onChange={(reason) => set({ reason })}
        />
      </Form.Item>
      <Form.Item
        label={t("statements.ui.dispute_amount")}
        htmlFor="dispute-amount"
        extra={t("statements.ui.dispute_amount_help", { amount: moneyText(line.amount, { zero: "digits" }) })}
        {...refusedField(act.problem, "amount")}
      >
        <MoneyInput
          id="dispute-amount"
          currency={currency}
          width={220}
          value={values.amount}
          onChange={(amount) => set({ amount })}
        />
      </Form.Item>
      <Form.Item label={t("statements.ui.dispute_text")} htmlFor="dispute-text" {...refusedField(act.problem, "text")}>
        <Input.TextArea
          id="dispute-text"
          rows={3}
          maxLength={1000}
          value={values.text}
          onChange={(event) => set({ text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) confirm();
          }}
        />
      </Form.Item>
      <div className="two">
        <Form.Item label={t("statements.ui.dispute_channel")} htmlFor="dispute-channel">
          <Select
            id="dispute-channel"
            value={values.channel}
            options={options("statements.channel", CHANNELS)}
            onChange={(channel) => set({ channel })}
          />
        </Form.Item>
        <Form.Item label={t("statements.ui.dispute_person")} htmlFor="dispute-person">
          <Input
            id="dispute-person"
            maxLength={100}
            value={values.person}
            onChange={(event) => set({ person: event.target.value })}
          />
        </Form.Item>
      </div>
      <Form.Item label={t("statements.ui.dispute_owner")} htmlFor="dispute-owner">
        <Select
          id="dispute-owner"
          allowClear
          placeholder={t("statements.ui.dispute_owner_default")}
          value={values.owner}
          loading={people.isFetching}
          options={people.data?.map((one) => ({ value: one.id, label: one.name }))}
          onChange={(owner?: string) => set({ owner })}
        />
      </Form.Item>
      <ProblemAlert problem={act.problem} onRetry={confirm} />
      <DialogButtons
        confirm={t("statements.ui.dispute_raise")}
        busy={act.busy}
        onConfirm={confirm}
        onClose={onClose}
      />
    </Form>
  );
}
