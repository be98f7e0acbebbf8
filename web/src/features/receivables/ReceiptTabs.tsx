import { useNavigate } from "react-router";
import { useT } from "@/kit/i18n";
import { Sections } from "@/kit/Sections";

/** What the receipts page holds: what is owed, what came in, what waits on account. */
export function ReceiptTabs({ active }: { active: "unsettled-orders" | "receipts" | "receipts-on-account" }) {
  const t = useT();
  const navigate = useNavigate();
  return (
    <Sections
      active={active}
      onChange={(key) => void navigate(`/${key}`)}
      items={[
        { key: "unsettled-orders", label: t("receivables.ui.unsettled") },
        { key: "receipts", label: t("receivables.ui.receipts") },
        { key: "receipts-on-account", label: t("receivables.ui.on_account") },
      ]}
    />
  );
}
