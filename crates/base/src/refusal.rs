use std::fmt;

/// What an answer to a refused act looks like from outside. `kit` maps it to a status code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The input itself is wrong; a field can be named.
    Invalid,
    /// The rules of the business say no (over the limit, closed period, over-allocated).
    Rule,
    /// Somebody else was first; the caller should look again.
    Conflict,
    /// There is no such thing for this caller.
    NotFound,
    /// The caller may not do this.
    Forbidden,
    /// Too many tries; later.
    Throttled,
}

/// A "no" with its reason: data, not a failure. The text is found under `refusal.<code>` in the
/// caller's language and filled with the parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub kind: Kind,
    /// `<slice>.<reason>`, stable: clients may rely on it.
    pub code: &'static str,
    /// The input field it speaks of, as a path such as `lines[2].quantity`.
    pub field: Option<String>,
    /// What the text names: already formatted, money as plain decimals.
    pub params: Vec<(&'static str, String)>,
}

impl Refusal {
    pub const fn new(kind: Kind, code: &'static str) -> Refusal {
        Refusal {
            kind,
            code,
            field: None,
            params: Vec::new(),
        }
    }

    pub const fn invalid(code: &'static str) -> Refusal {
        Refusal::new(Kind::Invalid, code)
    }

    pub const fn rule(code: &'static str) -> Refusal {
        Refusal::new(Kind::Rule, code)
    }

    pub const fn conflict(code: &'static str) -> Refusal {
        Refusal::new(Kind::Conflict, code)
    }

    pub const fn not_found(code: &'static str) -> Refusal {
        Refusal::new(Kind::NotFound, code)
    }

    pub fn on(mut self, field: impl Into<String>) -> Refusal {
        self.field = Some(field.into());
        self
    }

    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Refusal {
        self.params.push((name, value.to_string()));
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)?;
        for (name, value) in &self.params {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}
impl std::error::Error for Refusal {}
