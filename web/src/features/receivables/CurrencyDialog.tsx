import { App, Form, Modal, Select } from "antd";
import { useState } from "react";
import { useAct } from "@/kit/act";
import { currencyOptions } from "@/kit/choices";
import { useT } from "@/kit/i18n";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { DialogButtons } from "@/kit/ReasonDialog";
import { useSession } from "@/kit/session";
import { addCurrency, openItemsKey } from "./api";

/** Opens an account of a customer in one more currency. */
export function CurrencyDialog(props: { open: boolean; customerId: string; onClose: () => void }) {
  const t = useT();
  const { language } = useSession();
  const { message } = App.useApp();
  const [currency, setCurrency] = useState<string>();
  const act = useAct({
    act: (code: string) => addCurrency(props.customerId, code),
    touches: [openItemsKey(props.customerId), ["customers"]],
    onDone: (done) => {
      message.success(t("receivables.ui.currency_added", { currency: done.currency }));
      props.onClose();
    },
  });
  return (
    <Modal
      open={props.open}
      title={t("receivables.ui.currency_add")}
      footer={null}
      destroyOnHidden
      onCancel={props.onClose}
    >
      <Form layout="vertical">
        <Form.Item label={t("receivables.ui.currency")} htmlFor="new-currency" extra={t("receivables.ui.currency_help")}>
          <Select id="new-currency" value={currency} onChange={setCurrency} options={currencyOptions(language)} />
        </Form.Item>
      </Form>
      <ProblemAlert problem={act.problem} />
      <DialogButtons
        confirm={t("receivables.ui.currency_add_confirm")}
        busy={act.busy}
        disabled={!currency}
        onConfirm={() => {
          if (currency) act.run(currency);
        }}
        onClose={props.onClose}
      />
    </Modal>
  );
}
