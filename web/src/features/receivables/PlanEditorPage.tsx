import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App, Button, Checkbox, Form, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { asProblem } from "@/api/problem";
import { useAct, useMoneyAct, usePreview } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { DayText } from "@/kit/DayText";
import { isZero, moneyText, readDecimal } from "@/kit/format";
import { refusedField } from "@/kit/forms";
import { useHotkeys } from "@/kit/hooks";
import { useT, useValueText } from "@/kit/i18n";
import { CustomerSelect } from "@/kit/lookups";
import { MoneyInput } from "@/kit/MoneyInput";
import { MoneyText } from "@/kit/MoneyText";
import { Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { Scroll } from "@/kit/Scroll";
import { useToday } from "@/kit/session";
import { ToneTag } from "@/kit/StateTag";
import { getOpenItems, openItemsKey, type OpenAccount, type OpenItemView } from "./api";
import {
  BREACH_RULES,
  PLAN_TOUCHES,
  STEPS,
  agreePlan,
  changePlan,
  getPlan,
  plansKey,
  previewPlan,
  proposePlan,
  type PlanDetail,
  type PlanPreviewBody,
} from "./plansApi";

/** A new plan over open items of a customer, or other rows for one that is in force. */
export function Component() {
  const { id } = useParams();
  return id ? <Change id={id} /> : <New />;
}

function New() {
  const t = useT();
  const [params, setParams] = useSearchParams();
  const customer = params.get("customer");
  const query = useQuery({
    queryKey: openItemsKey(customer ?? ""),
    queryFn: ({ signal }) => getOpenItems(customer ?? "", signal),
    enabled: customer !== null,
    staleTime: 0,
  });
  return (
    <Page title={t("receivables.ui.plan_new")}>
      <Panel>
        <Form.Item label={t("receivables.ui.customer")} htmlFor="plan-customer" layout="vertical" style={{ maxWidth: 420 }}>
          <CustomerSelect
            id="plan-customer"
            autoFocus={customer === null}
            value={customer}
            onChange={(chosen) => setParams(chosen ? { customer: chosen } : {}, { replace: true })}
            width="100%"
          />
        </Form.Item>
        {customer === null ? <p className="muted">{t("receivables.ui.plan_choose_customer")}</p> : null}
        {query.error ? (
          <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
        ) : customer !== null && !query.data ? (
          <Waiting />
        ) : null}
      </Panel>
      {(query.data ?? []).map((account: OpenAccount) => (
        <NewOfAccount key={account.account_id} account={account} />
      ))}
    </Page>
  );
}

function NewOfAccount({ account }: { account: OpenAccount }) {
  const t = useT();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const debits: OpenItemView[] = account.debits;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(debits.map((item) => item.entry_id)));
  const agree = useMoneyAct({
    act: (terms: Terms, key) =>
      agreePlan(
        {
          account_id: account.account_id,
          items: debits
            .filter((item) => chosen.has(item.entry_id))
            .map((item) => ({ entry_id: item.entry_id, expected_open: item.open })),
          rows: terms.rows,
          breach_days: terms.breach_days,
          breach_rule: terms.breach_rule,
          note: terms.note,
        },
        key,
      ),
    touches: PLAN_TOUCHES,
    onDone: (plan) => {
      message.success(t("receivables.ui.plan_done", { no: plan.no }));
      void navigate(`/payment-plans/${plan.id}`);
    },
  });
  if (debits.length === 0) {
    return (
      <Panel title={account.currency}>
        <p className="muted">{t("receivables.ui.plan_nothing_open")}</p>
      </Panel>
    );
  }
  const toggle = (entry: string, isIn: boolean) => {
    const next = new Set(chosen);
    if (isIn) next.add(entry);
    else next.delete(entry);
    setChosen(next);
  };
  return (
    <Panel title={`${t("receivables.ui.plan_items")} ${account.currency}`}>
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("receivables.ui.no")}</th>
              <th scope="col">{t("receivables.ui.due")}</th>
              <th scope="col" className="end">
                {t("receivables.ui.open")}
              </th>
            </tr>
          </thead>
          <tbody>
            {debits.map((item) => (
              <tr key={item.entry_id}>
                <td>
                  <Checkbox
                    checked={chosen.has(item.entry_id)}
                    onChange={(event) => toggle(item.entry_id, event.target.checked)}
                  >
                    {item.document_no}
                  </Checkbox>
                </td>
                <td>
                  <DayText value={item.due_date} />
                </td>
                <td className="end">
                  <MoneyText value={item.open} overdue={item.days_overdue > 0} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <TermsForm
        currency={account.currency}
        of={{ account_id: account.account_id, entry_ids: [...chosen] }}
        isReady={chosen.size > 0}
        noteLabel={t("receivables.ui.bad_debt_note")}
        confirm={t("receivables.ui.plan_agree")}
        act={agree}
      />
    </Panel>
  );
}

function Change({ id }: { id: string }) {
  const t = useT();
  const query = useQuery({ queryKey: [...plansKey, id], queryFn: ({ signal }) => getPlan(id, signal), staleTime: 0 });
  const plan = query.data;
  return (
    <Page title={plan ? t("receivables.ui.plan_change_title", { no: plan.no }) : t("receivables.ui.plan_change")}>
      {query.error ? (
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : plan ? (
        <ChangeOf plan={plan} />
      ) : (
        <Waiting />
      )}
    </Page>
  );
}

function ChangeOf({ plan }: { plan: PlanDetail }) {
  const t = useT();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const change = useMoneyAct({
    act: (terms: Terms, key) =>
      changePlan(
        plan.id,
        { rows: terms.rows, breach_days: terms.breach_days, breach_rule: terms.breach_rule, reason: terms.note },
        key,
      ),
    touches: PLAN_TOUCHES,
    onDone: (done) => {
      message.success(t("receivables.ui.plan_changed", { no: done.no }));
      void navigate(`/payment-plans/${done.id}`);
    },
  });
  return (
    <Panel>
      <p className="muted">{t("receivables.ui.plan_change_help", { amount: moneyText(plan.left, { zero: "digits" }) })}</p>
      <TermsForm
        currency={plan.currency}
        of={{ account_id: plan.account_id, plan_id: plan.id }}
        isReady={plan.state === "active"}
        first={{ breach_days: plan.breach_days, breach_rule: plan.breach_rule }}
        noteLabel={t("receivables.ui.plan_change_reason")}
        noteField="reason"
        confirm={t("receivables.ui.plan_change_confirm")}
        act={change}
      />
    </Panel>
  );
}

interface Terms {
  rows: { due_date: string; amount: string }[];
  breach_days: number;
  breach_rule: string;
  note: string;
}

interface Row {
  key: number;
  due_date: string;
  amount: string;
}

interface TermsFormProps {
  currency: string;
  /** What the rows are over. */
  of: Omit<PlanPreviewBody, "rows">;
  isReady: boolean;
  first?: { breach_days: number; breach_rule: string };
  noteLabel: string;
  noteField?: string;
  confirm: string;
  act: { run: (terms: Terms) => void; busy: boolean; problem: ReturnType<typeof asProblem> | null };
}

let lastKey = 0;
const row = (due_date: string, amount: string): Row => ({ key: ++lastKey, due_date, amount });

/** Proposes equal rows, lets them be changed by hand, and says how far they are from what is open. */
function TermsForm(props: TermsFormProps) {
  const t = useT();
  const word = useValueText();
  const today = useToday();
  const [rows, setRows] = useState<Row[]>([]);
  const [days, setDays] = useState(props.first?.breach_days ?? 7);
  const [rule, setRule] = useState(props.first?.breach_rule ?? "remind");
  const [note, setNote] = useState("");
  const sent = rows.map(({ due_date, amount }) => ({ due_date, amount }));
  const isWhole = rows.length > 0 && rows.every((one) => one.due_date !== "" && readDecimal(one.amount) !== null);
  const preview = usePreview(
    ["payment-plan-preview"],
    isWhole && props.isReady ? { ...props.of, rows: sent } : null,
    previewPlan,
  );
  const fits = preview.data !== undefined && !preview.stale && isZero(preview.data.difference);
  const save = () => {
    if (fits && !props.act.busy) props.act.run({ rows: sent, breach_days: days, breach_rule: rule, note: note.trim() });
  };
  useHotkeys({ "ctrl+enter": save });
  return (
    <Form layout="vertical" onFinish={save} style={{ marginTop: 16 }}>
      <Proposal
        of={props.of}
        isReady={props.isReady}
        onRows={(proposed) => setRows(proposed.map((one) => row(one.due_date, one.amount)))}
      />
      {rows.length > 0 ? <RowsTable currency={props.currency} rows={rows} onRows={setRows} /> : null}
      <div className="figures" style={{ margin: "8px 0 16px", alignItems: "center" }}>
        <Button icon={<PlusOutlined aria-hidden />} onClick={() => setRows([...rows, row(rows.at(-1)?.due_date ?? today, "")])}>
          {t("receivables.ui.plan_row_add")}
        </Button>
        {preview.data ? (
          <span role="status" style={{ opacity: preview.stale ? 0.6 : 1 }}>
            {t("receivables.ui.plan_sums", {
              open: moneyText(preview.data.open, { zero: "digits" }),
              agreed: moneyText(preview.data.agreed, { zero: "digits" }),
            })}{" "}
            {isZero(preview.data.difference) ? (
              <ToneTag tone="good">{t("receivables.ui.plan_fits")}</ToneTag>
            ) : (
              <ToneTag tone="warn">
                {t("receivables.ui.plan_differs", { amount: moneyText(preview.data.difference) })}
              </ToneTag>
            )}
          </span>
        ) : null}
      </div>
      <ProblemAlert problem={preview.problem} />
      <div className="two">
        <Form.Item
          label={t("receivables.ui.plan_breach_days")}
          htmlFor="plan-breach-days"
          {...refusedField(props.act.problem, "breach_days")}
        >
          <InputNumber id="plan-breach-days" min={0} max={365} value={days} onChange={(value) => setDays(value ?? 0)} />
        </Form.Item>
        <Form.Item label={t("receivables.ui.plan_rule")} htmlFor="plan-breach-rule">
          <Select
            id="plan-breach-rule"
            value={rule}
            onChange={setRule}
            options={BREACH_RULES.map((value) => ({ value, label: word("receivables.breach_rule", value) }))}
          />
        </Form.Item>
      </div>
      <Form.Item
        label={props.noteLabel}
        htmlFor="plan-note"
        required={props.noteField !== undefined}
        {...refusedField(props.act.problem, props.noteField ?? "note")}
      >
        <Input.TextArea id="plan-note" rows={2} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      </Form.Item>
      <ProblemAlert problem={props.act.problem} onRetry={save} />
      <Button type="primary" htmlType="submit" loading={props.act.busy} disabled={!fits || (props.noteField !== undefined && note.trim() === "")}>
        {props.confirm}
      </Button>
    </Form>
  );
}

/** The rows as typed. */
function RowsTable({ currency, rows, onRows }: { currency: string; rows: Row[]; onRows: (rows: Row[]) => void }) {
  const t = useT();
  const put = (key: number, change: Partial<Row>) =>
    onRows(rows.map((one) => (one.key === key ? { ...one, ...change } : one)));
  return (
    <Scroll>
      <table className="plain" aria-label={t("receivables.ui.plan_rows")}>
        <thead>
          <tr>
            <th scope="col">{t("receivables.ui.plan_row")}</th>
            <th scope="col">{t("receivables.ui.due")}</th>
            <th scope="col" className="end">{`${t("receivables.ui.amount")} ${currency}`}</th>
            <th scope="col">
              <span className="visually-hidden">{t("receivables.ui.plan_row_remove")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one, at) => (
            <tr key={one.key}>
              <td>{at + 1}</td>
              <td>
                <DayInput
                  value={one.due_date}
                  onChange={(due_date) => put(one.key, { due_date: due_date ?? "" })}
                  label={t("receivables.ui.plan_row_due", { n: at + 1 })}
                />
              </td>
              <td className="end">
                <MoneyInput
                  value={one.amount}
                  onChange={(amount) => put(one.key, { amount })}
                  label={t("receivables.ui.plan_row_amount", { n: at + 1 })}
                  width={140}
                />
              </td>
              <td>
                <Button
                  type="text"
                  icon={<DeleteOutlined aria-hidden />}
                  aria-label={t("receivables.ui.plan_row_remove_n", { n: at + 1 })}
                  onClick={() => onRows(rows.filter((other) => other.key !== one.key))}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

interface ProposalProps {
  of: Omit<PlanPreviewBody, "rows">;
  isReady: boolean;
  onRows: (rows: { due_date: string; amount: string }[]) => void;
}

function Proposal({ of, isReady, onRows }: ProposalProps) {
  const t = useT();
  const word = useValueText();
  const today = useToday();
  const [count, setCount] = useState(3);
  const [first, setFirst] = useState(today);
  const [step, setStep] = useState<string>("month");
  const propose = useAct({
    act: () => proposePlan({ ...of, count, first_due: first, step }),
    onDone: (proposal) => onRows(proposal.rows),
  });
  return (
    <>
      <div style={{ display: "flex", flexWrap: "wrap", gap: 12, alignItems: "end", marginBottom: 12 }}>
        <Form.Item label={t("receivables.ui.plan_count")} htmlFor="plan-count" style={{ margin: 0 }}>
          <InputNumber id="plan-count" min={1} max={120} value={count} onChange={(value) => setCount(value ?? 1)} />
        </Form.Item>
        <Form.Item label={t("receivables.ui.plan_first_due")} style={{ margin: 0 }}>
          <DayInput value={first} onChange={(day) => setFirst(day ?? "")} label={t("receivables.ui.plan_first_due")} />
        </Form.Item>
        <Form.Item label={t("receivables.ui.plan_step")} htmlFor="plan-step" style={{ margin: 0, minWidth: 140 }}>
          <Select
            id="plan-step"
            value={step}
            onChange={setStep}
            options={STEPS.map((value) => ({ value, label: word("receivables.plan_step", value) }))}
          />
        </Form.Item>
        <Button loading={propose.busy} disabled={!isReady || first === ""} onClick={() => propose.run(undefined)}>
          {t("receivables.ui.plan_propose")}
        </Button>
      </div>
      <ProblemAlert problem={propose.problem} />
    </>
  );
}
