import type { ReactNode } from "react";
import { useT } from "@/kit/i18n";
import { LanguageSwitch } from "./LanguageSwitch";
import "./shell.css";

/** What stands around login and set-up: the name, the language switch, one card. */
export function GateFrame({ wide, children }: { wide?: boolean; children: ReactNode }) {
  const t = useT();
  return (
    <div className="gate">
      <header className="gate-top">
        <LanguageSwitch />
      </header>
      <main className={wide ? "gate-card wide" : "gate-card"}>
        <div className="gate-name">
          <img src="/favicon.svg" alt="" />
          {t("web.app.name")}
        </div>
        {children}
      </main>
    </div>
  );
}
