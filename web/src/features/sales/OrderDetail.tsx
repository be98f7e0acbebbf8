import { Suspense } from "react";
import { Link } from "react-router";
import { DayText } from "@/kit/DayText";
import { moneyText } from "@/kit/format";
import { useT } from "@/kit/i18n";
import { MoneyText, PriceText, QuantityText } from "@/kit/MoneyText";
import { Facts, Figure, Panel, Waiting } from "@/kit/Page";
import { useSlots } from "@/kit/slots";
import { StateTag } from "@/kit/StateTag";
import { Scroll } from "@/kit/Scroll";
import type { DeliveryItem, LineView, OrderView } from "./api";
import { HoldNote } from "./HoldNote";
import { DELIVERY_TONES, shownState } from "./tones";
import "./sales.css";

/** An order as it stands: figures, goods, what happened to it. */
export function OrderDetail({ order }: { order: OrderView }) {
  const t = useT();
  const parts = useSlots("order.panel");
  const facts = [
    {
      key: "customer",
      name: t("sales.ui.customer"),
      value: (
        <Link to={`/customers/${order.customer_id}`}>
          {order.customer_name} <span className="muted num">{order.customer_code}</span>
        </Link>
      ),
    },
    { key: "date", name: t("sales.ui.order_date"), value: <DayText value={order.order_date} /> },
    ...(order.remark ? [{ key: "remark", name: t("sales.ui.remark"), value: order.remark }] : []),
    ...(order.reason ? [{ key: "reason", name: t("sales.ui.reason"), value: order.reason }] : []),
    ...(order.exposure ? [{ key: "credit", name: t("sales.ui.exposure_now"), value: creditThen(t, order) }] : []),
  ];
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 12 }}>
      {order.hold ? <HoldNote hold={order.hold} of={{ kind: "order", id: order.id }} /> : null}
      <Panel>
        <div className="figures" style={{ marginBottom: 16 }}>
          <Figure label={`${t("sales.ui.total")} (${order.currency})`}>
            <MoneyText value={order.total} zeroDigits />
          </Figure>
          <Figure label={t("sales.ui.delivered")}>
            <MoneyText value={order.delivered} />
          </Figure>
          <Figure label={t("sales.ui.outstanding")}>
            <MoneyText value={order.outstanding} />
          </Figure>
        </div>
        <Facts items={facts} />
      </Panel>
      {order.lines.length > 0 ? (
        <Panel title={t("sales.ui.lines_title")}>
          <OrderLines lines={order.lines} />
        </Panel>
      ) : null}
      <Panel title={t("sales.ui.documents")}>
        <Documents items={order.deliveries} />
      </Panel>
      <Suspense fallback={<Waiting />}>
        {parts.map(({ key, Component }) => (
          <Component key={key} orderId={order.id} />
        ))}
      </Suspense>
    </div>
  );
}

/** The exposure and limit of the moment of a check, as stored on the document. */
export function creditThen(
  t: ReturnType<typeof useT>,
  document: { exposure?: string | null; limit?: string | null },
): string {
  return t("sales.ui.exposure_then", {
    exposure: moneyText(document.exposure ?? "", { zero: "digits" }),
    limit: document.limit ? moneyText(document.limit, { zero: "digits" }) : t("sales.ui.no_limit"),
  });
}

function OrderLines({ lines }: { lines: LineView[] }) {
  const t = useT();
  return (
    <Scroll>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("sales.ui.product")}</th>
            <th scope="col">{t("sales.ui.name")}</th>
            <th scope="col" className="end">
              {t("sales.ui.quantity")}
            </th>
            <th scope="col" className="end">
              {t("sales.ui.taken_delivered")}
            </th>
            <th scope="col" className="end">
              {t("sales.ui.price")}
            </th>
            <th scope="col" className="end">
              {t("sales.ui.amount")}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.line_no}>
              <td>{line.code}</td>
              <td>{line.name}</td>
              <td className="end">
                <QuantityText value={line.quantity} unit={line.unit} />
              </td>
              <td className="end">
                <QuantityText value={line.delivered_quantity} />
              </td>
              <td className="end">
                <PriceText value={line.price} />
              </td>
              <td className="end">
                <MoneyText value={line.amount} zeroDigits />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Documents({ items }: { items: DeliveryItem[] }) {
  const t = useT();
  if (items.length === 0) return <span className="muted">{t("sales.ui.documents_empty")}</span>;
  return (
    <Scroll>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("sales.ui.no")}</th>
            <th scope="col">{t("sales.ui.date")}</th>
            <th scope="col">{t("sales.ui.state")}</th>
            <th scope="col" className="end">
              {t("sales.ui.amount")}
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              <td>
                <Link to={`/deliveries/${item.id}`}>{item.no ?? t("sales.ui.no_unposted")}</Link>
              </td>
              <td>
                <DayText value={item.delivery_date} />
              </td>
              <td>
                <StateTag prefix="sales.state" state={shownState(item)} tones={DELIVERY_TONES} />
              </td>
              <td className="end">
                <MoneyText value={item.total} zeroDigits />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
