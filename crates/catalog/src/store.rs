use base::{Instant, Price, Refusal};
use db::{Tx, Value, p};
use kit::search;

use crate::types::{NewProduct, ProductId, ProductKind, ProductRow};

db::statements! {
    INSERT = "INSERT INTO catalog_product \
        (company_id, id, code, name, name_key, unit, price_micro, barcode, kind, active, version, \
        created_at) \
        VALUES";
    UPDATE = "UPDATE catalog_product SET code = $4, name = $5, name_key = $6, unit = $7, price_micro = $8, \
        barcode = $9, active = $10, version = version + 1 \
        WHERE company_id = $1 AND id = $2 AND version = $3 AND kind = 'goods'";
    GET = "SELECT id, code, name, unit, price_micro, barcode, kind, active, version FROM catalog_product \
        WHERE company_id = $1 AND id = $2";
    BY_ID_4 = "SELECT id, code, name, unit, price_micro, barcode, kind, active, version FROM catalog_product \
        WHERE company_id = $1 AND id IN ($2, $3, $4, $5)";
    BY_ID_16 = "SELECT id, code, name, unit, price_micro, barcode, kind, active, version FROM \
        catalog_product \
        WHERE company_id = $1 AND id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
        $16, $17)";
    ID_BY_CODE = "SELECT id FROM catalog_product WHERE company_id = $1 AND code = $2";
    BY_CODE_4 = "SELECT code, id FROM catalog_product WHERE company_id = $1 AND code IN ($2, $3, $4, $5)";
    BY_CODE_16 = "SELECT code, id FROM catalog_product WHERE company_id = $1 \
        AND code IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    DROP_TOKENS = "DELETE FROM catalog_search WHERE company_id = $1 AND id = $2";
    ADD_TOKENS = "INSERT INTO catalog_search (company_id, token, id) VALUES";
}

/// The product, or the refusal that there is none.
pub fn get(tx: &mut Tx<'_>, id: ProductId) -> db::Result<ProductRow> {
    let found = tx.opt(GET, p![id])?;
    found.ok_or_else(|| {
        Refusal::not_found("catalog.product_not_found")
            .on("product_id")
            .into()
    })
}

/// The products with these identities, in any order; what does not exist is left out. The lists of
/// the statements have fixed sizes (the last identity is repeated), so that few are prepared.
pub fn load(tx: &mut Tx<'_>, ids: &[ProductId]) -> db::Result<Vec<ProductRow>> {
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let mut found = Vec::with_capacity(wanted.len());
    for chunk in wanted.chunks(16) {
        let rows = match chunk.len() {
            1 => tx.all(GET, p![chunk[0]])?,
            2..=4 => tx.all(BY_ID_4, padded(chunk, 4))?,
            _ => tx.all(BY_ID_16, padded(chunk, 16))?,
        };
        found.extend(rows);
    }
    Ok(found)
}

/// The identities of these codes; what does not exist is left out.
pub fn by_codes(tx: &mut Tx<'_>, codes: &[&str]) -> db::Result<Vec<(String, ProductId)>> {
    let mut found = Vec::with_capacity(codes.len());
    for chunk in codes.chunks(16) {
        let size = if chunk.len() <= 4 { 4 } else { 16 };
        let sql = if size == 4 { BY_CODE_4 } else { BY_CODE_16 };
        found.extend(tx.all::<(String, ProductId)>(sql, padded(chunk, size))?);
    }
    Ok(found)
}

pub(crate) fn id_by_code(tx: &mut Tx<'_>, code: &str) -> db::Result<Option<ProductId>> {
    tx.opt(ID_BY_CODE, p![code])
}

fn padded<T: Copy + Into<Value>>(chunk: &[T], size: usize) -> Vec<Value> {
    let last = chunk.last().copied();
    let items = chunk
        .iter()
        .copied()
        .chain(std::iter::repeat_n(last, size).flatten());
    items.take(size).map(Into::into).collect()
}

/// A product to be written; several go in few statements.
pub(crate) struct Fresh<'a> {
    pub id: ProductId,
    pub code: &'a str,
    pub name: &'a str,
    pub unit: &'a str,
    pub price: Price,
    pub barcode: &'a str,
    pub kind: ProductKind,
    pub active: bool,
}

pub(crate) fn insert(tx: &mut Tx<'_>, products: &[Fresh<'_>], now: Instant) -> db::Result<()> {
    let mut rows = Vec::with_capacity(products.len());
    let mut tokens = Vec::new();
    for new in products {
        let key = search::fold(new.name);
        rows.push(p![
            new.id,
            new.code,
            new.name,
            key,
            new.unit,
            new.price,
            new.barcode,
            new.kind,
            new.active,
            1,
            now
        ]);
        if new.kind == ProductKind::Goods {
            tokens.extend(token_rows(new.id, [new.code, new.name, new.barcode]));
        }
    }
    tx.push_rows(INSERT, rows)?;
    tx.push_rows(ADD_TOKENS, tokens)
}

/// Whether the row still had that version.
pub(crate) fn update(tx: &mut Tx<'_>, id: ProductId, version: i64, new: &NewProduct) -> db::Result<bool> {
    let key = search::fold(&new.name);
    let changed = tx.exec(
        UPDATE,
        p![
            id,
            version,
            &new.code,
            &new.name,
            key,
            &new.unit,
            new.price,
            &new.barcode,
            new.active
        ],
    )?;
    if changed == 1 {
        tx.push(DROP_TOKENS, p![id])?;
        tx.push_rows(ADD_TOKENS, token_rows(id, [&new.code, &new.name, &new.barcode]))?;
    }
    Ok(changed == 1)
}

fn token_rows(id: ProductId, texts: [&str; 3]) -> Vec<Vec<Value>> {
    search::tokens_for_index(texts)
        .into_iter()
        .map(|token| p![token, id])
        .collect()
}
