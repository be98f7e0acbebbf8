import { Button, Result } from "antd";
import { Link } from "react-router";
import { useT } from "@/kit/i18n";
import { Page } from "@/kit/Page";

export function NotFound() {
  const t = useT();
  return (
    <Page title={t("web.notfound.title")}>
      <Result
        status="info"
        subTitle={t("web.notfound.text")}
        extra={
          <Link to="/">
            <Button type="primary">{t("web.notfound.home")}</Button>
          </Link>
        }
      />
    </Page>
  );
}
