//! The description of the API, made from the handlers themselves: OpenAPI 3.1.

use actix_web::HttpResponse;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, ObjectBuilder, Ref, RefOr, Required, Response, ResponseBuilder, SecurityRequirement, Type,
};
use utoipa::{Modify, OpenApi};

use super::refusal::{Details, PROBLEM_JSON};
use super::{
    answers, assignments, calibration, calibration_reviews, cases, cycles, dates, declarations, documents,
    evidence, followup, forms, log, me, not_applicable, own_history, pairing, presence, receipts, records,
    register, reliability, results, reviewers, reviews, roles, sessions, settlement, submission, support,
    team, tokens, workbook,
};

/// The description as it is built.
#[derive(OpenApi)]
#[openapi(
    info(title = "USVE", license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
        description = "The yearly quality evaluation of university healthcare units. Every action of the pages has \
            its twin here. See docs/API.md for the conventions."),
    servers((url = "/api/v1")),
    components(schemas(Details)),
    modifiers(&Common),
    paths(
        me::show, log::own, log::own_outbox, sessions::list, sessions::end, sessions::end_of, tokens::list, tokens::create, tokens::end,
        register::units, register::unit, register::people, register::grants,
        reliability::show,
        forms::list, forms::show, forms::blank,
        cycles::list, cycles::open, cycles::show, cycles::overview, cycles::preview, cycles::preview_as, cycles::ask_release,
        cycles::take_back_release, cycles::confirm_release, cycles::prepare, cycles::close,
        dates::show, dates::change, dates::confirm, dates::turn_down,
        records::archive_year, records::give_number, records::list, records::record, records::decide,
        roles::add, roles::give, roles::end, roles::waiting, roles::confirm, roles::turn_down,
        cases::list, cases::show,
        answers::list, answers::show, answers::save, answers::declare, answers::confirm, answers::versions,
        presence::list, presence::note,
        evidence::list, evidence::add, evidence::add_link, evidence::reuse, evidence::download,
        evidence::describe, evidence::remove, evidence::supersede, evidence::library,
        submission::mark_area, submission::show, submission::submit, submission::withdraw,
        receipts::check, receipts::list, receipts::document, receipts::draft, receipts::difference,
        team::list, team::invite, team::change, team::end, team::comments, team::comment, team::resolve,
        team::hand_over,
        submission::ask_extension, submission::extension_requests, submission::decline_extension,
        submission::extend, submission::return_for_completion,
        submission::not_submitted,
        submission::cancel,
        not_applicable::show, not_applicable::ask, not_applicable::take_back, not_applicable::decide,
        assignments::list, assignments::list_year, assignments::candidates, assignments::assign,
        assignments::fill, assignments::end, assignments::lacking, assignments::assign_further,
        assignments::finish_further,
        reviewers::list, reviewers::show, reviewers::save,
        pairing::show, pairing::accept, pairing::ask, pairing::exceptions, pairing::pass, pairing::take_back,
        pairing::accept_seat, pairing::leave_seat,
        declarations::list_grounds, declarations::list, declarations::declare, declarations::decide,
        reviews::own, reviews::own_score, reviews::save, reviews::lock, reviews::list, reviews::correct,
        own_history::versions, own_history::last_year,
        settlement::show, settlement::summary, settlement::write_summary, settlement::sign,
        settlement::message, settlement::revise, settlement::close,
        results::comments, results::comment, results::answer, results::send, results::no_comments,
        results::show, results::versions, results::version, results::case_file, results::finalise, results::correct, results::close,
        documents::list, documents::report, documents::verify,
        followup::recommended, followup::recommend, followup::ask_in_depth, followup::plan, followup::add_action,
        followup::change_action, followup::remove_action, followup::submit, followup::sign, followup::accept,
        followup::give_back, followup::report,
        support::list, support::open, support::end,
        workbook::get, workbook::bring,
        log::list, log::service, log::outbox,
        calibration::show, calibration::eligible, calibration::add, calibration::copy, calibration::leave_out,
        calibration::text, calibration::mend, calibration::begin, calibration::remind_all, calibration::end,
        calibration::spread, calibration::clarification, calibration::clarify,
        calibration_reviews::list, calibration_reviews::show, calibration_reviews::own_score,
        calibration_reviews::save, calibration_reviews::lock, calibration_reviews::spread,
    )
)]
struct Description;

/// The description as pretty JSON with a line feed at the end: `docs/openapi.json`.
#[must_use]
pub fn description() -> String {
    Description::openapi().to_pretty_json().unwrap_or_default() + "\n"
}

/// `GET /api/openapi.json`: open to everybody.
pub(super) async fn serve() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(description())
}

/// What every operation has, so that no handler has to repeat it.
struct Common;

impl Modify for Common {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let components = description.components.get_or_insert_default();
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token of the caller: read or write"));
        components.add_security_scheme("token", SecurityScheme::Http(bearer.build()));
        let cookie = ApiKeyValue::with_description(
            "__Host-usve",
            "The session of a browser; changes only from pages of the service. `usve-local` without https.",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        for (name, (_, text)) in REFUSALS.iter().map(|refusal| (refusal_name(refusal.0), *refusal)) {
            components.responses.insert(name, RefOr::T(problem(text)));
        }
        description.security = Some(
            ["token", "session"].map(|name| SecurityRequirement::new(name, Vec::<String>::new())).to_vec(),
        );
        for path in description.paths.paths.values_mut() {
            for (kind, operation) in [
                (Kind::Get, &mut path.get),
                (Kind::Put, &mut path.put),
                (Kind::Post, &mut path.post),
                (Kind::Delete, &mut path.delete),
            ] {
                if let Some(operation) = operation {
                    complete(kind, operation);
                }
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Get,
    Put,
    Post,
    Delete,
}

/// Every refusal by status, with when it comes.
const REFUSALS: [(u16, &str); 13] = [
    (400, "The request, its query or a header cannot be read"),
    (401, "No token and no session that counts"),
    (403, "The caller may see this, but not do it now; or the token may only read"),
    (404, "It does not exist, or is not the caller's to see: the two answer alike"),
    (
        409,
        "The act does not fit the state that things are in; or the Idempotency-Key was used for another request",
    ),
    (412, "Somebody else was first: `current` holds what is there now, `ETag` its version"),
    (413, "What was sent is too large"),
    (415, "The body is of another kind than is taken"),
    (422, "Values are wrong or missing: `errors` says which"),
    (428, "If-Match is missing"),
    (429, "Too many requests; Retry-After says when"),
    (500, "A fault of ours"),
    (503, "The service cannot save or read just now; Retry-After says when"),
];

fn refusal_name(status: u16) -> String {
    format!("Refused{status}")
}

fn problem(text: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(text).content(PROBLEM_JSON, content).build()
}

/// Adds the headers that an operation takes and the refusals that it may give.
fn complete(kind: Kind, operation: &mut Operation) {
    let id = operation.operation_id.clone().unwrap_or_default();
    let versioned = VERSIONED.contains(&id.as_str());
    let parameters = operation.parameters.get_or_insert_default();
    parameters.push(RefOr::T(header("Accept-Language", "`sv` or `en`: the language of texts", false)));
    if versioned {
        parameters.push(RefOr::T(header("If-Match", "The version that was read, such as `\"3\"`", true)));
    }
    if kind == Kind::Post {
        let text = "The same key and request again gets the first answer, for a day";
        parameters.push(RefOr::T(header("Idempotency-Key", text, false)));
    }
    for (status, _) in REFUSALS {
        let given = match status {
            412 | 428 => versioned,
            409 | 403 => kind != Kind::Get,
            413 | 415 | 422 => matches!(kind, Kind::Put | Kind::Post),
            _ => true,
        };
        if given {
            let reference = Ref::from_response_name(refusal_name(status));
            operation.responses.responses.insert(status.to_string(), RefOr::Ref(reference));
        }
    }
}

/// The operations that take `If-Match`.
const VERSIONED: [&str; 15] = [
    "mend_calibration_text",
    "write_clarification",
    "save_calibration_score",
    "save_answer",
    "declare_missing",
    "save_score",
    "write_summary",
    "sign_settlement",
    "add_action",
    "change_action",
    "remove_action",
    "submit_plan",
    "accept_plan",
    "bring_workbook",
    "save_reviewer",
];

fn header(name: &str, text: &str, required: bool) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(text))
        .required(if required { Required::True } else { Required::False })
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}
