import { useQuery } from "@tanstack/react-query";
import { App, Button, Form, InputNumber } from "antd";
import { asProblem } from "@/api/problem";
import { useAct } from "@/kit/act";
import { refusedField } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { guardKey } from "./api";
import { getSettings, setSettings, settingsKey, type StatementSettings } from "./facetApi";

/** What the company decided on its statements. */
export function Component() {
  const t = useT();
  const query = useQuery({ queryKey: settingsKey, queryFn: ({ signal }) => getSettings(signal) });
  return (
    <Page title={t("statements.ui.settings")}>
      {query.error ? (
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : query.data ? (
        <Panel>
          <SettingsForm key={query.dataUpdatedAt} settings={query.data} />
        </Panel>
      ) : (
        <Waiting />
      )}
    </Page>
  );
}

function SettingsForm({ settings }: { settings: StatementSettings }) {
  const t = useT();
  const { message } = App.useApp();
  const save = useAct({
    act: (values: StatementSettings) => setSettings({ ...values, deem_days: values.deem_days ?? null }),
    touches: [settingsKey, guardKey],
    onDone: () => void message.success(t("statements.ui.settings_saved")),
  });
  return (
    <Form<StatementSettings>
      name="statement-settings"
      layout="vertical"
      style={{ maxWidth: 640 }}
      initialValues={settings}
      onFinish={save.run}
    >
      <Form.Item
        name="deem_days"
        label={t("statements.ui.settings_deem")}
        extra={t("statements.ui.settings_deem_help")}
        {...refusedField(save.problem, "deem_days")}
      >
        <InputNumber min={1} max={365} precision={0} />
      </Form.Item>
      <Form.Item
        name="answer_days"
        label={t("statements.ui.settings_answer")}
        extra={t("statements.ui.settings_answer_help")}
        rules={[{ required: true, message: t("web.form.required") }]}
        {...refusedField(save.problem, "answer_days")}
      >
        <InputNumber min={1} max={365} precision={0} />
      </Form.Item>
      <Form.Item
        name="dispute_days"
        label={t("statements.ui.settings_dispute")}
        extra={t("statements.ui.settings_dispute_help")}
        rules={[{ required: true, message: t("web.form.required") }]}
        {...refusedField(save.problem, "dispute_days")}
      >
        <InputNumber min={1} max={365} precision={0} />
      </Form.Item>
      <ProblemAlert problem={save.problem} />
      <Button type="primary" htmlType="submit" loading={save.busy}>
        {t("web.form.save")}
      </Button>
    </Form>
  );
}
