/** Which columns of a list a person sees, and in what order; kept per user and view. */
export interface ColumnChoice {
  order: string[];
  hidden: string[];
}

interface ColumnInfo {
  key: string;
  /** Not shown until chosen. */
  extra?: boolean;
}

/** Keeps a stored choice usable after columns came or went: new ones appear where the list puts them. */
export function settleChoice(columns: readonly ColumnInfo[], stored: Partial<ColumnChoice> | null): ColumnChoice {
  const keys = columns.map((column) => column.key);
  const storedOrder = (stored?.order ?? []).filter((key) => keys.includes(key));
  const order = [...storedOrder];
  keys.forEach((key, index) => {
    if (order.includes(key)) return;
    const before = keys.slice(0, index).reverse().find((one) => order.includes(one));
    order.splice(before === undefined ? 0 : order.indexOf(before) + 1, 0, key);
  });
  const hidden = columns
    .filter((column) =>
      storedOrder.includes(column.key) ? (stored?.hidden ?? []).includes(column.key) : column.extra === true,
    )
    .map((column) => column.key);
  return { order, hidden };
}

/** The list's order where only few columns fit: those that lead come first. */
export function leadFirst<C extends { lead?: boolean }>(columns: readonly C[]): C[] {
  return [...columns.filter((column) => column.lead), ...columns.filter((column) => !column.lead)];
}

export function moveColumn(choice: ColumnChoice, key: string, by: -1 | 1): ColumnChoice {
  const order = [...choice.order];
  const from = order.indexOf(key);
  const to = from + by;
  if (from < 0 || to < 0 || to >= order.length) return choice;
  order.splice(to, 0, ...order.splice(from, 1));
  return { ...choice, order };
}

export function readChoice(name: string): Partial<ColumnChoice> | null {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null") as Partial<ColumnChoice> | null;
  } catch {
    return null;
  }
}

export function keepChoice(name: string, choice: ColumnChoice | null): void {
  try {
    if (choice) localStorage.setItem(name, JSON.stringify(choice));
    else localStorage.removeItem(name);
  } catch {
    // A browser without storage still shows the list; only the choice is not kept.
  }
}
