import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useAct } from "@/kit/act";
import { DataTable, type Column } from "@/kit/DataTable";
import { useT, useValueText, type Translate } from "@/kit/i18n";
import { Page, Panel } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { useSession } from "@/kit/session";
import { ToneTag } from "@/kit/StateTag";
import { ROLES, changeUser, listUsers, usersKey, type Member } from "./api";
import { UserForm } from "./UserForm";

/** Who may work in this company, and as what. */
export function Component() {
  const t = useT();
  const word = useValueText();
  const { user } = useSession();
  const [editing, setEditing] = useState<Member | "new" | null>(null);
  const setActive = useAct({
    act: (row: Member) => changeUser(row.id, { active: !row.active }),
    touches: [usersKey],
  });
  return (
    <Page
      title={t("access.ui.users")}
      tools={
        <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setEditing("new")}>
          {t("access.ui.user_new")}
        </Button>
      }
    >
      <ProblemAlert problem={setActive.problem} />
      <DataTable<Member>
        view="access.users"
        label={t("access.ui.users")}
        queryKey={usersKey}
        fetch={async (_request, signal) => {
          const items: Member[] = await listUsers(signal);
          return { items, next: null, count: items.length, count_is_capped: false };
        }}
        rowKey={(row) => row.id}
        columns={columnsOf(t, word)}
        searchable={false}
        onOpen={setEditing}
        rowActions={(row) => [
          { key: "edit", label: t("web.form.edit"), onClick: () => setEditing(row) },
          {
            key: "active",
            divided: true,
            disabled: row.id === user?.id,
            label: t(row.active ? "access.ui.disable" : "access.ui.enable"),
            onClick: () => setActive.run(row),
          },
        ]}
      />
      <Panel title={t("access.ui.roles")}>
        <dl className="facts">
          {ROLES.map((role) => (
            <div key={role} style={{ display: "contents" }}>
              <dt>{word("access.role", role)}</dt>
              <dd>{t(`access.ui.role_${role}`)}</dd>
            </div>
          ))}
        </dl>
      </Panel>
      <UserForm editing={editing} onClose={() => setEditing(null)} />
    </Page>
  );
}

function columnsOf(t: Translate, word: (prefix: string, value: string) => string): Column<Member>[] {
  return [
    { key: "name", title: t("access.ui.name"), opens: true, render: (row) => row.name },
    { key: "login", title: t("access.ui.login"), width: 220, render: (row) => row.login },
    { key: "role", title: t("access.ui.role"), width: 160, render: (row) => word("access.role", row.role) },
    {
      key: "language",
      title: t("web.lang.label"),
      width: 140,
      render: (row) => word("web.lang", row.language.toLowerCase().replace("-", "_")),
    },
    {
      key: "active",
      title: t("access.ui.state"),
      width: 120,
      render: (row) =>
        row.active ? t("web.state.active") : <ToneTag tone="quiet">{t("web.state.inactive")}</ToneTag>,
    },
  ];
}
