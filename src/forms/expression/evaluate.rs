//! The value of an expression, exactly and in bounded time.
//!
//! Anything with *no value* has no value itself, except `&&` and `||`, which one side may decide alone, `exists` and
//! `all` likewise, `has()`, and `size` and `count`, which count. A wrong type is no value too: forms are type-checked
//! before they are used, so that it does not happen.

use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

use chrono::NaiveDate;
use num_traits::{ToPrimitive, Zero};

use super::list_functions::call;
use super::tree::{Each, Node, Operator, Tree};
use crate::number::Fraction;

/// The most steps one evaluation takes; after that there is no value. A step is a part of the expression looked at
/// once, and long numbers cost more: the square of their length in units of 32 bits.
pub const MOST_STEPS: u64 = 1_000_000;

/// A value inside an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Datum {
    /// A number, exactly.
    Number(Fraction),
    /// A text or the id of an option.
    Text(Rc<str>),
    /// Yes or no.
    Bool(bool),
    /// A day.
    Date(NaiveDate),
    /// A list in which some may have no value.
    List(Rc<[Option<Datum>]>),
    /// A row by column; a column without value is left out.
    Row(Rc<BTreeMap<String, Datum>>),
}

/// What an expression can see.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// The answers and indicators that have a value.
    pub names: BTreeMap<String, Datum>,
    /// The criterion's thresholds.
    pub thresholds: &'a BTreeMap<String, Fraction>,
    /// The calendar year evaluated.
    pub year: i32,
}

/// The value of a tree, or no value.
pub(super) fn value(tree: &Tree, scope: &Scope) -> Option<Datum> {
    let run = Run { scope, steps: Cell::new(0) };
    let value = run.value(tree, None);
    if run.steps.get() > MOST_STEPS { None } else { value }
}

pub(super) struct Run<'a> {
    scope: &'a Scope<'a>,
    steps: Cell<u64>,
}

/// The names of rows inside `filter` and the like, innermost first.
#[derive(Clone, Copy)]
pub(super) struct Own<'a> {
    name: &'a str,
    datum: Option<&'a Datum>,
    outer: Option<&'a Own<'a>>,
}

fn number(datum: Option<Datum>) -> Option<Fraction> {
    match datum {
        Some(Datum::Number(number)) => Some(number),
        _ => None,
    }
}

pub(super) fn order(one: &Datum, other: &Datum) -> Option<Ordering> {
    match (one, other) {
        (Datum::Number(one), Datum::Number(other)) => Some(one.cmp(other)),
        (Datum::Date(one), Datum::Date(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

impl Run<'_> {
    /// Counts steps; false when there are none left.
    pub(super) fn step(&self, cost: u64) -> Option<()> {
        let steps = self.steps.get().saturating_add(cost);
        self.steps.set(steps);
        (steps <= MOST_STEPS).then_some(())
    }

    /// Lets a number through, at the cost of its length.
    pub(super) fn paid(&self, number: Fraction) -> Option<Datum> {
        self.weigh(&number)?;
        Some(Datum::Number(number))
    }

    fn weigh(&self, number: &Fraction) -> Option<()> {
        let length = (number.numer().bits() + number.denom().bits()) / 32;
        self.step(length.saturating_mul(length))
    }

    pub(super) fn value(&self, tree: &Tree, own: Option<&Own>) -> Option<Datum> {
        self.step(1)?;
        match &tree.node {
            Node::Number(number) => Some(Datum::Number(number.clone())),
            Node::Text(text) => Some(Datum::Text(text.as_str().into())),
            Node::Bool(value) => Some(Datum::Bool(*value)),
            Node::Date(day) => Some(Datum::Date(*day)),
            Node::Name(name) => self.named(name, own),
            Node::Threshold(name) => self.scope.thresholds.get(name).cloned().map(Datum::Number),
            Node::List(all) => Some(Datum::List(all.iter().map(|one| self.value(one, own)).collect())),
            Node::Not(inner) => Some(Datum::Bool(!self.truth(inner, own)?)),
            Node::Negative(inner) => Some(Datum::Number(-number(self.value(inner, own))?)),
            Node::Pair(Operator::And, left, right) => self.either(left, right, own, false),
            Node::Pair(Operator::Or, left, right) => self.either(left, right, own, true),
            Node::Pair(operator, left, right) => {
                let left = self.value(left, own)?;
                self.pair(*operator, &left, &self.value(right, own)?)
            }
            Node::Choose(condition, then, otherwise) => {
                self.value(if self.truth(condition, own)? { then } else { otherwise }, own)
            }
            Node::Column(row, name) => match self.value(row, own)? {
                Datum::Row(row) => row.get(name).cloned(),
                _ => None,
            },
            Node::At(list, index) => {
                let Datum::List(list) = self.value(list, own)? else { return None };
                let index = number(self.value(index, own)).filter(Fraction::is_integer)?;
                list.get(index.to_usize()?).cloned().flatten()
            }
            Node::Has(inner) => Some(Datum::Bool(match self.value(inner, own) {
                Some(Datum::List(list)) => list.iter().any(Option::is_some),
                value => value.is_some(),
            })),
            Node::Call(function, arguments) => {
                let arguments: Vec<_> = arguments.iter().map(|one| self.value(one, own)).collect();
                call(self, *function, &arguments)
            }
            Node::Contains(whole, part) => {
                let whole = self.value(whole, own)?;
                let part = self.value(part, own)?;
                match (&whole, &part) {
                    (Datum::Text(whole), Datum::Text(part)) => Some(Datum::Bool(whole.contains(&**part))),
                    (Datum::List(list), part) => self.holds(list, part),
                    _ => None,
                }
            }
            Node::Each(each, list, name, body) => {
                let Datum::List(list) = self.value(list, own)? else { return None };
                self.each(*each, &list, name, body, own)
            }
        }
    }

    fn named(&self, name: &str, own: Option<&Own>) -> Option<Datum> {
        let mut next = own;
        while let Some(one) = next {
            if one.name == name {
                return one.datum.cloned();
            }
            next = one.outer;
        }
        match name {
            "period_start" => NaiveDate::from_ymd_opt(self.scope.year, 1, 1).map(Datum::Date),
            "period_end" => NaiveDate::from_ymd_opt(self.scope.year, 12, 31).map(Datum::Date),
            _ => self.scope.names.get(name).cloned(),
        }
    }

    fn truth(&self, tree: &Tree, own: Option<&Own>) -> Option<bool> {
        match self.value(tree, own)? {
            Datum::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// `&&` is decided by one false, `||` by one true, whatever the other side is.
    fn either(&self, left: &Tree, right: &Tree, own: Option<&Own>, deciding: bool) -> Option<Datum> {
        let left = self.truth(left, own);
        if left == Some(deciding) {
            return Some(Datum::Bool(deciding));
        }
        let right = self.truth(right, own)?;
        (right == deciding || left.is_some()).then_some(Datum::Bool(right))
    }

    fn pair(&self, operator: Operator, left: &Datum, right: &Datum) -> Option<Datum> {
        if let (Datum::Number(left), Datum::Number(right)) = (left, right) {
            self.weigh(left)?;
            self.weigh(right)?;
        }
        let compared =
            |wanted: fn(Ordering) -> bool| order(left, right).map(|order| Datum::Bool(wanted(order)));
        match operator {
            Operator::Equal => Some(Datum::Bool(left == right)),
            Operator::Unequal => Some(Datum::Bool(left != right)),
            Operator::Less => compared(Ordering::is_lt),
            Operator::AtMost => compared(Ordering::is_le),
            Operator::More => compared(Ordering::is_gt),
            Operator::AtLeast => compared(Ordering::is_ge),
            Operator::In => match right {
                Datum::List(list) => self.holds(list, left),
                _ => None,
            },
            _ => match (left, right) {
                (Datum::Number(left), Datum::Number(right)) => self.arithmetic(operator, left, right),
                _ => None,
            },
        }
    }

    fn arithmetic(&self, operator: Operator, left: &Fraction, right: &Fraction) -> Option<Datum> {
        let result = match operator {
            Operator::Plus => left + right,
            Operator::Minus => left - right,
            Operator::Times => left * right,
            Operator::Over if !right.is_zero() => left / right,
            Operator::Remainder if !right.is_zero() => left % right,
            _ => return None,
        };
        self.paid(result)
    }

    fn holds(&self, list: &[Option<Datum>], wanted: &Datum) -> Option<Datum> {
        self.step(u64::try_from(list.len()).unwrap_or(u64::MAX))?;
        if list.iter().flatten().any(|one| one == wanted) {
            return Some(Datum::Bool(true));
        }
        list.iter().all(Option::is_some).then_some(Datum::Bool(false))
    }

    fn each(
        &self,
        each: Each,
        list: &[Option<Datum>],
        name: &str,
        body: &Tree,
        outer: Option<&Own>,
    ) -> Option<Datum> {
        let of = |datum: &Option<Datum>| {
            let own = Own { name, datum: datum.as_ref(), outer };
            self.value(body, Some(&own))
        };
        match each {
            Each::Map => {
                let mut all = Vec::with_capacity(list.len());
                for datum in list {
                    all.push(of(datum));
                    self.step(1)?;
                }
                Some(Datum::List(all.into()))
            }
            Each::Filter => {
                let mut kept = Vec::new();
                for datum in list {
                    match of(datum)? {
                        Datum::Bool(true) => kept.push(datum.clone()),
                        Datum::Bool(false) => {}
                        _ => return None,
                    }
                }
                Some(Datum::List(kept.into()))
            }
            Each::Exists | Each::All => {
                let deciding = each == Each::Exists;
                let mut unknown = false;
                for datum in list {
                    match of(datum) {
                        Some(Datum::Bool(value)) if value == deciding => return Some(Datum::Bool(deciding)),
                        Some(Datum::Bool(_)) => {}
                        _ => unknown = true,
                    }
                    self.step(1)?;
                }
                (!unknown).then_some(Datum::Bool(!deciding))
            }
        }
    }
}
