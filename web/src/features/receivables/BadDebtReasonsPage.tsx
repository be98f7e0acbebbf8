import { useQuery } from "@tanstack/react-query";
import { App, Button, Checkbox, Form, Input, Switch } from "antd";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { useAct } from "@/kit/act";
import { FormDrawer } from "@/kit/FormDrawer";
import { refusedField } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { MoneyText } from "@/kit/MoneyText";
import { Facts, Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { Scroll } from "@/kit/Scroll";
import { useCan, useSession } from "@/kit/session";
import { ToneTag } from "@/kit/StateTag";
import { BadDebtTabs } from "./BadDebtTabs";
import {
  getSetting,
  reasonsKey,
  saveReason,
  saveSetting,
  settingKey,
  useReasons,
  type BadDebtSetting,
  type ReasonInput,
  type ReasonItem,
} from "./badDebtApi";

const BLANK: ReasonInput = { code: "", name_en: "", name_hans: "", name_hant: "", needs_note: false, active: true };

/** Why a bad debt may be given up here, and from which amount on it needs approval. */
export function Component() {
  const t = useT();
  const can = useCan();
  const setting = useQuery({ queryKey: settingKey, queryFn: ({ signal }) => getSetting(signal) });
  const [editing, setEditing] = useState<ReasonItem | "new" | null>(null);
  const mayChange = can("access.manage");
  return (
    <Page
      title={t("receivables.ui.bad_debts")}
      tools={mayChange ? <Button onClick={() => setEditing("new")}>{t("receivables.ui.reason_new")}</Button> : undefined}
    >
      <BadDebtTabs active="reasons" />
      {setting.error ? (
        <ProblemAlert problem={asProblem(setting.error)} onRetry={() => void setting.refetch()} />
      ) : setting.data ? (
        <Panel>
          <Approval key={setting.dataUpdatedAt} setting={setting.data} mayChange={mayChange} />
        </Panel>
      ) : (
        <Waiting />
      )}
      <Panel title={t("receivables.ui.reason")}>
        <Reasons onEdit={mayChange ? setEditing : undefined} />
      </Panel>
      <ReasonDrawer
        key={editing === "new" || editing === null ? "new" : editing.code}
        editing={editing}
        onClose={() => setEditing(null)}
      />
    </Page>
  );
}

function Approval({ setting, mayChange }: { setting: BadDebtSetting; mayChange: boolean }) {
  const t = useT();
  const { company } = useSession();
  const { message } = App.useApp();
  const [from, setFrom] = useState(setting.approval_from ?? "");
  const [finance, setFinance] = useState(setting.finance_mode);
  const save = useAct({
    act: () => saveSetting({ approval_from: from || null, finance_mode: finance }),
    touches: [settingKey],
    onDone: () => void message.success(t("web.form.saved")),
  });
  const label = t("receivables.ui.approval_from", { currency: company?.currency ?? "" });
  if (!mayChange) {
    return <Facts items={[{ key: "from", name: label, value: <MoneyText value={setting.approval_from ?? "0"} /> }]} />;
  }
  return (
    <Form layout="vertical" onFinish={() => save.run(undefined)} style={{ maxWidth: 420 }}>
      <Form.Item
        label={label}
        htmlFor="approval-from"
        extra={t("receivables.ui.approval_from_help")}
        {...refusedField(save.problem, "approval_from")}
      >
        <MoneyInput id="approval-from" value={from} onChange={setFrom} currency={company?.currency} width="100%" />
      </Form.Item>
      <Form.Item>
        <Checkbox checked={finance} onChange={(event) => setFinance(event.target.checked)}>
          {t("receivables.ui.finance_mode")}
        </Checkbox>
      </Form.Item>
      <ProblemAlert problem={save.problem} />
      <Button type="primary" htmlType="submit" loading={save.busy}>
        {t("web.form.save")}
      </Button>
    </Form>
  );
}

function Reasons({ onEdit }: { onEdit?: (reason: ReasonItem) => void }) {
  const t = useT();
  const { all, nameOf } = useReasons();
  return (
    <Scroll>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("receivables.ui.reason")}</th>
            <th scope="col">{t("receivables.ui.reason_code")}</th>
            <th scope="col">{t("receivables.ui.reason_needs_note")}</th>
            <th scope="col">{t("receivables.ui.reason_active")}</th>
          </tr>
        </thead>
        <tbody>
          {all.map((reason) => (
            <tr key={reason.code}>
              <td>
                {onEdit ? (
                  <Button type="link" style={{ padding: 0, height: "auto" }} onClick={() => onEdit(reason)}>
                    {nameOf(reason.code)}
                  </Button>
                ) : (
                  nameOf(reason.code)
                )}{" "}
                {reason.built_in ? <span className="muted">{t("receivables.ui.reason_built_in")}</span> : null}
              </td>
              <td>{reason.code}</td>
              <td>{reason.needs_note ? t("receivables.ui.yes") : t("receivables.ui.no_word")}</td>
              <td>
                <ToneTag tone={reason.active ? "good" : "quiet"}>
                  {reason.active ? t("receivables.ui.yes") : t("receivables.ui.no_word")}
                </ToneTag>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function ReasonDrawer({ editing, onClose }: { editing: ReasonItem | "new" | null; onClose: () => void }) {
  const t = useT();
  const isNew = editing === "new";
  const initial: ReasonInput = editing !== null && editing !== "new" ? editing : BLANK;
  const { code, name_en, name_hans, name_hant, needs_note, active } = initial;
  const save = useAct<ReasonInput, ReasonItem>({ act: saveReason, touches: [reasonsKey], onDone: onClose });
  return (
    <FormDrawer<ReasonInput, ReasonItem>
      open={editing !== null}
      title={isNew ? t("receivables.ui.reason_new") : t("receivables.ui.reason_edit")}
      initial={{ code, name_en, name_hans, name_hant, needs_note, active }}
      act={save}
      onClose={onClose}
    >
      <Form.Item
        name="code"
        label={t("receivables.ui.reason_code")}
        extra={t("receivables.ui.reason_code_help")}
        {...refusedField(save.problem, "code")}
      >
        <Input disabled={!isNew} autoFocus={isNew} maxLength={30} spellCheck={false} />
      </Form.Item>
      <Form.Item name="name_hans" label={t("receivables.ui.reason_name_hans")} {...refusedField(save.problem, "name_hans")}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item name="name_hant" label={t("receivables.ui.reason_name_hant")} {...refusedField(save.problem, "name_hant")}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item name="name_en" label={t("receivables.ui.reason_name_en")} {...refusedField(save.problem, "name_en")}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item name="needs_note" label={t("receivables.ui.reason_needs_note")} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item name="active" label={t("receivables.ui.reason_active")} valuePropName="checked">
        <Switch />
      </Form.Item>
    </FormDrawer>
  );
}
