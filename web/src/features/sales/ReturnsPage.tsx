import { DeliveryList } from "./DeliveryList";

export function Component() {
  return <DeliveryList kind="return" />;
}
