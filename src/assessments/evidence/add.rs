//! A file or a link comes to a criterion: a new one, or one that the unit has already.

use serde_json::json;

use super::super::area_ready;
use super::{Details, Evidence, Limits, MOST_PIECES, Scan, Stored, What, link, plain_name, refusals, store};
use crate::cycles::state::CaseState;
use crate::cycles::{self, Case, transition};
use crate::db::Act;
use crate::files::{Kind, Received, Store, kind};
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::ids::{CaseId, EvidenceId, Source};
use crate::jobs::{self, Work};
use crate::problem::Problem;

/// A file that has arrived and lies in the store under `stored_as`.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Its name as sent.
    pub name: String,
    /// What it is, by content.
    pub kind: Kind,
    /// Bytes.
    pub size: u64,
    /// SHA-256.
    pub sha256: String,
    /// Its random name in the store.
    pub stored_as: String,
}

/// A link to add.
#[derive(Debug, Clone, Default)]
pub struct NewLink {
    /// The address, or a DOI, as typed.
    pub url: String,
    /// What people call it; empty for the address.
    pub title: String,
    /// What is told about it.
    pub details: Details,
}

/// A piece that was added.
#[derive(Debug, Clone)]
pub struct Added {
    /// The piece.
    pub evidence: Evidence,
    /// Whether the stored bytes are used; if not, the unit had the same already and the caller takes them away.
    pub keeps_bytes: bool,
}

impl NewFile {
    /// Looks at a file that has arrived and puts it in the store, under a random name.
    ///
    /// # Errors
    /// It is not one that is taken, or the store is full or away; nothing is kept then.
    pub async fn keep(
        store: &Store,
        ids: &Source,
        name: &str,
        received: Received,
    ) -> Result<NewFile, Problem> {
        let looked_at = tokio::task::spawn_blocking(move || (kind::of(received.path()), received));
        let (kind, received) = looked_at.await.map_err(Problem::internal)?;
        let file = NewFile {
            name: plain_name(name),
            kind: kind.map_err(refusals::refused)?,
            size: received.size,
            sha256: received.sha256.clone(),
            stored_as: ids.secret(),
        };
        store.put(&file.stored_as, &received).await?;
        Ok(file)
    }

    /// Ends what [`NewFile::keep`] began, when the act is done or refused: bytes that no piece uses are taken away.
    pub async fn settle<E>(self, store: &Store, added: Result<Added, E>) -> Result<Evidence, E> {
        if !added.as_ref().is_ok_and(|added| added.keeps_bytes)
            && let Err(problem) = store.delete(&self.stored_as).await
        {
            // The daily round finds them.
            tracing::warn!(%problem, "bytes that no evidence uses could not be taken away");
        }
        added.map(|added| added.evidence)
    }
}

/// Adds a file to a criterion.
///
/// # Errors
/// There are ten pieces, the unit's files take too much, the same bytes were stopped before, and those of
/// [`super::super::editable::check`]. The caller takes the stored bytes away then.
pub fn file(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
    file: &NewFile,
    limits: Limits,
) -> Result<Added, Problem> {
    let case = open(act, standing, form, case, criterion)?;
    let (stored, keeps_bytes) = take(act, &case, file, limits)?;
    let evidence = piece(act, standing, criterion, file.name.clone(), What::File(stored));
    enter(act, &case, &evidence, "add_evidence")?;
    area_ready::changed(act, standing, form, &case.id, criterion)?;
    Ok(Added { evidence, keeps_bytes })
}

/// Adds a link to a criterion. It counts as evidence like a file.
///
/// # Errors
/// The address cannot be taken, there are ten pieces, and those of [`super::super::editable::check`].
pub fn link(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
    new: &NewLink,
) -> Result<Evidence, Problem> {
    let case = open(act, standing, form, case, criterion)?;
    let url = link::read(&new.url)?;
    let title = title(&new.title, &url);
    let mut evidence = piece(act, standing, criterion, title, What::Link(url));
    evidence.details = new.details.checked()?;
    enter(act, &case, &evidence, "add_evidence")?;
    area_ready::changed(act, standing, form, &case.id, criterion)?;
    Ok(evidence)
}

/// Adds a piece that the unit has on another criterion or in an earlier year, with what is told about it.
///
/// # Errors
/// It is not the unit's or is removed, it was stopped, it is on the criterion already, there are ten pieces, and those
/// of [`super::super::editable::check`].
pub fn again(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
    id: &EvidenceId,
) -> Result<Evidence, Problem> {
    let case = open(act, standing, form, case, criterion)?;
    let pieces = store::of_unit(act.db, &case.unit.id, case.year)?;
    let (_, there) = pieces.into_iter().find(|(_, piece)| piece.id == *id).ok_or_else(Problem::not_found)?;
    let here = store::of_case(act.db, &case.id)?;
    let same = |other: &&Evidence| other.criterion == criterion && is_same(&other.what, &there.what);
    if here.iter().any(|other| same(&other)) {
        return Err(Problem::conflict(
            "already_here",
            format!("Underlaget finns redan på {criterion}."),
            format!("The evidence is on {criterion} already."),
        ));
    }
    if there.is_stopped() {
        return Err(refusals::known_infected());
    }
    if let Some(file) = there.file()
        && !store::hold(act, &file.stored_as)?
    {
        return Err(Problem::not_found());
    }
    let mut evidence = piece(act, standing, criterion, there.name, there.what);
    evidence.details = there.details;
    enter(act, &case, &evidence, "reuse_evidence")?;
    area_ready::changed(act, standing, form, &case.id, criterion)?;
    Ok(evidence)
}

/// Takes hold of the case and refuses unless one more piece may come to the criterion.
fn open(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
) -> Result<Case, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Draft, CaseState::Returned])?;
    super::remove::check(act, standing, form, &case, criterion)?;
    let there = store::of_case(act.db, &case.id)?;
    let pieces = there.iter().filter(|other| other.criterion == criterion && other.supersedes.is_none());
    if pieces.count() >= MOST_PIECES { Err(refusals::too_many()) } else { Ok(case) }
}

/// The stored file of bytes that have arrived: the unit's own of the same bytes, or these. True when it is these.
pub(super) fn take(
    act: &mut Act<'_>,
    case: &Case,
    file: &NewFile,
    limits: Limits,
) -> Result<(Stored, bool), Problem> {
    let unit = &case.unit.id;
    if let Some(same) = store::hold_same(act, unit, &file.sha256)? {
        return if same.scan == Scan::Infected { Err(refusals::known_infected()) } else { Ok((same, false)) };
    }
    let size = i32::try_from(file.size).map_err(|_| refusals::too_large())?;
    let used = store::used(act.db, unit)?;
    if used + i64::from(size) > limits.quota {
        return Err(refusals::quota_full(used, limits.quota, format!("{}/underlag", case.path())));
    }
    let stored = Stored {
        stored_as: file.stored_as.clone(),
        media_type: file.kind.media_type().to_owned(),
        size,
        sha256: file.sha256.clone(),
        scan: if limits.scanned { Scan::Waiting } else { Scan::Unscanned },
    };
    store::add_file(act, unit, &stored)?;
    if limits.scanned {
        let work = Work::ScanFile { stored_as: stored.stored_as.clone() };
        jobs::enqueue(act, &work, &format!("scan_file:{}", stored.stored_as), act.now)?;
    }
    Ok((stored, true))
}

pub(super) fn piece(
    act: &Act<'_>,
    standing: &Standing,
    criterion: &str,
    name: String,
    what: What,
) -> Evidence {
    Evidence {
        id: act.id(),
        criterion: criterion.to_owned(),
        name,
        what,
        details: Details::default(),
        version: 1,
        added_by: standing.id().clone(),
        added_at: act.now,
        supersedes: None,
    }
}

pub(super) fn enter(
    act: &mut Act<'_>,
    case: &Case,
    evidence: &Evidence,
    name: &'static str,
) -> Result<(), Problem> {
    store::add(act, &case.id, evidence)?;
    let detail = json!({
        "criterion": evidence.criterion,
        "file": evidence.id,
        "sha256": evidence.file().map(|file| &file.sha256),
        "supersedes": evidence.supersedes,
    });
    transition::note(act, &case.id, Some(&evidence.added_by), name, detail)
}

fn title(given: &str, url: &str) -> String {
    let given = super::one_line(given);
    let title = if given.is_empty() { url.split_once("://").map_or(url, |(_, rest)| rest) } else { &given };
    title.chars().take(super::LONGEST_NAME).collect()
}

fn is_same(one: &What, other: &What) -> bool {
    match (one, other) {
        (What::File(one), What::File(other)) => one.stored_as == other.stored_as,
        (What::Link(one), What::Link(other)) => one == other,
        _ => false,
    }
}
