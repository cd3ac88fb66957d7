//! When things happen in a case, and how far each case of the running year has come. Pure.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};

use super::dice::Dice;
use super::units::UnitFacts;
use crate::clock::{Moment, from_local, local_day};
use crate::cycles::calendar::Dates;
use crate::state::CaseState;

/// When each step of one case happens.
#[derive(Debug, Clone)]
pub(super) struct Times {
    /// Answers are saved from this day on …
    pub first_answer: NaiveDate,
    /// … until the head submits.
    pub submitted: Moment,
    /// The coordinator returns it, if it is returned.
    pub returned: Moment,
    /// The unit submits again.
    pub completed: Moment,
    /// The pair is assigned.
    pub assigned: Moment,
    /// Both have declared, the second at this moment.
    pub declared: Moment,
    /// The pair has locked, the second at this moment.
    pub locked: Moment,
    /// Both have declared again.
    pub declared_again: Moment,
    /// The settlement is signed.
    pub signed: Moment,
    /// A further reviewer is asked.
    pub further_asked: Moment,
    /// The further reviewer locks.
    pub further_locked: Moment,
    /// The unit has commented or has nothing to say.
    pub checked: Moment,
    /// Comments are answered.
    pub answered: Moment,
    /// The result is fixed.
    pub fixed: Moment,
}

/// So many days after a moment's day, at some minute of office hours; `order` keeps steps of one day apart.
pub(super) fn office(day: NaiveDate, order: i64, dice: &mut Dice) -> Moment {
    let minutes = 8 * 60 + order * 60 + dice.below(55);
    let second = u32::try_from(minutes * 60 + dice.below(60)).unwrap_or_default();
    let time = NaiveTime::from_num_seconds_from_midnight_opt(second.min(86_399), 0).unwrap_or_default();
    from_local(day, time)
}

impl Times {
    /// A case of an earlier year, along the cycle's dates.
    pub fn of_history(dates: &Dates, dice: &mut Dice) -> Times {
        let due = local_day(dates.submission);
        let mut on = |day: NaiveDate, back: u64, order: i64| {
            let back =
                u64::try_from(dice.below(i64::try_from(back).unwrap_or_default() + 1)).unwrap_or_default();
            office(day - Days::new(back), order, dice)
        };
        let working =
            |day: NaiveDate, days: u64| crate::cycles::calendar::next_working_day(day + Days::new(days));
        Times {
            first_answer: dates.opens + Days::new(4),
            submitted: on(due, 9, 6),
            returned: on(working(due, 1), 0, 2),
            completed: on(working(due, 6), 0, 3),
            assigned: on(dates.assign, 2, 5),
            declared: on(working(dates.assign, 1), 0, 6),
            locked: on(dates.lock, 2, 7),
            declared_again: on(working(dates.lock, 1), 0, 1),
            signed: on(dates.settle, 3, 7),
            further_asked: on(working(dates.settle, 1), 0, 2),
            further_locked: on(dates.further, 3, 6),
            checked: on(working(dates.further, 4), 2, 3),
            answered: on(working(dates.further, 9), 1, 4),
            fixed: on(dates.fix, 3, 5),
        }
    }

    /// The same with everything from the pair on so many days later.
    pub fn with_later_review(self, days: i64) -> Times {
        let later = |at: Moment| at + TimeDelta::days(days);
        Times {
            assigned: later(self.assigned),
            declared: later(self.declared),
            locked: later(self.locked),
            declared_again: later(self.declared_again),
            signed: later(self.signed),
            further_asked: later(self.further_asked),
            further_locked: later(self.further_locked),
            checked: later(self.checked),
            answered: later(self.answered),
            fixed: later(self.fixed),
            ..self
        }
    }

    /// A case of the running year whose unit submitted early, a step every day or two.
    pub fn of_early(dates: &Dates, dice: &mut Dice) -> Times {
        let mut on = |after: u64, order: i64| office(dates.opens + Days::new(after), order, dice);
        Times {
            first_answer: dates.opens,
            submitted: on(6, 6),
            returned: on(8, 2),
            completed: on(10, 3),
            assigned: on(11, 5),
            declared: on(12, 6),
            locked: on(18, 7),
            declared_again: on(19, 1),
            signed: on(22, 7),
            further_asked: on(23, 2),
            further_locked: on(25, 6),
            checked: on(27, 3),
            answered: on(28, 4),
            fixed: on(29, 5),
        }
    }
}

/// How far the case of each unit has come this year: every state at least once, most still answering.
///
/// States whose outcome must demand no plan go to the strongest units, those of plans to the weakest.
pub(super) fn goals(seed: u64, units: &[UnitFacts], period: i32) -> Vec<CaseState> {
    use CaseState as S;
    const STRONG: &[S] = &[S::Presented, S::Released, S::Closed, S::Presented];
    const WEAK: &[S] = &[S::Action, S::FollowUp, S::InDepth];
    const ONCE: &[S] = &[
        S::Submitted,
        S::Returned,
        S::Assigned,
        S::Scoring,
        S::Settling,
        S::Further,
        S::NotSubmitted,
        S::FactCheck,
        S::Commented,
        S::Final,
        S::Cancelled,
    ];
    const MORE: &[S] = &[
        S::Draft,
        S::Draft,
        S::Scoring,
        S::Draft,
        S::Submitted,
        S::Draft,
        S::Settling,
        S::Draft,
        S::Assigned,
        S::Draft,
        S::FactCheck,
        S::Draft,
        S::Draft,
        S::Further,
        S::Draft,
        S::Submitted,
        S::Draft,
        S::Scoring,
        S::Draft,
    ];
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(units.get(*at).map(|unit| unit.overall(period))));
    let mut goals = vec![S::Draft; units.len()];
    let mut left = order.clone();
    let mut give = |at: usize, goal: S| {
        if let Some(place) = goals.get_mut(at) {
            *place = goal;
        }
    };
    for goal in STRONG {
        if !left.is_empty() {
            give(left.remove(0), *goal);
        }
    }
    for goal in WEAK {
        if let Some(at) = left.pop() {
            give(at, *goal);
        }
    }
    let mut dice = Dice::of(seed, "goals");
    let count = i64::try_from(left.len()).unwrap_or(i64::MAX);
    let mixed: Vec<usize> = dice.some(&left, count).into_iter().copied().collect();
    for (at, goal) in mixed.into_iter().zip(ONCE.iter().chain(MORE.iter().cycle())) {
        give(at, *goal);
    }
    goals
}
