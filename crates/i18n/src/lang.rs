use std::fmt;
use std::str::FromStr;

/// A language of the interface.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Lang {
    /// Simplified Chinese.
    ZhHans,
    /// Traditional Chinese, in the words of Taiwan's business.
    ZhHant,
    #[default]
    En,
}

impl Lang {
    pub const ALL: [Lang; 3] = [Lang::ZhHans, Lang::ZhHant, Lang::En];

    /// The code used in the database, in JSON and as the folder's name.
    pub const fn code(self) -> &'static str {
        match self {
            Lang::ZhHans => "zh-Hans",
            Lang::ZhHant => "zh-Hant",
            Lang::En => "en",
        }
    }

    /// Exactly one of the three codes.
    pub fn parse(code: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// The best of an `Accept-Language` header; English when it names no language of ours.
    pub fn from_accept_language(header: &str) -> Lang {
        let mut best: Option<(u32, Lang)> = None;
        for range in header.split(',') {
            let mut parts = range.split(';');
            let Some(lang) = parts.next().and_then(|tag| Lang::of_tag(tag.trim())) else {
                continue;
            };
            let weight = parts
                .find_map(|p| p.trim().strip_prefix("q="))
                .map_or(1000, thousandths);
            if weight > 0 && best.is_none_or(|(seen, _)| weight > seen) {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang).unwrap_or_default()
    }

    /// The language of one tag such as `zh-TW`, `zh-Hans-CN`, `en-GB`.
    fn of_tag(tag: &str) -> Option<Lang> {
        let tag = tag.to_ascii_lowercase();
        let mut parts = tag.split('-');
        match parts.next()? {
            "en" => Some(Lang::En),
            "zh" => {
                let parts: Vec<&str> = parts.collect();
                if parts.contains(&"hans") {
                    return Some(Lang::ZhHans);
                }
                let traditional = parts.iter().any(|p| matches!(*p, "hant" | "tw" | "hk" | "mo"));
                Some(if traditional { Lang::ZhHant } else { Lang::ZhHans })
            }
            _ => None,
        }
    }
}

/// `0.8` as 800; anything unreadable counts as full weight.
fn thousandths(weight: &str) -> u32 {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let digits = format!("{whole}{fraction:0<3}");
    digits
        .get(..whole.len() + 3)
        .and_then(|d| d.parse().ok())
        .unwrap_or(1000)
}

#[derive(Debug)]
pub struct UnknownLang(String);

impl fmt::Display for UnknownLang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown language {:?}; known are zh-Hans, zh-Hant, en", self.0)
    }
}
impl std::error::Error for UnknownLang {}

impl FromStr for Lang {
    type Err = UnknownLang;
    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Lang::parse(code).ok_or_else(|| UnknownLang(code.to_owned()))
    }
}
impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl serde::Serialize for Lang {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}
impl<'de> serde::Deserialize<'de> for Lang {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_language_picks_the_heaviest_of_ours() {
        let of = Lang::from_accept_language;
        assert_eq!(of("zh-TW,zh;q=0.9,en;q=0.8"), Lang::ZhHant);
        assert_eq!(of("zh-CN"), Lang::ZhHans);
        assert_eq!(of("zh-Hans-HK"), Lang::ZhHans);
        assert_eq!(of("fr,en-GB;q=0.5,zh;q=0.7"), Lang::ZhHans);
        assert_eq!(of("en;q=0, zh-HK;q=0.1"), Lang::ZhHant);
        assert_eq!(of("fr, de"), Lang::En);
        assert_eq!(of(""), Lang::En);
    }
}
