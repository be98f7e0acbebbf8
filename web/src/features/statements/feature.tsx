import { CalendarOutlined, CommentOutlined, FileDoneOutlined, SafetyCertificateOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Feature } from "@/kit/feature";

export default {
  routes: [
    { path: "/statements", lazy: () => import("./StatementsPage") },
    { path: "/statements/:id", lazy: () => import("./StatementPage") },
    { path: "/periods", lazy: () => import("./PeriodsPage") },
    { path: "/nothing-forgotten", lazy: () => import("./GuardPage") },
    { path: "/settings/statements", lazy: () => import("./SettingsPage") },
    { path: "/disputes", lazy: () => import("./DisputesPage") },
    { path: "/disputes/:id", lazy: () => import("./DisputesPage") },
  ],
  menu: [
    {
      path: "/statements",
      label: "statements.ui.statements",
      group: "receivables",
      order: 1,
      permission: "statements.read",
      icon: <FileDoneOutlined aria-hidden />,
    },
    {
      path: "/nothing-forgotten",
      label: "statements.ui.guard",
      group: "receivables",
      order: 2,
      permission: "statements.read",
      icon: <SafetyCertificateOutlined aria-hidden />,
    },
    {
      path: "/settings/statements",
      label: "statements.ui.settings",
      group: "settings",
      order: 3,
      permission: "access.manage",
      icon: <FileDoneOutlined aria-hidden />,
    },
    {
      path: "/disputes",
      label: "statements.ui.disputes",
      group: "credit",
      order: 3,
      permission: "statements.read",
      icon: <CommentOutlined aria-hidden />,
    },
    {
      path: "/periods",
      label: "statements.ui.periods",
      group: "receivables",
      order: 9,
      permission: "statements.read",
      icon: <CalendarOutlined aria-hidden />,
    },
  ],
  slots: [
    {
      place: "customer.tab",
      key: "statements",
      label: "statements.ui.statements",
      order: 3,
      permission: "statements.read",
      Component: lazy(() => import("./CustomerTab")),
    },
  ],
} satisfies Feature;
