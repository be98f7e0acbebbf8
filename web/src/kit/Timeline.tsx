import type { ReactNode } from "react";
import { InstantText } from "./DayText";
import { useT } from "./i18n";

export interface TimelineItem {
  key: string;
  /** RFC 3339. */
  at: string;
  what: ReactNode;
  who?: string | null;
  detail?: ReactNode;
}

/** What happened, newest first as given. */
export function Timeline({ items }: { items: TimelineItem[] }) {
  const t = useT();
  if (items.length === 0) return <p className="muted">{t("web.timeline.empty")}</p>;
  return (
    <ol className="timeline">
      {items.map((item) => (
        <li key={item.key}>
          <span className="muted">
            <InstantText value={item.at} />
          </span>
          <span>
            {item.what}
            {item.who ? <span className="muted"> · {item.who}</span> : null}
          </span>
          {item.detail ? <span className="timeline-detail">{item.detail}</span> : null}
        </li>
      ))}
    </ol>
  );
}
