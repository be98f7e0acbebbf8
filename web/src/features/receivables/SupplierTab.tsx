import { useQuery } from "@tanstack/react-query";
import { App, Button, Checkbox, Form, Input, Space } from "antd";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { useMoneyAct } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { DayText } from "@/kit/DayText";
import { FormDrawer } from "@/kit/FormDrawer";
import { isZero } from "@/kit/format";
import { decimalRule, refusedField } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { MoneyText } from "@/kit/MoneyText";
import { Figure, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { ReasonDialog } from "@/kit/ReasonDialog";
import { Scroll } from "@/kit/Scroll";
import { useCan, useToday } from "@/kit/session";
import type { SlotProps } from "@/kit/slots";
import {
  MONEY_TOUCHES,
  enterBill,
  enterOffset,
  getOpenItems,
  getSupplierSide,
  openItemsKey,
  reverseBill,
  reverseOffset,
  supplierKey,
  type BillView,
  type BothSides,
  type OffsetView,
  type OpenAccount,
  type SupplierSide,
} from "./api";
import { PickItems, type Picked } from "./PickItems";

type Taking = { kind: "bill" | "offset"; id: string; no: string };

/** On the customer's page: what we owe them as a supplier, beside what they owe us, and what was offset. */
export default function SupplierTab({ customerId }: SlotProps["customer.tab"]) {
  const t = useT();
  const can = useCan();
  const [making, setMaking] = useState<"bill" | "offset" | null>(null);
  const [taking, setTaking] = useState<Taking | null>(null);
  const query = useQuery({
    queryKey: supplierKey(customerId),
    queryFn: ({ signal }) => getSupplierSide(customerId, signal),
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const side: SupplierSide = query.data;
  const mayWrite = can("receivables.write");
  const close = () => setMaking(null);
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 12 }}>
      {mayWrite ? (
        <Space wrap>
          <Button onClick={() => setMaking("bill")}>{t("receivables.ui.bill_new")}</Button>
          {side.bills.some((bill: BillView) => !isZero(bill.open)) ? (
            <Button type="primary" onClick={() => setMaking("offset")}>
              {t("receivables.ui.offset_new")}
            </Button>
          ) : null}
        </Space>
      ) : null}
      {side.balances.map((one: BothSides) => (
        <Panel key={one.account_id} title={one.currency}>
          <div className="figures">
            <Figure label={t("receivables.ui.receivable")}>
              <MoneyText value={one.receivable} zeroDigits />
            </Figure>
            <Figure label={t("receivables.ui.payable")}>
              <MoneyText value={one.payable} zeroDigits />
            </Figure>
            <Figure label={t("receivables.ui.net")}>
              <MoneyText value={one.net} zeroDigits strong />
            </Figure>
          </div>
        </Panel>
      ))}
      <Bills bills={side.bills} onTake={mayWrite ? setTaking : undefined} />
      <Offsets offsets={side.offsets} onTake={mayWrite ? setTaking : undefined} />
      <BillForm open={making === "bill"} customerId={customerId} onClose={close} />
      <OffsetForm open={making === "offset"} customerId={customerId} bills={side.bills} onClose={close} />
      <TakeBack what={taking} onClose={() => setTaking(null)} />
    </div>
  );
}

function Bills({ bills, onTake }: { bills: BillView[]; onTake?: (what: Taking) => void }) {
  const t = useT();
  if (bills.length === 0) return <p className="muted">{t("receivables.ui.bills_empty")}</p>;
  return (
    <Panel title={t("receivables.ui.bill")}>
      <Scroll>
        <table className="plain" aria-label={t("receivables.ui.bill")}>
          <thead>
            <tr>
              <th scope="col">{t("receivables.ui.bill_no")}</th>
              <th scope="col">{t("receivables.ui.date")}</th>
              <th scope="col">{t("receivables.ui.due")}</th>
              <th scope="col" className="end">
                {t("receivables.ui.amount")}
              </th>
              <th scope="col" className="end">
                {t("receivables.ui.open")}
              </th>
              <th scope="col">{t("receivables.ui.remark")}</th>
            </tr>
          </thead>
          <tbody>
            {bills.map((bill) => (
              <tr key={bill.id}>
                <td>{bill.no}</td>
                <td>
                  <DayText value={bill.date} />
                </td>
                <td>
                  <DayText value={bill.due_date} />
                </td>
                <td className="end">
                  <MoneyText value={bill.amount} currency={bill.currency} />
                </td>
                <td className="end">
                  <MoneyText value={bill.open} strong />
                </td>
                <td>
                  {bill.remark}{" "}
                  {onTake && bill.open === bill.amount ? (
                    <Button
                      type="link"
                      size="small"
                      onClick={() => onTake({ kind: "bill", id: bill.id, no: bill.no })}
                    >
                      {t("receivables.ui.reverse")}
                    </Button>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}

function Offsets({ offsets, onTake }: { offsets: OffsetView[]; onTake?: (what: Taking) => void }) {
  const t = useT();
  if (offsets.length === 0) return null;
  return (
    <Panel title={t("receivables.ui.offset")}>
      <Scroll>
        <table className="plain" aria-label={t("receivables.ui.offset")}>
          <thead>
            <tr>
              <th scope="col">{t("receivables.ui.no")}</th>
              <th scope="col">{t("receivables.ui.date")}</th>
              <th scope="col" className="end">
                {t("receivables.ui.amount")}
              </th>
              <th scope="col">{t("receivables.ui.receivable")}</th>
              <th scope="col">{t("receivables.ui.payable")}</th>
              <th scope="col">{t("receivables.ui.state")}</th>
            </tr>
          </thead>
          <tbody>
            {offsets.map((row) => (
              <tr key={row.id}>
                <td>{row.no}</td>
                <td>
                  <DayText value={row.date} />
                </td>
                <td className="end">
                  <MoneyText value={row.amount} currency={row.currency} strong />
                </td>
                <td>
                  <Legs legs={row.receivable} />
                </td>
                <td>
                  <Legs legs={row.payable} />
                </td>
                <td>
                  {row.state === "reversed" ? (
                    <span className="muted">
                      {t("receivables.ui.taken_back")} {row.reason}
                    </span>
                  ) : onTake ? (
                    <Button
                      type="link"
                      size="small"
                      onClick={() => onTake({ kind: "offset", id: row.id, no: row.no })}
                    >
                      {t("receivables.ui.reverse")}
                    </Button>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}

function Legs({ legs }: { legs: OffsetView["payable"] }) {
  return (
    <>
      {legs.map((leg: OffsetView["payable"][number]) => (
        <div key={leg.id}>
          {leg.no} <MoneyText value={leg.amount} />
        </div>
      ))}
    </>
  );
}

interface FormProps {
  open: boolean;
  customerId: string;
  onClose: () => void;
}

interface BillValues {
  no: string;
  amount: string;
  date: string;
  due_date?: string;
  remark?: string;
}

function BillForm({ open, customerId, onClose }: FormProps) {
  const t = useT();
  const today = useToday();
  const { message } = App.useApp();
  const act = useMoneyAct<BillValues, SupplierSide>({
    act: ({ due_date, remark, ...rest }, key) =>
      enterBill(customerId, { ...rest, due_date: due_date ? due_date : null, remark: remark ?? "" }, key),
    touches: [...MONEY_TOUCHES, supplierKey(customerId)],
    onDone: (_side, { no }) => {
      message.success(t("receivables.ui.bill_done", { no }));
      onClose();
    },
  });
  const required = { required: true, message: t("web.form.required") };
  return (
    <FormDrawer<BillValues, SupplierSide>
      open={open}
      title={t("receivables.ui.bill")}
      initial={{ date: today }}
      act={act}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      <div className="two">
        <Form.Item name="no" label={t("receivables.ui.bill_no")} rules={[required]} {...refusedField(act.problem, "no")}>
          <Input autoFocus maxLength={100} />
        </Form.Item>
        <Form.Item
          name="amount"
          label={t("receivables.ui.amount")}
          rules={[required, decimalRule(t("web.form.not_a_number"))]}
          {...refusedField(act.problem, "amount")}
        >
          <MoneyInput width="100%" />
        </Form.Item>
      </div>
      <div className="two">
        <Form.Item name="date" label={t("receivables.ui.date")} rules={[required]} {...refusedField(act.problem, "date")}>
          <DayInput allowClear={false} />
        </Form.Item>
        <Form.Item name="due_date" label={t("receivables.ui.due")} {...refusedField(act.problem, "due_date")}>
          <DayInput />
        </Form.Item>
      </div>
      <Form.Item name="remark" label={t("receivables.ui.remark")}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
    </FormDrawer>
  );
}

interface OffsetValues {
  picked?: Picked;
  bills?: string[];
  date: string;
  note?: string;
}

function OffsetForm({ open, customerId, bills, onClose }: FormProps & { bills: BillView[] }) {
  const t = useT();
  const today = useToday();
  const { message } = App.useApp();
  const query = useQuery({
    queryKey: openItemsKey(customerId),
    queryFn: ({ signal }) => getOpenItems(customerId, signal),
    enabled: open,
    staleTime: 0,
  });
  const accounts: OpenAccount[] = query.data ?? [];
  const act = useMoneyAct<OffsetValues, SupplierSide>({
    act: ({ picked, bills: chosen, date, note }, key) =>
      enterOffset(
        picked?.account_id ?? "",
        {
          items: picked?.items ?? [],
          bills: (chosen ?? []).map((bill_id) => ({ bill_id })),
          date,
          note: note ?? "",
        },
        key,
      ),
    touches: [...MONEY_TOUCHES, supplierKey(customerId)],
    onDone: () => {
      message.success(t("receivables.ui.offset_done"));
      onClose();
    },
  });
  const required = { required: true, message: t("web.form.required") };
  const openBills = bills.filter((bill) => !isZero(bill.open));
  return (
    <FormDrawer<OffsetValues, SupplierSide>
      open={open}
      loading={query.isLoading}
      title={t("receivables.ui.offset")}
      initial={{ date: today }}
      act={act}
      width={640}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      <p className="muted">{t("receivables.ui.offset_help")}</p>
      <Form.Item name="picked" label={t("receivables.ui.receivable")} rules={[required]}>
        <PickItems accounts={accounts} credits="none" />
      </Form.Item>
      <Form.Item
        name="bills"
        label={t("receivables.ui.payable")}
        rules={[required]}
        {...refusedField(act.problem, "bills")}
      >
        <Checkbox.Group
          style={{ display: "flex", flexDirection: "column" }}
          options={openBills.map((bill) => ({
            value: bill.id,
            label: (
              <>
                {bill.no} <MoneyText value={bill.open} currency={bill.currency} />
              </>
            ),
          }))}
        />
      </Form.Item>
      <Form.Item name="date" label={t("receivables.ui.date")} rules={[required]} {...refusedField(act.problem, "date")}>
        <DayInput allowClear={false} />
      </Form.Item>
      <Form.Item name="note" label={t("receivables.ui.remark")}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
    </FormDrawer>
  );
}

function TakeBack({ what, onClose }: { what: Taking | null; onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const no = what?.no ?? "";
  const act = useMoneyAct({
    act: (reason: string, key) =>
      what?.kind === "bill" ? reverseBill(what.id, reason, key) : reverseOffset(what?.id ?? "", reason, key),
    touches: MONEY_TOUCHES,
    onDone: () => {
      message.success(t("receivables.ui.adjustment_reversed", { no }));
      onClose();
    },
  });
  return (
    <ReasonDialog
      open={what !== null}
      title={t("receivables.ui.adjustment_reverse_title", { no })}
      confirm={t("receivables.ui.reverse_confirm")}
      danger
      busy={act.busy}
      problem={act.problem}
      onConfirm={act.run}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      {what?.kind === "bill" ? t("receivables.ui.bill_reverse_help") : t("receivables.ui.offset_reverse_help")}
    </ReasonDialog>
  );
}
