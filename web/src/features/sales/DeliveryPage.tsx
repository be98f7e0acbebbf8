import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useLocation, useParams } from "react-router";
import { asProblem } from "@/api/problem";
import { useT } from "@/kit/i18n";
import { Page, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { StateTag } from "@/kit/StateTag";
import { deliveryKey, getDelivery, type DeliveryView } from "./api";
import { DeliveryDetail } from "./DeliveryDetail";
import { DeliveryEditor } from "./DeliveryEditor";
import { actDelivery, useDeliveryActs } from "./deliveryActs";
import { useEditorKey } from "./editorKey";
import { TakenEditor } from "./TakenEditor";
import { DELIVERY_TONES, shownState } from "./tones";

/** One delivery or return: being entered while it is a draft, otherwise as it stands. */
export function Component() {
  const t = useT();
  const { id = "new" } = useParams();
  const { pathname } = useLocation();
  const isNew = id === "new";
  const [key, goesOnAs] = useEditorKey(isNew ? pathname : id);
  const query = useQuery({
    queryKey: deliveryKey(id),
    queryFn: ({ signal }) => getDelivery(id, signal),
    enabled: !isNew,
  });
  const delivery: DeliveryView | undefined = isNew ? undefined : query.data;
  const newKind = pathname.startsWith("/returns") ? "return" : "delivery";
  if (query.error && !isNew) {
    return (
      <Page title={t("sales.ui.delivery")}>
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      </Page>
    );
  }
  if (!isNew && !delivery) return <Waiting />;
  if (!delivery) return <DeliveryEditor key={key} kind={newKind} delivery={null} onBorn={goesOnAs} />;
  if (delivery.state !== "draft") return <DeliveryShown delivery={delivery} />;
  if (delivery.order || delivery.source) return <TakenEditor key={key} delivery={delivery} />;
  return <DeliveryEditor key={key} kind={delivery.kind} delivery={delivery} onBorn={goesOnAs} />;
}

function DeliveryShown({ delivery }: { delivery: DeliveryView }) {
  const t = useT();
  const acts = useDeliveryActs({});
  const row = actDelivery(delivery);
  const name = delivery.kind === "return" ? t("sales.ui.return") : t("sales.ui.delivery");
  return (
    <Page
      title={`${name} ${delivery.no ?? ""}`}
      beside={<StateTag prefix="sales.state" state={shownState(row)} tones={DELIVERY_TONES} />}
      tools={acts.actionsOf(row).map((action) => (
        <Button
          key={action.key}
          type={action.key === "post" ? "primary" : "default"}
          danger={action.danger}
          icon={action.icon}
          onClick={action.onClick}
        >
          {action.label}
        </Button>
      ))}
    >
      {acts.alert}
      <DeliveryDetail delivery={delivery} />
      {acts.dialogs}
    </Page>
  );
}
