import { CalendarOutlined, FundOutlined, SafetyCertificateOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Feature } from "@/kit/feature";

export default {
  routes: [
    { path: "/figures", lazy: () => import("./FiguresPage") },
    { path: "/figures/customers/:id", lazy: () => import("./CustomerAtPage") },
    { path: "/cash", lazy: () => import("./CashPage") },
    { path: "/check", lazy: () => import("./CheckPage") },
  ],
  menu: [
    {
      path: "/figures",
      label: "reports.ui.figures",
      group: "figures",
      order: 2,
      permission: "reports.read",
      icon: <CalendarOutlined aria-hidden />,
    },
    {
      path: "/cash",
      label: "reports.ui.cash",
      group: "figures",
      order: 3,
      permission: "reports.read",
      icon: <FundOutlined aria-hidden />,
    },
    {
      path: "/check",
      label: "reports.ui.check",
      group: "settings",
      order: 20,
      permission: "reports.read",
      icon: <SafetyCertificateOutlined aria-hidden />,
    },
  ],
  slots: [
    {
      place: "frame.head",
      key: "check",
      permission: "reports.read",
      Component: lazy(() => import("./CheckBadge")),
    },
  ],
} satisfies Feature;
