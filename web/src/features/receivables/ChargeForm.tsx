import { App, Form, Input, Select } from "antd";
import { useMoneyAct } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { FormDrawer } from "@/kit/FormDrawer";
import { moneyText } from "@/kit/format";
import { decimalRule, refusedField } from "@/kit/forms";
import { useT, useValueText } from "@/kit/i18n";
import { CustomerSelect } from "@/kit/lookups";
import { MoneyInput } from "@/kit/MoneyInput";
import { useToday } from "@/kit/session";
import { ADJUSTMENT_REASONS, MONEY_TOUCHES, enterAdjustment, type EnteredView } from "./api";

interface Values {
  customer_id: string;
  amount: string;
  reason_code: string;
  date: string;
  due_date?: string;
  note?: string;
}

/** Enters a receivable without goods. */
export function ChargeForm({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const word = useValueText();
  const today = useToday();
  const { message } = App.useApp();
  const act = useMoneyAct<Values, EnteredView>({
    act: ({ note, due_date, ...rest }, key) =>
      enterAdjustment({ kind: "charge", note: note ?? "", due_date: due_date ? due_date : null, ...rest }, key),
    touches: MONEY_TOUCHES,
    onDone: ({ no, amount }) => {
      const kind = word("receivables.adjustment", "charge");
      message.success(t("receivables.ui.adjustment_done", { kind, no, amount: moneyText(amount) }));
      onClose();
    },
  });
  const required = { required: true, message: t("web.form.required") };
  return (
    <FormDrawer<Values, EnteredView>
      open={open}
      title={word("receivables.adjustment", "charge")}
      initial={{ date: today, reason_code: ADJUSTMENT_REASONS.charge[0] }}
      act={act}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      <p className="muted">{t("receivables.ui.charge_help")}</p>
      <Form.Item
        name="customer_id"
        label={t("receivables.ui.customer")}
        rules={[required]}
        {...refusedField(act.problem, "customer_id")}
      >
        <CustomerSelect value={undefined} autoFocus />
      </Form.Item>
      <div className="two">
        <Form.Item
          name="amount"
          label={t("receivables.ui.amount")}
          rules={[required, decimalRule(t("web.form.not_a_number"))]}
          {...refusedField(act.problem, "amount")}
        >
          <MoneyInput width="100%" />
        </Form.Item>
        <Form.Item
          name="reason_code"
          label={t("receivables.ui.adjustment_reason")}
          {...refusedField(act.problem, "reason_code")}
        >
          <Select
            options={ADJUSTMENT_REASONS.charge.map((value) => ({
              value,
              label: word("receivables.adjustment_reason", value),
            }))}
          />
        </Form.Item>
      </div>
      <div className="two">
        <Form.Item
          name="date"
          label={t("receivables.ui.date")}
          rules={[required]}
          {...refusedField(act.problem, "date")}
        >
          <DayInput allowClear={false} />
        </Form.Item>
        <Form.Item
          name="due_date"
          label={t("receivables.ui.due")}
          extra={t("receivables.ui.adjustment_due_help")}
          {...refusedField(act.problem, "due_date")}
        >
          <DayInput />
        </Form.Item>
      </div>
      <Form.Item name="note" label={t("receivables.ui.remark")} {...refusedField(act.problem, "note")}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
    </FormDrawer>
  );
}
