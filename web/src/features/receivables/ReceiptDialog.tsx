import { Drawer, Form } from "antd";
import { useState } from "react";
import { useIsNarrow } from "@/kit/hooks";
import { useT } from "@/kit/i18n";
import { CustomerSelect } from "@/kit/lookups";
import type { SlotProps } from "@/kit/slots";
import { WriteOff } from "./WriteOff";
import type { Paper } from "./writeOff";

type Props = SlotProps["receipt.dialog"] & { paper?: Paper };

/** Registers a receipt and writes it off in the same step; used from lists, customers and statements. */
export default function ReceiptDialog(props: Props) {
  const t = useT();
  const narrow = useIsNarrow();
  return (
    <Drawer
      open={props.open}
      onClose={props.onClose}
      title={props.paper === "expense" ? t("receivables.ui.expense_new") : t("receivables.ui.receipt_new")}
      size={narrow ? "100%" : 1120}
      destroyOnHidden
      mask={{ closable: false }}
    >
      {props.open ? <Content {...props} /> : null}
    </Drawer>
  );
}

function Content(props: Props) {
  const t = useT();
  const [chosen, setChosen] = useState(props.customerId);
  const customerId = props.customerId || chosen;
  return (
    <>
      {props.customerId ? null : (
        <Form.Item label={t("receivables.ui.customer")} htmlFor="receipt-customer" layout="vertical">
          <CustomerSelect
            id="receipt-customer"
            value={chosen || null}
            onChange={(id) => setChosen(id ?? "")}
            label={t("receivables.ui.customer")}
            autoFocus
            width={320}
          />
        </Form.Item>
      )}
      {customerId ? (
        <WriteOff
          key={customerId}
          customerId={customerId}
          entries={props.entries}
          carried={props.carried}
          amount={props.amount}
          paper={props.paper}
          onDone={() => {
            props.onDone?.();
            props.onClose();
          }}
        />
      ) : (
        <p className="muted">{t("receivables.ui.choose_customer")}</p>
      )}
    </>
  );
}
