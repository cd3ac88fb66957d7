//! The registrar's: registry numbers, requests for public records, and the archive (process.md §1).
//!
//! Invariants: a registry number is given until the result is fixed and never changes after, since documents bear it; a
//! request for records is decided once; a year is archived after it is closed.

pub mod archive;
pub mod number;
pub mod request;
mod store;

use chrono::NaiveDate;

use crate::clock::Moment;
use crate::ids::{PersonId, RowId};
use crate::words::words;

words! {
    /// What was decided about a request for public records.
    Decision {
        /// All of it was given out.
        Released = "released", "Lämnas ut", "Released";
        /// A part was given out; the reason says what was not, and by which provision.
        Partly = "partly", "Lämnas ut delvis", "Released in part";
        /// Nothing was given out; the reason names the provision.
        Refused = "refused", "Lämnas inte ut", "Refused";
    }
}

/// A request for public records of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Identifier.
    pub id: RowId,
    /// The day it came.
    pub asked_on: NaiveDate,
    /// Who asks; empty when they do not say, which nobody may demand (TF 2:18).
    pub asked_by: String,
    /// What is asked for.
    pub wanted: String,
    /// Who recorded it.
    pub recorded_by: PersonId,
    /// The decision; none while it waits.
    pub decision: Option<Decision>,
    /// Why not all of it.
    pub decision_reason: Option<String>,
    /// When it was decided.
    pub decided_at: Option<Moment>,
}
