import { createContext, useContext, type ComponentType } from "react";
import type { TextKey } from "./i18n";
import { useCan, type Permission } from "./session";

/**
 * Places where one feature shows what another one brings, without knowing it. A place is a name and the props
 * that its parts are given; add yours here.
 */
export interface SlotProps {
  /** A tab on the customer's page. */
  "customer.tab": { customerId: string };
  /** A dialog that registers and allocates money; mounted while `open`. */
  "receipt.dialog": {
    open: boolean;
    customerId: string;
    /** Ledger entries to settle first, such as those of a statement. */
    entries?: string[];
    /** What is asked for carries all earlier statements too: everything on them is settled with it. */
    carried?: boolean;
    /** What is asked for, as a first proposal of the amount. */
    amount?: string;
    onClose: () => void;
    onDone?: () => void;
  };
  /** On an order's page, below its lines. */
  "order.panel": { orderId: string };
  /** A small sign in the frame of all pages, at its right end. */
  "frame.head": object;
  /** A panel on the start page, below the four questions. */
  "start.panel": object;
}

export type SlotPlace = keyof SlotProps;

export interface SlotPart<Place extends SlotPlace = SlotPlace> {
  place: Place;
  key: string;
  label?: TextKey;
  order?: number;
  permission?: Permission;
  /** Use `lazy(() => import("./X"))` so that its code comes when it is shown. */
  Component: ComponentType<SlotProps[Place]>;
}

/** One part of any place, as a feature lists them. */
export type AnySlotPart = { [Place in SlotPlace]: SlotPart<Place> }[SlotPlace];

export const SlotsContext = createContext<readonly AnySlotPart[]>([]);

/** The parts that features bring for a place, in order, as far as the role may see them. */
export function useSlots<Place extends SlotPlace>(place: Place): SlotPart<Place>[] {
  const parts = useContext(SlotsContext);
  const can = useCan();
  return parts
    .filter((part) => part.place === place && (!part.permission || can(part.permission)))
    .sort((a, b) => (a.order ?? 0) - (b.order ?? 0)) as unknown as SlotPart<Place>[];
}
