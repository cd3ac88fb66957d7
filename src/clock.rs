//! The only place that asks what time it is.
//!
//! Invariants: moments are UTC at microseconds (what both databases keep); people see Europe/Stockholm, whatever
//! zone the machine is set to.

use chrono::{
    DateTime, DurationRound, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::{Europe::Stockholm, Tz};
use std::sync::{Arc, Mutex};

/// A moment in UTC at microseconds, as both databases store it.
pub type Moment = NaiveDateTime;

/// Tells the time: the system's, or in tests and rehearsals a time that stands still until moved.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<Mutex<Moment>>>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Clock {
        Clock(None)
    }

    /// A clock that stands at `at` until [`Clock::set`] moves it.
    #[must_use]
    pub fn standing(at: Moment) -> Clock {
        Clock(Some(Arc::new(Mutex::new(at))))
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Moment {
        match &self.0 {
            Some(standing) => *standing.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
            None => microseconds(Utc::now().naive_utc()),
        }
    }

    /// Moves a standing clock; the machine's clock is left alone.
    pub fn set(&self, at: Moment) {
        if let Some(standing) = &self.0 {
            *standing.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = microseconds(at);
        }
    }
}

/// Cuts a moment to microseconds, the precision PostgreSQL keeps.
#[must_use]
pub fn microseconds(at: NaiveDateTime) -> Moment {
    at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at)
}

/// The same moment on a Swedish clock.
#[must_use]
pub fn local(at: Moment) -> DateTime<Tz> {
    Stockholm.from_utc_datetime(&at)
}

/// The calendar day in Sweden at a moment.
#[must_use]
pub fn local_day(at: Moment) -> NaiveDate {
    local(at).date_naive()
}

/// What a wall time in Sweden is on the nights when the clock changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wall {
    /// The clock skips it in spring.
    Skipped,
    /// It comes once.
    Once(Moment),
    /// It comes twice in autumn: in summer time, and again in winter time.
    Twice(Moment, Moment),
}

/// What a wall time in Sweden is.
#[must_use]
pub fn wall(date: NaiveDate, time: NaiveTime) -> Wall {
    match Stockholm.from_local_datetime(&date.and_time(time)) {
        LocalResult::Single(at) => Wall::Once(at.naive_utc()),
        LocalResult::Ambiguous(first, second) => Wall::Twice(first.naive_utc(), second.naive_utc()),
        LocalResult::None => Wall::Skipped,
    }
}

/// The moment of a wall time in Sweden. A time that the clock skips in spring is the first one after the gap; a time
/// that comes twice in autumn is the later one, so that nobody's deadline comes earlier than the hour shown.
#[must_use]
pub fn from_local(date: NaiveDate, time: NaiveTime) -> Moment {
    let wall = date.and_time(time);
    match Stockholm.from_local_datetime(&wall) {
        LocalResult::Single(at) => at.naive_utc(),
        LocalResult::Ambiguous(_, later) => later.naive_utc(),
        LocalResult::None => {
            let hour = TimeDelta::hours(1);
            match Stockholm.from_local_datetime(&(wall + hour)) {
                LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.naive_utc(),
                LocalResult::None => wall - hour,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(year: i32, month: u32, day: u32, hour: u32, minute: u32) -> Moment {
        let date = NaiveDate::from_ymd_opt(year, month, day).unwrap();
        from_local(date, NaiveTime::from_hms_opt(hour, minute, 0).unwrap())
    }

    #[test]
    fn the_shown_hour_is_kept_when_the_clock_changes() {
        assert_eq!(at(2027, 3, 27, 23, 59).to_string(), "2027-03-27 22:59:00");
        assert_eq!(at(2027, 3, 28, 2, 30).to_string(), "2027-03-28 01:30:00");
        assert_eq!(at(2027, 10, 31, 2, 30).to_string(), "2027-10-31 01:30:00");
        assert_eq!(at(2027, 10, 31, 23, 59).to_string(), "2027-10-31 22:59:00");
    }

    #[test]
    fn a_standing_clock_moves_only_when_told() {
        let clock = Clock::standing(at(2026, 12, 4, 16, 0));
        let same = clock.clone();
        clock.set(at(2026, 12, 5, 8, 0));
        assert_eq!(same.now(), at(2026, 12, 5, 8, 0));
    }
}
