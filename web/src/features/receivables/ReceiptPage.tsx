import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { useT } from "@/kit/i18n";
import { Page } from "@/kit/Page";
import { getReceipt, receiptsKey } from "./api";
import { ReceiptView } from "./ReceiptView";

export function Component() {
  const t = useT();
  const { id = "" } = useParams();
  const query = useQuery({ queryKey: [...receiptsKey, id], queryFn: ({ signal }) => getReceipt(id, signal) });
  return (
    <Page title={t("receivables.ui.receipt", { no: query.data?.no ?? "" })}>
      <ReceiptView id={id} />
    </Page>
  );
}
