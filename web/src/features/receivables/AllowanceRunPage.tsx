import { useQuery } from "@tanstack/react-query";
import { App, Button, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { asProblem } from "@/api/problem";
import { useMoneyAct } from "@/kit/act";
import { moneyText } from "@/kit/format";
import { refusedField } from "@/kit/forms";
import { useLang, useT, useValueText } from "@/kit/i18n";
import { dayText } from "@/kit/format";
import { CustomerSelect } from "@/kit/lookups";
import { MoneyInput } from "@/kit/MoneyInput";
import { MoneyText } from "@/kit/MoneyText";
import { Figure, Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { DialogButtons } from "@/kit/ReasonDialog";
import { Scroll } from "@/kit/Scroll";
import { useCan } from "@/kit/session";
import { StateTag } from "@/kit/StateTag";
import { getOpenItems, openItemsKey, type OpenItemView } from "./api";
import {
  addSingle,
  changeLine,
  dropRun,
  getRun,
  postRun,
  runsKey,
  type AllowanceLine,
  type AllowanceRunDetail,
} from "./financeApi";

/** A proposal of what is set aside: changed by hand while it is a draft, then posted or dropped. */
export function Component() {
  const t = useT();
  const lang = useLang();
  const { id = "" } = useParams();
  const query = useQuery({ queryKey: [...runsKey, id], queryFn: ({ signal }) => getRun(id, signal) });
  const [editing, setEditing] = useState<AllowanceLine | null>(null);
  const [adding, setAdding] = useState(false);
  const run = query.data;
  if (query.error) {
    return (
      <Page title={t("receivables.ui.finance")}>
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      </Page>
    );
  }
  if (!run) return <Waiting />;
  return (
    <Page
      title={t("receivables.ui.allowance_title", { day: dayText(run.as_of, lang) })}
      beside={
        <StateTag
          prefix="receivables.allowance_state"
          state={run.state}
          tones={{ draft: "warn", posted: "good", dropped: "quiet" }}
        />
      }
      tools={<Tools run={run} onAdd={() => setAdding(true)} />}
    >
      <Panel>
        <div className="figures">
          <Figure label={t("receivables.ui.allowance_total")}>
            <MoneyText value={run.total} currency={run.currency} strong zeroDigits />
          </Figure>
          <Figure label={t("receivables.ui.allowance_standing")}>
            <MoneyText value={run.standing} zeroDigits />
          </Figure>
        </div>
      </Panel>
      <Panel>
        <Lines run={run} onEdit={setEditing} />
      </Panel>
      <Modal
        open={editing !== null}
        title={t("receivables.ui.allowance_line_title", { name: editing?.customer_name ?? "" })}
        footer={null}
        destroyOnHidden
        onCancel={() => setEditing(null)}
      >
        {editing ? <LineForm run={run} line={editing} onClose={() => setEditing(null)} /> : null}
      </Modal>
      <Modal
        open={adding}
        title={t("receivables.ui.allowance_single")}
        footer={null}
        destroyOnHidden
        onCancel={() => setAdding(false)}
      >
        <SingleForm run={run} onClose={() => setAdding(false)} />
      </Modal>
    </Page>
  );
}

function Tools({ run, onAdd }: { run: AllowanceRunDetail; onAdd: () => void }) {
  const t = useT();
  const can = useCan();
  const { message } = App.useApp();
  const post = useMoneyAct({
    act: (id: string, key) => postRun(id, key),
    touches: [runsKey],
    onDone: () => void message.success(t("receivables.ui.allowance_posted")),
  });
  const drop = useMoneyAct({ act: (id: string, key) => dropRun(id, key), touches: [runsKey] });
  if (run.state !== "draft" || !can("receivables.bad_debt")) return null;
  return (
    <>
      <ProblemAlert problem={post.problem ?? drop.problem} />
      <Button onClick={onAdd}>{t("receivables.ui.allowance_single")}</Button>
      <Button loading={drop.busy} onClick={() => drop.run(run.id)}>
        {t("receivables.ui.allowance_drop")}
      </Button>
      {can("receivables.bad_debt_approve") ? (
        <Button type="primary" loading={post.busy} onClick={() => post.run(run.id)}>
          {t("receivables.ui.allowance_post")}
        </Button>
      ) : null}
    </>
  );
}

function Lines({ run, onEdit }: { run: AllowanceRunDetail; onEdit: (line: AllowanceLine) => void }) {
  const t = useT();
  const word = useValueText();
  const can = useCan();
  if (run.lines.length === 0) return <p className="muted">{t("receivables.ui.allowance_no_lines")}</p>;
  const mayEdit = run.state === "draft" && can("receivables.bad_debt");
  return (
    <Scroll>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("receivables.ui.customer")}</th>
            <th scope="col">{t("receivables.ui.allowance_bucket")}</th>
            {["allowance_base", "allowance_percent", "allowance_proposed", "allowance_amount"].map((key) => (
              <th key={key} scope="col" className="end">
                {t(`receivables.ui.${key}` as "receivables.ui.allowance_base")}
              </th>
            ))}
            <th scope="col">{t("receivables.ui.reason")}</th>
          </tr>
        </thead>
        <tbody>
          {run.lines.map((line) => (
            <tr key={line.line_no}>
              <td>
                <Link to={`/customers/${line.customer_id}?tab=open-items`}>{line.customer_name}</Link>
              </td>
              <td>
                {word("receivables.bucket", line.bucket)} {line.document_no}
              </td>
              <td className="end">
                <MoneyText value={line.base} />
              </td>
              <td className="end num">{line.bucket === "single" ? "–" : line.rate}</td>
              <td className="end">
                <MoneyText value={line.proposed} />
              </td>
              <td className="end">
                {mayEdit ? (
                  <Button
                    type="link"
                    style={{ padding: 0, height: "auto" }}
                    aria-label={t("receivables.ui.allowance_line_title", { name: line.customer_name })}
                    onClick={() => onEdit(line)}
                  >
                    <MoneyText value={line.amount} strong zeroDigits />
                  </Button>
                ) : (
                  <MoneyText value={line.amount} strong />
                )}
              </td>
              <td>{line.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function LineForm({ run, line, onClose }: { run: AllowanceRunDetail; line: AllowanceLine; onClose: () => void }) {
  const t = useT();
  const [amount, setAmount] = useState(line.amount);
  const [reason, setReason] = useState(line.reason);
  const act = useMoneyAct({
    act: (_: undefined, key) => changeLine(run.id, { line_no: line.line_no, amount, reason: reason.trim() }, key),
    touches: [runsKey],
    onDone: onClose,
  });
  const save = () => act.run(undefined);
  return (
    <Form layout="vertical" onFinish={save}>
      <p className="muted">
        {t("receivables.ui.allowance_line_help", {
          base: moneyText(line.base, { zero: "digits" }),
          proposed: moneyText(line.proposed, { zero: "digits" }),
        })}
      </p>
      <Form.Item label={t("receivables.ui.allowance_amount")} htmlFor="line-amount" {...refusedField(act.problem, "amount")}>
        <MoneyInput id="line-amount" autoFocus value={amount} onChange={setAmount} currency={run.currency} width="100%" />
      </Form.Item>
      <Form.Item label={t("receivables.ui.reason")} htmlFor="line-reason" {...refusedField(act.problem, "reason")}>
        <Input id="line-reason" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </Form.Item>
      <ProblemAlert problem={act.problem} onRetry={save} />
      <DialogButtons confirm={t("web.form.save")} busy={act.busy} onConfirm={save} onClose={onClose} />
    </Form>
  );
}

function SingleForm({ run, onClose }: { run: AllowanceRunDetail; onClose: () => void }) {
  const t = useT();
  const [customer, setCustomer] = useState<string | null>(null);
  const [entry, setEntry] = useState<string | undefined>(undefined);
  const [amount, setAmount] = useState("");
  const [reason, setReason] = useState("");
  const items = useQuery({
    queryKey: openItemsKey(customer ?? ""),
    queryFn: ({ signal }) => getOpenItems(customer ?? "", signal),
    enabled: customer !== null,
  });
  const act = useMoneyAct({
    act: (entry_id: string, key) => addSingle(run.id, { entry_id, amount, reason: reason.trim() }, key),
    touches: [runsKey],
    onDone: onClose,
  });
  const debits: OpenItemView[] = (items.data ?? [])
    .filter((account) => account.currency === run.currency)
    .flatMap((account): OpenItemView[] => account.debits);
  const save = () => {
    if (entry && !act.busy) act.run(entry);
  };
  return (
    <Form layout="vertical" onFinish={save}>
      <Form.Item label={t("receivables.ui.customer")} htmlFor="single-customer">
        <CustomerSelect id="single-customer" autoFocus value={customer} onChange={(id) => setCustomer(id)} width="100%" />
      </Form.Item>
      <Form.Item label={t("receivables.ui.allowance_item")} htmlFor="single-item" {...refusedField(act.problem, "entry_id")}>
        <Select
          id="single-item"
          value={entry}
          onChange={setEntry}
          options={debits.map((item) => ({
            value: item.entry_id,
            label: `${item.document_no} · ${item.due_date} · ${moneyText(item.open)}`,
          }))}
        />
      </Form.Item>
      <Form.Item label={t("receivables.ui.allowance_amount")} htmlFor="single-amount" {...refusedField(act.problem, "amount")}>
        <MoneyInput id="single-amount" value={amount} onChange={setAmount} currency={run.currency} width="100%" />
      </Form.Item>
      <Form.Item label={t("receivables.ui.reason")} htmlFor="single-reason" required {...refusedField(act.problem, "reason")}>
        <Input id="single-reason" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </Form.Item>
      <ProblemAlert problem={act.problem} onRetry={save} />
      <DialogButtons
        confirm={t("web.form.save")}
        busy={act.busy}
        disabled={!entry || amount === "" || reason.trim() === ""}
        onConfirm={save}
        onClose={onClose}
      />
    </Form>
  );
}
