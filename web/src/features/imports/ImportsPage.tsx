import { ImportOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Empty, Table } from "antd";
import { Link, useNavigate } from "react-router";
import { asProblem } from "@/api/problem";
import { InstantText } from "@/kit/DayText";
import { useT, useValueText } from "@/kit/i18n";
import { Page, Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { StateTag } from "@/kit/StateTag";
import { importsKey, listImports, type ImportView } from "./api";
import { TONES } from "./tones";


/** The latest imports, newest first. */
export function Component() {
  const t = useT();
  const word = useValueText();
  const navigate = useNavigate();
  const imports = useQuery({ queryKey: importsKey, queryFn: ({ signal }) => listImports(signal) });
  const start = (
    <Button type="primary" icon={<ImportOutlined aria-hidden />} onClick={() => void navigate("/imports/new")}>
      {t("imports.ui.new")}
    </Button>
  );
  return (
    <Page title={t("imports.ui.title")} tools={start}>
      <p className="muted">{t("imports.ui.lead")}</p>
      {imports.error ? <ProblemAlert problem={asProblem(imports.error)} onRetry={() => void imports.refetch()} /> : null}
      {imports.isPending ? <Waiting /> : null}
      {imports.data?.length === 0 ? (
        <Panel>
          <Empty description={t("imports.ui.none")} />
        </Panel>
      ) : null}
      {imports.data && imports.data.length > 0 ? (
        <Panel>
          <Table<ImportView>
            size="small"
            pagination={false}
            scroll={{ x: "max-content" }}
            rowKey="id"
            dataSource={imports.data}
            columns={[
              { key: "name", title: t("imports.ui.file"), render: (_, row) => <Link to={`/imports/${row.id}`}>{row.name}</Link> },
              { key: "kind", title: t("imports.ui.kind"), render: (_, row) => word("imports.ui.kind", row.kind) },
              { key: "created", title: t("imports.ui.created"), render: (_, row) => <InstantText value={row.created_at} /> },
              { key: "posted", title: t("imports.ui.posted"), align: "right", className: "num", render: (_, row) => row.counts.posted },
              { key: "known", title: t("imports.ui.known"), align: "right", className: "num", render: (_, row) => row.counts.known },
              { key: "rejected", title: t("imports.ui.rejected"), align: "right", className: "num", render: (_, row) => row.counts.rejected },
              {
                key: "state",
                title: t("imports.ui.state"),
                render: (_, row) => <StateTag prefix="imports.ui.state" state={row.state} tones={TONES} />,
              },
            ]}
          />
        </Panel>
      ) : null}
    </Page>
  );
}
