import { CarOutlined, CheckOutlined, CloseCircleOutlined, DeleteOutlined, EditOutlined, UndoOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { useAct, useMoneyAct } from "@/kit/act";
import { isZero, moneyText } from "@/kit/format";
import { useT } from "@/kit/i18n";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { ReasonDialog } from "@/kit/ReasonDialog";
import type { RowAction } from "@/kit/RowMenu";
import { useCan } from "@/kit/session";
import { cancelOrder, confirmOrder, deleteOrder, getOrder, MOVED, orderKey, ordersKey, reopenOrder, saveOrder, type OrderView } from "./api";
import { AmendDialog } from "./AmendDialog";
import { AskDialog, type Asking } from "./HoldNote";
import { ReceiptSlot, useHasReceipts } from "./ReceiptSlot";
import { waysOut } from "./refusals";
import { TakeDialog, type TakeFrom } from "./TakeDialog";

/** What the acts need of an order; rows of the list and the page's order both have it. */
export interface ActOrder {
  id: string;
  no?: string | null;
  state: string;
  customer_id: string;
  currency: string;
  total: string;
  delivered: string;
  version: number;
  /** Why the rest was cancelled; rows of the list do not say it. */
  reason?: string;
}

interface OrderActs {
  actionsOf: (order: ActOrder) => RowAction[];
  remove: (order: ActOrder) => void;
  /** Why the last act from a menu was refused. */
  alert: ReactNode;
  dialogs: ReactNode;
}

/** Everything one does with an order besides entering it: the same in the list and on its page. */
export function useOrderActs({ onGone }: { onGone?: () => void }): OrderActs {
  const t = useT();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const hasReceipts = useHasReceipts();
  const [taking, setTaking] = useState<TakeFrom | null>(null);
  const [cancelling, setCancelling] = useState<ActOrder | null>(null);
  const [refused, setRefused] = useState<ActOrder | null>(null);
  const [receiving, setReceiving] = useState(false);
  const [amending, setAmending] = useState<string | null>(null);
  const [asking, setAsking] = useState<Asking | null>(null);
  const confirm = useMoneyAct({
    act: (order: ActOrder, key) => confirmOrder(order.id, order.version, key),
    touches: MOVED,
    onDone: (order) =>
      void message.success(
        t(order.state === "held" ? "sales.ui.held" : "sales.ui.confirmed", { no: order.no ?? "" }),
      ),
  });
  const reopen = useMoneyAct({
    act: (order: ActOrder, key) => reopenOrder(order.id, order.version, key),
    touches: MOVED,
    onDone: (order) =>
      void message.success(
        t(order.state === "held" ? "sales.ui.held" : "sales.ui.reopened", { no: order.no ?? "" }),
      ),
  });
  const cancel = useAct({
    act: ({ order, reason }: { order: ActOrder; reason: string }) => cancelOrder(order.id, order.version, reason),
    touches: MOVED,
    onDone: () => {
      setCancelling(null);
      void message.success(t("sales.ui.cancelled"));
    },
  });
  const remove = useRemoveOrder(onGone);
  const offer = useOffers();
  const actionsOf = (order: ActOrder) =>
    offer(order, {
      confirm: () => {
        setRefused(order);
        reopen.reset();
        confirm.reset();
        confirm.run(order);
      },
      reopen: () => {
        setRefused(order);
        confirm.reset();
        reopen.reset();
        reopen.run(order);
      },
      deliver: () => setTaking({ kind: "delivery", id: order.id, no: order.no, customerId: order.customer_id }),
      amend: () => setAmending(order.id),
      cancel: () => {
        cancel.reset();
        setCancelling(order);
      },
      remove: () => remove(order),
    });
  return {
    actionsOf,
    remove,
    alert: (
      <ProblemAlert
        problem={confirm.problem ?? reopen.problem}
        onRetry={() => {
          if (!refused) return;
          if (refused.state === "draft") confirm.run(refused);
          else reopen.run(refused);
        }}
        actions={(problem) =>
          waysOut(problem, {
            t,
            customerId: refused?.customer_id,
            navigate: (to) => void navigate(to),
            register: hasReceipts ? () => setReceiving(true) : undefined,
            ask: refused?.state === "draft" ? () => setAsking({ kind: "order", id: refused.id }) : undefined,
          })
        }
      />
    ),
    dialogs: (
      <>
        <TakeDialog from={taking} onClose={() => setTaking(null)} />
        <AmendDialog id={amending} onClose={() => setAmending(null)} />
        <AskDialog asking={asking} onClose={() => setAsking(null)} />
        <CancelDialog
          order={cancelling}
          busy={cancel.busy}
          problem={cancel.problem}
          onConfirm={(order, reason) => cancel.run({ order, reason })}
          onClose={() => setCancelling(null)}
        />
        <ReceiptSlot open={receiving} customerId={refused?.customer_id} onClose={() => setReceiving(false)} />
      </>
    ),
  };
}

type Handlers = Record<"confirm" | "reopen" | "deliver" | "amend" | "cancel" | "remove", () => void>;

/** What the state of an order and the role of the person allow. */
function useOffers(): (order: ActOrder, on: Handlers) => RowAction[] {
  const t = useT();
  const mayWrite = useCan()("sales.write");
  return (order, on) => {
    const actions: RowAction[] = [];
    if (!mayWrite) return actions;
    const { state } = order;
    if (state === "draft") {
      const [confirm, remove] = [<CheckOutlined key="confirm" aria-hidden />, <DeleteOutlined key="delete" aria-hidden />];
      actions.push({ key: "confirm", label: t("sales.ui.confirm"), icon: confirm, onClick: on.confirm });
      const label = t("sales.ui.delete");
      actions.push({ key: "delete", label, icon: remove, danger: true, divided: true, onClick: on.remove });
    }
    if (state === "confirmed") {
      const icon = <CarOutlined aria-hidden />;
      actions.push({ key: "deliver", label: t("sales.ui.deliver"), icon, onClick: on.deliver });
    }
    if ((state === "closed" || state === "cancelled") && order.no && order.reason) {
      const icon = <UndoOutlined aria-hidden />;
      actions.push({ key: "reopen", label: t("sales.ui.reopen"), icon, onClick: on.reopen });
    }
    if (state === "confirmed" || state === "held") {
      const [amend, cancel] = [<EditOutlined key="amend" aria-hidden />, <CloseCircleOutlined key="cancel" aria-hidden />];
      actions.push({ key: "amend", label: t("sales.ui.amend"), icon: amend, onClick: on.amend });
      const label = t("sales.ui.cancel");
      actions.push({ key: "cancel", label, icon: cancel, danger: true, divided: true, onClick: on.cancel });
    }
    return actions;
  };
}

interface CancelDialogProps {
  order: ActOrder | null;
  busy: boolean;
  problem: Parameters<typeof ProblemAlert>[0]["problem"];
  onConfirm: (order: ActOrder, reason: string) => void;
  onClose: () => void;
}

function CancelDialog({ order, busy, problem, onConfirm, onClose }: CancelDialogProps) {
  const t = useT();
  const nothing = order !== null && isZero(order.delivered);
  return (
    <ReasonDialog
      open={order !== null}
      title={t("sales.ui.cancel_title", { no: order?.no ?? "" })}
      confirm={t("sales.ui.cancel_confirm")}
      danger
      busy={busy}
      problem={problem}
      onConfirm={(reason) => order && onConfirm(order, reason)}
      onClose={onClose}
    >
      {nothing
        ? t("sales.ui.cancel_what", { amount: moneyText(order.total), currency: order.currency })
        : t("sales.ui.cancel_rest")}
    </ReasonDialog>
  );
}

/** Deletes a draft at once, and offers to bring it back. */
function useRemoveOrder(onGone?: () => void): (order: ActOrder) => void {
  const t = useT();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { message } = App.useApp();
  const back = useAct({
    act: (kept: OrderView) => saveOrder(null, bodyOf(kept)),
    touches: [ordersKey],
    onDone: (order) => void navigate(`/orders/${order.id}`),
  });
  const remove = useAct({
    act: async (order: ActOrder) => {
      const kept = await getOrder(order.id);
      await deleteOrder(order.id);
      // Leave before the lists are read again: there is nothing left to show.
      onGone?.();
      client.removeQueries({ queryKey: orderKey(order.id) });
      return kept;
    },
    touches: [ordersKey],
    onDone: (kept) => {
      void message.success({
        content: (
          <>
            {t("sales.ui.deleted")}{" "}
            <Button type="link" size="small" onClick={() => back.run(kept)}>
              {t("sales.ui.undo")}
            </Button>
          </>
        ),
        duration: 8,
      });
    },
    onRefused: (problem) => void message.error(problem.title),
  });
  return remove.run;
}

function bodyOf(order: OrderView) {
  return {
    customer_id: order.customer_id,
    order_date: order.order_date,
    salesperson_id: order.salesperson_id,
    remark: order.remark,
    version: 0,
    lines: order.lines.map((line: OrderView["lines"][number]) => ({
      product_id: line.product_id,
      quantity: line.quantity,
      price: line.price,
    })),
  };
}
