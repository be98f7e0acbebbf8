use base::{CompanyId, Currency, Instant, UserId};
use db::Tx;
use kit::list::{Column, Filter, ListQuery, ListSpec, Page, Sort};
use serde::Serialize;

use crate::types::CustomerId;

/// A row of the customer list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CustomerItem {
    #[schema(value_type = String)]
    pub id: CustomerId,
    pub code: String,
    pub name: String,
    pub contact: String,
    pub phone: String,
    pub email: String,
    /// ISO 4217.
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = Option<String>)]
    pub salesperson_id: Option<UserId>,
    pub active: bool,
    #[schema(value_type = String)]
    pub created_at: Instant,
}
db::from_row! {
    CustomerItem {
        id, code, name, contact, phone, email, currency, salesperson_id, active, created_at,
    }
}

pub(crate) const CUSTOMERS: ListSpec = ListSpec {
    columns: &[
        "c.id",
        "c.code",
        "c.name",
        "c.contact",
        "c.phone",
        "c.email",
        "c.currency",
        "c.salesperson_id",
        "c.active",
        "c.created_at",
    ],
    from: "parties_customer c",
    condition: "c.company_id = $1",
    id: "c.id",
    sorts: &[
        Sort {
            name: "code",
            expression: "c.code",
            column: Column::Text,
        },
        Sort {
            name: "name",
            expression: "c.name_key",
            column: Column::Text,
        },
        Sort {
            name: "created",
            expression: "c.created_at",
            column: Column::Instant,
        },
    ],
    default_sort: "code",
    filters: &[
        Filter {
            name: "active",
            condition: "c.active = {}",
            column: Column::Int,
        },
        Filter {
            name: "salesperson_id",
            condition: "c.salesperson_id = {}",
            column: Column::Int,
        },
        Filter {
            name: "currency",
            condition: "c.currency = {}",
            column: Column::Text,
        },
    ],
    search: Some(("parties_search", "c.id")),
};

pub(crate) fn customers(tx: &mut Tx<'_>, query: &ListQuery) -> db::Result<Page<CustomerItem>> {
    CUSTOMERS.page(tx, query)
}

/// Somebody who may be named as the salesperson of a customer or document.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Salesperson {
    #[schema(value_type = String)]
    pub id: UserId,
    pub name: String,
    pub role: String,
}

/// The active members of a company, by name; few enough for one page.
pub(crate) async fn salespersons(db: &db::Db, company: CompanyId) -> db::Result<Vec<Salesperson>> {
    let mut members = access::members_of(db, company).await?;
    members.retain(|member| member.active);
    members.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    let shown = |member: access::Member| Salesperson {
        id: member.id,
        name: member.name,
        role: member.role.as_str().to_owned(),
    };
    Ok(members.into_iter().map(shown).collect())
}
