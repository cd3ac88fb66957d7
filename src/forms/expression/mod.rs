//! The expressions of forms: a small, exact subset of CEL (Common Expression Language).
//!
//! Invariants: parsing and evaluating are total – any text and any answers give a result or a [`Fault`], never a
//! panic; there is no clock and no float; nesting is at most [`DEEPEST`] and evaluation at most
//! [`evaluate::MOST_STEPS`] steps; what cannot be known (not answered, hidden, divided by zero, too long) is *no value*.

mod display;
pub mod evaluate;
mod lexer;
mod list_functions;
mod parser;
pub mod tree;
pub mod types;

use std::collections::BTreeSet;

pub use evaluate::{Datum, Scope};
pub use tree::Tree;
pub use types::{Names, Type};

/// The longest expression, in bytes.
pub const LONGEST: usize = 4_000;

/// The deepest nesting, of parentheses as of operators.
pub const DEEPEST: usize = 48;

/// Names that the language itself uses; no field, column or indicator may have them.
pub const RESERVED: [&str; 20] = [
    "true",
    "false",
    "in",
    "has",
    "date",
    "thresholds",
    "period_start",
    "period_end",
    "sum",
    "mean",
    "min",
    "max",
    "count",
    "distinct",
    "size",
    "contains",
    "filter",
    "exists",
    "all",
    "map",
];

/// A parsed expression.
#[derive(Debug, Clone)]
pub struct Expression {
    text: String,
    tree: Tree,
}

/// What is wrong with an expression, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The character, from 0.
    pub at: usize,
    /// A stable word for the kind of fault.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl Fault {
    fn new(at: usize, code: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Fault {
        Fault { at, code, message: message.into(), remedy: remedy.into() }
    }
}

impl Expression {
    /// Parses an expression.
    ///
    /// # Errors
    /// The first place where the text is no expression.
    pub fn parse(text: &str) -> Result<Expression, Fault> {
        Ok(Expression { text: text.to_owned(), tree: parser::parse(text)? })
    }

    /// What stands in for an expression that could not be read: false.
    pub(super) fn nothing() -> Expression {
        Expression { text: String::new(), tree: Tree { at: 0, height: 1, node: tree::Node::Bool(false) } }
    }

    /// The expression as its author wrote it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The expression as a tree.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The fields and indicators it uses, in alphabetical order.
    #[must_use]
    pub fn names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        tree::names(&self.tree, &mut Vec::new(), &mut names);
        names
    }

    /// What type it has among these names, with every fault in it.
    #[must_use]
    pub fn check(&self, names: &Names) -> (Type, Vec<Fault>) {
        types::check(&self.tree, names)
    }

    /// Its value among these answers.
    #[must_use]
    pub fn value(&self, scope: &Scope) -> Option<Datum> {
        evaluate::value(&self.tree, scope)
    }

    /// Whether it is true; anything but a yes or no is no value.
    #[must_use]
    pub fn holds(&self, scope: &Scope) -> Option<bool> {
        match self.value(scope) {
            Some(Datum::Bool(holds)) => Some(holds),
            _ => None,
        }
    }
}

/// Two expressions are equal when they mean the same, however they are spaced.
impl PartialEq for Expression {
    fn eq(&self, other: &Expression) -> bool {
        self.tree == other.tree
    }
}

impl std::fmt::Display for Expression {
    /// The expression in one spelling: single spaces, single quotes, no needless parentheses.
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.tree.fmt(to)
    }
}
