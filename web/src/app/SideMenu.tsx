import { NavLink } from "react-router";
import type { MenuGroup } from "@/kit/feature";
import { useT, type TextKey } from "@/kit/i18n";
import { useCan } from "@/kit/session";
import { GROUPS, menuFor } from "./features";

const GROUP_NAMES: Record<MenuGroup, TextKey | null> = {
  start: null,
  sales: "web.menu.sales",
  receivables: "web.menu.receivables",
  credit: "web.menu.credit",
  figures: "web.menu.figures",
  master: "web.menu.master",
  settings: "web.menu.settings",
};

/** Links, grouped; only what the role may open. */
export function SideMenu({ onGo }: { onGo?: () => void }) {
  const t = useT();
  const can = useCan();
  const entries = menuFor(can).filter((entry) => !entry.hidden);
  return (
    <nav className="side-nav" aria-label={t("web.menu.label")}>
      {GROUPS.map((group) => {
        const own = entries.filter((entry) => entry.group === group);
        const name = GROUP_NAMES[group];
        if (own.length === 0) return null;
        return (
          <div key={group}>
            {name ? <div className="side-group">{t(name)}</div> : null}
            <ul>
              {own.map((entry) => (
                <li key={entry.path}>
                  <NavLink to={entry.path} end={entry.path === "/"} onClick={onGo}>
                    {entry.icon}
                    <span>{t(entry.label)}</span>
                  </NavLink>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}
