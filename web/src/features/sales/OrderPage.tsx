import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useLocation, useNavigate, useParams } from "react-router";
import { asProblem } from "@/api/problem";
import { useMoneyAct } from "@/kit/act";
import { useT } from "@/kit/i18n";
import { Page, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { useCan, useToday } from "@/kit/session";
import { StateTag } from "@/kit/StateTag";
import {
  confirmOrder,
  getOrder,
  MOVED,
  orderKey,
  ordersKey,
  previewOrder,
  saveOrder,
  type OrderInput,
  type OrderView,
} from "./api";
import { useEditorKey } from "./editorKey";
import { entryLines } from "./entry";
import { GoodsEditor, type Entered, type Way } from "./GoodsEditor";
import { OrderDetail } from "./OrderDetail";
import { useOrderActs } from "./orderActs";
import { ORDER_TONES } from "./tones";

/** One order: being entered while it is a draft, otherwise as it stands. */
export function Component() {
  const t = useT();
  const { id = "new" } = useParams();
  const isNew = id === "new";
  const [key, goesOnAs] = useEditorKey(id);
  const query = useQuery({
    queryKey: orderKey(id),
    queryFn: ({ signal }) => getOrder(id, signal),
    enabled: !isNew,
  });
  const order: OrderView | undefined = isNew ? undefined : query.data;
  if (query.error && !isNew) {
    return (
      <Page title={t("sales.ui.order")}>
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      </Page>
    );
  }
  if (!isNew && !order) return <Waiting />;
  if (!order || order.state === "draft") {
    return <OrderEditor key={key} order={order ?? null} onBorn={goesOnAs} />;
  }
  return <OrderShown order={order} />;
}

function inputOf({ head, lines }: Entered, version: number): OrderInput {
  return {
    customer_id: head.customer?.id ?? null,
    order_date: head.day,
    remark: head.remark,
    lines,
    version,
  };
}

function OrderEditor({ order, onBorn }: { order: OrderView | null; onBorn: (id: string) => void }) {
  const t = useT();
  const can = useCan();
  const today = useToday();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { message } = App.useApp();
  const customer = useGivenCustomer();
  const acts = useOrderActs({ onGone: () => void navigate("/orders") });
  const act = useMoneyAct({
    act: async ({ way, entered }: { way: Way; entered: Entered }, key) => {
      const saved = await saveOrder(order?.id ?? null, inputOf(entered, order?.version ?? 0));
      // The draft is there now, also if what follows is refused.
      client.setQueryData(orderKey(saved.id), saved);
      if (!order) {
        onBorn(saved.id);
        void navigate(`/orders/${saved.id}`, { replace: true });
      }
      return way === "save" ? saved : confirmOrder(saved.id, saved.version, key);
    },
    touches: MOVED,
    onDone: (done, { way }) => {
      client.setQueryData(orderKey(done.id), done);
      const told = done.state === "held" ? "sales.ui.held" : "sales.ui.confirmed";
      void message.success(way === "save" ? t("sales.ui.saved") : t(told, { no: done.no ?? "" }));
    },
    onRefused: () => void client.invalidateQueries({ queryKey: ordersKey }),
  });
  return (
    <Page
      title={order ? t("sales.ui.order") : t("sales.ui.order_new")}
      beside={<StateTag prefix="sales.order_state" state="draft" />}
    >
      <GoodsEditor
        kind="order"
        head={
          order
            ? {
                customer: { id: order.customer_id, code: order.customer_code, name: order.customer_name },
                day: order.order_date,
                remark: order.remark,
                reason: "",
              }
            : { customer, day: today, remark: "", reason: "" }
        }
        lines={order ? entryLines(order.lines, false) : []}
        previewKey="order-preview"
        preview={(entered, signal) => previewOrder(inputOf(entered, 0), signal)}
        act={act}
        askFor={order ? { kind: "order", id: order.id } : undefined}
        postLabel={can("sales.write") ? t("sales.ui.confirm") : undefined}
      >
        {order ? (
          <Button type="text" danger disabled={act.busy} onClick={() => acts.remove(order)}>
            {t("sales.ui.delete")}
          </Button>
        ) : null}
      </GoodsEditor>
      {acts.dialogs}
    </Page>
  );
}

/** The customer that a link brought along. */
function useGivenCustomer() {
  const { state } = useLocation() as { state: { customer?: { id: string; code: string; name: string } } | null };
  return state?.customer ?? null;
}

function OrderShown({ order }: { order: OrderView }) {
  const t = useT();
  const acts = useOrderActs({});
  return (
    <Page
      title={`${t("sales.ui.order")} ${order.no ?? ""}`}
      beside={<StateTag prefix="sales.order_state" state={order.state} tones={ORDER_TONES} />}
      tools={acts.actionsOf(order).map((action) => (
        <Button
          key={action.key}
          type={action.key === "deliver" ? "primary" : "default"}
          danger={action.danger}
          icon={action.icon}
          onClick={action.onClick}
        >
          {action.label}
        </Button>
      ))}
    >
      {acts.alert}
      <OrderDetail order={order} />
      {acts.dialogs}
    </Page>
  );
}
