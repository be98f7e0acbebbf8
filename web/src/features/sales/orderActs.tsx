import { CarOutlined, CheckOutlined, CloseCircleOutlined, DeleteOutlined } from "@ant-design/icons";
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
import { cancelOrder, confirmOrder, deleteOrder, getOrder, MOVED, orderKey, ordersKey, saveOrder, type OrderView } from "./api";
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
  const can = useCan();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const hasReceipts = useHasReceipts();
  const [taking, setTaking] = useState<TakeFrom | null>(null);
  const [cancelling, setCancelling] = useState<ActOrder | null>(null);
  const [refused, setRefused] = useState<ActOrder | null>(null);
  const [receiving, setReceiving] = useState(false);
  const confirm = useMoneyAct({
    act: (order: ActOrder, key) => confirmOrder(order.id, order.version, key),
    touches: MOVED,
    onDone: (order) => void message.success(t("sales.ui.confirmed", { no: order.no ?? "" })),
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
  const mayWrite = can("sales.write");
  const actionsOf = (order: ActOrder): RowAction[] => {
    const actions: RowAction[] = [];
    if (order.state === "draft" && mayWrite) {
      actions.push({
        key: "confirm",
        label: t("sales.ui.confirm"),
        icon: <CheckOutlined aria-hidden />,
        onClick: () => {
          setRefused(order);
          confirm.reset();
          confirm.run(order);
        },
      });
      actions.push({
        key: "delete",
        label: t("sales.ui.delete"),
        icon: <DeleteOutlined aria-hidden />,
        danger: true,
        divided: true,
        onClick: () => remove(order),
      });
    }
    if (order.state === "confirmed" && mayWrite) {
      actions.push({
        key: "deliver",
        label: t("sales.ui.deliver"),
        icon: <CarOutlined aria-hidden />,
        onClick: () => setTaking({ kind: "delivery", id: order.id, no: order.no, customerId: order.customer_id }),
      });
      actions.push({
        key: "cancel",
        label: t("sales.ui.cancel"),
        icon: <CloseCircleOutlined aria-hidden />,
        danger: true,
        divided: true,
        onClick: () => {
          cancel.reset();
          setCancelling(order);
        },
      });
    }
    return actions;
  };
  return {
    actionsOf,
    remove,
    alert: (
      <ProblemAlert
        problem={confirm.problem}
        onRetry={() => (refused ? confirm.run(refused) : undefined)}
        actions={(problem) =>
          waysOut(problem, {
            t,
            customerId: refused?.customer_id,
            navigate: (to) => void navigate(to),
            register: hasReceipts ? () => setReceiving(true) : undefined,
          })
        }
      />
    ),
    dialogs: (
      <>
        <TakeDialog from={taking} onClose={() => setTaking(null)} />
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
