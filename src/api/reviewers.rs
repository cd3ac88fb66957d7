//! The register of reviewers. For coordinators.

use actix_web::web::{Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::body::{Body, ok, ok_version};
use super::caller::Caller;
use super::paging::{Page, Paging};
use super::refusal::Answer;
use super::version::Seen;
use crate::identity::Person;
use crate::ids::{AdministrationId, PersonId, UnitId};
use crate::reviews::register::save::{self, HIGHEST_LIMIT};
use crate::reviews::register::{Affiliation, Profile, Tie, TieKind};

/// Somebody in the register of reviewers.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewerView {
    /// Who.
    person: String,
    /// Name.
    name: String,
    /// `university`, `region` or `other`.
    organisation: &'static str,
    /// Counts changes; 0 while nothing was saved. Also the `ETag`.
    version: i32,
    #[serde(flatten)]
    entry: Entry,
}

/// What the register says of a reviewer.
#[derive(Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"areas": ["A", "B"], "subjects": ["Kardiologi"], "load_limit": 6,
    "affiliations": [{"employer": "Region Skåne", "unit": "019a…", "from": "2019-01-01"}], "ties": []}))]
pub(super) struct Entry {
    /// Areas of the form that the person can judge; empty means all.
    #[serde(default)]
    #[validate(length(max = 26))]
    #[schema(max_items = 26)]
    areas: Vec<String>,
    /// Subjects, compared with the names of units, departments and hubs.
    #[serde(default)]
    #[validate(length(max = 40))]
    #[schema(max_items = 40)]
    subjects: Vec<String>,
    /// Most seats in a year.
    #[validate(range(max = HIGHEST_LIMIT))]
    #[schema(maximum = 40)]
    load_limit: u32,
    /// Every employment, with whichever employer.
    #[serde(default)]
    #[validate(length(max = 40), nested)]
    #[schema(max_items = 40)]
    affiliations: Vec<AffiliationBody>,
    /// Ties to units.
    #[serde(default)]
    #[validate(length(max = 40), nested)]
    #[schema(max_items = 40)]
    ties: Vec<TieBody>,
}

/// An employment or other attachment.
#[derive(Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct AffiliationBody {
    /// The employer.
    #[serde(default)]
    #[validate(length(max = 200))]
    #[schema(max_length = 200)]
    employer: String,
    /// The administration's identifier.
    administration: Option<String>,
    /// The department (verksamhetsområde).
    #[serde(default)]
    #[validate(length(max = 200))]
    #[schema(max_length = 200)]
    department: String,
    /// The unit's identifier.
    unit: Option<String>,
    /// Whether the person manages what is named.
    #[serde(default)]
    manages: bool,
    /// First day.
    from: Option<NaiveDate>,
    /// Last day; none while it lasts.
    to: Option<NaiveDate>,
}

/// A tie to a unit.
#[derive(Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct TieBody {
    /// `supervision`, `declared` or `publication`.
    #[schema(value_type = String, pattern = "^(supervision|declared|publication)$")]
    kind: TieKind,
    /// The unit's identifier.
    #[validate(length(min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64)]
    unit: String,
    /// In words.
    #[serde(default)]
    #[validate(length(max = 1000))]
    #[schema(max_length = 1000)]
    note: String,
    /// When it was published.
    on: Option<NaiveDate>,
    /// How many authors it had.
    #[validate(range(min = 1))]
    #[schema(minimum = 1)]
    authors: Option<i32>,
}

impl From<Profile> for Entry {
    fn from(profile: Profile) -> Entry {
        let affiliation = |one: Affiliation| AffiliationBody {
            employer: one.employer,
            administration: one.administration_id.map(|id| id.to_string()),
            department: one.department,
            unit: one.unit_id.map(|id| id.to_string()),
            manages: one.manages,
            from: one.from,
            to: one.to,
        };
        let tie = |tie: Tie| TieBody {
            kind: tie.kind,
            unit: tie.unit_id.to_string(),
            note: tie.note,
            on: tie.on,
            authors: tie.authors,
        };
        Entry {
            areas: profile.areas,
            subjects: profile.subjects,
            load_limit: profile.load_limit,
            affiliations: profile.affiliations.into_iter().map(affiliation).collect(),
            ties: profile.ties.into_iter().map(tie).collect(),
        }
    }
}

impl Entry {
    fn into_profile(self, person_id: PersonId, version: i32) -> Profile {
        let affiliation = |one: AffiliationBody| Affiliation {
            employer: one.employer,
            administration_id: one.administration.map(AdministrationId::from),
            department: one.department,
            unit_id: one.unit.map(UnitId::from),
            manages: one.manages,
            from: one.from,
            to: one.to,
        };
        let tie = |tie: TieBody| Tie {
            kind: tie.kind,
            unit_id: UnitId::from(tie.unit),
            note: tie.note,
            on: tie.on,
            authors: tie.authors,
        };
        Profile {
            person_id,
            version,
            areas: self.areas,
            subjects: self.subjects,
            load_limit: self.load_limit,
            affiliations: self.affiliations.into_iter().map(affiliation).collect(),
            ties: self.ties.into_iter().map(tie).collect(),
        }
    }
}

impl ReviewerView {
    fn of((person, profile): (Person, Profile)) -> ReviewerView {
        ReviewerView {
            person: person.id.to_string(),
            name: person.name,
            organisation: person.organisation.as_str(),
            version: profile.version,
            entry: profile.into(),
        }
    }
}

/// Everybody in the register. For coordinators.
#[utoipa::path(get, path = "/reviewers", operation_id = "list_reviewers", tag = "Coordination", params(Paging),
    responses((status = 200, body = Page<ReviewerView>)))]
pub(super) async fn list(caller: Caller, paging: Query<Paging>) -> Answer {
    let all = caller.read(save::list).await?;
    let views = all.into_iter().map(ReviewerView::of).collect();
    ok(&paging.cut(views, |one: &ReviewerView| one.person.clone())?)
}

/// One reviewer's entry. For coordinators.
#[utoipa::path(get, path = "/reviewers/{id}", operation_id = "get_reviewer", tag = "Coordination",
    params(("id" = String, Path, description = "The person's identifier")),
    responses((status = 200, body = ReviewerView, headers(("ETag" = String, description = "The version")))))]
pub(super) async fn show(caller: Caller, id: Path<String>) -> Answer {
    let view = read(&caller, PersonId::from(id.into_inner())).await?;
    ok_version(view.version, &view)
}

async fn read(caller: &Caller, person: PersonId) -> Result<ReviewerView, super::refusal::Refusal> {
    let found = caller.read(move |db, standing| save::entry(db, standing, &person)).await?;
    Ok(ReviewerView::of(found))
}

/// Saves a reviewer's entry whole over the version that was read; never one's own. For coordinators.
#[utoipa::path(put, path = "/reviewers/{id}", operation_id = "save_reviewer", tag = "Coordination",
    params(("id" = String, Path, description = "The person's identifier")), request_body = Entry,
    responses((status = 200, body = ReviewerView, headers(("ETag" = String, description = "The new version")))))]
pub(super) async fn save(caller: Caller, id: Path<String>, seen: Seen, entry: Body<Entry>) -> Answer {
    let person = PersonId::from(id.into_inner());
    let profile = entry.0.into_profile(person.clone(), seen.0);
    match caller.act(move |act, standing| save::save(act, standing, &profile)).await {
        Ok(_) => {
            let view = read(&caller, person).await?;
            ok_version(view.version, &view)
        }
        Err(refusal) if refusal.is_stale() => {
            let newer = read(&caller, person).await?;
            Err(refusal.with_newer(newer.version, &newer))
        }
        Err(refusal) => Err(refusal),
    }
}
