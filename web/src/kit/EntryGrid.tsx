import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import {
  useLayoutEffect,
  useRef,
  useState,
  type ClipboardEvent,
  type InputHTMLAttributes,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from "react";
import type { Problem } from "@/api/problem";
import { moneyText, readDecimal } from "./format";
import { useT } from "./i18n";
import { LookupCell } from "./LookupCell";
import type { FoundProduct } from "./lookups";
import { isBlock, linePath, readBlock } from "./paste";
import { RowMenu, useRowMenu } from "./RowMenu";

/** A line being entered: all values as typed, in decimal strings where they are figures. */
export interface GridLine {
  /** Stays the same while the line lives; made by `blank`. */
  key: string;
}

export interface GridColumn<L extends GridLine> {
  /** The name of the field in the API's line, so that a refusal of `lines[2].quantity` finds its cell. */
  key: string;
  title: string;
  width?: number;
  kind: "product" | "text" | "decimal" | "shown";
  /** The value as text (for `product`: what the box shows). */
  read: (line: L, row: number) => string;
  /** Takes what was typed or pasted; not for `shown`. */
  write?: (line: L, value: string) => L;
  /** Only for `product`: takes what was found. */
  pick?: (line: L, found: FoundProduct | null) => L;
  /** Only for `shown`: what the server's preview answered, usually a MoneyText. */
  render?: (line: L, row: number) => ReactNode;
  /** The figures end at the right edge. */
  figures?: boolean;
  disabled?: (line: L) => boolean;
}

export interface EntryGridProps<L extends GridLine> {
  lines: L[];
  onChange: (lines: L[]) => void;
  columns: GridColumn<L>[];
  blank: () => L;
  /** An untouched line, such as the one that always stands at the end; not sent to the server. */
  isBlank: (line: L) => boolean;
  findProducts?: (q: string, signal?: AbortSignal) => Promise<FoundProduct[]>;
  onSave?: () => void;
  onPost?: () => void;
  /** Its `lines[n].field` paths count non-blank lines, as they were sent. */
  problem?: Problem | null;
  /** The shown figures belong to an earlier input. */
  stale?: boolean;
  readOnly?: boolean;
  footer?: ReactNode;
}

/** The lines that are sent: all but blank ones. */
export function filledLines<L extends GridLine>(lines: L[], isBlank: (line: L) => boolean): L[] {
  return lines.filter((line) => !isBlank(line));
}

/** The lines as shown: with one blank line at the end that keeps its key while it waits. */
function useShownLines<L extends GridLine>({ lines, blank, isBlank, readOnly }: EntryGridProps<L>): L[] {
  const last = lines[lines.length - 1];
  const [spare, setSpare] = useState(blank);
  const needsSpare = !readOnly && !(last && isBlank(last));
  if (needsSpare && lines.some((line) => line.key === spare.key)) setSpare(blank());
  return needsSpare ? [...lines, spare] : lines;
}

/** Where the focus goes and what keys do; columns that are only shown are passed over. */
function useTravel<L extends GridLine>(props: EntryGridProps<L>, lines: L[]) {
  const root = useRef<HTMLDivElement>(null);
  const { columns, isBlank, blank, onChange } = props;
  const editable = columns.filter((column) => column.kind !== "shown");
  const first = editable[0]?.key ?? "";
  const cellAt = (row: number, column: string) =>
    root.current?.querySelector<HTMLInputElement>(`[data-row="${row}"][data-column="${column}"]`);
  const focus = (row: number, column: string) => {
    requestAnimationFrame(() => cellAt(row, column)?.focus());
  };
  /** A cell that is there takes the next key at once, however slow the machine draws. */
  const travelTo = (row: number, column: string) => {
    const cell = cellAt(row, column);
    if (cell) cell.focus();
    else focus(row, column);
  };
  const remove = (row: number) => {
    onChange(lines.filter((_line, index) => index !== row));
    focus(Math.max(0, Math.min(row, lines.length - 2)), first);
  };
  const step = (row: number, column: string, by: 1 | -1) => {
    const index = editable.findIndex((one) => one.key === column) + by;
    if (index >= 0 && index < editable.length) return travelTo(row, editable[index]?.key ?? "");
    const next = row + by;
    if (next < 0) return;
    if (next >= lines.length) onChange([...lines, blank()]);
    travelTo(next, by === 1 ? first : (editable[editable.length - 1]?.key ?? ""));
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>, row: number, column: string) => {
    if (event.nativeEvent.isComposing) return;
    const withCtrl = event.ctrlKey || event.metaKey;
    const isFirst = row === 0 && column === first;
    const isEnd = row === lines.length - 1 && isBlank(lines[row] ?? blank());
    if (event.key === "Enter" && withCtrl) {
      if (event.shiftKey) props.onPost?.();
      else props.onSave?.();
    } else if (event.key === "Enter") {
      step(row, column, event.shiftKey ? -1 : 1);
    } else if (event.key === "Tab") {
      if (event.shiftKey ? isFirst : isEnd) return;
      step(row, column, event.shiftKey ? -1 : 1);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const to = row + (event.key === "ArrowDown" ? 1 : -1);
      if (to < 0 || to >= lines.length) return;
      travelTo(to, column);
    } else if (event.key === "F2") {
      const { length } = event.currentTarget.value;
      event.currentTarget.setSelectionRange(length, length);
    } else if (event.key === "Delete" && withCtrl) {
      remove(row);
    } else return;
    event.preventDefault();
  };
  return { root, editable, first, focus, remove, step, onKey };
}

/** Keyboard grid for document lines: Tab and Enter travel, a new row comes by itself, blocks are pasted. */
export function EntryGrid<L extends GridLine>(props: EntryGridProps<L>) {
  const t = useT();
  const { message } = App.useApp();
  const menu = useRowMenu();
  const { columns, isBlank, blank, onChange, readOnly } = props;
  const lines = useShownLines(props);
  const travel = useTravel(props, lines);
  const errors = cellErrors(props.problem, lines, isBlank);

  const onPaste = async (event: ClipboardEvent<HTMLInputElement>, row: number, column: string) => {
    const text = event.clipboardData.getData("text/plain");
    if (!isBlock(text)) return;
    event.preventDefault();
    const block = readBlock(text);
    const targets = travel.editable.slice(travel.editable.findIndex((one) => one.key === column));
    const { next, missed } = await pasteBlock({ block, lines, row, targets, props });
    onChange(next);
    void message.success(t("web.grid.pasted", { n: block.length }));
    missed.forEach((name) => void message.warning(t("web.grid.not_found", { text: name })));
    travel.focus(row, column);
  };
  const openMenu = (event: MouseEvent<HTMLElement>, row: number) => {
    const line = lines[row];
    if (readOnly || !line) return;
    event.preventDefault();
    const insert = (at: number, added: L) => onChange([...lines.slice(0, at), added, ...lines.slice(at)]);
    menu.openAt(event.clientX, event.clientY, [
      { key: "insert", label: t("web.grid.insert"), onClick: () => insert(row, blank()) },
      {
        key: "duplicate",
        label: t("web.grid.duplicate"),
        disabled: isBlank(line),
        onClick: () => insert(row + 1, { ...line, key: blank().key }),
      },
      {
        key: "delete",
        label: t("web.grid.delete", { row: row + 1 }),
        danger: true,
        onClick: () => travel.remove(row),
      },
    ]);
  };

  return (
    <div ref={travel.root}>
      <div className="eg">
        <table aria-label={t("web.grid.label")}>
          <GridHead columns={columns} readOnly={readOnly === true} />
          <tbody>
            {lines.map((line, row) => (
              <tr key={line.key} onContextMenu={(event) => openMenu(event, row)}>
                <td className="eg-no">{row + 1}</td>
                {columns.map((column) => (
                  <GridCell
                    key={column.key}
                    line={line}
                    row={row}
                    column={column}
                    error={errors.get(`${row}.${column.key}`)}
                    grid={props}
                    onLine={(next) => onChange(lines.map((one, index) => (index === row ? next : one)))}
                    onNext={() => travel.step(row, column.key, 1)}
                    onKey={(event) => travel.onKey(event, row, column.key)}
                    onPaste={(event) => void onPaste(event, row, column.key)}
                  />
                ))}
                {readOnly ? null : (
                  <DeleteCell row={row} isEmpty={isBlank(line)} onDelete={() => travel.remove(row)} />
                )}
              </tr>
            ))}
          </tbody>
        </table>
        {props.footer}
        {readOnly ? null : (
          <div className="eg-hint">
            <Button
              size="small"
              type="text"
              icon={<PlusOutlined aria-hidden />}
              onClick={() => travel.focus(lines.length - 1, travel.first)}
            >
              {t("web.grid.add")}
            </Button>
            <span>{t(props.onPost ? "web.grid.hint" : "web.grid.hint_save")}</span>
          </div>
        )}
      </div>
      <ErrorList errors={errors} />
      <RowMenu state={menu} label={t("web.table.row_menu")} />
    </div>
  );
}

function DeleteCell({ row, isEmpty, onDelete }: { row: number; isEmpty: boolean; onDelete: () => void }) {
  const t = useT();
  return (
    <td className="eg-no">
      <Button
        type="text"
        size="small"
        tabIndex={-1}
        icon={<DeleteOutlined aria-hidden />}
        aria-label={t("web.grid.delete", { row: row + 1 })}
        disabled={isEmpty}
        onClick={onDelete}
      />
    </td>
  );
}

function GridHead<L extends GridLine>({ columns, readOnly }: { columns: GridColumn<L>[]; readOnly: boolean }) {
  const t = useT();
  return (
    <thead>
      <tr>
        <th style={{ width: 40 }} scope="col">
          <span className="visually-hidden">{t("web.grid.label")}</span>
        </th>
        {columns.map((column) => (
          <th
            key={column.key}
            scope="col"
            style={{ width: column.width }}
            className={column.figures ? "eg-end" : undefined}
          >
            {column.title}
          </th>
        ))}
        {readOnly ? null : (
          <th style={{ width: 40 }} scope="col">
            <span className="visually-hidden">{t("web.table.row_actions")}</span>
          </th>
        )}
      </tr>
    </thead>
  );
}

interface GridCellProps<L extends GridLine> {
  line: L;
  row: number;
  column: GridColumn<L>;
  error: string | undefined;
  grid: EntryGridProps<L>;
  onLine: (line: L) => void;
  onNext: () => void;
  onKey: (event: KeyboardEvent<HTMLInputElement>) => void;
  onPaste: (event: ClipboardEvent<HTMLInputElement>) => void;
}

function GridCell<L extends GridLine>(props: GridCellProps<L>) {
  const { column, error } = props;
  const classes = [column.figures ? "eg-end" : "", error ? "eg-bad" : ""].filter(Boolean).join(" ");
  return (
    <td className={classes || undefined} title={error}>
      <CellInput {...props} />
    </td>
  );
}

function CellInput<L extends GridLine>(props: GridCellProps<L>) {
  const t = useT();
  const { line, row, column, grid } = props;
  const label = t("web.grid.cell", { row: row + 1, column: column.title });
  const disabled = grid.readOnly === true || column.disabled?.(line) === true;
  const cell = { "data-row": row, "data-column": column.key };
  if (column.kind === "shown") {
    const content = column.render ? column.render(line, row) : column.read(line, row);
    return <span className={`eg-text${grid.stale ? " eg-stale" : ""}`}>{content}</span>;
  }
  if (column.kind === "product" && grid.findProducts) {
    return (
      <LookupCell
        text={column.read(line, row)}
        label={label}
        invalid={props.error !== undefined}
        disabled={disabled}
        find={grid.findProducts}
        cell={cell}
        onPick={(found) => props.onLine(column.pick?.(line, found) ?? line)}
        onClear={() => props.onLine(column.pick?.(line, null) ?? line)}
        onNext={props.onNext}
        onKeyDown={props.onKey}
        onPaste={props.onPaste}
      />
    );
  }
  return (
    <TypedInput
      {...cell}
      className={column.kind === "decimal" ? "eg-input eg-end num" : "eg-input"}
      inputMode={column.kind === "decimal" ? "decimal" : undefined}
      aria-label={label}
      aria-invalid={props.error !== undefined}
      autoComplete="off"
      disabled={disabled}
      value={column.read(line, row)}
      onTyped={(value) => props.onLine(column.write?.(line, value) ?? line)}
      onBlur={(event) => {
        if (column.kind !== "decimal") return;
        const plain = readDecimal(event.target.value);
        if (plain !== null && plain !== event.target.value) props.onLine(column.write?.(line, plain) ?? line);
      }}
      onKeyDown={props.onKey}
      onPaste={props.onPaste}
    />
  );
}

interface TypedInputProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "onFocus"> {
  value: string;
  onTyped: (value: string) => void;
}

/** What stands in the focused cell is replaced by the next key, also where it arrives after the focus. */
function TypedInput({ value, onTyped, ...rest }: TypedInputProps) {
  const input = useRef<HTMLInputElement>(null);
  const typed = useRef(value);
  useLayoutEffect(() => {
    if (typed.current === value) return;
    typed.current = value;
    if (document.activeElement === input.current) input.current?.select();
  }, [value]);
  return (
    <input
      ref={input}
      {...rest}
      value={value}
      onFocus={(event) => event.target.select()}
      onChange={(event) => {
        typed.current = event.target.value;
        onTyped(event.target.value);
      }}
    />
  );
}

interface PasteInput<L extends GridLine> {
  block: string[][];
  lines: L[];
  row: number;
  targets: GridColumn<L>[];
  props: EntryGridProps<L>;
}

/** Lays a block over the lines from `row` on; products are looked up by the pasted code or name. */
async function pasteBlock<L extends GridLine>({ block, lines, row, targets, props }: PasteInput<L>) {
  const next = [...lines];
  const missed: string[] = [];
  for (const [offset, cells] of block.entries()) {
    let line = next[row + offset] ?? props.blank();
    for (const [index, cell] of cells.entries()) {
      const column = targets[index];
      if (!column || column.disabled?.(line)) continue;
      if (column.kind === "product") {
        const found = cell === "" ? undefined : await bestProduct(cell, props.findProducts);
        if (found) line = column.pick?.(line, found) ?? line;
        else if (cell !== "") missed.push(cell);
      } else {
        const value = column.kind === "decimal" ? (readDecimal(cell) ?? cell) : cell;
        line = column.write?.(line, value) ?? line;
      }
    }
    next[row + offset] = line;
  }
  return { next, missed };
}

async function bestProduct(text: string, find: EntryGridProps<GridLine>["findProducts"]) {
  if (!find) return undefined;
  const found = await find(text);
  const same = (a: string) => a.trim().toLowerCase() === text.trim().toLowerCase();
  const named = found.filter((one) => same(one.name));
  return found.find((one) => same(one.code)) ?? (named.length === 1 ? named[0] : undefined);
}

/** Errors by `row.column`, where rows count as they stand on the screen. */
function cellErrors<L extends GridLine>(
  problem: Problem | null | undefined,
  lines: L[],
  isBlank: (line: L) => boolean,
): Map<string, string> {
  const errors = new Map<string, string>();
  const sent = lines.flatMap((line, index) => (isBlank(line) ? [] : [index]));
  const place = linePath(problem?.field);
  const row = place ? sent[place.row] : undefined;
  if (problem && place && row !== undefined) errors.set(`${row}.${place.column}`, problem.title);
  return errors;
}

function ErrorList({ errors }: { errors: ReadonlyMap<string, string> }) {
  const t = useT();
  if (errors.size === 0) return null;
  return (
    <ul className="eg-errors" role="alert">
      {[...errors].map(([cell, title]) => (
        <li key={cell}>
          {t("web.grid.row", { row: Number(cell.split(".")[0]) + 1 })} {title}
        </li>
      ))}
    </ul>
  );
}

/** The amount of a line as a preview answered it, for `shown` columns. */
export function shownMoney(amount: string | null | undefined): ReactNode {
  return amount === null || amount === undefined ? null : <span className="num">{moneyText(amount)}</span>;
}
