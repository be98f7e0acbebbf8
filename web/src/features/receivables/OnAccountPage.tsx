import { useNavigate } from "react-router";
import { DataTable } from "@/kit/DataTable";
import { DayText } from "@/kit/DayText";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Page } from "@/kit/Page";
import { useCan } from "@/kit/session";
import { listOnAccount, onAccountKey, type CreditOnAccount } from "./api";
import { ReceiptTabs } from "./ReceiptTabs";

/** Money and credit notes that close nothing yet. */
export function Component() {
  const t = useT();
  const can = useCan();
  const word = useValueText();
  const navigate = useNavigate();
  const writeOff = (row: CreditOnAccount) =>
    void navigate(
      row.held
        ? `/receipts/${row.document_id}`
        : `/write-off?customer=${row.customer_id}&credit=${row.entry_id}`,
    );
  return (
    <Page title={t("receivables.ui.on_account_list")}>
      <ReceiptTabs active="receipts-on-account" />
      <DataTable<CreditOnAccount>
        view="receivables.on_account"
        label={t("receivables.ui.on_account_list")}
        queryKey={onAccountKey}
        fetch={listOnAccount}
        rowKey={(row) => row.entry_id}
        columns={[
          {
            key: "document",
            title: t("receivables.ui.document"),
            opens: true,
            render: (row) => row.document_no,
          },
          { key: "kind", title: t("receivables.ui.kind"), render: (row) => (row.held ? t("receivables.ui.held") : word("receivables.kind", row.kind)) },
          { key: "date", title: t("receivables.ui.date"), sort: "date", render: (row) => <DayText value={row.date} /> },
          { key: "customer", lead: true, title: t("receivables.ui.customer"), render: (row) => row.customer_name },
          { key: "currency", title: t("receivables.ui.currency"), render: (row) => row.currency },
          {
            key: "amount",
            title: t("receivables.ui.amount"),
            figures: true,
            render: (row) => <MoneyText value={row.amount} />,
          },
          {
            key: "open",
            lead: true,
            title: t("receivables.ui.on_account"),
            figures: true,
            render: (row) => <MoneyText value={row.open} strong />,
          },
        ]}
        filters={[{ key: "customer_id", kind: "customer", label: t("receivables.ui.customer") }]}
        searchPlaceholder={t("receivables.ui.search_customer")}
        defaultSort="date"
        rowActions={(row) => [
          ...(can("receivables.write")
            ? [{ key: "write-off", label: t("receivables.ui.write_off"), onClick: () => writeOff(row) }]
            : []),
          {
            key: "customer",
            label: t("receivables.ui.open_customer"),
            onClick: () => void navigate(`/customers/${row.customer_id}`),
          },
        ]}
        onOpen={(row) => (can("receivables.write") ? writeOff(row) : void navigate(`/customers/${row.customer_id}`))}
        empty={t("receivables.ui.on_account_empty")}
      />
    </Page>
  );
}
