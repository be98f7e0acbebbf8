import { EditOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { useAct } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { DayText, InstantText } from "@/kit/DayText";
import { FormDrawer } from "@/kit/FormDrawer";
import { decimalRule, refusedField } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { MoneyText } from "@/kit/MoneyText";
import { Facts, Figure, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { Scroll } from "@/kit/Scroll";
import { useCan } from "@/kit/session";
import {
  customersKey,
  getBaseCredit,
  getCycles,
  getSalespersons,
  holidaysKey,
  listHolidays,
  salespersonsKey,
  setBaseCredit,
  type BaseCredit,
  type BaseCreditInput,
  type CustomerDetail,
  type PreviewRequest,
} from "./api";
import { CyclePreview } from "./CycleCalendar";
import { CycleText, TermsText } from "./CycleText";

/** When this customer's statements close and fall due, what may stay owed, and how that changed. */
export default function SettlementTab({ customer }: { customer: CustomerDetail }) {
  const t = useT();
  const can = useCan();
  const request: PreviewRequest = {
    cycle: customer.cycle,
    terms: customer.terms,
    lag_days: customer.lag_days,
    ...(customer.pay_run ? { pay_run: customer.pay_run, lead_days: customer.lead_days } : {}),
    shift: customer.shift,
    ...(customer.holiday_calendar_id ? { holiday_calendar_id: customer.holiday_calendar_id } : {}),
    customer_id: customer.id,
  };
  return (
    <div style={{ display: "grid", gap: 24 }}>
      <Agreed customer={customer} />
      <section aria-label={t("parties.ui.next_periods")}>
        <CyclePreview request={request} />
      </section>
      {can("credit.read") ? <BaseCreditPart customer={customer} /> : null}
      <History id={customer.id} />
    </div>
  );
}

function Agreed({ customer }: { customer: CustomerDetail }) {
  const t = useT();
  const calendars = useQuery({ queryKey: holidaysKey, queryFn: ({ signal }) => listHolidays(signal) });
  const calendar = calendars.data?.find((one) => one.id === customer.holiday_calendar_id)?.name;
  const shift = customer.shift as "none" | "following" | "preceding" | "modified_following";
  const items = [
    { key: "cycle", name: t("parties.ui.cycle"), value: <CycleText value={customer.cycle} /> },
    {
      key: "running",
      name: t("parties.ui.running_cycle"),
      value: customer.running ? <CycleText value={customer.running} /> : null,
    },
    { key: "terms", name: t("parties.ui.terms"), value: <TermsText value={customer.terms} /> },
    { key: "lag", name: t("parties.ui.lag_days"), value: t("parties.ui.days", { n: customer.lag_days }) },
    {
      key: "pay_run",
      name: t("parties.ui.pay_run"),
      value: customer.pay_run ? (
        <>
          <CycleText value={customer.pay_run} />
          {customer.lead_days > 0 ? ` · ${t("parties.ui.lead_text", { n: customer.lead_days })}` : null}
        </>
      ) : null,
    },
    {
      key: "shift",
      name: t("parties.ui.shift"),
      value: shift === "none" ? null : `${t(`parties.ui.shift_${shift}`)}${calendar ? ` · ${calendar}` : ""}`,
    },
    {
      key: "minimum",
      name: t("parties.ui.minimum"),
      value: customer.minimum ? (
        <>
          <MoneyText value={customer.minimum} /> · {t("parties.ui.carry_text", { n: customer.carry_months })}
        </>
      ) : null,
    },
  ];
  return <Facts items={items.filter((item) => item.value !== null)} />;
}

function BaseCreditPart({ customer }: { customer: CustomerDetail }) {
  const t = useT();
  const can = useCan();
  const [editing, setEditing] = useState(false);
  const query = useQuery({
    queryKey: [...customersKey, "base-credit", customer.id],
    queryFn: ({ signal }) => getBaseCredit(customer.id, signal),
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const view: BaseCredit = query.data;
  return (
    <section aria-label={t("parties.ui.base_credit")}>
      <h2 className="form-part">{t("parties.ui.base_credit")}</h2>
      <p className="muted">{t("parties.ui.base_credit_help")}</p>
      <div className="figures" style={{ marginBottom: 12 }}>
        <Figure label={`${t("parties.ui.base_credit")} ${customer.currency}`}>
          <MoneyText value={view.amount} zeroDigits />
        </Figure>
        <Figure label={t("parties.ui.base_credit_used")}>
          <MoneyText value={view.used} zeroDigits />
        </Figure>
        {can("credit.manage") ? (
          <Button icon={<EditOutlined aria-hidden />} onClick={() => setEditing(true)}>
            {t("parties.ui.base_credit_change")}
          </Button>
        ) : null}
      </div>
      {view.versions.length > 0 ? <BaseCreditVersions view={view} /> : null}
      <BaseCreditForm customer={customer} open={editing} onClose={() => setEditing(false)} />
    </section>
  );
}

function BaseCreditVersions({ view }: { view: BaseCredit }) {
  const t = useT();
  const nameOf = usePeople();
  return (
    <Scroll>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("parties.ui.counts_from")}</th>
            <th scope="col" className="end">
              {t("parties.ui.amount")}
            </th>
            <th scope="col">{t("parties.ui.reason")}</th>
            <th scope="col">{t("parties.ui.set_by")}</th>
          </tr>
        </thead>
        <tbody>
          {view.versions.map((one) => (
            <tr key={one.version} className={one.replaced ? "muted" : undefined}>
              <td>
                <DayText value={one.valid_from} />
                {one.replaced ? ` · ${t("parties.ui.replaced")}` : null}
              </td>
              <td className="end">
                <MoneyText value={one.amount} zeroDigits />
              </td>
              <td>{one.reason}</td>
              <td>
                {nameOf(one.created_by)} <InstantText value={one.created_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Names of users as far as this role may see them. */
function usePeople(): (id: string) => string {
  const people = useQuery({ queryKey: salespersonsKey, queryFn: ({ signal }) => getSalespersons(signal) });
  return (id) => people.data?.find((one) => one.id === id)?.name ?? "";
}

function BaseCreditForm(props: { customer: CustomerDetail; open: boolean; onClose: () => void }) {
  const t = useT();
  const { customer, open, onClose } = props;
  const save = useAct({
    act: (values: BaseCreditInput) =>
      setBaseCredit(customer.id, {
        amount: values.amount,
        from: values.from ? values.from : null,
        until: values.until ? values.until : null,
        reason: values.reason ?? "",
      }),
    touches: [customersKey, ["ageing"], ["start"], ["entries"]],
    onDone: onClose,
  });
  const close = () => {
    save.reset();
    onClose();
  };
  return (
    <FormDrawer
      open={open}
      title={t("parties.ui.base_credit")}
      initial={{ amount: "", reason: "" }}
      act={save}
      onClose={close}
    >
      <p className="muted">{t("parties.ui.base_credit_help")}</p>
      <Form.Item
        name="amount"
        label={t("parties.ui.amount")}
        extra={t("parties.ui.base_credit_zero")}
        rules={[
          { required: true, message: t("web.form.required") },
          decimalRule(t("web.form.not_a_number")),
        ]}
        {...refusedField(save.problem, "amount")}
      >
        <MoneyInput currency={customer.currency} autoFocus />
      </Form.Item>
      <div className="two">
        <Form.Item
          name="from"
          label={t("parties.ui.counts_from")}
          extra={t("parties.ui.today_if_empty")}
          {...refusedField(save.problem, "from")}
        >
          <DayInput />
        </Form.Item>
        <Form.Item
          name="until"
          label={t("parties.ui.base_credit_until")}
          extra={t("parties.ui.base_credit_until_help")}
          {...refusedField(save.problem, "until")}
        >
          <DayInput />
        </Form.Item>
      </div>
      <Form.Item name="reason" label={t("parties.ui.reason")} {...refusedField(save.problem, "reason")}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormDrawer>
  );
}

function History({ id }: { id: string }) {
  const t = useT();
  const nameOf = usePeople();
  const query = useQuery({
    queryKey: [...customersKey, "cycles", id],
    queryFn: ({ signal }) => getCycles(id, signal),
  });
  const rows = query.data ?? [];
  return (
    <section aria-label={t("parties.ui.cycle_history")}>
      <h2 className="form-part">{t("parties.ui.cycle_history")}</h2>
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("parties.ui.counts_from")}</th>
              <th scope="col">{t("parties.ui.cycle")}</th>
              <th scope="col">{t("parties.ui.terms")}</th>
              <th scope="col">{t("parties.ui.set_by")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <tr key={one.version} className={one.replaced ? "muted" : undefined}>
                <td>
                  <DayText value={one.valid_from} />
                  {one.replaced ? ` · ${t("parties.ui.replaced")}` : null}
                </td>
                <td>
                  <CycleText value={one.cycle} />
                </td>
                <td>
                  <TermsText value={one.terms} />
                </td>
                <td>
                  {nameOf(one.created_by)} <InstantText value={one.created_at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
