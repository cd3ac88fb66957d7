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

    /// The word after this number. Nothing after 1 when the form has no word for one and the word for several would be
    /// wrong: signs and short forms (`%`, `kr`, `år`) never change.
    #[must_use]
    pub fn of(&self, number: &Fraction, lang: Lang) -> Option<&str> {
        let many = self.many.get(lang);
        match &self.one {
            _ if *number != whole(1) => Some(many),
            Some(one) => Some(one.get(lang)),
            None => {
                let never_changes = many.chars().count() <= 3 || !many.starts_with(char::is_alphabetic);
                never_changes.then_some(many)
            }
        }
    }

    /// A number as it is shown, with its unit.
    #[must_use]
    pub fn after(&self, number: &Fraction, shown: &str, lang: Lang) -> String {
        self.of(number, lang).map_or_else(|| shown.to_owned(), |unit| format!("{shown}\u{a0}{unit}"))
    }

    /// The word where no number is: in heads, and beside an empty control.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        self.many.get(lang)
    }
}
