//! What hangs on a criterion besides its answers, when a draft goes to another version of its form. Pure.
//!
//! Invariant: everything goes somewhere. A request or a declaration that says something about only a part of a new
//! criterion says nothing about the whole, so it goes along as words in the unit's own thread.

use std::collections::BTreeSet;

use super::request_store::RequestRow;
use crate::forms::{Form, Route};
use crate::ids::PersonId;

/// What somebody of the unit wrote that has no place of its own in the new version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    /// The criterion in whose thread they go on.
    pub(super) criterion: String,
    /// Whose they are.
    pub(super) by: PersonId,
    /// The words.
    pub(super) text: String,
}

/// The old ids that are gone, each with the first criterion of the new version that took something from it.
pub(super) fn new_homes(old: &Form, new: &Form, route: &Route) -> Vec<(String, String)> {
    let gone = old.criteria().filter(|(_, criterion)| new.criterion(&criterion.id).is_none());
    gone.filter_map(|(_, criterion)| {
        let takes = |id: &str| route.comes_from(id).contains(&criterion.id);
        let (_, home) = new.criteria().find(|(_, one)| takes(&one.id))?;
        Some((criterion.id.clone(), home.id.clone()))
    })
    .collect()
}

/// The requests under the new ids, and those that cannot go along: a criterion that was put together does not apply when
/// that was asked, and answered alike, of every part; what was split does not apply in any part.
pub(super) fn requests(new: &Form, route: &Route, old: &[RequestRow]) -> (Vec<RequestRow>, Vec<RequestRow>) {
    let (mut moved, mut used) = (Vec::new(), BTreeSet::new());
    for (_, criterion) in new.criteria().filter(|(_, one)| one.not_applicable.is_some()) {
        let from = route.comes_from(&criterion.id);
        let asked: Vec<&RequestRow> =
            from.iter().filter_map(|id| old.iter().find(|one| one.criterion == *id)).collect();
        let Some(first) = asked.first().filter(|_| asked.len() == from.len()) else { continue };
        if asked.iter().any(|one| one.approved != first.approved) {
            continue;
        }
        moved.push(RequestRow {
            criterion: criterion.id.clone(),
            reason: joined(asked.iter().map(|one| one.reason.as_str())).unwrap_or_default(),
            decision_reason: joined(asked.iter().filter_map(|one| one.decision_reason.as_deref())),
            ..(*first).clone()
        });
        used.extend(from);
    }
    (moved, old.iter().filter(|one| !used.contains(&one.criterion)).cloned().collect())
}

/// Different texts after each other.
pub(super) fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut all: Vec<&str> = Vec::new();
    for text in texts {
        if !all.contains(&text) {
            all.push(text);
        }
    }
    (!all.is_empty()).then(|| all.join("\n\n"))
}

/// A request that could not go along, in words.
pub(super) fn request_in_words(request: &RequestRow, home: &str) -> Words {
    let RequestRow { criterion, reason, .. } = request;
    let answered = match (request.approved, &request.decision_reason) {
        (Some(true), Some(why)) => format!("\n\nSamordnaren hade svarat ja: {why}"),
        (Some(false), Some(why)) => format!("\n\nSamordnaren hade svarat nej: {why}"),
        _ => String::new(),
    };
    let text = format!(
        "Begäran om att {criterion} inte gäller enheten följde inte med när formuläret rättades. Skälet var: \
         {reason}{answered}"
    );
    Words { criterion: home.to_owned(), by: request.asked_by.clone(), text }
}

/// A declaration that could not go along, in words.
pub(super) fn declaration_in_words(criterion: &str, reason: &str, by: PersonId, home: &str) -> Words {
    let text = format!("{criterion} lämnades utan svar innan formuläret rättades. Skälet var: {reason}");
    Words { criterion: home.to_owned(), by, text }
}
