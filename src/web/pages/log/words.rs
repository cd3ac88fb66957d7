//! What happened, from the log, in words.

use serde_json::Value;

use crate::assessments::BACKGROUND;
use crate::audit::Entry;
use crate::cycles::log::WITHHELD;
use crate::cycles::state::{CaseState, CycleState};
use crate::identity::GrantedRole;
use crate::identity::store::Names;
use crate::text::{self, Lang};

/// Acts that come in great number.
const ROUTINE: [&str; 12] = [
    "save_answer",
    "confirm_prefill",
    "mark_area",
    "add_evidence",
    "remove_evidence",
    "reuse_evidence",
    "describe_evidence",
    "write_message",
    "close_discussion",
    "save_action",
    "remove_action",
    "write_fact_comment",
];

/// The most criteria that are named one by one.
const MOST_NAMED: usize = 12;

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

/// An entry in words.
#[must_use]
pub fn happened(entry: &Entry, names: &Names, lang: Lang) -> Happened {
    let state = |word: &str| match CaseState::from_text(word) {
        // «closed» is a word of cases and of years; a year's entries are not of a case.
        Some(state) if !entry.act.ends_with("_cycle") => Some(state.word(lang)),
        _ => CycleState::from_text(word).map(|state| state.word(lang)),
    };
    Happened {
        at: text::moment(entry.at, lang),
        who: entry.actor.as_ref().and_then(|actor| names.get(actor)).cloned().unwrap_or_default(),
        what: words(&entry.act, lang).map_or_else(|| entry.act.clone(), str::to_owned),
        to: entry.to_state.as_deref().and_then(state),
        detail: detail(entry, lang),
        routine: ROUTINE.contains(&entry.act.as_str()),
    }
}

/// What the entry says about why and on what: never a text that somebody wrote about the unit.
fn detail(entry: &Entry, lang: Lang) -> String {
    if entry.act == WITHHELD {
        let told = lang.t(
            "Visas för dig när du får läsa granskningarna.",
            "Shown to you once you may read the reviews.",
        );
        return told.to_owned();
    }
    let facts: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
    let one = |name: &str| facts.get(name).and_then(Value::as_str).map(str::to_owned);
    let place =
        |id: &str| if id == BACKGROUND { lang.t("Bakgrund", "Background").to_owned() } else { id.to_owned() };
    let criteria = facts.get("criteria").and_then(Value::as_array).map(|all| {
        let all: Vec<String> = all.iter().filter_map(Value::as_str).map(place).collect();
        if all.len() > MOST_NAMED {
            let count = all.iter().filter(|one| **one != place(BACKGROUND)).count();
            format!("{count} {}", lang.t("kriterier", "criteria"))
        } else {
            all.join(", ")
        }
    });
    let decision = facts.get("approved").or_else(|| facts.get("upheld")).and_then(Value::as_bool);
    let decision =
        decision.map(|yes| lang.t(if yes { "ja" } else { "nej" }, if yes { "yes" } else { "no" }).to_owned());
    let year = facts.get("year").and_then(Value::as_i64).map(|year| year.to_string());
    let role =
        one("role").and_then(|role| GrantedRole::from_text(&role)).map(|role| role.word(lang).to_owned());
    let parts = [
        year,
        role,
        one("criterion").as_deref().map(place),
        criteria,
        one("area"),
        decision,
        one("registry_number"),
        one("receipt"),
        one("reason"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    parts.join(". ")
}

/// An act in words; nothing for one that this page does not know.
#[must_use]
pub fn words(act: &str, lang: Lang) -> Option<&'static str> {
    of_unit(act, lang).or_else(|| of_review(act, lang)).or_else(|| of_year(act, lang))
}

/// The self-assessment, from opening to submission.
fn of_unit(act: &str, lang: Lang) -> Option<&'static str> {
    Some(match act {
        "open" => lang.t("Öppnade ärendet", "Opened the case"),
        "save_answer" => lang.t("Sparade svar", "Saved answers"),
        "prefill" => lang.t("Lade in förra årets svar", "Put in last year's answers"),
        "confirm_prefill" => lang.t("Bekräftade förra årets svar", "Confirmed last year's answers"),
        "move_form" => {
            lang.t("Flyttade svaren till ett rättat formulär", "Moved the answers to a mended form")
        }
        "declare_missing" => lang.t("Lämnade kriteriet utan svar", "Left the criterion without an answer"),
        "mark_area" => lang.t("Markerade området", "Marked the area"),
        "change_ready_area" => lang.t("Ändrade ett område som var klart", "Changed an area that was ready"),
        "write_comment" => lang.t("Skrev en kommentar inom enheten", "Wrote a comment within the unit"),
        "resolve_comments" => lang.t("Löste kommentarer inom enheten", "Resolved comments within the unit"),
        "invite" => lang.t("Bjöd in en medarbetare", "Invited a contributor"),
        "change_areas" => lang.t("Ändrade en medarbetares områden", "Changed a contributor's areas"),
        "end_access" => lang.t("Avslutade en medarbetares behörighet", "Ended a contributor's access"),
        "hand_over" => lang.t("Lämnade över till en ny verksamhetschef", "Handed over to a new head of unit"),
        "decline_extension" => lang.t("Avslog begäran om mer tid", "Declined the request for more time"),
        "add_evidence" => lang.t("Lade till underlag", "Added evidence"),
        "remove_evidence" => lang.t("Tog bort underlag", "Removed evidence"),
        "reuse_evidence" => lang.t("Återanvände underlag", "Used evidence again"),
        "describe_evidence" => lang.t("Beskrev underlag", "Described evidence"),
        "supersede_evidence" => {
            lang.t("Lämnade en nyare version av ett underlag", "Gave a newer version of evidence")
        }
        "stop_evidence" => lang.t("Viruskontrollen stoppade en fil", "The virus scan stopped a file"),
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
        _ => return None,
    })
}

/// Review, result and follow-up.
fn of_review(act: &str, lang: Lang) -> Option<&'static str> {
    Some(match act {
        "assign" => lang.t("Utsåg granskare", "Assigned reviewers"),
        "assign_reviewer" => lang.t("Utsåg en ny granskare", "Assigned a new reviewer"),
        "end_assignment" => lang.t("Avslutade ett uppdrag", "Ended an assignment"),
        "accept_assignment" => lang.t("Tackade ja till ett uppdrag", "Accepted an assignment"),
        "leave_assignment" => {
            lang.t("Tackade nej till eller lämnade ett uppdrag", "Declined or left an assignment")
        }
        "pass_rule" => lang.t("Godtog ett undantag i parningen", "Accepted an exception in the pairing"),
        "take_back_pass" => lang.t("Tog tillbaka ett undantag", "Took an exception back"),
        "reviewer_left" => lang.t("En granskare lämnade", "A reviewer left"),
        "declare_conflict" => lang.t("Tog ställning till jäv", "Declared on conflict of interest"),
        "decide_conflict" => lang.t("Avgjorde anmält jäv", "Decided about a conflict of interest"),
        "begin_scoring" => lang.t("Den enskilda granskningen började", "The individual review began"),
        WITHHELD => lang.t("Ett steg i granskningen", "A step of the review"),
        "lock_review" => lang.t("Låste sin granskning", "Locked the review"),
        "open_seals" => lang.t("Öppnade granskningarnas sigill", "Opened the seals of the reviews"),
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
        "sign_plan" => lang.t("Skrev under åtgärdsplanen", "Signed the improvement plan"),
        "close" => lang.t("Avslutade ärendet", "Closed the case"),
        _ => return None,
    })
}

/// The year, the registrar's acts, people and sessions.
fn of_year(act: &str, lang: Lang) -> Option<&'static str> {
    Some(match act {
        "change_dates" => lang.t("Ändrade datum", "Changed dates"),
        "ask_dates" => lang.t("Föreslog nya datum", "Proposed new dates"),
        "turn_down_dates" => lang.t("Avslog nya datum", "Turned new dates down"),
        "open_support" => lang.t("Öppnade utkastet för att hjälpa", "Opened the draft to help"),
        "end_support" => lang.t("Avslutade läsningen av utkastet", "Ended the reading of the draft"),
        "give_registry_number" => lang.t("Gav ärendet diarienummer", "Gave the case its registry number"),
        "record_request" => lang.t("Antecknade en begäran om utlämnande", "Recorded a request for records"),
        "decide_request" => lang.t("Avgjorde en begäran om utlämnande", "Decided a request for records"),
        "prepare_cycle" => lang.t("Planerade årscykeln", "Planned the yearly cycle"),
        "open_cycle" => lang.t("Öppnade årscykeln", "Opened the yearly cycle"),
        "close_cycle" => lang.t("Stängde årscykeln", "Closed the yearly cycle"),
        "archive_cycle" => lang.t("Arkiverade årscykeln", "Archived the yearly cycle"),
        "ask_release" => lang.t("Begärde att resultaten meddelas", "Asked for the release"),
        "take_back_release" => {
            lang.t("Tog tillbaka begäran om att meddela", "Took the request for release back")
        }
        "pick_calibration_case" => lang.t("Valde ett övningsfall", "Picked a calibration case"),
        "leave_out_calibration_case" => lang.t("Tog bort ett övningsfall", "Left a calibration case out"),
        "mend_calibration_text" => {
            lang.t("Ändrade text i ett övningsfall", "Mended text of a calibration case")
        }
        "open_calibration" => lang.t("Öppnade övningsomgången", "Opened the calibration round"),
        "remind_calibration" => lang.t("Påminde om övningsomgången", "Reminded of the calibration round"),
        "lock_calibration" => lang.t("Låste ett övningsfall", "Locked a calibration case"),
        "close_calibration" => lang.t("Avslutade övningsomgången", "Ended the calibration round"),
        "clarify_anchor" => lang.t("Förtydligade ett kriteriums nivåer", "Clarified a criterion's levels"),
        "sign_in" => lang.t("Loggade in", "Signed in"),
        "sign_out" => lang.t("Loggade ut", "Signed out"),
        "end_session" => lang.t("Avslutade en inloggning", "Ended a session"),
        "end_sessions" => lang.t("Avslutade alla inloggningar", "Ended all sessions"),
        "add_person" => lang.t("Lade till en person", "Added a person"),
        "save_reviewer" => lang.t("Sparade en granskares uppgifter", "Saved a reviewer's entry"),
        "grant_role" => lang.t("Gav en roll", "Gave a role"),
        "ask_role" => lang.t("Begärde en roll", "Asked for a role"),
        "turn_down_role" => lang.t("Avslog en roll", "Turned a role down"),
        "end_role" => lang.t("Avslutade en roll", "Ended a role"),
        "make_link" => lang.t("Gav någon en länk att logga in med", "Gave somebody a link to sign in by"),
        "import_people" => lang.t("Läste in personer från en fil", "Took in people from a file"),
        "import_units" => lang.t("Läste in enheter från en fil", "Took in units from a file"),
        "create_token" => lang.t("Skapade en nyckel för program", "Made a token for a program"),
        "end_token" => lang.t("Avslutade en nyckel för program", "Ended a token for a program"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;

    fn told(detail: &Value) -> String {
        let entry = Entry {
            chain: "case".into(),
            number: 1,
            at: Moment::default(),
            actor: None,
            act: "prefill".into(),
            from_state: None,
            to_state: None,
            detail: detail.to_string(),
            previous: String::new(),
            hash: String::new(),
        };
        happened(&entry, &Names::default(), Lang::Sv).detail
    }

    #[test]
    fn a_few_criteria_are_named_and_many_are_counted() {
        use serde_json::json;
        assert_eq!(told(&json!({ "criteria": ["A1", "background"] })), "A1, Bakgrund");
        let many: Vec<String> =
            (1..=20).map(|number| format!("A{number}")).chain(["background".to_owned()]).collect();
        assert_eq!(told(&json!({ "criteria": many })), "20 kriterier");
        assert_eq!(told(&json!({ "criterion": "background" })), "Bakgrund");
    }
}
