import { MoreOutlined, ReloadOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery, type QueryKey } from "@tanstack/react-query";
import { Button, Table, type TableColumnType } from "antd";
import { useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from "react";
import { asProblem } from "@/api/problem";
import { ColumnChooser } from "./ColumnChooser";
import { keepChoice, leadFirst, readChoice, settleChoice, type ColumnChoice } from "./columns";
import { FilterBar, type Filter } from "./FilterBar";
import { useIsNarrow } from "./hooks";
import { useT } from "./i18n";
import { listRequest, useListState, type ListRequest, type ListState } from "./listState";
import { Pager } from "./Pager";
import { ProblemAlert } from "./ProblemAlert";
import { RowMenu, useLongPress, useRowMenu, type RowAction } from "./RowMenu";
import { useSession } from "./session";

export interface ListPage<Row> {
  items: Row[];
  /** Cursor of the next page; null on the last. */
  next?: string | null;
  count: number;
  count_is_capped: boolean;
}

export interface Column<Row> {
  key: string;
  title: string;
  render: (row: Row) => ReactNode;
  /** The sort field of the API; a header click sorts by it. */
  sort?: string;
  /** Figures stand at the end of the cell. */
  figures?: boolean;
  width?: number;
  /** Not shown until chosen in the column chooser. */
  extra?: boolean;
  /** This cell is the link that opens the row. */
  opens?: boolean;
  /** On a phone these columns stand first: who, and how much. */
  lead?: boolean;
}

export interface ListView {
  key: string;
  label: string;
  state: Partial<ListState>;
}

export interface DataTableProps<Row> {
  /** Names the list for stored column choices, e.g. `parties.customers`. */
  view: string;
  label: string;
  queryKey: QueryKey;
  fetch: (request: ListRequest, signal: AbortSignal) => Promise<ListPage<Row>>;
  columns: Column<Row>[];
  rowKey: (row: Row) => string;
  filters?: Filter[];
  views?: ListView[];
  defaultSort?: string;
  /** No search box where the API has none. */
  searchable?: boolean;
  searchPlaceholder?: string;
  /** Everything a row offers: shown by right-click, ⋯, menu key, Shift+F10 and long press. */
  rowActions?: (row: Row) => RowAction[];
  onOpen?: (row: Row) => void;
  /** Where the row opens as a page (Ctrl-click, middle click). */
  openHref?: (row: Row) => string;
  /** What can be done with several selected rows; brings check boxes. */
  bulk?: (rows: Row[], clear: () => void) => ReactNode;
  /** Totals over all rows, by column key; from the answer of the first page. */
  totals?: (page: ListPage<Row>) => Record<string, ReactNode>;
  rowTone?: (row: Row) => "overdue" | undefined;
  tools?: ReactNode;
  /** What belongs here, and the first step; shown when there is nothing and no filter is set. */
  empty?: ReactNode;
  /** Filters that the page sets and the person does not see. */
  fixed?: Record<string, string>;
}

/** The list of every page: server-driven, paged by cursor, all by keyboard, its state in the address. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const t = useT();
  const [state, change] = useListState(props.defaultSort ?? "");
  const [limit, setLimit] = useState(50);
  const asked: ListState = { ...state, filter: { ...state.filter, ...props.fixed } };
  const identity = JSON.stringify([asked, limit]);
  const [cursors, setCursors] = useState<{ of: string; stack: string[] }>({ of: identity, stack: [] });
  const stack = cursors.of === identity ? cursors.stack : [];
  const request = listRequest(asked, stack[stack.length - 1] ?? null, limit);
  const query = useQuery({
    queryKey: [...props.queryKey, request],
    queryFn: ({ signal }) => props.fetch(request, signal),
    placeholderData: keepPreviousData,
  });
  const [choice, choose] = useColumnChoice(props.view, props.columns);
  const [selected, setSelected] = useState<ReadonlyMap<string, Row>>(new Map());
  const page = query.data;
  const isFiltered = state.q !== "" || Object.keys(state.filter).length > 0;
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 8 }}>
      <FilterBar
        state={state}
        onChange={change}
        filters={props.filters ?? []}
        views={props.views ?? []}
        searchable={props.searchable !== false}
        placeholder={props.searchPlaceholder}
      >
        {props.tools}
        <Button
          aria-label={t("web.table.refresh")}
          title={t("web.table.refresh")}
          icon={<ReloadOutlined aria-hidden spin={query.isFetching} />}
          onClick={() => void query.refetch()}
        />
        <ColumnChooser
          titles={new Map(props.columns.map((column) => [column.key, column.title]))}
          choice={choice}
          onChange={choose}
        />
      </FilterBar>
      {props.bulk && selected.size > 0 ? (
        <div className="dt-bar" role="status">
          <span>{t("web.table.selected", { n: selected.size })}</span>
          {props.bulk([...selected.values()], () => setSelected(new Map()))}
          <Button type="link" size="small" onClick={() => setSelected(new Map())}>
            {t("web.table.unselect")}
          </Button>
        </div>
      ) : null}
      {query.error && !page ? (
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : (
        <div className="dt-scroll">
          <Rows
            {...props}
            page={page}
            loading={query.isPending || query.isPlaceholderData}
            choice={choice}
            sort={state.sort}
            onSort={(sort) => change({ sort })}
            selected={selected}
            onSelected={setSelected}
            emptyText={isFiltered ? undefined : props.empty}
          />
          <Pager
            page={page}
            depth={stack.length}
            limit={limit}
            help={t(props.bulk ? "web.table.help_bulk" : "web.table.help")}
            onLimit={setLimit}
            onMove={(move) => {
              const next =
                move === "first" ? [] : move === "back" ? stack.slice(0, -1) : [...stack, page?.next ?? ""];
              setCursors({ of: identity, stack: next });
            }}
          />
        </div>
      )}
    </div>
  );
}

function useColumnChoice<Row>(view: string, columns: Column<Row>[]) {
  const { user } = useSession();
  const isNarrow = useIsNarrow();
  const name = `settlebook.columns.${user?.id ?? "-"}.${view}`;
  const [kept, setKept] = useState(() => ({ name, choice: readChoice(name) }));
  const current = kept.name === name ? kept.choice : readChoice(name);
  const choose = (choice: ColumnChoice | null) => {
    keepChoice(name, choice);
    setKept({ name, choice });
  };
  return [settleChoice(isNarrow ? leadFirst(columns) : columns, current), choose] as const;
}

interface RowsProps<Row> extends DataTableProps<Row> {
  page: ListPage<Row> | undefined;
  loading: boolean;
  choice: ColumnChoice;
  sort: string;
  onSort: (sort: string) => void;
  selected: ReadonlyMap<string, Row>;
  onSelected: (selected: ReadonlyMap<string, Row>) => void;
  emptyText: ReactNode;
}

function Rows<Row extends object>(props: RowsProps<Row>) {
  const t = useT();
  const menu = useRowMenu();
  const rows = props.page?.items ?? [];
  const [active, setActive] = useState(0);
  const keys = useRowKeys(props, rows, menu);
  const press = useLongPress((x, y, target) => {
    const row = rows[Number(target.dataset.index)];
    if (row) menu.openAt(x, y, props.rowActions?.(row) ?? [], target);
  });
  const isNarrow = useIsNarrow();
  const columns = antColumns(props, isNarrow, (row, event) => {
    const button = event.currentTarget as HTMLElement;
    const box = button.getBoundingClientRect();
    menu.openAt(box.left, box.bottom, props.rowActions?.(row) ?? [], button);
  }, t("web.table.row_menu"), t("web.table.row_actions"));
  const current = Math.min(active, Math.max(rows.length - 1, 0));
  // A head without rows would only be something to scroll.
  if (isNarrow && rows.length === 0 && !props.loading) return <Nothing loading={false}>{props.emptyText}</Nothing>;
  return (
    <>
      <Table<Row>
        size="small"
        aria-label={props.label}
        rowKey={props.rowKey}
        dataSource={rows}
        columns={columns}
        loading={props.loading && rows.length === 0}
        pagination={false}
        sticky={{ offsetHeader: 48 }}
        scroll={{ x: "max-content" }}
        showSorterTooltip={false}
        onChange={(_pages, _filters, sorter) => {
          const one = Array.isArray(sorter) ? sorter[0] : sorter;
          const field = props.columns.find((column) => column.key === one?.columnKey)?.sort ?? "";
          props.onSort(one?.order ? (one.order === "descend" ? `-${field}` : field) : "");
        }}
        rowSelection={props.bulk ? selectionOf(props, t("web.table.select_all"), t("web.table.select_row")) : undefined}
        locale={{ emptyText: <Nothing loading={props.loading}>{props.emptyText}</Nothing> }}
        onRow={(row, index = 0) => ({
          tabIndex: index === current ? 0 : -1,
          "data-index": index,
          "data-row": props.rowKey(row),
          className: props.rowTone?.(row) === "overdue" ? "row-overdue" : undefined,
          onFocus: () => setActive(index),
          onKeyDown: (event) => keys(event, row, index),
          onDoubleClick: (event) => {
            if (!isControl(event.target)) props.onOpen?.(row);
          },
          onContextMenu: (event) => {
            const actions = props.rowActions?.(row) ?? [];
            if (actions.length === 0) return;
            event.preventDefault();
            menu.openAt(event.clientX, event.clientY, actions, event.currentTarget);
          },
          onTouchStart: press.start,
          onTouchMove: press.move,
          onTouchEnd: press.cancel,
          onClickCapture: (event) => {
            if (!press.wasLong()) return;
            event.stopPropagation();
            event.preventDefault();
          },
          onClick: (event) => {
            // A tap opens; a click marks the row, as in every table of a desk.
            const isTap = (event.nativeEvent as globalThis.PointerEvent).pointerType === "touch";
            if (isTap && !isControl(event.target)) props.onOpen?.(row);
          },
        })}
        summary={props.totals && props.page && rows.length > 0 ? () => <Totals {...props} /> : undefined}
      />
      <RowMenu state={menu} label={t("web.table.row_menu")} />
    </>
  );
}

function useRowKeys<Row extends object>(
  props: RowsProps<Row>,
  rows: Row[],
  menu: ReturnType<typeof useRowMenu>,
) {
  const anchor = useRef<number | null>(null);
  const toggle = (row: Row, on?: boolean) => {
    const next = new Map(props.selected);
    const key = props.rowKey(row);
    if (on ?? !next.has(key)) next.set(key, row);
    else next.delete(key);
    props.onSelected(next);
  };
  const extend = (from: number, to: number) => {
    const next = new Map(props.selected);
    const [low, high] = from < to ? [from, to] : [to, from];
    rows.slice(low, high + 1).forEach((row) => next.set(props.rowKey(row), row));
    props.onSelected(next);
  };
  return (event: KeyboardEvent<HTMLElement>, row: Row, index: number) => {
    const element = event.currentTarget;
    const isMenuKey = event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
    if (isMenuKey && props.rowActions) {
      event.preventDefault();
      return menu.openBeside(element, props.rowActions(row));
    }
    if (event.target !== element) return;
    const goTo = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (goTo !== undefined) {
      event.preventDefault();
      const to = Math.max(0, Math.min(rows.length - 1, goTo));
      if (event.shiftKey && props.bulk) {
        anchor.current ??= index;
        extend(anchor.current, to);
      } else anchor.current = null;
      element.parentElement?.querySelector<HTMLElement>(`tr[data-index="${to}"]`)?.focus();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if ((event.ctrlKey || event.metaKey) && props.openHref) window.open(props.openHref(row), "_blank");
      else props.onOpen?.(row);
    } else if (event.key === " " && props.bulk) {
      event.preventDefault();
      toggle(row);
    }
  };
}

function antColumns<Row extends object>(
  props: RowsProps<Row>,
  isNarrow: boolean,
  onMore: (row: Row, event: MouseEvent<HTMLElement>) => void,
  menuLabel: string,
  actionsLabel: string,
): TableColumnType<Row>[] {
  const byKey = new Map(props.columns.map((column) => [column.key, column]));
  const shown = props.choice.order.flatMap((key) => {
    const column = byKey.get(key);
    return column && !props.choice.hidden.includes(key) ? [column] : [];
  });
  const columns = shown.map((column): TableColumnType<Row> => {
    const field = column.sort;
    return {
      key: column.key,
      title: column.title,
      width: isNarrow ? undefined : column.width,
      align: column.figures ? "end" : undefined,
      sorter: field !== undefined,
      sortOrder: field && props.sort === field ? "ascend" : field && props.sort === `-${field}` ? "descend" : null,
      sortDirections: column.figures ? ["descend", "ascend"] : ["ascend", "descend"],
      render: (_value, row) => (column.opens ? <OpenLink {...props} row={row} column={column} /> : column.render(row)),
    };
  });
  if (props.rowActions) {
    columns.push({
      key: "…",
      title: <span className="visually-hidden">{actionsLabel}</span>,
      width: 44,
      align: "center",
      fixed: "end",
      render: (_value, row) => (
        <Button
          className="dt-more"
          type="text"
          size="small"
          tabIndex={-1}
          aria-label={menuLabel}
          aria-haspopup="menu"
          icon={<MoreOutlined aria-hidden />}
          onClick={(event) => {
            event.stopPropagation();
            onMore(row, event);
          }}
        />
      ),
    });
  }
  return columns;
}

function OpenLink<Row>(props: { row: Row; column: Column<Row> } & Pick<DataTableProps<Row>, "onOpen" | "openHref">) {
  const { row, column, onOpen, openHref } = props;
  const content = column.render(row);
  // A row that has nothing to open yet has no link without a name either.
  if (content === "" || content === null || content === undefined) return null;
  if (!openHref) {
    return (
      <button type="button" className="row-link" tabIndex={-1} onClick={() => onOpen?.(row)}>
        {content}
      </button>
    );
  }
  return (
    <a
      className="row-link"
      tabIndex={-1}
      href={openHref(row)}
      onClick={(event) => {
        if (!onOpen || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        onOpen(row);
      }}
    >
      {content}
    </a>
  );
}

function selectionOf<Row extends object>(props: RowsProps<Row>, allLabel: string, rowLabel: string) {
  return {
    columnWidth: 40,
    preserveSelectedRowKeys: true,
    selectedRowKeys: [...props.selected.keys()],
    getTitleCheckboxProps: () => ({ "aria-label": allLabel }),
    getCheckboxProps: (row: Row) => ({ "aria-label": `${rowLabel} ${props.rowKey(row)}`, tabIndex: -1 }),
    onChange: (_keys: unknown, rows: Row[]) => {
      const known = new Map(props.selected);
      const shown = new Set((props.page?.items ?? []).map(props.rowKey));
      for (const key of [...known.keys()]) if (shown.has(key)) known.delete(key);
      rows.filter(Boolean).forEach((row) => known.set(props.rowKey(row), row));
      props.onSelected(known);
    },
  };
}

function Totals<Row extends object>(props: RowsProps<Row>) {
  const t = useT();
  if (!props.page || !props.totals) return null;
  const totals = props.totals(props.page);
  const figures = new Set(props.columns.filter((column) => column.figures).map((column) => column.key));
  const shown = props.choice.order.filter((key) => !props.choice.hidden.includes(key));
  const lead = props.bulk ? 1 : 0;
  return (
    <Table.Summary fixed="bottom">
      <Table.Summary.Row>
        {lead ? <Table.Summary.Cell index={0} /> : null}
        {shown.map((key, index) => (
          <Table.Summary.Cell key={key} index={index + lead} align={figures.has(key) ? "right" : "left"}>
            {totals[key] ?? (index === 0 ? t("web.table.total") : null)}
          </Table.Summary.Cell>
        ))}
        {props.rowActions ? <Table.Summary.Cell index={shown.length + lead} /> : null}
      </Table.Summary.Row>
    </Table.Summary>
  );
}

function Nothing({ loading, children }: { loading: boolean; children: ReactNode }) {
  const t = useT();
  if (loading) return <div style={{ height: 96 }} aria-busy="true" />;
  return <div className="dt-empty">{children ?? t("web.table.none_found")}</div>;
}

function isControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest("a, button, input, label") !== null;
}
