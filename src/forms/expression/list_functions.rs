//! The functions of lists: sum, mean, min, max, count, distinct, size.

use std::cmp::Ordering;

use num_traits::Zero;

use super::evaluate::{Datum, Run, order};
use super::tree::Function;
use crate::number::Fraction;

/// A function of these arguments, of which some may have no value.
pub(super) fn call(run: &Run, function: Function, arguments: &[Option<Datum>]) -> Option<Datum> {
    let list = match arguments {
        [Some(Datum::List(list))] => list.clone(),
        [Some(Datum::Text(text))] if function == Function::Size => return Some(count(text.chars().count())),
        [_, _, ..] if matches!(function, Function::Min | Function::Max) => arguments.into(),
        _ => return None,
    };
    run.step(u64::try_from(list.len()).unwrap_or(u64::MAX))?;
    match function {
        Function::Size => Some(count(list.len())),
        Function::Count => Some(count(list.iter().flatten().count())),
        Function::Sum => sum(run, &list).map(Datum::Number),
        Function::Mean => {
            let sum = sum(run, &list)?;
            (!list.is_empty()).then(|| run.paid(sum / Fraction::from_integer(list.len().into())))?
        }
        Function::Min => extreme(&list, Ordering::is_lt),
        Function::Max => extreme(&list, Ordering::is_gt),
        Function::Distinct => distinct(run, &list),
    }
}

fn count(size: usize) -> Datum {
    Datum::Number(Fraction::from_integer(size.into()))
}

fn sum(run: &Run, list: &[Option<Datum>]) -> Option<Fraction> {
    let mut sum = Fraction::zero();
    for one in list {
        let Some(Datum::Number(number)) = one else { return None };
        let Some(Datum::Number(paid)) = run.paid(sum + number) else { return None };
        sum = paid;
    }
    Some(sum)
}

fn extreme(list: &[Option<Datum>], better: fn(Ordering) -> bool) -> Option<Datum> {
    let mut best: Option<&Datum> = None;
    for one in list {
        let one = one.as_ref()?;
        if best.is_none_or(|best| order(one, best).is_some_and(better)) {
            best = Some(one);
        }
    }
    best.cloned()
}

fn distinct(run: &Run, list: &[Option<Datum>]) -> Option<Datum> {
    let mut kept: Vec<Option<Datum>> = Vec::new();
    for one in list {
        one.as_ref()?;
        run.step(u64::try_from(kept.len()).unwrap_or(u64::MAX))?;
        if !kept.contains(one) {
            kept.push(one.clone());
        }
    }
    Some(Datum::List(kept.into()))
}
