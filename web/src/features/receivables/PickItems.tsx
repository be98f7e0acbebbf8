import { Checkbox } from "antd";
import { DayText } from "@/kit/DayText";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { MoneyText } from "@/kit/MoneyText";
import { Scroll } from "@/kit/Scroll";
import type { NamedBody, OpenAccount, OpenItemView } from "./api";
import "./receivables.css";

/** Items of one account, as they are named to the server. */
export interface Picked {
  account_id: string;
  currency: string;
  items: NamedBody[];
}

interface PickItemsProps {
  accounts: OpenAccount[];
  /** Which sides are offered. */
  credits: "only" | "both" | "none";
  /** One item at most. */
  single?: boolean;
  value?: Picked;
  onChange?: (picked: Picked | undefined) => void;
}

/** A list of open items to choose from, each with the amount that is meant: all of it unless typed. */
export function PickItems({ accounts, credits, single, value, onChange }: PickItemsProps) {
  const t = useT();
  const word = useValueText();
  const offered = accounts.flatMap((account) => {
    const debits = credits === "only" ? [] : account.debits;
    const rest = credits === "none" ? [] : account.credits;
    return [...debits, ...rest].map((item: OpenItemView) => ({
      item,
      currency: account.currency,
      account_id: account.account_id,
    }));
  });
  const find = (id: string) => value?.items.find((one) => one.entry_id === id);
  const set = ({ item, currency, account_id }: (typeof offered)[number], amount: string | null) => {
    // Items of another currency cannot be in the same document.
    const kept = single || value?.currency !== currency ? [] : value.items.filter((one) => one.entry_id !== item.entry_id);
    const named = { entry_id: item.entry_id, expected_open: item.open, ...(amount ? { amount } : {}) };
    const items = amount === null ? kept : [...kept, named];
    onChange?.(items.length === 0 ? undefined : { account_id, currency, items });
  };
  if (offered.length === 0) return <span className="muted">{t("receivables.ui.nothing_to_choose")}</span>;
  return (
    <Scroll>
      <table className="plain" aria-label={t("receivables.ui.choose_items")}>
        <tbody>
          {offered.map((row) => {
            const { item, currency } = row;
            const named = find(item.entry_id);
            return (
              <tr key={item.entry_id}>
                <td>
                  <Checkbox
                    checked={named !== undefined}
                    aria-label={t("receivables.ui.use", { document: item.document_no })}
                    onChange={(event) => set(row, event.target.checked ? "" : null)}
                  >
                    {item.document_no}
                  </Checkbox>
                </td>
                <td className="muted">
                  {word("receivables.kind", item.kind)} · <DayText value={item.date} />
                </td>
                <td className="end">
                  <span className="num-ccy">{currency}</span> <MoneyText value={item.open} />
                </td>
                <td className="end">
                  {named ? (
                    <MoneyInput
                      value={named.amount ?? ""}
                      placeholder={item.open}
                      label={t("receivables.ui.amount_of", { document: item.document_no })}
                      width={120}
                      onChange={(amount) => set(row, amount)}
                    />
                  ) : null}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
