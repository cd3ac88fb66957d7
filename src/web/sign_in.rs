//! Signing in by a link in a mail, and signing out.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use validator::Validate;

use super::visit::Visitor;
use super::{Answer, Form, Notice, Page, Viewer, address, cookies, respond};
use crate::identity::{session, sign_in};
use crate::ids::{PersonId, SessionId};
use crate::problem::{Kind, Problem};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Ask {
    page: Page,
    till: String,
    email: String,
    error: bool,
}

#[derive(Template)]
#[template(path = "link_sent.html")]
struct Sent {
    page: Page,
    minutes: i64,
    contact: String,
}

#[derive(Template)]
#[template(path = "use_link.html")]
struct Show {
    page: Page,
    token: String,
    till: String,
}

/// Where to go after signing in.
#[derive(Debug, Deserialize)]
pub(super) struct Then {
    till: Option<String>,
}

impl Then {
    fn path(&self) -> String {
        address::local(self.till.as_deref().unwrap_or("/")).to_owned()
    }
}

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Request {
    #[validate(email, length(max = 254))]
    epost: String,
    till: String,
}

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Entry {
    till: String,
}

fn title(visitor: &Visitor) -> &str {
    visitor.t("Logga in", "Sign in")
}

/// `GET /logga-in`
pub(super) async fn ask(visitor: Visitor, then: web::Query<Then>) -> Answer {
    if visitor.live.is_some() {
        return Ok(visitor.see_other(&then.path(), None));
    }
    let page = visitor.page(title(&visitor));
    respond::page(&Ask { page, till: then.path(), email: String::new(), error: false })
}

/// `POST /logga-in`
pub(super) async fn send(visitor: Visitor, form: Form) -> Answer {
    let request = match form.read::<Request>() {
        Ok(request) => request,
        Err(problem) if problem.kind == Kind::Invalid => {
            let page = visitor.page(title(&visitor));
            let email = form.get("epost").unwrap_or_default().to_owned();
            let till = address::local(form.get("till").unwrap_or("/")).to_owned();
            return respond::page_with(
                respond::status(problem.kind),
                &Ask { page, till, email, error: true },
            );
        }
        Err(problem) => return Err(problem.into()),
    };
    let (from, limits) = (visitor.network_address.clone(), visitor.app.config.session);
    let path = address::local(&request.till).to_owned();
    visitor.app.act(move |act| sign_in::request_link(act, &request.epost, &from, &path, limits)).await?;
    Ok(visitor.see_other("/logga-in/skickad", None))
}

/// `GET /logga-in/skickad`
pub(super) async fn sent(visitor: Visitor) -> Answer {
    let page = visitor.page(visitor.t("Titta i din e-post", "Look in your mail"));
    let minutes = visitor.app.config.session.link.num_minutes();
    respond::page(&Sent { page, minutes, contact: visitor.app.config.contact.clone() })
}

/// `GET /logga-in/{token}`: shows a button; programs that open links in mail do not press it.
pub(super) async fn show(visitor: Visitor, token: web::Path<String>, then: web::Query<Then>) -> Answer {
    let page = visitor.page(title(&visitor));
    respond::page(&Show { page, token: token.into_inner(), till: then.path() })
}

/// `POST /logga-in/{token}`
pub(super) async fn enter(visitor: Visitor, token: web::Path<String>, form: Form) -> Answer {
    let entry = form.read::<Entry>()?;
    let (from, limits) = (visitor.network_address.clone(), visitor.app.config.session);
    let token = token.into_inner();
    visitor.app.act(move |act| sign_in::count_try(act, &from)).await?;
    let (person, session) = visitor.app.act(move |act| sign_in::consume_link(act, &token, limits)).await?;
    begin(&visitor, &person, &session, address::local(&entry.till))
}

/// Gives the browser the cookie of a session that was just opened, and sends it on.
///
/// # Errors
/// The token cannot be signed.
pub(super) fn begin(visitor: &Visitor, person: &PersonId, session: &SessionId, path: &str) -> Answer {
    let app = &visitor.app;
    let token = app.tokens.issue(person, session, app.clock.now(), app.config.session.token)?;
    let mut response = respond::see_other(path);
    response.cookie(cookies::session(app, token));
    Ok(response.finish())
}

/// `POST /logga-ut`
pub(super) async fn leave(viewer: Viewer) -> Answer {
    let session = viewer.session().clone();
    viewer.act(move |act, standing| session::sign_out(act, standing.id(), &session)).await?;
    let notice = Notice::done(viewer.t("Du är utloggad.", "You are signed out."));
    let mut response: HttpResponse = viewer.see_other("/logga-in", Some(notice));
    let gone = cookies::gone(&viewer.app, cookies::session_name(&viewer.app));
    response.add_cookie(&gone).map_err(Problem::internal)?;
    response.headers_mut().insert(
        actix_web::http::header::HeaderName::from_static("clear-site-data"),
        actix_web::http::header::HeaderValue::from_static("\"cache\", \"storage\""),
    );
    Ok(response)
}
