import { App, Form, Input, Modal } from "antd";
import { useState } from "react";
import { useAct } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { useT } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { DialogButtons } from "@/kit/ReasonDialog";
import { approveHold, approveOverride, MOVED } from "./api";

/** What is approved: a waiting document, or what somebody asked for. */
export interface Approving {
  kind: "hold" | "override";
  id: string;
  document: string;
  currency: string;
  amount: string;
}

/** Lets one document pass: up to an amount, until a day. */
export function ApproveDialog({ what, onClose }: { what: Approving | null; onClose: () => void }) {
  const t = useT();
  return (
    <Modal
      open={what !== null}
      title={t("credit.ui.approve_title", { document: what?.document ?? "" })}
      footer={null}
      destroyOnHidden
      onCancel={onClose}
    >
      {what ? <ApproveForm what={what} onClose={onClose} /> : null}
    </Modal>
  );
}

function ApproveForm({ what, onClose }: { what: Approving; onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const [cap, setCap] = useState(what.amount);
  const [until, setUntil] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const act = useAct({
    act: () => {
      const body = { cap, until_day: until, note };
      return what.kind === "hold" ? approveHold(what.id, body) : approveOverride(what.id, body);
    },
    touches: MOVED,
    onDone: () => {
      void message.success(t("credit.ui.approved"));
      onClose();
    },
  });
  const run = () => act.run(undefined);
  return (
    <Form layout="vertical" onFinish={run}>
      <p>{t("credit.ui.approve_what")}</p>
      <div className="two">
        <Form.Item label={t("credit.ui.cap")} htmlFor="cap">
          <MoneyInput id="cap" value={cap} onChange={setCap} currency={what.currency} autoFocus />
        </Form.Item>
        <Form.Item label={t("credit.ui.until")} htmlFor="until">
          <DayInput id="until" value={until} onChange={setUntil} />
        </Form.Item>
      </div>
      <Form.Item label={t("credit.ui.note")} htmlFor="note">
        <Input id="note" maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      </Form.Item>
      <ProblemAlert problem={act.problem} onRetry={run} />
      <DialogButtons confirm={t("credit.ui.approve_confirm")} busy={act.busy} onConfirm={run} onClose={onClose} />
    </Form>
  );
}
