import { ExpandOutlined } from "@ant-design/icons";
import { Button, Drawer, Space } from "antd";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";
import { useIsNarrow } from "./hooks";
import { useT } from "./i18n";

interface DetailDrawerProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  /** Where the same thing is shown as a page. */
  href?: string;
  /** Buttons at the top right. */
  tools?: ReactNode;
  footer?: ReactNode;
  width?: number;
  loading?: boolean;
  children: ReactNode;
}

/** Details beside the list, which keeps its place. Full width on a phone. */
export function DetailDrawer(props: DetailDrawerProps) {
  const t = useT();
  const navigate = useNavigate();
  const narrow = useIsNarrow();
  const { href } = props;
  return (
    <Drawer
      open={props.open}
      onClose={props.onClose}
      title={props.title}
      size={narrow ? "100%" : (props.width ?? 760)}
      footer={props.footer}
      loading={props.loading}
      destroyOnHidden
      extra={
        <Space size={8}>
          {props.tools}
          {href ? (
            <Button
              type="text"
              href={href}
              icon={<ExpandOutlined aria-hidden />}
              aria-label={t("web.drawer.full")}
              title={t("web.drawer.full")}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey) return;
                event.preventDefault();
                void navigate(href);
              }}
            />
          ) : null}
        </Space>
      }
    >
      {props.children}
    </Drawer>
  );
}
