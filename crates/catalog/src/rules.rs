use base::{Price, Refusal};

use crate::types::{NewProduct, Virtual};

const LONGEST_CODE: usize = 64;
const LONGEST_NAME: usize = 300;
const LONGEST_UNIT: usize = 32;

/// The product with outer blanks removed, or why it cannot be taken.
pub fn tidied(mut product: NewProduct) -> Result<NewProduct, Refusal> {
    for text in [
        &mut product.code,
        &mut product.name,
        &mut product.unit,
        &mut product.barcode,
    ] {
        *text = text.trim().to_owned();
    }
    if product.name.is_empty() {
        return Err(Refusal::invalid("catalog.name_missing").on("name"));
    }
    let limits = [
        ("code", &product.code, LONGEST_CODE),
        ("name", &product.name, LONGEST_NAME),
        ("unit", &product.unit, LONGEST_UNIT),
        ("barcode", &product.barcode, LONGEST_CODE),
    ];
    for (field, text, most) in limits {
        if text.chars().count() > most {
            return Err(Refusal::invalid("catalog.text_too_long")
                .on(field)
                .with("most", most));
        }
    }
    if product.price < Price::ZERO {
        return Err(Refusal::invalid("catalog.price_negative").on("price"));
    }
    if reserved(&product.code) {
        return Err(Refusal::rule("catalog.code_reserved")
            .on("code")
            .with("code", product.code));
    }
    Ok(product)
}

/// Whether the code belongs to a virtual product, which a person cannot make or change.
pub fn reserved(code: &str) -> bool {
    [Virtual::BadDebt, Virtual::BadDebtRecovery]
        .iter()
        .any(|known| known.code() == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(code: &str, name: &str, price: &str) -> NewProduct {
        NewProduct {
            code: code.into(),
            name: name.into(),
            unit: "件".into(),
            price: price.parse().unwrap(),
            barcode: String::new(),
            active: true,
        }
    }

    #[test]
    fn what_a_product_must_be() {
        assert_eq!(tidied(product(" A-1 ", " 红茶 ", "0")).unwrap().name, "红茶");
        let code = |product| tidied(product).unwrap_err().code;
        assert_eq!(code(product("A", "", "1")), "catalog.name_missing");
        assert_eq!(code(product("A", "x", "-0.01")), "catalog.price_negative");
        assert_eq!(code(product("BAD-DEBT", "x", "1")), "catalog.code_reserved");
        assert_eq!(code(product(&"9".repeat(65), "x", "1")), "catalog.text_too_long");
    }
}
