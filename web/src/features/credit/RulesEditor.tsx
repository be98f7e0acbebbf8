import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App, Button, InputNumber, Select } from "antd";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { useAct } from "@/kit/act";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { getRules, MOVED, rulesKey, saveRules, type CreditRule, type RulesOf } from "./api";

const KINDS = [
  "usage",
  "group_usage",
  "overdue",
  "oldest",
  "previous_batch",
  "instalment",
  "unanswered",
  "limit_expired",
  "bad_debt_history",
  "manual_hold",
] as const;
const ACTIONS = ["allow", "warn", "hold", "block"] as const;

/** The rules that are laid down for the company, a group or a customer. */
export function RulesEditor({ of, currency, readOnly }: { of: RulesOf; currency?: string; readOnly?: boolean }) {
  const query = useQuery({ queryKey: [...rulesKey, of], queryFn: ({ signal }) => getRules(of, signal) });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  return <Editor key={query.dataUpdatedAt} of={of} rules={query.data} currency={currency} readOnly={readOnly} />;
}

interface EditorProps {
  of: RulesOf;
  rules: CreditRule[];
  currency?: string;
  readOnly?: boolean;
}

function Editor({ of, rules, currency, readOnly }: EditorProps) {
  const t = useT();
  const word = useValueText();
  const { message } = App.useApp();
  const [rows, setRows] = useState(rules);
  const act = useAct({
    act: () => saveRules(of, rows),
    touches: [rulesKey, ...MOVED],
    onDone: () => void message.success(t("credit.ui.saved")),
  });
  const change = (at: number, part: Partial<CreditRule>) =>
    setRows(rows.map((row, index) => (index === at ? { ...row, ...part } : row)));
  const free = KINDS.filter((kind) => rows.every((row) => row.kind !== kind));
  return (
    <div className="credit-rules">
      <p className="muted" style={{ margin: 0 }}>
        {t("credit.ui.rules_help")} {t("credit.ui.rules_begin")}
      </p>
      {rows.map((row, at) => (
        <Row
          key={row.kind}
          rule={row}
          currency={currency}
          readOnly={readOnly}
          onChange={(part) => change(at, part)}
          onRemove={() => setRows(rows.filter((_, index) => index !== at))}
        />
      ))}
      <ProblemAlert problem={act.problem} onRetry={() => act.run(undefined)} />
      {readOnly ? null : (
        <div style={{ display: "flex", flexWrap: "wrap", gap: 8 }}>
          <Select
            aria-label={t("credit.ui.rule_add")}
            placeholder={t("credit.ui.rule_add")}
            style={{ minWidth: 240 }}
            suffixIcon={<PlusOutlined aria-hidden />}
            value={null}
            options={free.map((kind) => ({ value: kind, label: word("credit.rule", kind) }))}
            onChange={(kind: CreditRule["kind"] | null) => {
              if (kind) setRows([...rows, blank(kind)]);
            }}
          />
          <Button type="primary" loading={act.busy} onClick={() => act.run(undefined)}>
            {t("credit.ui.save")}
          </Button>
        </div>
      )}
    </div>
  );
}

function blank(kind: CreditRule["kind"]): CreditRule {
  return { kind, percent: 100, amount: "0", days: 0, at_order: "hold", at_shipment: "warn" };
}

interface RowProps {
  rule: CreditRule;
  currency?: string;
  readOnly?: boolean;
  onChange: (part: Partial<CreditRule>) => void;
  onRemove: () => void;
}

function Row({ rule, currency, readOnly, onChange, onRemove }: RowProps) {
  const t = useT();
  const word = useValueText();
  const { kind } = rule;
  const number = (label: string, value: number | undefined, most: number, give: (value: number) => void) => (
    <label>
      {label}
      <InputNumber
        aria-label={label}
        disabled={readOnly}
        min={0}
        max={most}
        precision={0}
        value={value ?? 0}
        onChange={(next) => give(next ?? 0)}
      />
    </label>
  );
  const action = (label: string, value: CreditRule["at_order"], give: (value: CreditRule["at_order"]) => void) => (
    <label>
      {label}
      <Select
        aria-label={label}
        disabled={readOnly}
        style={{ width: 104 }}
        value={value}
        options={ACTIONS.map((one) => ({ value: one, label: word("credit.action", one) }))}
        onChange={give}
      />
    </label>
  );
  return (
    <div className="credit-rule" role="group" aria-label={word("credit.rule", kind)}>
      <strong style={{ flex: "1 1 180px", alignSelf: "center" }}>{word("credit.rule", kind)}</strong>
      {kind === "usage" || kind === "group_usage"
        ? number(t("credit.ui.percent"), rule.percent, 1000, (percent) => onChange({ percent }))
        : null}
      {kind === "overdue" ? (
        <label>
          {t("credit.ui.amount")}
          <MoneyInput
            label={t("credit.ui.amount")}
            width={120}
            disabled={readOnly}
            currency={currency}
            value={rule.amount}
            onChange={(amount) => onChange({ amount })}
          />
        </label>
      ) : null}
      {kind === "overdue" || kind === "oldest" || kind === "unanswered"
        ? number(t("credit.ui.days"), rule.days, 3660, (days) => onChange({ days }))
        : null}
      {kind === "previous_batch"
        ? number(t("credit.ui.documents"), rule.days, 3660, (days) => onChange({ days }))
        : null}
      {action(t("credit.ui.at_order"), rule.at_order, (at_order) => onChange({ at_order }))}
      {action(t("credit.ui.at_shipment"), rule.at_shipment, (at_shipment) => onChange({ at_shipment }))}
      {readOnly ? null : (
        <Button
          type="text"
          danger
          aria-label={t("credit.ui.rule_remove")}
          title={t("credit.ui.rule_remove")}
          icon={<DeleteOutlined aria-hidden />}
          onClick={onRemove}
        />
      )}
    </div>
  );
}
