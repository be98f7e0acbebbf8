import { App, Button } from "antd";
import { useState } from "react";
import { useAct } from "@/kit/act";
import { InstantText } from "@/kit/DayText";
import { moneyText } from "@/kit/format";
import { useT, useValueText } from "@/kit/i18n";
import { Panel } from "@/kit/Page";
import { ReasonDialog } from "@/kit/ReasonDialog";
import { useCan } from "@/kit/session";
import { ToneTag } from "@/kit/StateTag";
import { askForDelivery, askForOrder, MOVED, type HoldView } from "./api";

/** A stored document for which leave may be asked. */
export interface Asking {
  kind: "order" | "delivery";
  id: string;
}

/** Asks for leave to let a document pass that credit holds back. */
export function AskDialog({ asking, onClose }: { asking: Asking | null; onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const act = useAct({
    act: (reason: string) =>
      asking?.kind === "order" ? askForOrder(asking.id, reason) : askForDelivery(asking?.id ?? "", reason),
    touches: MOVED,
    onDone: () => {
      void message.success(t("sales.ui.asked"));
      onClose();
    },
  });
  return (
    <ReasonDialog
      open={asking !== null}
      title={t("sales.ui.ask_title")}
      confirm={t("sales.ui.ask_confirm")}
      busy={act.busy}
      problem={act.problem}
      onConfirm={act.run}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      {t("sales.ui.ask_what")}
    </ReasonDialog>
  );
}

/** That a document waits for credit, why, and what one can do. */
export function HoldNote({ hold, of }: { hold: HoldView; of: Asking }) {
  const t = useT();
  const can = useCan();
  const word = useValueText();
  const [asking, setAsking] = useState<Asking | null>(null);
  return (
    <Panel>
      <div style={{ display: "flex", flexWrap: "wrap", gap: 8, alignItems: "center" }}>
        <ToneTag tone="warn">{t("sales.order_state.held")}</ToneTag>
        <InstantText value={hold.held_at} />
        <span className="muted">{t("sales.ui.held_help")}</span>
        {can("sales.write") ? (
          <Button size="small" onClick={() => setAsking(of)}>
            {t("sales.ui.ask_approval")}
          </Button>
        ) : null}
      </div>
      {hold.reasons.length > 0 ? (
        <ul style={{ margin: "8px 0 0", paddingInlineStart: 20 }}>
          {hold.reasons.map((one: HoldView["reasons"][number]) => (
            <li key={one.rule}>
              {one.unit === "none"
                ? word("credit.rule", one.rule)
                : t("credit.ui.broken", {
                    rule: word("credit.rule", one.rule),
                    found: one.unit === "amount" ? moneyText(one.found, { zero: "digits" }) : one.found,
                    allowed: one.unit === "amount" ? moneyText(one.allowed, { zero: "digits" }) : one.allowed,
                  })}
            </li>
          ))}
        </ul>
      ) : null}
      <AskDialog asking={asking} onClose={() => setAsking(null)} />
    </Panel>
  );
}
