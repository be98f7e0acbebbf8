import { Button, Form, Input, Modal } from "antd";
import { useState, type ReactNode } from "react";
import type { Problem } from "@/api/problem";
import { useT } from "./i18n";
import { ProblemAlert } from "./ProblemAlert";

interface ReasonDialogProps {
  open: boolean;
  title: string;
  /** What will happen, in words and figures. */
  children?: ReactNode;
  confirm: string;
  danger?: boolean;
  busy?: boolean;
  problem?: Problem | null;
  /** An empty reason is allowed. */
  optional?: boolean;
  onConfirm: (reason: string) => void;
  onClose: () => void;
}

/** Asks why, for acts that cannot be taken back without a trace (reversal, bad debt). Ctrl+Enter confirms. */
export function ReasonDialog(props: ReasonDialogProps) {
  return (
    <Modal
      open={props.open}
      title={props.title}
      footer={null}
      destroyOnHidden
      mask={{ closable: !props.busy }}
      onCancel={props.onClose}
    >
      <ReasonForm {...props} />
    </Modal>
  );
}

function ReasonForm(props: ReasonDialogProps) {
  const t = useT();
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const isMissing = !props.optional && reason.trim() === "";
  const confirm = () => {
    setTried(true);
    if (!isMissing && !props.busy) props.onConfirm(reason.trim());
  };
  return (
    <Form layout="vertical" onFinish={confirm}>
      {props.children ? <div style={{ marginBottom: 16 }}>{props.children}</div> : null}
      <Form.Item
        label={t("web.reason.label")}
        htmlFor="reason"
        required={!props.optional}
        validateStatus={tried && isMissing ? "error" : undefined}
        help={tried && isMissing ? t("web.reason.required") : t("web.reason.help")}
      >
        <Input.TextArea
          id="reason"
          autoFocus
          rows={3}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) confirm();
          }}
        />
      </Form.Item>
      <ProblemAlert problem={props.problem} onRetry={confirm} />
      <DialogButtons
        confirm={props.confirm}
        danger={props.danger}
        busy={props.busy}
        onConfirm={confirm}
        onClose={props.onClose}
      />
    </Form>
  );
}

interface DialogButtonsProps {
  confirm: string;
  danger?: boolean;
  busy?: boolean;
  disabled?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Cancel and the act's own name, at the end of a dialog. */
export function DialogButtons({ confirm, danger, busy, disabled, onConfirm, onClose }: DialogButtonsProps) {
  const t = useT();
  return (
    <div style={{ display: "flex", justifyContent: "flex-end", gap: 8, marginTop: 16 }}>
      <Button onClick={onClose} disabled={busy}>
        {t("web.form.cancel")}
      </Button>
      <Button type="primary" danger={danger} loading={busy} disabled={disabled} onClick={onConfirm}>
        {confirm}
      </Button>
    </div>
  );
}
