//! Looks for states that must be impossible. Keys and CHECKs stop most; these span tables.

use diesel::{QueryableByName, RunQueryDsl as _};

use super::Db;
use crate::problem::Problem;

/// One impossible state that was found.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Finding {
    /// What is wrong.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub what: String,
    /// Which row.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub row: String,
}

/// Each query lists rows that must not exist, as (what, row).
const IMPOSSIBLE: &[(&str, &str)] = &[
    (
        "the newest saved version of an answer differs from the answer",
        "SELECT a.case_id || '/' || a.criterion AS row FROM answers a LEFT JOIN answer_versions v ON v.case_id = a.case_id \
         AND v.criterion = a.criterion AND v.version = a.version WHERE v.content IS NULL OR v.content <> a.content",
    ),
    (
        "an answer lacks one of its versions",
        "SELECT a.case_id || '/' || a.criterion AS row FROM answers a WHERE a.version <> (SELECT count(*) FROM \
         answer_versions v WHERE v.case_id = a.case_id AND v.criterion = a.criterion)",
    ),
    (
        "a confirmed answer was saved by nobody",
        "SELECT a.case_id || '/' || a.criterion AS row FROM answers a WHERE a.confirmed AND a.saved_by IS NULL",
    ),
    (
        "an answer that somebody saved is not confirmed",
        "SELECT a.case_id || '/' || a.criterion AS row FROM answers a WHERE NOT a.confirmed AND a.saved_by IS NOT NULL",
    ),
    ("a case has no form", "SELECT c.id AS row FROM cases c WHERE c.form = ''"),
    (
        "evidence that is not removed names bytes that are collected, or those of another unit",
        "SELECT e.id AS row FROM evidence e JOIN cases c ON c.id = e.case_id JOIN stored_files f ON f.stored_as = e.stored_as \
         WHERE e.removed_at IS NULL AND (f.collected_at IS NOT NULL OR f.unit_id <> c.unit_id)",
    ),
    (
        "evidence supersedes a piece of another case or criterion",
        "SELECT e.id AS row FROM evidence e JOIN evidence o ON o.id = e.supersedes WHERE o.case_id <> e.case_id OR \
         o.criterion <> e.criterion",
    ),
    (
        "a case was submitted without a submission",
        "SELECT c.id AS row FROM cases c WHERE c.state NOT IN ('draft', 'not_submitted', 'cancelled', 'closed', 'final', \
         'released', 'presented', 'action', 'follow_up', 'in_depth') \
         AND NOT EXISTS (SELECT 1 FROM submissions s WHERE s.case_id = c.id)",
    ),
    (
        "a case under review lacks one of its two reviewers",
        "SELECT c.id AS row FROM cases c WHERE c.state IN ('scoring', 'settling', 'further', 'fact_check', 'commented') \
         AND (SELECT count(*) FROM assignments a WHERE a.case_id = c.id AND a.ended_at IS NULL \
         AND a.party IN ('university', 'region')) <> 2",
    ),
    (
        "a review is compared before both reviewers have locked",
        "SELECT c.id AS row FROM cases c JOIN assignments a ON a.case_id = c.id WHERE c.state IN ('settling', 'further', \
         'fact_check', 'commented') AND a.ended_at IS NULL AND a.party <> 'further' AND a.locked_at IS NULL",
    ),
    (
        "a fixed case has no result",
        "SELECT c.id AS row FROM cases c WHERE c.state IN ('final', 'released', 'presented', 'action', 'follow_up', \
         'in_depth') AND NOT EXISTS (SELECT 1 FROM results r WHERE r.case_id = c.id)",
    ),
    (
        "a case that is not fixed has a result",
        "SELECT c.id AS row FROM cases c JOIN results r ON r.case_id = c.id WHERE c.state NOT IN ('final', 'released', \
         'presented', 'action', 'follow_up', 'in_depth', 'closed')",
    ),
    (
        "a reviewer belongs to the unit that is reviewed",
        "SELECT a.id AS row FROM assignments a JOIN cases c ON c.id = a.case_id JOIN role_grants g ON g.person_id = \
         a.person_id AND g.unit_id = c.unit_id AND g.ended_at IS NULL WHERE a.ended_at IS NULL AND c.state <> 'closed'",
    ),
    (
        "a reviewer keeps the seat although a conflict of interest was upheld",
        "SELECT a.id AS row FROM assignments a JOIN cases c ON c.id = a.case_id JOIN declarations d ON d.case_id = a.case_id \
         AND d.person_id = a.person_id WHERE a.ended_at IS NULL AND d.decided_conflict AND d.stage IN ('content', 'settling') \
         AND c.state IN ('assigned', 'scoring', 'settling', 'further') AND d.declared_at >= a.assigned_at",
    ),
    (
        "a reviewer has left a seat that has not ended",
        "SELECT a.id AS row FROM assignments a WHERE a.left_as IS NOT NULL AND a.ended_at IS NULL",
    ),
    (
        "somebody represents both organisations in one year",
        "SELECT a.id AS row FROM assignments a JOIN cases c ON c.id = a.case_id JOIN cases o ON o.cycle_id = c.cycle_id JOIN \
         assignments b ON b.case_id = o.id AND b.person_id = a.person_id AND b.ended_at IS NULL AND b.party = 'region' \
         WHERE a.ended_at IS NULL AND a.party = 'university'",
    ),
    (
        "the audit chain's recorded length differs from its entries",
        "SELECT c.chain AS row FROM audit_chains c WHERE c.length <> (SELECT count(*) FROM audit_entries e WHERE \
         e.chain = c.chain)",
    ),
    (
        "a case's recorded audit length differs from its entries",
        "SELECT c.id AS row FROM cases c WHERE c.audit_length <> (SELECT count(*) FROM audit_entries e WHERE \
         e.chain = c.id)",
    ),
    (
        "a calibration round is open without a case",
        "SELECT CAST(r.year AS TEXT) AS row FROM calibration_rounds r WHERE r.state <> 'preparing' AND NOT EXISTS (SELECT 1 \
         FROM calibration_cases c WHERE c.year = r.year)",
    ),
    (
        "a calibration case was made from a case of the same or a later year",
        "SELECT k.year || '/' || k.number AS row FROM calibration_cases k JOIN cases c ON c.id = k.case_id JOIN cycles y ON \
         y.id = c.cycle_id WHERE y.year >= k.year",
    ),
    (
        "somebody reviews a calibration case of a round that has not opened",
        "SELECT v.year || '/' || v.number AS row FROM calibration_reviews v JOIN calibration_rounds r ON r.year = v.year \
         WHERE r.state = 'preparing'",
    ),
    (
        "a locked calibration review lacks a level",
        "SELECT v.year || '/' || v.number || '/' || v.person_id || '/' || k.criterion AS row FROM calibration_reviews v JOIN \
         calibration_copies k ON k.year = v.year AND k.number = v.number AND k.version = 1 AND k.criterion <> 'background' \
         LEFT JOIN calibration_scores s ON s.year = v.year AND s.number = v.number AND s.person_id = v.person_id AND \
         s.criterion = k.criterion WHERE v.locked_at IS NOT NULL AND s.score IS NULL",
    ),
    (
        "a calibration copy or clarification lacks one of its versions",
        "SELECT k.year || '/' || k.criterion AS row FROM calibration_copies k GROUP BY k.year, k.number, k.criterion HAVING \
         count(*) <> max(k.version) UNION ALL SELECT c.year || '/' || c.criterion AS row FROM calibration_clarifications c \
         GROUP BY c.year, c.criterion HAVING count(*) <> max(c.version)",
    ),
    (
        "a released case lacks a registry number",
        "SELECT c.id AS row FROM cases c WHERE c.state IN ('released', 'presented', 'action', 'follow_up') \
         AND c.registry_number IS NULL",
    ),
];

/// Every impossible state there is; an empty list is the only good answer.
///
/// # Errors
/// The database cannot be read.
pub fn find(db: &mut Db) -> Result<Vec<Finding>, Problem> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        row: String,
    }
    let mut findings = Vec::new();
    for (what, query) in IMPOSSIBLE {
        let rows: Vec<Row> = diesel::sql_query(*query).load(db)?;
        findings.extend(rows.into_iter().map(|Row { row }| Finding { what: (*what).to_owned(), row }));
    }
    Ok(findings)
}
