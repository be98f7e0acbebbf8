import { Button, Checkbox, Form, Input, Select } from "antd";
import { useState } from "react";
import { useT, useValueText } from "@/kit/i18n";
import type { ImportPreview, ImportWish } from "./api";

interface MappingProps {
  preview: ImportPreview;
  wish: ImportWish;
  busy: boolean;
  /** Reads the file again with what was changed. */
  onChange: (wish: ImportWish) => void;
}

/** Which column is what, how dates and numbers are written, and what happens to what is new. */
export function Mapping({ preview, wish, busy, onChange }: MappingProps) {
  const t = useT();
  const word = useValueText();
  const headers = [...new Set(preview.header.filter((header) => header !== ""))];
  const columnOptions = [
    { value: "", label: t("imports.ui.not_in_file") },
    ...headers.map((header) => ({ value: header, label: header })),
  ];
  return (
    <Form layout="vertical" component="div">
      <p className="muted">{t("imports.ui.columns_hint")}</p>
      <div className="imports-mapping">
        {preview.fields.map((field) => (
          <Form.Item
            key={field.field}
            htmlFor={`column-${field.field}`}
            label={word("imports.ui.field", field.field)}
            extra={field.needed ? t("imports.ui.needed") : undefined}
            style={{ marginBottom: 0 }}
          >
            <Select
              id={`column-${field.field}`}
              showSearch={{ optionFilterProp: "label" }}
              disabled={busy}
              value={field.header ?? wish.columns[field.field] ?? ""}
              status={field.needed && !field.header ? "warning" : undefined}
              options={columnOptions}
              onChange={(header: string) => onChange({ ...wish, columns: { ...wish.columns, [field.field]: header } })}
            />
          </Form.Item>
        ))}
        <Notation name="date_order" values={["year_first", "day_first", "month_first"]} {...{ preview, wish, busy, onChange }} />
        <Notation name="decimal" values={["point", "comma"]} {...{ preview, wish, busy, onChange }} />
      </div>
      <h3>{t("imports.ui.options")}</h3>
      <OptionFields wish={wish} busy={busy} onChange={onChange} />
    </Form>
  );
}

function Notation({ name, values, preview, wish, busy, onChange }: MappingProps & { name: "date_order" | "decimal"; values: string[] }) {
  const t = useT();
  const word = useValueText();
  const options = [
    { value: "", label: t(`imports.ui.${name}.guess`) },
    ...values.map((value) => ({ value, label: word(`imports.ui.${name}`, value) })),
  ];
  return (
    <Form.Item htmlFor={`notation-${name}`} label={t(`imports.ui.${name}`)} style={{ marginBottom: 0 }}>
      <Select
        id={`notation-${name}`}
        disabled={busy}
        value={wish[name] ?? preview[name] ?? ""}
        options={options}
        onChange={(value: string) => onChange({ ...wish, [name]: value || undefined })}
      />
    </Form.Item>
  );
}

type OptionProps = Pick<MappingProps, "wish" | "busy" | "onChange">;

function OptionFields({ wish, busy, onChange }: OptionProps) {
  const t = useT();
  if (wish.kind === "receipts") {
    return (
      <Checkbox
        checked={wish.options.allocate_oldest === true}
        disabled={busy}
        onChange={(event) => onChange({ ...wish, options: { ...wish.options, allocate_oldest: event.target.checked } })}
      >
        {t("imports.ui.allocate_oldest")}
      </Checkbox>
    );
  }
  return <DeliveryOptions wish={wish} busy={busy} onChange={onChange} />;
}

function DeliveryOptions({ wish, busy, onChange }: OptionProps) {
  const t = useT();
  const [typed, setTyped] = useState({
    default_customer: wish.options.default_customer ?? "",
    cycle: wish.options.cycle ?? "",
    terms: wish.options.terms ?? "",
  });
  const fields = ["default_customer", "cycle", "terms"] as const;
  const isChanged = fields.some((name) => typed[name].trim() !== (wish.options[name] ?? ""));
  const apply = () => {
    const said = (text: string) => text.trim() || null;
    const options = {
      ...wish.options,
      default_customer: said(typed.default_customer),
      cycle: said(typed.cycle),
      terms: said(typed.terms),
    };
    onChange({ ...wish, options });
  };
  return (
    <>
      <div className="imports-mapping">
        {fields.map((name) => (
          <Form.Item
            key={name}
            htmlFor={`option-${name}`}
            label={t(`imports.ui.${name}`)}
            extra={t(`imports.ui.${name}_hint`)}
            style={{ marginBottom: 0 }}
          >
            <Input
              id={`option-${name}`}
              value={typed[name]}
              disabled={busy}
              placeholder={name === "cycle" ? "monthly:-1" : name === "terms" ? "cutoff+30" : undefined}
              onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
              onPressEnter={apply}
            />
          </Form.Item>
        ))}
      </div>
      <div className="imports-actions">
        <Button onClick={apply} loading={busy} type={isChanged ? "primary" : "default"}>
          {t("imports.ui.look_again")}
        </Button>
      </div>
    </>
  );
}
