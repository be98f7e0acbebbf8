import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { asProblem } from "@/api/problem";
import { DayText } from "@/kit/DayText";
import { DetailDrawer } from "@/kit/DetailDrawer";
import { isZero } from "@/kit/format";
import { useT, useValueText } from "@/kit/i18n";
import { listHref } from "@/kit/listState";
import { MoneyText } from "@/kit/MoneyText";
import { Figure, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { useCan } from "@/kit/session";
import type { SlotProps } from "@/kit/slots";
import { Allocations } from "./Allocations";
import {
  entriesKey,
  getEntryAllocations,
  getOpenItems,
  openItemsKey,
  type OpenAccount,
  type OpenItemView,
} from "./api";
import { CurrencyDialog } from "./CurrencyDialog";
import ReceiptDialog from "./ReceiptDialog";

/** On the customer's page: what is open on both sides, and the receipt that settles it. */
export default function OpenItemsTab({ customerId }: SlotProps["customer.tab"]) {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const [paying, setPaying] = useState(false);
  const [adding, setAdding] = useState(false);
  const [shown, setShown] = useState<OpenItemView | null>(null);
  const query = useQuery({
    queryKey: openItemsKey(customerId),
    queryFn: ({ signal }) => getOpenItems(customerId, signal),
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 12 }}>
      {can("receivables.write") ? (
        <div style={{ display: "flex", flexWrap: "wrap", gap: 8 }}>
          <Button type="primary" onClick={() => setPaying(true)}>
            {t("receivables.ui.receipt_new")}
          </Button>{" "}
          <Button onClick={() => void navigate(`/payment-plans/new?customer=${customerId}`)}>
            {t("receivables.ui.plan_new")}
          </Button>{" "}
          <Link to={listHref("/payment-plans", { filter: { customer_id: customerId } })}>{t("receivables.ui.plans")}</Link>
          {can("parties.write") ? (
            <Button onClick={() => setAdding(true)}>{t("receivables.ui.currency_add")}</Button>
          ) : null}
        </div>
      ) : null}
      {query.data.map((account: OpenAccount) => (
        <AccountPanel key={account.account_id} account={account} onOpen={setShown} />
      ))}
      <CurrencyDialog open={adding} customerId={customerId} onClose={() => setAdding(false)} />
      <ReceiptDialog open={paying} customerId={customerId} onClose={() => setPaying(false)} />
      <DetailDrawer
        open={shown !== null}
        onClose={() => setShown(null)}
        title={t("receivables.ui.allocations_of", { document: shown?.document_no ?? "" })}
      >
        {shown ? <EntryAllocations entryId={shown.entry_id} /> : null}
      </DetailDrawer>
    </div>
  );
}

function AccountPanel({ account, onOpen }: { account: OpenAccount; onOpen: (item: OpenItemView) => void }) {
  const t = useT();
  return (
    <Panel title={account.currency}>
      <div className="figures" style={{ marginBottom: 12 }}>
        <Figure label={t("receivables.ui.balance")}>
          <MoneyText value={account.balance} zeroDigits strong />
        </Figure>
        <Figure label={t("receivables.ui.owed")}>
          <MoneyText value={account.open_debit} />
        </Figure>
        <Figure label={t("receivables.ui.on_account")}>
          <MoneyText value={account.open_credit} />
        </Figure>
        {isZero(account.bad_debt) ? null : (
          <Figure label={t("receivables.ui.bad_debt_net")}>
            <MoneyText value={account.bad_debt} />
          </Figure>
        )}
      </div>
      {account.debits.length + account.credits.length === 0 ? (
        <span className="muted">{t("receivables.ui.no_open_items")}</span>
      ) : (
        <Items items={[...account.debits, ...account.credits]} onOpen={onOpen} />
      )}
    </Panel>
  );
}

function Items({ items, onOpen }: { items: OpenItemView[]; onOpen: (item: OpenItemView) => void }) {
  const t = useT();
  const word = useValueText();
  return (
    <div style={{ overflow: "auto", maxHeight: "60vh" }}>
      <table className="plain" aria-label={t("receivables.ui.open_items")}>
        <thead>
          <tr>
            <th scope="col">{t("receivables.ui.document")}</th>
            <th scope="col">{t("receivables.ui.kind")}</th>
            <th scope="col">{t("receivables.ui.date")}</th>
            <th scope="col">{t("receivables.ui.due")}</th>
            <th scope="col" className="end">
              {t("receivables.ui.days_overdue")}
            </th>
            <th scope="col" className="end">
              {t("receivables.ui.amount")}
            </th>
            <th scope="col" className="end">
              {t("receivables.ui.open")}
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.entry_id}>
              <td>
                <button type="button" className="row-link" onClick={() => onOpen(item)}>
                  {item.document_no}
                </button>
              </td>
              <td>{word("receivables.kind", item.kind)}</td>
              <td>
                <DayText value={item.date} />
              </td>
              <td>
                {item.side === "debit" ? <DayText value={item.due_date} overdue={item.days_overdue > 0} /> : null}
              </td>
              <td className="end">
                {item.days_overdue > 0 ? <span className="num num-overdue">{item.days_overdue}</span> : null}
              </td>
              <td className="end">
                <MoneyText value={item.amount} />
              </td>
              <td className="end">
                <MoneyText value={item.open} overdue={item.days_overdue > 0} strong />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function EntryAllocations({ entryId }: { entryId: string }) {
  const can = useCan();
  const query = useQuery({
    queryKey: [...entriesKey, entryId, "allocations"],
    queryFn: ({ signal }) => getEntryAllocations(entryId, signal),
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  return <Allocations rows={query.data} canUndo={can("receivables.write")} />;
}
