import { App } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useAct, useMoneyAct } from "@/kit/act";
import { DataTable, type Column } from "@/kit/DataTable";
import { DayText } from "@/kit/DayText";
import { DetailDrawer } from "@/kit/DetailDrawer";
import { useT, useValueText } from "@/kit/i18n";
import { Page } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { ReasonDialog } from "@/kit/ReasonDialog";
import type { RowAction } from "@/kit/RowMenu";
import { useCan, useToday } from "@/kit/session";
import { StateTag } from "@/kit/StateTag";
import {
  STATEMENT_TOUCHES,
  issuePeriod,
  listPeriods,
  periodsKey,
  reopenPeriod,
  skipPeriod,
  type PeriodItem,
} from "./api";
import { PeriodSimulation } from "./Simulation";
import { PERIOD_TONES } from "./tones";

/** Settlement periods: every one is a row, with or without a statement. */
export function Component() {
  const t = useT();
  const word = useValueText();
  const can = useCan();
  const today = useToday();
  const navigate = useNavigate();
  const { message, modal } = App.useApp();
  const [looking, setLooking] = useState<PeriodItem | null>(null);
  const issue = useMoneyAct({
    act: (id: string, key) => issuePeriod(id, key),
    touches: STATEMENT_TOUCHES,
    onDone: (issued) => {
      void message.success(issued.statement ? t("statements.ui.issued") : t("statements.ui.issued_empty"));
      if (issued.statement) void navigate(`/statements/${issued.statement}`);
    },
  });
  const start = (row: PeriodItem) => {
    issue.reset();
    if (row.to < today) return issue.run(row.id);
    // The cut-off day is not over: only because somebody says so.
    modal.confirm({
      title: t("statements.ui.issue_early"),
      content: t("statements.ui.until_today"),
      okText: t("statements.ui.issue"),
      cancelText: t("web.form.cancel"),
      onOk: () => issue.run(row.id),
    });
  };
  const [skipping, setSkipping] = useState<PeriodItem | null>(null);
  const reopen = useAct({ act: reopenPeriod, touches: STATEMENT_TOUCHES });
  const open = (row: PeriodItem) => {
    if (row.statement_id) void navigate(`/statements/${row.statement_id}`);
  };
  const actionsOf = (row: PeriodItem): RowAction[] => [
    ...(row.statement_id
      ? [{ key: "open", label: t("statements.ui.open"), onClick: () => open(row) }]
      : []),
    ...(["planned", "carried"].includes(row.state) && can("statements.issue")
      ? [
          { key: "simulate", label: t("statements.ui.simulate"), onClick: () => setLooking(row) },
          {
            key: "issue",
            label: t("statements.ui.issue"),
            onClick: () => start(row),
          },
        ]
      : []),
    ...(row.state === "planned" && ["calendar", "change"].includes(row.cause) && can("statements.issue")
      ? [{ key: "skip", label: t("statements.ui.skip"), onClick: () => setSkipping(row) }]
      : []),
    ...(row.state === "skipped" && can("statements.issue")
      ? [{ key: "reopen", label: t("statements.ui.reopen"), onClick: () => reopen.run(row.id) }]
      : []),
    {
      key: "customer",
      label: t("statements.ui.open_customer"),
      onClick: () => void navigate(`/customers/${row.customer_id}`),
    },
  ];
  return (
    <Page title={t("statements.ui.periods")}>
      <ProblemAlert problem={issue.problem ?? reopen.problem} />
      <SkipDialog period={skipping} onClose={() => setSkipping(null)} />
      <DataTable<PeriodItem>
        view="statements.periods"
        label={t("statements.ui.periods")}
        queryKey={periodsKey}
        fetch={listPeriods}
        rowKey={(row) => row.id}
        columns={useColumns(today)}
        filters={[
          { key: "customer_id", kind: "customer", label: t("statements.ui.customer") },
          {
            key: "state",
            kind: "select",
            label: t("statements.ui.state"),
            options: ["planned", "issued", "empty", "carried", "skipped"].map((value) => ({
              value,
              label: word("statements.period", value),
            })),
          },
          { key: "from", kind: "day", label: t("statements.ui.cutoff_from") },
          { key: "to", kind: "day", label: t("statements.ui.cutoff_to") },
        ]}
        views={[
          { key: "planned", label: t("statements.period.planned"), state: { filter: { state: "planned" }, sort: "to" } },
        ]}
        searchPlaceholder={t("statements.ui.search_customer")}
        defaultSort="-to"
        rowActions={actionsOf}
        onOpen={open}
        rowTone={(row) => (row.state === "planned" && row.issue_by < today ? "overdue" : undefined)}
        empty={t("statements.ui.periods_empty")}
      />
      <DetailDrawer
        open={looking !== null}
        onClose={() => setLooking(null)}
        title={t("statements.ui.simulation_title", { customer: looking?.customer_name ?? "" })}
        width={880}
      >
        {looking ? <PeriodSimulation id={looking.id} /> : null}
      </DetailDrawer>
    </Page>
  );
}

/** Asks why a period gets no statement of its own, and says where its entries go. */
function SkipDialog({ period, onClose }: { period: PeriodItem | null; onClose: () => void }) {
  const t = useT();
  const act = useAct({
    act: (reason: string) => skipPeriod(period?.id ?? "", reason),
    touches: STATEMENT_TOUCHES,
    onDone: onClose,
  });
  const close = () => {
    act.reset();
    onClose();
  };
  return (
    <ReasonDialog
      open={period !== null}
      title={t("statements.ui.skip_title", { customer: period?.customer_name ?? "" })}
      confirm={t("statements.ui.skip")}
      busy={act.busy}
      problem={act.problem}
      onConfirm={act.run}
      onClose={close}
    >
      {t("statements.ui.skip_text")}
    </ReasonDialog>
  );
}

function useColumns(today: string): Column<PeriodItem>[] {
  const t = useT();
  const word = useValueText();
  return [
    { key: "customer", title: t("statements.ui.customer"), render: (row) => row.customer_name },
    { key: "code", title: t("statements.ui.code"), extra: true, render: (row) => row.customer_code },
    { key: "from", title: t("statements.ui.from"), render: (row) => <DayText value={row.from} /> },
    { key: "to", title: t("statements.ui.cutoff"), sort: "to", render: (row) => <DayText value={row.to} /> },
    {
      key: "issue_by",
      title: t("statements.ui.issue_by"),
      render: (row) => <DayText value={row.issue_by} overdue={row.state === "planned" && row.issue_by < today} />,
    },
    { key: "due", title: t("statements.ui.due"), extra: true, render: (row) => <DayText value={row.due} /> },
    {
      key: "cause",
      title: t("statements.ui.cause"),
      render: (row) => word("statements.cause", row.cause),
    },
    {
      key: "state",
      title: t("statements.ui.state"),
      render: (row) => <StateTag prefix="statements.period" state={row.state} tones={PERIOD_TONES} />,
    },
    { key: "statement", title: t("statements.ui.no"), opens: true, render: (row) => row.statement_no ?? "" },
    { key: "reason", title: t("statements.ui.reason"), extra: true, render: (row) => row.reason },
  ];
}
