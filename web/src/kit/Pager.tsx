import { LeftOutlined, RightOutlined, VerticalRightOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { quantityText } from "./format";
import { useT } from "./i18n";

interface PagerProps {
  page: { items: unknown[]; next?: string | null; count: number; count_is_capped: boolean } | undefined;
  /** How many pages lie before this one. */
  depth: number;
  limit: number;
  /** Which keys the list knows, in words. */
  help: string;
  onLimit: (limit: number) => void;
  onMove: (move: "first" | "back" | "on") => void;
}

/** Pages by cursor: first, back, on. There is no "page 700": a filter finds it faster. */
export function Pager({ page, depth, limit, help, onLimit, onMove }: PagerProps) {
  const t = useT();
  if (!page) return null;
  const from = depth * limit + 1;
  const to = depth * limit + page.items.length;
  const count = quantityText(String(page.count));
  const total = page.count_is_capped ? t("web.table.capped", { total: count }) : count;
  return (
    <div className="dt-foot">
      <span className="muted dt-help">{help}</span>
      <div className="dt-pager">
        <span className="num" aria-live="polite">
          {page.items.length > 0
            ? t("web.table.range", { from: quantityText(String(from)), to: quantityText(String(to)), total })
            : t("web.table.none")}
        </span>
        <Select
          size="small"
          value={limit}
          aria-label={t("web.table.per_page", { n: limit })}
          onChange={onLimit}
          options={[50, 100, 200].map((value) => ({ value, label: t("web.table.per_page", { n: value }) }))}
        />
        <Button
          size="small"
          type="text"
          disabled={depth === 0}
          icon={<VerticalRightOutlined aria-hidden />}
          aria-label={t("web.table.first")}
          onClick={() => onMove("first")}
        />
        <Button
          size="small"
          type="text"
          disabled={depth === 0}
          icon={<LeftOutlined aria-hidden />}
          aria-label={t("web.table.previous")}
          onClick={() => onMove("back")}
        />
        <Button
          size="small"
          type="text"
          disabled={!page.next}
          icon={<RightOutlined aria-hidden />}
          aria-label={t("web.table.next")}
          onClick={() => onMove("on")}
        />
      </div>
    </div>
  );
}
