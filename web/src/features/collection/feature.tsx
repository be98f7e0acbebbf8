import { PhoneOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Feature } from "@/kit/feature";

export default {
  routes: [{ path: "/collection", lazy: () => import("./WorkListPage") }],
  menu: [
    {
      path: "/collection",
      label: "collection.ui.work_list",
      group: "credit",
      order: 1,
      permission: "receivables.read",
      icon: <PhoneOutlined aria-hidden />,
    },
  ],
  slots: [
    {
      place: "start.panel",
      key: "broken-promises",
      order: 1,
      permission: "receivables.read",
      Component: lazy(() => import("./BrokenPanel")),
    },
  ],
} satisfies Feature;
