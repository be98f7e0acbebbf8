import { InboxOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Segmented, Upload } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { Problem } from "@/api/problem";
import { useAct } from "@/kit/act";
import { useT, useValueText } from "@/kit/i18n";
import { Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { importsKey, previewImport, stageImport, templateHref, type ImportPreview, type ImportWish } from "./api";
import { Mapping } from "./Mapping";
import { Sample } from "./Sample";
import { SummaryView } from "./SummaryView";
import "./imports.css";

const EMPTY: ImportWish = {
  kind: "deliveries",
  columns: {},
  options: { default_customer: null, cycle: null, terms: null, allocate_oldest: false },
};

/** A file is chosen, read, corrected where the guess was wrong, and prepared; nothing is posted here. */
export function Component() {
  const t = useT();
  const word = useValueText();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [wish, setWish] = useState<ImportWish>(EMPTY);
  const look = useAct({ act: ({ file, wish }: { file: File; wish: ImportWish }) => previewImport(file, wish) });
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  const read = (chosen: File, next: ImportWish) => {
    setFile(chosen);
    setWish(next);
    look
      .runAsync({ file: chosen, wish: next })
      .then(setPreview)
      .catch(() => setPreview(null));
  };
  const stage = useAct({
    act: (chosen: File) => stageImport(chosen, wish),
    touches: [importsKey],
    onDone: (view) => {
      void client.invalidateQueries({ queryKey: importsKey });
      void navigate(`/imports/${view.id}`);
    },
  });
  // The API calls fields by their own names; here they have labels.
  const inWords = (problem: NonNullable<ImportPreview["problem"]>) => {
    const field = problem.code === "imports.column_missing" ? problem.params?.field : undefined;
    const title = field ? t("refusal.imports.column_missing", { field: word("imports.ui.field", field) }) : problem.title;
    return new Problem(problem.status, { ...problem, title });
  };
  const start = (kind: ImportWish["kind"]) => {
    setWish({ ...EMPTY, kind });
    setPreview(null);
    setFile(null);
    look.reset();
    stage.reset();
  };
  return (
    <Page
      title={t("imports.ui.new")}
      tools={<Button onClick={() => void navigate("/imports")}>{t("imports.ui.back")}</Button>}
    >
      <Panel title={t("imports.ui.kind")}>
        <Segmented
          aria-label={t("imports.ui.kind")}
          value={wish.kind}
          onChange={(kind) => start(kind)}
          options={[
            { value: "deliveries" as const, label: t("imports.ui.kind.deliveries") },
            { value: "receipts" as const, label: t("imports.ui.kind.receipts") },
            { value: "openings" as const, label: t("imports.ui.kind.openings") },
          ]}
        />
        {file ? (
          <p>
            {file.name} <Button type="link" onClick={() => start(wish.kind)}>{t("imports.ui.other_file")}</Button>
          </p>
        ) : (
          <Choose kind={wish.kind} onFile={(chosen) => read(chosen, wish)} />
        )}
      </Panel>
      <ProblemAlert problem={look.problem} onRetry={() => file && read(file, wish)} />
      {look.busy && !preview ? <Waiting /> : null}
      {file && preview ? (
        <>
          <Panel title={t("imports.ui.columns")}>
            <Mapping preview={preview} wish={wish} busy={look.busy} onChange={(next) => read(file, next)} />
            <Sample preview={preview} />
          </Panel>
          <Panel title={t("imports.ui.summary")}>
            <ProblemAlert problem={preview.problem ? inWords(preview.problem) : null} />
            {preview.summary ? <SummaryView summary={preview.summary} /> : null}
            <ProblemAlert problem={stage.problem} onRetry={() => stage.run(file)} />
            <div className="imports-actions">
              <Button
                type="primary"
                disabled={!preview.summary || look.busy}
                loading={stage.busy}
                onClick={() => stage.run(file)}
              >
                {t("imports.ui.stage")}
              </Button>
            </div>
          </Panel>
        </>
      ) : null}
    </Page>
  );
}

function Choose({ kind, onFile }: { kind: ImportWish["kind"]; onFile: (file: File) => void }) {
  const t = useT();
  return (
    <div style={{ marginTop: 12 }}>
      {kind === "openings" ? <p className="muted">{t("imports.ui.openings_help")}</p> : null}
      <p>
        {t("imports.ui.template")} <a href={templateHref(kind, "xlsx")}>{t("imports.ui.template_xlsx")}</a> ·{" "}
        <a href={templateHref(kind, "csv")}>{t("imports.ui.template_csv")}</a>
      </p>
      <Upload.Dragger
        accept=".csv,.txt,.tsv,.xlsx"
        multiple={false}
        showUploadList={false}
        beforeUpload={(chosen) => {
          onFile(chosen);
          return false;
        }}
      >
        <p className="ant-upload-drag-icon">
          <InboxOutlined aria-hidden />
        </p>
        <p className="ant-upload-text">{t("imports.ui.drop")}</p>
        <p className="ant-upload-hint">{t("imports.ui.drop_hint")}</p>
      </Upload.Dragger>
    </div>
  );
}
