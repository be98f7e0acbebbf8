import { Button } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { useT } from "@/kit/i18n";
import { CustomerSelect } from "@/kit/lookups";
import { Page } from "@/kit/Page";
import { useCan } from "@/kit/session";
import { ToleranceForm } from "./ToleranceForm";
import { WriteOff } from "./WriteOff";

/** Receives and writes off for one customer after the other: left the money, right what is open. */
export function Component() {
  const t = useT();
  const [params, setParams] = useSearchParams();
  const can = useCan();
  const [tolerance, setTolerance] = useState(false);
  const [round, setRound] = useState(0);
  const customerId = params.get("customer") ?? "";
  const credit = params.get("credit") ?? undefined;
  const order = params.get("order") ?? undefined;
  return (
    <Page
      title={t("receivables.ui.write_off_page")}
      tools={
        <>
          {can("credit.manage") ? (
            <Button onClick={() => setTolerance(true)}>{t("receivables.ui.tolerance")}</Button>
          ) : null}
          <CustomerSelect
          value={customerId || null}
          onChange={(id) => setParams(id ? { customer: id } : {}, { replace: true })}
          label={t("receivables.ui.customer")}
          width={280}
          autoFocus={!customerId}
        />
        </>
      }
    >
      {customerId ? (
        <WriteOff
          key={`${customerId} ${round}`}
          customerId={customerId}
          credit={round === 0 ? credit : undefined}
          order={round === 0 ? order : undefined}
          onDone={() => setRound(round + 1)}
        />
      ) : (
        <p className="muted">{t("receivables.ui.choose_customer")}</p>
      )}
      <ToleranceForm open={tolerance} onClose={() => setTolerance(false)} />
    </Page>
  );
}
