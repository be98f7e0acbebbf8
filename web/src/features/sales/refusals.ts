import type { Problem } from "@/api/problem";
import type { Translate } from "@/kit/i18n";
import { listHref } from "@/kit/listState";
import type { WayOut } from "@/kit/ProblemAlert";

interface Ways {
  t: Translate;
  customerId: string | null | undefined;
  navigate: (to: string) => void;
  /** Opens the receipt dialog, where one may register receipts. */
  register?: () => void;
  /** Asks for leave to let the document pass; only where it is stored. */
  ask?: () => void;
  /** Keeps what was entered without the act that was refused. */
  saveInstead?: () => void;
}

/** What a person can do about a refusal of this slice. */
export function waysOut(problem: Problem, ways: Ways): WayOut[] {
  const { t, customerId, navigate } = ways;
  const out: WayOut[] = [];
  if (problem.code.startsWith("credit.")) {
    if (ways.register) {
      out.push({ key: "receipt", label: t("sales.ui.register_receipt"), onClick: ways.register });
    }
    if (ways.ask) {
      out.push({ key: "ask", label: t("sales.ui.ask_approval"), onClick: ways.ask });
    }
    if (customerId) {
      out.push({
        key: "customer",
        label: t("sales.ui.show_customer"),
        onClick: () => navigate(`/customers/${customerId}?tab=credit`),
      });
    }
    if (ways.saveInstead) {
      out.push({ key: "save", label: t("sales.ui.save_instead"), onClick: ways.saveInstead });
    }
  }
  if (problem.code === "sales.allocated_cannot_reverse" && customerId) {
    out.push({
      key: "write-offs",
      label: t("sales.ui.show_write_offs"),
      onClick: () => navigate(`/customers/${customerId}`),
    });
  }
  if (problem.code === "sales.has_returns" && problem.params.no) {
    const no = problem.params.no;
    out.push({ key: "returns", label: no, onClick: () => navigate(listHref("/returns", { q: no })) });
  }
  return out;
}
