import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { asProblem } from "@/api/problem";
import { Chart } from "@/kit/Chart";
import { DayInput } from "@/kit/DayInput";
import { DayText } from "@/kit/DayText";
import { dayText } from "@/kit/format";
import { useLang, useT } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Figure, Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { Scroll } from "@/kit/Scroll";
import { Sections } from "@/kit/Sections";
import {
  getCollection,
  getExpectedCash,
  getExpectedItems,
  type CashForecast,
  type CollectionFigures,
  type ExpectedItem,
} from "./api";
import "./check.css";

/** How receivables turn into money: what should come in by week, how long it takes, how well it is collected. */
export function Component() {
  const t = useT();
  const [params, setParams] = useSearchParams();
  const part = params.get("part") ?? "expected";
  return (
    <Page title={t("reports.ui.cash")}>
      <Sections
        active={part}
        onChange={(key) => setParams({ part: key })}
        items={[
          { key: "expected", label: t("reports.ui.expected_cash"), children: <Expected /> },
          { key: "dso", label: t("reports.ui.dso"), children: <Collected what="dso" /> },
          { key: "cei", label: t("reports.ui.cei"), children: <Collected what="cei" /> },
        ]}
      />
    </Page>
  );
}

function Expected() {
  const t = useT();
  const query = useQuery({ queryKey: ["reports", "expected"], queryFn: ({ signal }) => getExpectedCash(signal) });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 12 }}>
      <Panel>
        <span className="muted">{t("reports.ui.expected_text")}</span>
      </Panel>
      {query.data.length === 0 ? <Panel>{t("reports.ui.nothing_expected")}</Panel> : null}
      {query.data.map((one: CashForecast) => (
        <Forecast key={one.currency} forecast={one} />
      ))}
    </div>
  );
}

function Forecast({ forecast }: { forecast: CashForecast }) {
  const t = useT();
  const lang = useLang();
  const [slot, choose] = useState<string>("late");
  const weeks = forecast.weeks;
  const figure = (key: string, value: string, label: string) => (
    <button type="button" className="cash-figure" aria-pressed={slot === key} onClick={() => choose(key)}>
      <span className="visually-hidden">{label} </span>
      <MoneyText value={value} />
    </button>
  );
  return (
    <>
      <Panel title={forecast.currency}>
        <div className="figures" style={{ marginBottom: 12 }}>
          <Figure label={t("reports.ui.total_owed")}>
            <MoneyText value={forecast.total} zeroDigits />
          </Figure>
          <Figure label={t("reports.ui.disputed")}>
            <MoneyText value={forecast.disputed} />
          </Figure>
          <Figure label={t("reports.ui.late")}>{figure("late", forecast.late, t("reports.ui.late"))}</Figure>
          <Figure label={t("reports.ui.later")}>{figure("later", forecast.later, t("reports.ui.later"))}</Figure>
        </div>
        <Chart
          label={`${t("reports.ui.expected_cash")} ${forecast.currency}`}
          categories={weeks.map((week) => dayText(week.from, lang))}
          series={[{ name: t("reports.ui.by_habit"), values: weeks.map((week) => week.expected) }]}
          onPick={(index) => choose(weeks[index]?.from ?? "late")}
        />
        <Scroll>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t("reports.ui.week_from")}</th>
                <th scope="col" className="end">
                  {t("reports.ui.by_due")}
                </th>
                <th scope="col" className="end">
                  {t("reports.ui.by_habit")}
                </th>
              </tr>
            </thead>
            <tbody>
              {weeks.map((week) => (
                <tr key={week.from}>
                  <td className="nowrap">
                    <DayText value={week.from} />
                  </td>
                  <td className="end">
                    <MoneyText value={week.due} />
                  </td>
                  <td className="end">{figure(week.from, week.expected, `${t("reports.ui.by_habit")} ${week.from}`)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </Panel>
      <Items currency={forecast.currency} slot={slot} />
    </>
  );
}

function Items({ currency, slot }: { currency: string; slot: string }) {
  const t = useT();
  const lang = useLang();
  const query = useQuery({
    queryKey: ["reports", "expected", currency, slot],
    queryFn: ({ signal }) => getExpectedItems(currency, slot, signal),
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const name =
    slot === "late" ? t("reports.ui.late") : slot === "later" ? t("reports.ui.later") : dayText(slot, lang);
  return (
    <Panel title={t("reports.ui.items_of", { figure: name })}>
      {query.data.length === 0 ? <span className="muted">{t("reports.ui.choose_week")}</span> : <ItemTable items={query.data} />}
      {query.data.length >= 500 ? <p className="muted">{t("reports.ui.rows_capped", { n: 500 })}</p> : null}
    </Panel>
  );
}

function ItemTable({ items }: { items: ExpectedItem[] }) {
  const t = useT();
  return (
    <Scroll>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("reports.ui.customer")}</th>
            <th scope="col">{t("reports.ui.document")}</th>
            <th scope="col">{t("reports.ui.due")}</th>
            <th scope="col">{t("reports.ui.habit")}</th>
            <th scope="col">{t("reports.ui.expected_on")}</th>
            <th scope="col" className="end">
              {t("reports.ui.open")}
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.entry_id}>
              <td>
                <Link to={`/customers/${item.customer_id}?tab=open-items`}>{item.customer_name}</Link>
              </td>
              <td className="nowrap">{item.document_no}</td>
              <td className="nowrap">
                <DayText value={item.due_date} />
              </td>
              <td className="nowrap">
                {item.habit_days === null || item.habit_days === undefined ? (
                  <span className="muted">{t("reports.ui.habit_none")}</span>
                ) : (
                  t("reports.ui.habit_days", { n: item.habit_days })
                )}
              </td>
              <td className="nowrap">
                <DayText value={item.expected_on} />
              </td>
              <td className="end">
                <MoneyText value={item.open} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Collected({ what }: { what: "dso" | "cei" }) {
  const t = useT();
  const [params, setParams] = useSearchParams();
  const from = params.get("from") ?? "";
  const query = useQuery({
    queryKey: ["reports", "collection", from],
    queryFn: ({ signal }) => getCollection(from || undefined, signal),
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const isDso = what === "dso";
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 12 }}>
      <Panel>
        <span className="muted">{isDso ? t("reports.ui.dso_text") : t("reports.ui.cei_text")}</span>
        {isDso ? null : (
          <p style={{ margin: "12px 0 0" }}>
            <DayInput
              value={from || (query.data[0]?.effectiveness.from ?? "")}
              label={t("reports.ui.period_from")}
              onChange={(day) => setParams(day ? { part: "cei", from: day } : { part: "cei" })}
            />
          </p>
        )}
      </Panel>
      {query.data.length === 0 ? <Panel>{t("reports.ui.no_figures")}</Panel> : null}
      {query.data.map((one: CollectionFigures) =>
        isDso ? <Dso key={one.currency} figures={one} /> : <Cei key={one.currency} figures={one} />,
      )}
    </div>
  );
}

function Dso({ figures }: { figures: CollectionFigures }) {
  const t = useT();
  const lang = useLang();
  const points = figures.dso;
  return (
    <Panel title={figures.currency}>
      <Chart
        label={`${t("reports.ui.dso")} ${figures.currency}`}
        categories={points.map((point) => dayText(point.day, lang))}
        series={[{ name: t("reports.ui.dso"), values: points.map((point) => point.days ?? "0") }]}
        kind="line"
      />
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("reports.ui.month")}</th>
              <th scope="col" className="end">
                {t("reports.ui.balance")}
              </th>
              <th scope="col" className="end">
                {t("reports.ui.billed")}
              </th>
              <th scope="col" className="end">
                {t("reports.ui.dso")}
              </th>
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={point.day}>
                <td className="nowrap">
                  <Link to={`/figures?as_of=${point.day}`}>
                    <DayText value={point.day} />
                  </Link>
                </td>
                <td className="end">
                  <MoneyText value={point.balance} zeroDigits />
                </td>
                <td className="end">
                  <MoneyText value={point.billed} />
                </td>
                <td className="end num">
                  {point.days ? t("reports.ui.days_value", { n: point.days }) : t("reports.ui.older_than_books")}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}

function Cei({ figures }: { figures: CollectionFigures }) {
  const t = useT();
  const { effectiveness } = figures;
  return (
    <Panel title={figures.currency}>
      <div className="figures">
        <Figure label={t("reports.ui.cei")}>
          {effectiveness.percent ? t("reports.ui.percent", { n: effectiveness.percent }) : t("reports.ui.nothing_due")}
        </Figure>
        <Figure label={t("reports.ui.opening")}>
          <MoneyText value={effectiveness.opening} zeroDigits />
        </Figure>
        <Figure label={t("reports.ui.billed")}>
          <MoneyText value={effectiveness.billed} zeroDigits />
        </Figure>
        <Figure label={t("reports.ui.closing_balance")}>
          <Link to={`/figures?as_of=${effectiveness.to}`}>
            <MoneyText value={effectiveness.closing} zeroDigits />
          </Link>
        </Figure>
        <Figure label={t("reports.ui.closing_not_due")}>
          <MoneyText value={effectiveness.closing_not_due} zeroDigits />
        </Figure>
      </div>
    </Panel>
  );
}
