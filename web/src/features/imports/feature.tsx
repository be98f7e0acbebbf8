import { ImportOutlined } from "@ant-design/icons";
import type { Feature } from "@/kit/feature";

export default {
  routes: [
    { path: "/imports", lazy: () => import("./ImportsPage") },
    { path: "/imports/new", lazy: () => import("./NewImportPage") },
    { path: "/imports/:id", lazy: () => import("./ImportPage") },
  ],
  menu: [
    {
      path: "/imports",
      label: "imports.ui.title",
      group: "master",
      order: 5,
      permission: "imports.run",
      icon: <ImportOutlined aria-hidden />,
    },
    {
      path: "/imports/new",
      label: "imports.ui.new",
      group: "master",
      order: 9,
      permission: "imports.run",
      hidden: true,
    },
  ],
} satisfies Feature;
