import { useQuery } from "@tanstack/react-query";
import { App, Button, Space } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { asProblem } from "@/api/problem";
import { useMoneyAct } from "@/kit/act";
import { DayText, InstantText } from "@/kit/DayText";
import { isZero } from "@/kit/format";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Facts, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { ReasonDialog } from "@/kit/ReasonDialog";
import { useCan, useSession } from "@/kit/session";
import { StateTag, type Tone } from "@/kit/StateTag";
import { Allocations } from "./Allocations";
import {
  MONEY_TOUCHES,
  adjustmentsKey,
  approveAdjustment,
  getAdjustment,
  getPeople,
  peopleKey,
  rejectAdjustment,
  reverseAdjustment,
  type AdjustmentDetail,
} from "./api";

export const ADJUSTMENT_TONES: Record<string, Tone> = { posted: "good", waiting: "warn", rejected: "bad" };

/** A charge, expense note, refund or small difference: approved, rejected, written off and reversed from here. */
export function AdjustmentView({ id }: { id: string }) {
  const query = useQuery({
    queryKey: [...adjustmentsKey, id],
    queryFn: ({ signal }) => getAdjustment(id, signal),
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  return <Loaded row={query.data} />;
}

type Asked = "reject" | "reverse" | null;

function Loaded({ row }: { row: AdjustmentDetail }) {
  const t = useT();
  const can = useCan();
  const [asked, setAsked] = useState<Asked>(null);
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 12 }}>
      <AdjustmentFacts row={row} />
      {can("receivables.write") ? <Acts row={row} onAsk={setAsked} /> : null}
      {row.entry_id ? (
        <Panel title={t("receivables.ui.allocations")}>
          <Allocations rows={row.allocations} canUndo={can("receivables.write")} />
        </Panel>
      ) : null}
      <WhyDialog row={row} asked={asked} onClose={() => setAsked(null)} />
    </div>
  );
}

function Acts({ row, onAsk }: { row: AdjustmentDetail; onAsk: (asked: Asked) => void }) {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const { user } = useSession();
  const { message } = App.useApp();
  const approval = useMoneyAct<void, AdjustmentDetail>({
    act: (_input, key) => approveAdjustment(row.id, key),
    touches: MONEY_TOUCHES,
    onDone: ({ no }) => void message.success(t("receivables.ui.approved", { no })),
  });
  const mayApprove = can("receivables.approve") && user?.id !== row.created_by;
  return (
    <>
      <Space wrap>
        {row.state === "waiting" && mayApprove ? (
          <Button type="primary" loading={approval.busy} onClick={() => approval.run()}>
            {t("receivables.ui.approve")}
          </Button>
        ) : null}
        {row.state === "waiting" ? (
          <Button danger onClick={() => onAsk("reject")}>
            {t("receivables.ui.reject")}
          </Button>
        ) : null}
        {row.state === "posted" && !isZero(row.open) ? (
          <Button
            type="primary"
            onClick={() =>
              void navigate(
                row.kind === "expense"
                  ? `/write-off?customer=${row.customer_id}&credit=${row.entry_id ?? ""}`
                  : `/write-off?customer=${row.customer_id}`,
              )
            }
          >
            {t("receivables.ui.write_off")}
          </Button>
        ) : null}
        {row.order_id ? (
          <Button onClick={() => void navigate(`/orders/${row.order_id ?? ""}`)}>
            {t("receivables.ui.settlement")}
          </Button>
        ) : null}
        {row.state === "posted" ? (
          <Button danger onClick={() => onAsk("reverse")}>
            {t("receivables.ui.reverse")}
          </Button>
        ) : null}
      </Space>
      <ProblemAlert problem={approval.problem} onRetry={() => approval.run()} />
    </>
  );
}

function WhyDialog({ row, asked, onClose }: { row: AdjustmentDetail; asked: Asked; onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const act = useMoneyAct({
    act: (reason: string, key) =>
      asked === "reject" ? rejectAdjustment(row.id, reason, key) : reverseAdjustment(row.id, reason, key),
    touches: MONEY_TOUCHES,
    onDone: ({ no, state }) => {
      message.success(
        state === "rejected" ? t("receivables.ui.rejected", { no }) : t("receivables.ui.adjustment_reversed", { no }),
      );
      onClose();
    },
  });
  const isReject = asked === "reject";
  return (
    <ReasonDialog
      open={asked !== null}
      title={
        isReject
          ? t("receivables.ui.reject_title", { no: row.no })
          : t("receivables.ui.adjustment_reverse_title", { no: row.no })
      }
      confirm={isReject ? t("receivables.ui.reject_confirm") : t("receivables.ui.reverse_confirm")}
      danger
      busy={act.busy}
      problem={act.problem}
      onConfirm={act.run}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      {isReject ? t("receivables.ui.reject_help") : t("receivables.ui.adjustment_reverse_help")}
    </ReasonDialog>
  );
}

function AdjustmentFacts({ row }: { row: AdjustmentDetail }) {
  const t = useT();
  const word = useValueText();
  const people = useQuery({ queryKey: peopleKey, queryFn: ({ signal }) => getPeople(signal) });
  const nameOf = (id: string | null | undefined) =>
    people.data?.find((one: { id: string }) => one.id === id)?.name ?? "";
  return (
    <Panel>
      <Facts
        items={[
          {
            key: "customer",
            name: t("receivables.ui.customer"),
            value: (
              <>
                {row.customer_name} <span className="muted">{row.customer_code}</span>
              </>
            ),
          },
          { key: "kind", name: t("receivables.ui.kind"), value: word("receivables.adjustment", row.kind) },
          { key: "date", name: t("receivables.ui.date"), value: <DayText value={row.date} /> },
          {
            key: "due",
            name: t("receivables.ui.due"),
            value: row.due_date ? <DayText value={row.due_date} /> : "",
          },
          {
            key: "amount",
            name: t("receivables.ui.amount"),
            value: <MoneyText value={row.amount} currency={row.currency} strong />,
          },
          {
            key: "open",
            name: t("receivables.ui.open"),
            value: isZero(row.open) ? "" : <MoneyText value={row.open} currency={row.currency} />,
          },
          {
            key: "reason",
            name: t("receivables.ui.adjustment_reason"),
            value: word("receivables.adjustment_reason", row.reason_code),
          },
          { key: "note", name: t("receivables.ui.remark"), value: row.note },
          {
            key: "method",
            name: t("receivables.ui.method"),
            value: row.method ? word("receivables.method", row.method) : "",
          },
          { key: "reference", name: t("receivables.ui.reference"), value: row.reference },
          {
            key: "items",
            name: t("receivables.ui.document"),
            value:
              row.items.length === 0 ? (
                ""
              ) : (
                <>
                  {row.items.map((item: AdjustmentDetail["items"][number]) => (
                    <div key={item.entry_id}>
                      {item.document_no} <MoneyText value={item.amount} />
                    </div>
                  ))}
                </>
              ),
          },
          {
            key: "state",
            name: t("receivables.ui.state"),
            value: <StateTag prefix="receivables.state" state={row.state} tones={ADJUSTMENT_TONES} />,
          },
          {
            key: "by",
            name: t("receivables.ui.entered_by"),
            value: (
              <>
                {nameOf(row.created_by)}{" "}
                <span className="muted">
                  <InstantText value={row.created_at} />
                </span>
              </>
            ),
          },
          {
            key: "decided",
            name: t("receivables.ui.decided_by"),
            value: row.decided_at ? (
              <>
                {nameOf(row.decided_by)}{" "}
                <span className="muted">
                  <InstantText value={row.decided_at} />
                </span>
              </>
            ) : (
              ""
            ),
          },
          { key: "decision", name: t("receivables.ui.decision"), value: row.decision },
        ].filter((item) => item.value !== "")}
      />
    </Panel>
  );
}
