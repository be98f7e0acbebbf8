import { App, Button, Drawer, Form, Space } from "antd";
import { useId, useState, type ReactNode } from "react";
import type { RunningAct } from "./act";
import { useHotkeys, useIsNarrow } from "./hooks";
import { useT } from "./i18n";
import { ProblemAlert, type WayOut } from "./ProblemAlert";
import type { Problem } from "@/api/problem";

interface FormDrawerProps<Values extends object, Output> {
  open: boolean;
  title: string;
  initial: Partial<Values>;
  act: RunningAct<Values, Output>;
  onClose: () => void;
  save?: string;
  width?: number;
  loading?: boolean;
  actions?: (problem: Problem) => WayOut[];
  children: ReactNode;
}

/** A form in a drawer, keyed by what it edits (`key={id}`): Ctrl+Enter saves, Esc closes and asks only when something was typed. */
export function FormDrawer<Values extends object, Output>(props: FormDrawerProps<Values, Output>) {
  const t = useT();
  const narrow = useIsNarrow();
  const { modal } = App.useApp();
  const [touched, setTouched] = useState(false);
  const { act } = props;
  // Its own, so that a `key` gives a fresh form: one shared by two mounts would lose its first values.
  const [form] = Form.useForm<Values>();
  // Two forms on one page must not share the ids of their fields.
  const name = useId();
  if (!props.open && touched) setTouched(false);
  useHotkeys({ "ctrl+enter": () => form.submit() }, props.open);
  const close = () => {
    if (!touched || act.busy) return props.onClose();
    modal.confirm({
      title: t("web.form.leave"),
      okText: t("web.form.discard"),
      cancelText: t("web.form.stay"),
      onOk: props.onClose,
    });
  };
  return (
    <Drawer
      open={props.open}
      onClose={close}
      title={props.title}
      size={narrow ? "100%" : (props.width ?? 560)}
      loading={props.loading}
      destroyOnHidden
      mask={{ closable: true }}
      footer={
        <Space style={{ display: "flex", justifyContent: "flex-end" }}>
          <Button onClick={close}>{t("web.form.cancel")}</Button>
          <Button type="primary" loading={act.busy} onClick={() => form.submit()}>
            {props.save ?? t("web.form.save")}
          </Button>
        </Space>
      }
    >
      <Form<Values>
        form={form}
        name={name}
        layout="vertical"
        initialValues={props.initial}
        preserve={false}
        requiredMark
        scrollToFirstError={{ focus: true }}
        onValuesChange={() => setTouched(true)}
        onFinish={act.run}
      >
        {props.children}
        <ProblemAlert problem={act.problem} actions={props.actions} onRetry={() => form.submit()} />
      </Form>
    </Drawer>
  );
}
