use std::fmt;

/// A statement that is written once, with a name for messages and tests.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sql {
    name: &'static str,
    text: &'static str,
}

impl Sql {
    pub const fn new(name: &'static str, text: &'static str) -> Sql {
        Sql { name, text }
    }

    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub const fn text(&self) -> &'static str {
        self.text
    }
}

impl fmt::Debug for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// What can be run: a named statement, or a text put together for a list.
pub trait AsSql {
    fn text(&self) -> &str;

    /// How messages call it: its name, or the beginning of its text.
    fn label(&self) -> &str {
        let text = self.text().trim_start();
        let end = text.char_indices().nth(60).map_or(text.len(), |(at, _)| at);
        &text[..end]
    }
}

impl AsSql for Sql {
    fn text(&self) -> &str {
        self.text
    }
    fn label(&self) -> &str {
        self.name
    }
}
impl AsSql for &str {
    fn text(&self) -> &str {
        self
    }
}
impl AsSql for String {
    fn text(&self) -> &str {
        self
    }
}
impl<T: AsSql> AsSql for &T {
    fn text(&self) -> &str {
        (*self).text()
    }
    fn label(&self) -> &str {
        (*self).label()
    }
}

/// `$5,$6,$7` for `IN (…)`: `count` parameters beginning with number `first`.
pub fn placeholders(first: usize, count: usize) -> String {
    let mut text = String::with_capacity(count * 4);
    for number in first..first + count {
        if number > first {
            text.push(',');
        }
        text.push('$');
        text.push_str(&number.to_string());
    }
    text
}

/// The statements of a module: one constant each, and all of them in `STATEMENTS`.
///
/// ```
/// db::statements! {
///     /// The customer's name.
///     pub NAME = "SELECT name FROM customer WHERE company_id = $1 AND id = $2";
/// }
/// assert_eq!(STATEMENTS.len(), 1);
/// ```
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $vis:vis $name:ident = $text:expr;)*) => {
        $($(#[$doc])* $vis const $name: $crate::Sql =
            $crate::Sql::new(concat!(module_path!(), "::", stringify!($name)), $text);)*
        /// Every statement of this module, for the test that prepares them on both databases.
        pub const STATEMENTS: &[$crate::Sql] = &[$($name),*];
    };
}
