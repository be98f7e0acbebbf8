import { CloseOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { DayInput } from "./DayInput";
import { useT } from "./i18n";
import type { ListView } from "./DataTable";
import type { ListState } from "./listState";
import { CustomerSelect } from "./lookups";

/** One field of the filter bar; `key` is the filter's name in the API. */
export type Filter =
  | { key: string; label: string; kind: "select"; options: { value: string; label: string }[]; width?: number }
  | { key: string; label: string; kind: "day" }
  | { key: string; label: string; kind: "customer" }
  | { key: string; label: string; kind: "text"; width?: number };

interface FilterBarProps {
  state: ListState;
  onChange: (change: Partial<ListState>) => void;
  filters: Filter[];
  views: ListView[];
  searchable: boolean;
  placeholder?: string;
  children?: ReactNode;
}

export function FilterBar({ state, onChange, filters, views, searchable, placeholder, children }: FilterBarProps) {
  const t = useT();
  const set = (key: string, value: string) => onChange({ filter: { ...state.filter, [key]: value } });
  const isSet = state.q !== "" || Object.keys(state.filter).length > 0;
  return (
    <>
      {views.length > 0 ? <Views views={views} state={state} onChange={onChange} /> : null}
      <div className="dt-bar" role="search">
        {searchable ? (
          <SearchBox
            value={state.q}
            placeholder={placeholder ?? t("web.table.search")}
            onChange={(q) => onChange({ q })}
          />
        ) : null}
        {filters.map((filter) => (
          <FilterField
            key={filter.key}
            filter={filter}
            value={state.filter[filter.key] ?? ""}
            onChange={(value) => set(filter.key, value)}
          />
        ))}
        {isSet ? (
          <Button type="link" icon={<CloseOutlined aria-hidden />} onClick={() => onChange({ q: "", filter: {} })}>
            {t("web.table.filters_clear")}
          </Button>
        ) : null}
        <div className="dt-right">{children}</div>
      </div>
    </>
  );
}

function Views({ views, state, onChange }: Pick<FilterBarProps, "views" | "state" | "onChange">) {
  const t = useT();
  const isOn = (view: ListView) =>
    JSON.stringify(sorted(view.state.filter ?? {})) === JSON.stringify(sorted(state.filter)) &&
    (view.state.q ?? "") === state.q;
  const all: ListView = { key: "", label: t("web.table.all"), state: {} };
  return (
    <div className="dt-views" role="group" aria-label={t("web.table.views")}>
      {[all, ...views].map((view) => (
        <Button
          key={view.key}
          size="small"
          type={isOn(view) ? "primary" : "default"}
          ghost={isOn(view)}
          aria-pressed={isOn(view)}
          onClick={() => onChange({ q: view.state.q ?? "", filter: view.state.filter ?? {}, sort: view.state.sort })}
        >
          {view.label}
        </Button>
      ))}
    </div>
  );
}

function sorted(filter: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1));
}

function FilterField(props: { filter: Filter; value: string; onChange: (value: string) => void }) {
  const t = useT();
  const { filter, value, onChange } = props;
  if (filter.kind === "day") {
    return <DayInput value={value} onChange={onChange} label={filter.label} placeholder={filter.label} />;
  }
  if (filter.kind === "customer") {
    return (
      <CustomerSelect value={value || null} onChange={(id) => onChange(id ?? "")} label={filter.label} width={200} />
    );
  }
  if (filter.kind === "text") {
    return (
      <SearchBox value={value} placeholder={filter.label} onChange={onChange} width={filter.width ?? 140} plain />
    );
  }
  return (
    <Select
      allowClear
      aria-label={filter.label}
      placeholder={filter.label}
      style={{ width: filter.width ?? 150 }}
      value={value || undefined}
      onChange={(next: string | undefined) => onChange(next ?? "")}
      options={filter.options}
      title={filter.label || t("web.table.any")}
      popupMatchSelectWidth={false}
    />
  );
}

interface SearchBoxProps {
  value: string;
  placeholder: string;
  onChange: (value: string) => void;
  width?: number;
  plain?: boolean;
}

/** Searches once the typing pauses; never in the middle of a Chinese input. */
function SearchBox({ value, placeholder, onChange, width = 240, plain }: SearchBoxProps) {
  const [typed, setTyped] = useState(value);
  const sent = useRef(value);
  const composing = useRef(false);
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value;
      setTyped(value);
    }
  }, [value]);
  useEffect(() => {
    if (composing.current || typed === sent.current) return;
    const timer = window.setTimeout(() => {
      sent.current = typed;
      onChange(typed.trim());
    }, 250);
    return () => window.clearTimeout(timer);
  }, [typed, onChange]);
  return (
    <Input
      allowClear
      style={{ width }}
      value={typed}
      placeholder={placeholder}
      aria-label={placeholder}
      prefix={plain ? undefined : <SearchOutlined aria-hidden className="muted" />}
      onCompositionStart={() => (composing.current = true)}
      onCompositionEnd={(event) => {
        composing.current = false;
        setTyped(event.currentTarget.value);
      }}
      onChange={(event) => setTyped(event.target.value)}
      onPressEnter={() => {
        sent.current = typed;
        onChange(typed.trim());
      }}
    />
  );
}
