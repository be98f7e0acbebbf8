import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearchParams } from "react-router";
import { DataTable, type Column } from "@/kit/DataTable";
import { DayInput } from "@/kit/DayInput";
import { useIsNarrow } from "@/kit/hooks";
import { useT } from "@/kit/i18n";
import { listHref, type ListRequest } from "@/kit/listState";
import { MoneyText } from "@/kit/MoneyText";
import { Page, Panel } from "@/kit/Page";
import { Scroll } from "@/kit/Scroll";
import { ageingKey, getAgeing, type Ageing, type AgeingPage } from "./api";

type Bucket = "not_due" | "days_1_30" | "days_31_60" | "days_61_90" | "days_over_90" | "overdue" | "on_account" | "balance";

const BUCKETS: Bucket[] = [
  "not_due",
  "days_1_30",
  "days_31_60",
  "days_61_90",
  "days_over_90",
  "overdue",
  "on_account",
  "balance",
];

/** Receivables by age, today or as they were at the end of any day. */
export function Component() {
  const t = useT();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const asOf = params.get("as_of") ?? "";
  const title = useTitles();
  const fetch = (request: ListRequest, signal: AbortSignal): Promise<AgeingPage> =>
    getAgeing(
      {
        as_of: asOf || undefined,
        customer_id: request.filter?.customer_id,
        after: request.after,
        limit: request.limit,
      },
      signal,
    );
  const columns: Column<Ageing>[] = [
    { key: "code", title: t("receivables.ui.code"), extra: true, render: (row) => row.customer_code },
    { key: "customer", lead: true, title: t("receivables.ui.customer"), opens: true, render: (row) => row.customer_name },
    { key: "currency", title: t("receivables.ui.currency"), render: (row) => row.currency },
    ...BUCKETS.map((bucket) => ({
      key: bucket,
      title: title(bucket),
      figures: true,
      lead: bucket === "overdue" || bucket === "balance",
      // Taken off the balance beside it; the totals above show it.
      extra: bucket === "on_account",
      render: (row: Ageing) => <MoneyText value={row[bucket]} overdue={bucket === "overdue"} />,
    })),
  ];
  return (
    <Page
      title={t("receivables.ui.ageing")}
      tools={
        <DayInput
          value={asOf}
          label={t("receivables.ui.as_of")}
          placeholder={t("receivables.ui.as_of")}
          onChange={(day) =>
            setParams((old) => {
              const next = new URLSearchParams(old);
              if (day) next.set("as_of", day);
              else next.delete("as_of");
              return next;
            })
          }
        />
      }
    >
      <Totals asOf={asOf} />
      <DataTable<Ageing>
        view="receivables.ageing"
        label={t("receivables.ui.ageing")}
        queryKey={[...ageingKey, asOf]}
        fetch={fetch}
        rowKey={(row) => row.account_id}
        columns={columns}
        filters={[{ key: "customer_id", kind: "customer", label: t("receivables.ui.customer") }]}
        searchable={false}
        rowActions={(row) => [
          {
            key: "orders",
            label: t("receivables.ui.unsettled"),
            onClick: () => void navigate(listHref("/unsettled-orders", { filter: { customer_id: row.customer_id } })),
          },
          {
            key: "customer",
            label: t("receivables.ui.open_customer"),
            onClick: () => void navigate(`/customers/${row.customer_id}`),
          },
        ]}
        onOpen={(row) => void navigate(`/customers/${row.customer_id}`)}
        openHref={(row) => `/customers/${row.customer_id}`}
        empty={t("receivables.ui.ageing_empty")}
      />
    </Page>
  );
}

function useTitles(): (bucket: Bucket) => string {
  const t = useT();
  const titles: Record<Bucket, string> = {
    not_due: t("receivables.ui.not_due"),
    days_1_30: t("receivables.ui.days_1_30"),
    days_31_60: t("receivables.ui.days_31_60"),
    days_61_90: t("receivables.ui.days_61_90"),
    days_over_90: t("receivables.ui.days_over_90"),
    overdue: t("receivables.ui.overdue_total"),
    on_account: t("receivables.ui.on_account"),
    balance: t("receivables.ui.balance"),
  };
  return (bucket) => titles[bucket];
}

/** All customers together, one line a currency; currencies are never added. */
function Totals({ asOf }: { asOf: string }) {
  const t = useT();
  const title = useTitles();
  const query = useQuery({
    queryKey: [...ageingKey, asOf, "totals"],
    queryFn: ({ signal }) => getAgeing({ as_of: asOf || undefined, limit: 1 }, signal),
  });
  const totals: AgeingPage["totals"] = query.data?.totals ?? [];
  const isNarrow = useIsNarrow();
  if (totals.length === 0) return null;
  if (isNarrow) return <NarrowTotals totals={totals} />;
  return (
    <Panel title={t("receivables.ui.totals")}>
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("receivables.ui.currency")}</th>
              {BUCKETS.map((bucket) => (
                <th key={bucket} scope="col" className="end">
                  {title(bucket)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {totals.map((total: AgeingPage["totals"][number]) => (
              <tr key={total.currency}>
                <td>{total.currency}</td>
                {BUCKETS.map((bucket) => (
                  <td key={bucket} className="end">
                    <MoneyText value={total[bucket]} overdue={bucket === "overdue"} strong />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}

/** On a phone a bucket is a line. */
function NarrowTotals({ totals }: { totals: AgeingPage["totals"] }) {
  const t = useT();
  const title = useTitles();
  return (
    <Panel title={t("receivables.ui.totals")}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("receivables.ui.currency")}</th>
            {totals.map((total) => (
              <th key={total.currency} scope="col" className="end">
                {total.currency}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {BUCKETS.map((bucket) => (
            <tr key={bucket}>
              <th scope="row">{title(bucket)}</th>
              {totals.map((total) => (
                <td key={total.currency} className="end">
                  <MoneyText value={total[bucket]} overdue={bucket === "overdue"} strong />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
