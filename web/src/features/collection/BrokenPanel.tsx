import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { DayText } from "@/kit/DayText";
import { useT } from "@/kit/i18n";
import { listHref } from "@/kit/listState";
import { MoneyText } from "@/kit/MoneyText";
import { Panel } from "@/kit/Page";
import { ToneTag } from "@/kit/StateTag";
import { listWork, workKey, type WorkItem } from "./api";

/** On the start page: who broke a promise to pay. Nothing is shown while nobody did. */
export default function BrokenPanel() {
  const t = useT();
  const query = useQuery({
    queryKey: [...workKey, "broken"],
    queryFn: ({ signal }) => listWork({ promise: "broken", limit: 5 }, signal),
  });
  if (!query.data || query.data.count === 0) return null;
  return (
    <Panel
      title={
        <Link to={listHref("/collection", { filter: { promise: "broken" } })}>
          {t("collection.ui.broken_count", { n: query.data.count })}
        </Link>
      }
    >
      <table className="plain">
        <tbody>
          {query.data.items.map((item: WorkItem) => (
            <tr key={item.account_id}>
              <td>
                <Link to={`/collection?open=${item.account_id}`}>{item.customer_name}</Link>
              </td>
              <td className="nowrap">
                <ToneTag tone="bad">
                  <DayText value={item.promise?.promised_on} />
                </ToneTag>
              </td>
              <td className="end">
                <MoneyText value={item.overdue} currency={item.currency} overdue />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
