import { useQuery } from "@tanstack/react-query";
import { App, Form, Input, Modal } from "antd";
import { useState } from "react";
import { useMoneyAct } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { FormDrawer } from "@/kit/FormDrawer";
import { moneyText } from "@/kit/format";
import { decimalRule, refusedField } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { DialogButtons } from "@/kit/ReasonDialog";
import { useToday } from "@/kit/session";
import {
  MONEY_TOUCHES,
  bounceReceipt,
  clearInstrument,
  getOpenItems,
  openItemsKey,
  spendDeposit,
  type OpenAccount,
  type OutcomeView,
  type ReceiptDetail,
} from "./api";
import { PickItems, type Picked } from "./PickItems";

/** What the dialogs need to know of a receipt. */
export type ReceiptRef = Pick<ReceiptDetail, "id" | "no" | "currency" | "customer_id">;

interface ActProps {
  receipt: ReceiptRef;
  open: boolean;
  onClose: () => void;
}

/** The bank has paid a bill or cheque. */
export function ClearDialog({ receipt, open, onClose }: ActProps) {
  const t = useT();
  const today = useToday();
  const { message } = App.useApp();
  const [day, setDay] = useState(today);
  const act = useMoneyAct({
    act: (date: string, key) => clearInstrument(receipt.id, date, key),
    touches: MONEY_TOUCHES,
    onDone: ({ no }) => {
      message.success(t("receivables.ui.cleared", { no }));
      onClose();
    },
  });
  const close = () => {
    act.reset();
    onClose();
  };
  return (
    <Modal
      open={open}
      title={t("receivables.ui.clear_title", { no: receipt.no })}
      footer={null}
      destroyOnHidden
      onCancel={close}
    >
      <p>{t("receivables.ui.clear_help")}</p>
      <Form layout="vertical" onFinish={() => act.run(day)}>
        <Form.Item label={t("receivables.ui.cleared_on")} htmlFor="cleared-on" {...refusedField(act.problem, "date")}>
          <DayInput id="cleared-on" value={day} onChange={(value) => setDay(value ?? today)} allowClear={false} />
        </Form.Item>
        <ProblemAlert problem={act.problem} onRetry={() => act.run(day)} />
        <DialogButtons
          confirm={t("receivables.ui.clear_confirm")}
          busy={act.busy}
          onConfirm={() => act.run(day)}
          onClose={close}
        />
      </Form>
    </Modal>
  );
}

interface BounceValues {
  reason: string;
  date: string;
  fee?: string;
}

/** A payment was returned: what it closed is owed again, and a fee may be charged. */
export function BounceForm({ receipt, open, onClose }: ActProps) {
  const t = useT();
  const today = useToday();
  const { message } = App.useApp();
  const act = useMoneyAct<BounceValues, ReceiptDetail>({
    act: ({ reason, date, fee }, key) => bounceReceipt(receipt.id, { reason, date, fee: fee ? fee : null }, key),
    touches: MONEY_TOUCHES,
    onDone: ({ no }) => {
      message.success(t("receivables.ui.bounced", { no }));
      onClose();
    },
  });
  const required = { required: true, message: t("web.form.required") };
  return (
    <FormDrawer<BounceValues, ReceiptDetail>
      open={open}
      title={t("receivables.ui.bounce_title", { no: receipt.no })}
      initial={{ date: today }}
      act={act}
      save={t("receivables.ui.bounce_confirm")}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      <p className="muted">{t("receivables.ui.bounce_help")}</p>
      <Form.Item
        name="reason"
        label={t("receivables.ui.reason")}
        rules={[required]}
        {...refusedField(act.problem, "reason")}
      >
        <Input autoFocus maxLength={500} />
      </Form.Item>
      <div className="two">
        <Form.Item name="date" label={t("receivables.ui.date")} {...refusedField(act.problem, "date")}>
          <DayInput allowClear={false} />
        </Form.Item>
        <Form.Item
          name="fee"
          label={t("receivables.ui.bounce_fee")}
          extra={t("receivables.ui.bounce_fee_help")}
          rules={[decimalRule(t("web.form.not_a_number"))]}
          {...refusedField(act.problem, "amount")}
        >
          <MoneyInput currency={receipt.currency} width="100%" />
        </Form.Item>
      </div>
    </FormDrawer>
  );
}

interface DepositValues {
  picked?: Picked;
}

/** Uses a deposit or guarantee: for the chosen items, or for the oldest ones. */
export function DepositForm({ receipt, open, onClose }: ActProps) {
  const t = useT();
  const { message } = App.useApp();
  const query = useQuery({
    queryKey: openItemsKey(receipt.customer_id),
    queryFn: ({ signal }) => getOpenItems(receipt.customer_id, signal),
    enabled: open,
  });
  const accounts = (query.data ?? []).filter((one: OpenAccount) => one.currency === receipt.currency);
  const act = useMoneyAct<DepositValues, OutcomeView>({
    act: ({ picked }, key) =>
      spendDeposit(receipt.id, { mode: picked ? "items" : "oldest", items: picked?.items ?? [] }, key),
    touches: MONEY_TOUCHES,
    onDone: ({ allocated }) => {
      message.success(t("receivables.ui.deposit_used", { amount: moneyText(allocated) }));
      onClose();
    },
  });
  return (
    <FormDrawer<DepositValues, OutcomeView>
      open={open}
      loading={query.isLoading}
      title={t("receivables.ui.deposit_use_title", { no: receipt.no })}
      initial={{}}
      act={act}
      width={640}
      save={t("receivables.ui.deposit_use_confirm")}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      <p className="muted">{t("receivables.ui.deposit_use_help")}</p>
      <Form.Item name="picked" label={t("receivables.ui.choose_items")} {...refusedField(act.problem, "items")}>
        <PickItems accounts={accounts} credits="none" />
      </Form.Item>
    </FormDrawer>
  );
}
