import { EditOutlined, FileAddOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { DataTable, type Column } from "@/kit/DataTable";
import { InstantText } from "@/kit/DayText";
import { DetailDrawer } from "@/kit/DetailDrawer";
import { useT, type Translate } from "@/kit/i18n";
import { Page, Waiting } from "@/kit/Page";
import { useCan } from "@/kit/session";
import { ToneTag } from "@/kit/StateTag";
import { customersKey, getSalespersons, listCustomers, salespersonsKey, type CustomerItem } from "./api";

const CustomerForm = lazy(() => import("./CustomerForm"));
const OpeningForm = lazy(() => import("./OpeningForm"));
const CustomerView = lazy(() => import("./CustomerView"));

/** All customers; a click opens one beside the list, Ctrl-click as a page. */
export function Component() {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const location = useLocation();
  const mayWrite = can("parties.write");
  const [open, setOpen] = useState<CustomerItem | null>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const [opening, setOpening] = useState<CustomerItem | null>(null);
  const isNew = location.pathname === "/customers/new";
  const people = useQuery({ queryKey: salespersonsKey, queryFn: ({ signal }) => getSalespersons(signal) });
  const names = new Map<string, string>(
    (people.data ?? []).map((one: { id: string; name: string }) => [one.id, one.name]),
  );
  return (
    <Page
      title={t("parties.ui.customers")}
      tools={
        mayWrite ? (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => void navigate("/customers/new")}>
            {t("parties.ui.customer_new")}
          </Button>
        ) : null
      }
    >
      <DataTable<CustomerItem>
        view="parties.customers"
        label={t("parties.ui.customers")}
        queryKey={customersKey}
        fetch={listCustomers}
        rowKey={(row) => row.id}
        columns={columnsOf(t, names)}
        defaultSort="code"
        searchPlaceholder={t("parties.ui.search")}
        filters={[
          {
            key: "salesperson_id",
            kind: "select",
            label: t("parties.ui.salesperson"),
            options: [...names].map(([value, label]) => ({ value, label })),
          },
          {
            key: "active",
            kind: "select",
            label: t("parties.ui.state"),
            options: [
              { value: "1", label: t("web.state.active") },
              { value: "0", label: t("web.state.inactive") },
            ],
          },
        ]}
        onOpen={setOpen}
        openHref={(row) => `/customers/${row.id}`}
        rowActions={(row) => [
          { key: "open", label: t("web.form.open"), onClick: () => setOpen(row) },
          { key: "page", label: t("web.drawer.full"), onClick: () => void navigate(`/customers/${row.id}`) },
          ...(mayWrite
            ? [
                {
                  key: "edit",
                  label: t("web.form.edit"),
                  icon: <EditOutlined aria-hidden />,
                  onClick: () => setEditing(row.id),
                },
              ]
            : []),
          ...(can("receivables.write")
            ? [
                {
                  key: "opening",
                  label: t("parties.ui.opening_enter"),
                  icon: <FileAddOutlined aria-hidden />,
                  onClick: () => setOpening(row),
                },
              ]
            : []),
        ]}
        empty={t("parties.ui.empty")}
      />
      <DetailDrawer
        open={open !== null}
        onClose={() => setOpen(null)}
        title={open?.name}
        href={open ? `/customers/${open.id}` : undefined}
        tools={
          mayWrite && open ? (
            <Button icon={<EditOutlined aria-hidden />} onClick={() => setEditing(open.id)}>
              {t("web.form.edit")}
            </Button>
          ) : null
        }
      >
        {open ? (
          <Suspense fallback={<Waiting />}>
            <CustomerView id={open.id} />
          </Suspense>
        ) : null}
      </DetailDrawer>
      <Suspense>
        <CustomerForm
          id={isNew ? "new" : editing}
          onClose={() => {
            setEditing(null);
            if (isNew) void navigate("/customers");
          }}
        />
        <OpeningForm customer={opening} onClose={() => setOpening(null)} />
      </Suspense>
    </Page>
  );
}

function columnsOf(t: Translate, names: ReadonlyMap<string, string>): Column<CustomerItem>[] {
  return [
    { key: "code", title: t("parties.ui.code"), sort: "code", opens: true, width: 120, render: (row) => row.code },
    { key: "name", title: t("parties.ui.name"), sort: "name", opens: true, render: (row) => row.name },
    { key: "contact", title: t("parties.ui.contact"), width: 120, render: (row) => row.contact },
    { key: "phone", title: t("parties.ui.phone"), width: 140, render: (row) => <span className="num">{row.phone}</span> },
    { key: "email", title: t("parties.ui.email"), extra: true, width: 200, render: (row) => row.email },
    { key: "currency", title: t("parties.ui.currency"), width: 80, render: (row) => row.currency },
    {
      key: "salesperson",
      title: t("parties.ui.salesperson"),
      width: 120,
      render: (row) => (row.salesperson_id ? names.get(row.salesperson_id) : null),
    },
    {
      key: "active",
      title: t("parties.ui.state"),
      width: 100,
      render: (row) => (row.active ? null : <ToneTag tone="quiet">{t("web.state.inactive")}</ToneTag>),
    },
    {
      key: "created",
      title: t("parties.ui.created"),
      sort: "created",
      extra: true,
      width: 150,
      render: (row) => <InstantText value={row.created_at} />,
    },
  ];
}
