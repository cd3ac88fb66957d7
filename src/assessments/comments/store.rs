//! Comments in the database.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::Comment;
use crate::clock::Moment;
use crate::db::schema::criterion_comments;
use crate::db::{Act, Db};
use crate::ids::{CaseId, PersonId, RowId};
use crate::problem::Problem;

pub(super) fn of_case(db: &mut Db, case: &CaseId) -> Result<Vec<Comment>, Problem> {
    type Row = (RowId, String, String, PersonId, Moment, Option<PersonId>, Option<Moment>);
    let rows = criterion_comments::table
        .filter(criterion_comments::case_id.eq(case))
        .order((criterion_comments::criterion, criterion_comments::written_at, criterion_comments::id))
        .select((
            criterion_comments::id,
            criterion_comments::criterion,
            criterion_comments::comment,
            criterion_comments::written_by,
            criterion_comments::written_at,
            criterion_comments::resolved_by,
            criterion_comments::resolved_at,
        ))
        .load::<Row>(db)?;
    let comment = |(id, criterion, comment, written_by, written_at, by, at): Row| Comment {
        id,
        criterion,
        comment,
        written_by,
        written_at,
        resolved: by.zip(at),
    };
    Ok(rows.into_iter().map(comment).collect())
}

pub(super) fn add(act: &mut Act<'_>, case: &CaseId, comment: &Comment) -> Result<(), Problem> {
    diesel::insert_into(criterion_comments::table)
        .values((
            criterion_comments::id.eq(&comment.id),
            criterion_comments::case_id.eq(case),
            criterion_comments::criterion.eq(&comment.criterion),
            criterion_comments::comment.eq(&comment.comment),
            criterion_comments::written_by.eq(&comment.written_by),
            criterion_comments::written_at.eq(comment.written_at),
        ))
        .execute(act.db)?;
    Ok(())
}

/// Resolves what is open in a thread; how many comments that were.
pub(super) fn resolve(
    act: &mut Act<'_>,
    case: &CaseId,
    criterion: &str,
    by: &PersonId,
) -> Result<usize, Problem> {
    let open = criterion_comments::table
        .filter(criterion_comments::case_id.eq(case))
        .filter(criterion_comments::criterion.eq(criterion))
        .filter(criterion_comments::resolved_at.is_null());
    Ok(diesel::update(open)
        .set((criterion_comments::resolved_by.eq(by), criterion_comments::resolved_at.eq(act.now)))
        .execute(act.db)?)
}

/// The threads of criteria that went to another id go after them.
pub(super) fn follow(act: &mut Act<'_>, case: &CaseId, homes: &[(String, String)]) -> Result<(), Problem> {
    for (from, to) in homes {
        let thread = criterion_comments::table
            .filter(criterion_comments::case_id.eq(case))
            .filter(criterion_comments::criterion.eq(from));
        diesel::update(thread).set(criterion_comments::criterion.eq(to)).execute(act.db)?;
    }
    Ok(())
}

/// The criteria with a thread, by case.
pub(super) fn threads(db: &mut Db, cases: &[CaseId]) -> Result<HashMap<CaseId, BTreeSet<String>>, Problem> {
    let mut threads: HashMap<CaseId, BTreeSet<String>> = HashMap::new();
    let rows = criterion_comments::table
        .filter(criterion_comments::case_id.eq_any(cases.iter().map(CaseId::as_str)))
        .select((criterion_comments::case_id, criterion_comments::criterion))
        .distinct()
        .load::<(CaseId, String)>(db)?;
    for (case, criterion) in rows {
        threads.entry(case).or_default().insert(criterion);
    }
    Ok(threads)
}
