import { App, Form, Input, Modal } from "antd";
import { useState } from "react";
import { useMoneyAct } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { refusedField } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { CustomerSelect } from "@/kit/lookups";
import { MoneyInput } from "@/kit/MoneyInput";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { DialogButtons } from "@/kit/ReasonDialog";
import { useToday } from "@/kit/session";
import { bookWriteOff, reconciliationKey, writeOffsKey, type WriteOffBody } from "./financeApi";

/** What is written off: a bad debt of the register, or what finance decides alone. */
export interface WriteOffOf {
  bad_debt_id: string | null;
  /** Shown for a bad debt. */
  name: string;
  amount: string;
}

interface DialogProps {
  of: WriteOffOf | null;
  onClose: () => void;
}

/** Books a write-off on the finance side; what the customer owes does not change. */
export function WriteOffDialog({ of, onClose }: DialogProps) {
  const t = useT();
  return (
    <Modal
      open={of !== null}
      title={t("receivables.ui.write_off_title")}
      footer={null}
      destroyOnHidden
      onCancel={onClose}
    >
      {of ? <WriteOffForm of={of} onClose={onClose} /> : null}
    </Modal>
  );
}

function WriteOffForm({ of, onClose }: { of: WriteOffOf; onClose: () => void }) {
  const t = useT();
  const today = useToday();
  const { message } = App.useApp();
  const [customer, setCustomer] = useState<string | null>(null);
  const [amount, setAmount] = useState(of.amount);
  const [day, setDay] = useState(today);
  const [voucher, setVoucher] = useState("");
  const [relief, setRelief] = useState("");
  const [document, setDocument] = useState("");
  const [note, setNote] = useState("");
  const act = useMoneyAct({
    act: (body: WriteOffBody, key) => bookWriteOff(body, key),
    touches: [writeOffsKey, reconciliationKey],
    onDone: () => {
      message.success(t("receivables.ui.write_off_done"));
      onClose();
    },
  });
  const isReady = (of.bad_debt_id !== null || customer !== null) && amount !== "" && voucher.trim() !== "" && day !== "";
  const save = () => {
    if (!isReady || act.busy) return;
    act.run({
      bad_debt_id: of.bad_debt_id,
      customer_id: of.bad_debt_id === null ? customer : null,
      amount,
      booked_on: day,
      voucher: voucher.trim(),
      tax_relief: relief,
      tax_document: document.trim(),
      note: note.trim(),
    });
  };
  return (
    <Form layout="vertical" onFinish={save}>
      <p className="muted">{t("receivables.ui.write_off_help")}</p>
      {of.bad_debt_id === null ? (
        <Form.Item
          label={t("receivables.ui.customer")}
          htmlFor="write-off-customer"
          {...refusedField(act.problem, "customer_id")}
        >
          <CustomerSelect
            id="write-off-customer"
            autoFocus
            value={customer}
            onChange={(id) => setCustomer(id)}
            width="100%"
          />
        </Form.Item>
      ) : (
        <p>{of.name}</p>
      )}
      <div className="two">
        <Form.Item label={t("receivables.ui.amount")} htmlFor="write-off-amount" {...refusedField(act.problem, "amount")}>
          <MoneyInput id="write-off-amount" value={amount} onChange={setAmount} width="100%" />
        </Form.Item>
        <Form.Item label={t("receivables.ui.write_off_booked_on")} {...refusedField(act.problem, "booked_on")}>
          <DayInput value={day} onChange={(chosen) => setDay(chosen ?? "")} label={t("receivables.ui.write_off_booked_on")} />
        </Form.Item>
      </div>
      <Form.Item
        label={t("receivables.ui.write_off_voucher")}
        htmlFor="write-off-voucher"
        required
        {...refusedField(act.problem, "voucher")}
      >
        <Input id="write-off-voucher" maxLength={60} value={voucher} onChange={(event) => setVoucher(event.target.value)} />
      </Form.Item>
      <div className="two">
        <Form.Item label={t("receivables.ui.write_off_tax")} htmlFor="write-off-tax" {...refusedField(act.problem, "tax_relief")}>
          <MoneyInput id="write-off-tax" value={relief} onChange={setRelief} width="100%" />
        </Form.Item>
        <Form.Item label={t("receivables.ui.write_off_tax_document")} htmlFor="write-off-document">
          <Input id="write-off-document" maxLength={60} value={document} onChange={(event) => setDocument(event.target.value)} />
        </Form.Item>
      </div>
      <Form.Item label={t("receivables.ui.bad_debt_note")} htmlFor="write-off-note">
        <Input id="write-off-note" maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      </Form.Item>
      <ProblemAlert problem={act.problem} onRetry={save} />
      <DialogButtons
        confirm={t("receivables.ui.write_off_title")}
        busy={act.busy}
        disabled={!isReady}
        onConfirm={save}
        onClose={onClose}
      />
    </Form>
  );
}
