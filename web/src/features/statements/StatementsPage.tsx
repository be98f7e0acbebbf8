import { Button } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { DataTable, type Column } from "@/kit/DataTable";
import { DayText, InstantText } from "@/kit/DayText";
import { DetailDrawer } from "@/kit/DetailDrawer";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Page } from "@/kit/Page";
import type { RowAction } from "@/kit/RowMenu";
import { useCan, useToday } from "@/kit/session";
import { StateTag } from "@/kit/StateTag";
import { listStatements, statementsKey, type StatementItem } from "./api";
import { RunDialog } from "./RunDialog";
import { ShareDialog } from "./ShareDialog";
import { StatementView } from "./StatementView";
import { ANSWERS, DELIVERIES, SETTLEMENTS, STATEMENT_STATES } from "./facetApi";
import { ANSWER_TONES, DELIVERY_TONES, SETTLEMENT_TONES, STATEMENT_TONES } from "./tones";
import { VoidDialog } from "./VoidDialog";

/** Issued statements. */
export function Component() {
  const t = useT();
  const can = useCan();
  const word = useValueText();
  const today = useToday();
  const [open, setOpen] = useState<StatementItem | null>(null);
  const [sharing, setSharing] = useState<StatementItem | null>(null);
  const [voiding, setVoiding] = useState<StatementItem | null>(null);
  const [running, setRunning] = useState(false);
  const options = (prefix: string, values: string[]) =>
    values.map((value) => ({ value, label: word(prefix, value) }));
  return (
    <Page
      title={t("statements.ui.statements")}
      tools={
        can("statements.issue") ? (
          <Button type="primary" onClick={() => setRunning(true)}>
            {t("statements.ui.run")}
          </Button>
        ) : undefined
      }
    >
      <DataTable<StatementItem>
        view="statements.statements"
        label={t("statements.ui.statements")}
        queryKey={statementsKey}
        fetch={listStatements}
        rowKey={(row) => row.id}
        columns={useColumns(today)}
        filters={[
          { key: "customer_id", kind: "customer", label: t("statements.ui.customer") },
          {
            key: "delivery",
            kind: "select",
            label: t("statements.ui.delivery"),
            options: options("statements.delivery", DELIVERIES),
          },
          {
            key: "answer",
            kind: "select",
            label: t("statements.ui.answer"),
            options: options("statements.answer", ANSWERS),
          },
          {
            key: "settlement",
            kind: "select",
            label: t("statements.ui.settlement"),
            options: options("statements.settlement", SETTLEMENTS),
          },
          {
            key: "state",
            kind: "select",
            label: t("statements.ui.state"),
            options: options("statements.state", STATEMENT_STATES),
          },
          { key: "from", kind: "day", label: t("statements.ui.cutoff_from") },
          { key: "to", kind: "day", label: t("statements.ui.cutoff_to") },
        ]}
        views={[
          { key: "open", label: t("statements.ui.view_open"), state: { filter: { open: "1" }, sort: "due" } },
          { key: "due", label: t("statements.ui.view_due"), state: { filter: { open: "1", due_by: today }, sort: "due" } },
          {
            key: "not_sent",
            label: t("statements.ui.view_not_sent"),
            state: { filter: { state: "issued", delivery: "none" } },
          },
          {
            key: "no_answer",
            label: t("statements.ui.view_no_answer"),
            state: { filter: { state: "issued", answer: "none", open: "1" } },
          },
          { key: "disputed", label: t("statements.ui.view_disputed"), state: { filter: { answer: "part_disputed" } } },
          { key: "void", label: t("statements.state.void"), state: { filter: { state: "void" } } },
        ]}
        searchPlaceholder={t("statements.ui.search_customer")}
        defaultSort="-to"
        rowActions={useRowActions({ onOpen: setOpen, onShare: setSharing, onVoid: setVoiding })}
        onOpen={setOpen}
        openHref={(row) => `/statements/${row.id}`}
        rowTone={(row) =>
          row.state === "issued" && row.settlement !== "settled" && row.due < today ? "overdue" : undefined
        }
        empty={
          <>
            {t("statements.ui.empty")} <Link to="/nothing-forgotten">{t("statements.ui.guard")}</Link>
          </>
        }
      />
      <DetailDrawer
        open={open !== null}
        onClose={() => setOpen(null)}
        title={t("statements.ui.statement", { no: open?.no ?? "" })}
        href={open ? `/statements/${open.id}` : undefined}
        width={880}
      >
        {open ? <StatementView id={open.id} /> : null}
      </DetailDrawer>
      <ShareDialog statement={sharing} onClose={() => setSharing(null)} />
      <VoidDialog statement={voiding} onClose={() => setVoiding(null)} />
      <RunDialog open={running} onClose={() => setRunning(false)} />
    </Page>
  );
}

interface RowActs {
  onOpen: (row: StatementItem) => void;
  onShare: (row: StatementItem) => void;
  onVoid: (row: StatementItem) => void;
}

export function useRowActions(acts: RowActs): (row: StatementItem) => RowAction[] {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  return (row) => [
    { key: "open", label: t("statements.ui.open"), onClick: () => acts.onOpen(row) },
    ...(can("statements.share") && row.state === "issued"
      ? [{ key: "share", label: t("statements.ui.share"), onClick: () => acts.onShare(row) }]
      : []),
    ...(can("parties.read")
      ? [
          {
            key: "customer",
            label: t("statements.ui.open_customer"),
            onClick: () => void navigate(`/customers/${row.customer_id}`),
          },
        ]
      : []),
    ...(can("statements.issue") && row.state === "issued"
      ? [
          {
            key: "void",
            label: t("statements.ui.void"),
            danger: true,
            divided: true,
            onClick: () => acts.onVoid(row),
          },
        ]
      : []),
  ];
}

export function useColumns(today: string, ofCustomer = false): Column<StatementItem>[] {
  const t = useT();
  const isLate = (row: StatementItem) =>
    row.state === "issued" && row.settlement !== "settled" && row.due < today;
  const columns: Column<StatementItem>[] = [
    { key: "no", title: t("statements.ui.no"), opens: true, width: 120, render: (row) => row.no },
    { key: "code", title: t("statements.ui.code"), extra: true, render: (row) => row.customer_code },
    { key: "customer", lead: true, title: t("statements.ui.customer"), sort: "customer", render: (row) => row.customer_name },
    { key: "from", title: t("statements.ui.from"), extra: true, render: (row) => <DayText value={row.from} /> },
    { key: "to", title: t("statements.ui.cutoff"), sort: "to", render: (row) => <DayText value={row.to} /> },
    {
      key: "due",
      title: t("statements.ui.due"),
      sort: "due",
      render: (row) => <DayText value={row.due} overdue={isLate(row)} />,
    },
    { key: "currency", title: t("statements.ui.currency"), extra: true, render: (row) => row.currency },
    {
      key: "opening",
      title: t("statements.ui.opening"),
      figures: true,
      extra: true,
      render: (row) => <MoneyText value={row.opening} />,
    },
    {
      key: "closing",
      title: t("statements.ui.closing"),
      figures: true,
      sort: "closing",
      render: (row) => <MoneyText value={row.closing} />,
    },
    {
      key: "open",
      lead: true,
      title: t("statements.ui.open_now"),
      figures: true,
      render: (row) => (row.state === "issued" ? <MoneyText value={row.open} overdue={isLate(row)} /> : null),
    },
    {
      key: "settlement",
      title: t("statements.ui.settlement"),
      render: (row) =>
        row.state !== "issued" ? (
          <StateTag prefix="statements.state" state={row.state} tones={STATEMENT_TONES} />
        ) : (
          <StateTag prefix="statements.settlement" state={row.settlement} tones={SETTLEMENT_TONES} />
        ),
    },
    {
      key: "delivery",
      title: t("statements.ui.delivery"),
      render: (row) => <StateTag prefix="statements.delivery" state={row.delivery} tones={DELIVERY_TONES} />,
    },
    {
      key: "answer",
      title: t("statements.ui.answer"),
      render: (row) => <StateTag prefix="statements.answer" state={row.answer} tones={ANSWER_TONES} />,
    },
    {
      key: "lines",
      title: t("statements.ui.line_count"),
      figures: true,
      extra: true,
      render: (row) => <span className="num">{row.line_count}</span>,
    },
    {
      key: "issued_at",
      title: t("statements.ui.issued_at"),
      sort: "issued_at",
      extra: true,
      render: (row) => <InstantText value={row.issued_at} />,
    },
  ];
  return ofCustomer ? columns.filter((column) => !["code", "customer"].includes(column.key)) : columns;
}
