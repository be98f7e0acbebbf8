import { useQuery } from "@tanstack/react-query";
import { App, Button, Checkbox, Form, Input, InputNumber } from "antd";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { useAct } from "@/kit/act";
import { DayInput } from "@/kit/DayInput";
import { DayText } from "@/kit/DayText";
import { refusedField } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { Panel, Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { Scroll } from "@/kit/Scroll";
import { useCan, useToday } from "@/kit/session";
import type { SlotProps } from "@/kit/slots";
import { getOpenItems, getSettling, openItemsKey, setSettling, settlingKey, type OpenAccount, type SettlingView } from "./api";

/** On the customer's page: early-payment discount, and what becomes of money that no step finds. */
export default function SettlingTab({ customerId }: SlotProps["customer.tab"]) {
  const accounts = useQuery({
    queryKey: openItemsKey(customerId),
    queryFn: ({ signal }) => getOpenItems(customerId, signal),
  });
  if (accounts.error) {
    return <ProblemAlert problem={asProblem(accounts.error)} onRetry={() => void accounts.refetch()} />;
  }
  if (!accounts.data) return <Waiting />;
  return accounts.data.map((account: OpenAccount) => <Account key={account.account_id} id={account.account_id} />);
}

function Account({ id }: { id: string }) {
  const query = useQuery({ queryKey: [...settlingKey, id], queryFn: ({ signal }) => getSettling(id, signal) });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  return <Loaded key={JSON.stringify(query.data)} settling={query.data} />;
}

function Loaded({ settling }: { settling: SettlingView }) {
  const t = useT();
  const today = useToday();
  const can = useCan();
  const { message } = App.useApp();
  const latest = settling.discounts[0];
  const [oldest, setOldest] = useState(settling.oldest_without_asking);
  const [discount, setDiscount] = useState({
    valid_from: today,
    percent: latest?.percent ?? "0",
    days: latest?.days ?? 10,
    grace_days: latest?.grace_days ?? 0,
    partial: latest?.partial ?? false,
  });
  const change = (part: Partial<typeof discount>) => setDiscount((old) => ({ ...old, ...part }));
  const act = useAct({
    act: (_: null) => setSettling(settling.account_id, { oldest_without_asking: oldest, discount }),
    touches: [settlingKey],
    onDone: () => void message.success(t("receivables.ui.settling_saved")),
  });
  const mayChange = can("credit.manage");
  return (
    <Panel title={`${t("receivables.ui.settling")} ${settling.currency}`}>
      <Form layout="vertical" disabled={!mayChange} onFinish={() => act.run(null)}>
        <ProblemAlert problem={act.problem} />
        <Form.Item extra={t("receivables.ui.oldest_help")}>
          <Checkbox checked={oldest} onChange={(event) => setOldest(event.target.checked)}>
            {t("receivables.ui.oldest_without_asking")}
          </Checkbox>
        </Form.Item>
        <h3 className="form-part">{t("receivables.ui.early_discount")}</h3>
        <div className="settling-fields">
          <Form.Item
            label={t("receivables.ui.discount_percent")}
            htmlFor="settling-percent"
            {...refusedField(act.problem, "discount.percent")}
          >
            <Input
              id="settling-percent"
              inputMode="decimal"
              value={discount.percent}
              onChange={(event) => change({ percent: event.target.value })}
            />
          </Form.Item>
          <Form.Item
            label={t("receivables.ui.discount_days")}
            htmlFor="settling-days"
            {...refusedField(act.problem, "discount.days")}
          >
            <InputNumber id="settling-days" min={0} max={366} value={discount.days} onChange={(days) => change({ days: days ?? 0 })} />
          </Form.Item>
          <Form.Item
            label={t("receivables.ui.grace_days")}
            htmlFor="settling-grace"
            {...refusedField(act.problem, "discount.grace_days")}
          >
            <InputNumber
              id="settling-grace"
              min={0}
              max={366}
              value={discount.grace_days}
              onChange={(grace_days) => change({ grace_days: grace_days ?? 0 })}
            />
          </Form.Item>
          <Form.Item label={t("receivables.ui.valid_from")} htmlFor="settling-from">
            <DayInput
              id="settling-from"
              value={discount.valid_from}
              allowClear={false}
              onChange={(valid_from) => change({ valid_from })}
            />
          </Form.Item>
        </div>
        <Form.Item>
          <Checkbox checked={discount.partial} onChange={(event) => change({ partial: event.target.checked })}>
            {t("receivables.ui.discount_partial")}
          </Checkbox>
        </Form.Item>
        {mayChange ? (
          <Button type="primary" htmlType="submit" loading={act.busy}>
            {t("web.form.save")}
          </Button>
        ) : null}
      </Form>
      <Versions settling={settling} />
    </Panel>
  );
}

function Versions({ settling }: { settling: SettlingView }) {
  const t = useT();
  if (settling.discounts.length === 0) return null;
  return (
    <Scroll>
      <table className="plain" style={{ marginTop: 16 }} aria-label={t("receivables.ui.early_discount")}>
        <thead>
          <tr>
            <th scope="col">{t("receivables.ui.valid_from")}</th>
            <th scope="col" className="end">
              {t("receivables.ui.discount_percent")}
            </th>
            <th scope="col" className="end">
              {t("receivables.ui.discount_days")}
            </th>
            <th scope="col" className="end">
              {t("receivables.ui.grace_days")}
            </th>
          </tr>
        </thead>
        <tbody>
          {settling.discounts.map((version: SettlingView["discounts"][number]) => (
            <tr key={version.valid_from}>
              <td>
                <DayText value={version.valid_from} />
              </td>
              <td className="end">{version.percent} %</td>
              <td className="end">{version.days}</td>
              <td className="end">{version.grace_days}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
