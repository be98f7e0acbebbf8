import { HomeOutlined } from "@ant-design/icons";
import type { Feature } from "@/kit/feature";

export default {
  routes: [{ path: "/", lazy: () => import("./StartPage") }],
  menu: [{ path: "/", label: "web.menu.start", group: "start", order: 1, icon: <HomeOutlined aria-hidden /> }],
} satisfies Feature;
