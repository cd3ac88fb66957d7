//! The API: the same verbs as the pages, in JSON.
//!
//! Invariants: every route stands in the table below and in [`openapi`]; every request passes [`guard`]; GET changes
//! nothing; what is not there and what is not the caller's to see answer with the same bytes; a handler knows verbs and
//! stores of the product, never the pages.

mod answers;
mod assignments;
mod at_hand;
mod body;
mod calibration;
mod calibration_reviews;
mod caller;
mod cases;
mod cycles;
mod dates;
mod declarations;
mod documents;
mod evidence;
mod followup;
mod forms;
mod guard;
mod log;
mod me;
mod not_applicable;
pub mod openapi;
mod own_history;
mod paging;
mod pairing;
mod presence;
mod receipts;
mod records;
mod refusal;
mod register;
mod reliability;
mod results;
mod reviewers;
mod reviews;
mod roles;
mod sessions;
mod settlement;
mod submission;
mod support;
mod team;
mod tokens;
mod version;
mod workbook;

use actix_web::middleware::from_fn;
use actix_web::web::{self, PathConfig, QueryConfig, ServiceConfig, delete, get, post, put};

use crate::problem::Problem;
use refusal::{Answer, Refusal};

/// Every route, by who it is for. Must be configured before the pages, which answer everything else.
pub fn configure(config: &mut ServiceConfig) {
    config.route("/api/openapi.json", get().to(openapi::serve)).service(
        web::scope("/api/v1")
            .app_data(PathConfig::default().error_handler(|_, _| Refusal::from(Problem::not_found()).into()))
            .app_data(QueryConfig::default().error_handler(|error, _| refusal::bad_query(&error).into()))
            .wrap(from_fn(guard::guard))
            .configure(everybody)
            .configure(administrators)
            .configure(unit)
            .configure(coordinators)
            .configure(keepers_of_records)
            .configure(reviewers)
            .configure(after_the_reviews)
            .configure(calibration_rounds)
            .default_service(web::to(missing)),
    );
}

/// For everybody who may call: themselves, the register, the years, and the cases that they may know of.
fn everybody(config: &mut ServiceConfig) {
    config
        .route("/me", get().to(me::show))
        .route("/me/log", get().to(log::own))
        .route("/me/outbox", get().to(log::own_outbox))
        .route("/me/sessions", get().to(sessions::list))
        .route("/me/sessions/{id}", delete().to(sessions::end))
        .route("/me/tokens", get().to(tokens::list))
        .route("/me/tokens", post().to(tokens::create))
        .route("/me/tokens/{id}", delete().to(tokens::end))
        .route("/units", get().to(register::units))
        .route("/units/{unit}", get().to(register::unit))
        .route("/people", get().to(register::people))
        .route("/people/{id}/grants", get().to(register::grants))
        .route("/forms", get().to(forms::list))
        .route("/forms/{form}/{version}", get().to(forms::show))
        .route("/forms/{form}/{version}/blank.pdf", get().to(forms::blank))
        .route("/cycles", get().to(cycles::list))
        .route("/cycles/{year}", get().to(cycles::show))
        .route("/cycles/{year}/results", get().to(cycles::overview))
        .route("/cycles/{year}/reliability", get().to(reliability::show))
        .route("/cycles/{year}/assignments", get().to(assignments::list_year))
        .route("/cases/{year}", get().to(cases::list))
        .route("/cases/{year}/{unit}", get().to(cases::show))
        .route("/documents/verification", post().to(documents::verify));
}

/// For administrators: people and roles.
fn administrators(config: &mut ServiceConfig) {
    config
        .route("/people", post().to(roles::add))
        .route("/people/{id}/grants", post().to(roles::give))
        .route("/people/{id}/sessions", delete().to(sessions::end_of))
        .route("/grants/{id}", delete().to(roles::end))
        .route("/units/{unit}/hand-over", post().to(team::hand_over))
        .route("/grant-requests", get().to(roles::waiting))
        .route("/grant-requests/{id}/confirmation", post().to(roles::confirm))
        .route("/grant-requests/{id}", delete().to(roles::turn_down));
}

/// For the unit, and for those who read its self-assessment.
fn unit(config: &mut ServiceConfig) {
    config
        .route("/cases/{year}/{unit}/answers", get().to(answers::list))
        .route("/cases/{year}/{unit}/answers.pdf", get().to(receipts::draft))
        .route("/cases/{year}/{unit}/answers/{criterion}", get().to(answers::show))
        .route("/cases/{year}/{unit}/answers/{criterion}", put().to(answers::save))
        .route("/cases/{year}/{unit}/answers/{criterion}/declared-missing", put().to(answers::declare))
        .route("/cases/{year}/{unit}/answers/{criterion}/confirm", post().to(answers::confirm))
        .route("/cases/{year}/{unit}/answers/{criterion}/versions", get().to(answers::versions))
        .route("/cases/{year}/{unit}/workbook", get().to(workbook::get))
        .route("/cases/{year}/{unit}/workbook", post().to(workbook::bring))
        .route("/cases/{year}/{unit}/presence", get().to(presence::list))
        .route("/cases/{year}/{unit}/presence", put().to(presence::note))
        .route("/cases/{year}/{unit}/evidence", get().to(evidence::list))
        .route("/cases/{year}/{unit}/evidence/{criterion}", post().to(evidence::add))
        .route("/cases/{year}/{unit}/evidence/{id}", get().to(evidence::download))
        .route("/cases/{year}/{unit}/evidence/{id}", put().to(evidence::describe))
        .route("/cases/{year}/{unit}/evidence/{id}", delete().to(evidence::remove))
        .route("/cases/{year}/{unit}/evidence/{criterion}/links", post().to(evidence::add_link))
        .route("/cases/{year}/{unit}/evidence/{criterion}/reuse", post().to(evidence::reuse))
        .route("/cases/{year}/{unit}/evidence/{id}/versions", post().to(evidence::supersede))
        .route("/cases/{year}/{unit}/evidence-library", get().to(evidence::library))
        .route("/cases/{year}/{unit}/areas/{area}/ready", put().to(submission::mark_area))
        .route("/cases/{year}/{unit}/submission", get().to(submission::show))
        .route("/cases/{year}/{unit}/submission", post().to(submission::submit))
        .route("/cases/{year}/{unit}/submission/withdrawal", post().to(submission::withdraw))
        .route("/cases/{year}/{unit}/submission/answers.pdf", get().to(receipts::document))
        .route("/cases/{year}/{unit}/submissions", get().to(receipts::list))
        .route("/cases/{year}/{unit}/difference", get().to(receipts::difference))
        .route("/cases/{year}/{unit}/check", get().to(receipts::check))
        .route("/cases/{year}/{unit}/team", get().to(team::list))
        .route("/cases/{year}/{unit}/team", post().to(team::invite))
        .route("/cases/{year}/{unit}/team/{id}/areas", put().to(team::change))
        .route("/cases/{year}/{unit}/team/{id}", delete().to(team::end))
        .route("/cases/{year}/{unit}/comments", get().to(team::comments))
        .route("/cases/{year}/{unit}/comments/{criterion}", post().to(team::comment))
        .route("/cases/{year}/{unit}/comments/{criterion}/resolve", post().to(team::resolve))
        .route("/cases/{year}/{unit}/extension-requests", get().to(submission::extension_requests))
        .route("/cases/{year}/{unit}/extension-request", post().to(submission::ask_extension))
        .route("/cases/{year}/{unit}/completion", get().to(not_applicable::show))
        .route("/cases/{year}/{unit}/not-applicable/{criterion}", post().to(not_applicable::ask))
        .route("/cases/{year}/{unit}/not-applicable/{criterion}", delete().to(not_applicable::take_back))
        .route("/cases/{year}/{unit}/support", get().to(support::list))
        .route("/cases/{year}/{unit}/support", post().to(support::open))
        .route("/cases/{year}/{unit}/support/{id}/end", post().to(support::end))
        .route("/cases/{year}/{unit}/log", get().to(log::list));
}

/// For coordinators.
fn coordinators(config: &mut ServiceConfig) {
    config
        .route("/cycles", post().to(cycles::open))
        .route("/cycles/planned", post().to(cycles::prepare))
        .route("/cycles/{year}/close", post().to(cycles::close))
        .route("/cycles/{year}/dates", get().to(dates::show))
        .route("/cycles/{year}/dates", put().to(dates::change))
        .route("/cycles/{year}/dates/confirmation", post().to(dates::confirm))
        .route("/cycles/{year}/dates/waiting", delete().to(dates::turn_down))
        .route("/cycles/{year}/release", get().to(cycles::preview))
        .route("/cycles/{year}/release", post().to(cycles::ask_release))
        .route("/cycles/{year}/release", delete().to(cycles::take_back_release))
        .route("/cycles/{year}/release/{unit}/{recipient}", get().to(cycles::preview_as))
        .route("/cycles/{year}/release/confirmation", post().to(cycles::confirm_release))
        .route("/cases/{year}/{unit}/extension", put().to(submission::extend))
        .route("/cases/{year}/{unit}/extension/refusal", post().to(submission::decline_extension))
        .route("/cases/{year}/{unit}/completion", post().to(submission::return_for_completion))
        .route("/cases/{year}/{unit}/not-submitted", post().to(submission::not_submitted))
        .route("/cases/{year}/{unit}/cancel", post().to(submission::cancel))
        .route("/cases/{year}/{unit}/not-applicable/{criterion}/decision", post().to(not_applicable::decide))
        .route("/reviewers", get().to(reviewers::list))
        .route("/reviewers/{id}", get().to(reviewers::show))
        .route("/reviewers/{id}", put().to(reviewers::save))
        .route("/cycles/{year}/pairing", get().to(pairing::show))
        .route("/cycles/{year}/pairing", post().to(pairing::accept))
        .route("/cycles/{year}/pairing/question", get().to(pairing::ask))
        .route("/cases/{year}/{unit}/exceptions", get().to(pairing::exceptions))
        .route("/cases/{year}/{unit}/exceptions", post().to(pairing::pass))
        .route("/cases/{year}/{unit}/exceptions/{id}", delete().to(pairing::take_back))
        .route("/cases/{year}/{unit}/candidates", get().to(assignments::candidates))
        .route("/cases/{year}/{unit}/assignments", post().to(assignments::assign))
        .route("/cases/{year}/{unit}/assignments/successor", post().to(assignments::fill))
        .route("/cases/{year}/{unit}/assignments/{id}/end", post().to(assignments::end))
        .route("/cases/{year}/{unit}/further", get().to(assignments::lacking))
        .route("/cases/{year}/{unit}/further", post().to(assignments::assign_further))
        .route("/cases/{year}/{unit}/further/finish", post().to(assignments::finish_further))
        .route("/cases/{year}/{unit}/declarations", get().to(declarations::list))
        .route("/cases/{year}/{unit}/declarations/{id}/decision", post().to(declarations::decide))
        .route("/cases/{year}/{unit}/result", post().to(results::finalise))
        .route("/cases/{year}/{unit}/result/corrections", post().to(results::correct))
        .route("/cases/{year}/{unit}/close", post().to(results::close))
        .route("/outbox", get().to(log::outbox));
}

/// For registrars and auditors.
fn keepers_of_records(config: &mut ServiceConfig) {
    config
        .route("/log", get().to(log::service))
        .route("/cycles/{year}/archive", post().to(records::archive_year))
        .route("/cases/{year}/{unit}/registry-number", put().to(records::give_number))
        .route("/cases/{year}/{unit}/records-requests", get().to(records::list))
        .route("/cases/{year}/{unit}/records-requests", post().to(records::record))
        .route("/cases/{year}/{unit}/records-requests/{id}/decision", post().to(records::decide));
}

/// For reviewers.
fn reviewers(config: &mut ServiceConfig) {
    config
        .route("/conflict-grounds", get().to(declarations::list_grounds))
        .route("/cases/{year}/{unit}/assignments", get().to(assignments::list))
        .route("/cases/{year}/{unit}/declarations", post().to(declarations::declare))
        .route("/cases/{year}/{unit}/review", get().to(reviews::own))
        .route("/cases/{year}/{unit}/review/acceptance", post().to(pairing::accept_seat))
        .route("/cases/{year}/{unit}/review/leaving", post().to(pairing::leave_seat))
        .route("/cases/{year}/{unit}/review/lock", post().to(reviews::lock))
        .route("/cases/{year}/{unit}/review/{criterion}", get().to(reviews::own_score))
        .route("/cases/{year}/{unit}/review/{criterion}", put().to(reviews::save))
        .route("/cases/{year}/{unit}/review/{criterion}/versions", get().to(own_history::versions))
        .route("/cases/{year}/{unit}/review/{criterion}/last-year", get().to(own_history::last_year))
        .route("/cases/{year}/{unit}/review/{criterion}/correction", put().to(reviews::correct))
        .route("/cases/{year}/{unit}/reviews", get().to(reviews::list))
        .route("/cases/{year}/{unit}/settlement", get().to(settlement::show))
        .route("/cases/{year}/{unit}/settlement/summary", get().to(settlement::summary))
        .route("/cases/{year}/{unit}/settlement/summary", put().to(settlement::write_summary))
        .route("/cases/{year}/{unit}/settlement/signature", post().to(settlement::sign))
        .route("/cases/{year}/{unit}/settlement/{criterion}/messages", post().to(settlement::message))
        .route("/cases/{year}/{unit}/settlement/{criterion}/revision", put().to(settlement::revise))
        .route("/cases/{year}/{unit}/settlement/{criterion}/close", post().to(settlement::close));
}

/// For the unit, its reviewers, coordinators and the group: fact check, result, documents, follow-up.
fn after_the_reviews(config: &mut ServiceConfig) {
    config
        .route("/cases/{year}/{unit}/fact-check", get().to(results::comments))
        .route("/cases/{year}/{unit}/fact-check/send", post().to(results::send))
        .route("/cases/{year}/{unit}/fact-check/no-comments", post().to(results::no_comments))
        .route("/cases/{year}/{unit}/fact-check/{criterion}", put().to(results::comment))
        .route("/cases/{year}/{unit}/fact-check/{criterion}/answer", post().to(results::answer))
        .route("/cases/{year}/{unit}/result", get().to(results::show))
        .route("/cases/{year}/{unit}/result/versions", get().to(results::versions))
        .route("/cases/{year}/{unit}/result/versions/{number}", get().to(results::version))
        .route("/cases/{year}/{unit}/case.json", get().to(results::case_file))
        .route("/cases/{year}/{unit}/documents", get().to(documents::list))
        .route("/cases/{year}/{unit}/documents/report.pdf", get().to(documents::report))
        .route("/cases/{year}/{unit}/recommendation", get().to(followup::recommended))
        .route("/cases/{year}/{unit}/recommendation", post().to(followup::recommend))
        .route("/cases/{year}/{unit}/in-depth", post().to(followup::ask_in_depth))
        .route("/cases/{year}/{unit}/plan", get().to(followup::plan))
        .route("/cases/{year}/{unit}/plan/submission", post().to(followup::submit))
        .route("/cases/{year}/{unit}/plan/signature", post().to(followup::sign))
        .route("/cases/{year}/{unit}/plan/acceptance", post().to(followup::accept))
        .route("/cases/{year}/{unit}/plan/return", post().to(followup::give_back))
        .route("/cases/{year}/{unit}/plan/actions", post().to(followup::add_action))
        .route("/cases/{year}/{unit}/plan/actions/{id}", put().to(followup::change_action))
        .route("/cases/{year}/{unit}/plan/actions/{id}", delete().to(followup::remove_action))
        .route("/cases/{year}/{unit}/plan/actions/{id}/progress", put().to(followup::report));
}

/// Calibration rounds: for coordinators of their year, then for reviewers.
fn calibration_rounds(config: &mut ServiceConfig) {
    config
        .route("/cycles/{year}/calibration", get().to(calibration::show))
        .route("/cycles/{year}/calibration/eligible", get().to(calibration::eligible))
        .route("/cycles/{year}/calibration/cases", post().to(calibration::add))
        .route("/cycles/{year}/calibration/cases/{number}", get().to(calibration::copy))
        .route("/cycles/{year}/calibration/cases/{number}", delete().to(calibration::leave_out))
        .route("/cycles/{year}/calibration/cases/{number}/{criterion}", get().to(calibration::text))
        .route("/cycles/{year}/calibration/cases/{number}/{criterion}", put().to(calibration::mend))
        .route("/cycles/{year}/calibration/opening", post().to(calibration::begin))
        .route("/cycles/{year}/calibration/reminders", post().to(calibration::remind_all))
        .route("/cycles/{year}/calibration/closing", post().to(calibration::end))
        .route("/cycles/{year}/calibration/spread", get().to(calibration::spread))
        .route("/cycles/{year}/calibration/clarifications/{criterion}", get().to(calibration::clarification))
        .route("/cycles/{year}/calibration/clarifications/{criterion}", put().to(calibration::clarify))
        .route("/calibration", get().to(calibration_reviews::list))
        .route("/calibration/{year}/{number}", get().to(calibration_reviews::show))
        .route("/calibration/{year}/{number}/scores/{criterion}", get().to(calibration_reviews::own_score))
        .route("/calibration/{year}/{number}/scores/{criterion}", put().to(calibration_reviews::save))
        .route("/calibration/{year}/{number}/lock", post().to(calibration_reviews::lock))
        .route("/calibration/{year}/{number}/spread", get().to(calibration_reviews::spread));
}

async fn missing() -> Answer {
    Err(Problem::not_found().into())
}
