//! Cycles and cases in the database.

use diesel::prelude::*;

use super::calendar::Dates;
use super::state::{CaseState, CycleState};
use super::{Case, Cycle, wrong_cycle_state, wrong_state};
use crate::clock::Moment;
use crate::db::columns::text_columns;
use crate::db::schema::{cases, cycles};
use crate::db::{Act, Db};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::{CaseId, CycleId, PersonId, UnitId};
use crate::notify::store::About;
use crate::problem::Problem;
use crate::units::{self, Unit};

text_columns!(CaseState, CycleState);

#[derive(Queryable, Selectable)]
#[diesel(table_name = cycles)]
struct CycleRow {
    id: CycleId,
    year: i32,
    form: String,
    state: CycleState,
    version: i32,
    calendar: String,
    published: bool,
    hides_own_level: bool,
    release_asked_by: Option<PersonId>,
    release_asked_at: Option<Moment>,
    archived_as: Option<String>,
}

impl TryFrom<CycleRow> for Cycle {
    type Error = Problem;

    fn try_from(row: CycleRow) -> Result<Cycle, Problem> {
        Ok(Cycle {
            dates: serde_json::from_str(&row.calendar).map_err(Problem::internal)?,
            id: row.id,
            year: row.year,
            form: row.form,
            state: row.state,
            version: row.version,
            published: row.published,
            hides_own_level: row.hides_own_level,
            release_asked_by: row.release_asked_by,
            release_asked_at: row.release_asked_at,
            archived_as: row.archived_as,
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = cases)]
struct CaseRow {
    id: CaseId,
    cycle_id: CycleId,
    unit_id: UnitId,
    state: CaseState,
    version: i32,
    entered_at: Moment,
    submission_due: Moment,
    extension_reason: Option<String>,
    returned_once: bool,
    returned_due: Option<Moment>,
    fact_check_due: Option<Moment>,
    plan_due: Option<Moment>,
    registry_number: Option<String>,
    form: String,
}

/// What a case takes from its cycle: the year, and whether the unit's own level is hidden from its reviewers.
type OfCycle = (i32, bool);

fn with_unit(row: CaseRow, (year, hides_own_level): OfCycle, unit: Unit) -> Case {
    Case {
        id: row.id,
        cycle_id: row.cycle_id,
        year,
        hides_own_level,
        form: row.form,
        unit,
        state: row.state,
        version: row.version,
        entered_at: row.entered_at,
        submission_due: row.submission_due,
        extension_reason: row.extension_reason,
        returned_once: row.returned_once,
        returned_due: row.returned_due,
        fact_check_due: row.fact_check_due,
        plan_due: row.plan_due,
        registry_number: row.registry_number,
    }
}

/// Every cycle, newest first.
///
/// # Errors
/// The database cannot be read.
pub fn cycles(db: &mut Db) -> Result<Vec<Cycle>, Problem> {
    let rows = cycles::table.order(cycles::year.desc()).select(CycleRow::as_select()).load::<CycleRow>(db)?;
    rows.into_iter().map(Cycle::try_from).collect()
}

/// The cycle of a year.
///
/// # Errors
/// [`Problem::not_found`].
pub fn cycle(db: &mut Db, year: i32) -> Result<Cycle, Problem> {
    known_cycle(db, year)?.ok_or_else(Problem::not_found)
}

/// The cycle of a year, when there is one.
///
/// # Errors
/// The database cannot be read.
pub fn known_cycle(db: &mut Db, year: i32) -> Result<Option<Cycle>, Problem> {
    let row = cycles::table
        .filter(cycles::year.eq(year))
        .select(CycleRow::as_select())
        .first::<CycleRow>(db)
        .optional()?;
    row.map(Cycle::try_from).transpose()
}

/// Adds a planned cycle.
///
/// # Errors
/// The year has a cycle already.
pub(super) fn add_cycle(
    act: &mut Act<'_>,
    year: i32,
    form: &str,
    form_digest: &str,
    dates: &Dates,
) -> Result<Cycle, Problem> {
    let id: CycleId = act.id();
    diesel::insert_into(cycles::table)
        .values((
            cycles::id.eq(&id),
            cycles::year.eq(year),
            cycles::form.eq(form),
            cycles::form_digest.eq(form_digest),
            cycles::state.eq(CycleState::Planned),
            cycles::calendar.eq(serde_json::to_string(dates).map_err(Problem::internal)?),
            cycles::opened_at.eq(act.now),
        ))
        .execute(act.db)?;
    cycle(act.db, year)
}

/// Takes hold of a year in one of the states: until the act ends nobody else changes it.
///
/// # Errors
/// [`Problem::not_found`], or the year is in another state.
pub(crate) fn claim_cycle(act: &mut Act<'_>, year: i32, states: &[CycleState]) -> Result<Cycle, Problem> {
    let names: Vec<&str> = states.iter().map(CycleState::as_str).collect();
    let claimed =
        diesel::update(cycles::table.filter(cycles::year.eq(year)).filter(cycles::state.eq_any(names)))
            .set(cycles::version.eq(cycles::version + 1))
            .execute(act.db)?;
    let cycle = cycle(act.db, year)?;
    if claimed == 1 { Ok(cycle) } else { Err(wrong_cycle_state(&cycle)) }
}

/// What an act sets on a cycle that it holds.
#[derive(AsChangeset, Default)]
#[diesel(table_name = cycles)]
pub(crate) struct CycleChanges {
    /// Where it is.
    pub(crate) state: Option<CycleState>,
    /// Its dates, as JSON.
    pub(crate) calendar: Option<String>,
    /// Whether everybody may read its released results.
    pub(crate) published: Option<bool>,
    /// Whether reviewers are kept from the unit's own level until they have locked.
    pub(crate) hides_own_level: Option<bool>,
    /// Its form.
    pub(crate) form: Option<String>,
    /// The form's digest.
    pub(crate) form_digest: Option<String>,
    /// When its cases were opened.
    pub(crate) opened_at: Option<Moment>,
    /// Where the archived year went.
    pub(crate) archived_as: Option<String>,
}

/// Sets what is given on a cycle that the act holds.
///
/// # Errors
/// The database cannot be written.
pub(crate) fn set_on_cycle(
    act: &mut Act<'_>,
    cycle: &CycleId,
    changes: &CycleChanges,
) -> Result<(), Problem> {
    diesel::update(cycles::table.find(cycle)).set(changes).execute(act.db)?;
    Ok(())
}

/// Notes who asks for the release of a cycle that still has the version that was read, or that nobody does.
///
/// # Errors
/// [`Problem::stale`].
pub(crate) fn ask_release(act: &mut Act<'_>, cycle: &Cycle, by: Option<&PersonId>) -> Result<(), Problem> {
    let changed = diesel::update(cycles::table.find(&cycle.id).filter(cycles::version.eq(cycle.version)))
        .set((
            cycles::version.eq(cycle.version + 1),
            cycles::release_asked_by.eq(by),
            cycles::release_asked_at.eq(by.map(|_| act.now)),
        ))
        .execute(act.db)?;
    if changed == 1 { Ok(()) } else { Err(Problem::stale()) }
}

/// Moves a draft from the form that was read to another. False when it is no longer a draft on that form.
pub(crate) fn set_form_of(act: &mut Act<'_>, case: &Case, form: &str) -> Result<bool, Problem> {
    let there = cases::table
        .find(&case.id)
        .filter(cases::state.eq(CaseState::Draft))
        .filter(cases::form.eq(&case.form));
    let moved = diesel::update(there)
        .set((cases::form.eq(form), cases::version.eq(cases::version + 1)))
        .execute(act.db)?;
    Ok(moved == 1)
}

/// Adds a case in draft.
///
/// # Errors
/// The unit already has a case in the cycle.
pub(super) fn add_case(act: &mut Act<'_>, cycle: &Cycle, unit: &UnitId) -> Result<CaseId, Problem> {
    let id: CaseId = act.id();
    diesel::insert_into(cases::table)
        .values((
            cases::id.eq(&id),
            cases::cycle_id.eq(&cycle.id),
            cases::unit_id.eq(unit),
            cases::state.eq(CaseState::Draft),
            cases::entered_at.eq(act.now),
            cases::submission_due.eq(cycle.dates.submission),
            cases::form.eq(&cycle.form),
        ))
        .execute(act.db)?;
    Ok(id)
}

/// The units that have a case in a cycle.
///
/// # Errors
/// The database cannot be read.
pub(super) fn units_with_case(db: &mut Db, cycle: &CycleId) -> Result<Vec<UnitId>, Problem> {
    Ok(cases::table.filter(cases::cycle_id.eq(cycle)).select(cases::unit_id).load(db)?)
}

/// Every case of a year that the reader may know of, by administration and unit.
///
/// # Errors
/// The database cannot be read.
pub fn visible(db: &mut Db, standing: &Standing, year: i32) -> Result<Vec<Case>, Problem> {
    let cases = all_of_year(db, year)?;
    Ok(cases.into_iter().filter(|case| standing.may(&case.reference(), Object::Case, Deed::Read)).collect())
}

/// Every case of a year, for the service's own work: never for pages.
///
/// # Errors
/// The database cannot be read.
pub(crate) fn all_of_year(db: &mut Db, year: i32) -> Result<Vec<Case>, Problem> {
    load(db, |query| query.filter(cycles::year.eq(year)))
}

/// Every case of one unit that the reader may know of, newest first.
///
/// # Errors
/// The database cannot be read.
pub fn visible_of_unit(db: &mut Db, standing: &Standing, unit: &UnitId) -> Result<Vec<Case>, Problem> {
    let unit = unit.as_str().to_owned();
    let mut cases = load(db, move |query| query.filter(cases::unit_id.eq(unit)))?;
    cases.sort_by_key(|case| std::cmp::Reverse(case.year));
    Ok(cases.into_iter().filter(|case| standing.may(&case.reference(), Object::Case, Deed::Read)).collect())
}

/// Every case of one unit, whoever asks: the caller checks rights.
///
/// # Errors
/// The database cannot be read.
pub(crate) fn all_of_unit(db: &mut Db, unit: &UnitId) -> Result<Vec<Case>, Problem> {
    let unit = unit.as_str().to_owned();
    load(db, move |query| query.filter(cases::unit_id.eq(unit)))
}

/// Every case of every year that the reader may know of, by administration and unit, newest first within a unit.
///
/// # Errors
/// The database cannot be read.
pub fn visible_of_all_years(db: &mut Db, standing: &Standing) -> Result<Vec<Case>, Problem> {
    let mut cases = load(db, |query| query)?;
    cases.retain(|case| standing.may(&case.reference(), Object::Case, Deed::Read));
    Ok(cases)
}

/// The cases that a coordinator has a part in other than as coordinator, or a conflict of interest with: what tells of them
/// is left out of the coordinator's lists. None for most, without a question.
///
/// # Errors
/// The database cannot be read.
pub fn kept_from_coordinator(db: &mut Db, standing: &Standing) -> Result<Vec<About>, Problem> {
    if standing.conflicts.is_empty() && standing.own_units.is_empty() && standing.seats.is_empty() {
        return Ok(Vec::new());
    }
    let kept = |case: &Case| {
        standing.is_shut_out(&case.reference())
            || standing.is_of_unit(&case.unit.id)
            || standing.seat(&case.id).is_some()
    };
    let about = |case: Case| About { case: case.id, unit: case.unit.slug, year: case.year };
    Ok(load(db, |query| query)?.into_iter().filter(kept).map(about).collect())
}

/// The case of a unit in one year, whoever asks: the caller has checked a right that includes it.
///
/// # Errors
/// The database cannot be read.
pub(crate) fn of_unit_and_year(db: &mut Db, unit: &UnitId, year: i32) -> Result<Option<Case>, Problem> {
    let unit = unit.as_str().to_owned();
    let found = load(db, move |query| query.filter(cases::unit_id.eq(unit)).filter(cycles::year.eq(year)))?;
    Ok(found.into_iter().next())
}

/// Cases by identifier, whoever asks: the caller checks rights.
///
/// # Errors
/// The database cannot be read.
pub(crate) fn by_ids(db: &mut Db, ids: &[CaseId]) -> Result<Vec<Case>, Problem> {
    let ids: Vec<String> = ids.iter().map(|id| id.as_str().to_owned()).collect();
    load(db, move |query| query.filter(cases::id.eq_any(ids)))
}

/// The case of a unit in a year, for somebody with a right to the object.
///
/// # Errors
/// [`Problem::not_found`] also when the reader may not know of it.
pub fn find(
    db: &mut Db,
    standing: &Standing,
    slug: &str,
    year: i32,
    object: Object,
    deed: Deed,
) -> Result<Case, Problem> {
    let case = find_unchecked(db, slug, year)?;
    standing.require(&case.reference(), object, deed)?;
    Ok(case)
}

/// The case of a unit in a year, whoever asks: for what is open before any role is, such as declaring a conflict.
///
/// # Errors
/// [`Problem::not_found`].
pub(crate) fn find_unchecked(db: &mut Db, slug: &str, year: i32) -> Result<Case, Problem> {
    use crate::db::schema::{administrations, units as register};
    use units::store::{AdministrationRow, UnitRow};
    let (row, of_cycle, unit) = cases::table
        .inner_join(cycles::table)
        .inner_join(register::table.inner_join(administrations::table))
        .filter(register::slug.eq(slug))
        .filter(cycles::year.eq(year))
        .select((
            CaseRow::as_select(),
            (cycles::year, cycles::hides_own_level),
            (UnitRow::as_select(), AdministrationRow::as_select()),
        ))
        .first::<(CaseRow, OfCycle, (UnitRow, AdministrationRow))>(db)?;
    Ok(with_unit(row, of_cycle, units::store::unit(unit)))
}

type Query<'a> = diesel::dsl::IntoBoxed<
    'a,
    diesel::dsl::Select<
        diesel::dsl::InnerJoin<cases::table, cycles::table>,
        (diesel::dsl::AsSelect<CaseRow, super::store::Multi>, (cycles::year, cycles::hides_own_level)),
    >,
    Multi,
>;
type Multi = crate::db::MultiBackend;

fn load<'a>(db: &mut Db, narrow: impl FnOnce(Query<'a>) -> Query<'a>) -> Result<Vec<Case>, Problem> {
    let query: Query<'a> = cases::table
        .inner_join(cycles::table)
        .select((CaseRow::as_select(), (cycles::year, cycles::hides_own_level)))
        .into_boxed();
    let rows = narrow(query).load::<(CaseRow, OfCycle)>(db)?;
    let of: std::collections::BTreeSet<&UnitId> = rows.iter().map(|(row, _)| &row.unit_id).collect();
    let units = units::store::some(db, &of)?;
    let place: std::collections::HashMap<_, _> =
        units.iter().enumerate().map(|(place, unit)| (unit.id.clone(), (place, unit))).collect();
    let mut cases: Vec<(usize, Case)> = rows
        .into_iter()
        .filter_map(|(row, of_cycle)| {
            let (place, unit) = place.get(&row.unit_id)?;
            Some((*place, with_unit(row, of_cycle, (*unit).clone())))
        })
        .collect();
    cases.sort_by_key(|(place, case)| (*place, std::cmp::Reverse(case.year)));
    Ok(cases.into_iter().map(|(_, case)| case).collect())
}

/// Takes hold of a case for an act that leaves it where it is: counts its version up while it is in one of the states.
/// This is an act's first statement; until it ends nobody else changes the case.
///
/// # Errors
/// [`wrong_state`], or [`Problem::not_found`].
pub fn claim(act: &mut Act<'_>, case: &CaseId, states: &[CaseState]) -> Result<Case, Problem> {
    let names: Vec<&str> = states.iter().map(CaseState::as_str).collect();
    let claimed = diesel::update(cases::table.find(case).filter(cases::state.eq_any(names)))
        .set(cases::version.eq(cases::version + 1))
        .execute(act.db)?;
    let case = by_ids(act.db, std::slice::from_ref(case))?.pop().ok_or_else(Problem::not_found)?;
    if claimed == 1 { Ok(case) } else { Err(wrong_state(&case)) }
}

/// The conditional UPDATE of [`super::transition::enter`]: whether the case was in one of the states and now is in `to`.
pub(super) fn enter(
    act: &mut Act<'_>,
    case: &CaseId,
    from: CaseState,
    to: CaseState,
) -> Result<bool, Problem> {
    let moved = diesel::update(cases::table.find(case).filter(cases::state.eq(from)))
        .set((cases::state.eq(to), cases::version.eq(cases::version + 1), cases::entered_at.eq(act.now)))
        .execute(act.db)?;
    Ok(moved == 1)
}

/// What an act sets on a case that it holds.
#[derive(AsChangeset, Default)]
#[diesel(table_name = cases)]
pub struct Changes {
    /// When submission closes.
    pub submission_due: Option<Moment>,
    /// Why it closes later.
    pub extension_reason: Option<String>,
    /// Completion has been asked for.
    pub returned_once: Option<bool>,
    /// When the completion is due.
    pub returned_due: Option<Moment>,
    /// When the fact check ends.
    pub fact_check_due: Option<Moment>,
    /// When the plan is due.
    pub plan_due: Option<Moment>,
    /// The registry number.
    pub registry_number: Option<String>,
}

/// Sets what is given on a case that the act holds.
///
/// # Errors
/// The registry number is taken.
pub fn change(act: &mut Act<'_>, case: &CaseId, changes: &Changes) -> Result<(), Problem> {
    diesel::update(cases::table.find(case)).set(changes).execute(act.db)?;
    Ok(())
}

/// How many cases of a year have a registry number: the next gets the number after.
///
/// # Errors
/// The database cannot be read.
pub fn registered(db: &mut Db, year: i32) -> Result<i64, Problem> {
    Ok(cases::table
        .inner_join(cycles::table)
        .filter(cycles::year.eq(year))
        .filter(cases::registry_number.is_not_null())
        .count()
        .get_result(db)?)
}

/// The case that a registry number is of.
///
/// # Errors
/// The database cannot be read.
pub fn with_registry_number(db: &mut Db, number: &str) -> Result<Option<CaseId>, Problem> {
    Ok(cases::table.filter(cases::registry_number.eq(number)).select(cases::id).first(db).optional()?)
}
