import { MenuOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, Drawer, Layout } from "antd";
import { Suspense, useState } from "react";
import { Outlet, useLocation, useNavigation } from "react-router";
import { useHotkeys, useIsNarrow } from "@/kit/hooks";
import { useT } from "@/kit/i18n";
import { Waiting } from "@/kit/Page";
import { useCan } from "@/kit/session";
import { useSlots } from "@/kit/slots";
import { CommandPalette } from "./CommandPalette";
import { CompanySwitch } from "./CompanySwitch";
import { permissionFor } from "./features";
import { LanguageSwitch } from "./LanguageSwitch";
import { NotFound } from "./NotFound";
import { SideMenu } from "./SideMenu";
import { UserMenu } from "./UserMenu";
import "./shell.css";

/** The frame of all pages: menu at the left (a drawer on a phone), search and switches above. */
export function Shell() {
  const t = useT();
  const narrow = useIsNarrow();
  const [menuOpen, setMenuOpen] = useState(false);
  const [paletteOpen, setPaletteOpen] = useState(false);
  useHotkeys({ "ctrl+k": () => setPaletteOpen(true) });
  const navigation = useNavigation();
  const { pathname } = useLocation();
  const can = useCan();
  const signs = useSlots("frame.head");
  const permission = permissionFor(pathname);
  return (
    <Layout className="shell" hasSider={!narrow}>
      <a className="skip-link" href="#content">
        {t("web.app.skip")}
      </a>
      {narrow ? (
        <Drawer
          open={menuOpen}
          onClose={() => setMenuOpen(false)}
          placement="left"
          size={260}
          title={<CompanySwitch />}
          styles={{ body: { padding: 8 } }}
        >
          <SideMenu onGo={() => setMenuOpen(false)} />
        </Drawer>
      ) : (
        <Layout.Sider width={208} className="shell-side">
          <div className="shell-company">
            <CompanySwitch />
          </div>
          <SideMenu />
        </Layout.Sider>
      )}
      <Layout>
        <Layout.Header className="shell-head">
          {narrow ? (
            <Button
              type="text"
              icon={<MenuOutlined aria-hidden />}
              aria-label={t("web.menu.open")}
              onClick={() => setMenuOpen(true)}
            />
          ) : null}
          <button type="button" className="shell-search" onClick={() => setPaletteOpen(true)}>
            <SearchOutlined aria-hidden />
            <span className="shell-search-text">{t("web.palette.open")}</span>
            {narrow ? null : <kbd>{"Ctrl K"}</kbd>}
          </button>
          <div className="shell-right">
            <Suspense fallback={null}>
              {signs.map(({ key, Component: Sign }) => (
                <Sign key={key} />
              ))}
            </Suspense>
            <LanguageSwitch />
            <UserMenu />
          </div>
        </Layout.Header>
        <main id="content" tabIndex={-1} className="shell-main" aria-busy={navigation.state === "loading"}>
          <Suspense fallback={<Waiting />}>
            {permission && !can(permission) ? <NotFound /> : <Outlet />}
          </Suspense>
        </main>
      </Layout>
      <CommandPalette open={paletteOpen} onClose={() => setPaletteOpen(false)} />
    </Layout>
  );
}
