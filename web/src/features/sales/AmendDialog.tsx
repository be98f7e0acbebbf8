import { useQuery } from "@tanstack/react-query";
import { App, Input, Modal } from "antd";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { useMoneyAct } from "@/kit/act";
import { isZero, quantityText, readDecimal } from "@/kit/format";
import { useT } from "@/kit/i18n";
import { PriceText, QuantityText } from "@/kit/MoneyText";
import { Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { DialogButtons } from "@/kit/ReasonDialog";
import { Scroll } from "@/kit/Scroll";
import { amendOrder, getOrder, MOVED, orderKey, type LineView, type OrderView } from "./api";

/** Changes the quantities of an order that is confirmed or waits. */
export function AmendDialog({ id, onClose }: { id: string | null; onClose: () => void }) {
  const t = useT();
  const query = useQuery({
    queryKey: orderKey(id ?? ""),
    queryFn: ({ signal }) => getOrder(id ?? "", signal),
    enabled: id !== null,
  });
  const order: OrderView | undefined = id === null ? undefined : query.data;
  return (
    <Modal
      open={id !== null}
      width={760}
      title={t("sales.ui.amend_title", { no: order?.no ?? "" })}
      footer={null}
      destroyOnHidden
      onCancel={onClose}
    >
      {query.error ? <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} /> : null}
      {order ? <AmendForm key={order.version} order={order} onClose={onClose} /> : query.error ? null : <Waiting />}
    </Modal>
  );
}

function AmendForm({ order, onClose }: { order: OrderView; onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const [quantities, setQuantities] = useState<Record<number, string>>(
    Object.fromEntries(order.lines.map((line: LineView) => [line.line_no, quantityText(line.quantity)])),
  );
  const act = useMoneyAct({
    act: (_: undefined, key) => {
      const wanted = order.lines.map((line: LineView) => {
        const typed = (quantities[line.line_no] ?? "").trim();
        return { order_line_no: line.line_no, quantity: readDecimal(typed) ?? typed };
      });
      const lines = wanted.filter((line) => line.quantity !== "" && !isZero(line.quantity));
      return amendOrder(order.id, order.version, lines, key);
    },
    touches: MOVED,
    onDone: (done) => {
      void message.success(
        t(done.state === "held" ? "sales.ui.held" : "sales.ui.amended", { no: done.no ?? "" }),
      );
      onClose();
    },
  });
  const run = () => act.run(undefined);
  return (
    <>
      <p>{t("sales.ui.amend_what")}</p>
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("sales.ui.product")}</th>
              <th scope="col" className="end">
                {t("sales.ui.price")}
              </th>
              <th scope="col" className="end">
                {t("sales.ui.delivered")}
              </th>
              <th scope="col" className="end">
                {t("sales.ui.quantity")}
              </th>
            </tr>
          </thead>
          <tbody>
            {order.lines.map((line: LineView) => (
              <tr key={line.line_no}>
                <td>
                  {line.name} <span className="muted num">{line.code}</span>
                </td>
                <td className="end">
                  <PriceText value={line.price} />
                </td>
                <td className="end">
                  <QuantityText value={line.delivered_quantity} />
                </td>
                <td className="end">
                  <Input
                    aria-label={`${t("sales.ui.quantity")} ${line.name}`}
                    className="num"
                    inputMode="decimal"
                    style={{ width: 110, textAlign: "end" }}
                    value={quantities[line.line_no] ?? ""}
                    onChange={(event) => setQuantities({ ...quantities, [line.line_no]: event.target.value })}
                    onPressEnter={run}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <ProblemAlert problem={act.problem} onRetry={run} />
      <DialogButtons confirm={t("sales.ui.amend_confirm")} busy={act.busy} onConfirm={run} onClose={onClose} />
    </>
  );
}
