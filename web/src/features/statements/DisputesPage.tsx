import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { DataTable, type Column } from "@/kit/DataTable";
import { DayText } from "@/kit/DayText";
import { DetailDrawer } from "@/kit/DetailDrawer";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Page } from "@/kit/Page";
import { StateTag } from "@/kit/StateTag";
import {
  REASONS,
  STATES,
  disputesKey,
  getDispute,
  getPeople,
  listDisputes,
  peopleKey,
  type DisputeItem,
} from "./disputeApi";
import { DisputeDetail } from "./DisputeDetail";
import { DISPUTE_TONES } from "./tones";

/** What customers dispute, the oldest first. */
export function Component() {
  const { id } = useParams();
  return id ? <OneDispute id={id} /> : <Disputes />;
}

function OneDispute({ id }: { id: string }) {
  const t = useT();
  const query = useQuery({
    queryKey: [...disputesKey, "one", id],
    queryFn: ({ signal }) => getDispute(id, signal),
  });
  return (
    <Page title={t("statements.ui.dispute_title", { no: query.data?.document_no ?? "" })}>
      <DisputeDetail id={id} />
    </Page>
  );
}

function Disputes() {
  const t = useT();
  const word = useValueText();
  const [open, setOpen] = useState<DisputeItem | null>(null);
  const options = (prefix: string, values: string[]) =>
    values.map((value) => ({ value, label: word(prefix, value) }));
  return (
    <Page title={t("statements.ui.disputes")}>
      <DataTable<DisputeItem>
        view="statements.disputes"
        label={t("statements.ui.disputes")}
        queryKey={disputesKey}
        fetch={listDisputes}
        rowKey={(row) => row.id}
        columns={useColumns()}
        filters={[
          { key: "customer_id", kind: "customer", label: t("statements.ui.customer") },
          {
            key: "state",
            kind: "select",
            label: t("statements.ui.state"),
            options: options("statements.dispute_state", STATES),
          },
          {
            key: "reason",
            kind: "select",
            label: t("statements.ui.dispute_reason"),
            options: options("statements.dispute_reason", REASONS),
          },
        ]}
        views={[
          { key: "open", label: t("statements.dispute_state.open"), state: { filter: { state: "open" } } },
          {
            key: "no_owner",
            label: t("statements.ui.view_disputed_mine"),
            state: { filter: { state: "open", no_owner: "1" } },
          },
        ]}
        searchPlaceholder={t("statements.ui.search_customer")}
        defaultSort="opened_on"
        onOpen={setOpen}
        openHref={(row) => `/disputes/${row.id}`}
        rowActions={(row) => [{ key: "open", label: t("statements.ui.open"), onClick: () => setOpen(row) }]}
        empty={
          <>
            {t("statements.ui.disputes_empty")} <Link to="/statements">{t("statements.ui.disputes_empty_link")}</Link>
          </>
        }
      />
      <DetailDrawer
        open={open !== null}
        onClose={() => setOpen(null)}
        title={t("statements.ui.dispute_title", { no: open?.document_no ?? "" })}
        href={open ? `/disputes/${open.id}` : undefined}
        width={640}
      >
        {open ? <DisputeDetail id={open.id} /> : null}
      </DetailDrawer>
    </Page>
  );
}

function useColumns(): Column<DisputeItem>[] {
  const t = useT();
  const word = useValueText();
  const people = useQuery({ queryKey: peopleKey, queryFn: ({ signal }) => getPeople(signal) });
  const named = (id: string | null | undefined) => people.data?.find((one) => one.id === id)?.name;
  return [
    { key: "document", title: t("statements.ui.document"), opens: true, render: (row) => row.document_no },
    { key: "customer", lead: true, title: t("statements.ui.customer"), render: (row) => row.customer_name },
    { key: "code", title: t("statements.ui.code"), extra: true, render: (row) => row.customer_code },
    { key: "statement", title: t("statements.ui.statements"), render: (row) => row.statement_no },
    {
      key: "reason",
      title: t("statements.ui.dispute_reason"),
      render: (row) => word("statements.dispute_reason", row.reason),
    },
    {
      key: "opened_on",
      title: t("statements.ui.dispute_opened"),
      sort: "opened_on",
      render: (row) => <DayText value={row.opened_on} />,
    },
    {
      key: "age",
      title: t("statements.ui.dispute_age"),
      figures: true,
      render: (row) =>
        row.age_days === null || row.age_days === undefined ? null : t("statements.ui.dispute_days", { n: row.age_days }),
    },
    { key: "currency", title: t("statements.ui.currency"), extra: true, render: (row) => row.currency },
    {
      key: "amount",
      title: t("statements.ui.dispute_amount"),
      figures: true,
      render: (row) => <MoneyText value={row.amount} />,
    },
    {
      key: "left",
      lead: true,
      title: t("statements.ui.dispute_left"),
      figures: true,
      sort: "left",
      render: (row) => <MoneyText value={row.left} />,
    },
    {
      key: "owner",
      title: t("statements.ui.dispute_owner"),
      render: (row) => named(row.owner_id) ?? <span className="muted">{t("statements.ui.dispute_no_owner")}</span>,
    },
    {
      key: "state",
      title: t("statements.ui.state"),
      render: (row) => <StateTag prefix="statements.dispute_state" state={row.state} tones={DISPUTE_TONES} />,
    },
  ];
}
