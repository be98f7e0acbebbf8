import { EditOutlined, FileAddOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { useParams } from "react-router";
import { useT } from "@/kit/i18n";
import { Page } from "@/kit/Page";
import { useCan } from "@/kit/session";
import { customersKey, getCustomer } from "./api";
import CustomerForm from "./CustomerForm";
import CustomerView from "./CustomerView";

const OpeningForm = lazy(() => import("./OpeningForm"));

/** One customer as a page. */
export function Component() {
  const t = useT();
  const can = useCan();
  const { id = "" } = useParams();
  const [editing, setEditing] = useState(false);
  const [opening, setOpening] = useState(false);
  const query = useQuery({
    queryKey: [...customersKey, "one", id],
    queryFn: ({ signal }) => getCustomer(id, signal),
  });
  return (
    <Page
      title={query.data?.name ?? t("parties.ui.customer")}
      beside={<span className="muted num">{query.data?.code}</span>}
      tools={
        <>
          {can("receivables.write") ? (
            <Button icon={<FileAddOutlined aria-hidden />} disabled={!query.data} onClick={() => setOpening(true)}>
              {t("parties.ui.opening_enter")}
            </Button>
          ) : null}
          {can("parties.write") ? (
            <Button icon={<EditOutlined aria-hidden />} onClick={() => setEditing(true)}>
              {t("web.form.edit")}
            </Button>
          ) : null}
        </>
      }
    >
      <div className="panel">
        <CustomerView id={id} />
      </div>
      <CustomerForm id={editing ? id : null} onClose={() => setEditing(false)} />
      <Suspense>
        <OpeningForm customer={opening ? (query.data ?? null) : null} onClose={() => setOpening(false)} />
      </Suspense>
    </Page>
  );
}
