import { useQuery } from "@tanstack/react-query";
import { Suspense, type ReactNode } from "react";
import { Link } from "react-router";
import { asProblem } from "@/api/problem";
import { Chart } from "@/kit/Chart";
import { ExposureBar } from "@/kit/ExposureBar";
import { isZero } from "@/kit/format";
import { useT } from "@/kit/i18n";
import { listHref } from "@/kit/listState";
import { MoneyText } from "@/kit/MoneyText";
import { Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { useCan, useSession } from "@/kit/session";
import { useSlots } from "@/kit/slots";
import { ToneTag } from "@/kit/StateTag";
import { countDeliveries, getStart, type AgeTotal, type CreditTotal, type LateCustomer, type LimitUse, type Start } from "./api";
import { Forgotten } from "./Forgotten";
import "./start.css";

/** Four questions: was anything forgotten, who is late, who is near the limit, what is to do. */
export function Component() {
  const t = useT();
  const can = useCan();
  const { user } = useSession();
  const parts = useSlots("start.panel");
  const query = useQuery({
    queryKey: ["start"],
    queryFn: ({ signal }) => getStart(signal),
    enabled: can("receivables.read"),
  });
  return (
    <Page title={t("start.ui.title", { name: user?.name ?? "" })}>
      {can("statements.read") ? <Forgotten /> : null}
      {query.error ? (
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : query.data ? (
        <Questions start={query.data} />
      ) : can("receivables.read") ? (
        <Waiting />
      ) : can("sales.read") ? (
        <Desk />
      ) : null}
      {parts.map(({ key, Component: Part }) => (
        <Suspense key={key} fallback={<Waiting />}>
          <Part />
        </Suspense>
      ))}
    </Page>
  );
}

function Questions({ start }: { start: Start }) {
  const t = useT();
  return (
    <div className="start-grid">
      <Panel title={t("start.ui.who_is_late")}>
        {start.ages.length === 0 ? <p className="muted">{t("start.ui.nothing_owed")}</p> : null}
        {start.ages.map((total: AgeTotal) => (
          <Ages key={total.currency} total={total} />
        ))}
        <Late rows={start.top_overdue} count={start.customers_overdue} />
      </Panel>
      <div className="start-side">
        <Panel title={t("start.ui.who_is_over")}>
          <Limits rows={start.limits} over={start.customers_over_limit} near={start.customers_near_limit} />
        </Panel>
        <Panel title={t("start.ui.what_to_do")}>
          <Work start={start} />
        </Panel>
      </div>
    </div>
  );
}

function Ages({ total }: { total: AgeTotal }) {
  const t = useT();
  const parts = [
    { name: t("start.ui.not_due"), value: total.not_due },
    { name: t("start.ui.days_1_30"), value: total.days_1_30 },
    { name: t("start.ui.days_31_60"), value: total.days_31_60 },
    { name: t("start.ui.days_61_90"), value: total.days_61_90 },
    { name: t("start.ui.days_over_90"), value: total.days_over_90 },
  ];
  return (
    <section aria-label={total.currency} style={{ marginBottom: 16 }}>
      <div className="figures" style={{ marginBottom: 8 }}>
        <BigFigure label={`${t("start.ui.owed")} ${total.currency}`} to="/ageing">
          <MoneyText value={total.owed} zeroDigits />
        </BigFigure>
        <BigFigure label={t("start.ui.overdue")} to={listHref("/unsettled-orders", { filter: { overdue: "1" } })}>
          <MoneyText value={total.overdue} overdue />
        </BigFigure>
        <BigFigure label={t("start.ui.on_account")} to="/receipts-on-account">
          <MoneyText value={total.on_account} />
        </BigFigure>
      </div>
      <Chart
        label={`${t("start.ui.by_age")} ${total.currency}`}
        categories={parts.map((part) => part.name)}
        series={[
          {
            name: total.currency,
            values: parts.map((part) => part.value),
            tone: ["plain", "overdue", "overdue", "overdue", "overdue"],
          },
        ]}
        height={160}
        bareAxis
      />
      <dl className="start-ages">
        {parts.map((part) => (
          <div key={part.name}>
            <dt className="muted">{part.name}</dt>
            <dd>
              <Link to="/ageing" className="row-link">
                <MoneyText value={part.value} />
              </Link>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** A figure that opens its rows. */
function BigFigure({ label, to, children }: { label: string; to: string; children: ReactNode }) {
  return (
    <Link className="figure row-link" to={to}>
      <span className="figure-label">{label}</span>
      <span className="figure-value num">{children}</span>
    </Link>
  );
}

function Late({ rows, count }: { rows: LateCustomer[]; count: number }) {
  const t = useT();
  if (rows.length === 0) {
    return <ToneTag tone="good">{t("start.ui.nobody_late")}</ToneTag>;
  }
  return (
    <table className="plain">
      <caption>{t("start.ui.late_customers", { n: count })}</caption>
      <thead>
        <tr>
          <th scope="col">{t("start.ui.customer")}</th>
          <th scope="col" className="end">
            {t("start.ui.overdue")}
          </th>
          <th scope="col" className="end start-wide">
            {t("start.ui.days_over_90")}
          </th>
          <th scope="col" className="end">
            {t("start.ui.owed")}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.account_id}>
            <td>
              <Link to={`/customers/${row.customer_id}?tab=open-items`}>{row.customer_name}</Link>
            </td>
            <td className="end">
              <MoneyText value={row.overdue} currency={row.currency} overdue />
            </td>
            <td className="end start-wide">
              <MoneyText value={row.days_over_90} />
            </td>
            <td className="end">
              <MoneyText value={row.owed} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Limits({ rows, over, near }: { rows: LimitUse[]; over: number; near: number }) {
  const t = useT();
  if (rows.length === 0) return <ToneTag tone="good">{t("start.ui.nobody_over")}</ToneTag>;
  return (
    <>
      <p style={{ display: "flex", flexWrap: "wrap", gap: 8, margin: "0 0 12px" }}>
        {over > 0 ? <ToneTag tone="bad">{t("start.ui.over_count", { n: over })}</ToneTag> : null}
        {near > 0 ? <ToneTag tone="warn">{t("start.ui.near_count", { n: near })}</ToneTag> : null}
      </p>
      <ul className="start-limits">
        {rows.map((row) => (
          <li key={`${row.customer_id} ${row.currency}`}>
            <Link to={`/customers/${row.customer_id}?tab=credit`}>{row.customer_name}</Link>
            <ExposureBar
              view={{
                currency: row.currency,
                exposure: row.exposure,
                limit: row.limit,
                available: negated(row.over),
              }}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

function negated(amount: string): string {
  if (isZero(amount)) return amount;
  return amount.startsWith("-") ? amount.slice(1) : `-${amount}`;
}

type DeskWork = Pick<Start["work"], "released_deliveries" | "draft_deliveries" | "draft_returns">;

function useDeskLines(work: DeskWork) {
  const t = useT();
  const drafts = { filter: { state: "draft" } };
  return [
    { key: "released", n: work.released_deliveries, text: t("start.ui.to_post", { n: work.released_deliveries }), to: listHref("/deliveries", { filter: { state: "released" } }) },
    { key: "deliveries", n: work.draft_deliveries, text: t("start.ui.draft_deliveries", { n: work.draft_deliveries }), to: listHref("/deliveries", drafts) },
    { key: "returns", n: work.draft_returns, text: t("start.ui.draft_returns", { n: work.draft_returns }), to: listHref("/returns", drafts) },
  ];
}

/** The work of those who deliver and do not see receivables. */
function Desk() {
  const t = useT();
  const query = useQuery({
    queryKey: ["start", "desk"],
    queryFn: async ({ signal }): Promise<DeskWork> => ({
      released_deliveries: await countDeliveries("delivery", "released", signal),
      draft_deliveries: await countDeliveries("delivery", "draft", signal),
      draft_returns: await countDeliveries("return", "draft", signal),
    }),
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  return (
    <Panel title={t("start.ui.what_to_do")}>
      <DeskWorkList work={query.data} />
    </Panel>
  );
}

function DeskWorkList({ work }: { work: DeskWork }) {
  const t = useT();
  const lines = useDeskLines(work).filter((line) => line.n > 0);
  if (lines.length === 0) return <ToneTag tone="good">{t("start.ui.all_done")}</ToneTag>;
  return (
    <ul className="start-work">
      {lines.map((line) => (
        <li key={line.key}>
          <Link to={line.to}>{line.text}</Link>
        </li>
      ))}
    </ul>
  );
}

function Work({ start }: { start: Start }) {
  const t = useT();
  const { work } = start;
  const lines = [
    ...useDeskLines(work),
    { key: "orders", n: work.draft_orders, text: t("start.ui.draft_orders", { n: work.draft_orders }), to: listHref("/orders", { filter: { state: "draft" } }) },
    { key: "due", n: work.due_this_week, text: t("start.ui.due_this_week", { n: work.due_this_week }), to: "/unsettled-orders" },
  ].filter((line) => line.n > 0);
  const credits: CreditTotal[] = start.on_account.filter((one: CreditTotal) => one.count > 0);
  if (lines.length === 0 && credits.length === 0) return <ToneTag tone="good">{t("start.ui.all_done")}</ToneTag>;
  return (
    <ul className="start-work">
      {credits.map((one) => (
        <li key={one.currency}>
          <Link to="/receipts-on-account">{t("start.ui.to_write_off", { n: one.count })}</Link>{" "}
          <MoneyText value={one.amount} currency={one.currency} />
        </li>
      ))}
      {lines.map((line) => (
        <li key={line.key}>
          <Link to={line.to}>{line.text}</Link>
        </li>
      ))}
    </ul>
  );
}
