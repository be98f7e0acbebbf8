import { useQuery } from "@tanstack/react-query";
import { App, Button, Space } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { asProblem } from "@/api/problem";
import { useMoneyAct } from "@/kit/act";
import { DayText, InstantText } from "@/kit/DayText";
import { isZero } from "@/kit/format";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Facts, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { ReasonDialog } from "@/kit/ReasonDialog";
import { useCan } from "@/kit/session";
import { StateTag } from "@/kit/StateTag";
import { MONEY_TOUCHES, getReceipt, receiptsKey, reverseReceipt, undoWriteOff, type ReceiptDetail } from "./api";
import { Allocations } from "./Allocations";
import { BounceForm, ClearDialog, DepositForm } from "./ReceiptActs";
import { PickedForm } from "./PickedForm";
import { ReservationTable, ReserveDialog } from "./Reservations";

/** A receipt: what came in, what it closed, what is left; written off, undone and reversed from here. */
export function ReceiptView({ id }: { id: string }) {
  const query = useQuery({
    queryKey: [...receiptsKey, id],
    queryFn: ({ signal }) => getReceipt(id, signal),
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  return <Loaded receipt={query.data} />;
}

function Loaded({ receipt }: { receipt: ReceiptDetail }) {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const [reversing, setReversing] = useState(false);
  const [asked, setAsked] = useState<"clear" | "bounce" | "use" | "return" | null>(null);
  const isDeposit = receipt.purpose !== "payment";
  const done = () => setAsked(null);
  const [reserving, setReserving] = useState(false);
  const [undoing, setUndoing] = useState(false);
  const isLive = receipt.state === "posted";
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 12 }}>
      <ReceiptFacts receipt={receipt} />
      {can("receivables.write") && isLive ? (
        <Space wrap>
          {receipt.instrument?.state === "held" ? (
            <Button type="primary" onClick={() => setAsked("clear")}>
              {t("receivables.ui.clear")}
            </Button>
          ) : null}
          {isDeposit && !isZero(receipt.on_account) ? (
            <>
              <Button type="primary" onClick={() => setAsked("use")}>
                {t("receivables.ui.deposit_use")}
              </Button>
              <Button onClick={() => setAsked("return")}>{t("receivables.ui.new_refund")}</Button>
            </>
          ) : null}
          {!isDeposit && !isZero(receipt.on_account) ? (
            <Button
              type="primary"
              onClick={() =>
                void navigate(`/write-off?customer=${receipt.customer_id}&credit=${receipt.entry_id}`)
              }
            >
              {t("receivables.ui.write_off")}
            </Button>
          ) : null}
          {!isZero(receipt.on_account) ? (
            <Button onClick={() => setReserving(true)}>{t("receivables.ui.reserve")}</Button>
          ) : null}
          <Button danger onClick={() => setAsked("bounce")}>
            {t("receivables.ui.bounce")}
          </Button>
          <Button danger onClick={() => setReversing(true)}>
            {t("receivables.ui.reverse")}
          </Button>
        </Space>
      ) : null}
      <Panel title={t("receivables.ui.allocations")}>
        {can("receivables.write") && receipt.allocations.filter((row) => row.can_undo).length > 1 ? (
          <Button style={{ marginBottom: 8 }} onClick={() => setUndoing(true)}>
            {t("receivables.ui.undo_all")}
          </Button>
        ) : null}
        <UndoAllDialog receipt={undoing ? receipt : null} onClose={() => setUndoing(false)} />
        <Allocations rows={receipt.allocations} canUndo={can("receivables.write")} />
      </Panel>
      {receipt.reservations.length > 0 ? (
        <Panel title={t("receivables.ui.reserved")}>
          <ReservationTable rows={receipt.reservations} of="receipt" />
        </Panel>
      ) : null}
      <ReserveDialog
        open={reserving}
        title={t("receivables.ui.reserve_title", { no: receipt.no })}
        customerId={receipt.customer_id}
        receiptId={receipt.id}
        onClose={() => setReserving(false)}
      />
      <ClearDialog receipt={receipt} open={asked === "clear"} onClose={done} />
      <BounceForm receipt={receipt} open={asked === "bounce"} onClose={done} />
      <DepositForm receipt={receipt} open={asked === "use"} onClose={done} />
      <PickedForm kind={asked === "return" ? "refund" : null} customerId={receipt.customer_id} onClose={done} />
      <ReverseDialog
        receipt={reversing ? receipt : null}
        onClose={() => setReversing(false)}
      />
    </div>
  );
}

function ReceiptFacts({ receipt }: { receipt: ReceiptDetail }) {
  const t = useT();
  const word = useValueText();
  return (
    <Panel>
      <Facts
        items={[
          {
            key: "customer",
            name: t("receivables.ui.customer"),
            value: (
              <>
                {receipt.customer_name} <span className="muted">{receipt.customer_code}</span>
              </>
            ),
          },
          { key: "date", name: t("receivables.ui.date"), value: <DayText value={receipt.receipt_date} /> },
          { key: "method", name: t("receivables.ui.method"), value: word("receivables.method", receipt.method) },
          {
            key: "amount",
            name: t("receivables.ui.amount"),
            value: <MoneyText value={receipt.amount} currency={receipt.currency} strong />,
          },
          {
            key: "left",
            name: t("receivables.ui.on_account"),
            value: <MoneyText value={receipt.on_account} currency={receipt.currency} />,
          },
          {
            key: "purpose",
            name: t("receivables.ui.purpose"),
            value: receipt.purpose === "payment" ? "" : word("receivables.purpose", receipt.purpose),
          },
          {
            key: "instrument",
            name: t("receivables.ui.instrument"),
            value: receipt.instrument ? (
              <>
                {receipt.instrument.no} {receipt.instrument.drawer} · <DayText value={receipt.instrument.due_date} />{" "}
                <StateTag
                  prefix="receivables.instrument"
                  state={receipt.instrument.state}
                  tones={{ held: "warn", cleared: "good", bounced: "bad" }}
                />
              </>
            ) : (
              ""
            ),
          },
          { key: "reference", name: t("receivables.ui.reference"), value: receipt.reference },
          { key: "remark", name: t("receivables.ui.remark"), value: receipt.remark },
          {
            key: "state",
            name: t("receivables.ui.state"),
            value: (
              <>
                <StateTag prefix="receivables.state" state={receipt.state} tones={{ posted: "good", bounced: "bad" }} />{" "}
                <span className="muted">{receipt.reason}</span>{" "}
                <span className="muted">
                  <InstantText value={receipt.created_at} />
                </span>
              </>
            ),
          },
        ].filter((item) => item.value !== "")}
      />
    </Panel>
  );
}

/** Takes back everything that a receipt closed, with the discounts and differences that went with it. */
function UndoAllDialog(props: { receipt: { id: string; no: string } | null; onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const { receipt, onClose } = props;
  const act = useMoneyAct({
    act: (reason: string, key) => undoWriteOff(receipt?.id ?? "", reason, key),
    touches: MONEY_TOUCHES,
    onDone: () => {
      message.success(t("receivables.ui.undone"));
      onClose();
    },
  });
  return (
    <ReasonDialog
      open={receipt !== null}
      title={t("receivables.ui.undo_all")}
      confirm={t("receivables.ui.undo_confirm")}
      busy={act.busy}
      problem={act.problem}
      onConfirm={act.run}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      {t("receivables.ui.undo_all_help", { no: receipt?.no ?? "" })}
    </ReasonDialog>
  );
}

/** Asks why a receipt is reversed, and says what follows from it. */
export function ReverseDialog(props: { receipt: { id: string; no: string } | null; onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const { receipt, onClose } = props;
  const act = useMoneyAct({
    act: (reason: string, key) => reverseReceipt(receipt?.id ?? "", reason, key),
    touches: MONEY_TOUCHES,
    onDone: (done) => {
      message.success(t("receivables.ui.reversed", { no: done.no }));
      onClose();
    },
  });
  const close = () => {
    act.reset();
    onClose();
  };
  return (
    <ReasonDialog
      open={receipt !== null}
      title={t("receivables.ui.reverse_title", { no: receipt?.no ?? "" })}
      confirm={t("receivables.ui.reverse_confirm")}
      danger
      busy={act.busy}
      problem={act.problem}
      onConfirm={act.run}
      onClose={close}
    >
      {t("receivables.ui.reverse_help")}
    </ReasonDialog>
  );
}
