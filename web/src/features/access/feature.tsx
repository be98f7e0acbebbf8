import { BankOutlined, LockOutlined, UserSwitchOutlined } from "@ant-design/icons";
import type { Feature } from "@/kit/feature";

export default {
  routes: [
    { path: "/settings/users", lazy: () => import("./UsersPage") },
    { path: "/settings/lock-date", lazy: () => import("./LockPage") },
    { path: "/settings/company", lazy: () => import("./CompanyPage") },
  ],
  menu: [
    {
      path: "/settings/users",
      label: "access.ui.users",
      group: "settings",
      order: 1,
      permission: "access.manage",
      icon: <UserSwitchOutlined aria-hidden />,
    },
    {
      path: "/settings/company",
      label: "access.ui.company",
      group: "settings",
      order: 2,
      permission: "access.manage",
      icon: <BankOutlined aria-hidden />,
    },
    {
      path: "/settings/lock-date",
      label: "access.ui.lock_page",
      group: "settings",
      order: 3,
      permission: "access.lock",
      icon: <LockOutlined aria-hidden />,
    },
  ],
} satisfies Feature;
