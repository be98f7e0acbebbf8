use std::collections::HashMap;

use base::{Price, Refusal};
use db::Tx;
use kit::{Meta, number};

use crate::rules;
use crate::store::{self, Fresh};
use crate::types::{NewProduct, ProductId, ProductKind, Virtual};

const SERIES: &str = "product";

/// Writes a new product; an empty code becomes the next free `P0001`.
/// Refuses: `catalog.name_missing`, `catalog.text_too_long`, `catalog.price_negative`,
/// `catalog.code_reserved`, `catalog.code_taken`.
pub fn create_product(tx: &mut Tx<'_>, meta: &Meta, new: NewProduct) -> db::Result<ProductId> {
    let mut new = rules::tidied(new)?;
    if new.code.is_empty() {
        new.code = next_code(tx)?;
    } else if store::id_by_code(tx, &new.code)?.is_some() {
        return Err(code_taken(&new.code).into());
    }
    let id = tx.next_id();
    let fresh = Fresh {
        id,
        code: &new.code,
        name: &new.name,
        unit: &new.unit,
        price: new.price,
        barcode: &new.barcode,
        kind: ProductKind::Goods,
        active: new.active,
    };
    store::insert(tx, &[fresh], meta.now)?;
    Ok(id)
}

/// Replaces what is said of a product; an empty code keeps the old one. Lines already written stay.
/// Refuses as [`create_product`], and `catalog.product_not_found`, `catalog.changed_meanwhile`.
pub fn update_product(
    tx: &mut Tx<'_>,
    _meta: &Meta,
    id: ProductId,
    version: i64,
    new: NewProduct,
) -> db::Result<()> {
    let before = store::get(tx, id)?;
    if before.kind == ProductKind::Virtual {
        return Err(Refusal::rule("catalog.code_reserved")
            .on("code")
            .with("code", before.code)
            .into());
    }
    let mut new = rules::tidied(new)?;
    if new.code.is_empty() {
        new.code = before.code;
    } else if new.code != before.code && store::id_by_code(tx, &new.code)?.is_some() {
        return Err(code_taken(&new.code).into());
    }
    if !store::update(tx, id, version, &new)? {
        return Err(Refusal::conflict("catalog.changed_meanwhile")
            .with("name", before.name)
            .into());
    }
    Ok(())
}

/// A product of a file: its code is all that identifies it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub unit: &'a str,
    pub price: Price,
}

/// The products of these codes in the same order; those that do not exist are made, with the name,
/// unit and price of their first appearance.
pub fn find_or_create(tx: &mut Tx<'_>, meta: &Meta, named: &[Named<'_>]) -> db::Result<Vec<ProductId>> {
    let mut codes: Vec<&str> = named.iter().map(|product| product.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut known: HashMap<String, ProductId> = store::by_codes(tx, &codes)?.into_iter().collect();
    let mut fresh = Vec::new();
    for product in named {
        if known.contains_key(product.code) {
            continue;
        }
        let id = tx.next_id();
        known.insert(product.code.to_owned(), id);
        fresh.push(Fresh {
            id,
            code: product.code,
            name: if product.name.is_empty() {
                product.code
            } else {
                product.name
            },
            unit: product.unit,
            // A price of a file may be negative (an adjustment); what is offered later is not.
            price: product.price.max(Price::ZERO),
            barcode: "",
            kind: ProductKind::Goods,
            active: true,
        });
    }
    store::insert(tx, &fresh, meta.now)?;
    Ok(named
        .iter()
        .filter_map(|product| known.get(product.code).copied())
        .collect())
}

/// The virtual product, made when first asked for.
pub fn virtual_product(tx: &mut Tx<'_>, meta: &Meta, which: Virtual) -> db::Result<ProductId> {
    if let Some(id) = store::id_by_code(tx, which.code())? {
        return Ok(id);
    }
    let id = tx.next_id();
    let key = match which {
        Virtual::BadDebt => "catalog.virtual.bad_debt",
        Virtual::BadDebtRecovery => "catalog.virtual.bad_debt_recovery",
    };
    let fresh = Fresh {
        id,
        code: which.code(),
        name: i18n::text(meta.company.language, key),
        unit: meta.company.currency.code(),
        price: Price::ZERO,
        barcode: "",
        kind: ProductKind::Virtual,
        active: true,
    };
    store::insert(tx, &[fresh], meta.now)?;
    Ok(id)
}

/// Codes are no documents: a gap is fine, so codes that somebody typed are stepped over.
fn next_code(tx: &mut Tx<'_>) -> db::Result<String> {
    loop {
        let code = format!("P{:04}", number::take(tx, SERIES)?);
        if store::id_by_code(tx, &code)?.is_none() {
            return Ok(code);
        }
    }
}

fn code_taken(code: &str) -> Refusal {
    Refusal::rule("catalog.code_taken").on("code").with("code", code)
}
