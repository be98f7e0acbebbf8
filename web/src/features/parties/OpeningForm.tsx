import { App, Form, Input, Segmented } from "antd";
import { useMoneyAct } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { FormDrawer } from "@/kit/FormDrawer";
import { isNegative, moneyText } from "@/kit/format";
import { decimalRule, refusedField } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { useToday } from "@/kit/session";
import { OPENING_TOUCHES, enterOpening, type CustomerItem, type OpeningInput, type OpeningView } from "./api";

interface OpeningFormProps {
  /** null: closed. */
  customer: Pick<CustomerItem, "id" | "name" | "currency"> | null;
  onClose: () => void;
}

/** The amount is typed without a sign: number keys of phones have none. */
interface OpeningValues {
  side: "debit" | "credit";
  amount: string;
  date: string;
  due_date?: string;
  no?: string;
  remark?: string;
}

/** Enters one document that was open when the books began. */
export default function OpeningForm({ customer, onClose }: OpeningFormProps) {
  const t = useT();
  const today = useToday();
  const { message } = App.useApp();
  const act = useMoneyAct<OpeningValues, OpeningView>({
    act: (values, key) => enterOpening(customer?.id ?? "", bodyOf(values), key),
    touches: OPENING_TOUCHES,
    onDone: ({ no, amount }) => {
      message.success(t("parties.ui.opening_done", { no, amount: moneyText(amount) }));
      onClose();
    },
  });
  const close = () => {
    act.reset();
    onClose();
  };
  const required = { required: true, message: t("web.form.required") };
  return (
    <FormDrawer<OpeningValues, OpeningView>
      key={customer?.id}
      open={customer !== null}
      title={t("parties.ui.opening_title", { customer: customer?.name ?? "" })}
      initial={{ side: "debit", date: today }}
      act={act}
      save={t("parties.ui.opening_enter")}
      onClose={close}
    >
      <p className="muted">{t("parties.ui.opening_help")}</p>
      <Form.Item name="side" label={t("parties.ui.opening_side")}>
        <Segmented
          block
          options={[
            { value: "debit", label: t("parties.ui.opening_debit") },
            { value: "credit", label: t("parties.ui.opening_credit") },
          ]}
        />
      </Form.Item>
      <Form.Item
        name="amount"
        label={t("parties.ui.amount")}
        rules={[required, decimalRule(t("web.form.not_a_number")), unsignedRule(t("parties.ui.opening_unsigned"))]}
        {...refusedField(act.problem, "amount")}
      >
        <MoneyInput currency={customer?.currency} width="100%" autoFocus />
      </Form.Item>
      <div className="two">
        <Form.Item
          name="date"
          label={t("parties.ui.opening_date")}
          rules={[required]}
          {...refusedField(act.problem, "date")}
        >
          <DayInput allowClear={false} />
        </Form.Item>
        <Form.Item
          name="due_date"
          label={t("parties.ui.opening_due")}
          extra={t("parties.ui.opening_due_help")}
          {...refusedField(act.problem, "due_date")}
        >
          <DayInput />
        </Form.Item>
      </div>
      <Form.Item
        name="no"
        label={t("parties.ui.opening_no")}
        extra={t("parties.ui.opening_no_help")}
        {...refusedField(act.problem, "no")}
      >
        <Input maxLength={100} spellCheck={false} />
      </Form.Item>
      <Form.Item name="remark" label={t("parties.ui.remark")} {...refusedField(act.problem, "remark")}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
    </FormDrawer>
  );
}

function unsignedRule(message: string) {
  return {
    validator: (_rule: unknown, value: string | undefined) =>
      value && isNegative(value) ? Promise.reject(new Error(message)) : Promise.resolve(),
  };
}

function bodyOf(values: OpeningValues): OpeningInput {
  return {
    amount: values.side === "credit" ? `-${values.amount}` : values.amount,
    date: values.date,
    due_date: values.due_date ? values.due_date : null,
    no: values.no ?? "",
    remark: values.remark ?? "",
  };
}
