import { useQuery, keepPreviousData } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState, type ClipboardEventHandler, type KeyboardEvent } from "react";
import { createPortal } from "react-dom";
import { useSettled } from "./act";
import { useT } from "./i18n";
import type { FoundProduct } from "./lookups";

interface LookupCellProps {
  /** What the cell shows while it is not being typed in. */
  text: string;
  label: string;
  invalid?: boolean;
  disabled?: boolean;
  find: (q: string, signal?: AbortSignal) => Promise<FoundProduct[]>;
  onPick: (found: FoundProduct) => void;
  onClear: () => void;
  /** After a product was taken by key. */
  onNext: () => void;
  /** Keys that the box itself does not need. */
  onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void;
  onPaste?: ClipboardEventHandler<HTMLInputElement>;
  cell: { "data-row": number; "data-column": string };
}

/** The product box of a grid: type a code, a name or pinyin; Enter or Tab takes the marked line. */
export function LookupCell(props: LookupCellProps) {
  const t = useT();
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const [marked, setMarked] = useState(0);
  const asked = (typed ?? "").trim();
  const q = useSettled(asked, 150);
  const open = typed !== null;
  const query = useQuery({
    queryKey: ["products", "lookup", q],
    queryFn: ({ signal }) => props.find(q, signal),
    enabled: open && q !== "",
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const found = asked === "" ? [] : (query.data ?? []);
  const shut = () => {
    setTyped(null);
    setMarked(0);
  };
  const take = (one: FoundProduct) => {
    shut();
    props.onPick(one);
  };
  /** Enter may be faster than the answer: then ask at once and take the best. */
  const takeBest = async () => {
    const answer = await props.find(asked);
    const exact = answer.find((one) => one.code.toLowerCase() === asked.toLowerCase());
    const one = exact ?? answer[0];
    if (!one) return;
    take(one);
    props.onNext();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const takes = (event.key === "Enter" && !event.ctrlKey) || (event.key === "Tab" && !event.shiftKey);
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setMarked((old) => Math.max(0, Math.min(found.length - 1, old + step)));
    } else if (open && event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      shut();
    } else if (open && takes && asked !== "") {
      event.preventDefault();
      const isAnswered = asked === q && query.data && !query.isPlaceholderData;
      const one = found[marked];
      if (!isAnswered) void takeBest().catch(() => undefined);
      else if (one) {
        take(one);
        props.onNext();
      }
    } else {
      if (open && takes) {
        shut();
        props.onClear();
      }
      props.onKeyDown(event);
    }
  };
  return (
    <>
      <input
        ref={input}
        {...props.cell}
        className="eg-input"
        role="combobox"
        aria-label={props.label}
        aria-expanded={open && asked !== ""}
        aria-controls={open && asked !== "" ? list : undefined}
        aria-autocomplete="list"
        aria-activedescendant={open && found[marked] ? `${list}-${marked}` : undefined}
        aria-invalid={props.invalid}
        autoComplete="off"
        spellCheck={false}
        disabled={props.disabled}
        value={typed ?? props.text}
        title={props.text}
        onFocus={(event) => event.target.select()}
        onChange={(event) => {
          setTyped(event.target.value);
          setMarked(0);
        }}
        onKeyDown={onKeyDown}
        onPaste={props.onPaste}
        onBlur={shut}
      />
      {open && asked !== "" ? (
        <LookupList id={list} anchor={input.current} marked={marked} found={found} onTake={take}>
          {query.isFetching && found.length === 0 ? t("web.loading") : t("web.lookup.none")}
        </LookupList>
      ) : null}
    </>
  );
}

interface LookupListProps {
  id: string;
  anchor: HTMLElement | null;
  marked: number;
  found: FoundProduct[];
  onTake: (one: FoundProduct) => void;
  children: string;
}

function LookupList({ id, anchor, marked, found, onTake, children }: LookupListProps) {
  const t = useT();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [marked]);
  if (!anchor) return null;
  const box = anchor.getBoundingClientRect();
  const below = window.innerHeight - box.bottom > 300 || box.top < 300;
  const place = below ? { top: box.bottom } : { bottom: window.innerHeight - box.top };
  return createPortal(
    <ul
      ref={list}
      id={id}
      role="listbox"
      aria-label={t("web.lookup.product")}
      className="lookup-list"
      style={{ left: box.left, minWidth: Math.max(box.width, 320), ...place }}
    >
      {found.map((one, index) => (
        <li
          key={one.id}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === marked}
          onMouseDown={(event) => {
            event.preventDefault();
            onTake(one);
          }}
        >
          <span className="lookup-code">{one.code}</span>
          <span>{one.name}</span>
          <span className="lookup-note num">{[one.unit, one.note].filter(Boolean).join(" · ")}</span>
        </li>
      ))}
      {found.length === 0 ? (
        <li role="option" aria-selected={false} aria-disabled>
          {children}
        </li>
      ) : null}
    </ul>,
    document.body,
  );
}
