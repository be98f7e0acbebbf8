import { CalendarOutlined, TeamOutlined } from "@ant-design/icons";
import type { Feature } from "@/kit/feature";

export default {
  routes: [
    { path: "/customers", lazy: () => import("./CustomersPage") },
    { path: "/customers/new", lazy: () => import("./CustomersPage") },
    { path: "/customers/:id", lazy: () => import("./CustomerPage") },
    { path: "/settings/holidays", lazy: () => import("./HolidaysPage") },
    { path: "/settings/holidays/:id", lazy: () => import("./HolidaysPage") },
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
    {
      path: "/settings/holidays",
      label: "parties.ui.holidays",
      group: "settings",
      order: 3,
      permission: "parties.read",
      icon: <CalendarOutlined aria-hidden />,
    },
  ],
} satisfies Feature;
