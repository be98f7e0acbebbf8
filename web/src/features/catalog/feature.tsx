import { AppstoreOutlined } from "@ant-design/icons";
import type { Feature } from "@/kit/feature";

export default {
  routes: [
    { path: "/products", lazy: () => import("./ProductsPage") },
    { path: "/products/:id", lazy: () => import("./ProductsPage") },
  ],
  menu: [
    {
      path: "/products",
      label: "catalog.ui.products",
      group: "master",
      order: 2,
      permission: "catalog.read",
      icon: <AppstoreOutlined aria-hidden />,
    },
    {
      path: "/products/new",
      label: "catalog.ui.product_new",
      group: "master",
      order: 9,
      permission: "catalog.write",
      hidden: true,
    },
  ],
} satisfies Feature;
