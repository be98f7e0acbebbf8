import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App, Button, Form, Input, Select } from "antd";
import { useMemo, useState } from "react";
import { asProblem } from "@/api/problem";
import { useAct } from "@/kit/act";
import { currencyOptions, timeZoneOptions } from "@/kit/choices";
import { FormDrawer } from "@/kit/FormDrawer";
import { refusedField } from "@/kit/forms";
import { useLang, useT } from "@/kit/i18n";
import { Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import {
  addCompany,
  changeCompany,
  companyKey,
  readCompany,
  type CompanyDetail,
  type CompanyInput,
  type NewCompanyInput,
} from "./api";

/** The company's own settings, and further sets of books. */
export function Component() {
  const t = useT();
  const [adding, setAdding] = useState(false);
  const query = useQuery({ queryKey: companyKey, queryFn: ({ signal }) => readCompany(signal) });
  return (
    <Page
      title={t("access.ui.company")}
      tools={
        <Button icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
          {t("access.ui.company_new")}
        </Button>
      }
    >
      {query.error ? (
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : query.data ? (
        <Panel>
          <Settings key={query.dataUpdatedAt} company={query.data} />
        </Panel>
      ) : (
        <Waiting />
      )}
      <NewCompany open={adding} onClose={() => setAdding(false)} />
    </Page>
  );
}

function Settings({ company }: { company: CompanyDetail }) {
  const t = useT();
  const { message } = App.useApp();
  const zones = useMemo(timeZoneOptions, []);
  const save = useAct({
    act: changeCompany,
    touches: [companyKey, ["session"]],
    onDone: () => void message.success(t("web.form.saved")),
  });
  return (
    <Form<CompanyInput>
      name="company"
      layout="vertical"
      style={{ maxWidth: 640 }}
      initialValues={{
        name: company.name,
        timezone: company.timezone,
        language: company.language,
      }}
      onFinish={save.run}
    >
      <div className="figures" style={{ marginBottom: 16 }}>
        <span>
          <span className="muted">{t("web.setup.company_code")} </span>
          {company.code}
        </span>
        <span>
          <span className="muted">{t("web.setup.currency")} </span>
          {company.currency}
        </span>
      </div>
      <Form.Item
        name="name"
        label={t("web.setup.company_name")}
        extra={t("web.setup.company_name_help")}
        rules={[{ required: true, whitespace: true, message: t("web.form.required") }]}
        {...refusedField(save.problem, "name")}
      >
        <Input maxLength={200} />
      </Form.Item>
      <div className="two">
        <Form.Item
          name="timezone"
          label={t("web.setup.timezone")}
          extra={t("web.setup.timezone_help")}
          {...refusedField(save.problem, "timezone")}
        >
          <Select showSearch={{ optionFilterProp: "label" }} options={zones} />
        </Form.Item>
        <Form.Item name="language" label={t("access.ui.company_language")} extra={t("access.ui.company_language_help")}>
          <LanguageSelect />
        </Form.Item>
      </div>
      <ProblemAlert problem={save.problem} />
      <Button type="primary" htmlType="submit" loading={save.busy}>
        {t("web.form.save")}
      </Button>
    </Form>
  );
}

function LanguageSelect(props: { id?: string; value?: string; onChange?: (value: string) => void }) {
  const t = useT();
  return (
    <Select
      {...props}
      options={[
        { value: "zh-Hans", label: t("web.lang.zh_hans") },
        { value: "zh-Hant", label: t("web.lang.zh_hant") },
        { value: "en", label: t("web.lang.en") },
      ]}
    />
  );
}

function NewCompany({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const lang = useLang();
  const { message } = App.useApp();
  const currencies = useMemo(() => currencyOptions(lang), [lang]);
  const zones = useMemo(timeZoneOptions, []);
  const add = useAct<NewCompanyInput, CompanyDetail>({
    act: addCompany,
    touches: [["session"]],
    onDone: () => {
      void message.success(t("access.ui.company_added"));
      onClose();
    },
  });
  const required = { required: true, whitespace: true, message: t("web.form.required") };
  return (
    <FormDrawer<NewCompanyInput, CompanyDetail>
      open={open}
      title={t("access.ui.company_new")}
      initial={{ currency: "CNY", timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, language: lang }}
      act={add}
      onClose={onClose}
    >
      <p className="muted">{t("access.ui.company_new_help")}</p>
      <Form.Item name="name" label={t("web.setup.company_name")} rules={[required]} {...refusedField(add.problem, "name")}>
        <Input autoFocus maxLength={200} />
      </Form.Item>
      <Form.Item
        name="code"
        label={t("web.setup.company_code")}
        extra={t("web.setup.company_code_help")}
        rules={[required]}
        {...refusedField(add.problem, "code")}
      >
        <Input maxLength={20} spellCheck={false} />
      </Form.Item>
      <div className="two">
        <Form.Item name="currency" label={t("web.setup.currency")} {...refusedField(add.problem, "currency")}>
          <Select showSearch={{ optionFilterProp: "label" }} options={currencies} />
        </Form.Item>
        <Form.Item name="timezone" label={t("web.setup.timezone")} {...refusedField(add.problem, "timezone")}>
          <Select showSearch={{ optionFilterProp: "label" }} options={zones} />
        </Form.Item>
        <Form.Item name="language" label={t("access.ui.company_language")}>
          <LanguageSelect />
        </Form.Item>
      </div>
    </FormDrawer>
  );
}
