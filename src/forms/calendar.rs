//! The default dates of a cycle (process, chapters 2 and 4): days of the year and lengths, all of them data.

use chrono::{NaiveDate, NaiveTime};

/// A form's `[calendar]`: what a cycle proposes until its coordinator says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The cycle opens.
    pub opens: DayOfYear,
    /// Submission closes, with an hour.
    pub submit: DayOfYear,
    /// Reviewers are assigned.
    pub assign: DayOfYear,
    /// Reviewers lock their reviews.
    pub lock: DayOfYear,
    /// Differing reviews are settled.
    pub settle: DayOfYear,
    /// Further reviewers are done.
    pub further: DayOfYear,
    /// Working days of the fact check.
    pub fact_check_days: u32,
    /// Working days in which reviewers answer comments.
    pub comment_days: u32,
    /// Results are fixed (the key is `final`).
    pub final_day: DayOfYear,
    /// Results are released.
    pub release: DayOfYear,
    /// Results are presented to the coordination group.
    pub present: DayOfYear,
    /// Months from release to the improvement plan.
    pub plan_months: u32,
    /// Months from an accepted plan to each follow-up.
    pub follow_up_months: Vec<u32>,
    /// Days of a completion.
    pub completion_days: u32,
    /// Minutes after the shown hour in which a submission is still taken, marked late.
    pub grace_minutes: u32,
    /// Days before a date on which its owner is reminded.
    pub reminders_days: Vec<u32>,
}

/// A day that every year has, with an hour if one is given: `02-01`, `03-31T23:59`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayOfYear {
    month: u32,
    day: u32,
    time: Option<NaiveTime>,
}

impl DayOfYear {
    /// The first of January.
    pub const FIRST: DayOfYear = DayOfYear { month: 1, day: 1, time: None };

    /// Reads `MM-DD` or `MM-DDTHH:MM`. The 29th of February is no day of every year.
    #[must_use]
    pub fn parse(text: &str) -> Option<DayOfYear> {
        let (day, time) = match text.split_once('T') {
            Some((day, time)) if time.len() == 5 => {
                (day, Some(NaiveTime::parse_from_str(time, "%H:%M").ok()?))
            }
            Some(_) => return None,
            None => (text, None),
        };
        let (month, day) = day.split_once('-')?;
        let number = |text: &str| {
            let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        };
        let (month, day) = (number(month)?, number(day)?);
        NaiveDate::from_ymd_opt(2001, month, day)?;
        Some(DayOfYear { month, day, time })
    }

    /// The date in a year.
    #[must_use]
    pub fn date(self, year: i32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, self.month, self.day).unwrap_or(NaiveDate::MAX)
    }

    /// The hour in Sweden, if the form gives one.
    #[must_use]
    pub fn time(self) -> Option<NaiveTime> {
        self.time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_the_year_is_read_with_or_without_an_hour() {
        let submit = DayOfYear::parse("03-31T23:59").unwrap();
        assert_eq!(submit.date(2027).to_string(), "2027-03-31");
        assert_eq!(submit.time().unwrap().to_string(), "23:59:00");
        assert_eq!(DayOfYear::parse("02-01").unwrap().time(), None);
    }

    #[test]
    fn a_day_that_some_year_lacks_is_refused() {
        for wrong in [
            "02-29",
            "2-1",
            "13-01",
            "04-31",
            "04-30T24:00",
            "04-30T9:00",
            "2026-04-30",
            "",
            "+4-30",
            "04-30T",
        ] {
            assert_eq!(DayOfYear::parse(wrong), None, "{wrong}");
        }
    }
}
