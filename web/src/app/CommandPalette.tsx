import { useQuery } from "@tanstack/react-query";
import { Input, Modal } from "antd";
import { useId, useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { useSettled } from "@/kit/act";
import { useT } from "@/kit/i18n";
import { findCustomers } from "@/kit/lookups";
import { useCan } from "@/kit/session";
import { menuFor } from "./features";

interface Hit {
  key: string;
  label: ReactNode;
  code?: string;
  href: string;
}

/** Ctrl+K: pages by name, customers by code, name or pinyin. */
export function CommandPalette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      closable={false}
      destroyOnHidden
      width={560}
      style={{ top: 72 }}
      title={<span className="visually-hidden">{t("web.palette.open")}</span>}
      styles={{ header: { margin: 0 } }}
    >
      <Palette onClose={onClose} />
    </Modal>
  );
}

function Palette({ onClose }: { onClose: () => void }) {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const list = useId();
  const [typed, setTyped] = useState("");
  const [marked, setMarked] = useState(0);
  const q = useSettled(typed.trim(), 150);
  const customers = useQuery({
    queryKey: ["customers", "lookup", q],
    queryFn: ({ signal }) => findCustomers(q, signal),
    enabled: q !== "" && can("parties.read"),
  });
  const wanted = typed.trim().toLowerCase();
  const pages: Hit[] = menuFor(can)
    .map((entry) => ({ key: entry.path, label: t(entry.label), href: entry.path }))
    .filter((hit) => wanted === "" || hit.label.toLowerCase().includes(wanted));
  const found: Hit[] = (q === "" ? [] : (customers.data ?? [])).slice(0, 8).map((one) => ({
    key: `customer ${one.id}`,
    label: one.name,
    code: one.code,
    href: `/customers/${one.id}`,
  }));
  const hits = [...pages, ...found];
  const go = (hit: Hit | undefined, newTab = false) => {
    if (!hit) return;
    if (newTab) window.open(hit.href, "_blank");
    else {
      onClose();
      void navigate(hit.href);
    }
  };
  const option = (hit: Hit, index: number) => (
    <li
      key={hit.key}
      id={`${list}-${index}`}
      role="option"
      aria-selected={index === marked}
      onMouseMove={() => setMarked(index)}
      onClick={(event) => go(hit, event.ctrlKey || event.metaKey)}
    >
      {hit.code ? <span className="muted num">{hit.code}</span> : null}
      <span>{hit.label}</span>
    </li>
  );
  return (
    <>
      <Input
        autoFocus
        size="large"
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={hits[marked] ? `${list}-${marked}` : undefined}
        aria-label={t("web.palette.open")}
        placeholder={t("web.palette.placeholder")}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setMarked(0);
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            const step = event.key === "ArrowDown" ? 1 : -1;
            setMarked(Math.max(0, Math.min(hits.length - 1, marked + step)));
          } else if (event.key === "Enter") go(hits[marked], event.ctrlKey || event.metaKey);
        }}
      />
      <ul id={list} role="listbox" aria-label={t("web.palette.open")} className="palette-list">
        {pages.length > 0 ? (
          <li role="presentation" className="palette-group">
            {t("web.palette.pages")}
          </li>
        ) : null}
        {pages.map((hit, index) => option(hit, index))}
        {found.length > 0 ? (
          <li role="presentation" className="palette-group">
            {t("web.palette.customers")}
          </li>
        ) : null}
        {found.map((hit, index) => option(hit, pages.length + index))}
      </ul>
      {hits.length === 0 && !customers.isFetching ? <p role="status">{t("web.palette.none")}</p> : null}
      <p className="muted" style={{ margin: "8px 0 0", fontSize: 13 }}>
        {t("web.palette.hint")}
      </p>
    </>
  );
}
