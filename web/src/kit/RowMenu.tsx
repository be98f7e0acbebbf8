import { Dropdown, type MenuProps } from "antd";
import { useRef, useState, type ReactNode } from "react";

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

/** The one menu of a list: at the pointer, the row or the button, with the focus inside and back again. */
export function RowMenu({ state, label }: { state: RowMenuState; label: string }) {
  const { menu, close } = state;
  const last = useRef<HTMLElement | null>(null);
  if (!menu) return null;
  last.current = menu.back;
  const shut = (refocus: boolean) => {
    close();
    if (refocus) last.current?.focus();
  };
  return (
    <Dropdown
      key={`${menu.x} ${menu.y}`}
      open
      autoFocus
      trigger={["click"]}
      onOpenChange={(open) => {
        if (!open) shut(true);
      }}
      menu={{
        "aria-label": label,
        items: itemsOf(menu.actions),
        onClick: ({ key, domEvent }) => {
          domEvent.stopPropagation();
          const action = menu.actions.find((one) => one.key === key);
          shut(true);
          action?.onClick();
        },
      } as MenuProps}
    >
      <span
        aria-hidden
        style={{ position: "fixed", left: menu.x, top: menu.y, width: 1, height: 1, pointerEvents: "none" }}
      />
    </Dropdown>
  );
}

export function itemsOf(actions: RowAction[]): NonNullable<MenuProps["items"]> {
  return actions.flatMap((action) => [
    ...(action.divided ? [{ type: "divider" as const, key: `${action.key} line` }] : []),
    {
      key: action.key,
      icon: action.icon,
      danger: action.danger,
      disabled: action.disabled,
      label: action.label,
      extra: action.hint,
    },
  ]);
}

const LONG_PRESS_MS = 500;

/** A long press as a pointer menu: touch only, cancelled by moving or lifting the finger. */
export function useLongPress(onPress: (x: number, y: number, target: HTMLElement) => void) {
  const timer = useRef<number | undefined>(undefined);
  const fired = useRef(false);
  const cancel = () => window.clearTimeout(timer.current);
  return {
    start: (event: React.TouchEvent<HTMLElement>) => {
      const touch = event.touches[0];
      if (!touch || event.touches.length > 1) return cancel();
      const target = event.currentTarget;
      const { clientX, clientY } = touch;
      fired.current = false;
      cancel();
      timer.current = window.setTimeout(() => {
        fired.current = true;
        onPress(clientX, clientY, target);
      }, LONG_PRESS_MS);
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
