import { PauseCircleOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App, Button, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { useAct } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { DayText, InstantText } from "@/kit/DayText";
import { dayText, isZero, moneyText } from "@/kit/format";
import { refusedField } from "@/kit/forms";
import { useLang, useT, useValueText } from "@/kit/i18n";
import { listHref } from "@/kit/listState";
import { MoneyInput } from "@/kit/MoneyInput";
import { MoneyText } from "@/kit/MoneyText";
import { Facts, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { DialogButtons, ReasonDialog } from "@/kit/ReasonDialog";
import { Scroll } from "@/kit/Scroll";
import { useCan, useToday } from "@/kit/session";
import type { SlotProps } from "@/kit/slots";
import { StateTag, ToneTag } from "@/kit/StateTag";
import {
  addIncrease,
  clearBadDebt,
  creditKey,
  decisionsKey,
  endIncrease,
  getCredit,
  groupsKey,
  holdsKey,
  listDecisions,
  listGroups,
  listHolds,
  MOVED,
  setHold,
  setTerms,
  type CreditHoldItem,
  type CreditView,
  type DecisionView,
  type GroupView,
  type RuleView,
} from "./api";
import { DecisionDrawer, Parts } from "./DecisionDrawer";
import { ExposureStack } from "./ExposureStack";
import { useFindingText } from "./Reasons";
import { RulesEditor } from "./RulesEditor";
import { RESULT_TONES } from "./tones";
import "./credit.css";

/** On the customer's page: exposure against the limit and where it comes from, rules, what waits, checks. */
export default function CreditTab({ customerId }: SlotProps["customer.tab"]) {
  const query = useQuery({
    queryKey: creditKey(customerId),
    queryFn: ({ signal }) => getCredit(customerId, signal),
  });
  const [check, setCheck] = useState<string | null>(null);
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  return (
    <div className="credit-parts">
      {query.data.map((view: CreditView) => (
        <AccountCredit key={view.exposure.account_id} view={view} customerId={customerId} />
      ))}
      <Waits customerId={customerId} onCheck={setCheck} />
      <Checks customerId={customerId} onCheck={setCheck} />
      <DecisionDrawer id={check} onClose={() => setCheck(null)} />
    </div>
  );
}

function AccountCredit({ view, customerId }: { view: CreditView; customerId: string }) {
  const t = useT();
  const customer = { customer_id: customerId };
  return (
    <>
      <Panel title={`${t("credit.ui.made_of")} · ${view.exposure.currency}`}>
        <ExposureStack
          view={view.exposure}
          hrefs={{
            ordered: listHref("/orders", { filter: { ...customer, state: "confirmed" } }),
            shipped: listHref("/deliveries", { filter: { ...customer, state: "released" } }),
            receivable: `/customers/${customerId}?tab=open-items`,
            uncleared: listHref("/receipts", { filter: customer }),
            credits: listHref("/receipts-on-account", { filter: customer }),
          }}
        />
        <Limit view={view} customerId={customerId} />
      </Panel>
      <Panel title={t("credit.ui.paper_title")}>
        <p className="muted" style={{ marginTop: 0 }}>
          {t("credit.ui.paper_help", { applied: moneyText(view.applied, { zero: "digits" }) })}
        </p>
        {view.parts.length === 0 ? t("credit.ui.paper_none") : <Parts parts={view.parts} />}
        {view.part_count > view.parts.length ? (
          <p className="muted">{t("credit.ui.paper_more", { n: view.part_count - view.parts.length })}</p>
        ) : null}
      </Panel>
      <Rules view={view} customerId={customerId} />
    </>
  );
}

/** Where the limit comes from, and what a person lays down. */
function Limit({ view, customerId }: { view: CreditView; customerId: string }) {
  const t = useT();
  const can = useCan();
  const { message } = App.useApp();
  const [dialog, setDialog] = useState<"hold" | "clear" | "increase" | "terms" | null>(null);
  const manage = can("credit.manage");
  const close = () => setDialog(null);
  const saved = () => {
    close();
    void message.success(t("credit.ui.saved"));
  };
  const hold = useAct({ act: (why: string) => setHold(customerId, why), touches: MOVED, onDone: saved });
  const clear = useAct({ act: (why: string) => clearBadDebt(customerId, why), touches: MOVED, onDone: saved });
  const end = useAct({ act: (id: string) => endIncrease(id), touches: MOVED, onDone: saved });
  const digits = (value: string) => moneyText(value, { zero: "digits" });
  return (
    <div className="credit-limit">
      {view.manual_hold ? (
        <div className="credit-note">
          <ToneTag tone="bad">{t("credit.ui.held_by_hand", { reason: view.manual_hold })}</ToneTag>
          {manage ? (
            <Button size="small" loading={hold.busy} onClick={() => hold.run("")}>
              {t("credit.ui.let_go")}
            </Button>
          ) : null}
        </div>
      ) : null}
      {isZero(view.bad_debt_uncleared) ? null : (
        <div className="credit-note">
          <ToneTag tone="warn">{t("credit.ui.bad_debt", { amount: digits(view.bad_debt_uncleared) })}</ToneTag>
          {manage ? (
            <Button size="small" onClick={() => setDialog("clear")}>
              {t("credit.ui.bad_debt_clear")}
            </Button>
          ) : null}
        </div>
      )}
      <LimitFacts view={view} ending={end.busy} onEnd={manage ? end.run : undefined} />
      <ProblemAlert problem={end.problem} />
      {manage ? (
        <div style={{ display: "flex", flexWrap: "wrap", gap: 8 }}>
          <Button icon={<PlusOutlined aria-hidden />} onClick={() => setDialog("increase")}>
            {t("credit.ui.increase_add")}
          </Button>
          <Button onClick={() => setDialog("terms")}>{t("credit.ui.terms_edit")}</Button>
          {view.manual_hold ? null : (
            <Button danger icon={<PauseCircleOutlined aria-hidden />} onClick={() => setDialog("hold")}>
              {t("credit.ui.hold_everything")}
            </Button>
          )}
        </div>
      ) : null}
      <ReasonDialog
        open={dialog === "hold"}
        title={t("credit.ui.hold_title")}
        confirm={t("credit.ui.hold_confirm")}
        danger
        busy={hold.busy}
        problem={hold.problem}
        onConfirm={hold.run}
        onClose={close}
      >
        {t("credit.ui.hold_what")}
      </ReasonDialog>
      <ReasonDialog
        open={dialog === "clear"}
        title={t("credit.ui.bad_debt_title")}
        confirm={t("credit.ui.save")}
        busy={clear.busy}
        problem={clear.problem}
        onConfirm={clear.run}
        onClose={close}
      />
      <Modal open={dialog === "increase"} title={t("credit.ui.increase_title")} footer={null} destroyOnHidden onCancel={close}>
        <IncreaseForm customerId={customerId} currency={view.exposure.currency} onDone={saved} onClose={close} />
      </Modal>
      <Modal open={dialog === "terms"} title={t("credit.ui.terms_edit")} footer={null} destroyOnHidden onCancel={close}>
        <TermsForm customerId={customerId} view={view} onDone={saved} onClose={close} />
      </Modal>
    </div>
  );
}

interface LimitFactsProps {
  view: CreditView;
  ending: boolean;
  onEnd?: (id: string) => void;
}

function LimitFacts({ view, ending, onEnd }: LimitFactsProps) {
  const t = useT();
  const lang = useLang();
  const { group } = view;
  const digits = (value: string) => moneyText(value, { zero: "digits" });
  return (
    <Facts
      items={[
        {
          key: "base",
          name: t("credit.ui.base_limit"),
          value: view.base_limit ? <MoneyText value={view.base_limit} zeroDigits /> : t("credit.ui.unlimited"),
        },
        ...(view.limit_until
          ? [{ key: "until", name: t("credit.ui.limit_until"), value: <DayText value={view.limit_until} /> }]
          : []),
        ...(group
          ? [
              {
                key: "group",
                name: t("credit.ui.group"),
                value: t("credit.ui.group_used", {
                  name: group.name,
                  exposure: digits(group.exposure),
                  limit: group.limit ? digits(group.limit) : t("credit.ui.unlimited"),
                }),
              },
            ]
          : []),
        ...(view.increases.length > 0
          ? [
              {
                key: "increases",
                name: t("credit.ui.increases"),
                value: (
                  <div className="credit-notes">
                    {view.increases.map((one) => (
                      <div key={one.id} className={one.in_force ? "credit-note" : "credit-note muted"}>
                        <span>
                          {t("credit.ui.increase_of", {
                            amount: digits(one.amount),
                            from: dayText(one.from_day, lang),
                            until: dayText(one.until_day, lang),
                            reason: one.reason,
                          })}
                        </span>
                        {onEnd ? (
                          <Button size="small" loading={ending} onClick={() => onEnd(one.id)}>
                            {t("credit.ui.increase_end")}
                          </Button>
                        ) : null}
                      </div>
                    ))}
                  </div>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

interface FormProps {
  customerId: string;
  onDone: () => void;
  onClose: () => void;
}

function IncreaseForm({ customerId, currency, onDone, onClose }: FormProps & { currency: string }) {
  const t = useT();
  const today = useToday();
  const [amount, setAmount] = useState("");
  const [from, setFrom] = useState<string | null>(today);
  const [until, setUntil] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const act = useAct({
    act: () => addIncrease(customerId, { amount, from_day: from, until_day: until ?? "", reason }),
    touches: MOVED,
    onDone,
  });
  const run = () => act.run(undefined);
  return (
    <Form layout="vertical" onFinish={run}>
      <Form.Item label={t("credit.ui.amount")} htmlFor="increase" {...refusedField(act.problem, "amount")}>
        <MoneyInput id="increase" autoFocus currency={currency} value={amount} onChange={setAmount} />
      </Form.Item>
      <div className="two">
        <Form.Item label={t("credit.ui.from")} htmlFor="increase-from">
          <DayInput id="increase-from" value={from} onChange={setFrom} />
        </Form.Item>
        <Form.Item label={t("credit.ui.until")} htmlFor="increase-until" {...refusedField(act.problem, "until_day")}>
          <DayInput id="increase-until" value={until} onChange={setUntil} />
        </Form.Item>
      </div>
      <Form.Item label={t("credit.ui.reason")} htmlFor="increase-reason" {...refusedField(act.problem, "reason")}>
        <Input id="increase-reason" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </Form.Item>
      <ProblemAlert problem={act.problem} onRetry={run} />
      <DialogButtons
        confirm={t("credit.ui.save")}
        busy={act.busy}
        disabled={!amount || !until}
        onConfirm={run}
        onClose={onClose}
      />
    </Form>
  );
}

function TermsForm({ customerId, view, onDone, onClose }: FormProps & { view: CreditView }) {
  const t = useT();
  const [until, setUntil] = useState<string | null>(view.limit_until ?? null);
  const [group, setGroup] = useState<string | null>(view.group?.id ?? null);
  const groups = useQuery({ queryKey: groupsKey, queryFn: ({ signal }) => listGroups(signal) });
  const act = useAct({
    act: () => setTerms(customerId, { limit_until: until, group_id: group }),
    touches: MOVED,
    onDone,
  });
  const run = () => act.run(undefined);
  const fitting = (groups.data ?? []).filter((one: GroupView) => one.currency === view.exposure.currency);
  return (
    <Form layout="vertical" onFinish={run}>
      <Form.Item label={t("credit.ui.limit_until")} htmlFor="limit-until">
        <DayInput id="limit-until" value={until} onChange={setUntil} />
      </Form.Item>
      <Form.Item label={t("credit.ui.group")} htmlFor="credit-group" {...refusedField(act.problem, "group_id")}>
        <Select
          id="credit-group"
          allowClear
          placeholder={t("credit.ui.group_none")}
          value={group}
          options={fitting.map((one: GroupView) => ({ value: one.id, label: one.name }))}
          onChange={(value: string | undefined) => setGroup(value ?? null)}
        />
      </Form.Item>
      <ProblemAlert problem={act.problem} onRetry={run} />
      <DialogButtons confirm={t("credit.ui.save")} busy={act.busy} onConfirm={run} onClose={onClose} />
    </Form>
  );
}

/** The rules in force, with what each finds as things stand. */
function Rules({ view, customerId }: { view: CreditView; customerId: string }) {
  const t = useT();
  const can = useCan();
  const word = useValueText();
  const text = useFindingText();
  const [editing, setEditing] = useState(false);
  const measure = (rule: RuleView) => {
    const { percent, days } = rule;
    if (rule.kind === "usage" || rule.kind === "group_usage") return t("credit.ui.percent_of", { percent });
    if (rule.kind === "overdue")
      return t("credit.ui.more_than_overdue", { amount: moneyText(rule.amount, { zero: "digits" }), days });
    if (rule.kind === "oldest" || rule.kind === "unanswered") return t("credit.ui.more_days", { days });
    if (rule.kind === "previous_batch") return t("credit.ui.more_documents", { days });
    return "";
  };
  return (
    <Panel title={t("credit.ui.rules")}>
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("credit.ui.rule")}</th>
              <th scope="col">{t("credit.ui.measure")}</th>
              <th scope="col">{t("credit.ui.at_order")}</th>
              <th scope="col">{t("credit.ui.at_shipment")}</th>
              <th scope="col">{t("credit.ui.laid_down")}</th>
              <th scope="col">{t("credit.ui.now")}</th>
            </tr>
          </thead>
          <tbody>
            {view.rules.map((rule, at) => (
              <tr key={`${rule.kind} ${at}`}>
                <td>{word("credit.rule", rule.kind)}</td>
                <td>{measure(rule)}</td>
                <td>{word("credit.action", rule.at_order)}</td>
                <td>{word("credit.action", rule.at_shipment)}</td>
                <td>{word("credit.scope", rule.scope)}</td>
                <td>
                  {rule.broken ? (
                    <ToneTag tone={rule.broken.action === "block" ? "bad" : "warn"}>{text(rule.broken)}</ToneTag>
                  ) : (
                    <ToneTag tone="quiet">{t("credit.ui.kept")}</ToneTag>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {can("credit.manage") ? (
        <Button style={{ marginTop: 12 }} onClick={() => setEditing(true)}>
          {t("credit.ui.edit_rules")}
        </Button>
      ) : null}
      <Modal
        open={editing}
        width={860}
        title={t("credit.ui.rules")}
        footer={null}
        destroyOnHidden
        onCancel={() => setEditing(false)}
      >
        <RulesEditor of={{ scope: "account", id: customerId }} currency={view.exposure.currency} />
      </Modal>
    </Panel>
  );
}

function Waits({ customerId, onCheck }: { customerId: string; onCheck: (id: string) => void }) {
  const t = useT();
  const word = useValueText();
  const text = useFindingText();
  const request = { limit: 50, filter: { customer_id: customerId, state: "waiting" } };
  const query = useQuery({
    queryKey: [...holdsKey, request],
    queryFn: ({ signal }) => listHolds(request, signal),
  });
  const rows: CreditHoldItem[] = query.data?.items ?? [];
  return (
    <Panel title={t("credit.ui.waits_here")}>
      {rows.length === 0 ? <span className="muted">{t("credit.ui.nothing_waits")}</span> : null}
      {rows.length > 0 ? (
        <Scroll>
          <table className="plain">
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <td>
                    <button type="button" className="row-link" onClick={() => onCheck(row.decision_id)}>
                      {word("credit.document", row.document_kind)} {row.document_no || t("credit.ui.draft")}
                    </button>
                  </td>
                  <td>
                    <InstantText value={row.held_at} />
                  </td>
                  <td>{row.reasons.map(text).join(" · ")}</td>
                  <td className="end">
                    <MoneyText value={row.amount} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      ) : null}
    </Panel>
  );
}

function Checks({ customerId, onCheck }: { customerId: string; onCheck: (id: string) => void }) {
  const t = useT();
  const word = useValueText();
  const request = { limit: 20, sort: "-id", filter: { customer_id: customerId } };
  const query = useQuery({
    queryKey: [...decisionsKey, request],
    queryFn: ({ signal }) => listDecisions(request, signal),
  });
  const rows: DecisionView[] = query.data?.items ?? [];
  return (
    <Panel title={t("credit.ui.checks_of")}>
      {query.data && rows.length === 0 ? <span className="muted">{t("credit.ui.checks_empty")}</span> : null}
      {rows.length > 0 ? (
        <Scroll>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t("credit.ui.at")}</th>
                <th scope="col">{t("credit.ui.event")}</th>
                <th scope="col" className="end">
                  {t("credit.ui.amount")}
                </th>
                <th scope="col" className="end">
                  {t("credit.ui.exposure")}
                </th>
                <th scope="col" className="end">
                  {t("credit.ui.limit")}
                </th>
                <th scope="col">{t("credit.ui.result")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <td>
                    <button type="button" className="row-link" onClick={() => onCheck(row.id)}>
                      <InstantText value={row.at} />
                    </button>
                  </td>
                  <td>{word("credit.event", row.event)}</td>
                  <td className="end">
                    <MoneyText value={row.amount} />
                  </td>
                  <td className="end">
                    <MoneyText value={row.exposure} zeroDigits />
                  </td>
                  <td className="end">
                    {row.limit ? <MoneyText value={row.limit} zeroDigits /> : t("credit.ui.unlimited")}
                  </td>
                  <td>
                    <StateTag prefix="credit.result" state={row.result} tones={RESULT_TONES} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      ) : null}
    </Panel>
  );
}
