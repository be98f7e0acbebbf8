import { useQuery } from "@tanstack/react-query";
import { App, Form, Input, Select } from "antd";
import { asProblem } from "@/api/problem";
import { useMoneyAct } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { FormDrawer } from "@/kit/FormDrawer";
import { moneyText } from "@/kit/format";
import { refusedField } from "@/kit/forms";
import { useT, useValueText } from "@/kit/i18n";
import { CustomerSelect } from "@/kit/lookups";
import { Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { useToday } from "@/kit/session";
import {
  ADJUSTMENT_REASONS,
  METHODS,
  MONEY_TOUCHES,
  enterAdjustment,
  getOpenItems,
  openItemsKey,
  type EnteredView,
  type OpenAccount,
} from "./api";
import { PickItems, type Picked } from "./PickItems";

interface Values {
  customer_id: string;
  picked?: Picked;
  reason_code: string;
  method?: string;
  reference?: string;
  date: string;
  note?: string;
}

interface PickedFormProps {
  /** null: closed. */
  kind: "refund" | "difference" | null;
  /** Chosen from the start. */
  customerId?: string;
  onClose: () => void;
}

/** Enters a refund out of chosen credits, or closes the small rest of one chosen item. */
export function PickedForm({ kind, customerId, onClose }: PickedFormProps) {
  const t = useT();
  const word = useValueText();
  const today = useToday();
  const { message } = App.useApp();
  const act = useMoneyAct<Values, EnteredView>({
    act: ({ picked, note, method, reference, ...rest }, key) =>
      enterAdjustment(
        {
          kind: kind ?? "refund",
          ...rest,
          currency: picked?.currency ?? null,
          note: note ?? "",
          method: kind === "refund" ? (method ?? null) : null,
          reference: reference ?? "",
          items: picked?.items ?? [],
        },
        key,
      ),
    touches: MONEY_TOUCHES,
    onDone: ({ no, amount, state }) => {
      const figures = { kind: word("receivables.adjustment", kind ?? "refund"), no, amount: moneyText(amount) };
      if (state === "waiting") message.info(t("receivables.ui.adjustment_waits", figures));
      else message.success(t("receivables.ui.adjustment_done", figures));
      onClose();
    },
  });
  const required = { required: true, message: t("web.form.required") };
  const reasons = ADJUSTMENT_REASONS[kind ?? "refund"];
  return (
    <FormDrawer<Values, EnteredView>
      open={kind !== null}
      title={word("receivables.adjustment", kind ?? "refund")}
      initial={{ customer_id: customerId, date: today, reason_code: reasons[0], method: METHODS[0] }}
      act={act}
      width={640}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      <p className="muted">
        {kind === "difference" ? t("receivables.ui.difference_help") : t("receivables.ui.refund_help")}
      </p>
      <Form.Item name="customer_id" label={t("receivables.ui.customer")} rules={[required]}>
        <CustomerSelect value={undefined} autoFocus />
      </Form.Item>
      <ItemField single={kind === "difference"} problem={act.problem} />
      <div className="two">
        <Form.Item name="date" label={t("receivables.ui.date")} rules={[required]} {...refusedField(act.problem, "date")}>
          <DayInput allowClear={false} />
        </Form.Item>
        <Form.Item
          name="reason_code"
          label={t("receivables.ui.adjustment_reason")}
          {...refusedField(act.problem, "reason_code")}
        >
          <Select
            options={reasons.map((value) => ({ value, label: word("receivables.adjustment_reason", value) }))}
          />
        </Form.Item>
      </div>
      {kind === "refund" ? (
        <div className="two">
          <Form.Item name="method" label={t("receivables.ui.refund_method")} {...refusedField(act.problem, "method")}>
            <Select options={METHODS.map((value) => ({ value, label: word("receivables.method", value) }))} />
          </Form.Item>
          <Form.Item name="reference" label={t("receivables.ui.reference")}>
            <Input maxLength={200} />
          </Form.Item>
        </div>
      ) : null}
      <Form.Item name="note" label={t("receivables.ui.remark")} {...refusedField(act.problem, "note")}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
    </FormDrawer>
  );
}

function ItemField({ single, problem }: { single: boolean; problem: Parameters<typeof refusedField>[0] }) {
  const t = useT();
  const customerId = Form.useWatch<string | undefined>("customer_id");
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
  const chosen = single ? t("receivables.ui.choose_one") : t("receivables.ui.choose_items");
  return (
    <Form.Item
      name="picked"
      label={chosen}
      rules={[{ required: true, message: t("web.form.required") }]}
      {...refusedField(problem, "items")}
    >
      <PickItems accounts={accounts} credits={single ? "both" : "only"} single={single} />
    </Form.Item>
  );
}
