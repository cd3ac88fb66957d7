//! The dates of one cycle: from the form's defaults, moved off days when nobody works. Pure.
//!
//! Invariant: only the submission date gates anything; the others are shown and reminded of.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Timelike as _, Weekday};
use serde::{Deserialize, Serialize};

use crate::clock::{Moment, Wall, from_local, local, local_day, wall};
use crate::forms;
use crate::problem::{FieldError, Problem};
use crate::text::{Lang, Text};

/// The dates of a cycle, as its coordinator has set them. Days are Swedish calendar days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dates {
    /// The cycle opens.
    pub opens: NaiveDate,
    /// Submission closes at this moment (UTC); shown as Swedish time.
    pub submission: Moment,
    /// Reviewers are assigned.
    pub assign: NaiveDate,
    /// Individual reviews are locked.
    pub lock: NaiveDate,
    /// Differences are settled.
    pub settle: NaiveDate,
    /// Further reviews are done.
    pub further: NaiveDate,
    /// Results are fixed.
    pub fix: NaiveDate,
    /// Results are released.
    pub release: NaiveDate,
    /// Results are presented to the coordination group.
    pub present: NaiveDate,
    /// Minutes after the shown hour in which a submission is still taken, marked late.
    pub grace_minutes: u32,
    /// Days that a completion lasts.
    pub completion_days: u32,
    /// Working days that the fact check lasts.
    pub fact_check_days: u32,
    /// Working days in which comments are answered.
    pub comment_days: u32,
    /// Months from release until an improvement plan is due.
    pub plan_months: u32,
    /// Months from an accepted plan to each follow-up.
    pub follow_up_months: Vec<u32>,
}

impl Dates {
    /// The form's defaults in the cycle's year.
    #[must_use]
    pub fn of(calendar: &forms::Calendar, year: i32) -> Dates {
        let day = |day: forms::DayOfYear| next_working_day(day.date(year));
        let last_minute = NaiveTime::from_hms_opt(23, 59, 0).unwrap_or_default();
        Dates {
            opens: day(calendar.opens),
            submission: from_local(day(calendar.submit), calendar.submit.time().unwrap_or(last_minute)),
            assign: day(calendar.assign),
            lock: day(calendar.lock),
            settle: day(calendar.settle),
            further: day(calendar.further),
            fix: day(calendar.final_day),
            release: day(calendar.release),
            present: day(calendar.present),
            grace_minutes: calendar.grace_minutes,
            completion_days: calendar.completion_days,
            fact_check_days: calendar.fact_check_days,
            comment_days: calendar.comment_days,
            plan_months: calendar.plan_months,
            follow_up_months: calendar.follow_up_months.clone(),
        }
    }

    /// The same dates so many days later (or earlier), each moved off a day when nobody works: for rehearsals.
    #[must_use]
    pub fn shifted(&self, days: i64) -> Dates {
        let day = |date: NaiveDate| next_working_day(date + TimeDelta::days(days));
        let shown = local(self.submission);
        Dates {
            opens: day(self.opens),
            submission: from_local(shown.date_naive() + TimeDelta::days(days), shown.time()),
            assign: day(self.assign),
            lock: day(self.lock),
            settle: day(self.settle),
            further: day(self.further),
            fix: day(self.fix),
            release: day(self.release),
            present: day(self.present),
            ..self.clone()
        }
    }

    /// What does not hold together, each fault with the name of the date that comes too early: every step follows the
    /// one before it or falls on the same day.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        let order = [
            ("opens", self.opens),
            ("submission", local_day(self.submission)),
            ("assign", self.assign),
            ("lock", self.lock),
            ("settle", self.settle),
            ("further", self.further),
            ("fix", self.fix),
            ("release", self.release),
            ("present", self.present),
        ];
        let pairs = order.iter().zip(order.iter().skip(1));
        pairs
            .filter(|((_, before), (_, after))| after < before)
            .map(|(_, (name, _))| FieldError {
                pointer: format!("/dates/{name}"),
                code: "too_early".to_owned(),
                message: Text::new(
                    "Datumet kommer före steget innan. Välj en senare dag.",
                    "The date comes before the step before it. Choose a later day.",
                ),
            })
            .collect()
    }

    /// The last moment at which a case with this due moment is still taken.
    #[must_use]
    pub fn last_moment(&self, due: Moment) -> Moment {
        due + TimeDelta::minutes(i64::from(self.grace_minutes))
    }

    /// When a plan is due that was asked for by a release at this moment.
    #[must_use]
    pub fn plan_due(&self, released: Moment) -> Moment {
        let day =
            local_day(released).checked_add_months(Months::new(self.plan_months)).unwrap_or(NaiveDate::MAX);
        end_of(next_working_day(day))
    }
}

/// Which one of an hour that comes twice on the night when the clock is put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The first, in summer time.
    First,
    /// The second, in winter time.
    Second,
}

impl Which {
    /// Both, in the order in which they come.
    pub const ALL: [Which; 2] = [Which::First, Which::Second];

    /// Reads `first` or `second`; nothing else says which.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Which> {
        match text {
            "first" => Some(Which::First),
            "second" => Some(Which::Second),
            _ => None,
        }
    }

    /// As [`Which::from_text`] reads it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Which::First => "first",
            Which::Second => "second",
        }
    }

    /// Which one a moment is; none for a moment whose hour comes once.
    #[must_use]
    pub fn of(at: Moment) -> Option<Which> {
        let shown = local(at);
        match wall(shown.date_naive(), shown.time()) {
            Wall::Twice(first, _) => Some(if first == at { Which::First } else { Which::Second }),
            Wall::Once(_) | Wall::Skipped => None,
        }
    }

    /// `Den första (sommartid)`.
    #[must_use]
    pub fn word(self, lang: Lang) -> &'static str {
        match self {
            Which::First => lang.t("Den första (sommartid)", "The first (summer time)"),
            Which::Second => lang.t("Den andra (normaltid)", "The second (winter time)"),
        }
    }
}

/// The code of a refusal that asks which of two hours is meant.
pub const HOUR_COMES_TWICE: &str = "hour_comes_twice";

/// The last minute before an hour that the clock skips, and the first one after it.
fn beside_skipped(day: NaiveDate, time: NaiveTime) -> (NaiveTime, NaiveTime) {
    let skipped = |time: &NaiveTime| wall(day, *time) == Wall::Skipped;
    let minute = TimeDelta::minutes(1);
    let time = time.with_second(0).unwrap_or(time);
    let before = std::iter::successors(Some(time), |at| Some(*at - minute)).find(|at| !skipped(at));
    let after = std::iter::successors(Some(time), |at| Some(*at + minute)).find(|at| !skipped(at));
    (before.unwrap_or(time), after.unwrap_or(time))
}

/// The moment of a Swedish wall time that somebody has chosen: never another hour than the one that was written.
///
/// # Errors
/// `hour_is_skipped` for a time that the clock skips in spring; `hour_comes_twice` for one that comes twice in autumn
/// while nobody has said which is meant.
pub fn moment_of(day: NaiveDate, time: NaiveTime, which: Option<Which>) -> Result<Moment, Problem> {
    let written = time.format("%H.%M");
    match (wall(day, time), which) {
        (Wall::Once(at), _)
        | (Wall::Twice(at, _), Some(Which::First))
        | (Wall::Twice(_, at), Some(Which::Second)) => Ok(at),
        (Wall::Twice(..), None) => Err(Problem::invalid(
            HOUR_COMES_TWICE,
            format!("Klockan {written} kommer två gånger den natten. Välj den första eller den andra."),
            format!("The hour {written} comes twice that night. Choose the first or the second."),
        )),
        (Wall::Skipped, _) => {
            let (before, after) = beside_skipped(day, time);
            let (before, after) = (before.format("%H.%M"), after.format("%H.%M"));
            Err(Problem::invalid(
                "hour_is_skipped",
                format!(
                    "Klockan {written} finns inte den natten: klockan ställs fram. Närmast är {before} eller {after}."
                ),
                format!(
                    "The hour {written} does not exist that night: the clock is put forward. The nearest are {before} \
                     and {after}."
                ),
            ))
        }
    }
}

/// The last minute of a Swedish day.
#[must_use]
pub fn end_of(day: NaiveDate) -> Moment {
    from_local(day, NaiveTime::from_hms_opt(23, 59, 0).unwrap_or_default())
}

/// The moment that ends the `days`-th working day after `from`.
#[must_use]
pub fn after_working_days(from: Moment, days: u32) -> Moment {
    let mut day = local_day(from);
    for _ in 0..days {
        day = next_working_day(day + Days::new(1));
    }
    end_of(day)
}

/// The moment that ends the day `days` calendar days after `from`, moved off a day when nobody works.
#[must_use]
pub fn after_days(from: Moment, days: u32) -> Moment {
    end_of(next_working_day(local_day(from) + Days::new(u64::from(days))))
}

/// The day itself when people work on it, else the next one when they do.
#[must_use]
pub fn next_working_day(day: NaiveDate) -> NaiveDate {
    let mut day = day;
    while !is_working_day(day) {
        day = day + Days::new(1);
    }
    day
}

/// Whether offices are open: no weekend, no Swedish public holiday, and not the eves that are free by custom.
#[must_use]
pub fn is_working_day(day: NaiveDate) -> bool {
    if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        return false;
    }
    let fixed = [(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)];
    if fixed.contains(&(day.month(), day.day())) {
        return false;
    }
    // Midsummer Eve is the Friday between 19 and 25 June.
    if day.month() == 6 && (19..=25).contains(&day.day()) && day.weekday() == Weekday::Fri {
        return false;
    }
    // Good Friday, Easter Monday, Ascension Day.
    ![-2, 1, 39].contains(&(day - easter(day.year())).num_days())
}

/// Easter Sunday in the Gregorian calendar, by Meeus's algorithm.
#[expect(clippy::many_single_char_names, reason = "the algorithm is published with these letters")]
fn easter(year: i32) -> NaiveDate {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
    let f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;
    let number = |value: i32| u32::try_from(value).unwrap_or_default();
    NaiveDate::from_ymd_opt(year, number(f / 31), number(f % 31 + 1)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn swedish_holidays_are_no_working_days() {
        for (month, date) in
            [(1, 1), (1, 6), (4, 3), (4, 6), (5, 1), (5, 14), (6, 6), (6, 19), (12, 24), (12, 31)]
        {
            assert!(!is_working_day(day(2026, month, date)), "{month}-{date}");
        }
        for (month, date) in [(4, 2), (4, 7), (5, 15), (6, 18), (6, 22)] {
            assert!(is_working_day(day(2026, month, date)), "{month}-{date}");
        }
        assert_eq!(easter(2024), day(2024, 3, 31));
        assert_eq!(easter(2025), day(2025, 4, 20));
        assert_eq!(easter(2038), day(2038, 4, 25));
    }

    #[test]
    fn a_date_on_a_free_day_moves_to_the_next_working_day() {
        assert_eq!(next_working_day(day(2026, 4, 3)), day(2026, 4, 7));
        assert_eq!(next_working_day(day(2026, 11, 22)), day(2026, 11, 23));
        assert_eq!(next_working_day(day(2026, 11, 24)), day(2026, 11, 24));
    }

    #[test]
    fn working_days_are_counted_without_the_first_and_over_free_days() {
        let thursday = from_local(day(2026, 4, 2), NaiveTime::from_hms_opt(10, 0, 0).unwrap());
        assert_eq!(local_day(after_working_days(thursday, 1)), day(2026, 4, 7));
        assert_eq!(local_day(after_working_days(thursday, 10)), day(2026, 4, 20));
    }
}
