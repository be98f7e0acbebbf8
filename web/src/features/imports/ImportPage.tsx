import { DownloadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Progress } from "antd";
import { useNavigate, useParams } from "react-router";
import { asProblem } from "@/api/problem";
import { useMoneyAct } from "@/kit/act";
import { InstantText } from "@/kit/DayText";
import { useT } from "@/kit/i18n";
import { Figure, Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { StateTag } from "@/kit/StateTag";
import { confirmImport, getImport, importsKey, rejectedHref, type ImportView } from "./api";
import { TONES } from "./tones";
import { SummaryView } from "./SummaryView";
import "./imports.css";

/** One import: what it would do, its confirmation, its progress, and what came back. */
export function Component() {
  const t = useT();
  const navigate = useNavigate();
  const { id = "" } = useParams();
  const found = useQuery({
    queryKey: [...importsKey, id],
    queryFn: ({ signal }) => getImport(id, signal),
    // While it is being posted the counts move.
    refetchInterval: (query) => (query.state.data?.state === "posting" ? 700 : false),
  });
  const data = found.data;
  return (
    <Page
      title={data?.name ?? t("imports.ui.title")}
      beside={data ? <StateTag prefix="imports.ui.state" state={data.state} tones={TONES} /> : null}
      tools={<Button onClick={() => void navigate("/imports")}>{t("imports.ui.back")}</Button>}
    >
      {found.error ? <ProblemAlert problem={asProblem(found.error)} onRetry={() => void found.refetch()} /> : null}
      {found.isPending ? <Waiting /> : null}
      {data ? <Import view={data} /> : null}
    </Page>
  );
}

function Import({ view }: { view: ImportView }) {
  const t = useT();
  const confirm = useMoneyAct({
    act: (_: null, key) => confirmImport(view.id, key),
    touches: [importsKey],
  });
  const { counts } = view;
  return (
    <>
      <Panel title={t(view.state === "staged" ? "imports.ui.summary" : "imports.ui.contents")}>
        <p className="muted">
          <InstantText value={view.created_at} />
        </p>
        <SummaryView summary={view.summary} />
        <ProblemAlert problem={confirm.problem} onRetry={() => confirm.run(null)} />
        <div className="imports-actions">
          {view.state === "staged" && counts.waiting > 0 ? (
            <Button type="primary" loading={confirm.busy} onClick={() => confirm.run(null)}>
              {t("imports.ui.confirm_n", { n: counts.waiting })}
            </Button>
          ) : null}
          {counts.rejected > 0 ? (
            <Button icon={<DownloadOutlined aria-hidden />} href={rejectedHref(view.id)} download>
              {t("imports.ui.download_rejected")}
            </Button>
          ) : null}
        </div>
      </Panel>
      {view.state === "staged" ? null : <Standing view={view} />}
    </>
  );
}

/** How far it is, and what came of it. */
function Standing({ view }: { view: ImportView }) {
  const t = useT();
  const { counts } = view;
  const total = counts.waiting + counts.posted + counts.rejected + counts.known - view.summary.known;
  const done = total - counts.waiting;
  const text = t("imports.ui.progress", { done, total });
  return (
    <Panel title={<StateTag prefix="imports.ui.state" state={view.state} tones={TONES} />}>
      <div role="status" aria-live="polite">
        <Progress
          percent={total === 0 ? 100 : Math.floor((done * 100) / total)}
          status={view.state === "done" ? "success" : "active"}
          aria-label={text}
        />
        <p>{text}</p>
      </div>
      {view.state === "posting" ? <p className="muted">{t("imports.ui.go_on")}</p> : null}
      <div className="figures imports-figures">
        <Figure label={t("imports.ui.posted")}>{counts.posted}</Figure>
        <Figure label={t("imports.ui.waiting")}>{counts.waiting}</Figure>
        <Figure label={t("imports.ui.known")}>{counts.known}</Figure>
        <Figure label={t("imports.ui.rejected")}>{counts.rejected}</Figure>
      </div>
    </Panel>
  );
}
