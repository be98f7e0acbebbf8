import { CheckOutlined, DeleteOutlined, RollbackOutlined, StopOutlined, UnlockOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import type { Problem } from "@/api/problem";
import { useAct, useMoneyAct } from "@/kit/act";
import { moneyText } from "@/kit/format";
import { useT } from "@/kit/i18n";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { ReasonDialog } from "@/kit/ReasonDialog";
import type { RowAction } from "@/kit/RowMenu";
import { useCan } from "@/kit/session";
import {
  deleteDelivery,
  deliveriesKey,
  deliveryKey,
  getDelivery,
  MOVED,
  postDelivery,
  releaseDelivery,
  reverseDelivery,
  saveDelivery,
  withdrawDelivery,
  type DeliveryInput,
  type DeliveryView,
} from "./api";
import { negated } from "./entry";
import { AskDialog, type Asking } from "./HoldNote";
import { usePostedMessage } from "./messages";
import { ReceiptSlot, useHasReceipts } from "./ReceiptSlot";
import { waysOut } from "./refusals";
import { TakeDialog, type TakeFrom } from "./TakeDialog";

/** What the acts need of a delivery or return; rows of the lists and the page's document both have it. */
export interface ActDelivery {
  id: string;
  kind: string;
  no?: string | null;
  state: string;
  customer_id: string;
  currency: string;
  total: string;
  reversed: boolean;
  reversal: boolean;
  version: number;
}

export function actDelivery(view: DeliveryView): ActDelivery {
  return { ...view, reversed: Boolean(view.reversed_by), reversal: Boolean(view.reversal_of) };
}

interface DeliveryActs {
  actionsOf: (row: ActDelivery) => RowAction[];
  remove: (row: ActDelivery) => void;
  alert: ReactNode;
  dialogs: ReactNode;
}

type Step = "release" | "post" | "withdraw";

/** Everything one does with a delivery or return besides entering it. */
export function useDeliveryActs({ onGone }: { onGone?: () => void }): DeliveryActs {
  const t = useT();
  const navigate = useNavigate();
  const hasReceipts = useHasReceipts();
  const [taking, setTaking] = useState<TakeFrom | null>(null);
  const [reversing, setReversing] = useState<ActDelivery | null>(null);
  const [last, setLast] = useState<{ row: ActDelivery; step: Step } | null>(null);
  const [receiving, setReceiving] = useState(false);
  const [asking, setAsking] = useState<Asking | null>(null);
  const step = useStep();
  const reverse = useReverse(() => setReversing(null));
  const remove = useRemoveDelivery(onGone);
  const offer = useOffers();
  const run = (row: ActDelivery, name: Step) => {
    setLast({ row, step: name });
    step.reset();
    step.run({ row, step: name });
  };
  const actionsOf = (row: ActDelivery) =>
    offer(row, {
      post: () => run(row, "post"),
      release: () => run(row, "release"),
      withdraw: () => run(row, "withdraw"),
      remove: () => remove(row),
      giveBack: () => setTaking({ kind: "return", id: row.id, no: row.no, customerId: row.customer_id }),
      reverse: () => {
        reverse.reset();
        setReversing(row);
      },
    });
  const ways = (problem: Problem, row: ActDelivery | null | undefined) =>
    waysOut(problem, {
      t,
      ask: row?.state === "draft" ? () => setAsking({ kind: "delivery", id: row.id }) : undefined,
      customerId: row?.customer_id,
      navigate: (to) => void navigate(to),
      register: hasReceipts ? () => setReceiving(true) : undefined,
    });
  return {
    actionsOf,
    remove,
    alert: (
      <ProblemAlert
        problem={step.problem}
        onRetry={() => last && step.run(last)}
        actions={(problem) => ways(problem, last?.row)}
      />
    ),
    dialogs: (
      <>
        <TakeDialog from={taking} onClose={() => setTaking(null)} />
        <AskDialog asking={asking} onClose={() => setAsking(null)} />
        <ReverseDialog
          row={reversing}
          busy={reverse.busy}
          problem={reverse.problem}
          ways={(problem) => ways(problem, reversing)}
          onConfirm={(row, reason) => reverse.run({ row, reason })}
          onClose={() => setReversing(null)}
        />
        <ReceiptSlot open={receiving} customerId={last?.row.customer_id} onClose={() => setReceiving(false)} />
      </>
    ),
  };
}

function useStep() {
  const t = useT();
  const { message } = App.useApp();
  const posted = usePostedMessage();
  return useMoneyAct({
    act: async ({ row, step }: { row: ActDelivery; step: Step }, key) => {
      if (step === "post") return { posted: await postDelivery(row.id, row.version, key), waits: false };
      const moved =
        step === "release"
          ? await releaseDelivery(row.id, row.version, key)
          : await withdrawDelivery(row.id, row.version);
      return { posted: null, waits: Boolean(moved.hold) };
    },
    touches: MOVED,
    onDone: (done, { step }) => {
      if (done.posted) posted(done.posted);
      else if (done.waits) void message.warning(t("sales.ui.delivery_held"));
      else void message.success(t(step === "release" ? "sales.ui.released" : "sales.ui.withdrawn"));
    },
  });
}

function useReverse(onDone: () => void) {
  const t = useT();
  const { message } = App.useApp();
  return useMoneyAct({
    act: ({ row, reason }: { row: ActDelivery; reason: string }, key) =>
      reverseDelivery(row.id, row.version, reason, key),
    touches: MOVED,
    onDone: (posted) => {
      onDone();
      void message.success(t("sales.ui.reversed", { no: posted.no }));
    },
  });
}

type Handlers = Record<"post" | "release" | "withdraw" | "remove" | "giveBack" | "reverse", () => void>;

/** What the state of a document and the role of the person allow. */
function useOffers(): (row: ActDelivery, on: Handlers) => RowAction[] {
  const t = useT();
  const can = useCan();
  const [mayWrite, mayPost] = [can("sales.write"), can("sales.post")];
  return (row, on) => {
    const actions: RowAction[] = [];
    const isReturn = row.kind === "return";
    if (row.state !== "posted" && mayPost) {
      const icon = <CheckOutlined aria-hidden />;
      actions.push({ key: "post", label: t("sales.ui.post"), icon, onClick: on.post });
    }
    if (row.state === "draft" && mayPost && !isReturn) {
      const icon = <UnlockOutlined aria-hidden />;
      actions.push({ key: "release", label: t("sales.ui.release"), icon, onClick: on.release });
    }
    if (row.state === "released" && mayPost) {
      actions.push({ key: "withdraw", label: t("sales.ui.withdraw"), onClick: on.withdraw });
    }
    if (row.state === "draft" && mayWrite) {
      const icon = <DeleteOutlined aria-hidden />;
      const label = t("sales.ui.delete");
      actions.push({ key: "delete", label, icon, danger: true, divided: true, onClick: on.remove });
    }
    if (row.state === "posted" && !row.reversed && !row.reversal) {
      if (!isReturn && mayWrite) {
        const icon = <RollbackOutlined aria-hidden />;
        actions.push({ key: "return", label: t("sales.ui.make_return"), icon, onClick: on.giveBack });
      }
      if (mayPost) {
        const icon = <StopOutlined aria-hidden />;
        const label = t("sales.ui.reverse");
        actions.push({ key: "reverse", label, icon, danger: true, divided: true, onClick: on.reverse });
      }
    }
    return actions;
  };
}

interface ReverseDialogProps {
  row: ActDelivery | null;
  busy: boolean;
  problem: Problem | null;
  ways: (problem: Problem) => ReturnType<typeof waysOut>;
  onConfirm: (row: ActDelivery, reason: string) => void;
  onClose: () => void;
}

function ReverseDialog({ row, busy, problem, ways, onConfirm, onClose }: ReverseDialogProps) {
  const t = useT();
  const offered = problem ? ways(problem) : [];
  return (
    <ReasonDialog
      open={row !== null}
      title={t("sales.ui.reverse_title", { no: row?.no ?? "" })}
      confirm={t("sales.ui.reverse_confirm")}
      danger
      busy={busy}
      problem={problem}
      onConfirm={(reason) => row && onConfirm(row, reason)}
      onClose={onClose}
    >
      {row
        ? t("sales.ui.reverse_what", {
            amount: moneyText(negated(row.total), { zero: "digits" }),
            currency: row.currency,
          })
        : null}
      {offered.map((way) => (
        <Button key={way.key} type="link" size="small" onClick={way.onClick}>
          {way.label}
        </Button>
      ))}
    </ReasonDialog>
  );
}

/** Deletes a draft at once, and offers to bring it back. */
function useRemoveDelivery(onGone?: () => void): (row: ActDelivery) => void {
  const t = useT();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { message } = App.useApp();
  const back = useAct({
    act: (kept: DeliveryView) => saveDelivery(null, bodyOf(kept)),
    touches: [deliveriesKey],
    onDone: (saved) => void navigate(`/deliveries/${saved.id}`),
  });
  const remove = useAct({
    act: async (row: ActDelivery) => {
      const kept = await getDelivery(row.id);
      await deleteDelivery(row.id);
      // Leave before the lists are read again: there is nothing left to show.
      onGone?.();
      client.removeQueries({ queryKey: deliveryKey(row.id) });
      return kept;
    },
    touches: [deliveriesKey],
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

function bodyOf(kept: DeliveryView): DeliveryInput {
  const isTaken = Boolean(kept.source) || Boolean(kept.order);
  return {
    kind: kept.kind,
    customer_id: kept.customer_id,
    order_id: kept.kind === "delivery" ? (kept.order?.id ?? null) : null,
    source_id: kept.source?.id ?? null,
    delivery_date: kept.delivery_date,
    salesperson_id: kept.salesperson_id,
    remark: kept.remark,
    reason: kept.reason,
    version: 0,
    lines: kept.lines.map((line: DeliveryView["lines"][number]) =>
      isTaken
        ? {
            quantity: line.quantity,
            order_line_no: kept.source ? null : line.order_line_no,
            source_line_no: line.source_line_no,
          }
        : { product_id: line.product_id, quantity: line.quantity, price: line.price },
    ),
  };
}
