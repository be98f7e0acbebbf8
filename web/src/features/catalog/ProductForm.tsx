import { useQuery } from "@tanstack/react-query";
import { Form, Input, Switch } from "antd";
import { useAct } from "@/kit/act";
import { FormDrawer } from "@/kit/FormDrawer";
import { decimalRule, refusedField } from "@/kit/forms";
import { useT } from "@/kit/i18n";
import { MoneyInput } from "@/kit/MoneyInput";
import { useSession } from "@/kit/session";
import { getProduct, productsKey, saveProduct, type ProductInput } from "./api";

interface ProductFormProps {
  /** null: closed; "new": an empty form. */
  id: string | null;
  readOnly: boolean;
  onClose: () => void;
}

export function ProductForm({ id, readOnly, onClose }: ProductFormProps) {
  const t = useT();
  const { company } = useSession();
  const isNew = id === "new";
  const query = useQuery({
    queryKey: [...productsKey, "one", id],
    queryFn: ({ signal }) => getProduct(id ?? "", signal),
    enabled: id !== null && !isNew,
  });
  const save = useAct({
    act: (values: ProductInput) =>
      saveProduct(isNew ? null : id, { ...values, price: values.price || "0", version: query.data?.version ?? 0 }),
    touches: [productsKey],
    onDone: onClose,
  });
  const close = () => {
    save.reset();
    onClose();
  };
  const initial: Partial<ProductInput> = isNew || !query.data ? { active: true } : query.data;
  return (
    <FormDrawer<ProductInput, unknown>
      key={`${id ?? ""} ${query.data?.version ?? ""}`}
      open={id !== null}
      loading={!isNew && query.isPending}
      title={isNew ? t("catalog.ui.product_new") : (query.data?.name ?? t("catalog.ui.product"))}
      initial={initial}
      act={save}
      onClose={close}
    >
      <Form.Item
        name="name"
        label={t("catalog.ui.name")}
        rules={[{ required: true, whitespace: true, message: t("web.form.required") }]}
        {...refusedField(save.problem, "name")}
      >
        <Input autoFocus maxLength={200} disabled={readOnly} />
      </Form.Item>
      <div className="two">
        <Form.Item
          name="code"
          label={t("catalog.ui.code")}
          extra={isNew ? t("catalog.ui.code_help") : undefined}
          {...refusedField(save.problem, "code")}
        >
          <Input maxLength={60} spellCheck={false} disabled={readOnly} />
        </Form.Item>
        <Form.Item name="unit" label={t("catalog.ui.unit")} {...refusedField(save.problem, "unit")}>
          <Input maxLength={20} disabled={readOnly} />
        </Form.Item>
        <Form.Item
          name="price"
          label={t("catalog.ui.price")}
          extra={t("catalog.ui.price_help")}
          rules={[decimalRule(t("web.form.not_a_number"))]}
          {...refusedField(save.problem, "price")}
        >
          <MoneyInput currency={company?.currency} width="100%" disabled={readOnly} />
        </Form.Item>
        <Form.Item name="barcode" label={t("catalog.ui.barcode")} {...refusedField(save.problem, "barcode")}>
          <Input maxLength={60} spellCheck={false} disabled={readOnly} />
        </Form.Item>
      </div>
      <Form.Item name="active" label={t("catalog.ui.can_be_sold")} valuePropName="checked">
        <Switch disabled={readOnly} />
      </Form.Item>
    </FormDrawer>
  );
}
