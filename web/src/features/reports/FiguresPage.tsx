import { DownloadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Dropdown } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";
import { asProblem } from "@/api/problem";
import { DataTable, type Column } from "@/kit/DataTable";
import { DayInput } from "@/kit/DayInput";
import { isZero } from "@/kit/format";
import { useT } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { Scroll } from "@/kit/Scroll";
import { Sections } from "@/kit/Sections";
import { useToday } from "@/kit/session";
import { ToneTag } from "@/kit/StateTag";
import { csvHref, figuresKey, getAges, getFigures, type Ageing, type CurrencyFigures, type Figures } from "./api";
import "./check.css";

/** Ageing, open items, ledger and statements at the end of a day, and whether they tie. */
export function Component() {
  const t = useT();
  const today = useToday();
  const [params, setParams] = useSearchParams();
  const day = params.get("as_of") || today;
  const part = params.get("part") ?? "summary";
  const set = (name: string, value: string) =>
    setParams((old) => {
      const next = new URLSearchParams(old);
      next.set(name, value);
      return next;
    });
  return (
    <Page
      title={t("reports.ui.figures")}
      tools={
        <div className="day-bar">
          <Button onClick={() => set("as_of", lastMonthEnd(today))}>{t("reports.ui.month_end")}</Button>
          <DayInput value={day} label={t("reports.ui.as_of")} onChange={(value) => set("as_of", value || today)} />
          <Downloads day={day} />
        </div>
      }
    >
      <Sections
        active={part}
        onChange={(key) => set("part", key)}
        items={[
          { key: "summary", label: t("reports.ui.summary"), children: <Summary day={day} /> },
          { key: "customers", label: t("reports.ui.by_customer"), children: <ByCustomer day={day} /> },
        ]}
      />
    </Page>
  );
}

/** The last day of the month before. */
export function lastMonthEnd(today: string): string {
  const [year = "", month = ""] = today.split("-");
  const end = new Date(Date.UTC(Number.parseInt(year, 10), Number.parseInt(month, 10) - 1, 0));
  return end.toISOString().slice(0, 10);
}

function Downloads({ day }: { day: string }) {
  const t = useT();
  const link = (part: "ageing" | "open-items", label: string) => ({
    key: part,
    label: (
      <a href={csvHref(part, day)} download>
        {label}
      </a>
    ),
  });
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          link("ageing", t("reports.ui.download_ageing")),
          link("open-items", t("reports.ui.download_open_items")),
        ],
      }}
    >
      <Button icon={<DownloadOutlined aria-hidden />}>{t("reports.ui.download")}</Button>
    </Dropdown>
  );
}

function Summary({ day }: { day: string }) {
  const t = useT();
  const query = useQuery({ queryKey: figuresKey(day), queryFn: ({ signal }) => getFigures(day, signal) });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const figures: Figures = query.data;
  if (figures.currencies.length === 0) return <Panel>{t("reports.ui.no_figures")}</Panel>;
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 12 }}>
      <Panel>
        <ToneTag tone={figures.ties ? "good" : "bad"}>
          {figures.ties ? t("reports.ui.ties_all") : t("reports.ui.ties_not")}
        </ToneTag>
      </Panel>
      {figures.currencies.map((one: CurrencyFigures) => (
        <Currency key={one.currency} figures={one} />
      ))}
    </div>
  );
}

function Currency({ figures }: { figures: CurrencyFigures }) {
  return (
    <Panel title={figures.currency}>
      <Tie figures={figures} />
      <Buckets figures={figures} />
      <Exposure figures={figures} />
    </Panel>
  );
}

/** Four sources, one below the other, each with its verdict. */
function Tie({ figures }: { figures: CurrencyFigures }) {
  const t = useT();
  const { statements } = figures;
  const parts = [
    { key: "closing", label: t("reports.ui.closing"), value: statements.closing, always: true },
    { key: "later", label: t("reports.ui.on_later_statements"), value: statements.on_later_statements },
    { key: "waiting", label: t("reports.ui.waiting"), value: statements.waiting },
    { key: "undated", label: t("reports.ui.undated"), value: statements.undated },
    { key: "internal", label: t("reports.ui.internal"), value: statements.internal },
    { key: "ahead", label: t("reports.ui.ahead"), value: statements.ahead },
    { key: "unexplained", label: t("reports.ui.unexplained"), value: statements.unexplained, isBad: true },
  ].filter((part) => part.always || !isZero(part.value));
  return (
    <Scroll>
      <table className="plain tie">
        <thead>
          <tr>
            <th scope="col">{t("reports.ui.source")}</th>
            <th scope="col" className="end">
              {t("reports.ui.balance")}
            </th>
            <th scope="col" className="end">
              {t("reports.ui.agrees")}
            </th>
          </tr>
        </thead>
        <tbody>
          <Source label={t("reports.ui.from_ledger")} value={figures.ledger} />
          <Source label={t("reports.ui.from_ageing")} value={figures.ages.balance} ties={figures.ageing_ties} />
          <Source label={t("reports.ui.from_items")} parts={[figures.open_debits, figures.open_credits]} ties={figures.items_tie} />
          <Source label={t("reports.ui.from_statements")} ties={figures.statements_tie} />
          {parts.map((part) => (
            <tr key={part.key} className="part">
              <td className={part.isBad ? "overdue" : "muted"}>{part.label}</td>
              <td className="end">
                <MoneyText value={part.value} overdue={part.isBad} zeroDigits />
              </td>
              <td />
            </tr>
          ))}
          {figures.untied.map((account) => (
            <tr key={account.customer_id} className="part">
              <td>
                <Link to={`/customers/${account.customer_id}?tab=ledger`}>{account.customer_name}</Link>
              </td>
              <td className="end">
                <MoneyText value={account.unexplained} overdue />
              </td>
              <td />
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

interface SourceProps {
  label: string;
  value?: string;
  /** What is shown as a difference of two. */
  parts?: [string, string];
  ties?: boolean;
}

function Source({ label, value, parts, ties }: SourceProps) {
  const t = useT();
  return (
    <tr>
      <td>{label}</td>
      <td className="end">
        {value !== undefined ? <MoneyText value={value} zeroDigits strong /> : null}
        {parts ? (
          <span className="nowrap">
            <MoneyText value={parts[0]} zeroDigits /> {"−"} <MoneyText value={parts[1]} zeroDigits />
          </span>
        ) : null}
      </td>
      <td className="end">
        {ties === undefined ? null : (
          <ToneTag tone={ties ? "good" : "bad"}>{ties ? t("reports.ui.agrees_yes") : t("reports.ui.agrees_no")}</ToneTag>
        )}
      </td>
    </tr>
  );
}

function Buckets({ figures }: { figures: CurrencyFigures }) {
  const t = useT();
  const { ages } = figures;
  const rows = [
    { key: "not_due", label: t("reports.ui.not_due"), value: ages.not_due },
    { key: "a", label: t("reports.ui.days_1_30"), value: ages.days_1_30 },
    { key: "b", label: t("reports.ui.days_31_60"), value: ages.days_31_60 },
    { key: "c", label: t("reports.ui.days_61_90"), value: ages.days_61_90 },
    { key: "d", label: t("reports.ui.days_over_90"), value: ages.days_over_90 },
    { key: "overdue", label: t("reports.ui.overdue"), value: ages.overdue, isOverdue: true },
    { key: "credit", label: t("reports.ui.on_account"), value: ages.on_account },
  ];
  return (
    <div className="figures" style={{ marginTop: 16 }}>
      {rows.map((row) => (
        <div className="figure" key={row.key}>
          <span className="figure-label">{row.label}</span>
          <span className="figure-value num">
            <MoneyText value={row.value} overdue={row.isOverdue} />
          </span>
        </div>
      ))}
    </div>
  );
}

function Exposure({ figures }: { figures: CurrencyFigures }) {
  const t = useT();
  const { exposure } = figures;
  return (
    <>
      <div className="figures" style={{ marginTop: 16 }}>
        <div className="figure">
          <span className="figure-label">{t("reports.ui.exposure")}</span>
          <span className="figure-value num">
            <MoneyText value={exposure.exposure} zeroDigits />
          </span>
        </div>
        <div className="figure">
          <span className="figure-label">{t("reports.ui.ordered_now")}</span>
          <span className="figure-value num">
            <MoneyText value={exposure.ordered} />
          </span>
        </div>
        <div className="figure">
          <span className="figure-label">{t("reports.ui.shipped_now")}</span>
          <span className="figure-value num">
            <MoneyText value={exposure.shipped} />
          </span>
        </div>
        <div className="figure">
          <span className="figure-label">{t("reports.ui.uncleared_now")}</span>
          <span className="figure-value num">
            <MoneyText value={exposure.uncleared} />
          </span>
        </div>
      </div>
      {exposure.is_whole ? null : <p className="muted">{t("reports.ui.exposure_note")}</p>}
    </>
  );
}

function ByCustomer({ day }: { day: string }) {
  const t = useT();
  const navigate = useNavigate();
  const href = (row: Ageing) => `/figures/customers/${row.customer_id}?as_of=${day}`;
  const money = (key: "balance" | "overdue" | "not_due" | "on_account", title: string): Column<Ageing> => ({
    key,
    title,
    figures: true,
    lead: key === "balance",
    render: (row) => <MoneyText value={row[key]} overdue={key === "overdue"} />,
  });
  return (
    <DataTable<Ageing>
      view="reports.customers"
      label={t("reports.ui.by_customer")}
      queryKey={["reports", "ages", day]}
      fetch={(request, signal) => getAges(day, request.after, request.limit, signal)}
      rowKey={(row) => row.account_id}
      columns={[
        { key: "customer", lead: true, title: t("reports.ui.customer"), opens: true, render: (row) => row.customer_name },
        { key: "currency", title: t("reports.ui.currency"), render: (row) => row.currency },
        money("not_due", t("reports.ui.not_due")),
        money("overdue", t("reports.ui.overdue")),
        money("on_account", t("reports.ui.on_account")),
        money("balance", t("reports.ui.balance")),
      ]}
      searchable={false}
      onOpen={(row) => void navigate(href(row))}
      openHref={href}
      empty={t("reports.ui.customers_empty")}
    />
  );
}
