import { useQuery } from "@tanstack/react-query";
import { Form, Input, Select, Switch } from "antd";
import { useMemo } from "react";
import { useAct } from "@/kit/act";
import { currencyOptions } from "@/kit/choices";
import { FormDrawer } from "@/kit/FormDrawer";
import { decimalRule, refusedField } from "@/kit/forms";
import { useLang, useT } from "@/kit/i18n";
import { CustomerSelect } from "@/kit/lookups";
import { MoneyInput } from "@/kit/MoneyInput";
import { useCan, useSession } from "@/kit/session";
import {
  customersKey,
  getCustomer,
  getSalespersons,
  saveCustomer,
  salespersonsKey,
  type CustomerInput,
} from "./api";
import { SettlementFields } from "./SettlementFields";

interface CustomerFormProps {
  /** null: closed; "new": an empty form. */
  id: string | null;
  onClose: () => void;
}

export default function CustomerForm({ id, onClose }: CustomerFormProps) {
  const t = useT();
  const lang = useLang();
  const { company } = useSession();
  const isNew = id === "new";
  const query = useQuery({
    queryKey: [...customersKey, "one", id],
    queryFn: ({ signal }) => getCustomer(id ?? "", signal),
    enabled: id !== null && !isNew,
  });
  const stored = isNew ? undefined : query.data;
  const save = useAct({
    act: (values: CustomerInput) => saveCustomer(isNew ? null : id, bodyOf(values, stored?.version ?? 0)),
    touches: [customersKey],
    onDone: onClose,
  });
  const close = () => {
    save.reset();
    onClose();
  };
  const initial: Partial<CustomerInput> = stored
    ? { ...stored, credit_policy: stored.credit_policy ?? undefined }
    : {
        active: true,
        language: lang,
        currency: company?.currency,
        cycle: "monthly:-1",
        terms: "cutoff+30",
        lag_days: 3,
        send_empty: false,
        lead_days: 0,
        shift: "none",
        carry_months: 3,
        credit_policy: "warn",
      };
  return (
    <FormDrawer<CustomerInput, void>
      key={`${id ?? ""} ${stored?.version ?? ""}`}
      open={id !== null}
      loading={!isNew && query.isPending}
      title={isNew ? t("parties.ui.customer_new") : (stored?.name ?? t("parties.ui.customer"))}
      initial={initial}
      act={save}
      onClose={close}
      width={720}
    >
      <Who isNew={isNew} problem={save.problem} />
      <Form.Item
        name="payer_id"
        label={t("parties.ui.payer")}
        extra={t("parties.ui.payer_help")}
        {...refusedField(save.problem, "payer_id")}
      >
        <PayerSelect />
      </Form.Item>
      <h2 className="form-part">{t("parties.ui.settlement")}</h2>
      <SettlementFields problem={save.problem} customerId={isNew ? null : id} />
      <h2 className="form-part">{t("parties.ui.credit")}</h2>
      <Credit problem={save.problem} />
      <Form.Item name="remark" label={t("parties.ui.remark")} {...refusedField(save.problem, "remark")}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
      <Form.Item name="active" label={t("parties.ui.is_active")} valuePropName="checked">
        <Switch />
      </Form.Item>
    </FormDrawer>
  );
}

/** Takes its value from the form. */
function PayerSelect(props: { id?: string; value?: string | null; onChange?: (id: string | null) => void }) {
  return <CustomerSelect id={props.id} value={props.value} onChange={props.onChange} width="100%" />;
}

type PartProps = { problem: Parameters<typeof refusedField>[0] };

function Who({ isNew, problem }: PartProps & { isNew: boolean }) {
  const t = useT();
  const lang = useLang();
  const currencies = useMemo(() => currencyOptions(lang), [lang]);
  const people = useQuery({ queryKey: salespersonsKey, queryFn: ({ signal }) => getSalespersons(signal) });
  return (
    <>
      <Form.Item
        name="name"
        label={t("parties.ui.name")}
        rules={[{ required: true, whitespace: true, message: t("web.form.required") }]}
        {...refusedField(problem, "name")}
      >
        <Input autoFocus maxLength={200} />
      </Form.Item>
      <div className="two">
        <Form.Item
          name="code"
          label={t("parties.ui.code")}
          extra={isNew ? t("parties.ui.code_help") : undefined}
          {...refusedField(problem, "code")}
        >
          <Input maxLength={60} spellCheck={false} />
        </Form.Item>
        <Form.Item name="contact" label={t("parties.ui.contact")} {...refusedField(problem, "contact")}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="phone" label={t("parties.ui.phone")} {...refusedField(problem, "phone")}>
          <Input maxLength={60} inputMode="tel" />
        </Form.Item>
        <Form.Item name="email" label={t("parties.ui.email")} {...refusedField(problem, "email")}>
          <Input maxLength={200} inputMode="email" />
        </Form.Item>
        <Form.Item
          name="currency"
          label={t("parties.ui.currency")}
          extra={isNew ? undefined : t("parties.ui.currency_fixed")}
          {...refusedField(problem, "currency")}
        >
          <Select disabled={!isNew} showSearch={{ optionFilterProp: "label" }} options={currencies} />
        </Form.Item>
        <Form.Item name="language" label={t("parties.ui.language")} extra={t("parties.ui.language_help")}>
          <Select
            options={[
              { value: "zh-Hans", label: t("web.lang.zh_hans") },
              { value: "zh-Hant", label: t("web.lang.zh_hant") },
              { value: "en", label: t("web.lang.en") },
            ]}
          />
        </Form.Item>
        <Form.Item
          name="salesperson_id"
          label={t("parties.ui.salesperson")}
          {...refusedField(problem, "salesperson_id")}
        >
          <Select
            allowClear
            showSearch={{ optionFilterProp: "label" }}
            options={(people.data ?? []).map((one) => ({
              value: one.id,
              label: one.name,
            }))}
          />
        </Form.Item>
        <Form.Item name="address" label={t("parties.ui.address")} {...refusedField(problem, "address")}>
          <Input maxLength={300} />
        </Form.Item>
      </div>
    </>
  );
}

function Credit({ problem }: PartProps) {
  const t = useT();
  const can = useCan();
  const currency: string | undefined = Form.useWatch("currency");
  const mayManage = can("credit.manage");
  return (
    <div className="two">
      <Form.Item
        name="credit_limit"
        label={t("parties.ui.limit")}
        extra={t(mayManage ? "parties.ui.limit_help" : "parties.ui.limit_forbidden")}
        rules={[decimalRule(t("web.form.not_a_number"))]}
        {...refusedField(problem, "credit_limit")}
      >
        <MoneyInput
          currency={currency}
          width="100%"
          placeholder={t("web.value.unlimited")}
          disabled={!mayManage}
        />
      </Form.Item>
      <Form.Item name="credit_policy" label={t("parties.ui.policy")} extra={t("parties.ui.policy_help")}>
        <Select
          disabled={!mayManage}
          options={[
            { value: "off", label: t("parties.ui.policy_off") },
            { value: "warn", label: t("parties.ui.policy_warn") },
            { value: "hold", label: t("parties.ui.policy_hold") },
            { value: "block", label: t("parties.ui.policy_block") },
          ]}
        />
      </Form.Item>
    </div>
  );
}

function bodyOf(values: CustomerInput, version: number): CustomerInput {
  return {
    ...values,
    credit_limit: values.credit_limit ? values.credit_limit : null,
    salesperson_id: values.salesperson_id ?? null,
    payer_id: values.payer_id ? values.payer_id : null,
    pay_run: values.pay_run ? values.pay_run : null,
    holiday_calendar_id: values.holiday_calendar_id ?? null,
    minimum: values.minimum ? values.minimum : null,
    version,
  };
}
