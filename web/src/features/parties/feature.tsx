import { TeamOutlined } from "@ant-design/icons";
import type { Feature } from "@/kit/feature";

export default {
  routes: [
    { path: "/customers", lazy: () => import("./CustomersPage") },
    { path: "/customers/new", lazy: () => import("./CustomersPage") },
    { path: "/customers/:id", lazy: () => import("./CustomerPage") },
  ],
  menu: [
    {
      path: "/customers",
      label: "parties.ui.customers",
      group: "master",
      order: 1,
      permission: "parties.read",
      icon: <TeamOutlined aria-hidden />,
    },
    {
      path: "/customers/new",
      label: "parties.ui.customer_new",
      group: "master",
      order: 8,
      permission: "parties.write",
      hidden: true,
    },
  ],
} satisfies Feature;
