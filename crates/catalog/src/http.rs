use axum::Json;
use base::Price;
use kit::list::{ListParams, ListQuery, Page};
use kit::{Act, Answer, AppState, Ctx, HttpResult, JsonBody, PathId, ProblemBody};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::queries::{self, ProductView};
use crate::types::{NewProduct, Product, ProductId};
use crate::{commands, store};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_products, create_product))
        .routes(routes!(get_product, update_product))
}

/// A product to write. An empty code takes the next number, or keeps the old code.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ProductInput {
    #[serde(default)]
    code: String,
    name: String,
    #[serde(default)]
    unit: String,
    /// In the company's currency, up to 6 digits after the point.
    #[schema(value_type = String)]
    price: Price,
    #[serde(default)]
    barcode: String,
    #[serde(default = "yes")]
    active: bool,
    /// The version that was looked at; needed to change a product.
    #[serde(default)]
    version: i64,
}

fn yes() -> bool {
    true
}

impl ProductInput {
    fn product(&self) -> NewProduct {
        NewProduct {
            code: self.code.clone(),
            name: self.name.clone(),
            unit: self.unit.clone(),
            price: self.price,
            barcode: self.barcode.clone(),
            active: self.active,
        }
    }
}

/// Products. Filters: active (0 or 1), code, barcode. Sorts: code, name, price.
#[utoipa::path(
    get, path = "/products", tag = "catalog", operation_id = "list_products", params(ListParams),
    extensions(("x-permission" = json!("catalog.read"))),
    responses((status = 200, body = Page<ProductView>), (status = "default", body = ProblemBody))
)]
async fn list_products(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<ProductView>>> {
    Ok(Json(ctx.read(move |tx| queries::products(tx, &query)).await?))
}

/// Adds a product.
#[utoipa::path(
    post, path = "/products", tag = "catalog", operation_id = "create_product",
    request_body = ProductInput,
    extensions(("x-permission" = json!("catalog.write"))),
    responses((status = 201, body = ProductView), (status = "default", body = ProblemBody))
)]
async fn create_product(ctx: Ctx, JsonBody(input): JsonBody<ProductInput>) -> HttpResult<Answer> {
    let unit = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        let id = commands::create_product(tx, meta, input.product())?;
        shown(tx, id)
    };
    ctx.command(Act::new("catalog.create_product").created(), unit)
        .await
}

/// One product.
#[utoipa::path(
    get, path = "/products/{id}", tag = "catalog", operation_id = "get_product",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("catalog.read"))),
    responses((status = 200, body = ProductView), (status = "default", body = ProblemBody))
)]
async fn get_product(ctx: Ctx, PathId(id): PathId<Product>) -> HttpResult<Json<ProductView>> {
    Ok(Json(ctx.read(move |tx| shown(tx, id)).await?))
}

/// Changes a product; documents keep what they say.
#[utoipa::path(
    put, path = "/products/{id}", tag = "catalog", operation_id = "update_product",
    params(("id" = String, Path)), request_body = ProductInput,
    extensions(("x-permission" = json!("catalog.write"))),
    responses((status = 200, body = ProductView), (status = "default", body = ProblemBody))
)]
async fn update_product(
    ctx: Ctx,
    PathId(id): PathId<Product>,
    JsonBody(input): JsonBody<ProductInput>,
) -> HttpResult<Answer> {
    let unit = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        commands::update_product(tx, meta, id, input.version, input.product())?;
        shown(tx, id)
    };
    ctx.command(Act::new("catalog.update_product").on("product", id.raw()), unit)
        .await
}

fn shown(tx: &mut db::Tx<'_>, id: ProductId) -> db::Result<ProductView> {
    Ok(store::get(tx, id)?.into())
}
