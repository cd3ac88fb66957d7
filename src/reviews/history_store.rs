//! Every saved version of scores in the database. Whoever calls has checked the right to the case.

use diesel::prelude::*;
use serde::Deserialize;

use super::{Level, Score};
use crate::clock::Moment;
use crate::db::Db;
use crate::db::schema::{score_versions, scores};
use crate::ids::AssignmentId;
use crate::problem::Problem;

/// A version of what a reviewer said about a criterion, as it was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedVersion {
    /// Whose.
    pub assignment_id: AssignmentId,
    /// About what.
    pub criterion: String,
    /// Counts from 1.
    pub version: i32,
    /// The blind score.
    pub first: Option<Score>,
    /// Its reason.
    pub reason: String,
    /// The score after the discussion, with its reason.
    pub revised: Option<(Level, String)>,
    /// The score after the fact check, with its reason.
    pub corrected: Option<(Level, String)>,
    /// When.
    pub saved_at: Moment,
}

/// What is kept of a version, as JSON.
#[derive(Deserialize)]
struct Kept {
    first: Option<String>,
    reason: String,
    revised: Option<KeptLevel>,
    corrected: Option<KeptLevel>,
}

#[derive(Deserialize)]
struct KeptLevel {
    level: u8,
    reason: String,
}

type Row = (AssignmentId, String, i32, String, Moment);

fn saved((assignment_id, criterion, version, content, saved_at): Row) -> Result<SavedVersion, Problem> {
    let kept: Kept = serde_json::from_str(&content).map_err(Problem::internal)?;
    let level = |kept: Option<KeptLevel>| kept.and_then(|kept| Some((Level::new(kept.level)?, kept.reason)));
    Ok(SavedVersion {
        assignment_id,
        criterion,
        version,
        first: kept.first.as_deref().and_then(Score::from_text),
        reason: kept.reason,
        revised: level(kept.revised),
        corrected: level(kept.corrected),
        saved_at,
    })
}

/// Every version of one score, newest first.
///
/// # Errors
/// The database cannot be read.
pub(super) fn versions(
    db: &mut Db,
    of: &AssignmentId,
    criterion: &str,
) -> Result<Vec<SavedVersion>, Problem> {
    let rows = score_versions::table
        .filter(score_versions::assignment_id.eq(of))
        .filter(score_versions::criterion.eq(criterion))
        .order(score_versions::version.desc())
        .load::<Row>(db)?;
    rows.into_iter().map(saved).collect()
}

/// The version of every score in these seats that the score itself names as its newest.
pub(super) fn newest_versions(db: &mut Db, of: &[AssignmentId]) -> Result<Vec<SavedVersion>, Problem> {
    let newest = score_versions::assignment_id
        .eq(scores::assignment_id)
        .and(score_versions::criterion.eq(scores::criterion))
        .and(score_versions::version.eq(scores::version));
    let rows = score_versions::table
        .inner_join(scores::table.on(newest))
        .filter(score_versions::assignment_id.eq_any(of.iter().map(AssignmentId::as_str)))
        .select(score_versions::all_columns)
        .load::<Row>(db)?;
    rows.into_iter().map(saved).collect()
}
