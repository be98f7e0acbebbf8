import { useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useLocation, useNavigate } from "react-router";
import { useMoneyAct } from "@/kit/act";
import { useT } from "@/kit/i18n";
import { Page } from "@/kit/Page";
import { useCan, useToday } from "@/kit/session";
import { StateTag } from "@/kit/StateTag";
import {
  deliveriesKey,
  deliveryKey,
  MOVED,
  postDelivery,
  previewDelivery,
  releaseDelivery,
  saveDelivery,
  type DeliveryInput,
  type DeliveryView,
} from "./api";
import { actDelivery, useDeliveryActs } from "./deliveryActs";
import { entryLines } from "./entry";
import { HoldNote } from "./HoldNote";
import { GoodsEditor, type Entered, type Way } from "./GoodsEditor";
import { usePostedMessage } from "./messages";

interface DeliveryEditorProps {
  kind: "delivery" | "return";
  /** Absent while nothing is saved. */
  delivery: DeliveryView | null;
  onBorn: (id: string) => void;
}

/** Enters a delivery or return whose goods stand for themselves. */
export function DeliveryEditor({ kind, delivery, onBorn }: DeliveryEditorProps) {
  const t = useT();
  const can = useCan();
  const today = useToday();
  const navigate = useNavigate();
  const { state } = useLocation() as { state: { customer?: { id: string; code: string; name: string } } | null };
  const isReturn = kind === "return";
  const list = isReturn ? "/returns" : "/deliveries";
  const acts = useDeliveryActs({ onGone: () => void navigate(list) });
  const act = useDeliveryAct(kind, delivery, onBorn);
  const mayPost = can("sales.post");
  const title = delivery
    ? t(isReturn ? "sales.ui.return" : "sales.ui.delivery")
    : t(isReturn ? "sales.ui.return_new" : "sales.ui.delivery_new");
  return (
    <Page title={title} beside={<StateTag prefix="sales.state" state="draft" />}>
      {delivery?.hold ? <HoldNote hold={delivery.hold} of={{ kind: "delivery", id: delivery.id }} /> : null}
      <GoodsEditor
        kind={kind}
        head={
          delivery
            ? {
                customer: { id: delivery.customer_id, code: delivery.customer_code, name: delivery.customer_name },
                day: delivery.delivery_date,
                remark: delivery.remark,
                reason: delivery.reason,
              }
            : { customer: state?.customer ?? null, day: today, remark: "", reason: "" }
        }
        lines={delivery ? entryLines(delivery.lines, isReturn) : []}
        previewKey="delivery-preview"
        preview={(entered, signal) => previewDelivery(inputOf(kind, entered, 0), signal)}
        act={act}
        postLabel={mayPost ? t("sales.ui.post") : undefined}
        askFor={delivery && !isReturn ? { kind: "delivery", id: delivery.id } : undefined}
        mayRelease={mayPost && !isReturn}
      >
        {delivery ? (
          <Button type="text" danger disabled={act.busy} onClick={() => acts.remove(actDelivery(delivery))}>
            {t("sales.ui.delete")}
          </Button>
        ) : null}
      </GoodsEditor>
      {acts.dialogs}
    </Page>
  );
}

function inputOf(kind: "delivery" | "return", { head, lines }: Entered, version: number): DeliveryInput {
  return {
    kind,
    customer_id: head.customer?.id ?? null,
    delivery_date: head.day,
    remark: head.remark,
    reason: head.reason,
    lines,
    version,
  };
}

/** Saves first, so that the draft is there also if releasing or posting is refused. */
function useDeliveryAct(kind: "delivery" | "return", delivery: DeliveryView | null, onBorn: (id: string) => void) {
  const t = useT();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { message } = App.useApp();
  const posted = usePostedMessage();
  return useMoneyAct({
    act: async ({ way, entered }: { way: Way; entered: Entered }, key) => {
      const saved = await saveDelivery(delivery?.id ?? null, inputOf(kind, entered, delivery?.version ?? 0));
      client.setQueryData(deliveryKey(saved.id), saved);
      if (!delivery) {
        onBorn(saved.id);
        void navigate(`/deliveries/${saved.id}`, { replace: true });
      }
      const released = way === "release" ? await releaseDelivery(saved.id, saved.version, key) : null;
      if (released) client.setQueryData(deliveryKey(saved.id), released);
      return {
        id: saved.id,
        waits: Boolean(released?.hold),
        posted: way === "post" ? await postDelivery(saved.id, saved.version, key) : null,
      };
    },
    touches: MOVED,
    onDone: (done, { way }) => {
      if (done.posted) posted(done.posted);
      else if (done.waits) void message.warning(t("sales.ui.delivery_held"));
      else void message.success(t(way === "release" ? "sales.ui.released" : "sales.ui.saved"));
    },
    onRefused: () => void client.invalidateQueries({ queryKey: deliveriesKey }),
  });
}
