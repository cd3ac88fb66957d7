//! The page of the rehearsal: one person for each role, and a button to be that person. Not there in the service.

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;
use validator::Validate;

use super::visit::Visitor;
use super::{Answer, Form, Page, respond, sign_in};
use crate::demo::roles::{self, Actor};
use crate::identity::session;
use crate::ids::PersonId;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "demo.html")]
struct Show {
    page: Page,
    actors: Vec<Actor>,
}

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Choice {
    #[validate(length(min = 1, max = 64))]
    person: String,
}

/// The people to choose between; nothing outside a rehearsal.
async fn actors(visitor: &Visitor) -> Result<Vec<Actor>, Problem> {
    if visitor.app.config.demo { visitor.app.read(roles::actors).await } else { Err(Problem::not_found()) }
}

/// `GET /demo`
pub(super) async fn show(visitor: Visitor) -> Answer {
    let actors = actors(&visitor).await?;
    let page = visitor.page(visitor.t("Övning: välj vem du vill vara", "Rehearsal: choose who to be"));
    respond::page(&Show { page, actors })
}

/// `POST /demo`: signs in as the person chosen.
pub(super) async fn enter(visitor: Visitor, form: Form) -> Result<HttpResponse, super::Refusal> {
    let choice = form.read::<Choice>()?;
    let actors = actors(&visitor).await?;
    let chosen = actors.into_iter().find(|actor| actor.person.as_str() == choice.person);
    let person: PersonId = chosen.ok_or_else(Problem::not_found)?.person;
    let (limits, opened) = (visitor.app.config.session, person.clone());
    let session = visitor.app.act(move |act| session::open(act, &opened, limits)).await?;
    sign_in::begin(&visitor, &person, &session, "/")
}
