use base::Refusal;
use db::{Tx, p};
use i18n::Lang;
use kit::search;

use crate::types::{CustomerId, CustomerRow, NewCustomer};

db::statements! {
    INSERT = "INSERT INTO parties_customer \
        (company_id, id, code, name, name_key, contact, phone, email, address, language, currency, \
         salesperson_id, remark, active, version, created_at, payer_id) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15, $16)";
    // The currency stays: the account was opened in it.
    UPDATE = "UPDATE parties_customer SET code = $4, name = $5, name_key = $6, contact = $7, phone = $8, \
        email = $9, address = $10, language = $11, salesperson_id = $12, remark = $13, active = $14, \
        payer_id = $15, version = version + 1 WHERE company_id = $1 AND id = $2 AND version = $3";
    GET = "SELECT id, code, name, contact, phone, email, address, language, currency, salesperson_id, \
        remark, active, version, created_at, payer_id FROM parties_customer WHERE company_id = $1 AND id = $2";
    PAYS_FOR = "SELECT id FROM parties_customer WHERE company_id = $1 AND payer_id = $2 ORDER BY id LIMIT 1";
    ID_OF_CODE = "SELECT id FROM parties_customer WHERE company_id = $1 AND code = $2";
    ID_OF_NAME = "SELECT id FROM parties_customer WHERE company_id = $1 AND name_key = $2 \
        ORDER BY id LIMIT 1";
    DROP_TOKENS = "DELETE FROM parties_search WHERE company_id = $1 AND id = $2";
    ADD_TOKENS = "INSERT INTO parties_search (company_id, token, id) VALUES";
}

impl db::FromRow for CustomerRow {
    fn from_row(row: &db::Row<'_>) -> db::Result<Self> {
        let mut cells = row.cells();
        Ok(CustomerRow {
            id: cells.take()?,
            code: cells.take()?,
            name: cells.take()?,
            contact: cells.take()?,
            phone: cells.take()?,
            email: cells.take()?,
            address: cells.take()?,
            language: language(&cells.take::<String>()?)?,
            currency: cells.take()?,
            salesperson: cells.take()?,
            remark: cells.take()?,
            active: cells.take()?,
            version: cells.take()?,
            created_at: cells.take()?,
            payer: cells.take()?,
        })
    }
}

fn language(code: &str) -> db::Result<Lang> {
    Lang::parse(code).ok_or_else(|| db::Error::fault(format!("unknown language {code}")))
}

/// The customer, or the refusal that there is none.
pub fn get(tx: &mut Tx<'_>, id: CustomerId) -> db::Result<CustomerRow> {
    let found = tx.opt(GET, p![id])?;
    found.ok_or_else(|| {
        Refusal::not_found("parties.customer_not_found")
            .on("customer_id")
            .into()
    })
}

/// A customer for whom this one pays.
pub(crate) fn pays_for(tx: &mut Tx<'_>, id: CustomerId) -> db::Result<Option<CustomerId>> {
    tx.opt(PAYS_FOR, p![id])
}

/// The customer that owes what is delivered to this one: its payer, or itself.
pub fn payer_of(tx: &mut Tx<'_>, row: &CustomerRow) -> db::Result<CustomerRow> {
    match row.payer {
        Some(payer) => get(tx, payer),
        None => Ok(row.clone()),
    }
}

pub fn find_by_code(tx: &mut Tx<'_>, code: &str) -> db::Result<Option<CustomerId>> {
    tx.opt(ID_OF_CODE, p![code])
}

/// By the whole name, letter case aside; the oldest where several share it.
pub fn find_by_name(tx: &mut Tx<'_>, name: &str) -> db::Result<Option<CustomerId>> {
    tx.opt(ID_OF_NAME, p![search::fold(name)])
}

pub(crate) fn insert(
    tx: &mut Tx<'_>,
    id: CustomerId,
    new: &NewCustomer,
    now: base::Instant,
) -> db::Result<()> {
    let key = search::fold(&new.name);
    tx.push(
        INSERT,
        p![
            id,
            &new.code,
            &new.name,
            key,
            &new.contact,
            &new.phone,
            &new.email,
            &new.address,
            new.language.code(),
            new.currency,
            new.salesperson,
            &new.remark,
            new.active,
            now,
            new.payer
        ],
    )?;
    index(tx, id, new, false)
}

/// Whether the row still had that version.
pub(crate) fn update(tx: &mut Tx<'_>, id: CustomerId, version: i64, new: &NewCustomer) -> db::Result<bool> {
    let key = search::fold(&new.name);
    let changed = tx.exec(
        UPDATE,
        p![
            id,
            version,
            &new.code,
            &new.name,
            key,
            &new.contact,
            &new.phone,
            &new.email,
            &new.address,
            new.language.code(),
            new.salesperson,
            &new.remark,
            new.active,
            new.payer
        ],
    )?;
    if changed == 1 {
        index(tx, id, new, true)?;
    }
    Ok(changed == 1)
}

fn index(tx: &mut Tx<'_>, id: CustomerId, new: &NewCustomer, replace: bool) -> db::Result<()> {
    if replace {
        tx.push(DROP_TOKENS, p![id])?;
    }
    let texts = [new.code.as_str(), &new.name, &new.contact, &new.phone];
    let tokens = search::tokens_for_index(texts);
    tx.push_rows(
        ADD_TOKENS,
        tokens.into_iter().map(|token| p![token, id]).collect(),
    )
}
