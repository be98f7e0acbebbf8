import { ExposureBar } from "@/kit/ExposureBar";
import { useT } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Figure, Panel } from "@/kit/Page";
import { ToneTag } from "@/kit/StateTag";
import type { PreviewView } from "./api";

/** Beside the lines being entered: the total, and what the customer would use of the limit. */
export function CreditPanel({ preview, stale }: { preview: PreviewView | undefined; stale: boolean }) {
  const t = useT();
  return (
    <Panel>
      <div aria-live="polite" className={stale ? "eg-stale" : undefined}>
        <div className="figures" style={{ marginBottom: 12 }}>
          <Figure label={t("sales.ui.total")}>
            <MoneyText value={preview?.total ?? "0"} currency={preview?.currency} zeroDigits strong />
          </Figure>
        </div>
        {preview ? (
          <>
            {preview.exposure ? (<>
            <div className="muted" style={{ marginBottom: 4 }}>
              {t("sales.ui.exposure_after")}
            </div>
            <ExposureBar
              view={{
                currency: preview.currency,
                exposure: preview.exposure,
                limit: preview.limit,
                available: preview.available,
              }}
            />
            </>) : null}
            {preview.credit === "warn" ? (
              <p style={{ margin: "8px 0 0" }}>
                <ToneTag tone="warn">{t("sales.ui.credit_warn")}</ToneTag>
              </p>
            ) : null}
            {preview.credit === "hold" ? (
              <p style={{ margin: "8px 0 0" }}>
                <ToneTag tone="warn">{t("sales.ui.credit_hold")}</ToneTag>
              </p>
            ) : null}
            {preview.credit === "block" ? (
              <p style={{ margin: "8px 0 0" }}>
                <ToneTag tone="bad">{t("sales.ui.credit_block")}</ToneTag>
              </p>
            ) : null}
          </>
        ) : (
          <p className="muted" style={{ margin: 0 }}>
            {t("sales.ui.new_customer_first")}
          </p>
        )}
      </div>
    </Panel>
  );
}
