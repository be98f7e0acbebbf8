import { isZero, readDecimal } from "@/kit/format";
import type { GridLine } from "@/kit/EntryGrid";
import type { FoundProduct } from "@/kit/lookups";
import type { LineView, SalesLineInput, TakeableLine } from "./api";

/** A line of goods as typed. Quantities are positive here; a return turns the sign when it is sent. */
export interface EntryLine extends GridLine {
  product: FoundProduct | null;
  quantity: string;
  price: string;
}

let made = 0;
export function blankLine(): EntryLine {
  made += 1;
  return { key: `line-${made}`, product: null, quantity: "", price: "" };
}

export function isBlankLine(line: EntryLine): boolean {
  return line.product === null && line.quantity === "" && line.price === "";
}

/** "12.5" -> "-12.5" and back; what is no number stays as it is. */
export function negated(quantity: string): string {
  const plain = readDecimal(quantity);
  if (plain === null || isZero(plain)) return quantity;
  return plain.startsWith("-") ? plain.slice(1) : `-${plain}`;
}

/** Can the server say what these lines come to? Every one has a product and readable figures. */
export function isComplete(lines: EntryLine[]): boolean {
  return (
    lines.length > 0 &&
    lines.every(
      (line) =>
        line.product !== null &&
        readDecimal(line.quantity) !== null &&
        (line.price === "" || readDecimal(line.price) !== null),
    )
  );
}

/** Lines as they are sent. What cannot be read is sent as it is and comes back as a refusal of its cell. */
export function lineInputs(lines: EntryLine[], returned: boolean): SalesLineInput[] {
  return lines.map((line) => {
    const quantity = readDecimal(line.quantity) ?? "0";
    const price = line.price === "" ? null : (readDecimal(line.price) ?? line.price);
    return { product_id: line.product?.id ?? null, quantity: returned ? negated(quantity) : quantity, price };
  });
}

export function entryLines(lines: LineView[], returned: boolean): EntryLine[] {
  return lines.map((line) => ({
    ...blankLine(),
    product: {
      id: line.product_id,
      code: line.code,
      name: line.name,
      unit: line.unit,
      price: line.price,
    },
    quantity: returned ? negated(line.quantity) : line.quantity,
    price: line.price,
  }));
}

/** How much is taken of each line of an order or delivery, by line number. */
export type Taken = Readonly<Record<string, string>>;

export function allLeft(lines: TakeableLine[]): Taken {
  return Object.fromEntries(lines.map((line) => [String(line.line_no), isZero(line.left) ? "" : line.left]));
}

/** The lines that are taken, as they are sent: those with a quantity. */
export function takenInputs(taken: Taken, returned: boolean): SalesLineInput[] {
  return Object.entries(taken)
    .filter(([, quantity]) => quantity.trim() !== "" && !isZero(readDecimal(quantity) ?? "x"))
    .map(([line, typed]) => {
      const quantity = readDecimal(typed) ?? "0";
      return returned
        ? { source_line_no: Number(line), quantity: negated(quantity) }
        : { order_line_no: Number(line), quantity };
    });
}

/** What a draft takes already, by line number of where it takes from. */
export function takenOf(lines: LineView[], returned: boolean): Taken {
  return Object.fromEntries(
    lines.map((line) => [
      String(returned ? line.source_line_no : line.order_line_no),
      returned ? negated(line.quantity) : line.quantity,
    ]),
  );
}
