import { DownOutlined } from "@ant-design/icons";
import { App, Button, Dropdown } from "antd";
import { useNavigate } from "react-router";
import { api, call } from "@/api/client";
import { asProblem } from "@/api/problem";
import { useT } from "@/kit/i18n";
import { useSession } from "@/kit/session";
import { useSessionChange } from "./session";

/** The set of books one works in. With one company only, its name. */
export function CompanySwitch() {
  const t = useT();
  const { company, companies } = useSession();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const changed = useSessionChange();
  const name = company?.name ?? t("web.app.name");
  if (companies.length < 2) return <strong className="nowrap">{name}</strong>;
  const switchTo = async (id: string) => {
    try {
      await call(api.POST("/api/v1/session/company", { body: { company_id: id } }));
      await navigate("/");
      await changed();
    } catch (error) {
      void message.error(asProblem(error).title || t("web.error.title"));
    }
  };
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        selectable: true,
        selectedKeys: company ? [company.id] : [],
        items: companies.map((one) => ({ key: one.id, label: `${one.name} (${one.code})` })),
        onClick: ({ key }) => void switchTo(key),
      }}
    >
      <Button type="text" aria-label={`${t("web.company.switch")}: ${name}`} style={{ maxWidth: 184, paddingInline: 4 }}>
        <strong style={{ overflow: "hidden", textOverflow: "ellipsis" }}>{name}</strong>
        <DownOutlined aria-hidden />
      </Button>
    </Dropdown>
  );
}
