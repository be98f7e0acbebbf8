import type { ReactNode } from "react";
import { Link } from "react-router";
import { compareDecimals, isZero, moneyText, percentOf } from "@/kit/format";
import { useT } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { ToneTag } from "@/kit/StateTag";
import "./credit.css";

/** The parts of an exposure; decimal strings. */
interface StackFigures {
  currency: string;
  ordered: string;
  shipped: string;
  receivable: string;
  uncleared: string;
  credits: string;
  exposure: string;
  gross?: string;
  limit?: string | null;
  available?: string | null;
}

type Part = "receivable" | "shipped" | "ordered" | "uncleared";
const PARTS: readonly Part[] = ["receivable", "shipped", "ordered", "uncleared"];

/** The exposure as a stacked bar against the limit, and each part by name; credits are hatched off its end. */
export function ExposureStack({ view, hrefs }: { view: StackFigures; hrefs?: Partial<Record<Part | "credits", string>> }) {
  const t = useT();
  const names: Record<Part, string> = {
    receivable: t("credit.ui.receivable"),
    shipped: t("credit.ui.shipped"),
    ordered: t("credit.ui.ordered"),
    uncleared: t("credit.ui.uncleared"),
  };
  const { limit, gross } = view;
  const hasLimit = limit !== null && limit !== undefined;
  const isOver = hasLimit && compareDecimals(view.exposure, limit) > 0;
  const digits = (value: string) => moneyText(value, { zero: "digits" });
  const summary = hasLimit
    ? t("credit.ui.bar", { exposure: digits(view.exposure), limit: digits(limit) })
    : t("credit.ui.bar_unlimited", { exposure: digits(view.exposure) });
  const shown = PARTS.filter((part) => !isZero(view[part]) || part === "receivable");
  return (
    <div>
      <div className="num" style={{ display: "flex", flexWrap: "wrap", gap: "4px 16px", marginBottom: 6 }}>
        <strong>{summary}</strong>
        {isOver ? (
          <ToneTag tone="bad">{t("web.exposure.over", { over: digits((view.available ?? "").replace(/^-/, "")) })}</ToneTag>
        ) : view.available ? (
          <span className="muted">
            {t("credit.ui.available")} {digits(view.available)}
          </span>
        ) : null}
      </div>
      {gross ? <Bar view={view} gross={gross} label={summary} /> : null}
      <ul className="stack-legend">
        {shown.map((part) => (
          <Legend key={part} className={`stack-${part}`} name={names[part]} href={hrefs?.[part]}>
            <MoneyText value={view[part]} zeroDigits />
          </Legend>
        ))}
        <Legend className="stack-credits" name={t("credit.ui.credits")} href={hrefs?.credits}>
          <MoneyText value={isZero(view.credits) ? "0" : `-${view.credits}`} zeroDigits />
        </Legend>
      </ul>
    </div>
  );
}

function Bar({ view, gross, label }: { view: StackFigures; gross: string; label: string }) {
  const { limit } = view;
  const hasLimit = limit !== null && limit !== undefined && !isZero(limit);
  const scale = hasLimit && compareDecimals(limit, gross) > 0 ? limit : gross;
  return (
    <div className="stack" role="img" aria-label={label}>
      {PARTS.map((part) => (
        <span key={part} className={`stack-part stack-${part}`} style={{ width: `${percentOf(view[part], scale)}%` }} />
      ))}
      <span
        className="stack-off"
        style={{
          right: `${100 - percentOf(gross, scale)}%`,
          width: `${Math.min(percentOf(gross, scale), percentOf(view.credits, scale))}%`,
        }}
      />
      {hasLimit ? <span className="stack-limit" style={{ left: `${percentOf(limit, scale)}%` }} /> : null}
    </div>
  );
}

function Legend(props: { className: string; name: string; href?: string; children: ReactNode }) {
  return (
    <li>
      <span className={`stack-key ${props.className}`} aria-hidden />
      {props.href ? <Link to={props.href}>{props.name}</Link> : <span>{props.name}</span>}
      <span className="num">{props.children}</span>
    </li>
  );
}
