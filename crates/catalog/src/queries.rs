use base::Price;
use db::Tx;
use kit::list::{Column, Filter, ListQuery, ListSpec, Page, Sort};
use serde::Serialize;

use crate::types::{ProductId, ProductRow};

/// A product as it is shown, in lists and alone.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ProductView {
    #[schema(value_type = String)]
    pub id: ProductId,
    pub code: String,
    pub name: String,
    pub unit: String,
    /// In the company's currency, up to 6 digits after the point.
    #[schema(value_type = String)]
    pub price: Price,
    pub barcode: String,
    pub active: bool,
    pub version: i64,
}
db::from_row! { ProductView { id, code, name, unit, price, barcode, active, version } }

impl From<ProductRow> for ProductView {
    fn from(row: ProductRow) -> ProductView {
        ProductView {
            id: row.id,
            code: row.code,
            name: row.name,
            unit: row.unit,
            price: row.price,
            barcode: row.barcode,
            active: row.active,
            version: row.version,
        }
    }
}

pub(crate) const PRODUCTS: ListSpec = ListSpec {
    columns: &[
        "p.id",
        "p.code",
        "p.name",
        "p.unit",
        "p.price_micro",
        "p.barcode",
        "p.active",
        "p.version",
    ],
    from: "catalog_product p",
    condition: "p.company_id = $1 AND p.kind = 'goods'",
    id: "p.id",
    sorts: &[
        Sort {
            name: "code",
            expression: "p.code",
            column: Column::Text,
        },
        Sort {
            name: "name",
            expression: "p.name_key",
            column: Column::Text,
        },
        Sort {
            name: "price",
            expression: "p.price_micro",
            column: Column::Int,
        },
    ],
    default_sort: "code",
    filters: &[
        Filter {
            name: "active",
            condition: "p.active = {}",
            column: Column::Int,
        },
        Filter {
            name: "code",
            condition: "p.code = {}",
            column: Column::Text,
        },
        Filter {
            name: "barcode",
            condition: "p.barcode = {}",
            column: Column::Text,
        },
    ],
    search: Some(("catalog_search", "p.id")),
};

pub(crate) fn products(tx: &mut Tx<'_>, query: &ListQuery) -> db::Result<Page<ProductView>> {
    PRODUCTS.page(tx, query)
}
