//! Who calls: found once per request by the guard, handed to every handler.

use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};

use super::refusal::Refusal;
use crate::app::App;
use crate::db::{Act, Db};
use crate::identity::bearer::Scope;
use crate::identity::standing::{Standing, settled, still_open};
use crate::ids::{PersonId, SessionId};
use crate::problem::{Kind, Problem};
use crate::text::Lang;

/// How a caller showed who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum By {
    /// By a token, for what it may be used.
    Token(Scope),
    /// By the session of a browser.
    Session(SessionId),
}

/// A person who calls, directly or through a program.
#[derive(Debug)]
pub(super) struct Asked {
    /// The service.
    pub app: App,
    /// The language of refusals.
    pub lang: Lang,
    /// The person with everything that decides what they may see and do.
    pub standing: Standing,
    /// How they showed who they are.
    pub by: By,
}

/// A person who calls. Every handler takes one; nothing here is open to others.
#[derive(Debug, Clone)]
pub(super) struct Caller(Rc<Asked>);

impl std::ops::Deref for Caller {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        &self.0
    }
}

impl Caller {
    pub fn new(asked: Asked) -> Caller {
        Caller(Rc::new(asked))
    }

    /// The person's identifier.
    pub fn id(&self) -> &PersonId {
        self.standing.id()
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
        let standing = self.standing.clone();
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
        let standing = self.standing.clone();
        Ok(self.app.act(move |act| settled(act, &standing, work)).await?)
    }

    /// Does one act, or with `dry_run` only tells what it would give: every check is made, nothing is kept.
    ///
    /// # Errors
    /// Those of `work`, or the database is away.
    pub async fn act_or_try<T: Send + 'static>(
        &self,
        dry_run: bool,
        work: impl FnOnce(&mut Act<'_>, &Standing) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Refusal> {
        if !dry_run {
            return self.act(work).await;
        }
        let standing = self.standing.clone();
        let tried = self.app.block(move |app| {
            let mut given = None;
            // An act that ends in a refusal keeps nothing.
            let refused = app.database.act(|act| -> Result<(), Problem> {
                given = Some(settled(act, &standing, work)?);
                Err(Problem::conflict("dry_run", "Inget sparades.", "Nothing was kept."))
            });
            match (given, refused) {
                (Some(given), _) => Ok(given),
                (None, Err(problem)) => Err(problem),
                (None, Ok(())) => Err(Problem::internal("a dry run that gave nothing")),
            }
        });
        Ok(tried.await?)
    }

    /// Refuses a caller who came by a token: for what only the person at the keyboard may do.
    ///
    /// # Errors
    /// `session_needed`.
    pub fn require_session(&self) -> Result<(), Refusal> {
        match self.by {
            By::Session(_) => Ok(()),
            By::Token(_) => Err(Problem::new(
                Kind::Forbidden,
                "session_needed",
                "Det kan du bara göra inloggad, inte med en nyckel.",
                "That can only be done signed in, not with a token.",
            )
            .into()),
        }
    }
}

impl FromRequest for Caller {
    type Error = Refusal;
    type Future = Ready<Result<Caller, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Caller>().cloned();
        ready(caller.ok_or_else(|| Problem::signed_out().into()))
    }
}
