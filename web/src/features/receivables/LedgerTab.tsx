import { LockOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { asProblem } from "@/api/problem";
import { DayText } from "@/kit/DayText";
import { isNegative } from "@/kit/format";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import type { SlotProps } from "@/kit/slots";
import { Scroll } from "@/kit/Scroll";
import { getLedger, type LedgerLineView, type LedgerPage } from "./api";

/** On the customer's page: every entry with the balance after it, newest first. */
export default function LedgerTab({ customerId }: SlotProps["customer.tab"]) {
  const t = useT();
  const query = useInfiniteQuery({
    queryKey: ["customers", customerId, "ledger"],
    queryFn: ({ pageParam, signal }): Promise<LedgerPage> => getLedger(customerId, undefined, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: LedgerPage) => page.next ?? undefined,
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const lines = query.data.pages.flatMap((page: LedgerPage): LedgerLineView[] => page.items);
  const currency = query.data.pages[0]?.currency ?? "";
  return (
    <Panel title={t("receivables.ui.ledger_of", { currency })}>
      {lines.length === 0 ? <span className="muted">{t("receivables.ui.no_entries")}</span> : <Lines lines={lines} />}
      {query.hasNextPage ? (
        <Button style={{ marginTop: 12 }} loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("receivables.ui.more")}
        </Button>
      ) : null}
    </Panel>
  );
}

function Lines({ lines }: { lines: LedgerLineView[] }) {
  const t = useT();
  const word = useValueText();
  return (
    <Scroll>
      <table className="plain" aria-label={t("receivables.ui.ledger")}>
        <thead>
          <tr>
            <th scope="col">{t("receivables.ui.date")}</th>
            <th scope="col">{t("receivables.ui.document")}</th>
            <th scope="col">{t("receivables.ui.kind")}</th>
            <th scope="col" className="end">
              {t("receivables.ui.debit")}
            </th>
            <th scope="col" className="end">
              {t("receivables.ui.credit")}
            </th>
            <th scope="col" className="end">
              {t("receivables.ui.balance")}
            </th>
            <th scope="col" className="end">
              {t("receivables.ui.open")}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.entry_id}>
              <td>
                <DayText value={line.date} />
              </td>
              <td>{line.document_no}</td>
              <td>
                {word("receivables.kind", line.kind)}{" "}
                {line.internal ? (
                  <LockOutlined
                    aria-label={t("receivables.ui.internal_entry")}
                    title={t("receivables.ui.internal_entry")}
                  />
                ) : null}{" "}
                <span className="muted">{line.reason}</span>
              </td>
              <td className="end">{isNegative(line.amount) ? null : <MoneyText value={line.amount} />}</td>
              <td className="end">{isNegative(line.amount) ? <MoneyText value={line.amount} /> : null}</td>
              <td className="end">
                <MoneyText value={line.balance} zeroDigits strong />
              </td>
              <td className="end">
                <MoneyText value={line.open} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
