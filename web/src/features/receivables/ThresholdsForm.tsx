import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Form } from "antd";
import { useAct } from "@/kit/act";
import { FormDrawer } from "@/kit/FormDrawer";
import { decimalRule } from "@/kit/forms";
import { useT, useValueText } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { useSession } from "@/kit/session";
import { listThresholds, setThreshold, thresholdsKey, type ApprovalThreshold } from "./api";

const KINDS = ["expense", "refund", "difference"] as const;
type Values = Partial<Record<(typeof KINDS)[number], string>>;

/** The amounts, in the company's currency, above which somebody else approves. */
export function ThresholdsForm({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const word = useValueText();
  const currency = useSession().company?.currency ?? "";
  const client = useQueryClient();
  const { message } = App.useApp();
  const query = useQuery({
    queryKey: thresholdsKey,
    queryFn: ({ signal }) => listThresholds(signal),
    enabled: open,
  });
  const initial: Values = {};
  for (const row of (query.data ?? []).filter((one: ApprovalThreshold) => one.currency === currency)) {
    initial[row.kind as (typeof KINDS)[number]] = row.amount;
  }
  const act = useAct<Values, void>({
    act: async (values) => {
      for (const kind of KINDS) await setThreshold(kind, values[kind] ? values[kind] : null);
      await client.invalidateQueries({ queryKey: thresholdsKey });
    },
    onDone: () => {
      message.success(t("receivables.ui.thresholds_saved"));
      onClose();
    },
  });
  return (
    <FormDrawer<Values, void>
      key={query.dataUpdatedAt}
      open={open}
      loading={query.isLoading}
      title={t("receivables.ui.thresholds")}
      initial={initial}
      act={act}
      onClose={onClose}
    >
      <p className="muted">{t("receivables.ui.thresholds_help")}</p>
      {KINDS.map((kind) => (
        <Form.Item
          key={kind}
          name={kind}
          label={word("receivables.adjustment", kind)}
          rules={[decimalRule(t("web.form.not_a_number"))]}
        >
          <MoneyInput currency={currency} width="100%" />
        </Form.Item>
      ))}
    </FormDrawer>
  );
}
