import { Suspense } from "react";
import { useSlots } from "@/kit/slots";

interface ReceiptSlotProps {
  open: boolean;
  customerId: string | null | undefined;
  amount?: string;
  onClose: () => void;
  onDone?: () => void;
}

/** The dialog that registers money, where a feature brings one. */
export function ReceiptSlot({ open, customerId, ...rest }: ReceiptSlotProps) {
  const parts = useSlots("receipt.dialog");
  if (!open || !customerId) return null;
  return (
    <Suspense fallback={null}>
      {parts.slice(0, 1).map(({ key, Component }) => (
        <Component key={key} open customerId={customerId} {...rest} />
      ))}
    </Suspense>
  );
}

/** May this person register receipts, and is there a dialog for it? */
export function useHasReceipts(): boolean {
  return useSlots("receipt.dialog").length > 0;
}
