//! The tree of an expression.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::number::Fraction;

/// A part of an expression, and where it began.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The character where it began, from 0.
    pub at: usize,
    /// How many levels it has, from 1.
    pub(super) height: usize,
    /// What it is.
    pub node: Node,
}

/// Where a part began says nothing about what it means.
impl PartialEq for Tree {
    fn eq(&self, other: &Tree) -> bool {
        self.node == other.node
    }
}

/// What a part of an expression can be.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// `12`, `0.5`
    Number(Fraction),
    /// `'text'`
    Text(String),
    /// `true`, `false`
    Bool(bool),
    /// `date('2026-01-31')`
    Date(NaiveDate),
    /// A field, an indicator, a row, `period_start` or `period_end`.
    Name(String),
    /// `thresholds.two`
    Threshold(String),
    /// `['a', 'b']`
    List(Vec<Tree>),
    /// `!x`
    Not(Box<Tree>),
    /// `-x`
    Negative(Box<Tree>),
    /// `a + b` and the like.
    Pair(Operator, Box<Tree>, Box<Tree>),
    /// `condition ? then : otherwise`
    Choose(Box<Tree>, Box<Tree>, Box<Tree>),
    /// `row.column`
    Column(Box<Tree>, String),
    /// `papers[0]`
    At(Box<Tree>, Box<Tree>),
    /// `has(x)`
    Has(Box<Tree>),
    /// `sum(list)` and the like.
    Call(Function, Vec<Tree>),
    /// `x.contains(y)`
    Contains(Box<Tree>, Box<Tree>),
    /// `list.filter(row, condition)` and the like: list, name of one, body.
    Each(Each, Box<Tree>, String, Box<Tree>),
}

/// Operators between two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `in`
    In,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Over,
    /// `%`
    Remainder,
}

impl Operator {
    /// Every operator with its sign and how tightly it binds.
    pub(super) const ALL: [(Operator, &'static str, u8); 14] = [
        (Operator::Or, "||", 1),
        (Operator::And, "&&", 2),
        (Operator::Equal, "==", 3),
        (Operator::Unequal, "!=", 3),
        (Operator::Less, "<", 3),
        (Operator::AtMost, "<=", 3),
        (Operator::More, ">", 3),
        (Operator::AtLeast, ">=", 3),
        (Operator::In, "in", 3),
        (Operator::Plus, "+", 4),
        (Operator::Minus, "-", 4),
        (Operator::Times, "*", 5),
        (Operator::Over, "/", 5),
        (Operator::Remainder, "%", 5),
    ];

    /// Its sign.
    #[must_use]
    pub fn sign(self) -> &'static str {
        Operator::ALL.iter().find(|(one, ..)| *one == self).map_or("", |(_, sign, _)| sign)
    }

    pub(super) fn binds(self) -> u8 {
        Operator::ALL.iter().find(|(one, ..)| *one == self).map_or(0, |(.., binds)| *binds)
    }
}

/// Functions of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// The sum; of nothing 0.
    Sum,
    /// The mean; of nothing no value.
    Mean,
    /// The least, of a list or of several values.
    Min,
    /// The greatest, of a list or of several values.
    Max,
    /// How many in the list have a value.
    Count,
    /// The list without repetitions.
    Distinct,
    /// How many are in the list, or how many characters the text has.
    Size,
}

impl Function {
    pub(super) const ALL: [(Function, &'static str); 7] = [
        (Function::Sum, "sum"),
        (Function::Mean, "mean"),
        (Function::Min, "min"),
        (Function::Max, "max"),
        (Function::Count, "count"),
        (Function::Distinct, "distinct"),
        (Function::Size, "size"),
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Function::ALL.iter().find(|(one, _)| *one == self).map_or("", |(_, name)| name)
    }
}

/// Methods that look at each in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// Those for which the body is true.
    Filter,
    /// Whether the body is true for one at least.
    Exists,
    /// Whether the body is true for each.
    All,
    /// The body of each.
    Map,
}

impl Each {
    pub(super) const ALL: [(Each, &'static str); 4] =
        [(Each::Filter, "filter"), (Each::Exists, "exists"), (Each::All, "all"), (Each::Map, "map")];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Each::ALL.iter().find(|(one, _)| *one == self).map_or("", |(_, name)| name)
    }
}

/// The parts directly under a part.
pub(super) fn children(tree: &Tree) -> Vec<&Tree> {
    match &tree.node {
        Node::Number(_)
        | Node::Text(_)
        | Node::Bool(_)
        | Node::Date(_)
        | Node::Name(_)
        | Node::Threshold(_) => vec![],
        Node::List(all) | Node::Call(_, all) => all.iter().collect(),
        Node::Not(one) | Node::Negative(one) | Node::Column(one, _) | Node::Has(one) => vec![one],
        Node::Pair(_, one, two)
        | Node::At(one, two)
        | Node::Contains(one, two)
        | Node::Each(_, one, _, two) => {
            vec![one, two]
        }
        Node::Choose(condition, then, otherwise) => vec![condition, then, otherwise],
    }
}

/// Collects the names that come from outside the expression.
pub(super) fn names(tree: &Tree, own: &mut Vec<String>, found: &mut BTreeSet<String>) {
    match &tree.node {
        Node::Name(name) => {
            if !own.contains(name) && name != "period_start" && name != "period_end" {
                found.insert(name.clone());
            }
        }
        Node::Each(_, list, name, body) => {
            names(list, own, found);
            own.push(name.clone());
            names(body, own, found);
            own.pop();
        }
        _ => {
            for child in children(tree) {
                names(child, own, found);
            }
        }
    }
}

/// Collects the thresholds an expression uses.
pub(in crate::forms) fn thresholds<'a>(tree: &'a Tree, found: &mut BTreeSet<&'a str>) {
    if let Node::Threshold(name) = &tree.node {
        found.insert(name);
    }
    for child in children(tree) {
        thresholds(child, found);
    }
}
