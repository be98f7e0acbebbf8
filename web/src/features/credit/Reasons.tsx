import { moneyText } from "@/kit/format";
import { useT, useValueText } from "@/kit/i18n";
import { ToneTag } from "@/kit/StateTag";
import type { FindingView } from "./api";

/** Figures of a rule that is broken, in words. */
export function useFindingText(): (finding: FindingView) => string {
  const t = useT();
  const word = useValueText();
  return (finding) => {
    const rule = word("credit.rule", finding.rule);
    const figure = (value: string) => {
      if (finding.unit === "amount") return moneyText(value, { zero: "digits" });
      if (finding.unit === "days") return t("credit.ui.found_days", { found: value });
      return t("credit.ui.found_documents", { found: value });
    };
    if (finding.unit === "none") return t("credit.ui.broken_flag", { rule });
    return t("credit.ui.broken", { rule, found: figure(finding.found), allowed: figure(finding.allowed) });
  };
}

/** Every reason, the strictest first. */
export function Reasons({ reasons }: { reasons: FindingView[] }) {
  const word = useValueText();
  const text = useFindingText();
  return (
    <ul style={{ listStyle: "none", margin: 0, padding: 0, display: "grid", gap: 4 }}>
      {reasons.map((one) => (
        <li key={one.rule} style={{ display: "flex", flexWrap: "wrap", gap: 8, alignItems: "center" }}>
          <ToneTag tone={one.action === "block" ? "bad" : "warn"}>{word("credit.action", one.action)}</ToneTag>
          <span>{text(one)}</span>
        </li>
      ))}
    </ul>
  );
}
