import type { Feature, MenuEntry, MenuGroup } from "@/kit/feature";

const found = import.meta.glob<{ default: Feature }>("../features/*/feature.tsx", { eager: true });

/** All feature folders; a folder that comes or goes needs no edit here. */
export const FEATURES: Feature[] = Object.entries(found)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([, module]) => module.default);

export const SLOTS = FEATURES.flatMap((feature) => feature.slots ?? []);

export const GROUPS: readonly MenuGroup[] = ["start", "sales", "receivables", "credit", "figures", "master", "settings"];

export function menuFor(can: (permission: NonNullable<MenuEntry["permission"]>) => boolean): MenuEntry[] {
  return FEATURES.flatMap((feature) => feature.menu)
    .filter((entry) => !entry.permission || can(entry.permission))
    .sort((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group) || a.order - b.order);
}

/** The permission that the page at an address asks for, as its menu entry names it. */
export function permissionFor(pathname: string): MenuEntry["permission"] {
  const entries = FEATURES.flatMap((feature) => feature.menu)
    .filter((entry) => pathname === entry.path || (entry.path !== "/" && pathname.startsWith(`${entry.path}/`)))
    .sort((a, b) => b.path.length - a.path.length);
  return entries[0]?.permission;
}
