//! usve runs the yearly quality evaluation of university healthcare units, from the criteria to the report.
//!
//! Read in this order: the product's own words first, the plumbing last.

pub mod clock;
pub mod ids;
pub mod number;
pub mod problem;
pub mod text;

pub mod db;
pub mod cycles;
pub mod identity;
pub mod notify;
