import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App, Button, Form, Input, Modal } from "antd";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { useAct } from "@/kit/act";
import { moneyText } from "@/kit/format";
import { refusedField } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { MoneyText } from "@/kit/MoneyText";
import { Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { DialogButtons } from "@/kit/ReasonDialog";
import { Scroll } from "@/kit/Scroll";
import { useCan, useSession } from "@/kit/session";
import {
  getSettings,
  groupsKey,
  listGroups,
  MOVED,
  saveGroup,
  saveSettings,
  settingsKey,
  type CreditSettings,
  type GroupView,
} from "./api";
import { RulesEditor } from "./RulesEditor";
import "./credit.css";

/** What the company lays down about credit: rules, tolerance, who may approve, shared limits. */
export function Component() {
  const t = useT();
  const can = useCan();
  const { company } = useSession();
  const readOnly = !can("credit.manage");
  return (
    <Page title={t("credit.ui.rules")}>
      <Panel title={t("credit.ui.company_rules")}>
        <RulesEditor of={{ scope: "company" }} currency={company?.currency} readOnly={readOnly} />
      </Panel>
      <Panel title={t("credit.ui.settings")}>
        <Settings currency={company?.currency} readOnly={readOnly} />
      </Panel>
      <Panel title={t("credit.ui.groups")}>
        <Groups readOnly={readOnly} />
      </Panel>
    </Page>
  );
}

function Settings({ currency, readOnly }: { currency?: string; readOnly: boolean }) {
  const query = useQuery({ queryKey: settingsKey, queryFn: ({ signal }) => getSettings(signal) });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  return <SettingsForm key={query.dataUpdatedAt} value={query.data} currency={currency} readOnly={readOnly} />;
}

const ROLES = ["accountant", "owner"] as const;

function SettingsForm({ value, currency, readOnly }: { value: CreditSettings; currency?: string; readOnly: boolean }) {
  const t = useT();
  const { message } = App.useApp();
  const [tolerance, setTolerance] = useState(value.tolerance);
  const [own, setOwn] = useState(value.self_approval);
  const [ceilings, setCeilings] = useState<Record<string, string>>(
    Object.fromEntries(value.ceilings.map((one: CreditSettings["ceilings"][number]) => [one.role, one.amount])),
  );
  const act = useAct({
    act: () =>
      saveSettings({
        tolerance: tolerance || "0",
        self_approval: own || "0",
        ceilings: ROLES.filter((role) => ceilings[role]).map((role) => ({ role, amount: ceilings[role] ?? "" })),
      }),
    touches: [settingsKey],
    onDone: () => void message.success(t("credit.ui.saved")),
  });
  const names = { accountant: t("credit.ui.ceiling_accountant"), owner: t("credit.ui.ceiling_owner") };
  return (
    <Form layout="vertical" style={{ maxWidth: 640 }} onFinish={() => act.run(undefined)}>
      <div className="two">
        <Form.Item
          label={t("credit.ui.tolerance")}
          htmlFor="tolerance"
          extra={t("credit.ui.tolerance_help")}
          {...refusedField(act.problem, "tolerance")}
        >
          <MoneyInput id="tolerance" disabled={readOnly} currency={currency} value={tolerance} onChange={setTolerance} />
        </Form.Item>
        <Form.Item
          label={t("credit.ui.self_approval")}
          htmlFor="self_approval"
          extra={t("credit.ui.self_approval_help")}
          {...refusedField(act.problem, "self_approval")}
        >
          <MoneyInput id="self_approval" disabled={readOnly} currency={currency} value={own} onChange={setOwn} />
        </Form.Item>
        {ROLES.map((role) => (
          <Form.Item key={role} label={names[role]} htmlFor={`ceiling-${role}`} extra={t("credit.ui.ceiling_help")}>
            <MoneyInput
              id={`ceiling-${role}`}
              disabled={readOnly}
              currency={currency}
              value={ceilings[role] ?? ""}
              onChange={(amount) => setCeilings({ ...ceilings, [role]: amount })}
            />
          </Form.Item>
        ))}
      </div>
      <ProblemAlert problem={act.problem} onRetry={() => act.run(undefined)} />
      {readOnly ? null : (
        <Button type="primary" htmlType="submit" loading={act.busy}>
          {t("credit.ui.save")}
        </Button>
      )}
    </Form>
  );
}

function Groups({ readOnly }: { readOnly: boolean }) {
  const t = useT();
  const [editing, setEditing] = useState<GroupView | "new" | null>(null);
  const query = useQuery({ queryKey: groupsKey, queryFn: ({ signal }) => listGroups(signal) });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  return (
    <>
      {query.data.length === 0 ? <p className="muted">{t("credit.ui.groups_empty")}</p> : null}
      {query.data.length > 0 ? (
        <Scroll>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t("credit.ui.group_name")}</th>
                <th scope="col" className="end">
                  {t("credit.ui.members")}
                </th>
                <th scope="col" className="end">
                  {t("credit.ui.exposure")}
                </th>
                <th scope="col" className="end">
                  {t("credit.ui.limit")}
                </th>
              </tr>
            </thead>
            <tbody>
              {query.data.map((group: GroupView) => (
                <tr key={group.id}>
                  <td>
                    {readOnly ? (
                      group.name
                    ) : (
                      <button type="button" className="row-link" onClick={() => setEditing(group)}>
                        {group.name}
                      </button>
                    )}
                  </td>
                  <td className="end">{group.members}</td>
                  <td className="end">
                    <MoneyText value={group.exposure} currency={group.currency} zeroDigits />
                  </td>
                  <td className="end">{group.limit ? moneyText(group.limit, { zero: "digits" }) : t("credit.ui.unlimited")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      ) : null}
      {readOnly ? null : (
        <Button style={{ marginTop: 12 }} icon={<PlusOutlined aria-hidden />} onClick={() => setEditing("new")}>
          {t("credit.ui.group_add")}
        </Button>
      )}
      <Modal
        open={editing !== null}
        title={editing === "new" ? t("credit.ui.group_add") : t("credit.ui.group_edit")}
        footer={null}
        destroyOnHidden
        onCancel={() => setEditing(null)}
      >
        {editing ? <GroupForm group={editing === "new" ? null : editing} onClose={() => setEditing(null)} /> : null}
      </Modal>
    </>
  );
}

function GroupForm({ group, onClose }: { group: GroupView | null; onClose: () => void }) {
  const t = useT();
  const { company } = useSession();
  const { message } = App.useApp();
  const [name, setName] = useState(group?.name ?? "");
  const [limit, setLimit] = useState(group?.limit ?? "");
  const act = useAct({
    act: () => saveGroup(group?.id ?? null, { name, limit: limit || null, version: group?.version ?? 0 }),
    touches: MOVED,
    onDone: () => {
      void message.success(t("credit.ui.saved"));
      onClose();
    },
  });
  const run = () => act.run(undefined);
  return (
    <Form layout="vertical" onFinish={run}>
      <Form.Item label={t("credit.ui.group_name")} htmlFor="group-name" {...refusedField(act.problem, "name")}>
        <Input id="group-name" autoFocus maxLength={120} value={name} onChange={(event) => setName(event.target.value)} />
      </Form.Item>
      <Form.Item
        label={t("credit.ui.limit")}
        htmlFor="group-limit"
        extra={t("credit.ui.limit_help")}
        {...refusedField(act.problem, "limit")}
      >
        <MoneyInput
          id="group-limit"
          currency={group?.currency ?? company?.currency}
          value={limit}
          onChange={setLimit}
        />
      </Form.Item>
      {group ? (
        <div style={{ marginBottom: 16 }}>
          <RulesEditor of={{ scope: "group", id: group.id }} currency={group.currency} />
        </div>
      ) : null}
      <ProblemAlert problem={act.problem} onRetry={run} />
      <DialogButtons confirm={t("credit.ui.save")} busy={act.busy} onConfirm={run} onClose={onClose} />
    </Form>
  );
}
