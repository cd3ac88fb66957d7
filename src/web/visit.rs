//! Who asks: read once per request by the guard, handed to every page's function.

use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse};

use super::page::{Notice, Theme};
use super::respond::{Refusal, see_other};
use super::{Page, cookies};
use crate::app::App;
use crate::clock::Moment;
use crate::db::{Act, Db};
use crate::identity::session::Live;
use crate::identity::standing::{Standing, settled, still_open};
use crate::ids::{PersonId, SessionId};
use crate::problem::Problem;
use crate::text::{self, Lang};

/// The name of a request in the log.
#[derive(Debug, Clone)]
pub(super) struct RequestId(pub String);

/// One request's facts.
#[derive(Debug)]
pub struct Visit {
    /// The service.
    pub app: App,
    /// The reader's language.
    pub lang: Lang,
    /// The reader's theme.
    pub theme: Theme,
    /// The address asked for, with its query.
    pub path: String,
    /// Where the request came from.
    pub network_address: String,
    /// Names this request in the log and on pages about faults of ours.
    pub request_id: String,
    /// The session's cookie, whatever it holds.
    pub cookie: Option<String>,
    /// The live session.
    pub live: Option<Rc<Live>>,
    /// The session that the cookie names, when it has run out: whose it was, and which.
    pub ran_out: Option<(PersonId, SessionId)>,
    /// A message from the act before.
    pub notice: Option<Notice>,
    /// Whether the request comes from the script's saving, which is told apart from sending a form.
    pub autosave: bool,
}

/// Anybody, signed in or not.
#[derive(Debug, Clone)]
pub struct Visitor(Rc<Visit>);

impl std::ops::Deref for Visitor {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.0
    }
}

impl Visitor {
    /// What the layout needs.
    #[must_use]
    pub fn page(&self, title: impl Into<String>) -> Page {
        Page::new(&self.0, title.into())
    }

    /// The text of the reader's language.
    #[must_use]
    pub fn t<'a>(&self, sv: &'a str, en: &'a str) -> &'a str {
        self.lang.t(sv, en)
    }

    /// Sends the reader on after an act, with a message on the next page.
    #[must_use]
    pub fn see_other(&self, path: &str, notice: Option<Notice>) -> HttpResponse {
        let mut response = see_other(path);
        if let Some(notice) = notice {
            response.cookie(cookies::notice(&self.app, sealed(&self.app, &notice)));
        }
        response.finish()
    }
}

impl FromRequest for Visitor {
    type Error = Refusal;
    type Future = Ready<Result<Visitor, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let visit = request.extensions().get::<Rc<Visit>>().cloned();
        ready(visit.map(Visitor).ok_or_else(|| Refusal(Problem::internal("a page outside the guard"))))
    }
}

/// A signed-in person. A page's function that takes one is closed to everybody else.
#[derive(Debug, Clone)]
pub struct Viewer {
    visitor: Visitor,
    live: Rc<Live>,
}

impl std::ops::Deref for Viewer {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.visitor
    }
}

impl Viewer {
    /// The session.
    #[must_use]
    pub fn session(&self) -> &SessionId {
        &self.live.session
    }

    /// Seconds until the session ends, unless its reader asks for something more.
    #[must_use]
    pub fn seconds_left(&self, now: Moment) -> i64 {
        (self.live.ends_at - now).num_seconds().max(0)
    }

    /// The person with everything that decides what they may see and do.
    #[must_use]
    pub fn standing(&self) -> &Standing {
        &self.live.standing
    }

    /// The person's identifier.
    #[must_use]
    pub fn id(&self) -> &PersonId {
        self.standing().id()
    }

    /// Reads on a thread that may block. A conflict of interest that was reported since the request began, in another
    /// window or by another program, counts already.
    ///
    /// # Errors
    /// Those of `work`, or the database is away.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Db, &Standing) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Refusal> {
        let standing = self.standing().clone();
        Ok(self.app.read(move |db| still_open(db, &standing).and_then(|()| work(db, &standing))).await?)
    }

    /// Does one act on a thread that may block: all of it is kept, or nothing. Nothing is when the person has reported a
    /// conflict of interest since the request began.
    ///
    /// # Errors
    /// Those of `work`, or the database is away.
    pub async fn act<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Act<'_>, &Standing) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Refusal> {
        let standing = self.standing().clone();
        Ok(self.app.act(move |act| settled(act, &standing, work)).await?)
    }
}

impl FromRequest for Viewer {
    type Error = Refusal;
    type Future = Ready<Result<Viewer, Refusal>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Visitor::from_request(request, payload).into_inner().and_then(|visitor| {
            if let Some(live) = visitor.live.clone() {
                return Ok(Viewer { visitor, live });
            }
            let mut problem = Problem::signed_out();
            let to = if request.method().is_safe() { visitor.path.as_str() } else { "/" };
            problem.link = Some(format!("/logga-in?till={}", text::percent_encoded(to)));
            Err(Refusal(problem))
        }))
    }
}

/// A message as its cookie holds it: signed, so that nobody else writes on our pages.
pub(super) fn sealed(app: &App, notice: &Notice) -> String {
    let said = format!("{}|{}", notice.tone, notice.text);
    format!("{}.{}", app.keys.forms.sign(&format!("notice:{said}")), text::percent_encoded(&said))
}

/// Reads a message that we signed.
pub(super) fn unsealed(app: &App, cookie: &str) -> Option<Notice> {
    let (signature, said) = cookie.split_once('.')?;
    let said = text::percent_decoded(said)?;
    if !app.keys.forms.verify(&format!("notice:{said}"), signature) {
        return None;
    }
    let (tone, text) = said.split_once('|')?;
    Some(Notice { tone: tone.to_owned(), text: text.to_owned() })
}
