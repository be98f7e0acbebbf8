import { useQuery } from "@tanstack/react-query";
import { App, Button, Form, Input, Modal, Space } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { asProblem } from "@/api/problem";
import { useMoneyAct, usePreview } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { refusedField } from "@/kit/forms";
import { isZero } from "@/kit/format";
import { useHotkeys } from "@/kit/hooks";
import { useT } from "@/kit/i18n";
import { Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { useCan, useToday } from "@/kit/session";
import {
  deliveriesKey,
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
import { allLeft, takenInputs, type Taken } from "./entry";
import { usePostedMessage } from "./messages";
import { ReceiptSlot, useHasReceipts } from "./ReceiptSlot";
import { waysOut } from "./refusals";
import { TakeTable } from "./TakeTable";
import "./sales.css";

/** What is taken from: an order that is delivered, or a delivery that comes back. */
export interface TakeFrom {
  kind: "delivery" | "return";
  id: string;
  no: string | null | undefined;
  customerId: string;
}

interface TakeDialogProps {
  from: TakeFrom | null;
  onClose: () => void;
}

/** Delivers an order, or takes goods of a delivery back, whole or in part. */
export function TakeDialog({ from, onClose }: TakeDialogProps) {
  const t = useT();
  const no = from?.no ?? "";
  const title = from?.kind === "return" ? t("sales.ui.return_title", { no }) : t("sales.ui.deliver_title", { no });
  return (
    <Modal open={from !== null} title={title} footer={null} width={960} destroyOnHidden onCancel={onClose}>
      {from ? <TakeLoader from={from} onClose={onClose} /> : null}
    </Modal>
  );
}

function TakeLoader({ from, onClose }: { from: TakeFrom; onClose: () => void }) {
  const t = useT();
  const isReturn = from.kind === "return";
  const query = useQuery({
    queryKey: [...(isReturn ? deliveriesKey : ordersKey), "left", from.id],
    queryFn: ({ signal }) => (isReturn ? getReturnable(from.id, signal) : getDeliverable(from.id, signal)),
    staleTime: 0,
    gcTime: 0,
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  if (query.data.every((line: TakeableLine) => isZero(line.left))) {
    return <p>{t(isReturn ? "sales.ui.nothing_to_return" : "sales.ui.nothing_left")}</p>;
  }
  return <TakeForm from={from} lines={query.data} onClose={onClose} />;
}

function TakeForm({ from, lines, onClose }: { from: TakeFrom; lines: TakeableLine[]; onClose: () => void }) {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const posted = usePostedMessage();
  const hasReceipts = useHasReceipts();
  const isReturn = from.kind === "return";
  const [taken, setTaken] = useState<Taken>(isReturn ? {} : allLeft(lines));
  const [day, setDay] = useState(useToday());
  const [reason, setReason] = useState("");
  const [draft, setDraft] = useState<DeliveryView | null>(null);
  const [receiving, setReceiving] = useState(false);
  const inputs = takenInputs(taken, isReturn);
  const body = (): DeliveryInput => ({
    kind: from.kind,
    order_id: isReturn ? null : from.id,
    source_id: isReturn ? from.id : null,
    delivery_date: day,
    reason,
    remark: "",
    lines: inputs,
    version: draft?.version ?? 0,
  });
  const asked = inputs.length > 0 ? { ...body(), reason: reason || "–", version: 0 } : null;
  const preview = usePreview(["delivery-preview"], asked, previewDelivery);

  const save = async () => {
    const saved = await saveDelivery(draft?.id ?? null, body());
    setDraft(saved);
    return saved;
  };
  const act = useMoneyAct({
    act: async (how: "save" | "release" | "post", key) => {
      const saved = await save();
      if (how === "save") return { no: null, waits: false };
      if (how === "release") {
        return releaseDelivery(saved.id, saved.version, key).then(({ hold }) => ({ no: null, waits: Boolean(hold) }));
      }
      return postDelivery(saved.id, saved.version, key);
    },
    touches: MOVED,
    onDone: (done, how) => {
      if (how === "post" && "id" in done) posted(done);
      else if ("waits" in done && done.waits) void message.warning(t("sales.ui.delivery_held"));
      else void message.success(t(how === "release" ? "sales.ui.released" : "sales.ui.saved"));
      onClose();
    },
  });
  const mayPost = can("sales.post");
  const post = () => act.run(mayPost ? "post" : "save");
  useHotkeys({ "ctrl+enter": () => act.run("save"), "ctrl+shift+enter": post }, !act.busy);
  return (
    <Space orientation="vertical" size={12} style={{ width: "100%" }}>
      <Form layout="vertical" component="div" className="sales-head">
        <Form.Item
          label={t(isReturn ? "sales.ui.return_date" : "sales.ui.delivery_date")}
          htmlFor="take-day"
          {...refusedField(act.problem, "delivery_date")}
        >
          <DayInput id="take-day" value={day} allowClear={false} onChange={setDay} />
        </Form.Item>
        {isReturn ? (
          <Form.Item
            label={t("sales.ui.reason")}
            htmlFor="take-reason"
            required
            style={{ flex: "1 1 240px" }}
            {...refusedField(act.problem, "reason")}
          >
            <Input
              id="take-reason"
              value={reason}
              maxLength={500}
              onChange={(event) => setReason(event.target.value)}
            />
          </Form.Item>
        ) : null}
      </Form>
      <TakeTable
        lines={lines}
        taken={taken}
        onChange={setTaken}
        returned={isReturn}
        preview={preview.data}
        stale={preview.stale}
        problem={act.problem ?? preview.problem}
      />
      <CreditPanel preview={preview.data} stale={preview.stale} />
      <ProblemAlert
        problem={act.problem ?? preview.problem}
        onRetry={post}
        actions={(problem) =>
          waysOut(problem, {
            t,
            customerId: from.customerId,
            navigate: (to) => void navigate(to),
            register: hasReceipts ? () => setReceiving(true) : undefined,
            saveInstead: () => act.run("save"),
          })
        }
      />
      <div style={{ display: "flex", flexWrap: "wrap", justifyContent: "flex-end", gap: 8 }}>
        <Button onClick={() => act.run("save")} disabled={inputs.length === 0} loading={act.busy && !mayPost}>
          {t("sales.ui.save")}
        </Button>
        {mayPost && !isReturn ? (
          <Button onClick={() => act.run("release")} disabled={inputs.length === 0 || act.busy}>
            {t("sales.ui.release_only")}
          </Button>
        ) : null}
        {mayPost ? (
          <Button type="primary" loading={act.busy} disabled={inputs.length === 0} onClick={post}>
            {t(isReturn ? "sales.ui.return_post" : "sales.ui.post_and_deliver")}
          </Button>
        ) : null}
      </div>
      <ReceiptSlot open={receiving} customerId={from.customerId} onClose={() => setReceiving(false)} />
    </Space>
  );
}
