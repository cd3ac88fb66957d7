//! The unit of a number, in its two grammatical numbers: `1 ansökan`, `3 ansökningar`.

use crate::number::{Fraction, whole};
use crate::text::{Lang, Text};

/// What stands after a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// After every number but one; also in heads of tables.
    pub many: Text,
    /// After the number 1, when the form says so.
    pub one: Option<Text>,
}

impl Unit {
    /// A unit that never changes, such as `kr` and `%`.
    #[must_use]
    pub fn same(sv: &str, en: &str) -> Unit {
        Unit { many: Text::new(sv, en), one: None }
    }

    /// The word after this number.
    #[must_use]
    pub fn of(&self, number: &Fraction, lang: Lang) -> &str {
        match &self.one {
            Some(one) if *number == whole(1) => one.get(lang),
            _ => self.many.get(lang),
        }
    }

    /// The word where no number is: in heads, and beside an empty control.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        self.many.get(lang)
    }
}
