//! The administrator's pages: units, people and roles. No case, score or text of a unit stands here.

pub mod hand_over;
pub mod list;
pub mod person;
pub mod units;
