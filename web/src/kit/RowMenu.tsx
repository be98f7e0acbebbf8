import { useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { createPortal } from "react-dom";

export interface RowAction {
  key: string;
  label: ReactNode;
  icon?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  /** Why it is disabled, or its shortcut; shown beside the label. */
  hint?: ReactNode;
  /** A line above. */
  divided?: boolean;
  onClick: () => void;
}

interface OpenMenu {
  x: number;
  y: number;
  actions: RowAction[];
  back: HTMLElement | null;
}

export interface RowMenuState {
  menu: OpenMenu | null;
  openAt: (x: number, y: number, actions: RowAction[], back?: HTMLElement | null) => void;
  openBeside: (element: HTMLElement, actions: RowAction[]) => void;
  close: () => void;
}

export function useRowMenu(): RowMenuState {
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const openAt: RowMenuState["openAt"] = (x, y, actions, back = null) => {
    if (actions.length > 0) setMenu({ x, y, actions, back });
  };
  return {
    menu,
    openAt,
    openBeside: (element, actions) => {
      const box = element.getBoundingClientRect();
      openAt(box.left + Math.min(24, box.width / 2), box.bottom - 4, actions, element);
    },
    close: () => setMenu(null),
  };
}

/**
 * The one menu of a list: at the pointer, the row or the button, with the focus inside at once (so that
 * Shift+F10, arrow, Enter typed in one go reach it) and back again afterwards.
 */
export function RowMenu({ state, label }: { state: RowMenuState; label: string }) {
  if (!state.menu) return null;
  const { x, y } = state.menu;
  return createPortal(
    <Menu key={`${x} ${y}`} menu={state.menu} label={label} onClose={state.close} />,
    document.getElementById("popups") ?? document.body,
  );
}

function Menu({ menu, label, onClose }: { menu: OpenMenu; label: string; onClose: () => void }) {
  const list = useRef<HTMLUListElement>(null);
  const [place, setPlace] = useState({ left: menu.x, top: menu.y });
  const close = (refocus: boolean) => {
    onClose();
    if (refocus) menu.back?.focus();
  };
  const shut = useRef(onClose);
  useLayoutEffect(() => {
    shut.current = onClose;
  });
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const box = element.getBoundingClientRect();
    setPlace({
      left: Math.max(4, Math.min(menu.x, window.innerWidth - box.width - 4)),
      top: Math.max(4, menu.y + box.height > window.innerHeight ? menu.y - box.height : menu.y),
    });
    itemsIn(element)[0]?.focus({ preventScroll: true });
    const leave = (event: Event) => {
      if (!(event.target instanceof Node && element.contains(event.target))) shut.current();
    };
    window.addEventListener("pointerdown", leave, true);
    window.addEventListener("scroll", leave, true);
    window.addEventListener("resize", leave);
    return () => {
      window.removeEventListener("pointerdown", leave, true);
      window.removeEventListener("scroll", leave, true);
      window.removeEventListener("resize", leave);
    };
  }, [menu]);
  const onKeyDown = (event: KeyboardEvent<HTMLUListElement>) => {
    event.stopPropagation();
    const items = itemsIn(event.currentTarget);
    const at = items.findIndex((item) => item === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) items[(to + items.length) % items.length]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close(true);
    else if (event.key !== "ContextMenu") return;
    event.preventDefault();
  };
  return (
    <ul
      ref={list}
      role="menu"
      aria-label={label}
      className="row-menu"
      style={place}
      onKeyDown={onKeyDown}
      onContextMenu={(event) => event.preventDefault()}
    >
      {menu.actions.map((action) => (
        <li key={action.key} role="none" className={action.divided ? "row-menu-divided" : undefined}>
          <button
            type="button"
            role="menuitem"
            tabIndex={-1}
            aria-disabled={action.disabled}
            className={action.danger ? "row-menu-danger" : undefined}
            onPointerEnter={(event) => event.currentTarget.focus({ preventScroll: true })}
            onClick={(event) => {
              event.stopPropagation();
              if (action.disabled) return;
              close(true);
              action.onClick();
            }}
          >
            <span className="row-menu-icon">{action.icon}</span>
            <span>{action.label}</span>
            {action.hint ? <span className="row-menu-hint">{action.hint}</span> : null}
          </button>
        </li>
      ))}
    </ul>
  );
}

function itemsIn(list: HTMLElement): HTMLButtonElement[] {
  return [...list.querySelectorAll<HTMLButtonElement>('[role="menuitem"]')];
}

const LONG_PRESS_MS = 500;

/** A finger trembles; more than this is a scroll. */
const TREMBLE_PX = 10;

/** A long press as a pointer menu: touch only, cancelled by moving or lifting the finger. */
export function useLongPress(onPress: (x: number, y: number, target: HTMLElement) => void) {
  const timer = useRef<number | undefined>(undefined);
  const from = useRef({ x: 0, y: 0 });
  const fired = useRef(false);
  const cancel = () => window.clearTimeout(timer.current);
  return {
    start: (event: React.TouchEvent<HTMLElement>) => {
      const touch = event.touches[0];
      fired.current = false;
      cancel();
      if (!touch || event.touches.length > 1) return;
      const target = event.currentTarget;
      const { clientX, clientY } = touch;
      from.current = { x: clientX, y: clientY };
      timer.current = window.setTimeout(() => {
        fired.current = true;
        onPress(clientX, clientY, target);
      }, LONG_PRESS_MS);
    },
    move: (event: React.TouchEvent<HTMLElement>) => {
      const touch = event.touches[0];
      const { x, y } = from.current;
      if (!touch || Math.abs(touch.clientX - x) + Math.abs(touch.clientY - y) > TREMBLE_PX) cancel();
    },
    cancel,
    /** True once after a long press, so that the click which follows opens nothing. */
    wasLong: () => {
      const was = fired.current;
      fired.current = false;
      return was;
    },
  };
}
