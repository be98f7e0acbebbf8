import { useNavigate } from "react-router";
import { useT } from "@/kit/i18n";
import { Sections } from "@/kit/Sections";

export type BadDebtTab = "register" | "requests" | "report" | "reasons";

const PATHS: Record<BadDebtTab, string> = {
  register: "/bad-debts",
  requests: "/bad-debts/requests",
  report: "/bad-debts/report",
  reasons: "/bad-debts/reasons",
};

/** What the bad-debt register holds: the register, what waits for approval, the report, and the rules. */
export function BadDebtTabs({ active }: { active: BadDebtTab }) {
  const t = useT();
  const navigate = useNavigate();
  return (
    <Sections
      active={active}
      onChange={(key) => void navigate(PATHS[key as BadDebtTab])}
      items={[
        { key: "register", label: t("receivables.ui.register") },
        { key: "requests", label: t("receivables.ui.requests_all") },
        { key: "report", label: t("receivables.ui.report") },
        { key: "reasons", label: t("receivables.ui.reasons") },
      ]}
    />
  );
}
