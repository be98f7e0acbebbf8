import { CheckCircleFilled, ExclamationCircleFilled, MinusCircleOutlined, SyncOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Tooltip } from "antd";
import { Link } from "react-router";
import { instantText } from "@/kit/format";
import { useLang, useT } from "@/kit/i18n";
import { useSession } from "@/kit/session";
import { checkKey, getCheckRuns, type CheckRun } from "./api";
import "./check.css";

/** In the frame of all pages: are the books in order? Opens the check. */
export default function CheckBadge() {
  const t = useT();
  const lang = useLang();
  const { company } = useSession();
  const query = useQuery({
    queryKey: checkKey,
    queryFn: ({ signal }) => getCheckRuns(signal),
    refetchInterval: 60_000,
  });
  const runs: CheckRun[] = query.data ?? [];
  const ended = runs.find((run) => run.state !== "running");
  const state = stateOf(ended, runs[0]);
  const words = {
    none: t("reports.ui.check_none"),
    busy: t("reports.ui.check"),
    good: t("reports.ui.check_green"),
    bad: t("reports.ui.check_red", { n: ended?.broken ?? 0 }),
    failed: t("reports.ui.check_failed"),
  }[state];
  const when = ended ? whenText(t, ended, instantText(ended.finished_at ?? ended.started_at, lang, company?.timezone)) : "";
  return (
    <Tooltip title={when ? `${words} · ${when}` : words}>
      <Link to="/check" className={`check-badge check-${state}`} aria-label={when ? `${words}. ${when}` : words}>
        {ICONS[state]}
      </Link>
    </Tooltip>
  );
}

type State = "none" | "busy" | "good" | "bad" | "failed";

const ICONS = {
  none: <MinusCircleOutlined aria-hidden />,
  busy: <SyncOutlined aria-hidden />,
  good: <CheckCircleFilled aria-hidden />,
  bad: <ExclamationCircleFilled aria-hidden />,
  failed: <ExclamationCircleFilled aria-hidden />,
};

export function stateOf(ended: CheckRun | undefined, latest: CheckRun | undefined): State {
  if (!ended) return latest ? "busy" : "none";
  if (ended.state === "failed") return "failed";
  return ended.broken > 0 ? "bad" : "good";
}

export function whenText(t: ReturnType<typeof useT>, run: CheckRun, at: string): string {
  const tenths = Math.round((run.took ?? 0) / 100);
  return t("reports.ui.check_when", { at, seconds: `${Math.floor(tenths / 10)}.${tenths % 10}` });
}
