import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { App, Button, Space } from "antd";
import { Fragment, Suspense, useState } from "react";
import { Link } from "react-router";
import { asProblem } from "@/api/problem";
import { DayText, InstantText } from "@/kit/DayText";
import { isNegative, isZero, moneyText } from "@/kit/format";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Facts, Figure, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { useCan, useToday } from "@/kit/session";
import { useSlots } from "@/kit/slots";
import { StateTag, ToneTag } from "@/kit/StateTag";
import { Scroll } from "@/kit/Scroll";
import { Timeline } from "@/kit/Timeline";
import {
  LINES_A_PAGE,
  getAllLines,
  getLines,
  getStatement,
  linesKey,
  statementsKey,
  type StatementLine,
  type StatementView as Statement,
} from "./api";
import { AnswerDialog, DeliverDialog, SupersedeDialog } from "./FacetDialogs";
import { getPeople, peopleKey } from "./disputeApi";
import { RaiseDisputeDialog } from "./RaiseDisputeDialog";
import { ShareDialog } from "./ShareDialog";
import { ANSWER_TONES, DELIVERY_TONES, SETTLEMENT_TONES, STATEMENT_TONES } from "./tones";
import { VoidDialog } from "./VoidDialog";

/** A statement: as issued beside now, its lines, and what can be done with it. */
export function StatementView({ id }: { id: string }) {
  const query = useQuery({
    queryKey: [...statementsKey, "one", id],
    queryFn: ({ signal }) => getStatement(id, signal),
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 12 }}>
      <Head statement={query.data} />
      <Acts statement={query.data} />
      <Sums statement={query.data} />
      <Ageing statement={query.data} />
      <Lines statement={query.data} />
      <History statement={query.data} />
    </div>
  );
}

export function Head({ statement, isSimulated }: { statement: Statement; isSimulated?: boolean }) {
  const t = useT();
  const today = useToday();
  const isLate = statement.now !== null && statement.now?.settlement !== "settled" && statement.due < today;
  return (
    <Panel>
      <Facts
        items={[
          {
            key: "customer",
            name: t("statements.ui.customer"),
            value: (
              <>
                <Link to={`/customers/${statement.customer_id}`}>{statement.customer_name}</Link>{" "}
                <span className="muted">{statement.customer_code}</span>
              </>
            ),
          },
          {
            key: "period",
            name: t("statements.ui.period"),
            value: (
              <>
                <DayText value={statement.from} /> – <DayText value={statement.to} />
              </>
            ),
          },
          {
            key: "due",
            name: t("statements.ui.due"),
            value: (
              <Space size={8}>
                <DayText value={statement.due} overdue={isLate} />
                {isLate ? <ToneTag tone="bad">{t("statements.ui.overdue")}</ToneTag> : null}
              </Space>
            ),
          },
          { key: "state", name: t("statements.ui.state"), value: isSimulated ? "" : <States statement={statement} /> },
          {
            key: "issued",
            name: t("statements.ui.issued_at"),
            value: isSimulated ? "" : <InstantText value={statement.issued_at} />,
          },
          {
            key: "newer",
            name: t("statements.ui.newer"),
            value: statement.now?.newer ?? null,
          },
          {
            key: "versions",
            name: t("statements.ui.versions"),
            value:
              statement.versions.length === 0 ? null : (
                <Space wrap size={8}>
                  {statement.versions.map((one) =>
                    one.id === statement.id ? (
                      <strong key={one.id}>{one.no}</strong>
                    ) : (
                      <Link key={one.id} to={`/statements/${one.id}`}>
                        {one.no}
                      </Link>
                    ),
                  )}
                </Space>
              ),
          },
          {
            key: "deem",
            name: t("statements.ui.deem_on"),
            value: statement.deem_on ? <DayText value={statement.deem_on} /> : null,
          },
          { key: "reason", name: t("statements.ui.reason"), value: statement.reason },
          {
            key: "hash",
            name: t("statements.ui.hash"),
            value: isSimulated ? (
              ""
            ) : (
              <code className="muted" style={{ overflowWrap: "anywhere", fontSize: 12 }}>
                {statement.hash}
              </code>
            ),
          },
        ].filter((item) => item.value !== "" && item.value !== null)}
      />
    </Panel>
  );
}

function States({ statement }: { statement: Statement }) {
  return (
    <Space wrap size={8}>
      <StateTag prefix="statements.state" state={statement.state} tones={STATEMENT_TONES} />
      {statement.now ? (
        <>
          <StateTag prefix="statements.settlement" state={statement.now.settlement} tones={SETTLEMENT_TONES} />
          <StateTag prefix="statements.delivery" state={statement.delivery} tones={DELIVERY_TONES} />
          <StateTag prefix="statements.answer" state={statement.answer} tones={ANSWER_TONES} />
        </>
      ) : null}
    </Space>
  );
}

function Acts({ statement }: { statement: Statement }) {
  const t = useT();
  const can = useCan();
  const { message } = App.useApp();
  const dialogs = useSlots("receipt.dialog");
  const [sharing, setSharing] = useState(false);
  const [voiding, setVoiding] = useState(false);
  const [answering, setAnswering] = useState(false);
  const [delivering, setDelivering] = useState(false);
  const [replacing, setReplacing] = useState(false);
  const [entries, setEntries] = useState<string[] | null>(null);
  const [loading, setLoading] = useState(false);
  const now = statement.now;
  if (!now) return null;
  const collect = async () => {
    setLoading(true);
    try {
      const lines = await getAllLines(statement.id);
      setEntries(lines.filter((line) => !isZero(line.open) && !isNegative(line.amount)).map((line) => line.entry_id));
    } catch (error) {
      void message.error(asProblem(error).title);
    } finally {
      setLoading(false);
    }
  };
  const asked = now.newer ? now.open : now.to_pay;
  const isConfirmed = statement.answer === "confirmed" || statement.answer === "deemed";
  return (
    <Space wrap>
      {can("receivables.write") && dialogs.length > 0 && now.settlement !== "settled" ? (
        <Button type="primary" loading={loading} onClick={() => void collect()}>
          {t("statements.ui.collect")}
        </Button>
      ) : null}
      {can("statements.share") ? (
        <Button onClick={() => setSharing(true)}>{t("statements.ui.share")}</Button>
      ) : null}
      {can("statements.share") ? (
        <Button onClick={() => setDelivering(true)}>{t("statements.ui.deliver")}</Button>
      ) : null}
      {can("statements.share") && !isConfirmed ? (
        <Button onClick={() => setAnswering(true)}>{t("statements.ui.answer_register")}</Button>
      ) : null}
      {can("statements.issue") && statement.newest && !isConfirmed ? (
        <Button onClick={() => setReplacing(true)}>{t("statements.ui.supersede")}</Button>
      ) : null}
      {can("statements.issue") && statement.newest && !isConfirmed ? (
        <Button danger onClick={() => setVoiding(true)}>
          {t("statements.ui.void")}
        </Button>
      ) : null}
      <ShareDialog statement={sharing ? statement : null} onClose={() => setSharing(false)} />
      <DeliverDialog statement={delivering ? statement : null} onClose={() => setDelivering(false)} />
      <AnswerDialog statement={answering ? statement : null} onClose={() => setAnswering(false)} />
      <SupersedeDialog statement={replacing ? statement : null} onClose={() => setReplacing(false)} />
      <VoidDialog statement={voiding ? statement : null} onClose={() => setVoiding(false)} />
      {entries ? (
        <Suspense fallback={null}>
          {dialogs.slice(0, 1).map(({ key, Component }) => (
            <Component
              key={key}
              open
              customerId={statement.customer_id}
              entries={entries}
              carried={!now.newer}
              amount={isNegative(asked) || isZero(asked) ? undefined : asked}
              onClose={() => setEntries(null)}
              onDone={() => setEntries(null)}
            />
          ))}
        </Suspense>
      ) : null}
    </Space>
  );
}

/** As issued beside now. */
export function Sums({ statement }: { statement: Statement }) {
  const t = useT();
  const { now } = statement;
  const rows: { key: string; label: string; issued?: string; now?: string; strong?: boolean }[] = [
    { key: "opening", label: t("statements.ui.opening"), issued: statement.opening },
    { key: "closing", label: t("statements.ui.closing"), issued: statement.closing, strong: true },
  ];
  if (now) {
    rows.push({ key: "received", label: t("statements.ui.received_since"), now: now.received_since });
    rows.push({ key: "adjusted", label: t("statements.ui.adjusted_since"), now: now.adjusted_since });
    if (!isZero(now.in_recovery)) {
      rows.push({ key: "recovery", label: t("statements.ui.in_recovery"), now: now.in_recovery });
    }
    if (!isZero(now.disputed)) {
      rows.push({ key: "disputed", label: t("statements.ui.disputed_now"), now: now.disputed });
    }
    rows.push({ key: "open", label: t("statements.ui.own_open"), now: now.open });
    rows.push({
      key: "to_pay",
      label: t("statements.ui.to_pay"),
      issued: statement.closing,
      now: now.to_pay,
      strong: true,
    });
  }
  return (
    <Panel title={t("statements.ui.sums", { currency: statement.currency })}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">{t("statements.ui.item")}</span>
            </th>
            <th scope="col" className="end">
              {t("statements.ui.as_issued")}
            </th>
            {now ? (
              <th scope="col" className="end">
                {t("statements.ui.now")}
              </th>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.label}</th>
              <td className="end">
                <MoneyText value={row.issued} strong={row.strong} />
              </td>
              {now ? (
                <td className="end">
                  <MoneyText value={row.now} strong={row.strong} />
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Lines({ statement }: { statement: Statement }) {
  const t = useT();
  const can = useCan();
  const [disputing, setDisputing] = useState<StatementLine | null>(null);
  const mayDispute = statement.now !== null && can("receivables.write");
  const query = useInfiniteQuery({
    queryKey: linesKey(statement.id),
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) => getLines(statement.id, pageParam, signal),
    getNextPageParam: (page) => (page.length < LINES_A_PAGE ? undefined : page[page.length - 1]?.line_no),
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const lines = query.data.pages.flat();
  return (
    <Panel title={t("statements.ui.lines", { n: statement.line_count })}>
      {lines.length === 0 ? (
        <p className="muted">{t("statements.ui.no_lines")}</p>
      ) : (
        <LineTable
          lines={lines}
          isLive={statement.now !== null}
          onDispute={mayDispute ? setDisputing : undefined}
        />
      )}
      {query.hasNextPage ? (
        <Button
          style={{ marginTop: 8 }}
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t("statements.ui.more_lines")}
        </Button>
      ) : null}
      <RaiseDisputeDialog
        statementId={statement.id}
        currency={statement.currency}
        line={disputing}
        onClose={() => setDisputing(null)}
      />
    </Panel>
  );
}

/** What was open on the cut-off day, by age. */
export function Ageing({ statement }: { statement: Statement }) {
  const t = useT();
  const { ageing } = statement;
  if (!ageing) return null;
  const buckets = [
    { key: "not_due", label: t("public.age.not_due"), value: ageing.not_due },
    { key: "days_30", label: t("public.age.days_30"), value: ageing.days_30 },
    { key: "days_60", label: t("public.age.days_60"), value: ageing.days_60 },
    { key: "days_90", label: t("public.age.days_90"), value: ageing.days_90 },
    { key: "older", label: t("public.age.older"), value: ageing.older },
    { key: "credit", label: t("public.age.credit"), value: ageing.credit },
  ];
  return (
    <Panel title={t("public.ages")}>
      <div className="figures">
        {buckets.map((bucket) => (
          <Figure key={bucket.key} label={bucket.label}>
            <MoneyText value={bucket.value} overdue={!["not_due", "credit"].includes(bucket.key)} />
          </Figure>
        ))}
      </div>
    </Panel>
  );
}

interface LineTableProps {
  lines: StatementLine[];
  isLive: boolean;
  onDispute?: (line: StatementLine) => void;
}

/** The lines, late ones from before the period in a block of their own. */
export function LineTable({ lines, isLive, onDispute }: LineTableProps) {
  const t = useT();
  const hasLate = lines.some((line) => line.late);
  return (
    <Scroll>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("statements.ui.date")}</th>
            <th scope="col">{t("statements.ui.document")}</th>
            <th scope="col">{t("statements.ui.kind")}</th>
            <th scope="col" className="end">
              {t("statements.ui.amount")}
            </th>
            <th scope="col" className="end">
              {t("statements.ui.open_now")}
            </th>
            {onDispute ? (
              <th scope="col">
                <span className="visually-hidden">{t("statements.ui.acts")}</span>
              </th>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {lines.map((line, index) => (
            <Fragment key={line.line_no}>
              {hasLate && line.late !== lines[index - 1]?.late ? (
                <tr>
                  <th scope="colgroup" colSpan={onDispute ? 6 : 5}>
                    {line.late ? t("statements.ui.late_items") : t("statements.ui.period_items")}
                  </th>
                </tr>
              ) : null}
              <LineRow
                line={line}
                isLive={isLive}
                onDispute={onDispute ? () => onDispute(line) : undefined}
              />
            </Fragment>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Issue, the way to the customer and the answers, newest first. */
function History({ statement }: { statement: Statement }) {
  const t = useT();
  const word = useValueText();
  const people = useQuery({ queryKey: peopleKey, queryFn: ({ signal }) => getPeople(signal) });
  const named = (id: string | null | undefined) => people.data?.find((one) => one.id === id)?.name;
  const items = [
    ...statement.deliveries.map((one, index) => ({
      key: `d${String(index)}`,
      at: one.at,
      what: `${word("statements.delivery", one.kind)} · ${word("statements.delivery_channel", one.channel)}`,
      who: named(one.by),
      detail: one.text,
    })),
    ...statement.answers.map((one, index) => ({
      key: `a${String(index)}`,
      at: one.at,
      what: `${word("statements.answer", one.kind)} · ${word("statements.channel", one.channel)}`,
      who: named(one.by),
      detail: [one.person, one.text].filter(Boolean).join(" · "),
    })),
  ].sort((a, b) => (a.at < b.at ? 1 : -1));
  items.push({ key: "issued", at: statement.issued_at, what: t("statements.ui.issued_event"), who: undefined, detail: "" });
  return (
    <Panel title={t("statements.ui.history")}>
      <Timeline items={items} />
    </Panel>
  );
}

const DOCUMENT_PATHS: Readonly<Record<string, string>> = {
  delivery: "/deliveries",
  return: "/deliveries",
  receipt: "/receipts",
};

function LineRow(props: { line: StatementLine; isLive: boolean; onDispute?: () => void }) {
  const { line, isLive, onDispute } = props;
  const t = useT();
  const word = useValueText();
  const path = DOCUMENT_PATHS[line.document_kind];
  return (
    <tr>
      <td className="nowrap">
        <DayText value={line.basis_date} />
      </td>
      <td className="nowrap">
        {path ? <Link to={`${path}/${line.document_id}`}>{line.document_no}</Link> : line.document_no}
      </td>
      <td>
        {word("public.kind", line.kind)}
        {line.ship_to ? <div className="muted">{t("statements.ui.ship_to", { name: line.ship_to })}</div> : null}
        {isZero(line.disputed) ? null : (
          <div>
            <ToneTag tone="warn">
              {t("statements.ui.disputed", { amount: moneyText(line.disputed, { zero: "digits" }) })}
            </ToneTag>
          </div>
        )}
      </td>
      <td className="end">
        <MoneyText value={line.amount} />
      </td>
      <td className="end">{isLive ? <MoneyText value={line.open} /> : null}</td>
      {onDispute ? (
        <td className="end">
          {isNegative(line.amount) || isZero(line.amount) ? null : (
            <Button size="small" onClick={onDispute} aria-label={`${t("statements.ui.dispute_line")} ${line.document_no}`}>
              {t("statements.ui.dispute_line")}
            </Button>
          )}
        </td>
      ) : null}
    </tr>
  );
}
