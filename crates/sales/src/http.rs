use axum::Json;
use base::{Day, Money, Price, Quantity, Refusal, UserId};
use catalog::ProductId;
use kit::list::{ListParams, ListQuery, Page};
use kit::{Act, Answer, AppState, Ctx, HttpResult, JsonBody, PathId, ProblemBody};
use ledger::{EntryId, Order, OrderId};
use parties::{Customer, CustomerId};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::commands::{self, EnterOpening, Opened, prepare};
use crate::queries::{self, DeliveryItem, DeliveryView, OrderItem, OrderView, PreviewView, TakeableLine};
use crate::refusals;
use crate::types::{Delivery, DeliveryId, DeliveryKind, LineInput, Posted, SaveDelivery, SaveOrder};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_orders, create_order))
        .routes(routes!(preview_order))
        .routes(routes!(get_order, update_order, delete_order))
        .routes(routes!(confirm_order))
        .routes(routes!(amend_order))
        .routes(routes!(cancel_order))
        .routes(routes!(reopen_order))
        .routes(routes!(request_order_override))
        .routes(routes!(order_deliverable))
        .routes(routes!(list_deliveries, create_delivery))
        .routes(routes!(preview_delivery))
        .routes(routes!(post_new_delivery))
        .routes(routes!(get_delivery, update_delivery, delete_delivery))
        .routes(routes!(release_delivery))
        .routes(routes!(withdraw_delivery))
        .routes(routes!(request_delivery_override))
        .routes(routes!(post_delivery))
        .routes(routes!(reverse_delivery))
        .routes(routes!(delivery_returnable))
        .routes(routes!(enter_opening))
}

/// A line as entered. From an order or delivery it needs the line's number and a quantity.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SalesLineInput {
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    product_id: Option<ProductId>,
    /// Up to 6 digits after the point; negative in a return.
    #[schema(value_type = String)]
    quantity: Quantity,
    /// Up to 6 digits after the point; the product's price if absent.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    price: Option<Price>,
    #[serde(default)]
    order_line_no: Option<i64>,
    #[serde(default)]
    source_line_no: Option<i64>,
}

fn lines(input: &[SalesLineInput]) -> Vec<LineInput> {
    let lines = input.iter().map(|line| LineInput {
        product: line.product_id,
        quantity: line.quantity,
        price: line.price,
        order_line: line.order_line_no,
        source_line: line.source_line_no,
    });
    lines.collect()
}

/// An order to be saved as a draft.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct OrderInput {
    /// Needed; left out it is refused by name.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    customer_id: Option<CustomerId>,
    /// Today if absent.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    order_date: Option<Day>,
    /// The customer's if absent.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    salesperson_id: Option<UserId>,
    #[serde(default)]
    remark: String,
    lines: Vec<SalesLineInput>,
    /// The version that was looked at; needed to change a draft.
    #[serde(default)]
    version: i64,
}

impl OrderInput {
    fn save(&self, id: Option<OrderId>) -> Result<SaveOrder, Refusal> {
        Ok(SaveOrder {
            id,
            version: self.version,
            customer: self.customer_id.ok_or_else(refusals::customer_missing)?,
            order_date: self.order_date,
            salesperson: self.salesperson_id,
            remark: self.remark.clone(),
            lines: lines(&self.lines),
        })
    }
}

/// A delivery or return to be saved as a draft, or posted.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DeliveryInput {
    kind: DeliveryKind,
    /// Not needed with an order or a source.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    customer_id: Option<CustomerId>,
    /// The confirmed order that is delivered.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    order_id: Option<OrderId>,
    /// The posted delivery that a return takes back.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    source_id: Option<DeliveryId>,
    /// Today if absent.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    delivery_date: Option<Day>,
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    salesperson_id: Option<UserId>,
    #[serde(default)]
    remark: String,
    /// Why goods come back; needed in a return.
    #[serde(default)]
    reason: String,
    lines: Vec<SalesLineInput>,
    /// The version that was looked at; needed to change a draft.
    #[serde(default)]
    version: i64,
}

impl DeliveryInput {
    fn save(&self, id: Option<DeliveryId>) -> SaveDelivery {
        SaveDelivery {
            id,
            version: self.version,
            kind: self.kind,
            customer: self.customer_id,
            order: self.order_id,
            source: self.source_id,
            delivery_date: self.delivery_date,
            salesperson: self.salesperson_id,
            remark: self.remark.clone(),
            reason: self.reason.clone(),
            lines: lines(&self.lines),
        }
    }
}

/// The version that was looked at; without it the newest is meant.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct VersionInput {
    #[serde(default)]
    version: Option<i64>,
}

/// An act with a reason.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ReasonInput {
    reason: String,
    /// The day of the counter-document, today if absent; only read when reversing.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    date: Option<Day>,
    #[serde(default)]
    version: Option<i64>,
}

/// What posting or reversing came to.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct PostedView {
    #[schema(value_type = String)]
    id: DeliveryId,
    no: String,
    #[schema(value_type = String)]
    order_id: OrderId,
    #[schema(value_type = String)]
    currency: base::Currency,
    #[schema(value_type = String)]
    total: Money,
    /// After the act; absent where no credit check is made.
    #[schema(value_type = Option<String>)]
    exposure: Option<Money>,
    #[schema(value_type = Option<String>)]
    limit: Option<Money>,
    /// Whether the limit is exceeded and the act went through all the same.
    over_limit: bool,
}

impl PostedView {
    fn of(posted: Posted, reads_credit: bool) -> PostedView {
        let shown = posted.credit.filter(|_| reads_credit);
        let money = |minor| Money::new(minor, posted.currency);
        PostedView {
            id: posted.delivery,
            no: posted.no,
            order_id: posted.order,
            currency: posted.currency,
            total: money(posted.total),
            exposure: shown.map(|credit| money(credit.exposure)),
            limit: shown.and_then(|credit| credit.limit).map(money),
            over_limit: posted.credit.is_some_and(|credit| credit.warned),
        }
    }
}

/// A document that was open when the books began.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct OpeningInput {
    #[schema(value_type = String)]
    date: Day,
    /// By the customer's terms if absent.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    due_date: Option<Day>,
    /// The document's own number; the next `OB-000001` if empty.
    #[serde(default)]
    no: String,
    /// In the customer's currency; negative where the customer is owed.
    amount: String,
    #[serde(default)]
    remark: String,
}

impl OpeningInput {
    fn enter(&self, customer: CustomerId) -> EnterOpening {
        EnterOpening {
            customer,
            no: self.no.clone(),
            date: self.date,
            due: self.due_date,
            amount: self.amount.clone(),
            remark: self.remark.clone(),
        }
    }
}

/// An opening document that was entered.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct OpeningView {
    #[schema(value_type = String)]
    order_id: OrderId,
    no: String,
    #[schema(value_type = String)]
    entry_id: EntryId,
    #[schema(value_type = String)]
    currency: base::Currency,
    #[schema(value_type = String)]
    amount: Money,
}

impl OpeningView {
    fn of(opened: Opened) -> OpeningView {
        OpeningView {
            order_id: opened.order,
            no: opened.no,
            entry_id: opened.entry,
            currency: opened.currency,
            amount: Money::new(opened.amount, opened.currency),
        }
    }
}

/// Figures of credit are for those who may read them; the checks themselves look at everything.
fn reads_credit(ctx: &Ctx) -> bool {
    ctx.may(access::Permission::CreditRead)
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct Deleted {
    deleted: bool,
}

/// Orders that were entered. Filters: state, customer_id, salesperson_id, from, to. Sorts: date, total.
#[utoipa::path(
    get, path = "/orders", tag = "sales", operation_id = "list_orders", params(ListParams),
    extensions(("x-permission" = json!("sales.read"))),
    responses((status = 200, body = Page<OrderItem>), (status = "default", body = ProblemBody))
)]
async fn list_orders(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<OrderItem>>> {
    ctx.read(move |tx| queries::orders(tx, &query)).await.map(Json)
}

/// Saves a new order as a draft.
#[utoipa::path(
    post, path = "/orders", tag = "sales", operation_id = "create_order", request_body = OrderInput,
    extensions(("x-permission" = json!("sales.write"))),
    responses((status = 201, body = OrderView), (status = "default", body = ProblemBody))
)]
async fn create_order(ctx: Ctx, JsonBody(input): JsonBody<OrderInput>) -> HttpResult<Answer> {
    let reads = reads_credit(&ctx);
    ctx.command(Act::new("sales.save_order").created(), move |tx, meta| {
        let id = commands::save_order(tx, meta, &input.save(None)?)?;
        queries::order_view(tx, id).map(|view| view.seen_by(reads))
    })
    .await
}

/// What an order being entered would come to; nothing is written.
#[utoipa::path(
    post, path = "/orders/preview", tag = "sales", operation_id = "preview_order", request_body = OrderInput,
    extensions(("x-permission" = json!("sales.read"))),
    responses((status = 200, body = PreviewView), (status = "default", body = ProblemBody))
)]
async fn preview_order(ctx: Ctx, JsonBody(input): JsonBody<OrderInput>) -> HttpResult<Json<PreviewView>> {
    let (meta, reads) = (ctx.meta(), reads_credit(&ctx));
    ctx.read(move |tx| {
        let preview = prepare::preview_order(tx, &input.save(None)?)?;
        queries::preview_view(tx, &meta, preview, reads)
    })
    .await
    .map(Json)
}

/// One order, direct ones too.
#[utoipa::path(
    get, path = "/orders/{id}", tag = "sales", operation_id = "get_order", params(("id" = String, Path)),
    extensions(("x-permission" = json!("sales.read"))),
    responses((status = 200, body = OrderView), (status = "default", body = ProblemBody))
)]
async fn get_order(ctx: Ctx, PathId(id): PathId<Order>) -> HttpResult<Json<OrderView>> {
    let reads = reads_credit(&ctx);
    ctx.read(move |tx| queries::order_view(tx, id).map(|view| view.seen_by(reads)))
        .await
        .map(Json)
}

/// Changes a draft.
#[utoipa::path(
    put, path = "/orders/{id}", tag = "sales", operation_id = "update_order", params(("id" = String, Path)),
    request_body = OrderInput, extensions(("x-permission" = json!("sales.write"))),
    responses((status = 200, body = OrderView), (status = "default", body = ProblemBody))
)]
async fn update_order(
    ctx: Ctx,
    PathId(id): PathId<Order>,
    JsonBody(input): JsonBody<OrderInput>,
) -> HttpResult<Answer> {
    let reads = reads_credit(&ctx);
    ctx.command(
        Act::new("sales.save_order").on("order", id.raw()),
        move |tx, meta| {
            commands::save_order(tx, meta, &input.save(Some(id))?)?;
            queries::order_view(tx, id).map(|view| view.seen_by(reads))
        },
    )
    .await
}

/// Removes a draft.
#[utoipa::path(
    delete, path = "/orders/{id}", tag = "sales", operation_id = "delete_order",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("sales.write"))),
    responses((status = 200, body = Deleted), (status = "default", body = ProblemBody))
)]
async fn delete_order(ctx: Ctx, PathId(id): PathId<Order>) -> HttpResult<Answer> {
    ctx.command(
        Act::new("sales.delete_order").on("order", id.raw()),
        move |tx, _| {
            commands::delete_order(tx, id, None)?;
            Ok(Deleted { deleted: true })
        },
    )
    .await
}

/// Confirms a draft: it is numbered and counts against the credit limit.
#[utoipa::path(
    post, path = "/orders/{id}/confirm", tag = "sales", operation_id = "confirm_order",
    params(("id" = String, Path)), request_body = VersionInput,
    extensions(("x-permission" = json!("sales.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = OrderView), (status = "default", body = ProblemBody))
)]
async fn confirm_order(
    ctx: Ctx,
    PathId(id): PathId<Order>,
    JsonBody(input): JsonBody<VersionInput>,
) -> HttpResult<Answer> {
    let reads = reads_credit(&ctx);
    ctx.command(
        Act::money("sales.confirm_order").on("order", id.raw()),
        move |tx, meta| {
            commands::confirm_order(tx, meta, id, input.version)?;
            queries::order_view(tx, id).map(|view| view.seen_by(reads))
        },
    )
    .await
}

/// Cancels what is not delivered yet.
#[utoipa::path(
    post, path = "/orders/{id}/cancel", tag = "sales", operation_id = "cancel_order",
    params(("id" = String, Path)), request_body = ReasonInput,
    extensions(("x-permission" = json!("sales.write"))),
    responses((status = 200, body = OrderView), (status = "default", body = ProblemBody))
)]
async fn cancel_order(
    ctx: Ctx,
    PathId(id): PathId<Order>,
    JsonBody(input): JsonBody<ReasonInput>,
) -> HttpResult<Answer> {
    let reads = reads_credit(&ctx);
    ctx.command(
        Act::new("sales.cancel_order").on("order", id.raw()),
        move |tx, meta| {
            commands::cancel_order(tx, meta, id, input.version, &input.reason)?;
            queries::order_view(tx, id).map(|view| view.seen_by(reads))
        },
    )
    .await
}

/// The lines that an order is to have from now on.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct AmendInput {
    /// With `order_line_no`: the line as it is to be; without: a new line. A line left out is taken off.
    lines: Vec<SalesLineInput>,
    #[serde(default)]
    version: Option<i64>,
}

/// Changes what a confirmed or waiting order promises; more than before is checked against the credit rules.
#[utoipa::path(
    post, path = "/orders/{id}/amend", tag = "sales", operation_id = "amend_order",
    params(("id" = String, Path)), request_body = AmendInput,
    extensions(("x-permission" = json!("sales.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = OrderView), (status = "default", body = ProblemBody))
)]
async fn amend_order(
    ctx: Ctx,
    PathId(id): PathId<Order>,
    JsonBody(input): JsonBody<AmendInput>,
) -> HttpResult<Answer> {
    let reads = reads_credit(&ctx);
    ctx.command(
        Act::money("sales.amend_order").on("order", id.raw()),
        move |tx, meta| {
            commands::amend_order(tx, meta, id, input.version, &lines(&input.lines))?;
            queries::order_view(tx, id).map(|view| view.seen_by(reads))
        },
    )
    .await
}

/// Promises the cancelled rest of an order again; checked like a confirmation.
#[utoipa::path(
    post, path = "/orders/{id}/reopen", tag = "sales", operation_id = "reopen_order",
    params(("id" = String, Path)), request_body = VersionInput,
    extensions(("x-permission" = json!("sales.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = OrderView), (status = "default", body = ProblemBody))
)]
async fn reopen_order(
    ctx: Ctx,
    PathId(id): PathId<Order>,
    JsonBody(input): JsonBody<VersionInput>,
) -> HttpResult<Answer> {
    let reads = reads_credit(&ctx);
    ctx.command(
        Act::money("sales.reopen_order").on("order", id.raw()),
        move |tx, meta| {
            commands::reopen_order(tx, meta, id, input.version)?;
            queries::order_view(tx, id).map(|view| view.seen_by(reads))
        },
    )
    .await
}

/// Why a document should pass.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct OverrideInput {
    #[serde(default)]
    reason: String,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct Requested {
    requested: bool,
}

/// Asks for leave to let an order pass that credit holds back or refuses.
#[utoipa::path(
    post, path = "/orders/{id}/override-requests", tag = "sales", operation_id = "request_order_override",
    params(("id" = String, Path)), request_body = OverrideInput,
    extensions(("x-permission" = json!("sales.write"))),
    responses((status = 201, body = Requested), (status = "default", body = ProblemBody))
)]
async fn request_order_override(
    ctx: Ctx,
    PathId(id): PathId<Order>,
    JsonBody(input): JsonBody<OverrideInput>,
) -> HttpResult<Answer> {
    let act = Act::new("sales.request_override").on("order", id.raw()).created();
    ctx.command(act, move |tx, meta| {
        commands::request_order_override(tx, meta, id, &input.reason)?;
        Ok(Requested { requested: true })
    })
    .await
}

/// Asks for leave to let a draft delivery pass that credit holds back or refuses.
#[utoipa::path(
    post, path = "/deliveries/{id}/override-requests", tag = "sales",
    operation_id = "request_delivery_override", params(("id" = String, Path)), request_body = OverrideInput,
    extensions(("x-permission" = json!("sales.write"))),
    responses((status = 201, body = Requested), (status = "default", body = ProblemBody))
)]
async fn request_delivery_override(
    ctx: Ctx,
    PathId(id): PathId<Delivery>,
    JsonBody(input): JsonBody<OverrideInput>,
) -> HttpResult<Answer> {
    let act = Act::new("sales.request_override")
        .on("delivery", id.raw())
        .created();
    ctx.command(act, move |tx, meta| {
        commands::request_delivery_override(tx, meta, id, &input.reason)?;
        Ok(Requested { requested: true })
    })
    .await
}

/// The lines of an order with what is still to be delivered.
#[utoipa::path(
    get, path = "/orders/{id}/deliverable", tag = "sales", operation_id = "order_deliverable",
    params(("id" = String, Path)), extensions(("x-permission" = json!("sales.read"))),
    responses((status = 200, body = Vec<TakeableLine>), (status = "default", body = ProblemBody))
)]
async fn order_deliverable(ctx: Ctx, PathId(id): PathId<Order>) -> HttpResult<Json<Vec<TakeableLine>>> {
    ctx.read(move |tx| queries::deliverable(tx, id)).await.map(Json)
}

/// Deliveries, or returns with filter[kind]=return. Filters: kind, state (draft, released, posted,
/// reversed), customer_id, order_id, source_id, from, to. Sorts: date, total.
#[utoipa::path(
    get, path = "/deliveries", tag = "sales", operation_id = "list_deliveries", params(ListParams),
    extensions(("x-permission" = json!("sales.read"))),
    responses((status = 200, body = Page<DeliveryItem>), (status = "default", body = ProblemBody))
)]
async fn list_deliveries(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<DeliveryItem>>> {
    ctx.read(move |tx| queries::deliveries(tx, &query))
        .await
        .map(Json)
}

/// Saves a new delivery or return as a draft.
#[utoipa::path(
    post, path = "/deliveries", tag = "sales", operation_id = "create_delivery", request_body = DeliveryInput,
    extensions(("x-permission" = json!("sales.write"))),
    responses((status = 201, body = DeliveryView), (status = "default", body = ProblemBody))
)]
async fn create_delivery(ctx: Ctx, JsonBody(input): JsonBody<DeliveryInput>) -> HttpResult<Answer> {
    let reads = reads_credit(&ctx);
    ctx.command(Act::new("sales.save_delivery").created(), move |tx, meta| {
        let id = commands::save_delivery(tx, meta, &input.save(None))?;
        queries::delivery_view(tx, id).map(|view| view.seen_by(reads))
    })
    .await
}

/// What a delivery or return being entered would come to; nothing is written.
#[utoipa::path(
    post, path = "/deliveries/preview", tag = "sales", operation_id = "preview_delivery",
    request_body = DeliveryInput, extensions(("x-permission" = json!("sales.read"))),
    responses((status = 200, body = PreviewView), (status = "default", body = ProblemBody))
)]
async fn preview_delivery(
    ctx: Ctx,
    JsonBody(input): JsonBody<DeliveryInput>,
) -> HttpResult<Json<PreviewView>> {
    let (meta, reads) = (ctx.meta(), reads_credit(&ctx));
    ctx.read(move |tx| {
        let preview = prepare::preview_delivery(tx, &input.save(None))?;
        queries::preview_view(tx, &meta, preview, reads)
    })
    .await
    .map(Json)
}

/// Writes and posts a new delivery or return in one.
#[utoipa::path(
    post, path = "/deliveries/post", tag = "sales", operation_id = "post_new_delivery",
    request_body = DeliveryInput,
    extensions(("x-permission" = json!("sales.post")), ("x-money-act" = json!(true))),
    responses((status = 201, body = PostedView), (status = "default", body = ProblemBody))
)]
async fn post_new_delivery(ctx: Ctx, JsonBody(input): JsonBody<DeliveryInput>) -> HttpResult<Answer> {
    let reads = reads_credit(&ctx);
    ctx.command(Act::money("sales.post_delivery").created(), move |tx, meta| {
        commands::post_new(tx, meta, &input.save(None)).map(|posted| PostedView::of(posted, reads))
    })
    .await
}

/// A delivery, return or reversal.
#[utoipa::path(
    get, path = "/deliveries/{id}", tag = "sales", operation_id = "get_delivery",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("sales.read"))),
    responses((status = 200, body = DeliveryView), (status = "default", body = ProblemBody))
)]
async fn get_delivery(ctx: Ctx, PathId(id): PathId<Delivery>) -> HttpResult<Json<DeliveryView>> {
    let reads = reads_credit(&ctx);
    ctx.read(move |tx| queries::delivery_view(tx, id).map(|view| view.seen_by(reads)))
        .await
        .map(Json)
}

/// Changes a draft.
#[utoipa::path(
    put, path = "/deliveries/{id}", tag = "sales", operation_id = "update_delivery",
    params(("id" = String, Path)), request_body = DeliveryInput,
    extensions(("x-permission" = json!("sales.write"))),
    responses((status = 200, body = DeliveryView), (status = "default", body = ProblemBody))
)]
async fn update_delivery(
    ctx: Ctx,
    PathId(id): PathId<Delivery>,
    JsonBody(input): JsonBody<DeliveryInput>,
) -> HttpResult<Answer> {
    let reads = reads_credit(&ctx);
    ctx.command(
        Act::new("sales.save_delivery").on("delivery", id.raw()),
        move |tx, meta| {
            commands::save_delivery(tx, meta, &input.save(Some(id)))?;
            queries::delivery_view(tx, id).map(|view| view.seen_by(reads))
        },
    )
    .await
}

/// Removes a draft.
#[utoipa::path(
    delete, path = "/deliveries/{id}", tag = "sales", operation_id = "delete_delivery",
    params(("id" = String, Path)), extensions(("x-permission" = json!("sales.write"))),
    responses((status = 200, body = Deleted), (status = "default", body = ProblemBody))
)]
async fn delete_delivery(ctx: Ctx, PathId(id): PathId<Delivery>) -> HttpResult<Answer> {
    ctx.command(
        Act::new("sales.delete_delivery").on("delivery", id.raw()),
        move |tx, meta| {
            commands::delete_delivery(tx, meta, id, None)?;
            Ok(Deleted { deleted: true })
        },
    )
    .await
}

/// Releases a draft delivery: the goods may leave, the credit check is made.
#[utoipa::path(
    post, path = "/deliveries/{id}/release", tag = "sales", operation_id = "release_delivery",
    params(("id" = String, Path)), request_body = VersionInput,
    extensions(("x-permission" = json!("sales.post")), ("x-money-act" = json!(true))),
    responses((status = 200, body = DeliveryView), (status = "default", body = ProblemBody))
)]
async fn release_delivery(
    ctx: Ctx,
    PathId(id): PathId<Delivery>,
    JsonBody(input): JsonBody<VersionInput>,
) -> HttpResult<Answer> {
    let reads = reads_credit(&ctx);
    ctx.command(
        Act::money("sales.release_delivery").on("delivery", id.raw()),
        move |tx, meta| {
            commands::release_delivery(tx, meta, id, input.version)?;
            queries::delivery_view(tx, id).map(|view| view.seen_by(reads))
        },
    )
    .await
}

/// Takes a release back while the goods are still in the house.
#[utoipa::path(
    post, path = "/deliveries/{id}/withdraw", tag = "sales", operation_id = "withdraw_delivery",
    params(("id" = String, Path)), request_body = VersionInput,
    extensions(("x-permission" = json!("sales.post"))),
    responses((status = 200, body = DeliveryView), (status = "default", body = ProblemBody))
)]
async fn withdraw_delivery(
    ctx: Ctx,
    PathId(id): PathId<Delivery>,
    JsonBody(input): JsonBody<VersionInput>,
) -> HttpResult<Answer> {
    let reads = reads_credit(&ctx);
    ctx.command(
        Act::new("sales.withdraw_delivery").on("delivery", id.raw()),
        move |tx, meta| {
            commands::withdraw_delivery(tx, meta, id, input.version)?;
            queries::delivery_view(tx, id).map(|view| view.seen_by(reads))
        },
    )
    .await
}

/// Posts a draft or released delivery or return: number, receivable, and it never changes again.
#[utoipa::path(
    post, path = "/deliveries/{id}/post", tag = "sales", operation_id = "post_delivery",
    params(("id" = String, Path)), request_body = VersionInput,
    extensions(("x-permission" = json!("sales.post")), ("x-money-act" = json!(true))),
    responses((status = 200, body = PostedView), (status = "default", body = ProblemBody))
)]
async fn post_delivery(
    ctx: Ctx,
    PathId(id): PathId<Delivery>,
    JsonBody(input): JsonBody<VersionInput>,
) -> HttpResult<Answer> {
    let reads = reads_credit(&ctx);
    ctx.command(
        Act::money("sales.post_delivery").on("delivery", id.raw()),
        move |tx, meta| {
            commands::post_delivery(tx, meta, id, input.version).map(|posted| PostedView::of(posted, reads))
        },
    )
    .await
}

/// Reverses a posted delivery or return by a counter-document, with a reason.
#[utoipa::path(
    post, path = "/deliveries/{id}/reverse", tag = "sales", operation_id = "reverse_delivery",
    params(("id" = String, Path)), request_body = ReasonInput,
    extensions(("x-permission" = json!("sales.post")), ("x-money-act" = json!(true))),
    responses((status = 201, body = PostedView), (status = "default", body = ProblemBody))
)]
async fn reverse_delivery(
    ctx: Ctx,
    PathId(id): PathId<Delivery>,
    JsonBody(input): JsonBody<ReasonInput>,
) -> HttpResult<Answer> {
    let reads = reads_credit(&ctx);
    let act = Act::money("sales.reverse_delivery")
        .created()
        .on("delivery", id.raw());
    ctx.command(act, move |tx, meta| {
        let reversed = commands::reverse_delivery(tx, meta, id, input.version, input.date, &input.reason);
        reversed.map(|posted| PostedView::of(posted, reads))
    })
    .await
}

/// The lines of a delivery with what may still come back.
#[utoipa::path(
    get, path = "/deliveries/{id}/returnable", tag = "sales", operation_id = "delivery_returnable",
    params(("id" = String, Path)), extensions(("x-permission" = json!("sales.read"))),
    responses((status = 200, body = Vec<TakeableLine>), (status = "default", body = ProblemBody))
)]
async fn delivery_returnable(ctx: Ctx, PathId(id): PathId<Delivery>) -> HttpResult<Json<Vec<TakeableLine>>> {
    ctx.read(move |tx| queries::returnable(tx, id)).await.map(Json)
}

/// Enters a document that was open when the books began: a debt, or a credit on account.
#[utoipa::path(
    post, path = "/customers/{id}/openings", tag = "sales", operation_id = "enter_opening",
    params(("id" = String, Path)), request_body = OpeningInput,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 201, body = OpeningView), (status = "default", body = ProblemBody))
)]
async fn enter_opening(
    ctx: Ctx,
    PathId(id): PathId<Customer>,
    JsonBody(input): JsonBody<OpeningInput>,
) -> HttpResult<Answer> {
    let act = Act::money("sales.enter_opening")
        .created()
        .on("customer", id.raw());
    ctx.command(act, move |tx, meta| {
        commands::enter_opening(tx, meta, &input.enter(id)).map(OpeningView::of)
    })
    .await
}
