import { useQuery } from "@tanstack/react-query";
import { Alert, App, Button, Checkbox, Form, Input, Modal, Select } from "antd";
import { useEffect, useState } from "react";
import { asProblem, type Problem } from "@/api/problem";
import { useMoneyAct } from "@/kit/act";
import { isZero, moneyText } from "@/kit/format";
import { refusedField } from "@/kit/forms";
import { useHotkeys } from "@/kit/hooks";
import { useT } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { MoneyText } from "@/kit/MoneyText";
import { Figure, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { DialogButtons } from "@/kit/ReasonDialog";
import { getSettlement, processBadDebt, settlementKey, type BadDebtBody, type Settlement } from "./api";
import { BAD_DEBT_TOUCHES, requestBadDebt, useReasons } from "./badDebtApi";

interface BadDebtDialogProps {
  /** The order to process; null: closed. */
  orderId: string | null;
  onClose: () => void;
  onRegister: (customerId: string) => void;
}

/** Processes what an order owes as bad debt; says what will happen and shows the figures it decides on. */
export function BadDebtDialog({ orderId, onClose, onRegister }: BadDebtDialogProps) {
  const t = useT();
  const query = useQuery({
    queryKey: settlementKey(orderId ?? ""),
    queryFn: ({ signal }) => getSettlement(orderId ?? "", signal),
    enabled: orderId !== null,
    staleTime: 0,
  });
  const order = query.data;
  return (
    <Modal
      open={orderId !== null}
      title={t("receivables.ui.bad_debt_title", { no: order?.no ?? "" })}
      footer={null}
      width={640}
      destroyOnHidden
      onCancel={onClose}
    >
      {query.error ? (
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : order && order.order_id === orderId ? (
        <BadDebtForm order={order} onClose={onClose} onRegister={onRegister} />
      ) : (
        <Waiting />
      )}
    </Modal>
  );
}

function BadDebtForm(props: { order: Settlement } & Pick<BadDebtDialogProps, "onClose" | "onRegister">) {
  const t = useT();
  const { options, needsNote } = useReasons();
  const { message } = App.useApp();
  const { order, onClose } = props;
  const [amount, setAmount] = useState(order.outstanding);
  const [reason, setReason] = useState<string | undefined>(undefined);
  const [note, setNote] = useState("");
  const [despite, setDespite] = useState(false);
  const [disclose, setDisclose] = useState(false);
  const act = useMoneyAct({
    act: (body: BadDebtBody, key) => processBadDebt(order.order_id, body, key),
    touches: BAD_DEBT_TOUCHES,
    onDone: (done) => {
      const amount = moneyText(done.amount, { zero: "digits" });
      message.success(
        <span>
          {t("receivables.ui.bad_debt_done", { no: order.no, amount })}{" "}
          <Button type="link" size="small" onClick={() => props.onRegister(order.customer_id)}>
            {t("receivables.ui.register_link")}
          </Button>
        </span>,
        8,
      );
      onClose();
    },
  });
  const request = useMoneyAct({
    act: (body: BadDebtBody, key) => requestBadDebt(order.order_id, body, key),
    touches: BAD_DEBT_TOUCHES,
    onDone: () => {
      message.success(t("receivables.ui.bad_debt_requested", { no: order.no }));
      onClose();
    },
  });
  // Fresh figures after a conflict: what was typed for the old ones would be refused again.
  useEffect(() => setAmount(order.outstanding), [order.outstanding]);
  const isBlocked = !isZero(order.undelivered);
  const isReady = Boolean(reason) && !isBlocked && !isZero(order.outstanding);
  const body = (reason_code: string): BadDebtBody => ({
    amount,
    expected_outstanding: order.outstanding,
    reason_code,
    note: note.trim(),
    despite_credit: despite,
    disclose,
  });
  const confirm = () => {
    if (!reason || !isReady || act.busy) return;
    request.reset();
    act.run(body(reason));
  };
  // What only approval lets through is asked for with one more click.
  const waysOut = (problem: Problem) =>
    reason && problem.code === "receivables.approval_required"
      ? [{ key: "request", label: t("receivables.ui.bad_debt_request"), onClick: () => request.run(body(reason)) }]
      : [];
  useHotkeys({ "ctrl+enter": confirm });
  return (
    <Form layout="vertical" onFinish={confirm}>
      <Figures order={order} />
      <p className="muted">{t("receivables.ui.bad_debt_help", { amount: moneyText(amount, { zero: "digits" }) })}</p>
      {isBlocked ? (
        <Alert
          type="warning"
          showIcon
          style={{ marginBottom: 16 }}
          title={t("receivables.ui.bad_debt_undelivered", { amount: moneyText(order.undelivered) })}
        />
      ) : null}
      <div className="two">
        <Form.Item
          label={t("receivables.ui.bad_debt_amount")}
          htmlFor="bad-debt-amount"
          required
          {...refusedField(act.problem, "amount")}
        >
          <MoneyInput id="bad-debt-amount" value={amount} onChange={setAmount} currency={order.currency} width="100%" />
        </Form.Item>
        <Form.Item
          label={t("receivables.ui.bad_debt_reason")}
          htmlFor="bad-debt-reason"
          required
          {...refusedField(act.problem, "reason_code")}
        >
          <Select
            id="bad-debt-reason"
            autoFocus
            value={reason}
            onChange={setReason}
            options={options(false)}
          />
        </Form.Item>
      </div>
      <Form.Item
        label={t("receivables.ui.bad_debt_note")}
        htmlFor="bad-debt-note"
        required={needsNote(reason) || despite}
        {...refusedField(act.problem, "note")}
      >
        <Input.TextArea
          id="bad-debt-note"
          rows={2}
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </Form.Item>
      <Choices order={order} despite={[despite, setDespite]} disclose={[disclose, setDisclose]} />
      <ProblemAlert problem={request.problem ?? act.problem} onRetry={confirm} actions={waysOut} />
      <DialogButtons
        confirm={t("receivables.ui.bad_debt_confirm")}
        danger
        busy={act.busy || request.busy}
        disabled={!isReady}
        onConfirm={confirm}
        onClose={onClose}
      />
    </Form>
  );
}

type Choice = [boolean, (value: boolean) => void];

/** What a person decides besides the amount: to go on although money waits, and to tell the customer. */
function Choices({ order, despite, disclose }: { order: Settlement; despite: Choice; disclose: Choice }) {
  const t = useT();
  return (
    <>
      {isZero(order.credit_on_account) ? null : (
        <Form.Item>
          <Checkbox checked={despite[0]} onChange={(event) => despite[1](event.target.checked)}>
            {t("receivables.ui.bad_debt_despite", { amount: moneyText(order.credit_on_account) })}
          </Checkbox>
        </Form.Item>
      )}
      <Form.Item>
        <Checkbox checked={disclose[0]} onChange={(event) => disclose[1](event.target.checked)}>
          {t("receivables.ui.bad_debt_disclose")}
        </Checkbox>
      </Form.Item>
    </>
  );
}

function Figures({ order }: { order: Settlement }) {
  const t = useT();
  return (
    <div className="figures" style={{ marginBottom: 12 }}>
      <Figure label={t("receivables.ui.customer")}>{order.customer_name}</Figure>
      <Figure label={t("receivables.ui.billed")}>
        <MoneyText value={order.billed} />
      </Figure>
      <Figure label={t("receivables.ui.received")}>
        <MoneyText value={order.received} />
      </Figure>
      <Figure label={t("receivables.ui.outstanding")}>
        <MoneyText value={order.outstanding} currency={order.currency} strong />
      </Figure>
    </div>
  );
}
