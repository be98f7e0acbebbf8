import { useNavigate, useSearchParams } from "react-router";
import { DataTable, type Column } from "@/kit/DataTable";
import { DayText } from "@/kit/DayText";
import { DetailDrawer } from "@/kit/DetailDrawer";
import { useT, useValueText } from "@/kit/i18n";
import type { ListRequest } from "@/kit/listState";
import { MoneyText } from "@/kit/MoneyText";
import { Page } from "@/kit/Page";
import { StateTag, type Tone } from "@/kit/StateTag";
import { listWork, workKey, type WorkItem } from "./api";
import { CaseView } from "./CaseView";

export const TONES: Record<string, Tone> = { broken: "bad", kept: "good", open: "busy" };

/** Whom to call today: overdue accounts, the greatest amount × days first. */
export function Component() {
  const t = useT();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const open = params.get("open");
  const show = (id: string | null) =>
    setParams((old) => {
      const next = new URLSearchParams(old);
      if (id) next.set("open", id);
      else next.delete("open");
      return next;
    });
  const fetch = (request: ListRequest, signal: AbortSignal) =>
    listWork(
      {
        q: request.q,
        owner: request.filter?.owner,
        promise: request.filter?.promise,
        due: request.filter?.due,
        after: request.after,
        limit: request.limit,
      },
      signal,
    );
  return (
    <Page title={t("collection.ui.work_list")}>
      <span className="muted">{t("collection.ui.text")}</span>
      <DataTable<WorkItem>
        view="collection.work"
        label={t("collection.ui.work_list")}
        queryKey={workKey}
        fetch={fetch}
        rowKey={(row) => row.account_id}
        columns={useColumns()}
        views={[
          { key: "mine", label: t("collection.ui.filter_mine"), state: { filter: { owner: "me" } } },
          { key: "due", label: t("collection.ui.filter_due"), state: { filter: { due: "1" } } },
          { key: "broken", label: t("collection.ui.filter_broken"), state: { filter: { promise: "broken" } } },
          { key: "open", label: t("collection.ui.filter_open"), state: { filter: { promise: "open" } } },
        ]}
        rowActions={(row) => [
          { key: "record", label: t("collection.ui.record"), onClick: () => show(row.account_id) },
          {
            key: "items",
            label: t("collection.ui.open_items"),
            onClick: () => void navigate(`/customers/${row.customer_id}?tab=open-items`),
          },
          {
            key: "customer",
            label: t("collection.ui.open_customer"),
            onClick: () => void navigate(`/customers/${row.customer_id}`),
          },
        ]}
        onOpen={(row) => show(row.account_id)}
        openHref={(row) => `/collection?open=${row.account_id}`}
        empty={t("collection.ui.empty")}
      />
      <DetailDrawer open={open !== null} onClose={() => show(null)} title={t("collection.ui.work_list")}>
        {open ? <CaseView key={open} id={open} /> : null}
      </DetailDrawer>
    </Page>
  );
}

function useColumns(): Column<WorkItem>[] {
  const t = useT();
  const word = useValueText();
  return [
    { key: "code", title: t("collection.ui.code"), extra: true, render: (row) => row.customer_code },
    { key: "customer", lead: true, title: t("collection.ui.customer"), opens: true, render: (row) => row.customer_name },
    { key: "currency", title: t("collection.ui.currency"), render: (row) => row.currency },
    {
      key: "overdue",
      lead: true,
      title: t("collection.ui.overdue"),
      figures: true,
      render: (row) => <MoneyText value={row.overdue} overdue />,
    },
    { key: "days", title: t("collection.ui.days"), figures: true, render: (row) => <span className="num">{row.days_overdue}</span> },
    {
      key: "contact",
      title: t("collection.ui.last_contact"),
      render: (row) =>
        row.last_contact_on ? (
          <>
            <DayText value={row.last_contact_on} /> {word("collection.kind", row.last_contact_kind ?? "note")}
          </>
        ) : null,
    },
    {
      key: "promise",
      title: t("collection.ui.promise"),
      render: (row) =>
        row.promise ? (
          <>
            <StateTag prefix="collection.standing" state={row.promise.standing} tones={TONES} />{" "}
            <MoneyText value={row.promise.amount} /> <DayText value={row.promise.promised_on} />
          </>
        ) : null,
    },
    {
      key: "next",
      title: t("collection.ui.next"),
      render: (row) => (
        <>
          <DayText value={row.next_on} /> {row.next_action}
        </>
      ),
    },
    { key: "owner", title: t("collection.ui.owner"), render: (row) => row.owner_name },
    {
      key: "on_account",
      title: t("collection.ui.on_account"),
      figures: true,
      extra: true,
      render: (row) => <MoneyText value={row.on_account} />,
    },
  ];
}
