import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import { Link, useSearchParams } from "react-router";
import { asProblem } from "@/api/problem";
import { DayText } from "@/kit/DayText";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyText } from "@/kit/MoneyText";
import { Facts, Figure, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { useCan } from "@/kit/session";
import { useSlots } from "@/kit/slots";
import { ToneTag } from "@/kit/StateTag";
import {
  customersKey,
  getCustomer,
  getExposure,
  getSalespersons,
  salespersonsKey,
  type CustomerDetail,
  type ExposureView,
} from "./api";
import { CycleText, TermsText } from "./CycleText";
import SettlementTab from "./SettlementTab";
import { ExposureBar } from "@/kit/ExposureBar";
import { Sections } from "@/kit/Sections";

/** Everything about one customer: who it is, what it owes, its limit; more tabs come from other features. */
export default function CustomerView({ id }: { id: string }) {
  const t = useT();
  const [params, setParams] = useSearchParams();
  const parts = useSlots("customer.tab");
  const query = useQuery({
    queryKey: [...customersKey, "one", id],
    queryFn: ({ signal }) => getCustomer(id, signal),
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const tabs = [
    { key: "overview", label: t("parties.ui.overview"), children: <Overview customer={query.data} /> },
    ...parts.map(({ key, label, Component }) => ({
      key,
      label: label ? t(label) : key,
      children: (
        <Suspense fallback={<Waiting />}>
          <Component customerId={id} />
        </Suspense>
      ),
    })),
    { key: "settlement", label: t("parties.ui.settlement"), children: <SettlementTab customer={query.data} /> },
  ];
  return (
    <Sections
      items={tabs}
      active={params.get("tab") ?? "overview"}
      onChange={(tab) =>
        setParams(
          (old) => {
            const next = new URLSearchParams(old);
            if (tab === "overview") next.delete("tab");
            else next.set("tab", tab);
            return next;
          },
          { replace: true },
        )
      }
    />
  );
}

function Overview({ customer }: { customer: CustomerDetail }) {
  const t = useT();
  const people = useQuery({ queryKey: salespersonsKey, queryFn: ({ signal }) => getSalespersons(signal) });
  const word = useValueText();
  const can = useCan();
  return (
    <div style={{ display: "grid", gap: 24 }}>
      {can("credit.read") ? <Exposures id={customer.id} /> : null}
      <Facts
        items={[
          { key: "code", name: t("parties.ui.code"), value: <span className="num">{customer.code}</span> },
          { key: "contact", name: t("parties.ui.contact"), value: customer.contact },
          { key: "phone", name: t("parties.ui.phone"), value: customer.phone },
          { key: "email", name: t("parties.ui.email"), value: customer.email },
          { key: "address", name: t("parties.ui.address"), value: customer.address },
          { key: "currency", name: t("parties.ui.currency"), value: customer.currency },
          {
            key: "language",
            name: t("parties.ui.language"),
            value: word("web.lang", String(customer.language).toLowerCase().replace("-", "_")),
          },
          {
            key: "salesperson",
            name: t("parties.ui.salesperson"),
            value: people.data?.find((one) => one.id === customer.salesperson_id)?.name,
          },
          {
            key: "payer",
            name: t("parties.ui.payer"),
            value: customer.payer_id ? <Link to={`/customers/${customer.payer_id}`}>{customer.payer_name}</Link> : null,
          },
          { key: "cycle", name: t("parties.ui.cycle"), value: <CycleText value={customer.cycle} /> },
          {
            key: "running",
            name: t("parties.ui.running_cycle"),
            value: customer.running ? <CycleText value={customer.running} /> : null,
          },
          { key: "terms", name: t("parties.ui.terms"), value: <TermsText value={customer.terms} /> },
          { key: "cutoff", name: t("parties.ui.next_cutoff"), value: customer.next_cutoff ? <DayText value={customer.next_cutoff} /> : null },
          { key: "last", name: t("parties.ui.last_statement"), value: customer.last_statement_no },
          { key: "remark", name: t("parties.ui.remark"), value: customer.remark },
          {
            key: "state",
            name: t("parties.ui.state"),
            value: customer.active ? (
              t("web.state.active")
            ) : (
              <ToneTag tone="warn">{t("web.state.inactive")}</ToneTag>
            ),
          },
        ].filter((item) => item.value !== "" && item.value !== null && item.value !== undefined)}
      />
    </div>
  );
}

function Exposures({ id }: { id: string }) {
  const t = useT();
  const query = useQuery({
    queryKey: [...customersKey, "exposure", id],
    queryFn: ({ signal }) => getExposure(id, signal),
  });
  const accounts: ExposureView[] = query.data ?? [];
  return (
    <>
      {accounts.map((one) => (
        <section key={one.account_id} aria-label={t("parties.ui.exposure")}>
          <div className="figures" style={{ marginBottom: 12 }}>
            <Figure label={`${t("parties.ui.receivable")} ${one.currency}`}>
              <MoneyText value={one.receivable} zeroDigits />
            </Figure>
            <Figure label={t("parties.ui.on_account")}>
              <MoneyText value={one.credits} />
            </Figure>
            <Figure label={t("parties.ui.ordered")}>
              <MoneyText value={one.ordered} />
            </Figure>
            <Figure label={t("parties.ui.shipped")}>
              <MoneyText value={one.shipped} />
            </Figure>
          </div>
          <ExposureBar view={one} />
        </section>
      ))}
    </>
  );
}
