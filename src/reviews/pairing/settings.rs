//! Every number of the pairing, in one place. Costs have no unit: only their relations mean something.
//! `docs/decisions/pairing.md` says why each is what it is.

/// How many years running somebody may meet the same unit (scoring model 7.8).
pub const YEARS_RUNNING: i32 = 3;
/// For how many years after A's people reviewed B, B's people do not review A.
pub const RECIPROCAL_YEARS: i32 = 3;
/// For how many years after its end an employment counts.
pub const EMPLOYMENT_YEARS: i32 = 2;
/// For how many years a publication together counts.
pub const PUBLICATION_YEARS: i32 = 5;
/// With more authors than this a publication is multicentre work, which a coordinator may decide not to count.
pub const MULTICENTRE_AUTHORS: i32 = 10;
/// The seats of a year that somebody takes on when the register does not say.
pub const LOAD_LIMIT: u32 = 8;
/// With fewer units than this a reviewer's severity cannot be seen (scoring model 7.8).
pub const SEEN_FROM: u32 = 3;

/// No subject of the reviewer's is the unit's.
pub const OTHER_SUBJECT: i64 = 30;
/// Each area of the form that the reviewer does not cover.
pub const MISSING_AREA: i64 = 3;
/// The reviewer's own unit works in the same hub.
pub const SAME_HUB: i64 = 25;
/// The reviewer did not review the unit the year before, and has it to learn.
pub const NEW_UNIT: i64 = 10;
/// Each seat beyond [`SEEN_FROM`] costs so much more than the one before, so that the load evens out.
pub const EVEN_LOAD: i64 = 6;

/// What the seat that becomes somebody's `number`th of the year costs for evenness. Never falls.
#[must_use]
pub fn seat(number: u32) -> i64 {
    i64::from(number.saturating_sub(SEEN_FROM)) * EVEN_LOAD
}

/// The price of taking one seat more than the limit, compared with those of [`super::rules::Rule::price`].
pub const RAISE_PRICE: i64 = 10;
/// How far beyond the limit a proposal to raise it goes.
pub const MOST_RAISED: u32 = 2;
/// How many branches the search for pairs that are not reciprocal takes before it gives up.
pub const MOST_BRANCHES: usize = 4000;
