import { Alert, Button, Space } from "antd";
import type { ReactNode } from "react";
import type { Problem } from "@/api/problem";
import { useT } from "./i18n";

/** A way out that a page offers, such as "register a receipt". */
export interface WayOut {
  key: string;
  label: ReactNode;
  onClick: () => void;
}

interface ProblemAlertProps {
  problem: Problem | null | undefined;
  /** The ways out of this refusal, by its code: `(problem) => problem.code === "credit.over_limit" ? […] : []`. */
  actions?: (problem: Problem) => WayOut[];
  /** Shown besides, e.g. the figures of a limit. */
  children?: ReactNode;
  onRetry?: () => void;
}

/** A refusal with its figures and ways out, or a fault with its number. Announced to screen readers. */
export function ProblemAlert({ problem, actions, children, onRetry }: ProblemAlertProps) {
  const t = useT();
  if (!problem) return null;
  const ways = actions?.(problem) ?? [];
  const retry = problem.isUncertain ? onRetry : undefined;
  const isMore = problem.status === 409 || children || ways.length > 0 || retry;
  return (
    <Alert
      role="alert"
      type={problem.status === 409 ? "warning" : "error"}
      showIcon
      title={titleOf(problem, t)}
      description={
        isMore ? (
          <Space orientation="vertical" size={8} style={{ width: "100%" }}>
            {problem.status === 409 ? <span>{t("web.error.fresh")}</span> : null}
            {children}
            <Space wrap size={8}>
              {ways.map((way) => (
                <Button key={way.key} size="small" onClick={way.onClick}>
                  {way.label}
                </Button>
              ))}
              {retry ? (
                <Button size="small" onClick={retry}>
                  {t("web.error.retry")}
                </Button>
              ) : null}
            </Space>
          </Space>
        ) : undefined
      }
    />
  );
}

function titleOf(problem: Problem, t: ReturnType<typeof useT>): string {
  if (problem.title) return problem.title;
  if (problem.status === 0) return t("web.error.network");
  if (problem.status === 403) return t("web.error.forbidden");
  if (problem.status >= 500) return t("web.error.server", { id: problem.params.id ?? String(problem.status) });
  return t("web.error.title");
}
