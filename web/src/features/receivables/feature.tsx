import { AccountBookOutlined, CarryOutOutlined, FieldTimeOutlined, StopOutlined, WalletOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Feature } from "@/kit/feature";

export default {
  routes: [
    { path: "/unsettled-orders", lazy: () => import("./UnsettledPage") },
    { path: "/receipts", lazy: () => import("./ReceiptsPage") },
    { path: "/receipts/new", lazy: () => import("./WriteOffPage") },
    { path: "/receipts/:id", lazy: () => import("./ReceiptPage") },
    { path: "/receipts-on-account", lazy: () => import("./OnAccountPage") },
    { path: "/write-off", lazy: () => import("./WriteOffPage") },
    { path: "/bad-debts", lazy: () => import("./BadDebtsPage") },
    { path: "/ageing", lazy: () => import("./AgeingPage") },
  ],
  menu: [
    {
      path: "/unsettled-orders",
      label: "receivables.ui.unsettled",
      group: "receivables",
      order: 3,
      permission: "receivables.read",
      icon: <AccountBookOutlined aria-hidden />,
    },
    {
      path: "/receipts",
      label: "receivables.ui.receipts",
      group: "receivables",
      order: 2,
      permission: "receivables.read",
      icon: <WalletOutlined aria-hidden />,
    },
    {
      path: "/write-off",
      label: "receivables.ui.write_off_page",
      group: "receivables",
      order: 4,
      permission: "receivables.write",
      icon: <CarryOutOutlined aria-hidden />,
    },
    {
      path: "/bad-debts",
      label: "receivables.ui.bad_debts",
      group: "receivables",
      order: 6,
      permission: "receivables.read",
      icon: <StopOutlined aria-hidden />,
    },
    {
      path: "/ageing",
      label: "receivables.ui.ageing",
      group: "receivables",
      order: 7,
      permission: "receivables.read",
      icon: <FieldTimeOutlined aria-hidden />,
    },
    {
      path: "/receipts-on-account",
      label: "receivables.ui.on_account_list",
      group: "receivables",
      order: 8,
      permission: "receivables.read",
      hidden: true,
    },
  ],
  slots: [
    {
      place: "customer.tab",
      key: "open-items",
      label: "receivables.ui.open_items",
      order: 1,
      permission: "receivables.read",
      Component: lazy(() => import("./OpenItemsTab")),
    },
    {
      place: "customer.tab",
      key: "ledger",
      label: "receivables.ui.ledger",
      order: 2,
      permission: "receivables.read",
      Component: lazy(() => import("./LedgerTab")),
    },
    {
      place: "receipt.dialog",
      key: "receipt",
      permission: "receivables.write",
      Component: lazy(() => import("./ReceiptDialog")),
    },
    {
      place: "order.panel",
      key: "settlement",
      permission: "receivables.read",
      Component: lazy(() => import("./OrderSettlement")),
    },
  ],
} satisfies Feature;
