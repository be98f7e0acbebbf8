import { PauseCircleOutlined, SafetyCertificateOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Feature } from "@/kit/feature";

export default {
  routes: [
    { path: "/credit-holds", lazy: () => import("./HoldsPage") },
    { path: "/settings/credit", lazy: () => import("./SettingsPage") },
  ],
  menu: [
    {
      path: "/credit-holds",
      label: "credit.ui.holds",
      group: "credit",
      order: 1,
      permission: "credit.read",
      icon: <PauseCircleOutlined aria-hidden />,
    },
    {
      path: "/settings/credit",
      label: "credit.ui.rules",
      group: "settings",
      order: 3,
      permission: "credit.read",
      icon: <SafetyCertificateOutlined aria-hidden />,
    },
  ],
  slots: [
    {
      place: "customer.tab",
      key: "credit",
      label: "credit.ui.credit",
      order: 6,
      permission: "credit.read",
      Component: lazy(() => import("./CreditTab")),
    },
  ],
} satisfies Feature;
