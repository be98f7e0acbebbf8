import { Link } from "react-router";
import { DayText, InstantText } from "@/kit/DayText";
import { isZero } from "@/kit/format";
import { useT } from "@/kit/i18n";
import { MoneyText, PriceText, QuantityText } from "@/kit/MoneyText";
import { Facts, Figure, Panel } from "@/kit/Page";
import { ToneTag } from "@/kit/StateTag";
import { Scroll } from "@/kit/Scroll";
import type { DeliveryView, LineView } from "./api";
import { creditThen } from "./OrderDetail";
import "./sales.css";

type Other = { id: string; no?: string | null };

/** A delivery, return or reversal as it stands. */
export function DeliveryDetail({ delivery }: { delivery: DeliveryView }) {
  const t = useT();
  const isPosted = delivery.state === "posted";
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 12 }}>
      <Panel>
        <div className="figures" style={{ marginBottom: 16 }}>
          <Figure label={`${t("sales.ui.total")} (${delivery.currency})`}>
            <MoneyText value={delivery.total} zeroDigits />
          </Figure>
          {isPosted ? (
            <Figure label={t("sales.ui.open_amount")}>
              {isZero(delivery.open) ? (
                <ToneTag tone="good">{t("sales.ui.settled")}</ToneTag>
              ) : (
                <MoneyText value={delivery.open} />
              )}
            </Figure>
          ) : null}
          {isPosted && delivery.due_date && !isZero(delivery.open) ? (
            <Figure label={t("sales.ui.due_date")}>
              <DayText value={delivery.due_date} />
            </Figure>
          ) : null}
        </div>
        <Facts items={factsOf(t, delivery)} />
      </Panel>
      <Panel title={t("sales.ui.lines_title")}>
        <DeliveryLines lines={delivery.lines} />
      </Panel>
    </div>
  );
}

function factsOf(t: ReturnType<typeof useT>, delivery: DeliveryView) {
  const link = (key: string, name: string, other: Other | null | undefined, path: string) =>
    other ? [{ key, name, value: <Link to={`${path}/${other.id}`}>{other.no ?? t("sales.ui.no_unposted")}</Link> }] : [];
  const text = (key: string, name: string, value: string) => (value ? [{ key, name, value }] : []);
  const dayName = delivery.kind === "return" ? t("sales.ui.return_date") : t("sales.ui.delivery_date");
  return [
    {
      key: "customer",
      name: t("sales.ui.customer"),
      value: (
        <Link to={`/customers/${delivery.customer_id}`}>
          {delivery.customer_name} <span className="muted num">{delivery.customer_code}</span>
        </Link>
      ),
    },
    { key: "date", name: dayName, value: <DayText value={delivery.delivery_date} /> },
    ...(delivery.posted_at
      ? [{ key: "posted", name: t("sales.ui.posted_at"), value: <InstantText value={delivery.posted_at} /> }]
      : []),
    ...link("order", t("sales.ui.of_order"), delivery.order, "/orders"),
    ...link("source", t("sales.ui.of_delivery"), delivery.source, "/deliveries"),
    ...link("reversal", t("sales.ui.reversal_of"), delivery.reversal_of, "/deliveries"),
    ...link("reversed", t("sales.ui.reversed_by"), delivery.reversed_by, "/deliveries"),
    ...(delivery.returns.length > 0
      ? [{ key: "returns", name: t("sales.ui.returned_on"), value: <Others items={delivery.returns} /> }]
      : []),
    ...text("reason", t("sales.ui.reason"), delivery.reason),
    ...text("remark", t("sales.ui.remark"), delivery.remark),
    ...(delivery.exposure
      ? [{ key: "credit", name: t("sales.ui.exposure_now"), value: creditThen(t, delivery) }]
      : []),
    ...(delivery.imported ? [{ key: "imported", name: t("sales.ui.imported"), value: "✓" }] : []),
  ];
}

function Others({ items }: { items: Other[] }) {
  const t = useT();
  return (
    <span style={{ display: "flex", gap: 12, flexWrap: "wrap" }}>
      {items.map((item) => (
        <Link key={item.id} to={`/deliveries/${item.id}`}>
          {item.no ?? t("sales.ui.no_unposted")}
        </Link>
      ))}
    </span>
  );
}

function DeliveryLines({ lines }: { lines: LineView[] }) {
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
