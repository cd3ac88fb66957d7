//! Units in the database.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{Administration, Unit};
use crate::db::schema::{administrations, units};
use crate::db::{Act, Db};
use crate::ids::{AdministrationId, UnitId};
use crate::problem::Problem;

/// A unit as it is stored.
#[derive(Queryable, Selectable)]
#[diesel(table_name = units)]
pub(crate) struct UnitRow {
    id: UnitId,
    slug: String,
    name: String,
    department: String,
    hub: Option<String>,
    appointed_from: Option<NaiveDate>,
    appointed_to: Option<NaiveDate>,
    active: bool,
}

/// An administration as it is stored.
#[derive(Queryable, Selectable)]
#[diesel(table_name = administrations)]
pub(crate) struct AdministrationRow {
    id: AdministrationId,
    slug: String,
    name: String,
}

impl From<AdministrationRow> for Administration {
    fn from(row: AdministrationRow) -> Administration {
        Administration { id: row.id, slug: row.slug, name: row.name }
    }
}

/// A unit from its row and its administration's.
pub(crate) fn unit((row, administration): (UnitRow, AdministrationRow)) -> Unit {
    Unit {
        id: row.id,
        slug: row.slug,
        name: row.name,
        administration: administration.into(),
        department: row.department,
        hub: row.hub,
        appointed_from: row.appointed_from,
        appointed_to: row.appointed_to,
        active: row.active,
    }
}

/// Every unit, by administration and name. Names of units are open to everybody signed in.
///
/// # Errors
/// The database cannot be read.
pub fn all(db: &mut Db) -> Result<Vec<Unit>, Problem> {
    let rows = units::table
        .inner_join(administrations::table)
        .order((administrations::place, units::name, units::id))
        .select((UnitRow::as_select(), AdministrationRow::as_select()))
        .load::<(UnitRow, AdministrationRow)>(db)?;
    Ok(rows.into_iter().map(unit).collect())
}

/// Some units, in the order of [`all`].
///
/// # Errors
/// The database cannot be read.
pub fn some(db: &mut Db, ids: &BTreeSet<&UnitId>) -> Result<Vec<Unit>, Problem> {
    let rows = units::table
        .inner_join(administrations::table)
        .filter(units::id.eq_any(ids.iter().map(|id| id.as_str())))
        .order((administrations::place, units::name, units::id))
        .select((UnitRow::as_select(), AdministrationRow::as_select()))
        .load::<(UnitRow, AdministrationRow)>(db)?;
    Ok(rows.into_iter().map(unit).collect())
}

/// The unit with this slug.
///
/// # Errors
/// [`Problem::not_found`].
pub fn by_slug(db: &mut Db, slug: &str) -> Result<Unit, Problem> {
    let row = units::table
        .inner_join(administrations::table)
        .filter(units::slug.eq(slug))
        .select((UnitRow::as_select(), AdministrationRow::as_select()))
        .first::<(UnitRow, AdministrationRow)>(db)?;
    Ok(unit(row))
}

/// The unit with this identifier.
///
/// # Errors
/// [`Problem::not_found`].
pub fn by_id(db: &mut Db, id: &UnitId) -> Result<Unit, Problem> {
    let row = units::table
        .inner_join(administrations::table)
        .filter(units::id.eq(id))
        .select((UnitRow::as_select(), AdministrationRow::as_select()))
        .first::<(UnitRow, AdministrationRow)>(db)?;
    Ok(unit(row))
}

/// The administrations in the order of the source document.
///
/// # Errors
/// The database cannot be read.
pub fn administrations(db: &mut Db) -> Result<Vec<Administration>, Problem> {
    let rows = administrations::table
        .order(administrations::place)
        .select(AdministrationRow::as_select())
        .load::<AdministrationRow>(db)?;
    Ok(rows.into_iter().map(Administration::from).collect())
}

/// Adds an administration.
///
/// # Errors
/// Its slug or name is taken.
pub fn add_administration(
    act: &mut Act<'_>,
    slug: &str,
    name: &str,
    place: i32,
) -> Result<AdministrationId, Problem> {
    let id: AdministrationId = act.id();
    diesel::insert_into(administrations::table)
        .values((
            administrations::id.eq(&id),
            administrations::slug.eq(slug),
            administrations::name.eq(name),
            administrations::place.eq(place),
        ))
        .execute(act.db)?;
    Ok(id)
}

/// A unit to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUnit {
    /// Its part of addresses.
    pub slug: String,
    /// Identifier in another system.
    pub external_id: Option<String>,
    /// Its name.
    pub name: String,
    /// Where it belongs.
    pub administration_id: AdministrationId,
    /// The department above it.
    pub department: String,
    /// Its hub.
    pub hub: Option<String>,
    /// First day of the appointment.
    pub appointed_from: Option<NaiveDate>,
    /// Last day of the appointment.
    pub appointed_to: Option<NaiveDate>,
}

/// Adds a unit.
///
/// # Errors
/// Its slug is taken, or the appointment ends before it begins.
pub fn add(act: &mut Act<'_>, new: &NewUnit) -> Result<UnitId, Problem> {
    let id: UnitId = act.id();
    diesel::insert_into(units::table)
        .values((
            units::id.eq(&id),
            units::slug.eq(&new.slug),
            units::external_id.eq(new.external_id.as_deref()),
            units::name.eq(&new.name),
            units::administration_id.eq(&new.administration_id),
            units::department.eq(&new.department),
            units::hub.eq(new.hub.as_deref()),
            units::appointed_from.eq(new.appointed_from),
            units::appointed_to.eq(new.appointed_to),
            units::active.eq(true),
        ))
        .execute(act.db)?;
    Ok(id)
}

/// Every unit with what it was entered as, also its identifier in another system.
///
/// # Errors
/// The database cannot be read.
pub fn entered(db: &mut Db) -> Result<Vec<(UnitId, NewUnit)>, Problem> {
    let known: std::collections::HashMap<UnitId, Option<String>> = units::table
        .select((units::id, units::external_id))
        .load::<(UnitId, Option<String>)>(db)?
        .into_iter()
        .collect();
    let entered = |unit: Unit| {
        let external_id = known.get(&unit.id).cloned().flatten();
        let new = NewUnit {
            slug: unit.slug,
            external_id,
            name: unit.name,
            administration_id: unit.administration.id,
            department: unit.department,
            hub: unit.hub,
            appointed_from: unit.appointed_from,
            appointed_to: unit.appointed_to,
        };
        (unit.id, new)
    };
    Ok(all(db)?.into_iter().map(entered).collect())
}

/// Changes everything of a unit but its slug, which is its address.
///
/// # Errors
/// There is no such unit, or the appointment ends before it begins.
pub fn update(act: &mut Act<'_>, id: &UnitId, new: &NewUnit) -> Result<(), Problem> {
    let changed = diesel::update(units::table.find(id))
        .set((
            units::external_id.eq(new.external_id.as_deref()),
            units::name.eq(&new.name),
            units::administration_id.eq(&new.administration_id),
            units::department.eq(&new.department),
            units::hub.eq(new.hub.as_deref()),
            units::appointed_from.eq(new.appointed_from),
            units::appointed_to.eq(new.appointed_to),
        ))
        .execute(act.db)?;
    if changed == 1 { Ok(()) } else { Err(Problem::not_found()) }
}
