import { Alert, Button, Space } from "antd";
import type { ReactNode } from "react";
import type { Problem, ProblemAction } from "@/api/problem";
import { useT } from "./i18n";

interface ProblemAlertProps {
  problem: Problem | null | undefined;
  /** What each way out (`action.code`) does here; those without an entry are shown as words. */
  actions?: Record<string, { label?: ReactNode; onClick: () => void }>;
  /** Shown besides, e.g. the figures of a limit. */
  children?: ReactNode;
  onRetry?: () => void;
}

/** A refusal with its figures and ways out, or a fault with its number. Announced to screen readers. */
export function ProblemAlert({ problem, actions, children, onRetry }: ProblemAlertProps) {
  const t = useT();
  if (!problem) return null;
  const known = problem.actions.length > 0 ? problem.actions : Object.keys(actions ?? {}).map((code) => ({ code }));
  return (
    <Alert
      role="alert"
      type={isConflict(problem) ? "warning" : "error"}
      showIcon
      title={titleOf(problem, t)}
      description={
        <Space orientation="vertical" size={8} style={{ width: "100%" }}>
          {problem.detail && problem.detail !== problem.title ? <span>{problem.detail}</span> : null}
          {isConflict(problem) ? <span>{t("web.error.fresh")}</span> : null}
          {problem.fields.length > 1 ? (
            <ul style={{ margin: 0, paddingInlineStart: 18 }}>
              {problem.fields.map((item) => (
                <li key={`${item.field} ${item.code}`}>{item.title}</li>
              ))}
            </ul>
          ) : null}
          {children}
          <Space wrap size={8}>
            {known.map((action) => (
              <WayOut key={action.code} action={action} here={actions?.[action.code]} />
            ))}
            {onRetry && problem.isUncertain ? (
              <Button size="small" onClick={onRetry}>
                {t("web.error.retry")}
              </Button>
            ) : null}
          </Space>
        </Space>
      }
    />
  );
}

function WayOut(props: { action: ProblemAction; here?: { label?: ReactNode; onClick: () => void } }) {
  const label = props.here?.label ?? props.action.title;
  if (!label) return null;
  if (!props.here) return <span>{label}</span>;
  return (
    <Button size="small" onClick={props.here.onClick}>
      {label}
    </Button>
  );
}

/** Someone else was first: the figures shown are no longer the ones that were read. */
export function isConflict(problem: Problem): boolean {
  return problem.status === 409 && /conflict|stale|changed/.test(problem.code);
}

function titleOf(problem: Problem, t: ReturnType<typeof useT>): string {
  if (problem.status === 0) return t("web.error.network");
  if (problem.status >= 500) return t("web.error.server", { id: problem.id ?? String(problem.status) });
  if (problem.status === 403 && !problem.title) return t("web.error.forbidden");
  return problem.title || t("web.error.title");
}
