import { App, Button } from "antd";
import { useState } from "react";
import { useMoneyAct } from "@/kit/act";
import { DayText } from "@/kit/DayText";
import { dayText, moneyText } from "@/kit/format";
import { useLang, useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { ReasonDialog } from "@/kit/ReasonDialog";
import { Scroll } from "@/kit/Scroll";
import { MONEY_TOUCHES, undoAllocation, type AllocationItem } from "./api";

/** The write-offs of a document, undone ones included; each that stands by itself can be undone. */
export function Allocations({ rows, canUndo }: { rows: AllocationItem[]; canUndo: boolean }) {
  const t = useT();
  const lang = useLang();
  const word = useValueText();
  const [undoing, setUndoing] = useState<AllocationItem | null>(null);
  if (rows.length === 0) return <span className="muted">{t("receivables.ui.no_allocations")}</span>;
  return (
    <Scroll>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("receivables.ui.document")}</th>
            <th scope="col">{t("receivables.ui.kind")}</th>
            <th scope="col">{t("receivables.ui.counts_from")}</th>
            <th scope="col">{t("receivables.ui.made_by")}</th>
            <th scope="col" className="end">
              {t("receivables.ui.amount")}
            </th>
            <th scope="col">
              <span className="visually-hidden">{t("web.table.row_actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} className={row.undone_on ? "muted" : undefined}>
              <td>{row.other_no}</td>
              <td>{word("receivables.kind", row.other_kind)}</td>
              <td>
                <DayText value={row.effective_date} />
              </td>
              <td>
                {word("receivables.act", row.act)} <span className="muted">{row.reason}</span>
              </td>
              <td className="end">
                <MoneyText value={row.amount} />
              </td>
              <td className="end">
                {row.undone_on ? (
                  t("receivables.ui.undone_on", { day: dayText(row.undone_on, lang) })
                ) : row.can_undo && canUndo ? (
                  <Button size="small" onClick={() => setUndoing(row)}>
                    {t("receivables.ui.undo")}
                  </Button>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <UndoDialog row={undoing} onClose={() => setUndoing(null)} />
    </Scroll>
  );
}

function UndoDialog({ row, onClose }: { row: AllocationItem | null; onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const act = useMoneyAct({
    act: (reason: string, key) => undoAllocation(row?.id ?? "", reason, key),
    touches: MONEY_TOUCHES,
    onDone: () => {
      message.success(t("receivables.ui.undone"));
      onClose();
    },
  });
  return (
    <ReasonDialog
      open={row !== null}
      title={t("receivables.ui.undo_title")}
      confirm={t("receivables.ui.undo_confirm")}
      busy={act.busy}
      problem={act.problem}
      onConfirm={act.run}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      {row ? t("receivables.ui.undo_help", { amount: moneyText(row.amount), document: row.other_no }) : null}
    </ReasonDialog>
  );
}
