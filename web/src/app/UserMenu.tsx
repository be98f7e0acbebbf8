import { UserOutlined } from "@ant-design/icons";
import { App, Button, Dropdown } from "antd";
import { lazy, Suspense, useState } from "react";
import { useNavigate } from "react-router";
import { api, call } from "@/api/client";
import { asProblem } from "@/api/problem";
import { useIsNarrow } from "@/kit/hooks";
import { useT, useValueText } from "@/kit/i18n";
import { useSession } from "@/kit/session";
import { useAppearance } from "./Root";
import { useSessionChange, type ThemeChoice } from "./session";

const PasswordDialog = lazy(() => import("./PasswordDialog"));

/** Who is signed in, the look of the pages, and the way out. */
export function UserMenu() {
  const t = useT();
  const word = useValueText();
  const narrow = useIsNarrow();
  const { user, role } = useSession();
  const { theme, chooseTheme } = useAppearance();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const changed = useSessionChange();
  const [changingPassword, setChangingPassword] = useState(false);
  const signOut = async () => {
    try {
      await call(api.DELETE("/api/v1/session", {}));
      await navigate("/");
      await changed();
    } catch (error) {
      void message.error(asProblem(error).title || t("web.error.network"));
    }
  };
  const themes: ThemeChoice[] = ["light", "dark", "system"];
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          selectable: true,
          selectedKeys: [theme],
          items: [
            {
              key: "who",
              type: "group",
              label: `${user?.name ?? ""} · ${role ? word("access.role", role) : ""}`,
            },
            {
              key: "theme",
              type: "group",
              label: t("web.theme.label"),
              children: themes.map((one) => ({ key: one, label: t(`web.theme.${one}`) })),
            },
            { type: "divider" },
            { key: "password", label: t("web.user.password") },
            { key: "out", label: t("web.user.sign_out") },
          ],
          onClick: ({ key }) => {
            if (key === "out") void signOut();
            else if (key === "password") setChangingPassword(true);
            else chooseTheme(key as ThemeChoice);
          },
        }}
      >
        <Button type="text" icon={<UserOutlined aria-hidden />} aria-label={`${t("web.user.menu")}: ${user?.name ?? ""}`}>
          {narrow ? null : user?.name}
        </Button>
      </Dropdown>
      {changingPassword ? (
        <Suspense>
          <PasswordDialog onClose={() => setChangingPassword(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
