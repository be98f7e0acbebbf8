import { Button, Form, Input } from "antd";
import { useEffect } from "react";
import { api, call } from "@/api/client";
import { useAct } from "@/kit/act";
import { useT, useValueText } from "@/kit/i18n";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { GateFrame } from "./GateFrame";
import { useAppearance } from "./Root";
import { useSessionChange, type DemoLogin } from "./session";

interface Credentials {
  login: string;
  password: string;
}

/** Shown in place of any page while nobody is signed in; afterwards that page is there. */
export default function LoginPage({ demo }: { demo: DemoLogin[] }) {
  const t = useT();
  const word = useValueText();
  const { expired } = useAppearance();
  const changed = useSessionChange();
  const title = `${t("web.login.title")} · ${t("web.app.name")}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
  const signIn = useAct({
    act: async (credentials: Credentials) => {
      await call(api.POST("/api/v1/session", { body: credentials }));
      await changed();
    },
  });
  return (
    <GateFrame>
      <h1>{t("web.login.title")}</h1>
      {expired ? <p className="muted">{t("web.login.expired")}</p> : null}
      <Form<Credentials> layout="vertical" requiredMark={false} style={{ marginTop: 16 }} onFinish={signIn.run}>
        <Form.Item
          name="login"
          label={t("web.login.name")}
          rules={[{ required: true, message: t("web.form.required") }]}
        >
          <Input autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} />
        </Form.Item>
        <Form.Item
          name="password"
          label={t("web.login.password")}
          rules={[{ required: true, message: t("web.form.required") }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <ProblemAlert problem={signIn.problem} />
        <Button block type="primary" htmlType="submit" loading={signIn.busy} style={{ marginTop: 8 }}>
          {t("web.login.submit")}
        </Button>
      </Form>
      {demo.length > 0 ? (
        <section style={{ marginTop: 24 }} aria-label={t("web.login.demo")}>
          <div>{t("web.login.demo")}</div>
          <ul className="gate-demo">
            {demo.map((one) => (
              <li key={one.login}>
                <Button disabled={signIn.busy} onClick={() => signIn.run({ login: one.login, password: one.password })}>
                  <span>{one.name || one.login}</span>
                  <span className="muted">{word("access.role", one.role)}</span>
                </Button>
              </li>
            ))}
          </ul>
          <p className="muted" style={{ fontSize: 13 }}>
            {t("web.login.demo_note")}
          </p>
        </section>
      ) : null}
    </GateFrame>
  );
}
