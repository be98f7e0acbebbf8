import { EditOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useNavigate, useParams } from "react-router";
import { DataTable, type Column } from "@/kit/DataTable";
import { useT, type Translate } from "@/kit/i18n";
import { PriceText } from "@/kit/MoneyText";
import { Page } from "@/kit/Page";
import { useCan, useSession } from "@/kit/session";
import { ToneTag } from "@/kit/StateTag";
import { useAct } from "@/kit/act";
import { listProducts, productsKey, saveProduct, type Product } from "./api";
import { ProductForm } from "./ProductForm";

/** The list of products; the address says which one is open in the form beside it. */
export function Component() {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const { id } = useParams();
  const { company } = useSession();
  const mayWrite = can("catalog.write");
  const open = (to: string | null) => void navigate({ pathname: to ? `/products/${to}` : "/products", search: location.search });
  const setActive = useAct({
    act: (row: Product) => saveProduct(row.id, { ...bodyOf(row), active: !row.active }),
    touches: [productsKey],
  });
  return (
    <Page
      title={t("catalog.ui.products")}
      beside={<span className="muted">{company?.currency}</span>}
      tools={
        mayWrite ? (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => open("new")}>
            {t("catalog.ui.product_new")}
          </Button>
        ) : null
      }
    >
      <DataTable<Product>
        view="catalog.products"
        label={t("catalog.ui.products")}
        queryKey={productsKey}
        fetch={listProducts}
        rowKey={(row) => row.id}
        columns={columnsOf(t)}
        defaultSort="code"
        searchPlaceholder={t("catalog.ui.search")}
        filters={[
          {
            key: "active",
            kind: "select",
            label: t("catalog.ui.state"),
            options: [
              { value: "1", label: t("web.state.active") },
              { value: "0", label: t("web.state.inactive") },
            ],
          },
        ]}
        onOpen={(row) => open(row.id)}
        openHref={(row) => `/products/${row.id}`}
        rowActions={(row) => [
          { key: "open", label: t(mayWrite ? "web.form.edit" : "web.form.open"), icon: <EditOutlined aria-hidden />, onClick: () => open(row.id) },
          ...(mayWrite
            ? [
                {
                  key: "active",
                  divided: true,
                  label: t(row.active ? "catalog.ui.deactivate" : "catalog.ui.activate"),
                  onClick: () => setActive.run(row),
                },
              ]
            : []),
        ]}
        empty={t("catalog.ui.empty")}
      />
      <ProductForm id={id ?? null} readOnly={!mayWrite} onClose={() => open(null)} />
    </Page>
  );
}

function columnsOf(t: Translate): Column<Product>[] {
  return [
    { key: "code", title: t("catalog.ui.code"), sort: "code", opens: true, width: 140, render: (row) => row.code },
    { key: "name", title: t("catalog.ui.name"), sort: "name", opens: true, render: (row) => row.name },
    { key: "unit", title: t("catalog.ui.unit"), width: 90, render: (row) => row.unit },
    {
      key: "price",
      title: t("catalog.ui.price"),
      sort: "price",
      figures: true,
      width: 140,
      render: (row) => <PriceText value={row.price} />,
    },
    { key: "barcode", title: t("catalog.ui.barcode"), extra: true, width: 150, render: (row) => row.barcode },
    {
      key: "active",
      title: t("catalog.ui.state"),
      width: 110,
      render: (row) => (row.active ? null : <ToneTag tone="quiet">{t("web.state.inactive")}</ToneTag>),
    },
  ];
}

export function bodyOf(row: Product) {
  const { code, name, unit, price, barcode, active, version } = row;
  return { code, name, unit, price, barcode, active, version };
}
