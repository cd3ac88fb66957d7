//! The caller: who they are, their roles and seats.

use serde::Serialize;
use utoipa::ToSchema;

use super::body::ok;
use super::caller::{By, Caller};
use super::refusal::Answer;
use crate::cycles;
use crate::identity::Grant;
use crate::identity::standing::Seat;

/// The caller.
#[derive(Debug, Serialize, ToSchema)]
struct Me {
    /// Identifier.
    id: String,
    /// Full name.
    #[schema(example = "Karin Ekdahl")]
    name: String,
    /// Address.
    #[schema(example = "karin.ekdahl@example.se")]
    email: String,
    /// `university`, `region` or `other`.
    organisation: &'static str,
    /// Language of mail: `sv` or `en`.
    language: &'static str,
    /// `session`, or the token's scope: `read` or `write`.
    by: &'static str,
    /// Roles held now.
    grants: Vec<GrantView>,
    /// Seats as reviewer.
    seats: Vec<SeatHeld>,
}

/// A role that somebody holds.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GrantView {
    /// Identifier.
    pub id: String,
    /// Which role.
    #[schema(example = "head")]
    role: &'static str,
    /// Of which unit, by identifier.
    unit: Option<String>,
    /// Of which administration, by identifier.
    administration: Option<String>,
    /// Only in this year.
    year: Option<i32>,
    /// Only in these areas.
    areas: Option<Vec<String>>,
}

impl From<&Grant> for GrantView {
    fn from(grant: &Grant) -> GrantView {
        GrantView {
            id: grant.id.to_string(),
            role: grant.role.as_str(),
            unit: grant.unit_id.as_ref().map(ToString::to_string),
            administration: grant.administration_id.as_ref().map(ToString::to_string),
            year: grant.year,
            areas: grant.areas.clone(),
        }
    }
}

/// A seat as reviewer.
#[derive(Debug, Serialize, ToSchema)]
struct SeatHeld {
    /// The year of the case.
    year: i32,
    /// The slug of its unit.
    unit: String,
    /// For whom: `university`, `region` or `further`.
    party: &'static str,
    /// Whether the review is locked.
    locked: bool,
    /// The declaration that must be made before the case opens: `content` or `settling`.
    must_declare: Option<&'static str>,
}

/// The caller with roles and seats.
#[utoipa::path(get, path = "/me", operation_id = "get_me", tag = "Caller", responses((status = 200, body = Me)))]
pub(super) async fn show(caller: Caller) -> Answer {
    let seats = caller
        .read(|db, standing| {
            let open = standing.seats.iter().filter(|seat| !standing.in_conflict(&seat.case_id));
            let ids: Vec<_> = open.map(|seat| seat.case_id.clone()).collect();
            let cases = cycles::store::by_ids(db, &ids)?;
            let held = |seat: &Seat| {
                let case = cases.iter().find(|case| case.id == seat.case_id)?;
                Some(SeatHeld {
                    year: case.year,
                    unit: case.unit.slug.clone(),
                    party: seat.party.as_str(),
                    locked: seat.locked,
                    must_declare: standing.must_declare(&case.reference()).map(|stage| stage.as_str()),
                })
            };
            Ok(standing.seats.iter().filter_map(held).collect())
        })
        .await?;
    let person = &caller.standing.person;
    ok(&Me {
        id: person.id.to_string(),
        name: person.name.clone(),
        email: person.email.clone(),
        organisation: person.organisation.as_str(),
        language: person.language.tag(),
        by: match &caller.by {
            By::Session(_) => "session",
            By::Token(scope) => scope.as_str(),
        },
        grants: caller.standing.grants.iter().map(GrantView::from).collect(),
        seats,
    })
}
