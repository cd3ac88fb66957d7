//! The unit's comments on criteria: the threads on an area's page, and what is open on the overview.

use crate::assessments::comments::{self, Comment};
use crate::cycles::Case;
use crate::db::{Act, Db};
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::identity::store::Names;
use crate::problem::Problem;
use crate::text::{self, Lang};
use crate::web::form;

/// A comment as a page shows it.
pub(super) struct Said {
    pub(super) who: String,
    pub(super) at: String,
    pub(super) text: String,
}

/// The thread of one criterion.
#[derive(Default)]
pub(super) struct Thread {
    pub(super) open: Vec<Said>,
    pub(super) resolved: Vec<Said>,
}

/// The threads of a case for somebody who may see them.
#[derive(Default)]
pub(super) struct Threads {
    comments: Vec<Comment>,
    names: Names,
    /// Whether the reader sees threads at all.
    pub(super) shown: bool,
    /// Whether the reader may write in them now.
    pub(super) may_write: bool,
}

/// Loads the threads of a case: one query and the names; nothing for those outside the unit.
///
/// # Errors
/// The database cannot be read.
pub(super) fn load(db: &mut Db, standing: &Standing, case: &Case) -> Result<Threads, Problem> {
    let may = |deed| standing.may(&case.reference(), Object::UnitComments, deed);
    if !may(Deed::Read) {
        return Ok(Threads::default());
    }
    let comments = comments::of_case(db, standing, case)?;
    let names = if comments.is_empty() { Names::new() } else { crate::identity::store::names(db)? };
    Ok(Threads { comments, names, shown: true, may_write: may(Deed::Write) })
}

impl Threads {
    fn said(&self, comment: &Comment, lang: Lang) -> Said {
        Said {
            who: self.names.get(&comment.written_by).cloned().unwrap_or_default(),
            at: text::moment(comment.written_at, lang),
            text: comment.comment.clone(),
        }
    }

    /// Every criterion that has a thread.
    pub(super) fn criteria(&self) -> impl Iterator<Item = &str> {
        self.comments.iter().map(|comment| comment.criterion.as_str())
    }

    /// The thread of one criterion; none for who sees no threads.
    pub(super) fn of(&self, criterion: &str, lang: Lang) -> Option<Thread> {
        let of_it = self.comments.iter().filter(|comment| comment.criterion == criterion);
        let (open, resolved): (Vec<_>, Vec<_>) = of_it.partition(|comment| comment.resolved.is_none());
        let said = |all: Vec<&Comment>| all.into_iter().map(|comment| self.said(comment, lang)).collect();
        self.shown.then(|| Thread { open: said(open), resolved: said(resolved) })
    }

    /// Every criterion with something open: its address, and the newest thing said.
    pub(super) fn open(&self, case: &Case, form: &Form, lang: Lang) -> Vec<OpenThread> {
        form.criteria()
            .filter_map(|(area, criterion)| {
                let of_it = self.comments.iter();
                let mut open = of_it.filter(|one| one.criterion == criterion.id && one.resolved.is_none());
                let count = open.clone().count();
                let newest = open.next_back()?;
                Some(OpenThread {
                    href: format!("{}/{}#kommentarer-{}", case.path(), area.id, criterion.id),
                    criterion: criterion.id.clone(),
                    count,
                    newest: self.said(newest, lang),
                })
            })
            .collect()
    }
}

/// A thread with something open, on the overview.
pub(super) struct OpenThread {
    pub(super) href: String,
    pub(super) criterion: String,
    pub(super) count: usize,
    pub(super) newest: Said,
}

/// The field of a criterion's new comment: `comment.A1`.
const FIELD: &str = "comment.";
/// The button that ends a thread: `resolve.A1`.
const RESOLVE: &str = "resolve.";

/// What an area's form says besides answers: new comments, and a thread that is resolved. Written in an act of its own,
/// before the answers, so that a save that came second loses no comment.
#[derive(Debug, Clone, Default)]
pub(super) struct Sent {
    comments: Vec<(String, String)>,
    resolved: Option<String>,
}

impl Sent {
    pub(super) fn read(sent: &form::Form) -> Sent {
        let comments = sent.pairs().filter(|(_, text)| !text.trim().is_empty());
        Sent {
            comments: comments
                .filter_map(|(name, text)| Some((name.strip_prefix(FIELD)?.to_owned(), text.to_owned())))
                .collect(),
            resolved: sent.get("do").and_then(|button| button.strip_prefix(RESOLVE)).map(str::to_owned),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.comments.is_empty() && self.resolved.is_none()
    }

    /// The thread to come back to, when a button of one was pressed.
    pub(super) fn anchor(sent: &form::Form) -> Option<String> {
        let button = sent.get("do")?;
        let criterion = button.strip_prefix(FIELD).or_else(|| button.strip_prefix(RESOLVE))?;
        Some(format!("#kommentarer-{criterion}"))
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// Those of the two verbs.
    pub(super) fn write(
        &self,
        act: &mut Act<'_>,
        standing: &Standing,
        form: &Form,
        case: &Case,
    ) -> Result<(), Problem> {
        for (criterion, text) in &self.comments {
            comments::write::write(act, standing, form, &case.id, criterion, text)?;
        }
        match &self.resolved {
            Some(criterion) => comments::resolve::resolve(act, standing, &case.id, criterion),
            None => Ok(()),
        }
    }
}
