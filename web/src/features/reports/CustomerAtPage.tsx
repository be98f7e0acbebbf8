import { DownloadOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link, useParams, useSearchParams } from "react-router";
import { asProblem } from "@/api/problem";
import { DayInput } from "@/kit/DayInput";
import { DayText } from "@/kit/DayText";
import { dayText } from "@/kit/format";
import { useLang, useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Figure, Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { Scroll } from "@/kit/Scroll";
import { Sections } from "@/kit/Sections";
import { useToday } from "@/kit/session";
import { ToneTag } from "@/kit/StateTag";
import { csvHref, getCustomerAt, getLedgerAt, type AccountAt, type ItemAt, type LedgerLine, type LedgerPage } from "./api";
import "./check.css";

/** One customer at the end of a day: what was open, the ledger up to it, exposure and statements. */
export function Component() {
  const t = useT();
  const lang = useLang();
  const today = useToday();
  const { id = "" } = useParams();
  const [params, setParams] = useSearchParams();
  const day = params.get("as_of") || today;
  const part = params.get("part") ?? "items";
  const set = (name: string, value: string) =>
    setParams((old) => {
      const next = new URLSearchParams(old);
      next.set(name, value);
      return next;
    });
  const query = useQuery({
    queryKey: ["reports", "customer", id, day],
    queryFn: ({ signal }) => getCustomerAt(id, day, signal),
  });
  const found = query.data;
  const name = found ? t("reports.ui.customer_at", { name: found.customer_name, day: dayText(day, lang) }) : "";
  return (
    <Page
      title={name || t("reports.ui.figures")}
      tools={
        <div className="day-bar">
          <Link to={`/figures?as_of=${day}&part=customers`}>{t("reports.ui.back")}</Link>
          <DayInput value={day} label={t("reports.ui.as_of")} onChange={(value) => set("as_of", value || today)} />
        </div>
      }
    >
      {query.error ? (
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : found ? (
        found.accounts.map((account: AccountAt) => (
          <Account key={account.account_id} account={account} customerId={id} day={day} part={part} onPart={(key) => set("part", key)} />
        ))
      ) : (
        <Waiting />
      )}
    </Page>
  );
}

interface AccountProps {
  account: AccountAt;
  customerId: string;
  day: string;
  part: string;
  onPart: (key: string) => void;
}

function Account({ account, customerId, day, part, onPart }: AccountProps) {
  const t = useT();
  const { exposure } = account;
  return (
    <>
      <Panel title={account.currency}>
        <div className="figures">
          <Figure label={t("reports.ui.balance")}>
            <MoneyText value={account.balance} zeroDigits />
          </Figure>
          <Figure label={t("reports.ui.receivable")}>
            <MoneyText value={exposure.receivable} />
          </Figure>
          <Figure label={t("reports.ui.credits")}>
            <MoneyText value={exposure.credits} />
          </Figure>
          <Figure label={t("reports.ui.ordered_now")}>
            <MoneyText value={exposure.ordered} />
          </Figure>
          <Figure label={t("reports.ui.shipped_now")}>
            <MoneyText value={exposure.shipped} />
          </Figure>
          <Figure label={t("reports.ui.uncleared_now")}>
            <MoneyText value={exposure.uncleared} />
          </Figure>
          <Figure label={t("reports.ui.exposure")}>
            <MoneyText value={exposure.exposure} zeroDigits />
          </Figure>
          {account.limit ? (
            <Figure label={t("reports.ui.limit_now")}>
              <MoneyText value={account.limit} zeroDigits />
            </Figure>
          ) : null}
          <Figure label={t("reports.ui.closing")}>
            <MoneyText value={account.statements.closing} zeroDigits />
          </Figure>
        </div>
        <p style={{ margin: "12px 0 0" }}>
          <ToneTag tone={account.ties ? "good" : "bad"}>
            {account.ties ? t("reports.ui.ties_all") : t("reports.ui.ties_not")}
          </ToneTag>
        </p>
        {exposure.is_whole ? null : <p className="muted">{t("reports.ui.exposure_note")}</p>}
      </Panel>
      <Sections
        active={part}
        onChange={onPart}
        items={[
          {
            key: "items",
            label: t("reports.ui.open_items"),
            children: <Items items={account.items} href={csvHref("open-items", day, customerId)} />,
          },
          {
            key: "ledger",
            label: t("reports.ui.ledger"),
            children: <Ledger customerId={customerId} currency={account.currency} day={day} />,
          },
        ]}
      />
    </>
  );
}

function Download({ href, label }: { href: string; label: string }) {
  return (
    <p style={{ margin: "0 0 12px" }}>
      <Button icon={<DownloadOutlined aria-hidden />} href={href} download>
        {label}
      </Button>
    </p>
  );
}

function Items({ items, href }: { items: ItemAt[]; href: string }) {
  const t = useT();
  const word = useValueText();
  if (items.length === 0) return <Panel>{t("reports.ui.no_open_items")}</Panel>;
  return (
    <Panel>
      <Download href={href} label={t("reports.ui.download_open_items")} />
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("reports.ui.document")}</th>
              <th scope="col">{t("reports.ui.date")}</th>
              <th scope="col">{t("reports.ui.due")}</th>
              <th scope="col" className="end">
                {t("reports.ui.late_days")}
              </th>
              <th scope="col" className="end">
                {t("reports.ui.amount")}
              </th>
              <th scope="col" className="end">
                {t("reports.ui.open")}
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.entry_id}>
                <td className="nowrap">
                  {item.document_no} <span className="muted">{word("receivables.kind", item.kind)}</span>
                </td>
                <td className="nowrap">
                  <DayText value={item.date} />
                </td>
                <td className="nowrap">{item.side === "debit" ? <DayText value={item.due_date} overdue={item.days_overdue > 0} /> : null}</td>
                <td className="end num">{item.days_overdue > 0 ? item.days_overdue : ""}</td>
                <td className="end">
                  <MoneyText value={item.amount} />
                </td>
                <td className="end">
                  <MoneyText value={item.side === "credit" ? `-${item.open}` : item.open} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}

function Ledger({ customerId, currency, day }: { customerId: string; currency: string; day: string }) {
  const t = useT();
  const word = useValueText();
  const query = useInfiniteQuery({
    queryKey: ["reports", "ledger", customerId, currency, day],
    queryFn: ({ pageParam, signal }): Promise<LedgerPage> => getLedgerAt(customerId, currency, day, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: LedgerPage) => page.next ?? undefined,
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const lines = query.data.pages.flatMap((page: LedgerPage): LedgerLine[] => page.items);
  if (lines.length === 0) return <Panel>{t("reports.ui.no_entries")}</Panel>;
  return (
    <Panel>
      <Download href={csvHref("ledger", day, customerId)} label={t("reports.ui.download_ledger")} />
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("reports.ui.date")}</th>
              <th scope="col">{t("reports.ui.document")}</th>
              <th scope="col" className="end">
                {t("reports.ui.amount")}
              </th>
              <th scope="col" className="end">
                {t("reports.ui.balance")}
              </th>
              <th scope="col" className="end">
                {t("reports.ui.open")}
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.entry_id}>
                <td className="nowrap">
                  <DayText value={line.date} />
                </td>
                <td className="nowrap">
                  {line.document_no} <span className="muted">{word("receivables.kind", line.kind)}</span>
                </td>
                <td className="end">
                  <MoneyText value={line.amount} />
                </td>
                <td className="end">
                  <MoneyText value={line.balance} zeroDigits />
                </td>
                <td className="end">
                  <MoneyText value={line.open} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {query.hasNextPage ? (
        <Button style={{ marginTop: 12 }} loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("reports.ui.more")}
        </Button>
      ) : null}
    </Panel>
  );
}
