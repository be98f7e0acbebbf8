import { Table } from "antd";
import { DayText } from "@/kit/DayText";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Figure } from "@/kit/Page";
import type { ImportReason, ImportSummary, ImportTotal } from "./api";

/** What a file holds and what importing it will do. */
export function SummaryView({ summary }: { summary: ImportSummary }) {
  const t = useT();
  const word = useValueText();
  return (
    <div className="imports-summary">
      <p>
        {t("imports.ui.documents", { n: summary.documents })} · {t("imports.ui.rows", { n: summary.rows })}
        {summary.from && summary.to ? (
          <>
            {" · "}
            <DayText value={summary.from} /> – <DayText value={summary.to} />
          </>
        ) : null}
      </p>
      <div className="figures imports-figures">
        <Figure label={t("imports.ui.new_customers")}>{summary.new_customers}</Figure>
        <Figure label={t("imports.ui.new_products")}>{summary.new_products}</Figure>
        <Figure label={t("imports.ui.known")}>{summary.known}</Figure>
        <Figure label={t("imports.ui.rejected")}>
          <span className={summary.rejected_documents > 0 ? "overdue" : undefined}>{summary.rejected_documents}</span>
        </Figure>
      </div>
      {summary.totals.length > 0 ? (
        <Table<ImportTotal>
          size="small"
          pagination={false}
          scroll={{ x: "max-content" }}
          rowKey={(row) => `${row.kind} ${row.currency}`}
          dataSource={summary.totals}
          columns={[
            { key: "kind", title: t("imports.ui.total.kind"), render: (_, row) => word("imports.ui.total", row.kind) },
            { key: "documents", title: t("imports.ui.total.documents"), dataIndex: "documents", align: "right", className: "num" },
            { key: "rows", title: t("imports.ui.total.rows"), dataIndex: "rows", align: "right", className: "num" },
            { key: "amount", title: t("imports.ui.total.amount"), align: "right", render: (_, row) => <MoneyText value={row.amount} /> },
            { key: "currency", title: t("imports.ui.total.currency"), dataIndex: "currency" },
          ]}
        />
      ) : (
        <p className="muted">{t("imports.ui.nothing_to_post")}</p>
      )}
      {summary.reasons.length > 0 ? <Reasons reasons={summary.reasons} /> : null}
    </div>
  );
}

function Reasons({ reasons }: { reasons: ImportReason[] }) {
  const t = useT();
  return (
    <Table<ImportReason>
      size="small"
      pagination={false}
      scroll={{ x: "max-content" }}
      rowKey={(row) => row.code}
      dataSource={reasons}
      columns={[
        { key: "rows", title: t("imports.ui.reason_rows"), dataIndex: "rows", align: "right", className: "num", width: 100 },
        { key: "reason", title: t("imports.ui.reasons"), dataIndex: "example" },
      ]}
    />
  );
}
