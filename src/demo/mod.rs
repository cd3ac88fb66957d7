//! The rehearsal (`usve demo`): a whole service with fictional people in a real structure, made from a seed.
//!
//! Invariants:
//! - The same seed, day, units and years give the same rows, identifiers included; nothing here asks a clock or the
//!   system for chance.
//! - Cases move by the product's own verbs, by people with the right to do so; only what there is much of (answers,
//!   evidence, scores) is written in batches, and it passes the same checks when the unit submits or the reviewer locks.
//! - People are invented and recognisably so; their addresses are in `.example`.
//! - Data is written and removed only in a folder that the rehearsal made itself ([`folder`]).

mod answers;
mod assess;
mod build;
mod calibrate;
mod cast;
pub mod dice;
pub mod folder;
mod follow;
mod people;
mod register;
mod review;
pub mod roles;
mod settle;
mod store;
mod story;
mod units;
mod words;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use build::build;
pub use units::MOST_UNITS;

/// What a rehearsal is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Units, from [`FEWEST_UNITS`] to [`MOST_UNITS`].
    pub units: usize,
    /// Years of history before the running one.
    pub years: u8,
    /// The seed.
    pub seed: u64,
    /// The day it is made for: submission closes [`DAYS_LEFT`] days later.
    pub today: NaiveDate,
}

/// The fewest units with which every state of a case is there.
pub const FEWEST_UNITS: usize = 24;
/// The most years of history.
pub const MOST_YEARS: u8 = 8;
/// Days from today until submission closes.
pub const DAYS_LEFT: i64 = 12;
