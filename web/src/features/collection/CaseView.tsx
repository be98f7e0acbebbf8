import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { asProblem } from "@/api/problem";
import { useAct } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { DayText, InstantText } from "@/kit/DayText";
import { refusedField } from "@/kit/forms";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { MoneyText } from "@/kit/MoneyText";
import { Figure, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { ReasonDialog } from "@/kit/ReasonDialog";
import { useCan } from "@/kit/session";
import { StateTag } from "@/kit/StateTag";
import {
  caseKey,
  changeCase,
  getCase,
  recordContact,
  recordPromise,
  withdrawPromise,
  workKey,
  type Case,
  type ContactView,
  type PromiseView,
} from "./api";
import { TONES } from "./WorkListPage";

/** An account in collection: what is late, what was said, what was promised, what comes next. */
export function CaseView({ id }: { id: string }) {
  const t = useT();
  const can = useCan();
  const query = useQuery({ queryKey: caseKey(id), queryFn: ({ signal }) => getCase(id, signal) });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const { item } = query.data;
  const writes = can("receivables.write");
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 16 }}>
      <div>
        <Link to={`/customers/${item.customer_id}`} style={{ fontWeight: 600 }}>
          {item.customer_name}
        </Link>{" "}
        <span className="muted">{item.customer_code}</span>
        {item.phone ? <div>{`${t("collection.ui.phone")} ${item.phone}`}</div> : null}
      </div>
      <div className="figures">
        <Figure label={`${t("collection.ui.overdue")} ${item.currency}`}>
          <MoneyText value={item.overdue} overdue />
        </Figure>
        <Figure label={t("collection.ui.days")}>{item.days_overdue}</Figure>
        <Figure label={t("collection.ui.on_account")}>
          <MoneyText value={item.on_account} />
        </Figure>
      </div>
      {writes ? <ContactForm id={id} /> : null}
      <Promises id={id} found={query.data} writes={writes} />
      {writes ? <Owner key={`${item.owner_id} ${item.next_on} ${item.next_action}`} id={id} found={query.data} /> : null}
      <History contacts={query.data.contacts} />
    </div>
  );
}

function ContactForm({ id }: { id: string }) {
  const t = useT();
  const word = useValueText();
  const empty = { kind: "call", text: "", next_action: "", next_on: "" };
  const [values, setValues] = useState(empty);
  const save = useAct({
    act: (input: typeof empty) => recordContact(id, { ...input, next_on: input.next_on || null }),
    touches: [workKey],
    onDone: () => setValues(empty),
  });
  const set = (change: Partial<typeof empty>) => setValues({ ...values, ...change });
  return (
    <Form layout="vertical" onFinish={() => save.run(values)}>
      <h3 className="form-part">{t("collection.ui.record")}</h3>
      <Form.Item label={t("collection.ui.kind")} htmlFor="contact-kind">
        <Select
          id="contact-kind"
          style={{ width: 160 }}
          value={values.kind}
          onChange={(kind) => set({ kind })}
          options={["call", "message", "visit", "note"].map((kind) => ({ value: kind, label: word("collection.kind", kind) }))}
        />
      </Form.Item>
      <Form.Item label={t("collection.ui.said")} htmlFor="contact-text" {...refusedField(save.problem, "text")}>
        <Input.TextArea
          id="contact-text"
          rows={2}
          maxLength={2000}
          value={values.text}
          onChange={(event) => set({ text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save.run(values);
          }}
        />
      </Form.Item>
      <div className="two">
        <Form.Item label={t("collection.ui.next")} htmlFor="contact-next">
          <Input
            id="contact-next"
            maxLength={200}
            value={values.next_action}
            onChange={(event) => set({ next_action: event.target.value })}
          />
        </Form.Item>
        <Form.Item label={t("collection.ui.next_on")} {...refusedField(save.problem, "next_on")}>
          <DayInput value={values.next_on} label={t("collection.ui.next_on")} onChange={(next_on) => set({ next_on })} />
        </Form.Item>
      </div>
      <ProblemAlert problem={save.problem} />
      <Button type="primary" htmlType="submit" loading={save.busy}>
        {t("collection.ui.save")}
      </Button>
    </Form>
  );
}

function Promises({ id, found, writes }: { id: string; found: Case; writes: boolean }) {
  const t = useT();
  const [taking, take] = useState<string | null>(null);
  const withdraw = useAct({
    act: (reason: string) => withdrawPromise(taking ?? "", reason),
    touches: [workKey],
    onDone: () => take(null),
  });
  return (
    <section>
      <h3 className="form-part">{t("collection.ui.promises")}</h3>
      {found.promises.length === 0 ? <p className="muted">{t("collection.ui.no_promises")}</p> : null}
      <table className="plain">
        <tbody>
          {found.promises.map((promise: PromiseView) => (
            <tr key={promise.id}>
              <td className="nowrap">
                <StateTag prefix="collection.standing" state={promise.standing} tones={TONES} />
              </td>
              <td className="nowrap">
                <DayText value={promise.promised_on} />
              </td>
              <td>
                {promise.person}
                <div className="muted">{promise.withdrawn_reason || promise.recorded_by_name}</div>
              </td>
              <td className="end">
                {t("collection.ui.received_of", { received: promise.received, amount: promise.amount })}
              </td>
              <td className="end">
                {writes && (promise.standing === "open" || promise.standing === "broken") ? (
                  <Button size="small" onClick={() => take(promise.id)}>
                    {t("collection.ui.withdraw")}
                  </Button>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {writes ? <PromiseForm id={id} currency={found.item.currency} overdue={found.item.overdue} /> : null}
      <ReasonDialog
        open={taking !== null}
        title={t("collection.ui.withdraw_title")}
        confirm={t("collection.ui.withdraw")}
        busy={withdraw.busy}
        problem={withdraw.problem}
        onConfirm={withdraw.run}
        onClose={() => take(null)}
      />
    </section>
  );
}

function PromiseForm({ id, currency, overdue }: { id: string; currency: string; overdue: string }) {
  const t = useT();
  const [amount, setAmount] = useState(overdue);
  const [day, setDay] = useState("");
  const [person, setPerson] = useState("");
  const save = useAct({
    act: (_: undefined) => recordPromise(id, { amount, promised_on: day, person }),
    touches: [workKey],
    onDone: () => {
      setDay("");
      setPerson("");
    },
  });
  return (
    <Form layout="vertical" onFinish={() => save.run(undefined)} style={{ marginTop: 12 }}>
      <div style={{ display: "flex", flexWrap: "wrap", gap: "0 12px" }}>
        <Form.Item label={`${t("collection.ui.amount")} ${currency}`} {...refusedField(save.problem, "amount")}>
          <MoneyInput value={amount} onChange={setAmount} label={t("collection.ui.amount")} />
        </Form.Item>
        <Form.Item label={t("collection.ui.by_day")} {...refusedField(save.problem, "promised_on")}>
          <DayInput value={day} label={t("collection.ui.by_day")} onChange={setDay} />
        </Form.Item>
        <Form.Item label={t("collection.ui.person")} htmlFor="promise-person">
          <Input id="promise-person" maxLength={200} value={person} onChange={(event) => setPerson(event.target.value)} />
        </Form.Item>
      </div>
      <ProblemAlert problem={save.problem} />
      <Button htmlType="submit" loading={save.busy} disabled={day === "" || amount === ""}>
        {t("collection.ui.promise_new")}
      </Button>
    </Form>
  );
}

function Owner({ id, found }: { id: string; found: Case }) {
  const t = useT();
  const { item } = found;
  const [owner, setOwner] = useState(item.owner_id ?? undefined);
  const [next, setNext] = useState(item.next_action);
  const [day, setDay] = useState(item.next_on ?? "");
  const save = useAct({
    act: (_: undefined) => changeCase(id, { owner_id: owner ?? null, next_action: next, next_on: day || null }),
    touches: [workKey],
  });
  return (
    <Form layout="vertical" onFinish={() => save.run(undefined)}>
      <h3 className="form-part">{t("collection.ui.who_next")}</h3>
      <div style={{ display: "flex", flexWrap: "wrap", gap: "0 12px" }}>
        <Form.Item label={t("collection.ui.owner")} htmlFor="case-owner" {...refusedField(save.problem, "owner_id")}>
          <Select
            id="case-owner"
            allowClear
            style={{ width: 180 }}
            placeholder={t("collection.ui.nobody")}
            value={owner}
            onChange={setOwner}
            options={found.colleagues.map((one) => ({ value: one.id, label: one.name }))}
          />
        </Form.Item>
        <Form.Item label={t("collection.ui.next")} htmlFor="case-next">
          <Input id="case-next" maxLength={200} value={next} onChange={(event) => setNext(event.target.value)} />
        </Form.Item>
        <Form.Item label={t("collection.ui.next_on")} {...refusedField(save.problem, "next_on")}>
          <DayInput value={day} label={t("collection.ui.next_on")} onChange={setDay} />
        </Form.Item>
      </div>
      <ProblemAlert problem={save.problem} />
      <Button htmlType="submit" loading={save.busy}>
        {t("collection.ui.save")}
      </Button>
    </Form>
  );
}

function History({ contacts }: { contacts: ContactView[] }) {
  const t = useT();
  const word = useValueText();
  return (
    <section>
      <h3 className="form-part">{t("collection.ui.history")}</h3>
      {contacts.length === 0 ? <p className="muted">{t("collection.ui.no_contacts")}</p> : null}
      <ul className="timeline">
        {contacts.map((contact) => (
          <li key={`${contact.recorded_at} ${contact.text}`}>
            <InstantText value={contact.recorded_at} />
            <span>
              {word("collection.kind", contact.kind)} · {contact.recorded_by_name}
            </span>
            <span className="timeline-detail">{contact.text}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
