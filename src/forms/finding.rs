//! What the form check has to say about a form file.

use std::fmt;

use serde::Serialize;

/// A fault in a form file, said so that its author can mend it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The file as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// Where in the form: `area.E.criterion.E2.weight`.
    pub key: String,
    /// A stable word for the kind of fault.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.key.is_empty() { "" } else { ": " };
        write!(
            to,
            "{}:{}: {}{colon}{}\n  hint: {}",
            self.file, self.line, self.key, self.message, self.remedy
        )
    }
}
