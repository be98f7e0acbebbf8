import { Button, Input } from "antd";
import type { Problem } from "@/api/problem";
import { isZero, readDecimal } from "@/kit/format";
import { useT } from "@/kit/i18n";
import { MoneyText, PriceText, QuantityText } from "@/kit/MoneyText";
import { Scroll } from "@/kit/Scroll";
import type { PreviewView, TakeableLine } from "./api";
import { allLeft, takenInputs, type Taken } from "./entry";

interface TakeTableProps {
  lines: TakeableLine[];
  taken: Taken;
  onChange: (taken: Taken) => void;
  returned: boolean;
  preview: PreviewView | undefined;
  stale: boolean;
  problem: Problem | null;
}

/** The lines of an order to be delivered, or of a delivery to come back, with a quantity for each. */
export function TakeTable(props: TakeTableProps) {
  const t = useT();
  const { lines, taken, onChange, returned, preview } = props;
  const sent = takenInputs(taken, returned).map((line) => String(returned ? line.source_line_no : line.order_line_no));
  return (
    <div className="sales-take">
      <div style={{ display: "flex", gap: 8, marginBottom: 8 }}>
        <Button size="small" onClick={() => onChange(allLeft(lines))}>
          {t("sales.ui.deliver_all")}
        </Button>
        <Button size="small" onClick={() => onChange({})}>
          {t("sales.ui.deliver_none")}
        </Button>
      </div>
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("sales.ui.product")}</th>
              <th scope="col">{t("sales.ui.name")}</th>
              <th scope="col" className="end">
                {t(returned ? "sales.ui.sold" : "sales.ui.ordered")}
              </th>
              <th scope="col" className="end">
                {t(returned ? "sales.ui.taken_returned" : "sales.ui.taken_delivered")}
              </th>
              <th scope="col" className="end">
                {t(returned ? "sales.ui.left_return" : "sales.ui.left_deliver")}
              </th>
              <th scope="col">{t(returned ? "sales.ui.this_return" : "sales.ui.this_delivery")}</th>
              <th scope="col" className="end">
                {t("sales.ui.price")}
              </th>
              <th scope="col" className="end">
                {t("sales.ui.amount")}
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => {
              const name = String(line.line_no);
              const at = sent.indexOf(name);
              const refused = at < 0 ? undefined : props.problem?.fieldTitle(`lines[${at}].quantity`);
              return (
                <tr key={name}>
                  <td>{line.code}</td>
                  <td>{line.name}</td>
                  <td className="end">
                    <QuantityText value={line.quantity} unit={line.unit} />
                  </td>
                  <td className="end">
                    <QuantityText value={line.taken} />
                  </td>
                  <td className="end">
                    <QuantityText value={line.left} />
                  </td>
                  <td>
                    <Input
                      size="small"
                      inputMode="decimal"
                      aria-label={`${line.name} ${t(returned ? "sales.ui.this_return" : "sales.ui.this_delivery")}`}
                      aria-invalid={refused !== undefined}
                      status={refused ? "error" : undefined}
                      title={refused}
                      disabled={isZero(line.left)}
                      value={taken[name] ?? ""}
                      onFocus={(event) => event.target.select()}
                      onChange={(event) => onChange({ ...taken, [name]: event.target.value })}
                      onBlur={(event) => {
                        const plain = readDecimal(event.target.value);
                        if (plain !== null) onChange({ ...taken, [name]: plain });
                      }}
                    />
                  </td>
                  <td className="end">
                    <PriceText value={line.price} />
                  </td>
                  <td className={props.stale ? "end eg-stale" : "end"}>
                    <MoneyText value={at < 0 ? null : preview?.lines[at]?.amount} zeroDigits />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </div>
  );
}
