//! What has happened to a case, from its log, in words.

use askama::Template;
use serde_json::Value;

use super::{Place, find, under_case};
use crate::audit::{self, Chain, Entry};
use crate::cycles::Case;
use crate::cycles::state::CaseState;
use crate::db::Db;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::identity::store::{Names, names};
use crate::problem::Problem;
use crate::text::{self, Lang};
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

/// Acts that come in great number.
const ROUTINE: [&str; 9] = [
    "save_answer",
    "mark_area",
    "add_evidence",
    "remove_evidence",
    "write_message",
    "close_discussion",
    "save_action",
    "remove_action",
    "write_fact_comment",
];

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Happened {
    /// When.
    pub at: String,
    /// Who; empty when the service did it by itself.
    pub who: String,
    /// What, in words.
    pub what: String,
    /// The state it led to.
    pub to: Option<&'static str>,
    /// The reason, the criteria, or the number.
    pub detail: String,
    /// Whether it is one of many small steps, which the case's own page leaves out.
    pub routine: bool,
}

#[derive(Template)]
#[template(path = "coordinator/log.html")]
struct LogPage {
    page: Page,
    lang: Lang,
    unit: String,
    entries: Vec<Happened>,
}

/// `GET /cykel/{year}/{unit}/logg`.
pub async fn show(viewer: Viewer, place: Place) -> Answer {
    let (year, slug) = place.into_inner();
    let lang = viewer.lang;
    let (case, entries) = viewer
        .read(move |db, standing| {
            let case = find(db, standing, year, &slug)?;
            let entries = load(db, standing, &case, lang)?;
            Ok((case, entries))
        })
        .await?;
    let title = lang.t("Ärendets logg", "The case's log");
    let shown = under_case(viewer.page(title), &case);
    page(&LogPage { page: shown, lang, unit: case.unit.name, entries })
}

/// Everything that happened to a case, newest first.
///
/// # Errors
/// [`Problem::not_found`] for who may not read the log.
pub(super) fn load(
    db: &mut Db,
    standing: &Standing,
    case: &Case,
    lang: Lang,
) -> Result<Vec<Happened>, Problem> {
    standing.require(&case.reference(), Object::Log, Deed::Read)?;
    let names = names(db)?;
    let mut entries = audit::entries_of(db, &Chain::Case(case.id.clone()))?;
    entries.reverse();
    Ok(entries.iter().map(|entry| happened(entry, &names, lang)).collect())
}

fn happened(entry: &Entry, names: &Names, lang: Lang) -> Happened {
    let state = entry.to_state.as_deref().and_then(CaseState::from_text);
    Happened {
        at: text::moment(entry.at, lang),
        who: entry.actor.as_ref().and_then(|actor| names.get(actor)).cloned().unwrap_or_default(),
        what: words(&entry.act, lang).map_or_else(|| entry.act.clone(), str::to_owned),
        to: state.map(|state| state.word(lang)),
        detail: detail(entry, lang),
        routine: ROUTINE.contains(&entry.act.as_str()),
    }
}

/// What the entry says about why and on what: never a text that somebody wrote about the unit.
fn detail(entry: &Entry, lang: Lang) -> String {
    let facts: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
    let one = |name: &str| facts.get(name).and_then(Value::as_str).map(str::to_owned);
    let criteria = facts.get("criteria").and_then(Value::as_array).map(|all| {
        let all: Vec<&str> = all.iter().filter_map(Value::as_str).collect();
        all.join(", ")
    });
    let decision = facts.get("approved").or_else(|| facts.get("upheld")).and_then(Value::as_bool);
    let decision =
        decision.map(|yes| lang.t(if yes { "ja" } else { "nej" }, if yes { "yes" } else { "no" }).to_owned());
    let parts = [one("criterion"), criteria, one("area"), decision, one("registry_number"), one("reason")];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    parts.join(". ")
}

/// An act in words; nothing for one that this page does not know.
fn words(act: &str, lang: Lang) -> Option<&'static str> {
    Some(match act {
        "open" => lang.t("Öppnade ärendet", "Opened the case"),
        "save_answer" => lang.t("Sparade svar", "Saved answers"),
        "declare_missing" => lang.t("Lämnade kriteriet utan svar", "Left the criterion without an answer"),
        "mark_area" => lang.t("Markerade området", "Marked the area"),
        "add_evidence" => lang.t("Lade till underlag", "Added evidence"),
        "remove_evidence" => lang.t("Tog bort underlag", "Removed evidence"),
        "ask_extension" => lang.t("Begärde förlängning", "Asked for more time"),
        "extend" => lang.t("Förlängde tiden", "Extended the time"),
        "ask_not_applicable" => lang.t("Begärde ej tillämpligt", "Asked for not applicable"),
        "take_back_not_applicable" => lang.t("Tog tillbaka begäran", "Took the request back"),
        "decide_not_applicable" => {
            lang.t("Tog ställning till ej tillämpligt", "Decided about not applicable")
        }
        "submit" => lang.t("Lämnade in", "Submitted"),
        "withdraw" => lang.t("Tog tillbaka inlämningen", "Took the submission back"),
        "return_for_completion" => lang.t("Begärde komplettering", "Asked for completion"),
        "not_submitted" => lang.t("Markerade som ej inlämnad", "Marked as not submitted"),
        "cancel" => lang.t("Tog enheten ur årets utvärdering", "Took the unit out of this year's evaluation"),
        "assign" => lang.t("Utsåg granskare", "Assigned reviewers"),
        "assign_reviewer" => lang.t("Utsåg en ny granskare", "Assigned a new reviewer"),
        "end_assignment" => lang.t("Avslutade ett uppdrag", "Ended an assignment"),
        "reviewer_left" => lang.t("En granskare lämnade", "A reviewer left"),
        "declare_conflict" => lang.t("Tog ställning till jäv", "Declared on conflict of interest"),
        "decide_conflict" => lang.t("Avgjorde anmält jäv", "Decided about a conflict of interest"),
        "begin_scoring" => lang.t("Den enskilda granskningen började", "The individual review began"),
        "lock_review" => lang.t("Låste sin granskning", "Locked the review"),
        "both_locked" => lang.t("Båda har låst; samsynen började", "Both have locked; the settlement began"),
        "write_message" => lang.t("Skrev i samtalet", "Wrote in the discussion"),
        "revise_score" => lang.t("Ändrade sin nivå", "Revised the level"),
        "close_discussion" => lang.t("Avslutade samtalet", "Closed the discussion"),
        "write_summary" => lang.t("Skrev den gemensamma texten", "Wrote the joint summary"),
        "sign_settlement" => lang.t("Skrev under samsynen", "Signed the settlement"),
        "needs_further" => lang.t("Ytterligare granskning behövs", "A further review is needed"),
        "assign_further" => lang.t("Utsåg ytterligare granskare", "Assigned a further reviewer"),
        "correction_opened_gap" => lang.t("En rättelse öppnade en skillnad", "A correction opened a gap"),
        "open_fact_check" => lang.t("Öppnade faktagranskningen", "Opened the fact check"),
        "write_fact_comment" => lang.t("Skrev en synpunkt", "Wrote a comment"),
        "send_fact_comments" => lang.t("Skickade synpunkter", "Sent comments"),
        "no_fact_comments" => lang.t("Hade inga synpunkter", "Had no comments"),
        "answer_fact_comment" => lang.t("Besvarade en synpunkt", "Answered a comment"),
        "correct_score" => lang.t("Rättade sin nivå", "Corrected the level"),
        "finalise" => lang.t("Fastställde resultatet", "Fixed the result"),
        "correct_result" => lang.t("Rättade resultatet", "Corrected the result"),
        "release" => lang.t("Meddelade resultatet", "Released the result"),
        "plan_needed" => lang.t("En åtgärdsplan behövs", "An improvement plan is needed"),
        "write_recommendation" => lang.t("Skrev rekommendationen", "Wrote the recommendation"),
        "ask_in_depth" => lang.t("Begärde fördjupad granskning", "Asked for an in-depth review"),
        "save_action" => lang.t("Sparade en åtgärd", "Saved an action"),
        "remove_action" => lang.t("Tog bort en åtgärd", "Removed an action"),
        "submit_plan" => lang.t("Lämnade in åtgärdsplanen", "Submitted the improvement plan"),
        "accept_plan" => lang.t("Godkände åtgärdsplanen", "Accepted the improvement plan"),
        "give_back_plan" => lang.t("Gav tillbaka åtgärdsplanen", "Gave the improvement plan back"),
        "report_action" => lang.t("Berättade hur en åtgärd går", "Told how an action goes"),
        "close" => lang.t("Avslutade ärendet", "Closed the case"),
        _ => return None,
    })
}
