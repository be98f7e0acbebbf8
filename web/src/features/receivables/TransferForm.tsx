import { useQuery } from "@tanstack/react-query";
import { App, Form, Input, Select } from "antd";
import { asProblem, type Problem } from "@/api/problem";
import { useMoneyAct } from "@/kit/act";
import { currencyOptions } from "@/kit/choices";
import { DayInput } from "@/kit/DayInput";
import { FormDrawer } from "@/kit/FormDrawer";
import { moneyText } from "@/kit/format";
import { decimalRule, refusedField } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { CustomerSelect } from "@/kit/lookups";
import { Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { useSession, useToday } from "@/kit/session";
import { MONEY_TOUCHES, enterTransfer, getOpenItems, openItemsKey, type OpenAccount, type TransferredView } from "./api";
import { PickItems, type Picked } from "./PickItems";

interface Values {
  from_customer_id: string;
  picked?: Picked;
  to_customer_id: string;
  to_currency?: string;
  rate?: string;
  date: string;
  note?: string;
}

/** Moves one debt or credit to another customer, or into another currency. */
export function TransferForm({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const today = useToday();
  const { language } = useSession();
  const { message } = App.useApp();
  const act = useMoneyAct<Values, TransferredView>({
    act: ({ picked, to_customer_id, to_currency, rate, date, note }, key) =>
      enterTransfer(
        picked?.account_id ?? "",
        {
          item: picked?.items[0] ?? { entry_id: "" },
          to_customer_id,
          to_currency: to_currency ?? null,
          rate: rate ? rate : null,
          date,
          note: note ?? "",
        },
        key,
      ),
    touches: MONEY_TOUCHES,
    onDone: ({ no, out, received, received_currency }) => {
      const figures = { no, out: moneyText(out), received: `${received_currency} ${moneyText(received)}` };
      message.success(t("receivables.ui.transfer_done", figures));
      onClose();
    },
  });
  const required = { required: true, message: t("web.form.required") };
  return (
    <FormDrawer<Values, TransferredView>
      open={open}
      title={t("receivables.ui.transfers")}
      initial={{ date: today }}
      act={act}
      width={640}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      <p className="muted">{t("receivables.ui.transfer_help")}</p>
      <Form.Item name="from_customer_id" label={t("receivables.ui.transfer_from")} rules={[required]}>
        <CustomerSelect value={undefined} autoFocus />
      </Form.Item>
      <ItemField problem={act.problem} />
      <Form.Item
        name="to_customer_id"
        label={t("receivables.ui.transfer_to")}
        rules={[required]}
        {...refusedField(act.problem, "to_customer_id")}
      >
        <CustomerSelect value={undefined} />
      </Form.Item>
      <div className="two">
        <Form.Item
          name="to_currency"
          label={t("receivables.ui.transfer_currency")}
          {...refusedField(act.problem, "to_currency")}
        >
          <Select allowClear placeholder={t("receivables.ui.same_currency")} options={currencyOptions(language)} />
        </Form.Item>
        <Form.Item
          name="rate"
          label={t("receivables.ui.rate")}
          extra={t("receivables.ui.rate_help")}
          rules={[decimalRule(t("web.form.not_a_number"))]}
          {...refusedField(act.problem, "rate")}
        >
          <Input inputMode="decimal" className="num" />
        </Form.Item>
      </div>
      <Form.Item name="date" label={t("receivables.ui.date")} rules={[required]} {...refusedField(act.problem, "date")}>
        <DayInput allowClear={false} />
      </Form.Item>
      <Form.Item name="note" label={t("receivables.ui.consent")} {...refusedField(act.problem, "note")}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
    </FormDrawer>
  );
}

function ItemField({ problem }: { problem: Problem | null }) {
  const t = useT();
  const customerId = Form.useWatch<string | undefined>("from_customer_id");
  const query = useQuery({
    queryKey: openItemsKey(customerId ?? ""),
    queryFn: ({ signal }) => getOpenItems(customerId ?? "", signal),
    enabled: Boolean(customerId),
    staleTime: 0,
  });
  if (!customerId) return null;
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const accounts: OpenAccount[] = query.data;
  return (
    <Form.Item
      name="picked"
      label={t("receivables.ui.choose_one")}
      rules={[{ required: true, message: t("web.form.required") }]}
      {...refusedField(problem, "items[0]")}
    >
      <PickItems accounts={accounts} credits="both" single />
    </Form.Item>
  );
}
