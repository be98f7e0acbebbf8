import { ArrowDownOutlined, ArrowUpOutlined, SettingOutlined } from "@ant-design/icons";
import { Button, Checkbox, Popover } from "antd";
import type { ReactNode } from "react";
import { moveColumn, type ColumnChoice } from "./columns";
import { useT } from "./i18n";

interface ColumnChooserProps {
  titles: ReadonlyMap<string, string>;
  choice: ColumnChoice;
  /** null = back to the list's own order. */
  onChange: (choice: ColumnChoice | null) => void;
}

export function ColumnChooser(props: ColumnChooserProps): ReactNode {
  const t = useT();
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      title={t("web.table.columns")}
      content={<Choices {...props} />}
    >
      <Button icon={<SettingOutlined aria-hidden />}>{t("web.table.columns")}</Button>
    </Popover>
  );
}

function Choices({ titles, choice, onChange }: ColumnChooserProps) {
  const t = useT();
  const toggle = (key: string, shown: boolean) => {
    const hidden = choice.hidden.filter((one) => one !== key);
    onChange({ ...choice, hidden: shown ? hidden : [...hidden, key] });
  };
  return (
    <div style={{ minWidth: 220, maxHeight: 420, overflowY: "auto" }}>
      {choice.order.map((key, index) => {
        const name = titles.get(key) ?? key;
        return (
          <div key={key} style={{ display: "flex", alignItems: "center", gap: 4 }}>
            <Checkbox
              style={{ flex: 1 }}
              checked={!choice.hidden.includes(key)}
              onChange={(event) => toggle(key, event.target.checked)}
            >
              {name}
            </Checkbox>
            <Button
              type="text"
              size="small"
              disabled={index === 0}
              icon={<ArrowUpOutlined aria-hidden />}
              aria-label={t("web.table.column_up", { name })}
              onClick={() => onChange(moveColumn(choice, key, -1))}
            />
            <Button
              type="text"
              size="small"
              disabled={index === choice.order.length - 1}
              icon={<ArrowDownOutlined aria-hidden />}
              aria-label={t("web.table.column_down", { name })}
              onClick={() => onChange(moveColumn(choice, key, 1))}
            />
          </div>
        );
      })}
      <Button type="link" size="small" onClick={() => onChange(null)}>
        {t("web.table.columns_reset")}
      </Button>
    </div>
  );
}
