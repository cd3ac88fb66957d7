//! Coordinators who read the unit's draft to help: seen on the unit's page, and ended from either side.

use actix_web::web::Path;

use crate::cycles::support::{self, Visit};
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::identity::store::Names;
use crate::ids::RowId;
use crate::problem::Problem;
use crate::text::{self, Lang};
use crate::web::Viewer;
use crate::web::page::Notice;
use crate::web::respond::Answer;

/// A visit as the unit sees it.
pub(super) struct VisitView {
    pub id: RowId,
    pub who: String,
    pub since: String,
    pub reason: String,
    pub may_end: bool,
}

/// The visits that are open now.
pub(super) fn open_visits(
    db: &mut Db,
    standing: &Standing,
    case: &Case,
    names: &Names,
    lang: Lang,
) -> Result<Vec<VisitView>, Problem> {
    if !standing.may(&case.reference(), Object::Support, Deed::Read) {
        return Ok(Vec::new());
    }
    let ends = standing.may(&case.reference(), Object::Support, Deed::Write);
    let view = |visit: Visit| VisitView {
        who: names.get(&visit.person_id).cloned().unwrap_or_default(),
        since: text::moment(visit.opened_at, lang),
        reason: visit.reason,
        may_end: ends && (!standing.coordinates(case.year) || visit.person_id == *standing.id()),
        id: visit.id,
    };
    let visits = support::visits(db, standing, case)?;
    Ok(visits.into_iter().filter(|visit| visit.ended_at.is_none()).map(view).collect())
}

/// `POST /enhet/{unit}/{year}/stod/{visit}`: ends a visit.
pub async fn end(viewer: Viewer, place: Path<(String, i32, String)>) -> Answer {
    let (slug, year, visit) = place.into_inner();
    let (coordinates, case) = viewer
        .act(move |act, standing| {
            let case = cycles::store::find(act.db, standing, &slug, year, Object::Support, Deed::Read)?;
            support::end(act, standing, &case.id, &RowId::from(visit))?;
            Ok((standing.coordinates(year), case))
        })
        .await?;
    let done = viewer.t("Läsningen är avslutad.", "The reading has ended.");
    let to = if coordinates { case.coordination_path() } else { case.path() };
    Ok(viewer.see_other(&to, Some(Notice::done(done))))
}
