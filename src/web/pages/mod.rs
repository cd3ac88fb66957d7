//! The year's pages, by whose they are.

pub mod account;
pub mod admin;
mod blank_form;
pub mod calibration;
pub mod coordinator;
pub mod group;
pub mod log;
pub mod overview;
pub mod records;
pub mod reliability;
pub mod result;
pub mod review;
pub mod unit;

use actix_web::web::{ServiceConfig, get, post};

/// The pages of units; fixed words before what could be an area.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/enhet", get().to(unit::overview::list))
        .route("/enhet/{unit}/{year}", get().to(unit::overview::show))
        .route("/enhet/{unit}/{year}/svar", get().to(unit::answers::show))
        .route("/enhet/{unit}/{year}/svar.xlsx", get().to(unit::workbook::file))
        .route("/enhet/{unit}/{year}/svar/las-in", get().to(unit::workbook::show))
        .route("/enhet/{unit}/{year}/svar/las-in", post().to(unit::workbook::upload::send))
        .route("/enhet/{unit}/{year}/svar/las-in/spara", post().to(unit::workbook::difference::save))
        .route("/enhet/{unit}/{year}/logg", get().to(log::for_unit))
        .route("/enhet/{unit}/{year}/stod/{visit}", post().to(unit::support::end))
        .route("/enhet/{unit}/{year}/lamna-in", get().to(unit::submit::show))
        .route("/enhet/{unit}/{year}/lamna-in", post().to(unit::submit::submit))
        .route("/enhet/{unit}/{year}/aterta", post().to(unit::submit::take_back))
        .route("/enhet/{unit}/{year}/kvitto", get().to(unit::receipt::show))
        .route("/enhet/{unit}/{year}/svar.pdf", get().to(unit::receipt::file))
        .route("/enhet/{unit}/{year}/utkast.pdf", get().to(unit::answers::draft))
        .route("/enhet/{unit}/{year}/skillnad", get().to(unit::difference::show))
        .route("/enhet/{unit}/{year}/medarbetare", get().to(unit::team::show))
        .route("/enhet/{unit}/{year}/medarbetare", post().to(unit::team::invite))
        .route("/enhet/{unit}/{year}/medarbetare/{grant}", post().to(unit::team::change))
        .route("/enhet/{unit}/{year}/forlangning", get().to(unit::requests::extension))
        .route("/enhet/{unit}/{year}/forlangning", post().to(unit::requests::ask_for_extension))
        .route("/enhet/{unit}/{year}/underlag", get().to(unit::evidence::library::show))
        .route("/enhet/{unit}/{year}/underlag", post().to(unit::evidence::library::write))
        .route("/enhet/{unit}/{year}/underlag/{id}/uppgifter", get().to(unit::evidence::details::show))
        .route("/enhet/{unit}/{year}/underlag/{id}/uppgifter", post().to(unit::evidence::details::save))
        .route("/enhet/{unit}/{year}/underlag/{id}/ny-version", post().to(unit::evidence::upload::supersede))
        .route("/enhet/{unit}/{year}/underlag/{id}", get().to(unit::evidence::get))
        .route("/enhet/{unit}/{year}/underlag/{id}", post().to(unit::evidence::remove))
        .configure(results)
        .configure(overview)
        .configure(areas)
        .configure(reviews)
        .configure(calibration)
        .configure(coordinator)
        .configure(records)
        .configure(admin)
        .route("/formular/{form}/{version}/blankett.pdf", get().to(blank_form::file))
        .route("/logg", get().to(log::service))
        .route("/konto", get().to(account::show))
        .route("/konto/inloggning/{id}", post().to(account::end));
}

/// The areas of a form, last: their address is one letter, or the background form's word.
pub fn areas(config: &mut ServiceConfig) {
    config
        .route("/enhet/{unit}/{year}/{area:[A-Z]|bakgrund}", get().to(unit::area::show))
        .route("/enhet/{unit}/{year}/{area:[A-Z]|bakgrund}", post().to(unit::area::save))
        .route("/enhet/{unit}/{year}/{area:[A-Z]|bakgrund}/narvaro", get().to(unit::area::presence::show))
        .route("/enhet/{unit}/{year}/{area:[A-Z]|bakgrund}/narvaro", post().to(unit::area::presence::note))
        .route(
            "/enhet/{unit}/{year}/{area:[A-Z]|bakgrund}/{criterion}/bekrafta",
            post().to(unit::last_year::confirm),
        )
        .route("/enhet/{unit}/{year}/{area:[A-Z]}/{criterion}", post().to(unit::requests::criterion))
        .route(
            "/enhet/{unit}/{year}/{area:[A-Z]}/{criterion}/underlag",
            post().to(unit::evidence::upload::add),
        );
}

/// The pages of reviewers; fixed words before what could be an area.
pub fn reviews(config: &mut ServiceConfig) {
    config
        .route("/granska", get().to(review::list::list))
        .route("/granska/{unit}/{year}", get().to(review::list::open))
        .route("/granska/{unit}/{year}/uppdrag", get().to(review::assignment::show))
        .route("/granska/{unit}/{year}/uppdrag", post().to(review::assignment::send))
        .route("/granska/{unit}/{year}/jav", get().to(review::declare::show))
        .route("/granska/{unit}/{year}/jav", post().to(review::declare::send))
        .route("/granska/{unit}/{year}/las", get().to(review::lock::show))
        .route("/granska/{unit}/{year}/las", post().to(review::lock::send))
        .route("/granska/{unit}/{year}/samsyn", get().to(review::settle::show))
        .route("/granska/{unit}/{year}/samsyn", post().to(review::settle::send))
        .route("/granska/{unit}/{year}/ratta", get().to(review::correct::show))
        .route("/granska/{unit}/{year}/ratta", post().to(review::correct::send))
        .route("/granska/{unit}/{year}/historik/{criterion}", get().to(review::history::show))
        .route("/granska/{unit}/{year}/underlag/{id}", get().to(review::evidence::get))
        .route("/granska/{unit}/{year}/{area:[A-Z]}", get().to(review::area::show))
        .route("/granska/{unit}/{year}/{area:[A-Z]}", post().to(review::save::save));
}

/// The result of a unit and year, and what follows from it.
pub fn results(config: &mut ServiceConfig) {
    config
        .route("/enhet/{unit}/{year}/resultat", get().to(result::show::show))
        .route("/enhet/{unit}/{year}/case.json", get().to(result::case_file::file))
        .route("/enhet/{unit}/{year}/rapport", get().to(result::document::read))
        .route("/enhet/{unit}/{year}/rapport.pdf", get().to(result::document::file))
        .route("/enhet/{unit}/{year}/faktagranskning", get().to(result::fact_check::show))
        .route("/enhet/{unit}/{year}/faktagranskning", post().to(result::fact_check::write))
        .route("/enhet/{unit}/{year}/atgardsplan", get().to(result::plan::show))
        .route("/enhet/{unit}/{year}/atgardsplan", post().to(result::plan::write))
        .route("/enhet/{unit}/{year}/rekommendation", get().to(group::recommendation::show))
        .route("/enhet/{unit}/{year}/rekommendation", post().to(group::recommendation::write));
}

/// A year over all units, and what is followed up over all years.
pub fn overview(config: &mut ServiceConfig) {
    config
        .route("/oversikt", get().to(overview::show))
        .route("/oversikt/jav", get().to(overview::conflict::show))
        .route("/oversikt/jav", post().to(overview::conflict::declare))
        .route("/granskningskvalitet", get().to(reliability::show))
        .route("/atgarder", get().to(group::actions::show));
}

/// The registrar's pages.
pub fn records(config: &mut ServiceConfig) {
    config
        .route("/diarium", get().to(records::year::newest))
        .route("/diarium/{year}", get().to(records::year::show))
        .route("/diarium/{year}/arkivera", post().to(records::year::archive))
        .route("/diarium/{year}/{unit}", get().to(records::case::show))
        .route("/diarium/{year}/{unit}/nummer", post().to(records::case::give_number))
        .route("/diarium/{year}/{unit}/begaran", post().to(records::case::record))
        .route("/diarium/{year}/{unit}/begaran/{id}", post().to(records::case::decide));
}

/// Calibration rounds: the coordinator's pages, before what could be a unit, and the reviewer's.
pub fn calibration(config: &mut ServiceConfig) {
    use calibration::{area, clarify, list, lock, mend, read, result, round, save, spread};
    config
        .route("/cykel/{year}/ovning", get().to(round::show))
        .route("/cykel/{year}/ovning/fall", post().to(round::add))
        .route("/cykel/{year}/ovning/oppna", post().to(round::begin))
        .route("/cykel/{year}/ovning/paminn", post().to(round::remind))
        .route("/cykel/{year}/ovning/avsluta", post().to(round::end))
        .route("/cykel/{year}/ovning/utfall", get().to(spread::show))
        .route("/cykel/{year}/ovning/fortydliga/{criterion}", get().to(clarify::show))
        .route("/cykel/{year}/ovning/fortydliga/{criterion}", post().to(clarify::save))
        .route("/cykel/{year}/ovning/{number}", get().to(read::show))
        .route("/cykel/{year}/ovning/{number}/ta-bort", post().to(round::leave_out))
        .route("/cykel/{year}/ovning/{number}/{criterion}", get().to(mend::show))
        .route("/cykel/{year}/ovning/{number}/{criterion}", post().to(mend::save))
        .route("/ovning", get().to(list::list))
        .route("/ovning/{case}", get().to(list::open))
        .route("/ovning/{case}/las", get().to(lock::show))
        .route("/ovning/{case}/las", post().to(lock::send))
        .route("/ovning/{case}/resultat", get().to(result::show))
        .route("/ovning/{case}/{area:[A-Z]}", get().to(area::show))
        .route("/ovning/{case}/{area:[A-Z]}", post().to(save::save));
}

/// The coordinator's pages; fixed words before what could be a unit.
pub fn coordinator(config: &mut ServiceConfig) {
    use coordinator::{
        case, dates, decisions, open, outbox, pairing, register, release, results, reviewers, timing, year,
    };
    config
        .route("/granskare", get().to(register::list))
        .route("/granskare/{id}", get().to(register::show))
        .route("/granskare/{id}", post().to(register::save))
        .route("/cykel", get().to(year::newest))
        .route("/cykel/ny", get().to(open::show))
        .route("/cykel/ny", post().to(open::open))
        .route("/cykel/{year}", get().to(year::show))
        .route("/cykel/{year}/enheter", post().to(open::add_units))
        .route("/cykel/{year}/stang", post().to(year::close))
        .route("/cykel/{year}/datum", get().to(dates::show))
        .route("/cykel/{year}/datum", post().to(dates::change))
        .route("/cykel/{year}/datum/bekrafta", post().to(dates::confirm))
        .route("/cykel/{year}/datum/avsla", post().to(dates::turn_down))
        .route("/cykel/{year}/utskick", get().to(outbox::show))
        .route("/cykel/{year}/parning", get().to(pairing::show))
        .route("/cykel/{year}/parning", post().to(pairing::send))
        .route("/cykel/{year}/meddela", get().to(release::show))
        .route("/cykel/{year}/meddela/{unit}", get().to(release::preview))
        .route("/cykel/{year}/meddela/begar", post().to(release::ask))
        .route("/cykel/{year}/meddela/bekrafta", post().to(release::confirm))
        .route("/cykel/{year}/meddela/ta-tillbaka", post().to(release::take_back))
        .route("/cykel/{year}/{unit}", get().to(case::show))
        .route("/cykel/{year}/{unit}/logg", get().to(log::for_coordinator))
        .route("/cykel/{year}/{unit}/stod", post().to(timing::open_support))
        .route("/cykel/{year}/{unit}/forlang", post().to(timing::extend))
        .route("/cykel/{year}/{unit}/avsla-forlangning", post().to(timing::decline_extension))
        .route("/cykel/{year}/{unit}/ej-inlamnad", post().to(timing::mark_not_submitted))
        .route("/cykel/{year}/{unit}/avsluta", post().to(timing::close))
        .route("/cykel/{year}/{unit}/utgar", post().to(timing::cancel))
        .route("/cykel/{year}/{unit}/komplettering", get().to(timing::completion))
        .route("/cykel/{year}/{unit}/komplettering", post().to(timing::return_case))
        .route("/cykel/{year}/{unit}/granskare", post().to(reviewers::assign_pair))
        .route("/cykel/{year}/{unit}/granskare/{assignment}", post().to(reviewers::replace))
        .route("/cykel/{year}/{unit}/godta", post().to(pairing::pass))
        .route("/cykel/{year}/{unit}/godta/{exception}", post().to(pairing::take_back))
        .route("/cykel/{year}/{unit}/ytterligare", post().to(reviewers::assign_further))
        .route("/cykel/{year}/{unit}/ytterligare/klar", post().to(reviewers::finish_further))
        .route("/cykel/{year}/{unit}/jav/{declaration}", post().to(decisions::decide_conflict))
        .route("/cykel/{year}/{unit}/undantag/{criterion}", post().to(decisions::decide_request))
        .route("/cykel/{year}/{unit}/synpunkter", post().to(results::send_comments))
        .route("/cykel/{year}/{unit}/synpunkter/{criterion}", post().to(results::answer))
        .route("/cykel/{year}/{unit}/faststall", post().to(results::fix))
        .route("/cykel/{year}/{unit}/ratta", get().to(results::correct_page))
        .route("/cykel/{year}/{unit}/ratta", post().to(results::correct));
}

/// The administrator's pages.
pub fn admin(config: &mut ServiceConfig) {
    config
        .route("/admin", get().to(admin::list::show))
        .route("/admin/enheter", get().to(admin::units::show))
        .route("/admin/enheter/{unit}", get().to(admin::hand_over::show))
        .route("/admin/enheter/{unit}", post().to(admin::hand_over::send))
        .route("/admin/person", post().to(admin::list::add))
        .route("/admin/begaran/{id}/bekrafta", post().to(admin::list::confirm))
        .route("/admin/begaran/{id}/avsla", post().to(admin::list::turn_down))
        .route("/admin/person/{id}", get().to(admin::person::show))
        .route("/admin/person/{id}", post().to(admin::person::give))
        .route("/admin/person/{id}/inloggningar", post().to(admin::person::end_sessions))
        .route("/admin/person/{id}/roll/{grant}", post().to(admin::person::end));
}
