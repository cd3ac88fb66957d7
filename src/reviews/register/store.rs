//! The register of reviewers in the database. Whoever calls has checked the right.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{Affiliation, Profile, Tie, TieKind};
use crate::db::columns::text_columns;
use crate::db::schema::{reviewer_affiliations, reviewer_profiles, reviewer_ties};
use crate::db::{Act, Db};
use crate::ids::{AdministrationId, PersonId, RowId, UnitId};
use crate::problem::Problem;

text_columns!(TieKind);

#[derive(Queryable, Selectable)]
#[diesel(table_name = reviewer_profiles)]
struct ProfileRow {
    person_id: PersonId,
    version: i32,
    areas: String,
    subjects: String,
    load_limit: i32,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = reviewer_affiliations)]
struct AffiliationRow {
    person_id: PersonId,
    employer: String,
    administration_id: Option<AdministrationId>,
    department: String,
    unit_id: Option<UnitId>,
    manages: bool,
    from_day: Option<NaiveDate>,
    to_day: Option<NaiveDate>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = reviewer_ties)]
struct TieRow {
    person_id: PersonId,
    kind: TieKind,
    unit_id: UnitId,
    note: String,
    happened_on: Option<NaiveDate>,
    authors: Option<i32>,
}

/// Everybody's entry, by person.
///
/// # Errors
/// The database cannot be read.
pub fn all(db: &mut Db) -> Result<BTreeMap<PersonId, Profile>, Problem> {
    let profiles = reviewer_profiles::table.select(ProfileRow::as_select()).load::<ProfileRow>(db)?;
    let affiliations = reviewer_affiliations::table
        .order((reviewer_affiliations::person_id, reviewer_affiliations::place))
        .select(AffiliationRow::as_select())
        .load::<AffiliationRow>(db)?;
    let ties = reviewer_ties::table
        .order((reviewer_ties::person_id, reviewer_ties::place))
        .select(TieRow::as_select())
        .load::<TieRow>(db)?;
    Ok(joined(profiles, affiliations, ties))
}

/// Somebody's entry; an empty one when nothing was saved.
///
/// # Errors
/// The database cannot be read.
pub fn of(db: &mut Db, person: &PersonId) -> Result<Profile, Problem> {
    let profiles = reviewer_profiles::table
        .filter(reviewer_profiles::person_id.eq(person))
        .select(ProfileRow::as_select())
        .load::<ProfileRow>(db)?;
    let affiliations = reviewer_affiliations::table
        .filter(reviewer_affiliations::person_id.eq(person))
        .order(reviewer_affiliations::place)
        .select(AffiliationRow::as_select())
        .load::<AffiliationRow>(db)?;
    let ties = reviewer_ties::table
        .filter(reviewer_ties::person_id.eq(person))
        .order(reviewer_ties::place)
        .select(TieRow::as_select())
        .load::<TieRow>(db)?;
    let found = joined(profiles, affiliations, ties).remove(person);
    Ok(found.unwrap_or_else(|| Profile::empty(person.clone())))
}

fn joined(
    profiles: Vec<ProfileRow>,
    affiliations: Vec<AffiliationRow>,
    ties: Vec<TieRow>,
) -> BTreeMap<PersonId, Profile> {
    let mut all: BTreeMap<PersonId, Profile> = profiles
        .into_iter()
        .map(|row| {
            let profile = Profile {
                version: row.version,
                areas: words(&row.areas, ','),
                subjects: words(&row.subjects, '\n'),
                load_limit: u32::try_from(row.load_limit).unwrap_or_default(),
                ..Profile::empty(row.person_id.clone())
            };
            (row.person_id, profile)
        })
        .collect();
    for row in affiliations {
        if let Some(profile) = all.get_mut(&row.person_id) {
            profile.affiliations.push(Affiliation {
                employer: row.employer,
                administration_id: row.administration_id,
                department: row.department,
                unit_id: row.unit_id,
                manages: row.manages,
                from: row.from_day,
                to: row.to_day,
            });
        }
    }
    for row in ties {
        if let Some(profile) = all.get_mut(&row.person_id) {
            profile.ties.push(Tie {
                kind: row.kind,
                unit_id: row.unit_id,
                note: row.note,
                on: row.happened_on,
                authors: row.authors,
            });
        }
    }
    all
}

fn words(text: &str, between: char) -> Vec<String> {
    text.split(between).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Writes an entry over the version that was read; false when another is there.
pub(crate) fn write(act: &mut Act<'_>, by: Option<&PersonId>, profile: &Profile) -> Result<bool, Problem> {
    let person = &profile.person_id;
    let limit = i32::try_from(profile.load_limit).map_err(Problem::internal)?;
    let columns = (
        reviewer_profiles::version.eq(profile.version + 1),
        reviewer_profiles::areas.eq(profile.areas.join(",")),
        reviewer_profiles::subjects.eq(profile.subjects.join("\n")),
        reviewer_profiles::load_limit.eq(limit),
        reviewer_profiles::saved_by.eq(by),
        reviewer_profiles::saved_at.eq(act.now),
    );
    if profile.version == 0 {
        let there = diesel::select(diesel::dsl::exists(reviewer_profiles::table.find(person)))
            .get_result::<bool>(act.db)?;
        if there {
            return Ok(false);
        }
        diesel::insert_into(reviewer_profiles::table)
            .values((reviewer_profiles::person_id.eq(person), columns))
            .execute(act.db)?;
    } else {
        let read =
            reviewer_profiles::table.find(person).filter(reviewer_profiles::version.eq(profile.version));
        if diesel::update(read).set(columns).execute(act.db)? != 1 {
            return Ok(false);
        }
    }
    let old = reviewer_affiliations::table.filter(reviewer_affiliations::person_id.eq(person));
    diesel::delete(old).execute(act.db)?;
    diesel::delete(reviewer_ties::table.filter(reviewer_ties::person_id.eq(person))).execute(act.db)?;
    for (place, one) in (0..).zip(&profile.affiliations) {
        let id: RowId = act.id();
        diesel::insert_into(reviewer_affiliations::table)
            .values((
                reviewer_affiliations::id.eq(&id),
                reviewer_affiliations::person_id.eq(person),
                reviewer_affiliations::place.eq(place),
                reviewer_affiliations::employer.eq(&one.employer),
                reviewer_affiliations::administration_id.eq(one.administration_id.as_ref()),
                reviewer_affiliations::department.eq(&one.department),
                reviewer_affiliations::unit_id.eq(one.unit_id.as_ref()),
                reviewer_affiliations::manages.eq(one.manages),
                reviewer_affiliations::from_day.eq(one.from),
                reviewer_affiliations::to_day.eq(one.to),
            ))
            .execute(act.db)?;
    }
    for (place, one) in (0..).zip(&profile.ties) {
        let id: RowId = act.id();
        diesel::insert_into(reviewer_ties::table)
            .values((
                reviewer_ties::id.eq(&id),
                reviewer_ties::person_id.eq(person),
                reviewer_ties::place.eq(place),
                reviewer_ties::kind.eq(one.kind),
                reviewer_ties::unit_id.eq(&one.unit_id),
                reviewer_ties::note.eq(&one.note),
                reviewer_ties::happened_on.eq(one.on),
                reviewer_ties::authors.eq(one.authors),
            ))
            .execute(act.db)?;
    }
    Ok(true)
}
