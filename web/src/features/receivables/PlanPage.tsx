import { useQuery } from "@tanstack/react-query";
import { Alert, App, Button } from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { asProblem } from "@/api/problem";
import { useMoneyAct } from "@/kit/act";
import { DayText } from "@/kit/DayText";
import { isZero, moneyText } from "@/kit/format";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Figure, Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { ReasonDialog } from "@/kit/ReasonDialog";
import { Scroll } from "@/kit/Scroll";
import { useCan } from "@/kit/session";
import { StateTag, ToneTag } from "@/kit/StateTag";
import { PLAN_TOUCHES, endPlan, getPlan, plansKey, type PlanDetail } from "./plansApi";
import { STANDING_TONES } from "./PlansPage";

/** A payment plan: its rows and what is left of each, the items it is about, and its versions. */
export function Component() {
  const t = useT();
  const { id = "" } = useParams();
  const query = useQuery({ queryKey: [...plansKey, id], queryFn: ({ signal }) => getPlan(id, signal) });
  const plan = query.data;
  if (query.error) {
    return (
      <Page title={t("receivables.ui.plan")}>
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      </Page>
    );
  }
  if (!plan) return <Waiting />;
  return (
    <Page
      title={t("receivables.ui.plan_title", { no: plan.no })}
      beside={<StateTag prefix="receivables.plan_state" state={plan.standing} tones={STANDING_TONES} />}
      tools={<Tools plan={plan} />}
    >
      <Panel>
        <Figures plan={plan} />
        <Replaced plan={plan} />
        {isZero(plan.beyond) ? null : (
          <Alert
            type="warning"
            showIcon
            style={{ marginTop: 12 }}
            title={t("receivables.ui.plan_beyond", { amount: moneyText(plan.beyond) })}
          />
        )}
      </Panel>
      <Rows plan={plan} />
      <Items plan={plan} />
      <Versions plan={plan} />
    </Page>
  );
}

function Tools({ plan }: { plan: PlanDetail }) {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [ending, setEnding] = useState(false);
  const end = useMoneyAct({
    act: (reason: string, key) => endPlan(plan.id, reason, key),
    touches: PLAN_TOUCHES,
    onDone: () => {
      message.success(t("receivables.ui.plan_ended", { no: plan.no }));
      setEnding(false);
    },
  });
  if (!can("receivables.write") || plan.state !== "active") return null;
  return (
    <>
      <Button disabled={isZero(plan.left)} onClick={() => void navigate(`/payment-plans/${plan.id}/change`)}>
        {t("receivables.ui.plan_change")}
      </Button>
      <Button onClick={() => setEnding(true)}>{t("receivables.ui.plan_end")}</Button>
      <ReasonDialog
        open={ending}
        title={t("receivables.ui.plan_end_title", { no: plan.no })}
        confirm={t("receivables.ui.plan_end_confirm")}
        busy={end.busy}
        problem={end.problem}
        onConfirm={end.run}
        onClose={() => {
          end.reset();
          setEnding(false);
        }}
      >
        {t("receivables.ui.plan_end_help", { amount: moneyText(plan.left, { zero: "digits" }) })}
      </ReasonDialog>
    </>
  );
}

function Figures({ plan }: { plan: PlanDetail }) {
  const t = useT();
  const word = useValueText();
  return (
    <div className="figures">
      <Figure label={t("receivables.ui.customer")}>
        <Link to={`/customers/${plan.customer_id}`}>{plan.customer_name}</Link>
      </Figure>
      <Figure label={t("receivables.ui.plan_agreed_on")}>
        <DayText value={plan.agreed_on} />
      </Figure>
      <Figure label={t("receivables.ui.plan_total")}>
        <MoneyText value={plan.total} currency={plan.currency} />
      </Figure>
      <Figure label={t("receivables.ui.plan_left")}>
        <MoneyText value={plan.left} strong />
      </Figure>
      <Figure label={t("receivables.ui.plan_late")}>
        <MoneyText value={plan.late} overdue />
      </Figure>
      <Figure label={t("receivables.ui.plan_rule")}>
        {t("receivables.ui.plan_rule_after", {
          n: plan.breach_days,
          rule: word("receivables.breach_rule", plan.breach_rule),
        })}
      </Figure>
      {plan.note ? <Figure label={t("receivables.ui.bad_debt_note")}>{plan.note}</Figure> : null}
    </div>
  );
}

function Replaced({ plan }: { plan: PlanDetail }) {
  const t = useT();
  const latest = plan.versions[0];
  if (plan.state === "active" || !latest) return null;
  const title =
    latest.id === plan.id
      ? t("receivables.ui.plan_was_ended", { reason: plan.reason })
      : t("receivables.ui.plan_was_replaced", { version: latest.version });
  return (
    <Alert
      type="info"
      showIcon
      style={{ marginTop: 12 }}
      title={title}
      action={
        latest.id === plan.id ? undefined : (
          <Link to={`/payment-plans/${latest.id}`}>{t("receivables.ui.plan_open_latest")}</Link>
        )
      }
    />
  );
}

function Rows({ plan }: { plan: PlanDetail }) {
  const t = useT();
  const state = (row: PlanDetail["rows"][number]) => {
    if (row.left === null || row.left === undefined) return null;
    if (isZero(row.left)) return <ToneTag tone="good">{t("receivables.ui.plan_row_paid")}</ToneTag>;
    if (row.breached) return <ToneTag tone="bad">{t("receivables.ui.plan_row_breached", { n: row.days_overdue })}</ToneTag>;
    if (row.days_overdue > 0) return <ToneTag tone="warn">{t("receivables.ui.plan_row_late", { n: row.days_overdue })}</ToneTag>;
    return null;
  };
  return (
    <Panel title={t("receivables.ui.plan_rows")}>
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("receivables.ui.plan_row")}</th>
              <th scope="col">{t("receivables.ui.due")}</th>
              <th scope="col" className="end">
                {t("receivables.ui.amount")}
              </th>
              <th scope="col" className="end">
                {t("receivables.ui.plan_left")}
              </th>
              <th scope="col">{t("receivables.ui.state")}</th>
            </tr>
          </thead>
          <tbody>
            {plan.rows.map((row) => (
              <tr key={row.row_no}>
                <td>{row.row_no}</td>
                <td>
                  <DayText value={row.due_date} />
                </td>
                <td className="end">
                  <MoneyText value={row.amount} />
                </td>
                <td className="end">{row.left ? <MoneyText value={row.left} overdue={row.days_overdue > 0} /> : "–"}</td>
                <td>{state(row)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}

function Items({ plan }: { plan: PlanDetail }) {
  const t = useT();
  return (
    <Panel title={t("receivables.ui.plan_items")}>
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("receivables.ui.no")}</th>
              <th scope="col">{t("receivables.ui.plan_due_before")}</th>
              <th scope="col" className="end">
                {t("receivables.ui.plan_agreed")}
              </th>
              <th scope="col" className="end">
                {t("receivables.ui.open")}
              </th>
            </tr>
          </thead>
          <tbody>
            {plan.items.map((item) => (
              <tr key={item.entry_id}>
                <td>{item.order_id ? <Link to={`/orders/${item.order_id}`}>{item.document_no}</Link> : item.document_no}</td>
                <td>
                  <DayText value={item.due_before} />
                </td>
                <td className="end">
                  <MoneyText value={item.agreed} />
                </td>
                <td className="end">
                  <MoneyText value={item.open} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}

function Versions({ plan }: { plan: PlanDetail }) {
  const t = useT();
  const word = useValueText();
  if (plan.versions.length < 2) return null;
  return (
    <Panel title={t("receivables.ui.plan_versions")}>
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("receivables.ui.plan_version")}</th>
              <th scope="col">{t("receivables.ui.plan_agreed_on")}</th>
              <th scope="col">{t("receivables.ui.plan_cause")}</th>
              <th scope="col" className="end">
                {t("receivables.ui.plan_total")}
              </th>
              <th scope="col">{t("receivables.ui.reason")}</th>
            </tr>
          </thead>
          <tbody>
            {plan.versions.map((version) => (
              <tr key={version.id}>
                <td>
                  {version.id === plan.id ? version.version : <Link to={`/payment-plans/${version.id}`}>{version.version}</Link>}
                </td>
                <td>
                  <DayText value={version.agreed_on} />
                </td>
                <td>{word("receivables.plan_cause", version.cause)}</td>
                <td className="end">
                  <MoneyText value={version.total} />
                </td>
                <td>{version.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}
