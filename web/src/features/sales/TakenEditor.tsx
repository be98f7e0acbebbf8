import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { asProblem } from "@/api/problem";
import { useMoneyAct, usePreview } from "@/kit/act";
import { useHotkeys } from "@/kit/hooks";
import { useT } from "@/kit/i18n";
import { Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { useCan } from "@/kit/session";
import { StateTag } from "@/kit/StateTag";
import {
  deliveriesKey,
  deliveryKey,
  getDeliverable,
  getReturnable,
  MOVED,
  ordersKey,
  postDelivery,
  previewDelivery,
  releaseDelivery,
  saveDelivery,
  type DeliveryInput,
  type DeliveryView,
  type TakeableLine,
} from "./api";
import { CreditPanel } from "./CreditPanel";
import { actDelivery, useDeliveryActs } from "./deliveryActs";
import { DocumentHead, type Head } from "./DocumentHead";
import { takenInputs, takenOf, type Taken } from "./entry";
import type { Way } from "./GoodsEditor";
import { usePostedMessage } from "./messages";
import { HoldNote } from "./HoldNote";
import { ReceiptSlot, useHasReceipts } from "./ReceiptSlot";
import { waysOut } from "./refusals";
import { TakeTable } from "./TakeTable";
import "./sales.css";

/** A draft that takes from an order, or from the delivery that comes back. */
export function TakenEditor({ delivery }: { delivery: DeliveryView }) {
  const isReturn = delivery.kind === "return";
  const from = (isReturn ? delivery.source?.id : delivery.order?.id) ?? "";
  const query = useQuery({
    queryKey: [...(isReturn ? deliveriesKey : ordersKey), "left", from],
    queryFn: ({ signal }) => (isReturn ? getReturnable(from, signal) : getDeliverable(from, signal)),
    staleTime: 0,
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  return <TakenForm delivery={delivery} lines={query.data} />;
}

function bodyOf(delivery: DeliveryView, head: Head, taken: Taken): DeliveryInput {
  const isReturn = delivery.kind === "return";
  return {
    kind: delivery.kind,
    order_id: isReturn ? null : delivery.order?.id,
    source_id: isReturn ? delivery.source?.id : null,
    delivery_date: head.day,
    remark: head.remark,
    reason: head.reason,
    lines: takenInputs(taken, isReturn),
    version: delivery.version,
  };
}

function TakenForm({ delivery, lines }: { delivery: DeliveryView; lines: TakeableLine[] }) {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const hasReceipts = useHasReceipts();
  const isReturn = delivery.kind === "return";
  const origin = isReturn ? delivery.source : delivery.order;
  const [head, setHead] = useState<Head>({
    customer: { id: delivery.customer_id, code: delivery.customer_code, name: delivery.customer_name },
    day: delivery.delivery_date,
    remark: delivery.remark,
    reason: delivery.reason,
  });
  const [taken, setTaken] = useState<Taken>(takenOf(delivery.lines, isReturn));
  const [receiving, setReceiving] = useState(false);
  const acts = useDeliveryActs({ onGone: () => void navigate(isReturn ? "/returns" : "/deliveries") });
  const body = bodyOf(delivery, head, taken);
  const asked = body.lines.length > 0 ? { ...body, reason: head.reason || "–", version: 0 } : null;
  const preview = usePreview(["delivery-preview"], asked, previewDelivery);
  const act = useTakenAct(delivery, body);
  const mayPost = can("sales.post");
  const post = () => act.run(mayPost ? "post" : "save");
  useHotkeys({ "ctrl+enter": () => act.run("save"), "ctrl+shift+enter": post }, !act.busy && !receiving);
  const problem = act.problem ?? preview.problem;
  return (
    <Page
      title={t(isReturn ? "sales.ui.return" : "sales.ui.delivery")}
      beside={
        <>
          <StateTag prefix="sales.state" state="draft" />
          {origin ? <Link to={`${isReturn ? "/deliveries" : "/orders"}/${origin.id}`}>{origin.no}</Link> : null}
        </>
      }
    >
      {delivery.hold ? <HoldNote hold={delivery.hold} of={{ kind: "delivery", id: delivery.id }} /> : null}
      <DocumentHead kind={delivery.kind} value={head} onChange={setHead} problem={act.problem} fixedCustomer />
      <div className="sales-body">
        <Panel>
          <TakeTable
            lines={lines}
            taken={taken}
            onChange={setTaken}
            returned={isReturn}
            preview={preview.data}
            stale={preview.stale}
            problem={problem}
          />
        </Panel>
        <div className="sales-side">
          <CreditPanel preview={preview.data} stale={preview.stale} />
          <ProblemAlert
            problem={problem}
            onRetry={post}
            actions={(refusal) =>
              waysOut(refusal, {
                t,
                customerId: delivery.customer_id,
                navigate: (to) => void navigate(to),
                register: hasReceipts ? () => setReceiving(true) : undefined,
                saveInstead: () => act.run("save"),
              })
            }
          />
          <div style={{ display: "flex", flexWrap: "wrap", gap: 8 }}>
            {mayPost ? (
              <Button type="primary" loading={act.busy} disabled={body.lines.length === 0} onClick={post}>
                {t("sales.ui.post")}
              </Button>
            ) : null}
            {mayPost && !isReturn ? (
              <Button disabled={act.busy || body.lines.length === 0} onClick={() => act.run("release")}>
                {t("sales.ui.release_only")}
              </Button>
            ) : null}
            <Button disabled={act.busy || body.lines.length === 0} onClick={() => act.run("save")}>
              {t("sales.ui.save")}
            </Button>
            <Button type="text" danger disabled={act.busy} onClick={() => acts.remove(actDelivery(delivery))}>
              {t("sales.ui.delete")}
            </Button>
          </div>
        </div>
      </div>
      {acts.dialogs}
      <ReceiptSlot open={receiving} customerId={delivery.customer_id} onClose={() => setReceiving(false)} />
    </Page>
  );
}

function useTakenAct(delivery: DeliveryView, body: DeliveryInput) {
  const t = useT();
  const client = useQueryClient();
  const { message } = App.useApp();
  const posted = usePostedMessage();
  return useMoneyAct({
    act: async (way: Way, key) => {
      const saved = await saveDelivery(delivery.id, body);
      client.setQueryData(deliveryKey(saved.id), saved);
      if (way === "post") return { posted: await postDelivery(saved.id, saved.version, key), waits: false };
      const released = way === "release" ? await releaseDelivery(saved.id, saved.version, key) : null;
      if (released) client.setQueryData(deliveryKey(saved.id), released);
      return { posted: null, waits: Boolean(released?.hold) };
    },
    touches: MOVED,
    onDone: (done, way) => {
      if (done.posted) posted(done.posted);
      else if (done.waits) void message.warning(t("sales.ui.delivery_held"));
      else void message.success(t(way === "release" ? "sales.ui.released" : "sales.ui.saved"));
    },
  });
}
