import { Spin } from "antd";
import { useEffect, type ReactNode } from "react";
import { useT } from "./i18n";

interface PageProps {
  title: string;
  /** Beside the title: a state, a number. */
  beside?: ReactNode;
  /** Buttons at the right. */
  tools?: ReactNode;
  children: ReactNode;
}

/** The frame of every page: one h1, buttons, content; also names the browser's tab. */
export function Page({ title, beside, tools, children }: PageProps) {
  const t = useT();
  const app = t("web.app.name");
  useEffect(() => {
    document.title = title ? `${title} · ${app}` : app;
  }, [title, app]);
  return (
    <div className="page">
      <div className="page-head">
        <h1>{title}</h1>
        {beside}
        {tools ? <div className="page-tools">{tools}</div> : null}
      </div>
      {children}
    </div>
  );
}

export function Panel({ title, children }: { title?: ReactNode; children: ReactNode }) {
  return (
    <section className="panel">
      {title ? <h2>{title}</h2> : null}
      {children}
    </section>
  );
}

/** A figure with its name; give it a link so that it opens its rows. */
export function Figure({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <div className="figure">
      <span className="figure-label">{label}</span>
      <span className="figure-value num">{children}</span>
    </div>
  );
}

/** Name and value pairs. */
export function Facts({ items }: { items: { key: string; name: ReactNode; value: ReactNode }[] }) {
  return (
    <dl className="facts">
      {items.map((item) => (
        <div key={item.key} style={{ display: "contents" }}>
          <dt>{item.name}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Waiting() {
  const t = useT();
  return (
    <div style={{ padding: 48, textAlign: "center" }} role="status" aria-label={t("web.loading")}>
      <Spin />
    </div>
  );
}
