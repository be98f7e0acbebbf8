use base::Refusal;

use crate::types::NewCustomer;

const LONGEST_CODE: usize = 32;
const LONGEST_TEXT: usize = 200;
const LONGEST_REMARK: usize = 2_000;

/// The customer with outer blanks removed, or why it cannot be taken.
pub fn tidied(mut customer: NewCustomer) -> Result<NewCustomer, Refusal> {
    for text in [
        &mut customer.code,
        &mut customer.name,
        &mut customer.contact,
        &mut customer.phone,
        &mut customer.email,
        &mut customer.address,
        &mut customer.remark,
    ] {
        *text = text.trim().to_owned();
    }
    if customer.name.is_empty() {
        return Err(Refusal::invalid("parties.name_missing").on("name"));
    }
    let limits = [
        ("code", &customer.code, LONGEST_CODE),
        ("name", &customer.name, LONGEST_TEXT),
        ("contact", &customer.contact, LONGEST_TEXT),
        ("phone", &customer.phone, LONGEST_TEXT),
        ("email", &customer.email, LONGEST_TEXT),
        ("address", &customer.address, LONGEST_TEXT),
        ("remark", &customer.remark, LONGEST_REMARK),
    ];
    for (field, text, most) in limits {
        if text.chars().count() > most {
            return Err(Refusal::invalid("parties.text_too_long")
                .on(field)
                .with("most", most));
        }
    }
    if customer.code.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Refusal::invalid("parties.code_unreadable").on("code"));
    }
    if !customer.email.is_empty() && !looks_like_mail(&customer.email) {
        return Err(Refusal::invalid("parties.email_unreadable").on("email"));
    }
    Ok(customer)
}

/// Something before and after one `@`, no blanks: enough to catch a phone number in the wrong box.
fn looks_like_mail(text: &str) -> bool {
    let mut halves = text.split('@');
    let (before, after, more) = (halves.next(), halves.next(), halves.next());
    let filled = |half: Option<&str>| half.is_some_and(|half| !half.is_empty());
    filled(before) && filled(after) && more.is_none() && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use base::Currency;
    use i18n::Lang;

    use super::*;

    fn customer(name: &str) -> NewCustomer {
        NewCustomer::named(name, Currency::named("CNY").unwrap(), Lang::ZhHans)
    }

    #[test]
    fn blanks_go_and_a_name_stays() {
        assert_eq!(tidied(customer("  好运来 ")).unwrap().name, "好运来");
        assert_eq!(tidied(customer(" \t")).unwrap_err().code, "parties.name_missing");
        assert_eq!(
            tidied(customer(&"长".repeat(201))).unwrap_err().code,
            "parties.text_too_long"
        );
    }

    #[test]
    fn codes_and_mail_addresses_are_readable() {
        let with = |code: &str, email: &str| {
            let customer = NewCustomer {
                code: code.into(),
                email: email.into(),
                ..customer("A")
            };
            tidied(customer).map_err(|refusal| refusal.code)
        };
        assert!(with("C-1", "a@b.cn").is_ok());
        assert_eq!(with("C 1", ""), Err("parties.code_unreadable"));
        for email in ["13800138000", "@b", "a@", "a@b@c", "a b@c"] {
            assert_eq!(with("", email), Err("parties.email_unreadable"), "{email}");
        }
    }
}
