import { App, Form, Input, Modal, Radio, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useAct, useMoneyAct } from "@/kit/act";
import { refusedField } from "@/kit/forms";
import { useT, useValueText } from "@/kit/i18n";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { DialogButtons, ReasonDialog } from "@/kit/ReasonDialog";
import { STATEMENT_TOUCHES, guardKey, statementsKey, type StatementView } from "./api";
import { CHANNELS } from "./disputeApi";
import {
  DELIVERY_CHANNELS,
  answerStatement,
  deliverStatement,
  supersedeStatement,
  type AnswerInput,
  type DeliverInput,
} from "./facetApi";

interface Props {
  /** Absent: closed. */
  statement: StatementView | null;
  onClose: () => void;
}

/** Registers what the customer answered by phone or on paper, to the version on the screen. */
export function AnswerDialog({ statement, onClose }: Props) {
  const t = useT();
  return (
    <Modal
      open={statement !== null}
      title={t("statements.ui.answer_title", { no: statement?.no ?? "" })}
      footer={null}
      destroyOnHidden
      onCancel={onClose}
    >
      {statement ? <AnswerForm statement={statement} onClose={onClose} /> : null}
    </Modal>
  );
}

function AnswerForm({ statement, onClose }: { statement: StatementView; onClose: () => void }) {
  const t = useT();
  const word = useValueText();
  const { message } = App.useApp();
  const [kind, setKind] = useState<AnswerInput["kind"]>("confirmed");
  const [channel, setChannel] = useState<AnswerInput["channel"]>("phone");
  const [person, setPerson] = useState("");
  const [text, setText] = useState("");
  const act = useMoneyAct({
    act: (_: undefined, key) =>
      answerStatement(statement.id, { kind, hash: statement.hash, channel, person, text }, key),
    touches: [statementsKey, guardKey],
    onDone: () => {
      void message.success(t("statements.ui.answer_registered"));
      onClose();
    },
  });
  const confirm = () => {
    if (!act.busy) act.run(undefined);
  };
  return (
    <Form layout="vertical" onFinish={confirm}>
      <Form.Item label={t("statements.ui.answer_kind")}>
        <Radio.Group
          aria-label={t("statements.ui.answer_kind")}
          value={kind}
          onChange={(event) => setKind(event.target.value as AnswerInput["kind"])}
          options={[
            { value: "confirmed", label: t("statements.ui.answer_confirmed") },
            { value: "disputed", label: t("statements.ui.answer_disputed") },
          ]}
        />
      </Form.Item>
      <div className="two">
        <Form.Item label={t("statements.ui.dispute_channel")} htmlFor="answer-channel">
          <Select
            id="answer-channel"
            value={channel}
            options={CHANNELS.map((value) => ({ value, label: word("statements.channel", value) }))}
            onChange={(value) => setChannel(value as AnswerInput["channel"])}
          />
        </Form.Item>
        <Form.Item label={t("statements.ui.dispute_person")} htmlFor="answer-person">
          <Input
            id="answer-person"
            autoFocus
            maxLength={100}
            value={person}
            onChange={(event) => setPerson(event.target.value)}
          />
        </Form.Item>
      </div>
      <Form.Item label={t("statements.ui.answer_text")} htmlFor="answer-text" {...refusedField(act.problem, "text")}>
        <Input.TextArea
          id="answer-text"
          rows={2}
          maxLength={1000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </Form.Item>
      <p className="muted" style={{ overflowWrap: "anywhere" }}>
        {t("statements.ui.answer_hash")} <code>{statement.hash}</code>
      </p>
      <ProblemAlert problem={act.problem} onRetry={confirm} />
      <DialogButtons
        confirm={t("statements.ui.answer_register")}
        busy={act.busy}
        onConfirm={confirm}
        onClose={onClose}
      />
    </Form>
  );
}

/** Notes how a statement went to the customer, or that it did not arrive. */
export function DeliverDialog({ statement, onClose }: Props) {
  const t = useT();
  return (
    <Modal
      open={statement !== null}
      title={t("statements.ui.deliver_title", { no: statement?.no ?? "" })}
      footer={null}
      destroyOnHidden
      onCancel={onClose}
    >
      {statement ? <DeliverForm statement={statement} onClose={onClose} /> : null}
    </Modal>
  );
}

const KINDS = ["sent", "delivered", "failed"];

function DeliverForm({ statement, onClose }: { statement: StatementView; onClose: () => void }) {
  const t = useT();
  const word = useValueText();
  const { message } = App.useApp();
  const [kind, setKind] = useState<DeliverInput["kind"]>("sent");
  const [channel, setChannel] = useState<DeliverInput["channel"]>("chat");
  const [text, setText] = useState("");
  const act = useAct({
    act: () => deliverStatement(statement.id, { kind, channel, text }),
    touches: [statementsKey, guardKey],
    onDone: () => {
      void message.success(t("statements.ui.delivered"));
      onClose();
    },
  });
  const confirm = () => {
    if (!act.busy) act.run(undefined);
  };
  return (
    <Form layout="vertical" onFinish={confirm}>
      <Form.Item label={t("statements.ui.deliver_kind")}>
        <Radio.Group
          aria-label={t("statements.ui.deliver_kind")}
          value={kind}
          onChange={(event) => setKind(event.target.value as DeliverInput["kind"])}
          options={KINDS.map((value) => ({ value, label: word("statements.delivery", value) }))}
        />
      </Form.Item>
      <Form.Item label={t("statements.ui.deliver_channel")} htmlFor="deliver-channel">
        <Select
          id="deliver-channel"
          autoFocus
          value={channel}
          options={DELIVERY_CHANNELS.map((value) => ({ value, label: word("statements.delivery_channel", value) }))}
          onChange={(value) => setChannel(value as DeliverInput["channel"])}
        />
      </Form.Item>
      <Form.Item label={t("statements.ui.deliver_text")} htmlFor="deliver-text" {...refusedField(act.problem, "text")}>
        <Input.TextArea
          id="deliver-text"
          rows={2}
          maxLength={500}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </Form.Item>
      <ProblemAlert problem={act.problem} onRetry={confirm} />
      <DialogButtons confirm={t("statements.ui.deliver")} busy={act.busy} onConfirm={confirm} onClose={onClose} />
    </Form>
  );
}

/** Asks why a statement is replaced, says what follows, and leads to the new version. */
export function SupersedeDialog({ statement, onClose }: Props) {
  const t = useT();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const act = useMoneyAct({
    act: (reason: string, key) => supersedeStatement(statement?.id ?? "", reason, key),
    touches: STATEMENT_TOUCHES,
    onDone: (done) => {
      void message.success(t("statements.ui.superseded"));
      onClose();
      void navigate(`/statements/${done.id}`);
    },
  });
  return (
    <ReasonDialog
      open={statement !== null}
      title={t("statements.ui.supersede_title", { no: statement?.no ?? "" })}
      confirm={t("statements.ui.supersede")}
      busy={act.busy}
      problem={act.problem}
      onConfirm={act.run}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      {t("statements.ui.supersede_text")}
    </ReasonDialog>
  );
}
