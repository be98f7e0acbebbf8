import { useQuery } from "@tanstack/react-query";
import { App, Form, Input } from "antd";
import { useAct } from "@/kit/act";
import { FormDrawer } from "@/kit/FormDrawer";
import { decimalRule } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { useSession } from "@/kit/session";
import { listTolerances, setTolerance, tolerancesKey, type ToleranceView } from "./api";

interface Values {
  absolute?: string;
  percent?: string;
  monthly?: string;
}

/** The differences, in the company's currency, that are settled without asking. */
export function ToleranceForm({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const currency = useSession().company?.currency ?? "";
  const { message } = App.useApp();
  const query = useQuery({ queryKey: tolerancesKey, queryFn: ({ signal }) => listTolerances(signal), enabled: open });
  const rule = (query.data ?? []).find((one: ToleranceView) => one.currency === currency);
  const initial: Values = {
    absolute: rule?.absolute ?? "",
    percent: rule?.percent ?? "",
    monthly: rule?.monthly ?? "",
  };
  const act = useAct<Values, unknown>({
    act: (values) =>
      setTolerance({
        currency,
        absolute: values.absolute ? values.absolute : "0",
        percent: values.percent ? values.percent : null,
        monthly: values.monthly ? values.monthly : null,
      }),
    touches: [tolerancesKey],
    onDone: () => {
      message.success(t("receivables.ui.tolerance_saved"));
      onClose();
    },
  });
  return (
    <FormDrawer<Values, unknown>
      key={query.dataUpdatedAt}
      open={open}
      loading={query.isLoading}
      title={t("receivables.ui.tolerance")}
      initial={initial}
      act={act}
      onClose={onClose}
    >
      <p className="muted">{t("receivables.ui.tolerance_help")}</p>
      <Form.Item name="absolute" label={t("receivables.ui.tolerance_absolute")} rules={[decimalRule(t("web.form.not_a_number"))]}>
        <MoneyInput currency={currency} width="100%" />
      </Form.Item>
      <Form.Item name="percent" label={t("receivables.ui.tolerance_percent")} rules={[decimalRule(t("web.form.not_a_number"))]}>
        <Input inputMode="decimal" suffix="%" />
      </Form.Item>
      <Form.Item name="monthly" label={t("receivables.ui.tolerance_monthly")} rules={[decimalRule(t("web.form.not_a_number"))]}>
        <MoneyInput currency={currency} width="100%" />
      </Form.Item>
    </FormDrawer>
  );
}
