use base::{Currency, Id, Instant, UserId};
use i18n::Lang;

/// Marker of [`CustomerId`].
pub enum Customer {}
pub type CustomerId = Id<Customer>;

/// What a person says of a customer, new or changed.
#[derive(Clone, Debug, PartialEq)]
pub struct NewCustomer {
    /// Empty: the next number of the series `C`.
    pub code: String,
    pub name: String,
    pub contact: String,
    pub phone: String,
    pub email: String,
    pub address: String,
    /// The language of what this customer gets to read.
    pub language: Lang,
    pub currency: Currency,
    pub salesperson: Option<UserId>,
    pub remark: String,
    pub active: bool,
    /// Another customer that pays for this one; deliveries here are owed there.
    pub payer: Option<CustomerId>,
}

impl NewCustomer {
    /// A customer of whom only the name is known.
    pub fn named(name: impl Into<String>, currency: Currency, language: Lang) -> NewCustomer {
        NewCustomer {
            code: String::new(),
            name: name.into(),
            contact: String::new(),
            phone: String::new(),
            email: String::new(),
            address: String::new(),
            language,
            currency,
            salesperson: None,
            remark: String::new(),
            active: true,
            payer: None,
        }
    }
}

/// A customer as stored.
#[derive(Clone, Debug)]
pub struct CustomerRow {
    pub id: CustomerId,
    pub code: String,
    pub name: String,
    pub contact: String,
    pub phone: String,
    pub email: String,
    pub address: String,
    pub language: Lang,
    pub currency: Currency,
    pub salesperson: Option<UserId>,
    pub remark: String,
    pub active: bool,
    pub version: i64,
    pub created_at: Instant,
    /// Another customer that pays for this one.
    pub payer: Option<CustomerId>,
}
