use base::{Currency, Day, Money};

use crate::Lang;

/// `-1,234.50`: grouped in threes, all digits of the currency, no symbol.
pub fn money(_lang: Lang, amount: Money) -> String {
    in_threes(&amount.to_string())
}

/// As [`money`] where the text is a plain decimal with a point (`1234.50`); any other text as it is, since a
/// number without one may be a document's or a customer's.
pub fn grouped(text: &str) -> String {
    let digits = text.strip_prefix('-').unwrap_or(text);
    match digits.split_once('.') {
        Some((whole, fraction)) if all_digits(whole) && all_digits(fraction) => in_threes(text),
        _ => text.to_owned(),
    }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn in_threes(plain: &str) -> String {
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", plain),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = String::with_capacity(plain.len() + whole.len() / 3);
    text.push_str(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// `£1,234.50`, `-¥20.00`; a currency without a sign of its own here is named: `SGD 5.00`.
pub fn money_with_currency(lang: Lang, amount: Money) -> String {
    let text = money(lang, amount);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.as_str()),
    };
    match symbol(amount.currency) {
        Some(symbol) => format!("{sign}{symbol}{digits}"),
        None => format!("{} {sign}{digits}", amount.currency),
    }
}

fn symbol(currency: Currency) -> Option<&'static str> {
    Some(match currency.code() {
        "CNY" | "JPY" => "¥",
        "GBP" => "£",
        "EUR" => "€",
        "USD" => "US$",
        "TWD" => "NT$",
        "HKD" => "HK$",
        _ => return None,
    })
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `5 Nov 2026` in English, `2026-11-05` in Chinese.
pub fn day(lang: Lang, day: Day) -> String {
    match lang {
        Lang::En => format!(
            "{} {} {}",
            day.day(),
            MONTHS[day.month() as usize - 1],
            day.year()
        ),
        Lang::ZhHans | Lang::ZhHant => day.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        let of = |minor, code| Money::new(minor, Currency::named(code).unwrap());
        assert_eq!(money(Lang::En, of(-123_456_789, "GBP")), "-1,234,567.89");
        assert_eq!(money(Lang::En, of(12_345, "GBP")), "123.45");
        assert_eq!(money(Lang::ZhHans, of(0, "CNY")), "0.00");
        assert_eq!(money(Lang::ZhHans, of(-100_000, "JPY")), "-100,000");
        assert_eq!(money_with_currency(Lang::ZhHant, of(-500, "TWD")), "-NT$5.00");
        assert_eq!(money_with_currency(Lang::En, of(500, "SGD")), "SGD 5.00");
    }

    #[test]
    fn only_decimals_are_grouped() {
        assert_eq!(grouped("-12345.60"), "-12,345.60");
        for text in ["12345", "DN-000042", "2026-11-05", "1.2.3", "abc", "", "."] {
            assert_eq!(grouped(text), text);
        }
    }

    #[test]
    fn days() {
        let late = Day::new(2026, 11, 5).unwrap();
        assert_eq!(day(Lang::En, late), "5 Nov 2026");
        assert_eq!(day(Lang::ZhHans, late), "2026-11-05");
    }
}
