import { Form, Input } from "antd";
import type { Problem } from "@/api/problem";
import { DayInput } from "@/kit/DayInput";
import { refusedField } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { CustomerSelect, type Found } from "@/kit/lookups";

/** The fields above the lines. */
export interface Head {
  customer: Found | null;
  day: string;
  remark: string;
  reason: string;
}

interface DocumentHeadProps {
  value: Head;
  onChange: (head: Head) => void;
  kind: "order" | "delivery" | "return";
  problem: Problem | null;
  /** Comes from an order or delivery and stays. */
  fixedCustomer?: boolean;
  autoFocus?: boolean;
}

export function DocumentHead({ value, onChange, kind, problem, fixedCustomer, autoFocus }: DocumentHeadProps) {
  const t = useT();
  const dayName = kind === "order" ? "order_date" : "delivery_date";
  const dayLabel = {
    order: t("sales.ui.order_date"),
    delivery: t("sales.ui.delivery_date"),
    return: t("sales.ui.return_date"),
  }[kind];
  return (
    <Form layout="vertical" component="div" className="panel sales-head">
      <Form.Item
        label={t("sales.ui.customer")}
        htmlFor="customer"
        required
        {...refusedField(problem, "customer_id")}
        style={{ flex: "2 1 260px" }}
      >
        <CustomerSelect
          id="customer"
          value={value.customer?.id ?? null}
          known={value.customer}
          disabled={fixedCustomer}
          autoFocus={autoFocus}
          onChange={(_id, customer) => onChange({ ...value, customer })}
        />
      </Form.Item>
      <Form.Item label={dayLabel} htmlFor="day" {...refusedField(problem, dayName)}>
        <DayInput
          id="day"
          value={value.day}
          allowClear={false}
          onChange={(day) => onChange({ ...value, day })}
        />
      </Form.Item>
      {kind === "return" ? (
        <Form.Item
          label={t("sales.ui.reason")}
          htmlFor="return-reason"
          required
          {...refusedField(problem, "reason")}
          style={{ flex: "1 1 180px" }}
        >
          <Input
            id="return-reason"
            value={value.reason}
            maxLength={500}
            onChange={(event) => onChange({ ...value, reason: event.target.value })}
          />
        </Form.Item>
      ) : null}
      <Form.Item
        label={t("sales.ui.remark")}
        htmlFor="remark"
        {...refusedField(problem, "remark")}
        style={{ flex: "2 1 220px" }}
      >
        <Input
          id="remark"
          value={value.remark}
          maxLength={2000}
          onChange={(event) => onChange({ ...value, remark: event.target.value })}
        />
      </Form.Item>
    </Form>
  );
}
