import { Checkbox } from "antd";
import type { ReactNode } from "react";
import { DayText } from "@/kit/DayText";
import { isZero, moneyText } from "@/kit/format";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { MoneyText } from "@/kit/MoneyText";
import { Scroll } from "@/kit/Scroll";
import type { OpenItemView, OutcomeView } from "./api";
import type { Mode } from "./writeOff";
import "./receivables.css";

interface CreditListProps {
  credits: OpenItemView[];
  chosen: readonly string[];
  used: OutcomeView | undefined;
  onChange: (chosen: string[]) => void;
}

/** Receipts and credit notes on account; the chosen ones are used before new money. */
export function CreditList({ credits, chosen, used, onChange }: CreditListProps) {
  const t = useT();
  const word = useValueText();
  return (
    <section aria-label={t("receivables.ui.credits")}>
      <h3 className="form-part">{t("receivables.ui.credits")}</h3>
      {credits.length === 0 ? <span className="muted">{t("receivables.ui.no_credits")}</span> : null}
      {credits.map((item) => {
        const isOn = chosen.includes(item.entry_id);
        const left = used?.credits.find((one: { entry_id: string }) => one.entry_id === item.entry_id)?.open_after;
        return (
          <div key={item.entry_id} className="write-off-credit">
            <Checkbox
              checked={isOn}
              disabled={item.held}
              aria-label={t("receivables.ui.use", { document: item.document_no })}
              onChange={() =>
                onChange(isOn ? chosen.filter((one) => one !== item.entry_id) : [...chosen, item.entry_id])
              }
            >
              {item.document_no}
            </Checkbox>
            <span className="muted">
              {item.held ? t("receivables.ui.held") : word("receivables.kind", item.kind)} · <DayText value={item.date} />
            </span>
            {isZero(item.reserved) ? null : (
              <span className="muted">{t("receivables.ui.reserved_part", { amount: moneyText(item.reserved) })}</span>
            )}
            <MoneyText value={isOn && left !== undefined ? left : item.open} />
          </div>
        );
      })}
    </section>
  );
}

interface OpenItemListProps {
  items: OpenItemView[];
  mode: Mode;
  entries: readonly string[];
  typed: Readonly<Record<string, string>>;
  outcome: OutcomeView | undefined;
  stale: boolean;
  onChange: (typed: Record<string, string>) => void;
}

/** Beyond this many rows the list is cut: oldest first still takes them all. */
const SHOWN = 500;

/** What the customer owes, oldest first, with what this act takes of each. */
export function OpenItemList(props: OpenItemListProps) {
  const t = useT();
  const { items, mode, typed } = props;
  if (items.length === 0) return <p className="muted">{t("receivables.ui.no_open_items")}</p>;
  const shown = items.slice(0, SHOWN);
  const set = (entry: string, amount: string | null) => {
    const { [entry]: _, ...rest } = typed;
    props.onChange(amount === null ? rest : { ...rest, [entry]: amount });
  };
  return (
    <Scroll className="scroll write-off-items">
      <table className="plain" aria-label={t("receivables.ui.open_items")}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">{t("receivables.ui.mode_items")}</span>
            </th>
            <th scope="col">{t("receivables.ui.document")}</th>
            <th scope="col" className="only-wide">
              {t("receivables.ui.kind")}
            </th>
            <th scope="col" className="only-wide">
              {t("receivables.ui.date")}
            </th>
            <th scope="col">{t("receivables.ui.due")}</th>
            <th scope="col" className="end">
              {t("receivables.ui.open")}
            </th>
            <th scope="col" className="end">
              {t("receivables.ui.this_time")}
            </th>
          </tr>
        </thead>
        <tbody className={props.stale ? "eg-stale" : undefined}>
          {shown.map((item) => (
            <OpenItemRow
              key={item.entry_id}
              item={item}
              amount={mode === "items" ? typed[item.entry_id] : undefined}
              isOfStatement={props.entries.includes(item.entry_id)}
              taken={allocatedTo(props.outcome, item.entry_id)}
              given={<Given outcome={props.outcome} entry={item.entry_id} />}
              onAmount={(amount) => set(item.entry_id, amount)}
            />
          ))}
        </tbody>
      </table>
      {items.length > SHOWN ? <p className="muted">{`… +${items.length - SHOWN}`}</p> : null}
    </Scroll>
  );
}

function allocatedTo(outcome: OutcomeView | undefined, entry: string): string | undefined {
  return outcome?.items.find((one: { entry_id: string }) => one.entry_id === entry)?.allocated;
}

/** Discount and small difference that close a part of an item. */
function Given({ outcome, entry }: { outcome: OutcomeView | undefined; entry: string }) {
  const t = useT();
  const item = outcome?.items.find((one: { entry_id: string }) => one.entry_id === entry);
  if (!item) return null;
  return (
    <>
      {isZero(item.discount) ? null : (
        <div className="muted">{t("receivables.ui.with_discount", { amount: moneyText(item.discount) })}</div>
      )}
      {isZero(item.tolerance) ? null : (
        <div className="muted">{t("receivables.ui.with_difference", { amount: moneyText(item.tolerance) })}</div>
      )}
    </>
  );
}

interface OpenItemRowProps {
  item: OpenItemView;
  /** As typed; undefined: not chosen by hand. */
  amount: string | undefined;
  isOfStatement: boolean;
  taken: string | undefined;
  /** What closes a part of it beside the money. */
  given: ReactNode;
  onAmount: (amount: string | null) => void;
}

function OpenItemRow({ item, amount, isOfStatement, taken, given, onAmount }: OpenItemRowProps) {
  const t = useT();
  const word = useValueText();
  const isChosen = amount !== undefined;
  return (
    <tr className={isOfStatement ? "of-statement" : undefined}>
      <td>
        <Checkbox
          checked={isChosen}
          aria-label={t("receivables.ui.use", { document: item.document_no })}
          onChange={(event) => onAmount(event.target.checked ? "" : null)}
        />
      </td>
      <td>{item.document_no}</td>
      <td className="only-wide">{word("receivables.kind", item.kind)}</td>
      <td className="only-wide">
        <DayText value={item.date} />
      </td>
      <td>
        <DayText value={item.due_date} overdue={item.days_overdue > 0} />
      </td>
      <td className="end">
        <MoneyText value={item.open} overdue={item.days_overdue > 0} />
      </td>
      <td className="end">
        {isChosen ? (
          <MoneyInput
            value={amount}
            placeholder={item.open}
            label={t("receivables.ui.amount_of", { document: item.document_no })}
            width={120}
            onChange={onAmount}
          />
        ) : (
          <MoneyText value={taken ?? null} strong />
        )}
        {given}
      </td>
    </tr>
  );
}
