import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { useT, useValueText } from "@/kit/i18n";
import { Page } from "@/kit/Page";
import { adjustmentsKey, getAdjustment } from "./api";
import { AdjustmentView } from "./AdjustmentView";

export function Component() {
  const t = useT();
  const word = useValueText();
  const { id = "" } = useParams();
  const query = useQuery({
    queryKey: [...adjustmentsKey, id],
    queryFn: ({ signal }) => getAdjustment(id, signal),
  });
  const kind = query.data ? word("receivables.adjustment", query.data.kind) : t("receivables.ui.adjustments");
  return (
    <Page title={t("receivables.ui.adjustment_title", { kind, no: query.data?.no ?? "" })}>
      <AdjustmentView id={id} />
    </Page>
  );
}
