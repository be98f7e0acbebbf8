import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Checkbox, Form, Input, Modal, Progress, Select } from "antd";
import { useEffect, useState } from "react";
import { asProblem } from "@/api/problem";
import { useMoneyAct } from "@/kit/act";
import { refusedField } from "@/kit/forms";
import { useHotkeys } from "@/kit/hooks";
import { useT, useValueText } from "@/kit/i18n";
import { Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { DialogButtons } from "@/kit/ReasonDialog";
import type { UnsettledOrder } from "./api";
import { BAD_DEBT_TOUCHES, badDebtRunKey, getBadDebtRun, processMany, useReasons } from "./badDebtApi";

interface DialogProps {
  /** The orders to process; empty: closed. */
  orders: UnsettledOrder[];
  onClose: () => void;
  /** The run is over. */
  onDone: () => void;
}

/** Gives up several orders for one reason; each gets its own line, and none stops another. */
export function BadDebtManyDialog({ orders, onClose, onDone }: DialogProps) {
  const t = useT();
  return (
    <Modal
      open={orders.length > 0}
      title={t("receivables.ui.bad_debt_many_title", { n: orders.length })}
      footer={null}
      destroyOnHidden
      onCancel={onClose}
    >
      <ManyForm orders={orders} onClose={onClose} onDone={onDone} />
    </Modal>
  );
}

function ManyForm({ orders, onClose, onDone }: DialogProps) {
  const t = useT();
  const { options, needsNote } = useReasons();
  const [reason, setReason] = useState<string | undefined>(undefined);
  const [note, setNote] = useState("");
  const [despite, setDespite] = useState(false);
  const [disclose, setDisclose] = useState(false);
  const [run, setRun] = useState<string | null>(null);
  const act = useMoneyAct({
    act: (reason_code: string, key) =>
      processMany(
        {
          orders: orders.map((order) => ({ order_id: order.order_id, expected_outstanding: order.outstanding })),
          reason_code,
          note: note.trim(),
          despite_credit: despite,
          disclose,
        },
        key,
      ),
    onDone: (started) => setRun(started.id),
  });
  const isNoteMissing = (needsNote(reason) || despite) && note.trim() === "";
  const confirm = () => {
    if (reason && !isNoteMissing && !act.busy && run === null) act.run(reason);
  };
  useHotkeys({ "ctrl+enter": confirm });
  if (run) return <ManyProgress id={run} onClose={onClose} onDone={onDone} />;
  return (
    <Form layout="vertical" onFinish={confirm}>
      <p className="muted">{t("receivables.ui.bad_debt_many_help")}</p>
      <Form.Item
        label={t("receivables.ui.bad_debt_reason")}
        htmlFor="many-reason"
        required
        {...refusedField(act.problem, "reason_code")}
      >
        <Select id="many-reason" autoFocus value={reason} onChange={setReason} options={options(false)} />
      </Form.Item>
      <Form.Item
        label={t("receivables.ui.bad_debt_note")}
        htmlFor="many-note"
        required={needsNote(reason) || despite}
        {...refusedField(act.problem, "note")}
      >
        <Input.TextArea
          id="many-note"
          rows={2}
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </Form.Item>
      <Form.Item>
        <Checkbox checked={despite} onChange={(event) => setDespite(event.target.checked)}>
          {t("receivables.ui.bad_debt_despite_many")}
        </Checkbox>
      </Form.Item>
      <Form.Item>
        <Checkbox checked={disclose} onChange={(event) => setDisclose(event.target.checked)}>
          {t("receivables.ui.bad_debt_disclose")}
        </Checkbox>
      </Form.Item>
      <ProblemAlert problem={act.problem} onRetry={confirm} />
      <DialogButtons
        confirm={t("receivables.ui.bad_debt_many_confirm", { n: orders.length })}
        danger
        busy={act.busy}
        disabled={!reason || isNoteMissing}
        onConfirm={confirm}
        onClose={onClose}
      />
    </Form>
  );
}

/** How far the run is, and which orders it could not process and why. */
function ManyProgress({ id, onClose, onDone }: { id: string; onClose: () => void; onDone: () => void }) {
  const t = useT();
  const word = useValueText();
  const client = useQueryClient();
  const query = useQuery({
    queryKey: [...badDebtRunKey, id],
    queryFn: ({ signal }) => getBadDebtRun(id, signal),
    refetchInterval: (found) => (found.state.data?.state === "running" || !found.state.data ? 500 : false),
  });
  const isOver = query.data !== undefined && query.data.state !== "running";
  useEffect(() => {
    if (!isOver) return;
    for (const queryKey of BAD_DEBT_TOUCHES) void client.invalidateQueries({ queryKey });
  }, [isOver, client]);
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const run = query.data;
  const seen = run.done + run.failed;
  const text = isOver
    ? t("receivables.ui.bad_debt_run_done", { n: run.done })
    : t("receivables.ui.bad_debt_run", { n: seen, total: run.total });
  return (
    <div role="status">
      <Progress
        percent={isOver ? 100 : Math.floor((100 * seen) / Math.max(run.total, 1))}
        status={isOver ? (run.failed > 0 ? "exception" : "success") : "active"}
        aria-label={text}
      />
      <p>{text}</p>
      {run.failed > 0 ? (
        <Alert
          type="error"
          showIcon
          title={t("receivables.ui.bad_debt_run_failed", { n: run.failed })}
          description={
            <ul style={{ margin: 0, paddingInlineStart: 18 }}>
              {run.not_processed.map((one) => (
                <li key={one.order_no}>
                  {one.order_no}: {word("refusal", one.code, Object.fromEntries(one.params as [string, string][]))}
                </li>
              ))}
            </ul>
          }
        />
      ) : null}
      <div style={{ display: "flex", justifyContent: "flex-end", marginTop: 12 }}>
        <Button type={isOver ? "primary" : "default"} onClick={isOver ? onDone : onClose}>
          {t("web.form.close")}
        </Button>
      </div>
    </div>
  );
}
