import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useRef, useState, type ClipboardEvent, type KeyboardEvent, type MouseEvent, type ReactNode } from "react";
import type { Problem } from "@/api/problem";
import { moneyText, readDecimal } from "./format";
import { useT, type Translate } from "./i18n";
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

/** Keyboard grid for document lines: Tab and Enter travel, a new row comes by itself, blocks are pasted. */
export function EntryGrid<L extends GridLine>(props: EntryGridProps<L>) {
  const t = useT();
  const root = useRef<HTMLDivElement>(null);
  const { message } = App.useApp();
  const menu = useRowMenu();
  const { columns, isBlank, blank, onChange, readOnly } = props;
  const last = props.lines[props.lines.length - 1];
  const [spare, setSpare] = useState(blank);
  const needsSpare = !readOnly && !(last && isBlank(last));
  if (needsSpare && props.lines.some((line) => line.key === spare.key)) setSpare(blank());
  const lines = needsSpare ? [...props.lines, spare] : props.lines;
  const errors = cellErrors(props.problem, lines, isBlank);
  const editable = columns.filter((column) => column.kind !== "shown");

  const focus = (row: number, column: string) => {
    requestAnimationFrame(() => {
      const cell = `[data-row="${row}"][data-column="${column}"]`;
      root.current?.querySelector<HTMLInputElement>(cell)?.focus();
    });
  };
  const replace = (row: number, line: L) => onChange(lines.map((one, index) => (index === row ? line : one)));
  const remove = (row: number) => {
    onChange(lines.filter((_line, index) => index !== row));
    focus(Math.max(0, Math.min(row, lines.length - 2)), editable[0]?.key ?? "");
  };
  const step = (row: number, column: string, by: 1 | -1) => {
    const index = editable.findIndex((one) => one.key === column) + by;
    if (index >= 0 && index < editable.length) return focus(row, editable[index]?.key ?? "");
    const next = row + by;
    if (next < 0) return;
    if (next >= lines.length) onChange([...lines, blank()]);
    focus(next, (by === 1 ? editable[0] : editable[editable.length - 1])?.key ?? "");
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>, row: number, column: string) => {
    if (event.nativeEvent.isComposing) return;
    const isFirst = row === 0 && column === editable[0]?.key;
    const isEnd = row === lines.length - 1 && isBlank(lines[row] ?? blank());
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (event.shiftKey) props.onPost?.();
      else props.onSave?.();
    } else if (event.key === "Enter") {
      event.preventDefault();
      step(row, column, event.shiftKey ? -1 : 1);
    } else if (event.key === "Tab") {
      if ((event.shiftKey && isFirst) || (!event.shiftKey && isEnd)) return;
      event.preventDefault();
      step(row, column, event.shiftKey ? -1 : 1);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const to = row + (event.key === "ArrowDown" ? 1 : -1);
      if (to < 0 || to >= lines.length) return;
      event.preventDefault();
      focus(to, column);
    } else if (event.key === "F2") {
      event.preventDefault();
      const { length } = event.currentTarget.value;
      event.currentTarget.setSelectionRange(length, length);
    } else if (event.key === "Delete" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      remove(row);
    }
  };
  const onPaste = async (event: ClipboardEvent<HTMLInputElement>, row: number, column: string) => {
    const text = event.clipboardData.getData("text/plain");
    if (!isBlock(text)) return;
    event.preventDefault();
    const block = readBlock(text);
    const from = editable.findIndex((one) => one.key === column);
    const { next, missed } = await pasteBlock({ block, lines, row, targets: editable.slice(from), props });
    onChange(next);
    void message.success(t("web.grid.pasted", { n: block.length }));
    missed.forEach((name) => void message.warning(t("web.grid.not_found", { text: name })));
    focus(row, column);
  };
  const openMenu = (event: MouseEvent<HTMLElement>, row: number) => {
    if (readOnly) return;
    event.preventDefault();
    const line = lines[row];
    menu.openAt(event.clientX, event.clientY, [
      {
        key: "insert",
        label: t("web.grid.insert"),
        onClick: () => onChange([...lines.slice(0, row), blank(), ...lines.slice(row)]),
      },
      {
        key: "duplicate",
        label: t("web.grid.duplicate"),
        disabled: !line || isBlank(line),
        onClick: () =>
          line && onChange([...lines.slice(0, row + 1), { ...line, key: blank().key }, ...lines.slice(row + 1)]),
      },
      { key: "delete", label: t("web.grid.delete", { row: row + 1 }), danger: true, onClick: () => remove(row) },
    ]);
  };

  return (
    <div ref={root}>
      <div className="eg">
        <table aria-label={t("web.grid.label")}>
          <GridHead columns={columns} readOnly={readOnly === true} />
          <tbody className={props.stale ? "eg-wait" : undefined}>
            {lines.map((line, row) => (
              <tr key={line.key} onContextMenu={(event) => openMenu(event, row)}>
                <td className="eg-no">{row + 1}</td>
                {columns.map((column) => {
                  const error = errors.get(`${row}.${column.key}`);
                  return (
                    <td
                      key={column.key}
                      className={[column.figures ? "eg-end" : "", error ? "eg-bad" : ""].join(" ")}
                      title={error}
                    >
                      <GridCell
                        line={line}
                        row={row}
                        column={column}
                        error={error}
                        grid={props}
                        t={t}
                        onLine={(next) => replace(row, next)}
                        onNext={() => step(row, column.key, 1)}
                        onKey={(event) => onKey(event, row, column.key)}
                        onPaste={(event) => void onPaste(event, row, column.key)}
                      />
                    </td>
                  );
                })}
                {readOnly ? null : (
                  <td className="eg-no">
                    <Button
                      type="text"
                      size="small"
                      tabIndex={-1}
                      icon={<DeleteOutlined aria-hidden />}
                      aria-label={t("web.grid.delete", { row: row + 1 })}
                      disabled={row === lines.length - 1 && isBlank(line)}
                      onClick={() => remove(row)}
                    />
                  </td>
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
              onClick={() => focus(lines.length - 1, editable[0]?.key ?? "")}
            >
              {t("web.grid.add")}
            </Button>
            <span>{t(props.onPost ? "web.grid.hint" : "web.grid.hint_save")}</span>
          </div>
        )}
      </div>
      <ErrorList problem={props.problem} lines={lines} isBlank={isBlank} t={t} />
      <RowMenu state={menu} label={t("web.table.row_menu")} />
    </div>
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
  t: Translate;
  onLine: (line: L) => void;
  onNext: () => void;
  onKey: (event: KeyboardEvent<HTMLInputElement>) => void;
  onPaste: (event: ClipboardEvent<HTMLInputElement>) => void;
}

function GridCell<L extends GridLine>(props: GridCellProps<L>) {
  const { line, row, column, grid, t } = props;
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
    <input
      {...cell}
      className={column.kind === "decimal" ? "eg-input eg-end num" : "eg-input"}
      inputMode={column.kind === "decimal" ? "decimal" : undefined}
      aria-label={label}
      aria-invalid={props.error !== undefined}
      autoComplete="off"
      disabled={disabled}
      value={column.read(line, row)}
      onFocus={(event) => event.target.select()}
      onChange={(event) => props.onLine(column.write?.(line, event.target.value) ?? line)}
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

function ErrorList<L extends GridLine>(props: {
  problem: Problem | null | undefined;
  lines: L[];
  isBlank: (line: L) => boolean;
  t: Translate;
}) {
  const errors = [...cellErrors(props.problem, props.lines, props.isBlank)];
  if (errors.length === 0) return null;
  return (
    <ul className="eg-errors" role="alert">
      {errors.map(([cell, title]) => (
        <li key={cell}>
          {props.t("web.grid.row", { row: Number(cell.split(".")[0]) + 1 })} {title}
        </li>
      ))}
    </ul>
  );
}

/** The amount of a line as a preview answered it, for `shown` columns. */
export function shownMoney(amount: string | null | undefined): ReactNode {
  return amount === null || amount === undefined ? null : <span className="num">{moneyText(amount)}</span>;
}
