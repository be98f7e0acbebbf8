import { keepPreviousData, useQuery, type QueryKey } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { api, call } from "@/api/client";
import { useSettled } from "./act";
import { priceText } from "./format";
import { useT } from "./i18n";

/** Something that is found by code, name or pinyin. */
export interface Found {
  id: string;
  code: string;
  name: string;
  /** Shown at the end of the line, such as a price or a unit. */
  note?: string;
}

export interface FoundProduct extends Found {
  unit: string;
  price: string | null;
}

/** The customers whose code, name or pinyin fits, best first. */
export async function findCustomers(q: string, signal?: AbortSignal): Promise<Found[]> {
  const query = { q, limit: 20, filter: { active: "1" } };
  const page = await call(api.GET("/api/v1/customers", { params: { query }, signal }));
  return page.items.map(({ id, code, name }) => ({ id, code, name }));
}

/** The products whose code, name, pinyin or barcode fits, best first. */
export async function findProducts(q: string, signal?: AbortSignal): Promise<FoundProduct[]> {
  const query = { q, limit: 20, filter: { active: "1" } };
  const page = await call(api.GET("/api/v1/products", { params: { query }, signal }));
  return page.items.map(({ id, code, name, unit, price }) => ({ id, code, name, unit, price, note: priceText(price) }));
}

interface LookupSelectProps<F extends Found> {
  /** The id chosen. */
  value: string | null | undefined;
  onChange?: (id: string | null, found: F | null) => void;
  /** What `value` is called, where the page knows it already; else it is asked for. */
  known?: Found | null;
  label?: string;
  placeholder?: string;
  id?: string;
  disabled?: boolean;
  status?: "error";
  autoFocus?: boolean;
  width?: number | string;
}

interface Source<F extends Found> {
  queryKey: QueryKey;
  find: (q: string, signal?: AbortSignal) => Promise<F[]>;
  /** Names one record by id. */
  name: (id: string, signal?: AbortSignal) => Promise<Found>;
}

function LookupSelect<F extends Found>(props: LookupSelectProps<F> & { source: Source<F>; word: string }) {
  const t = useT();
  const { source, value, known } = props;
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(false);
  const [picked, setPicked] = useState<Found | null>(null);
  const q = useSettled(typed.trim(), 200);
  const query = useQuery({
    queryKey: [...source.queryKey, "lookup", q],
    queryFn: ({ signal }) => source.find(q, signal),
    enabled: open,
    placeholderData: keepPreviousData,
  });
  const here = [picked, known, ...(query.data ?? [])].find((one) => one?.id === value);
  const named = useQuery({
    queryKey: [...source.queryKey, "name", value],
    queryFn: ({ signal }) => source.name(value ?? "", signal),
    enabled: Boolean(value) && !here,
  });
  const chosen = here ?? named.data;
  const found = query.data ?? [];
  const options = found.map((one) => ({ value: one.id, label: one.name, found: one }));
  if (chosen && !found.some((one) => one.id === chosen.id) && typed === "") {
    options.unshift({ value: chosen.id, label: chosen.name, found: chosen as F });
  }
  return (
    <Select
      id={props.id}
      aria-label={props.label ?? props.word}
      placeholder={props.placeholder ?? props.label ?? props.word}
      style={{ width: props.width ?? "100%" }}
      popupMatchSelectWidth={320}
      showSearch={{ filterOption: false, onSearch: setTyped, searchValue: typed }}
      allowClear
      autoFocus={props.autoFocus}
      disabled={props.disabled}
      status={props.status}
      loading={query.isFetching}
      value={value || undefined}
      onOpenChange={setOpen}
      onChange={(id: string | undefined) => {
        const one = found.find((item) => item.id === id) ?? null;
        setPicked(one);
        setTyped("");
        props.onChange?.(id ?? null, one);
      }}
      notFoundContent={query.isFetching ? t("web.loading") : t("web.lookup.none")}
      options={options}
      optionRender={(option) => (
        <span style={{ display: "flex", gap: 12 }}>
          <span className="muted num">{option.data.found.code}</span>
          <span>{option.data.found.name}</span>
        </span>
      )}
    />
  );
}

const CUSTOMERS: Source<Found> = {
  queryKey: ["customers"],
  find: findCustomers,
  name: async (id, signal) => {
    const one = await call(api.GET("/api/v1/customers/{id}", { params: { path: { id } }, signal }));
    return { id, code: one.code, name: one.name };
  },
};

const PRODUCTS: Source<FoundProduct> = {
  queryKey: ["products"],
  find: findProducts,
  name: async (id, signal) => {
    const one = await call(api.GET("/api/v1/products/{id}", { params: { path: { id } }, signal }));
    return { id, code: one.code, name: one.name };
  },
};

export function CustomerSelect(props: LookupSelectProps<Found>) {
  const t = useT();
  return <LookupSelect {...props} source={CUSTOMERS} word={t("web.lookup.customer")} />;
}

export function ProductSelect(props: LookupSelectProps<FoundProduct>) {
  const t = useT();
  return <LookupSelect {...props} source={PRODUCTS} word={t("web.lookup.product")} />;
}
