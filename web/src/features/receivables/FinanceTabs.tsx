import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useNavigate } from "react-router";
import { asProblem } from "@/api/problem";
import { useT } from "@/kit/i18n";
import { Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { Sections } from "@/kit/Sections";
import { getSetting, settingKey } from "./badDebtApi";

const PATHS = {
  allowance: "/finance/allowance",
  write_offs: "/finance/write-offs",
  reconciliation: "/finance/reconciliation",
} as const;
type FinanceTab = keyof typeof PATHS;

/** The frame of the finance side: its parts, or how to switch it on. */
export function FinancePage({ active, tools, children }: { active: FinanceTab; tools?: ReactNode; children: ReactNode }) {
  const t = useT();
  const navigate = useNavigate();
  const setting = useQuery({ queryKey: settingKey, queryFn: ({ signal }) => getSetting(signal) });
  const isOn = setting.data?.finance_mode ?? false;
  return (
    <Page title={t("receivables.ui.finance")} tools={isOn ? tools : undefined}>
      {setting.error ? (
        <ProblemAlert problem={asProblem(setting.error)} onRetry={() => void setting.refetch()} />
      ) : !setting.data ? (
        <Waiting />
      ) : isOn ? (
        <>
          <Sections
            active={active}
            onChange={(key) => void navigate(PATHS[key as FinanceTab])}
            items={[
              { key: "allowance", label: t("receivables.ui.allowance_runs") },
              { key: "write_offs", label: t("receivables.ui.write_offs") },
              { key: "reconciliation", label: t("receivables.ui.finance_reconciliation") },
            ]}
          />
          {children}
        </>
      ) : (
        <Panel>
          <p>
            {t("receivables.ui.finance_off")} <Link to="/bad-debts/reasons">{t("receivables.ui.reasons")}</Link>
          </p>
        </Panel>
      )}
    </Page>
  );
}
