use std::fmt;
use std::str::FromStr;

/// An ISO 4217 currency. The exponent (digits after the point) comes from the standard's table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
    exponent: u8,
}

impl Currency {
    /// `None` for a code the standard does not list.
    pub fn named(code: &str) -> Option<Currency> {
        let known = iso_currency::Currency::from_code(code)?;
        let code = known.code().as_bytes().try_into().ok()?;
        Some(Currency {
            code,
            exponent: known.exponent().unwrap_or(2) as u8,
        })
    }

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or("???")
    }

    /// Digits after the decimal point: 2 for CNY, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u32 {
        u32::from(self.exponent)
    }

    /// Every currency of the standard, for choosing one.
    pub fn all() -> Vec<Currency> {
        use iso_currency::IntoEnumIterator;
        iso_currency::Currency::iter()
            .filter_map(|known| Currency::named(known.code()))
            .collect()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("unknown currency {0}")]
pub struct UnknownCurrency(String);

impl FromStr for Currency {
    type Err = UnknownCurrency;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Currency::named(text).ok_or_else(|| UnknownCurrency(text.to_owned()))
    }
}
impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl serde::Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}
impl<'de> serde::Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
