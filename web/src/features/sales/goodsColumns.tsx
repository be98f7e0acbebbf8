import { shownMoney, type GridColumn } from "@/kit/EntryGrid";
import type { Translate } from "@/kit/i18n";
import type { PreviewView } from "./api";
import { isBlankLine, type EntryLine } from "./entry";

/** The columns of goods being entered; amounts are those of the preview, never computed here. */
export function goodsColumns(
  t: Translate,
  lines: EntryLine[],
  preview: PreviewView | undefined,
): GridColumn<EntryLine>[] {
  // The preview counts the lines that were sent: all but blank ones.
  const answered = (row: number) => {
    const line = lines[row];
    if (!line || isBlankLine(line)) return undefined;
    const at = lines.slice(0, row).filter((one) => !isBlankLine(one)).length;
    return preview?.lines[at];
  };
  return [
    {
      key: "product_id",
      title: t("sales.ui.product"),
      kind: "product",
      width: 120,
      read: (line) => line.product?.code ?? "",
      pick: (line, product) => ({
        ...line,
        product,
        price: product?.price ?? "",
        quantity: product && line.quantity === "" ? "1" : line.quantity,
      }),
    },
    { key: "name", title: t("sales.ui.name"), kind: "shown", read: (line) => line.product?.name ?? "" },
    {
      key: "quantity",
      title: t("sales.ui.quantity"),
      kind: "decimal",
      figures: true,
      width: 90,
      read: (line) => line.quantity,
      write: (line, quantity) => ({ ...line, quantity }),
    },
    { key: "unit", title: t("sales.ui.unit"), kind: "shown", width: 60, read: (line) => line.product?.unit ?? "" },
    {
      key: "price",
      title: t("sales.ui.price"),
      kind: "decimal",
      figures: true,
      width: 100,
      read: (line) => line.price,
      write: (line, price) => ({ ...line, price }),
    },
    {
      key: "amount",
      title: t("sales.ui.amount"),
      kind: "shown",
      figures: true,
      width: 115,
      read: () => "",
      render: (_line, row) => shownMoney(answered(row)?.amount),
    },
  ];
}
