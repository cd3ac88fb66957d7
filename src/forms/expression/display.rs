//! An expression in one spelling.

use std::fmt::{self, Display, Formatter};

use super::tree::{Node, Tree};
use crate::number::{Fraction, LONGEST, display_short};

/// Postfix and primary parts bind tightest, then prefix signs, then [`super::tree::Operator::binds`], then `?:`.
const PRIMARY: u8 = 7;
const PREFIX: u8 = 6;

fn binds(tree: &Tree) -> u8 {
    match &tree.node {
        Node::Choose(..) => 0,
        Node::Pair(operator, ..) => operator.binds(),
        // "1.held" would read as the number "1.".
        Node::Not(_) | Node::Negative(_) | Node::Number(_) => PREFIX,
        _ => PRIMARY,
    }
}

/// A part, in parentheses when it binds more loosely than its place asks.
struct Within<'a>(&'a Tree, u8);

impl Display for Within<'_> {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        if binds(self.0) < self.1 { write!(to, "({})", self.0) } else { self.0.fmt(to) }
    }
}

struct Listed<'a>(&'a [Tree]);

impl Display for Listed<'_> {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        for (at, tree) in self.0.iter().enumerate() {
            if at > 0 {
                to.write_str(", ")?;
            }
            tree.fmt(to)?;
        }
        Ok(())
    }
}

/// A literal as its author could have written it; literals are never negative and always finite decimals.
fn decimal(number: &Fraction) -> String {
    display_short(number, u32::try_from(LONGEST).unwrap_or(u32::MAX)).replace('\u{a0}', "").replace(',', ".")
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n")
}

impl Display for Tree {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        match &self.node {
            Node::Number(number) => to.write_str(&decimal(number)),
            Node::Text(text) => write!(to, "'{}'", quoted(text)),
            Node::Bool(value) => value.fmt(to),
            Node::Date(day) => write!(to, "date('{day}')"),
            Node::Name(name) => to.write_str(name),
            Node::Threshold(name) => write!(to, "thresholds.{name}"),
            Node::List(all) => write!(to, "[{}]", Listed(all)),
            Node::Not(inner) => write!(to, "!{}", Within(inner, PREFIX)),
            Node::Negative(inner) => write!(to, "-{}", Within(inner, PREFIX)),
            Node::Pair(operator, left, right) => {
                let binds = operator.binds();
                write!(to, "{} {} {}", Within(left, binds), operator.sign(), Within(right, binds + 1))
            }
            Node::Choose(condition, then, otherwise) => {
                write!(to, "{} ? {} : {otherwise}", Within(condition, 1), Within(then, 1))
            }
            Node::Column(row, name) => write!(to, "{}.{name}", Within(row, PRIMARY)),
            Node::At(list, index) => write!(to, "{}[{index}]", Within(list, PRIMARY)),
            Node::Has(inner) => write!(to, "has({inner})"),
            Node::Call(function, all) => write!(to, "{}({})", function.name(), Listed(all)),
            Node::Contains(whole, part) => write!(to, "{}.contains({part})", Within(whole, PRIMARY)),
            Node::Each(each, list, name, body) => {
                write!(to, "{}.{}({name}, {body})", Within(list, PRIMARY), each.name())
            }
        }
    }
}
