import { useQuery } from "@tanstack/react-query";
import { App, Button, Checkbox, Form, Input, Segmented, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { asProblem, type Problem } from "@/api/problem";
import { useMoneyAct, usePreview, type Preview, type RunningAct } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { isNegative, isZero, moneyText } from "@/kit/format";
import { refusedField } from "@/kit/forms";
import { useHotkeys } from "@/kit/hooks";
import { useT, useValueText, type Translate } from "@/kit/i18n";
import { listHref } from "@/kit/listState";
import { MoneyInput } from "@/kit/MoneyInput";
import { MoneyText } from "@/kit/MoneyText";
import { Figure, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { useToday } from "@/kit/session";
import {
  ADJUSTMENT_REASONS,
  INSTRUMENT_METHODS,
  METHODS,
  PURPOSES,
  MONEY_TOUCHES,
  allocateCredits,
  enterAdjustment,
  getOpenItems,
  openItemsKey,
  previewAllocation,
  previewExpense,
  previewReceipt,
  recordReceipt,
  type AllocationAnswer,
  type OpenAccount,
  type OpenItemView,
  type OutcomeView,
} from "./api";
import { Evidence } from "./Evidence";
import { CreditList, OpenItemList } from "./WriteOffLists";
import { requestOf, type Draft, type Mode, type Paper, type Request } from "./writeOff";

interface WriteOffProps {
  customerId: string;
  /** Entries of a statement: offered as "this statement". */
  entries?: string[];
  /** "This statement" is everything on issued statements, credits included. */
  carried?: boolean;
  /** An order that new money may wait for. */
  order?: string;
  /** A first proposal. */
  amount?: string;
  /** A credit on account that is chosen from the start. */
  credit?: string;
  /** What new money is from the start. */
  paper?: Paper;
  onDone: () => void;
}

/** Left the money, right what is open, below in words what will happen before it happens. */
export function WriteOff(props: WriteOffProps) {
  const query = useQuery({
    queryKey: openItemsKey(props.customerId),
    queryFn: ({ signal }) => getOpenItems(props.customerId, signal),
    staleTime: 0,
  });
  const [accountId, setAccountId] = useState<string | null>(null);
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const accounts: OpenAccount[] = query.data;
  const holdsCredit = (one: OpenAccount) => one.credits.some((item: OpenItemView) => item.entry_id === props.credit);
  const account =
    accounts.find((one) => one.account_id === accountId) ?? accounts.find(holdsCredit) ?? accounts[0];
  if (!account) return null;
  return <Loaded {...props} account={account} accounts={accounts} onAccount={setAccountId} />;
}

interface LoadedProps extends WriteOffProps {
  account: OpenAccount;
  accounts: OpenAccount[];
  onAccount: (id: string) => void;
}

/** The entries that "this statement" means. */
function statementEntries(props: LoadedProps): string[] {
  const own = props.entries ?? [];
  if (!props.carried) return own;
  const { debits, credits } = props.account;
  const carried = [...debits, ...credits].filter((item) => item.billed).map((item) => item.entry_id);
  return [...new Set([...own, ...carried])];
}

function useDraft(props: WriteOffProps, entries: string[]) {
  const today = useToday();
  const hasStatement = entries.length > 0;
  return useState<Draft>({
    paper: props.paper ?? "receipt",
    reason_code: ADJUSTMENT_REASONS.expense[0] ?? "",
    purpose: PURPOSES[0],
    instrument: { no: "", drawer: "", due_date: "" },
    date: today,
    method: METHODS[0],
    amount: props.amount && !isZero(props.amount) && !isNegative(props.amount) ? props.amount : "",
    reference: "",
    remark: "",
    mode: props.order ? "order" : hasStatement ? "statement" : "oldest",
    items: {},
    credits: props.credit ? [props.credit] : [],
    discount: "due",
    leaveDifferences: false,
    note: "",
  });
}

function Loaded(props: LoadedProps) {
  const { account, customerId } = props;
  const entries = statementEntries(props);
  const [draft, setDraft] = useDraft(props, entries);
  const change = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
  const request = requestOf(draft, customerId, account, entries, props.order);
  const preview = usePreview(["receipt-preview", customerId], request, ask);
  const act = useWriteOff(props);
  const save = () => {
    if (request && !act.busy) act.run(request);
  };
  const choose = (mode: Mode) => () => change({ mode });
  useHotkeys({
    "ctrl+enter": save,
    "alt+a": choose("auto"),
    "alt+o": choose("oldest"),
    "alt+i": choose("items"),
    "alt+n": choose("none"),
    ...(entries.length > 0 ? { "alt+s": choose("statement") } : {}),
  });
  return (
    <>
      <div className="write-off">
        <MoneySide {...props} draft={draft} change={change} act={act} preview={preview} />
        <ItemSide {...props} entries={entries} draft={draft} change={change} preview={preview} />
      </div>
      <Foot account={account} request={request} preview={preview} act={act} onSave={save} />
    </>
  );
}

function ask(request: Request, signal: AbortSignal): Promise<OutcomeView> {
  if (request.kind === "receipt") return previewReceipt(request.body, signal);
  if (request.kind === "expense") return previewExpense(request.body, signal);
  return previewAllocation(request.accountId, request.body, signal);
}

interface Done {
  /** Empty where credits on account were used. */
  no: string;
  /** None: it waits for approval first. */
  outcome: OutcomeView | null;
  kind: Request["kind"];
  amount: string;
}

async function send(request: Request, key: string): Promise<Done> {
  const { kind } = request;
  if (kind === "receipt") return { kind, amount: "", ...(await recordReceipt(request.body, key)) };
  if (kind === "expense") {
    const { no, outcome, amount } = await enterAdjustment(request.body, key);
    return { kind, no, amount, outcome: outcome ?? null };
  }
  return { kind, no: "", amount: "", outcome: await allocateCredits(request.accountId, request.body, key) };
}

function useWriteOff(props: LoadedProps): RunningAct<Request, Done> {
  const t = useT();
  const navigate = useNavigate();
  const { message } = App.useApp();
  return useMoneyAct({
    act: send,
    touches: MONEY_TOUCHES,
    onDone: ({ no, outcome, kind, amount }) => {
      if (!outcome) {
        const paper = t("receivables.ui.paper_expense");
        message.info(t("receivables.ui.adjustment_waits", { kind: paper, no, amount: moneyText(amount) }));
        props.onDone();
        return;
      }
      const words = outcomeWords(t, outcome);
      const text =
        kind === "receipt"
          ? t("receivables.ui.saved_receipt", { no, outcome: words })
          : kind === "expense"
            ? t("receivables.ui.saved_expense", { no, outcome: words })
            : t("receivables.ui.saved_write_off", { outcome: words });
      const mayRecover = kind === "receipt" && !isZero(outcome.bad_debt) && !isZero(outcome.on_account);
      const register = listHref("/bad-debts", { filter: { customer_id: props.customerId, open: "1" } });
      message.success(
        mayRecover ? (
          <span>
            {text} {t("receivables.ui.may_recover", { amount: moneyText(outcome.bad_debt) })}
            <Button type="link" size="small" onClick={() => void navigate(register)}>
              {t("receivables.ui.go_recover")}
            </Button>
          </span>
        ) : (
          text
        ),
        mayRecover ? 12 : 6,
      );
      props.onDone();
    },
  });
}

/** "closes 3 items, leaves 120.00 on account". */
function outcomeWords(t: Translate, outcome: OutcomeView): string {
  const parts = [];
  if (outcome.closed > 0) parts.push(t("receivables.ui.will_close", { n: outcome.closed }));
  if (outcome.part_paid > 0) parts.push(t("receivables.ui.will_part", { n: outcome.part_paid }));
  if (!isZero(outcome.reserved)) {
    parts.push(t("receivables.ui.will_reserve", { amount: moneyText(outcome.reserved) }));
  }
  if (!isZero(outcome.discount)) {
    parts.push(t("receivables.ui.will_discount", { amount: moneyText(outcome.discount) }));
  }
  const small = outcome.items.find((one: OutcomeView["items"][number]) => !isZero(one.tolerance));
  if (small) parts.push(t("receivables.ui.will_difference", { amount: moneyText(small.tolerance) }));
  if (!isZero(outcome.over)) parts.push(t("receivables.ui.will_difference", { amount: moneyText(outcome.over) }));
  if (parts.length === 0) parts.push(t("receivables.ui.will_nothing"));
  if (!isZero(outcome.on_account)) {
    parts.push(t("receivables.ui.will_leave", { amount: moneyText(outcome.on_account) }));
  }
  return parts.join(t("receivables.ui.comma"));
}

interface SideProps extends LoadedProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  preview: Preview<OutcomeView>;
}

function MoneySide(props: SideProps & { act: RunningAct<Request, unknown> }) {
  const t = useT();
  const word = useValueText();
  const { account, draft, change } = props;
  const problem = props.act.problem ?? props.preview.problem;
  return (
    <Panel
      title={
        <>
          {account.customer_name} <span className="muted">{account.customer_code}</span>
        </>
      }
    >
      <Form layout="vertical">
        {props.accounts.length > 1 ? (
          <Form.Item label={t("receivables.ui.account")} htmlFor="wo-account">
            <Select
              id="wo-account"
              value={account.account_id}
              onChange={(id: string) => {
                change({ items: {}, credits: [] });
                props.onAccount(id);
              }}
              options={props.accounts.map((one) => ({ value: one.account_id, label: one.currency }))}
            />
          </Form.Item>
        ) : null}
        <Form.Item>
          <Segmented<Paper>
            block
            aria-label={t("receivables.ui.paper")}
            value={draft.paper}
            onChange={(paper) => change({ paper })}
            options={[
              { value: "receipt", label: t("receivables.ui.paper_receipt") },
              { value: "deposit", label: t("receivables.ui.paper_deposit") },
              { value: "expense", label: t("receivables.ui.paper_expense") },
            ]}
          />
        </Form.Item>
        <Form.Item
          label={t("receivables.ui.amount")}
          htmlFor="wo-amount"
          extra={account.credits.length > 0 ? t("receivables.ui.new_money_help") : undefined}
          {...refusedField(problem, "amount")}
        >
          <MoneyInput
            id="wo-amount"
            value={draft.amount}
            onChange={(amount) => change({ amount })}
            currency={account.currency}
            width="100%"
            autoFocus={!props.credit}
          />
        </Form.Item>
        <div className="two">
          <Form.Item label={t("receivables.ui.date")} htmlFor="wo-date" {...refusedField(problem, "date")}>
            <DayInput id="wo-date" value={draft.date} onChange={(date) => change({ date })} allowClear={false} />
          </Form.Item>
          {draft.paper !== "expense" ? (
            <Form.Item label={t("receivables.ui.method")} htmlFor="wo-method" {...refusedField(problem, "method")}>
              <Select
                id="wo-method"
                value={draft.method}
                onChange={(method: string) => change({ method })}
                options={METHODS.map((value) => ({ value, label: word("receivables.method", value) }))}
              />
            </Form.Item>
          ) : (
            <Form.Item
              label={t("receivables.ui.adjustment_reason")}
              htmlFor="wo-reason"
              {...refusedField(problem, "reason_code")}
            >
              <Select
                id="wo-reason"
                value={draft.reason_code}
                onChange={(reason_code: string) => change({ reason_code })}
                options={ADJUSTMENT_REASONS.expense.map((value) => ({
                  value,
                  label: word("receivables.adjustment_reason", value),
                }))}
              />
            </Form.Item>
          )}
        </div>
        {draft.paper === "deposit" ? <PurposeField draft={draft} change={change} problem={problem} /> : null}
        {draft.paper !== "expense" && INSTRUMENT_METHODS.includes(draft.method) ? (
          <InstrumentFields draft={draft} change={change} problem={problem} />
        ) : null}
        <Form.Item label={t("receivables.ui.reference")} htmlFor="wo-reference">
          <Input
            id="wo-reference"
            value={draft.reference}
            maxLength={200}
            onChange={(event) => change({ reference: event.target.value })}
          />
        </Form.Item>
        <Form.Item label={t("receivables.ui.remark")} htmlFor="wo-remark" {...refusedField(problem, "note")}>
          <Input
            id="wo-remark"
            value={draft.remark}
            maxLength={500}
            onChange={(event) => change({ remark: event.target.value })}
          />
        </Form.Item>
        {draft.paper === "receipt" ? <Settling draft={draft} change={change} problem={problem} /> : null}
      </Form>
      <CreditList
        credits={account.credits}
        chosen={draft.credits}
        used={props.preview.data}
        onChange={(credits) => change({ credits })}
      />
    </Panel>
  );
}

interface InstrumentProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  problem: Parameters<typeof refusedField>[0];
}

/** Whether the money is a deposit or a guarantee. */
function PurposeField({ draft, change, problem }: InstrumentProps) {
  const t = useT();
  const word = useValueText();
  return (
    <Form.Item
      label={t("receivables.ui.purpose")}
      htmlFor="wo-purpose"
      extra={t("receivables.ui.deposit_help")}
      {...refusedField(problem, "purpose")}
    >
      <Select
        id="wo-purpose"
        value={draft.purpose}
        onChange={(purpose: string) => change({ purpose })}
        options={PURPOSES.map((value) => ({ value, label: word("receivables.purpose", value) }))}
      />
    </Form.Item>
  );
}

/** The bill or cheque: its number, who promises to pay, and when. */
function InstrumentFields({ draft, change, problem }: InstrumentProps) {
  const t = useT();
  const { instrument } = draft;
  const set = (part: Partial<Draft["instrument"]>) => change({ instrument: { ...instrument, ...part } });
  return (
    <>
      <div className="two">
        <Form.Item
          label={t("receivables.ui.instrument_no")}
          htmlFor="wo-instrument-no"
          {...refusedField(problem, "instrument.no")}
        >
          <Input
            id="wo-instrument-no"
            value={instrument.no}
            maxLength={100}
            onChange={(event) => set({ no: event.target.value })}
          />
        </Form.Item>
        <Form.Item
          label={t("receivables.ui.matures")}
          htmlFor="wo-instrument-due"
          {...refusedField(problem, "instrument.due_date")}
        >
          <DayInput
            id="wo-instrument-due"
            value={instrument.due_date}
            onChange={(due_date) => set({ due_date: due_date ?? "" })}
          />
        </Form.Item>
      </div>
      <Form.Item label={t("receivables.ui.drawer")} htmlFor="wo-drawer" {...refusedField(problem, "instrument.drawer")}>
        <Input
          id="wo-drawer"
          value={instrument.drawer}
          maxLength={200}
          onChange={(event) => set({ drawer: event.target.value })}
        />
      </Form.Item>
    </>
  );
}

function ItemSide(props: SideProps) {
  const t = useT();
  const { account, draft, change } = props;
  const entries = props.entries ?? [];
  const modes: { value: Mode; label: string }[] = [
    { value: "auto", label: t("receivables.ui.mode_auto") },
    { value: "oldest", label: t("receivables.ui.mode_oldest") },
    ...(entries.length > 0 ? [{ value: "statement" as const, label: t("receivables.ui.mode_statement") }] : []),
    { value: "items", label: t("receivables.ui.mode_items") },
    { value: "none", label: t("receivables.ui.mode_none") },
    ...(props.order ? [{ value: "order" as const, label: t("receivables.ui.mode_order") }] : []),
  ];
  return (
    <Panel title={t("receivables.ui.open_items")}>
      <div className="dt-bar" style={{ marginBottom: 8 }}>
        <Segmented<Mode>
          aria-label={t("receivables.ui.mode")}
          value={draft.mode}
          onChange={(mode) => change({ mode })}
          options={modes}
        />
      </div>
      {draft.mode === "auto" && props.preview.data?.proposal ? (
        <Evidence proposal={props.preview.data.proposal} onUse={(found) => change(takenOver(found, account, draft))} />
      ) : null}
      <OpenItemList
        items={account.debits}
        mode={draft.mode}
        entries={entries}
        typed={draft.items}
        outcome={props.preview.data}
        stale={props.preview.stale}
        onChange={(items) => change({ items, mode: "items" })}
      />
      <p className="muted only-wide">
        {entries.length > 0 ? t("receivables.ui.mode_keys_statement") : t("receivables.ui.mode_keys")}
      </p>
    </Panel>
  );
}

/** An answer's items as if they were chosen by hand; a whole item without an amount. */
function takenOver(found: AllocationAnswer, account: OpenAccount, draft: Draft): Partial<Draft> {
  const items: Record<string, string> = {};
  for (const share of found.items) {
    const item = account.debits.find((one: OpenItemView) => one.entry_id === share.entry_id);
    items[share.entry_id] = item && item.open === share.amount ? "" : share.amount;
  }
  return { mode: "items", items, credits: [...new Set([...draft.credits, ...found.credits])] };
}

/** What is given beside the money: discount and small differences. */
function Settling({ draft, change, problem }: Pick<SideProps, "draft" | "change"> & { problem: Problem | null | undefined }) {
  const t = useT();
  return (
    <>
      <Form.Item label={t("receivables.ui.early_discount")} htmlFor="wo-discount">
        <Select
          id="wo-discount"
          value={draft.discount}
          onChange={(discount: Draft["discount"]) => change({ discount })}
          options={[
            { value: "due", label: t("receivables.ui.discount_due") },
            { value: "none", label: t("receivables.ui.discount_none") },
            { value: "grant", label: t("receivables.ui.discount_grant") },
          ]}
        />
      </Form.Item>
      {draft.discount === "grant" ? (
        <Form.Item label={t("receivables.ui.reason")} htmlFor="wo-note" required {...refusedField(problem ?? null, "note")}>
          <Input id="wo-note" value={draft.note} maxLength={500} onChange={(event) => change({ note: event.target.value })} />
        </Form.Item>
      ) : null}
      <Form.Item>
        <Checkbox
          checked={draft.leaveDifferences}
          onChange={(event) => change({ leaveDifferences: event.target.checked })}
        >
          {t("receivables.ui.leave_differences")}
        </Checkbox>
      </Form.Item>
    </>
  );
}

interface FootProps {
  account: OpenAccount;
  request: Request | null;
  preview: Preview<OutcomeView>;
  act: RunningAct<Request, unknown>;
  onSave: () => void;
}

function Foot({ account, request, preview, act, onSave }: FootProps) {
  const t = useT();
  const outcome = request && !preview.problem ? preview.data : undefined;
  const isReceipt = request?.kind !== "allocation";
  const isExpense = request?.kind === "expense";
  return (
    <div className="write-off-foot">
      <ProblemAlert problem={act.problem ?? (request ? preview.problem : null)} onRetry={onSave} />
      <div className="write-off-act">
        <div className={preview.stale ? "eg-stale" : undefined} role="status" aria-live="polite">
          {outcome ? (
            <>
              <strong>{outcomeWords(t, outcome)}</strong>
              {isZero(outcome.over_cap) ? null : (
                <div className="muted">{t("receivables.ui.over_cap", { amount: moneyText(outcome.over_cap) })}</div>
              )}
              {isReceipt && !isExpense && !isZero(outcome.bad_debt) && !isZero(outcome.on_account) ? (
                <div className="muted">{t("receivables.ui.may_recover", { amount: moneyText(outcome.bad_debt) })}</div>
              ) : null}
            </>
          ) : request ? null : (
            <span className="muted">{t("receivables.ui.enter_amount")}</span>
          )}
        </div>
        <div className="figures">
          <Figure label={t("receivables.ui.remainder")}>
            <MoneyText value={outcome?.on_account ?? null} currency={account.currency} zeroDigits />
          </Figure>
          <Figure label={t("receivables.ui.owes_after")}>
            <MoneyText value={outcome?.open_debit ?? account.open_debit} currency={account.currency} zeroDigits />
          </Figure>
        </div>
        <Button type="primary" size="large" loading={act.busy} disabled={!request} onClick={onSave}>
          {isExpense
            ? t("receivables.ui.save_expense")
            : isReceipt
              ? t("receivables.ui.save_receipt")
              : t("receivables.ui.save_write_off")}
        </Button>
      </div>
    </div>
  );
}
