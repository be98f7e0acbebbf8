import { CarOutlined, RollbackOutlined, ShoppingOutlined } from "@ant-design/icons";
import type { Feature } from "@/kit/feature";

export default {
  routes: [
    { path: "/orders", lazy: () => import("./OrdersPage") },
    { path: "/orders/:id", lazy: () => import("./OrderPage") },
    { path: "/deliveries", lazy: () => import("./DeliveriesPage") },
    { path: "/deliveries/:id", lazy: () => import("./DeliveryPage") },
    { path: "/returns", lazy: () => import("./ReturnsPage") },
    { path: "/returns/:id", lazy: () => import("./DeliveryPage") },
  ],
  menu: [
    {
      path: "/orders",
      label: "sales.ui.orders",
      group: "sales",
      order: 1,
      permission: "sales.read",
      icon: <ShoppingOutlined aria-hidden />,
    },
    {
      path: "/deliveries",
      label: "sales.ui.deliveries",
      group: "sales",
      order: 2,
      permission: "sales.read",
      icon: <CarOutlined aria-hidden />,
    },
    {
      path: "/returns",
      label: "sales.ui.returns",
      group: "sales",
      order: 3,
      permission: "sales.read",
      icon: <RollbackOutlined aria-hidden />,
    },
    { path: "/orders/new", label: "sales.ui.order_new", group: "sales", order: 7, permission: "sales.write", hidden: true },
    {
      path: "/deliveries/new",
      label: "sales.ui.delivery_new",
      group: "sales",
      order: 8,
      permission: "sales.write",
      hidden: true,
    },
    { path: "/returns/new", label: "sales.ui.return_new", group: "sales", order: 9, permission: "sales.write", hidden: true },
  ],
} satisfies Feature;
