//! Dates and numbers as shops write them. What a column means is decided over the whole column;
//! where two readings stay possible the file is refused until the mapping says which.

use std::borrow::Cow;

use base::{Day, Instant, Refusal, Zone};
use serde::{Deserialize, Serialize};

/// Which of the first two numbers in `03/04/2026` is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    DayFirst,
    MonthFirst,
    /// No date of the column begins with anything but the year.
    YearFirst,
}

/// The sign between units and decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalSign {
    Point,
    Comma,
}

/// A date as written, before the order of its parts is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Known(Day),
    /// Two numbers and the year.
    Numbers(i8, i8, i16),
}

/// The order of day and month in a column, or a refusal naming a value that could be both.
pub fn date_order<'v>(values: impl Iterator<Item = &'v str>, zone: &Zone) -> Result<DateOrder, Refusal> {
    let (mut day_first, mut month_first, mut unclear) = (None, None, None);
    for value in values {
        let Some(Written::Numbers(first, second, _)) = written(value, zone) else {
            continue;
        };
        match (first > 12, second > 12) {
            (true, false) => day_first = day_first.or(Some(value)),
            (false, true) => month_first = month_first.or(Some(value)),
            _ => unclear = unclear.or(Some(value)),
        }
    }
    match (day_first, month_first, unclear) {
        (None, None, None) => Ok(DateOrder::YearFirst),
        (Some(_), None, _) => Ok(DateOrder::DayFirst),
        (None, Some(_), _) => Ok(DateOrder::MonthFirst),
        (Some(value), Some(other), _) => Err(Refusal::invalid("imports.dates_contradict")
            .on("date")
            .with("value", value)
            .with("other", other)),
        (None, None, Some(value)) => Err(Refusal::invalid("imports.dates_ambiguous")
            .on("date")
            .with("value", value)),
    }
}

/// Reads a date; a time of day after it is dropped, unless it carries an offset: then the moment's
/// day in the company's zone counts.
pub fn parse_date(value: &str, order: DateOrder, zone: &Zone) -> Option<Day> {
    match (written(value, zone)?, order) {
        (Written::Known(day), _) => Some(day),
        (Written::Numbers(day, month, year), DateOrder::DayFirst) => Day::new(year, month, day),
        (Written::Numbers(month, day, year), DateOrder::MonthFirst) => Day::new(year, month, day),
        (Written::Numbers(..), DateOrder::YearFirst) => None,
    }
}

fn written(value: &str, zone: &Zone) -> Option<Written> {
    let value = half_width(value.trim());
    let value = value.as_ref();
    if let Some(day) = iso_day(value) {
        return Some(Written::Known(day));
    }
    if value.len() > 10 && value.as_bytes().get(10) == Some(&b'T') {
        if let Some(moment) = Instant::parse(value) {
            return Some(Written::Known(moment.day_in(zone)));
        }
        return is_time(&value[11..])
            .then(|| iso_day(&value[..10]))
            .flatten()
            .map(Written::Known);
    }
    let (date, time) = split_time(value);
    if !time.is_empty() && !is_time(time) {
        let moment = format!("{}T{}", date, time.replace(' ', ""));
        return Instant::parse(&moment).map(|moment| Written::Known(moment.day_in(zone)));
    }
    if let Some(day) = iso_day(date) {
        return Some(Written::Known(day));
    }
    if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) {
        return day(&date[..4], &date[4..6], &date[6..]).map(Written::Known);
    }
    parts(date)
}

/// `2026-03-04` and nothing else: by far the most frequent form, so it comes first.
fn iso_day(text: &str) -> Option<Day> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' || !text.is_ascii() {
        return None;
    }
    day(&text[..4], &text[5..7], &text[8..])
}

/// The date, and what follows its first blank when that begins like a time.
fn split_time(value: &str) -> (&str, &str) {
    let at = value
        .char_indices()
        .find(|(at, sign)| sign.is_whitespace() && value[at + sign.len_utf8()..].contains(':'));
    // "1 Dec 2010 08:26": the blank before the time is the last one before the first colon.
    let Some((first, _)) = at else { return (value, "") };
    let colon = value.find(':').unwrap_or(value.len());
    let blank = value[..colon].rfind(char::is_whitespace).unwrap_or(first);
    (value[..blank].trim_end(), value[blank..].trim_start())
}

fn is_time(text: &str) -> bool {
    let text = text.trim().to_ascii_uppercase();
    let text = text.trim_end_matches("AM").trim_end_matches("PM").trim_end();
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b':' || byte == b'.')
        && text.contains(':')
}

fn parts(date: &str) -> Option<Written> {
    let date = date.trim_end_matches(['日', '号']);
    let pieces: Vec<&str> = date
        .split(['/', '-', '.', '年', '月', ' ', ','])
        .filter(|piece| !piece.is_empty())
        .collect();
    let [first, second, third] = pieces.as_slice() else {
        return None;
    };
    if first.len() == 4 && first.bytes().all(|byte| byte.is_ascii_digit()) {
        return match month_name(second) {
            Some(month) => Day::new(first.parse().ok()?, month, third.parse().ok()?).map(Written::Known),
            None => day(first, second, third).map(Written::Known),
        };
    }
    if third.len() != 4 {
        return None;
    }
    let year = third.parse().ok()?;
    if let Some(month) = month_name(second) {
        return Day::new(year, month, number(first)?).map(Written::Known);
    }
    if let Some(month) = month_name(first) {
        return Day::new(year, month, number(second)?).map(Written::Known);
    }
    let (first, second) = (number(first)?, number(second)?);
    if first == second {
        // The same day either way.
        return Day::new(year, first, second).map(Written::Known);
    }
    Some(Written::Numbers(first, second, year))
}

fn day(year: &str, month: &str, day: &str) -> Option<Day> {
    let all_digits = year.bytes().all(|byte| byte.is_ascii_digit());
    Day::new(
        year.parse().ok().filter(|_| all_digits)?,
        number(month)?,
        number(day)?,
    )
}

fn number(text: &str) -> Option<i8> {
    (text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn month_name(text: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let start = text.get(..3)?.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| *month == start)?;
    text.bytes()
        .all(|byte| byte.is_ascii_alphabetic())
        .then_some(at as i8 + 1)
}

/// Full-width digits and signs as their plain ones.
fn half_width(text: &str) -> Cow<'_, str> {
    let wide = |sign: char| matches!(sign, '\u{FF01}'..='\u{FF5E}' | '\u{3000}' | '\u{2212}');
    if text.is_ascii() || !text.contains(wide) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .map(|sign| match sign {
                '\u{3000}' => ' ',
                '\u{2212}' => '-',
                wide @ '\u{FF01}'..='\u{FF5E}' => char::from_u32(wide as u32 - 0xFEE0).unwrap_or(wide),
                other => other,
            })
            .collect(),
    )
}

/// A number without blanks, currency sign and the accountant's parentheses.
fn bare(value: &str) -> Cow<'_, str> {
    let value = value.trim();
    let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b',' | b'+');
    if value.bytes().all(plain) {
        return Cow::Borrowed(value);
    }
    let value = half_width(value);
    let negative = value.starts_with('(') && value.ends_with(')');
    let mut text: String = value
        .chars()
        .filter(|sign| {
            !sign.is_whitespace() && !matches!(sign, '¥' | '￥' | '$' | '€' | '£' | '元' | '\'' | '’')
        })
        .collect();
    if negative {
        text = format!("-{}", &text[1..text.len() - 1]);
    }
    Cow::Owned(text)
}

/// The decimal sign of a file's numbers, or a refusal where a comma could be either.
pub fn decimal_sign<'v>(values: impl Iterator<Item = &'v str>) -> Result<DecimalSign, Refusal> {
    let (mut point, mut comma, mut unclear) = (None, None, None);
    for value in values {
        let text = bare(value);
        match evidence(&text) {
            Evidence::Point => point = point.or(Some(value)),
            Evidence::Comma => comma = comma.or(Some(value)),
            Evidence::Unclear => unclear = unclear.or(Some(value)),
            Evidence::None => {}
        }
    }
    match (point, comma, unclear) {
        (Some(value), Some(other), _) => {
            let refusal = Refusal::invalid("imports.numbers_contradict").on("decimal");
            Err(refusal.with("value", value).with("other", other))
        }
        (None, Some(_), _) => Ok(DecimalSign::Comma),
        (None, None, Some(value)) => Err(Refusal::invalid("imports.numbers_ambiguous")
            .on("decimal")
            .with("value", value)),
        _ => Ok(DecimalSign::Point),
    }
}

enum Evidence {
    Point,
    Comma,
    Unclear,
    None,
}

fn evidence(text: &str) -> Evidence {
    let points = text.matches('.').count();
    let commas = text.matches(',').count();
    let digits_after = |sign: char| text.rsplit(sign).next().map_or(0, str::len);
    match (points, commas) {
        (0, 0) => Evidence::None,
        (_, 0) if points > 1 => Evidence::Comma,
        // 0.001 and 1.005 are ordinary prices; a lone point is decimal unless commas say otherwise.
        (_, 0) if digits_after('.') == 3 => Evidence::None,
        (_, 0) => Evidence::Point,
        (0, 1) => {
            let units = text
                .split(',')
                .next()
                .unwrap_or("")
                .trim_start_matches(['-', '+']);
            if digits_after(',') != 3 || units.is_empty() || units.starts_with('0') || units.len() > 3 {
                Evidence::Comma
            } else {
                Evidence::Unclear
            }
        }
        (0, _) => Evidence::Point,
        _ if text.rfind('.') > text.rfind(',') => Evidence::Point,
        _ => Evidence::Comma,
    }
}

/// The number as a plain decimal (`-1234.5`); `None` where it is none in this notation.
pub fn plain_number(value: &str, sign: DecimalSign) -> Option<Cow<'_, str>> {
    let text = bare(value);
    let (decimal, group) = match sign {
        DecimalSign::Point => ('.', ','),
        DecimalSign::Comma => (',', '.'),
    };
    if text.is_empty() {
        return None;
    }
    if !text.contains(group) {
        return Some(if sign == DecimalSign::Point {
            text
        } else {
            Cow::Owned(text.replace(',', "."))
        });
    }
    let (units, decimals) = text
        .split_once(decimal)
        .map_or((text.as_ref(), None), |(a, b)| (a, Some(b)));
    if decimals.is_some_and(|decimals| decimals.contains(group)) {
        return None;
    }
    let mut groups = units.trim_start_matches(['-', '+']).split(group);
    let first_fits = groups.next().is_some_and(|first| (1..=3).contains(&first.len()));
    if !first_fits || !groups.all(|group| group.len() == 3) {
        return None;
    }
    let units = units.replace(group, "");
    Some(Cow::Owned(
        decimals.map_or(units.clone(), |decimals| format!("{units}.{decimals}")),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(values: &[&str]) -> Result<DateOrder, &'static str> {
        date_order(values.iter().copied(), &Zone::utc()).map_err(|refusal| refusal.code)
    }

    fn date(value: &str, order: DateOrder) -> String {
        let zone = Zone::named("Europe/London").unwrap();
        parse_date(value, order, &zone).map_or("none".to_owned(), |day| day.to_string())
    }

    #[test]
    fn the_column_decides_day_and_month() {
        assert_eq!(order(&["03/04/2026", "13/04/2026"]), Ok(DateOrder::DayFirst));
        assert_eq!(order(&["3/4/2026", "4/13/2026"]), Ok(DateOrder::MonthFirst));
        assert_eq!(
            order(&["2026-01-02", "20260103", "5/5/2026"]),
            Ok(DateOrder::YearFirst)
        );
        assert_eq!(order(&["03/04/2026"]), Err("imports.dates_ambiguous"));
        assert_eq!(
            order(&["13/04/2026", "04/13/2026"]),
            Err("imports.dates_contradict")
        );
    }

    #[test]
    fn dates_in_many_forms() {
        for value in [
            "2011-07-04",
            "2011-07-04 08:26:00",
            "2011-07-04T08:26",
            "2011/7/4",
            "2011.07.04",
            "20110704",
            "2011年7月4日",
            "２０１１年７月４日",
            "4/7/2011 8:26 AM",
            "4 Jul 2011",
            "July 4, 2011 08:26",
            "04-Jul-2011",
            "2011-07-04 08:26:00.000",
        ] {
            assert_eq!(date(value, DateOrder::DayFirst), "2011-07-04", "{value}");
        }
        for value in [
            "",
            "2011-02-30",
            "31/31/2011",
            "4/7/11",
            "合计",
            "40513",
            "2011-07-04 later",
        ] {
            assert_eq!(date(value, DateOrder::DayFirst), "none", "{value}");
        }
        assert_eq!(date("7/4/2011", DateOrder::MonthFirst), "2011-07-04");
    }

    #[test]
    fn a_moment_with_an_offset_is_the_local_day() {
        assert_eq!(date("2011-07-04T23:30:00Z", DateOrder::YearFirst), "2011-07-05");
        assert_eq!(date("2011-07-04 23:30:00", DateOrder::YearFirst), "2011-07-04");
    }

    fn sign(values: &[&str]) -> Result<DecimalSign, &'static str> {
        decimal_sign(values.iter().copied()).map_err(|refusal| refusal.code)
    }

    #[test]
    fn the_column_decides_the_decimal_sign() {
        assert_eq!(sign(&["1", "2.5"]), Ok(DecimalSign::Point));
        assert_eq!(sign(&["1,234.50", "1,000"]), Ok(DecimalSign::Point));
        assert_eq!(sign(&["1.234,50", "1.000"]), Ok(DecimalSign::Comma));
        assert_eq!(sign(&["2,5"]), Ok(DecimalSign::Comma));
        assert_eq!(sign(&["0.001", "1.005"]), Ok(DecimalSign::Point));
        assert_eq!(sign(&["0,001"]), Ok(DecimalSign::Comma));
        assert_eq!(sign(&["1,000", "12"]), Err("imports.numbers_ambiguous"));
        assert_eq!(sign(&["1.5", "2,5"]), Err("imports.numbers_contradict"));
        assert_eq!(sign(&[]), Ok(DecimalSign::Point));
    }

    #[test]
    fn numbers_in_their_notation() {
        let plain = |value, sign| plain_number(value, sign).map(Cow::into_owned);
        assert_eq!(plain("1,234.50", DecimalSign::Point).unwrap(), "1234.50");
        assert_eq!(plain("-1,234,567", DecimalSign::Point).unwrap(), "-1234567");
        assert_eq!(plain("1.234,50", DecimalSign::Comma).unwrap(), "1234.50");
        assert_eq!(plain("(5.00)", DecimalSign::Point).unwrap(), "-5.00");
        assert_eq!(plain("￥ 12.5", DecimalSign::Point).unwrap(), "12.5");
        assert_eq!(plain("¥ 12.5元", DecimalSign::Point).unwrap(), "12.5");
        assert_eq!(plain("１２．５", DecimalSign::Point).unwrap(), "12.5");
        for bad in ["1,23.5", "12,34,567", "1.5,000", ""] {
            assert_eq!(plain(bad, DecimalSign::Point), None, "{bad}");
        }
    }
}
