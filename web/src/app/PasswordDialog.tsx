import { App, Form, Input, Modal } from "antd";
import { api, call } from "@/api/client";
import { useAct } from "@/kit/act";
import { refusedField } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { DialogButtons } from "@/kit/ReasonDialog";

interface PasswordValues {
  old_password: string;
  password: string;
  again: string;
}

/** One's own new password; the server ends the other sessions. */
export default function PasswordDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const [form] = Form.useForm<PasswordValues>();
  const change = useAct({
    act: ({ old_password, password }: PasswordValues) =>
      call(api.PUT("/api/v1/session/password", { body: { old_password, password } })),
    onDone: () => {
      void message.success(t("web.password.done"));
      onClose();
    },
  });
  const required = { required: true, message: t("web.form.required") };
  return (
    <Modal open title={t("web.user.password")} footer={null} onCancel={onClose}>
      <Form<PasswordValues> form={form} layout="vertical" requiredMark={false} onFinish={change.run}>
        <Form.Item
          name="old_password"
          label={t("web.password.old")}
          rules={[required]}
          {...refusedField(change.problem, "old_password")}
        >
          <Input.Password autoFocus autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t("web.password.new")}
          extra={t("web.setup.password_help", { n: 8 })}
          rules={[required, { min: 8, message: t("web.setup.password_help", { n: 8 }) }]}
          {...refusedField(change.problem, "password")}
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
        <ProblemAlert problem={change.problem} />
        <DialogButtons
          confirm={t("web.user.password")}
          busy={change.busy}
          onConfirm={() => form.submit()}
          onClose={onClose}
        />
      </Form>
    </Modal>
  );
}
