import { useQuery } from "@tanstack/react-query";
import { App, Button, Form, Modal, Select } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { asProblem } from "@/api/problem";
import { useMoneyAct } from "@/kit/act";
import { DayText } from "@/kit/DayText";
import { isZero, moneyText } from "@/kit/format";
import { refusedField } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { MoneyText } from "@/kit/MoneyText";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { Scroll } from "@/kit/Scroll";
import { useCan } from "@/kit/session";
import {
  MONEY_TOUCHES,
  getOpenItems,
  liftReservation,
  listOrdersWaiting,
  openItemsKey,
  reserveReceipt,
  type OpenAccount,
  type OpenItemView,
  type OrderItem,
  type Reservation,
} from "./api";

/** Money that came in ahead, by order or by receipt; each reservation can be lifted. */
export function ReservationTable({ rows, of }: { rows: Reservation[]; of: "order" | "receipt" }) {
  const t = useT();
  const can = useCan();
  const { message } = App.useApp();
  const lift = useMoneyAct({
    act: (row: Reservation, key) => liftReservation(row.receipt_id, row.order_id, key),
    touches: MONEY_TOUCHES,
    onDone: () => void message.success(t("receivables.ui.lifted")),
  });
  if (rows.length === 0) return of === "order" ? <p className="muted">{t("receivables.ui.no_reservations")}</p> : null;
  return (
    <Scroll>
      <table className="plain" aria-label={t("receivables.ui.reservations")}>
        <thead>
          <tr>
            <th scope="col">{of === "order" ? t("receivables.ui.receipt") : t("receivables.ui.order")}</th>
            <th scope="col">{t("receivables.ui.reserved_on")}</th>
            <th scope="col" className="end">
              {t("receivables.ui.amount")}
            </th>
            <th scope="col">
              <span className="visually-hidden">{t("web.table.row_actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.receipt_id} ${row.order_id}`}>
              <td>
                {of === "order" ? (
                  <Link to={`/receipts/${row.receipt_id}`}>{row.receipt_no}</Link>
                ) : (
                  <Link to={`/orders/${row.order_id}`}>{row.order_no}</Link>
                )}
              </td>
              <td>
                <DayText value={row.reserved_on} />
              </td>
              <td className="end">
                <MoneyText value={row.amount} />
              </td>
              <td className="end">
                {can("receivables.write") ? (
                  <Button size="small" disabled={lift.busy} onClick={() => lift.run(row)}>
                    {t("receivables.ui.lift")}
                  </Button>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ProblemAlert problem={lift.problem} />
    </Scroll>
  );
}

interface ReserveProps {
  open: boolean;
  title: string;
  customerId: string;
  /** One of the two is known, the other is chosen. */
  receiptId?: string;
  orderId?: string;
  onClose: () => void;
}

/** Lets a receipt on account wait for an order. */
export function ReserveDialog(props: ReserveProps) {
  return (
    <Modal open={props.open} title={props.title} footer={null} destroyOnHidden onCancel={props.onClose}>
      {props.open ? <ReserveForm {...props} /> : null}
    </Modal>
  );
}

interface Choice {
  value: string;
  label: string;
}

function useChoices({ customerId, receiptId }: ReserveProps) {
  const receipts = useQuery({
    queryKey: openItemsKey(customerId),
    queryFn: ({ signal }) => getOpenItems(customerId, signal),
    enabled: receiptId === undefined,
    select: (accounts: OpenAccount[]): Choice[] =>
      accounts
        .flatMap((account) => account.credits)
        .filter((item: OpenItemView) => item.kind === "receipt")
        .map((item: OpenItemView) => ({
          value: item.document_id,
          label: `${item.document_no} · ${moneyText(item.open)}`,
        })),
  });
  const orders = useQuery({
    queryKey: ["orders", "waiting", customerId],
    queryFn: ({ signal }) => listOrdersWaiting(customerId, signal),
    enabled: receiptId !== undefined,
    select: (page): Choice[] =>
      page.items.map((order: OrderItem) => ({ value: order.id, label: `${order.no ?? ""} · ${moneyText(order.total)}` })),
  });
  return receiptId === undefined ? receipts : orders;
}

function ReserveForm(props: ReserveProps) {
  const t = useT();
  const { message } = App.useApp();
  const choices = useChoices(props);
  const [chosen, setChosen] = useState<string | null>(null);
  const [amount, setAmount] = useState("");
  const act = useMoneyAct({
    act: (_: null, key) =>
      reserveReceipt(
        props.receiptId ?? chosen ?? "",
        { order_id: props.orderId ?? chosen ?? "", ...(amount && !isZero(amount) ? { amount } : {}) },
        key,
      ),
    touches: MONEY_TOUCHES,
    onDone: () => {
      message.success(t("receivables.ui.reserved_done"));
      props.onClose();
    },
  });
  const save = () => {
    if (chosen && !act.busy) act.run(null);
  };
  const none = props.receiptId ? t("receivables.ui.no_orders_waiting") : t("receivables.ui.no_receipts_free");
  return (
    <Form layout="vertical" onFinish={save}>
      <p className="muted">{t("receivables.ui.reserve_help")}</p>
      <ProblemAlert problem={act.problem ?? (choices.error ? asProblem(choices.error) : null)} />
      <Form.Item
        label={props.receiptId ? t("receivables.ui.order") : t("receivables.ui.receipt")}
        htmlFor="reserve-for"
        {...refusedField(act.problem, "order_id")}
      >
        <Select
          id="reserve-for"
          autoFocus
          value={chosen}
          onChange={setChosen}
          loading={choices.isPending}
          options={choices.data ?? []}
          notFoundContent={choices.isPending ? null : none}
        />
      </Form.Item>
      <Form.Item
        label={t("receivables.ui.reserve_amount")}
        htmlFor="reserve-amount"
        {...refusedField(act.problem, "amount")}
      >
        <MoneyInput id="reserve-amount" value={amount} onChange={setAmount} width="100%" />
      </Form.Item>
      <div style={{ display: "flex", justifyContent: "flex-end", gap: 8 }}>
        <Button onClick={props.onClose}>{t("web.form.cancel")}</Button>
        <Button type="primary" htmlType="submit" loading={act.busy} disabled={!chosen}>
          {t("receivables.ui.reserve_confirm")}
        </Button>
      </div>
    </Form>
  );
}
