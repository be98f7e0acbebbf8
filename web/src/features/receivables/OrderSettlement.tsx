import { useQuery } from "@tanstack/react-query";
import { Button, Space } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { asProblem } from "@/api/problem";
import { DayText } from "@/kit/DayText";
import { isZero } from "@/kit/format";
import { useT, useValueText } from "@/kit/i18n";
import { listHref } from "@/kit/listState";
import { MoneyText, QuantityText } from "@/kit/MoneyText";
import { Figure, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { useCan } from "@/kit/session";
import type { SlotProps } from "@/kit/slots";
import { getSettlement, settlementKey, type Settlement } from "./api";
import { BadDebtDialog } from "./BadDebtDialog";
import { useReasons } from "./badDebtApi";
import { ReservationTable, ReserveDialog } from "./Reservations";

/** On the order's page: how it stands with what is owed, and the block of settlement lines. */
export default function OrderSettlement({ orderId }: SlotProps["order.panel"]) {
  const query = useQuery({
    queryKey: settlementKey(orderId),
    queryFn: ({ signal }) => getSettlement(orderId, signal),
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  const order = query.data;
  if (!order) return <Waiting />;
  return (
    <>
      <PaidAhead order={order} />
      {isZero(order.billed) && order.acts.length === 0 ? null : <Owed order={order} />}
    </>
  );
}

/** Money that came in ahead and waits for this order. */
function PaidAhead({ order }: { order: Settlement }) {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const [reserving, setReserving] = useState(false);
  const waits = !isZero(order.reservable);
  if (!waits && order.reservations.length === 0) return null;
  return (
    <Panel title={t("receivables.ui.reservations")}>
      <ReservationTable rows={order.reservations} of="order" />
      {waits && can("receivables.write") ? (
        <Space wrap style={{ marginTop: 12 }}>
          <Button onClick={() => void navigate(`/write-off?customer=${order.customer_id}&order=${order.order_id}`)}>
            {t("receivables.ui.prepay")}
          </Button>
          <Button onClick={() => setReserving(true)}>{t("receivables.ui.reserve_here")}</Button>
        </Space>
      ) : null}
      <ReserveDialog
        open={reserving}
        title={t("receivables.ui.reserve_here")}
        customerId={order.customer_id}
        orderId={order.order_id}
        onClose={() => setReserving(false)}
      />
    </Panel>
  );
}

function Owed({ order }: { order: Settlement }) {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  return (
    <Panel title={t("receivables.ui.settlement")}>
      <SettlementFigures order={order} />
      <SettlementActs order={order} />
      {can("receivables.bad_debt") && !isZero(order.outstanding) ? (
        <Button style={{ marginTop: 12 }} onClick={() => setOpen(true)}>
          {t("receivables.ui.bad_debt")}
        </Button>
      ) : null}
      <BadDebtDialog
        orderId={open ? order.order_id : null}
        onClose={() => setOpen(false)}
        onRegister={(customerId) => void navigate(listHref("/bad-debts", { filter: { customer_id: customerId } }))}
      />
    </Panel>
  );
}

function SettlementFigures({ order }: { order: Settlement }) {
  const t = useT();
  const shown: [string, string][] = [
    [t("receivables.ui.order_total"), order.order_total],
    [t("receivables.ui.settlement_total"), order.settlement_total],
    [t("receivables.ui.billed"), order.billed],
    [t("receivables.ui.returned"), order.returned],
    [t("receivables.ui.discounted"), order.discounted],
    [t("receivables.ui.received"), order.received],
    [t("receivables.ui.bad_debt_net"), order.bad_debt],
    [t("receivables.ui.outstanding"), order.outstanding],
  ];
  return (
    <div className="figures">
      {shown.map(([label, value]) => (
        <Figure key={label} label={label}>
          <MoneyText value={value} />
        </Figure>
      ))}
    </div>
  );
}

function SettlementActs({ order }: { order: Settlement }) {
  const t = useT();
  const word = useValueText();
  const { nameOf } = useReasons();
  if (order.acts.length === 0) return null;
  return (
    <table className="plain" style={{ marginTop: 12 }} aria-label={t("receivables.ui.settlement_lines")}>
      <thead>
        <tr>
          <th scope="col">{t("receivables.ui.date")}</th>
          <th scope="col">{t("receivables.ui.kind")}</th>
          <th scope="col">{t("receivables.ui.reason")}</th>
          <th scope="col">{t("receivables.ui.virtual_product")}</th>
          <th scope="col" className="end">
            {t("receivables.ui.quantity")}
          </th>
          <th scope="col" className="end">
            {t("receivables.ui.price")}
          </th>
          <th scope="col" className="end">
            {t("receivables.ui.amount")}
          </th>
        </tr>
      </thead>
      <tbody>
        {order.acts.map((act: Settlement["acts"][number]) => (
          <tr key={act.id}>
            <td>
              <DayText value={act.date} />
            </td>
            <td>{word("receivables.register_kind", act.kind)}</td>
            <td>
              {nameOf(act.reason_code)}{" "}
              <span className="muted">{act.note}</span>
            </td>
            <td>{act.code}</td>
            <td className="end">
              <QuantityText value={act.quantity} />
            </td>
            <td className="end">
              <QuantityText value={act.price} />
            </td>
            <td className="end">
              <MoneyText value={act.line_amount} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
