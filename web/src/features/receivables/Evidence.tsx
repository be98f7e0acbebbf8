import { Button } from "antd";
import { moneyText } from "@/kit/format";
import { useHotkeys } from "@/kit/hooks";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import type { AllocationAnswer, AllocationProposal } from "./api";

interface EvidenceProps {
  proposal: AllocationProposal;
  /** Takes an answer over: its items are chosen by hand from then on. */
  onUse: (found: AllocationAnswer) => void;
}

/** What was found for the money, what speaks for it, and what else it could be; Alt and a digit takes one over. */
export function Evidence({ proposal, onUse }: EvidenceProps) {
  const t = useT();
  const { taken, proposed, alternatives } = proposal;
  const open: AllocationAnswer[] = [...(proposed ? [proposed] : []), ...alternatives];
  const keys = open.map((found, at) => [`alt+${at + 1}`, () => onUse(found)] as const);
  useHotkeys(Object.fromEntries(keys));
  return (
    <section className="evidence" aria-label={t("receivables.ui.evidence")}>
      {taken.length === 0 && !proposed ? <p className="muted">{t("receivables.ui.nothing_found")}</p> : null}
      {taken.map((found: AllocationAnswer) => (
        <Answer key={`${found.step} ${found.why}`} found={found} head={t("receivables.ui.found")} />
      ))}
      {open.map((found, at) => (
        <Answer
          key={`${found.why} ${found.numbers.join()} ${at}`}
          found={found}
          head={found === proposed ? t("receivables.ui.proposed") : t("receivables.ui.alternative")}
          hotkey={`Alt+${at + 1}`}
          onUse={() => onUse(found)}
        />
      ))}
    </section>
  );
}

function Answer(props: { found: AllocationAnswer; head: string; hotkey?: string; onUse?: () => void }) {
  const t = useT();
  const word = useValueText();
  const { found } = props;
  return (
    <div className="evidence-answer">
      <span>
        <strong>{props.head}</strong> {word("receivables.why", found.why)}
        {found.numbers.length > 0 ? <span className="muted"> {found.numbers.join(", ")}</span> : null}
      </span>
      <span className="muted">{t("receivables.ui.items_count", { n: found.item_count })}</span>
      <MoneyText value={found.money} />
      {props.onUse ? (
        <Button
          size="small"
          onClick={props.onUse}
          aria-label={t("receivables.ui.use_answer", { amount: moneyText(found.money) })}
        >
          {t("receivables.ui.use_this")} <kbd className="only-wide">{props.hotkey}</kbd>
        </Button>
      ) : null}
    </div>
  );
}
