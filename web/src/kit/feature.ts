import type { ReactNode } from "react";
import type { RouteObject } from "react-router";
import type { TextKey } from "./i18n";
import type { Permission } from "./session";
import type { AnySlotPart } from "./slots";

export type MenuGroup = "start" | "sales" | "receivables" | "credit" | "figures" | "master" | "settings";

/** A line of the side menu, also found by the command palette. */
export interface MenuEntry {
  path: string;
  label: TextKey;
  group: MenuGroup;
  /** Smaller comes first within the group. */
  order: number;
  icon?: ReactNode;
  /** Shown to those who hold it. */
  permission?: Permission;
  /** Not in the menu, only in the command palette (such as "new delivery"). */
  hidden?: boolean;
}

/**
 * What a feature gives the app: `features/<slice>/feature.tsx` exports it as default and is found by itself.
 * Pages are lazy: `{ path: "/orders", lazy: () => import("./OrdersPage") }` with `export function Component()`.
 */
export interface Feature {
  routes: RouteObject[];
  menu: MenuEntry[];
  /** What it brings to pages of others (see `slots.ts`). */
  slots?: AnySlotPart[];
}
