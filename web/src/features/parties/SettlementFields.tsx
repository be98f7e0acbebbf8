import { useQuery } from "@tanstack/react-query";
import { Form, InputNumber, Select, Switch } from "antd";
import { Link } from "react-router";
import { decimalRule, refusedField } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { holidaysKey, listHolidays, type PreviewRequest } from "./api";
import { DATE_KINDS } from "./cycle";
import { CyclePreview } from "./CycleCalendar";
import { CycleEditor, TermsEditor } from "./CycleEditor";

type Problem = Parameters<typeof refusedField>[0];

const SHIFTS = ["none", "following", "preceding", "modified_following"] as const;

/** When statements close, must be out and fall due; and the days that follow from it. */
export function SettlementFields({ problem, customerId }: { problem: Problem; customerId: string | null }) {
  const t = useT();
  const currency: string | undefined = Form.useWatch("currency");
  return (
    <>
      <div className="two">
        <Form.Item
          name="cycle"
          label={t("parties.ui.cycle")}
          extra={t("parties.ui.cycle_help")}
          {...refusedField(problem, "cycle")}
        >
          <CycleEditor currency={currency} />
        </Form.Item>
        <Form.Item
          name="terms"
          label={t("parties.ui.terms")}
          extra={t("parties.ui.terms_help")}
          {...refusedField(problem, "terms")}
        >
          <TermsEditor />
        </Form.Item>
        <Form.Item
          name="lag_days"
          label={t("parties.ui.lag_days")}
          extra={t("parties.ui.lag_days_help")}
          {...refusedField(problem, "lag_days")}
        >
          <InputNumber min={0} max={90} precision={0} style={{ width: 120 }} />
        </Form.Item>
        <Form.Item
          name="pay_run"
          label={t("parties.ui.pay_run")}
          extra={t("parties.ui.pay_run_help")}
          {...refusedField(problem, "pay_run")}
        >
          <CycleEditor kinds={DATE_KINDS} none={t("parties.ui.pay_run_none")} />
        </Form.Item>
        <PaymentLead problem={problem} />
        <DaysOff problem={problem} />
        <Minimum problem={problem} currency={currency} />
        <Form.Item
          name="send_empty"
          label={t("parties.ui.send_empty")}
          extra={t("parties.ui.send_empty_help")}
          valuePropName="checked"
        >
          <Switch />
        </Form.Item>
      </div>
      <NextPeriods customerId={customerId} />
    </>
  );
}

function PaymentLead({ problem }: { problem: Problem }) {
  const t = useT();
  const payRun: string = Form.useWatch("pay_run") ?? "";
  return (
    <Form.Item
      name="lead_days"
      label={t("parties.ui.lead_days")}
      extra={t("parties.ui.lead_days_help")}
      hidden={!payRun}
      {...refusedField(problem, "lead_days")}
    >
      <InputNumber min={0} max={90} precision={0} style={{ width: 120 }} />
    </Form.Item>
  );
}

function DaysOff({ problem }: { problem: Problem }) {
  const t = useT();
  const shift: string = Form.useWatch("shift") ?? "none";
  const calendars = useQuery({ queryKey: holidaysKey, queryFn: ({ signal }) => listHolidays(signal) });
  const options = (calendars.data ?? []).map((one) => ({ value: one.id, label: one.name }));
  return (
    <>
      <Form.Item
        name="shift"
        label={t("parties.ui.shift")}
        extra={t("parties.ui.shift_help")}
        {...refusedField(problem, "shift")}
      >
        <Select options={SHIFTS.map((value) => ({ value, label: t(`parties.ui.shift_${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="holiday_calendar_id"
        label={t("parties.ui.holiday_calendar")}
        hidden={shift === "none"}
        extra={
          calendars.data && options.length === 0 ? (
            <Link to="/settings/holidays/new">{t("parties.ui.holiday_new")}</Link>
          ) : undefined
        }
        {...refusedField(problem, "holiday_calendar_id")}
      >
        <Select allowClear options={options} loading={calendars.isPending} />
      </Form.Item>
    </>
  );
}

function Minimum({ problem, currency }: { problem: Problem; currency?: string }) {
  const t = useT();
  const minimum: string = Form.useWatch("minimum") ?? "";
  return (
    <>
      <Form.Item
        name="minimum"
        label={t("parties.ui.minimum")}
        extra={t("parties.ui.minimum_help")}
        rules={[decimalRule(t("web.form.not_a_number"))]}
        {...refusedField(problem, "minimum")}
      >
        <MoneyInput currency={currency} width="100%" placeholder={t("parties.ui.minimum_none")} />
      </Form.Item>
      <Form.Item
        name="carry_months"
        label={t("parties.ui.carry_months")}
        extra={t("parties.ui.carry_months_help")}
        hidden={!minimum}
        {...refusedField(problem, "carry_months")}
      >
        <InputNumber min={1} max={24} precision={0} style={{ width: 120 }} />
      </Form.Item>
    </>
  );
}

function NextPeriods({ customerId }: { customerId: string | null }) {
  const cycle: string = Form.useWatch("cycle") ?? "";
  const terms: string = Form.useWatch("terms") ?? "";
  const lag: number = Form.useWatch("lag_days") ?? 3;
  const payRun: string = Form.useWatch("pay_run") ?? "";
  const lead: number = Form.useWatch("lead_days") ?? 0;
  const shift: string = Form.useWatch("shift") ?? "none";
  const holidays: string | undefined = Form.useWatch("holiday_calendar_id") ?? undefined;
  if (!cycle || !terms) return null;
  const request: PreviewRequest = {
    cycle,
    terms,
    lag_days: lag,
    ...(payRun ? { pay_run: payRun, lead_days: lead } : {}),
    shift,
    ...(holidays ? { holiday_calendar_id: holidays } : {}),
    ...(customerId ? { customer_id: customerId } : {}),
  };
  return <CyclePreview request={request} />;
}
