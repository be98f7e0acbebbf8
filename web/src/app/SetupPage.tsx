import { Button, Form, Input, Select } from "antd";
import { useEffect, useMemo } from "react";
import { api, call } from "@/api/client";
import { useAct } from "@/kit/act";
import { currencyOptions, timeZoneOptions } from "@/kit/choices";
import { refusedField } from "@/kit/forms";
import { useI18n, useT, type Lang } from "@/kit/i18n";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { GateFrame } from "./GateFrame";
import { useSessionChange } from "./session";

interface SetupInput {
  company_name: string;
  company_code: string;
  currency: string;
  timezone: string;
  language: Lang;
  owner_name: string;
  login: string;
  password: string;
  again?: string;
  code?: string;
}

const PASSWORD_LENGTH = 8;

/** The first visit: one company and its owner. The server shuts this door once it has been used. */
export default function SetupPage({ codeNeeded }: { codeNeeded: boolean }) {
  const t = useT();
  const { lang, choose } = useI18n();
  const changed = useSessionChange();
  const title = `${t("web.setup.title")} · ${t("web.app.name")}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
  const setUp = useAct({
    act: async ({ again: _again, ...input }: SetupInput) => {
      await call(api.POST("/api/v1/setup", { body: input }));
      await changed();
    },
  });
  const currencies = useMemo(() => currencyOptions(lang), [lang]);
  const zones = useMemo(timeZoneOptions, []);
  const required = { required: true, message: t("web.form.required") };
  const refused = (field: string) => refusedField(setUp.problem, field);
  return (
    <GateFrame wide>
      <h1>{t("web.setup.title")}</h1>
      <p className="muted">{t("web.setup.intro")}</p>
      <Form<SetupInput>
        layout="vertical"
        initialValues={{
          company_code: "MAIN",
          currency: lang === "zh-Hant" ? "TWD" : "CNY",
          timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
          language: lang,
        }}
        onValuesChange={(part: Partial<SetupInput>) => part.language && choose(part.language)}
        onFinish={setUp.run}
      >
        <h2 style={{ fontSize: 15 }}>{t("web.setup.company")}</h2>
        <Form.Item
          name="company_name"
          label={t("web.setup.company_name")}
          extra={t("web.setup.company_name_help")}
          rules={[required]} {...refused("company_name")}
        >
          <Input autoFocus maxLength={200} autoComplete="organization" />
        </Form.Item>
        <div className="two">
          <Form.Item
            name="company_code"
            label={t("web.setup.company_code")}
            extra={t("web.setup.company_code_help")}
            rules={[required]} {...refused("company_code")}
          >
            <Input maxLength={20} spellCheck={false} autoComplete="off" />
          </Form.Item>
          <Form.Item name="currency" label={t("web.setup.currency")} extra={t("web.setup.currency_help")} rules={[required]}>
            <Select showSearch={{ optionFilterProp: "label" }} options={currencies} />
          </Form.Item>
          <Form.Item name="timezone" label={t("web.setup.timezone")} extra={t("web.setup.timezone_help")} rules={[required]}>
            <Select showSearch={{ optionFilterProp: "label" }} options={zones} />
          </Form.Item>
          <Form.Item name="language" label={t("web.setup.language")}>
            <Select
              options={[
                { value: "zh-Hans", label: t("web.lang.zh_hans") },
                { value: "zh-Hant", label: t("web.lang.zh_hant") },
                { value: "en", label: t("web.lang.en") },
              ]}
            />
          </Form.Item>
        </div>
        <h2 style={{ fontSize: 15 }}>{t("web.setup.owner")}</h2>
        <div className="two">
          <Form.Item name="owner_name" label={t("web.setup.owner_name")} rules={[required]} {...refused("owner_name")}>
            <Input maxLength={100} autoComplete="name" />
          </Form.Item>
          <Form.Item name="login" label={t("web.setup.login")} rules={[required]} {...refused("login")}>
            <Input maxLength={100} autoComplete="username" autoCapitalize="none" spellCheck={false} />
          </Form.Item>
          <Form.Item
            name="password"
            label={t("web.setup.password")}
            extra={t("web.setup.password_help", { n: PASSWORD_LENGTH })}
            rules={[
              required,
              { min: PASSWORD_LENGTH, message: t("web.setup.password_help", { n: PASSWORD_LENGTH }) },
            ]} {...refused("password")}
          >
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          <Form.Item
            name="again"
            label={t("web.setup.password_again")}
            dependencies={["password"]}
            rules={[
              required,
              ({ getFieldValue }) => ({
                validator: (_rule, value) =>
                  !value || value === getFieldValue("password")
                    ? Promise.resolve()
                    : Promise.reject(new Error(t("web.setup.password_differs"))),
              }),
            ]}
          >
            <Input.Password autoComplete="new-password" />
          </Form.Item>
        </div>
        {codeNeeded ? (
          <Form.Item
            name="code"
            label={t("web.setup.code")}
            extra={t("web.setup.code_help")}
            rules={[required]} {...refused("code")}
          >
            <Input autoComplete="one-time-code" spellCheck={false} />
          </Form.Item>
        ) : null}
        <ProblemAlert problem={setUp.problem} />
        <Button type="primary" htmlType="submit" loading={setUp.busy} style={{ marginTop: 8 }}>
          {t("web.setup.submit")}
        </Button>
      </Form>
    </GateFrame>
  );
}
