import { Table } from "antd";
import { useT } from "@/kit/i18n";
import type { ImportPreview } from "./api";

/** The first rows of the file as they stand in it. */
export function Sample({ preview }: { preview: ImportPreview }) {
  const t = useT();
  if (preview.sample.length === 0) return null;
  const width = Math.max(preview.header.length, ...preview.sample.map((row) => row.length));
  const rows = preview.sample.map((cells, at) => ({ key: String(at), cells }));
  return (
    <>
      <h3>{t("imports.ui.sample")}</h3>
      <Table
        size="small"
        pagination={false}
        scroll={{ x: "max-content" }}
        dataSource={rows}
        columns={Array.from({ length: width }, (_, at) => ({
          key: String(at),
          title: preview.header[at] ?? "",
          render: (_: unknown, row: (typeof rows)[number]) => row.cells[at] ?? "",
        }))}
      />
    </>
  );
}
