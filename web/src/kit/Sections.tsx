import { Select, Tabs, type TabsProps } from "antd";
import { useIsNarrow } from "./hooks";
import { useT } from "./i18n";

type Section = NonNullable<TabsProps["items"]>[number];

/** Parts of one subject, or pages beside each other, one shown at a time: tabs, or a list of choice where tabs would not fit side by side. */
export function Sections({
  items,
  active,
  onChange,
}: {
  items: Section[];
  active: string;
  onChange: (key: string) => void;
}) {
  const t = useT();
  const isNarrow = useIsNarrow();
  // Without contents of their own they lead to pages, which keep their distance themselves.
  const bar = items.some(({ children }) => children) ? {} : { tabBarStyle: { marginBottom: 0 } };
  if (!isNarrow) return <Tabs {...bar} items={items} destroyOnHidden activeKey={active} onChange={onChange} />;
  const shown = items.find(({ key }) => key === active) ?? items[0];
  return (
    <>
      <Select
        aria-label={t("web.sections")}
        style={{ width: "100%" }}
        className="sections-choice"
        value={shown?.key}
        onChange={onChange}
        options={items.map(({ key, label }) => ({ value: key, label }))}
      />
      {shown?.children}
    </>
  );
}
