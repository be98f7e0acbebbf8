import { useQuery } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { useMoneyAct } from "@/kit/act";
import { DataTable } from "@/kit/DataTable";
import { DetailDrawer } from "@/kit/DetailDrawer";
import { useT } from "@/kit/i18n";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { useCan, useToday } from "@/kit/session";
import {
  STATEMENT_TOUCHES,
  closePeriod,
  getCustomer,
  listPeriods,
  listStatements,
  periodsKey,
  statementsKey,
  type StatementItem,
} from "./api";
import { ShareDialog } from "./ShareDialog";
import { StatementView } from "./StatementView";
import { useColumns, useRowActions } from "./StatementsPage";
import { VoidDialog } from "./VoidDialog";

/** The statements of a customer, on the customer's page. */
export default function CustomerTab({ customerId }: { customerId: string }) {
  const t = useT();
  const today = useToday();
  const [open, setOpen] = useState<StatementItem | null>(null);
  const [sharing, setSharing] = useState<StatementItem | null>(null);
  const [voiding, setVoiding] = useState<StatementItem | null>(null);
  return (
    <>
      <DataTable<StatementItem>
        view="statements.of_customer"
        label={t("statements.ui.statements")}
        queryKey={statementsKey}
        fetch={listStatements}
        fixed={{ customer_id: customerId }}
        searchable={false}
        rowKey={(row) => row.id}
        columns={useColumns(today, true)}
        defaultSort="-to"
        rowActions={useRowActions({ onOpen: setOpen, onShare: setSharing, onVoid: setVoiding })}
        onOpen={setOpen}
        openHref={(row) => `/statements/${row.id}`}
        tools={<CloseByHand customerId={customerId} />}
        empty={t("statements.ui.empty")}
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
    </>
  );
}

/** Cycles that no calendar closes. */
const EVENT_KINDS = ["manual", "threshold", "per_document"];

/** Closes the running period; the server refuses where the calendar does it. */
function CloseByHand({ customerId }: { customerId: string }) {
  const t = useT();
  const can = useCan();
  const { message } = App.useApp();
  const waiting = useQuery({
    queryKey: [...periodsKey, "waiting", customerId],
    queryFn: ({ signal }) => listPeriods({ limit: 1, filter: { customer_id: customerId, state: "planned" } }, signal),
  });
  const act = useMoneyAct({
    act: (_: undefined, key) => closePeriod(customerId, null, key),
    touches: STATEMENT_TOUCHES,
    onDone: (issued) =>
      void message.success(issued.statement ? t("statements.ui.issued") : t("statements.ui.issued_empty")),
  });
  const customer = useQuery({
    queryKey: ["customers", "one", customerId],
    queryFn: ({ signal }) => getCustomer(customerId, signal),
    enabled: can("parties.read"),
  });
  const running = customer.data?.running ?? customer.data?.cycle ?? "";
  const byHand = EVENT_KINDS.some((kind) => running.startsWith(kind));
  if (!can("statements.issue") || !byHand) return null;
  return (
    <>
      {waiting.data && waiting.data.count > 0 ? (
        <span className="muted">{t("statements.ui.waiting_periods", { n: waiting.data.count })}</span>
      ) : null}
      <Button
        loading={act.busy}
        onClick={() => {
          act.reset();
          act.run(undefined);
        }}
      >
        {t("statements.ui.close_now")}
      </Button>
      <ProblemAlert problem={act.problem} />
    </>
  );
}
