import { compareDecimals, isZero, moneyText, percentOf } from "./format";
import { useT } from "./i18n";
import { ToneTag } from "./StateTag";

/** The figures of `ExposureView` that the bar needs; decimal strings. */
export interface ExposureFigures {
  currency: string;
  exposure: string;
  /** Absent: unlimited. */
  limit?: string | null;
  available?: string | null;
  policy?: string;
}

/** What is used of the credit limit, in figures and as a bar; says in words when it is over. */
export function ExposureBar({ view }: { view: ExposureFigures }) {
  const t = useT();
  const { limit } = view;
  const used = moneyText(view.exposure, { zero: "digits" });
  if (limit === null || limit === undefined) {
    return <p className="num">{t("web.exposure.unlimited", { used })}</p>;
  }
  const isOver = compareDecimals(view.exposure, limit) > 0;
  const share = isZero(limit) ? (isOver ? 100 : 0) : Math.min(100, percentOf(view.exposure, limit));
  const near = !isOver && share >= 80;
  const colour = isOver ? "var(--sb-color-error)" : near ? "var(--sb-color-warning)" : "var(--sb-color-primary)";
  const figures = {
    used,
    limit: moneyText(limit, { zero: "digits" }),
    available: moneyText(view.available ?? "", { zero: "digits" }),
  };
  return (
    <div>
      <div style={{ display: "flex", flexWrap: "wrap", gap: "4px 16px", marginBottom: 4 }} className="num">
        <span>{t(isZero(limit) ? "web.exposure.cash_only" : "web.exposure.used", figures)}</span>
        {isOver ? <ToneTag tone="bad">{t("web.exposure.over", { over: minusSign(view.available) })}</ToneTag> : null}
        {!isOver && !isZero(limit) ? <span className="muted">{t("web.exposure.available", figures)}</span> : null}
      </div>
      <div
        role="meter"
        aria-label={t("web.problem.limit")}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share}
        aria-valuetext={t("web.exposure.used", figures)}
        style={{ height: 6, borderRadius: 3, background: "var(--sb-color-fill-secondary)" }}
      >
        <div style={{ width: `${share}%`, height: "100%", borderRadius: 3, background: colour }} />
      </div>
    </div>
  );
}

function minusSign(available: string | null | undefined): string {
  return moneyText((available ?? "").replace(/^-/, ""), { zero: "digits" });
}
