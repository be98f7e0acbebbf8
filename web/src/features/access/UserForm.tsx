import { Form, Input, Select, Switch } from "antd";
import { useAct } from "@/kit/act";
import { FormDrawer } from "@/kit/FormDrawer";
import { refusedField } from "@/kit/forms";
import { useLang, useT, useValueText } from "@/kit/i18n";
import { useSession } from "@/kit/session";
import { ROLES, addUser, changeUser, usersKey, type Member } from "./api";

interface UserValues {
  name: string;
  login: string;
  role: string;
  language: string;
  password?: string;
  active: boolean;
}

export function UserForm({ editing, onClose }: { editing: Member | "new" | null; onClose: () => void }) {
  const t = useT();
  const lang = useLang();
  const word = useValueText();
  const { user } = useSession();
  const member = editing === "new" ? null : editing;
  const save = useAct<UserValues, Member>({
    act: (values) => {
      const { name, role, language, active, password = "" } = values;
      if (!member) return addUser({ login: values.login, name, role, language, password });
      return changeUser(member.id, { name, role, language, active, password: password || null });
    },
    touches: [usersKey],
    onDone: onClose,
  });
  const close = () => {
    save.reset();
    onClose();
  };
  const required = { required: true, whitespace: true, message: t("web.form.required") };
  const isSelf = member !== null && member.id === user?.id;
  return (
    <FormDrawer<UserValues, Member>
      key={member?.id ?? String(editing)}
      open={editing !== null}
      title={member?.name ?? t("access.ui.user_new")}
      initial={member ?? { role: "salesperson", language: lang, active: true }}
      act={save}
      onClose={close}
    >
      <Form.Item name="name" label={t("access.ui.name")} rules={[required]} {...refusedField(save.problem, "name")}>
        <Input autoFocus maxLength={100} />
      </Form.Item>
      <Form.Item name="login" label={t("access.ui.login")} rules={[required]} {...refusedField(save.problem, "login")}>
        <Input maxLength={100} disabled={member !== null} autoComplete="off" autoCapitalize="none" spellCheck={false} />
      </Form.Item>
      <Form.Item name="role" label={t("access.ui.role")} rules={[required]} {...refusedField(save.problem, "role")}>
        <Select
          disabled={isSelf}
          options={ROLES.map((role) => ({ value: role, label: word("access.role", role) }))}
          optionRender={(option) => (
            <div>
              <div>{option.label}</div>
              <div className="muted" style={{ fontSize: 13, whiteSpace: "normal" }}>
                {word("access.ui", `role_${String(option.value)}`)}
              </div>
            </div>
          )}
        />
      </Form.Item>
      <Form.Item name="language" label={t("web.lang.label")}>
        <Select
          options={[
            { value: "zh-Hans", label: t("web.lang.zh_hans") },
            { value: "zh-Hant", label: t("web.lang.zh_hant") },
            { value: "en", label: t("web.lang.en") },
          ]}
        />
      </Form.Item>
      <Form.Item
        name="password"
        label={t(member ? "access.ui.password_new" : "access.ui.password")}
        extra={t(member ? "access.ui.password_keep" : "web.setup.password_help", { n: 8 })}
        rules={member ? [] : [required]}
        {...refusedField(save.problem, "password")}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      {member ? (
        <Form.Item name="active" label={t("access.ui.may_sign_in")} valuePropName="checked">
          <Switch disabled={isSelf} />
        </Form.Item>
      ) : null}
    </FormDrawer>
  );
}
