//! The unit's year at a glance: progress, what is missing, dates.

use std::cmp::Ordering;

use actix_web::web::Data;
use askama::Template;

use super::comments::{self, OpenThread};
use super::requests::{self, Request};
use super::support::{self, VisitView};
use super::{MissingLink, Place, entered, form_of, links};
use crate::app::App;
use crate::assessments::progress::{AreaProgress, Entered};
use crate::assessments::team::{self, Member};
use crate::assessments::{area_ready, receipt};
use crate::clock::local_day;
use crate::cycles::calendar::Dates;
use crate::cycles::state::{CaseState, Phase};
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::forms::{Area, Form};
use crate::identity::GrantedRole;
use crate::identity::rights::{Deed, Object, Role};
use crate::identity::standing::Standing;
use crate::identity::store::Names;
use crate::problem::Problem;
use crate::text::{self, Lang};
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

#[derive(Template)]
#[template(path = "unit/list.html")]
struct ListPage {
    page: Page,
    lang: Lang,
    cases: Vec<Case>,
}

/// `GET /enhet`: the reader's units; straight to the only one.
pub async fn list(viewer: Viewer) -> Answer {
    let cases = viewer.read(own_cases).await?;
    if let [only] = cases.as_slice() {
        return Ok(viewer.see_other(&only.path(), None));
    }
    let lang = viewer.lang;
    page(&ListPage { page: viewer.page(lang.t("Mina enheter", "My units")), lang, cases })
}

/// The newest case of each unit that the reader belongs to.
///
/// # Errors
/// The database cannot be read.
pub fn own_cases(db: &mut Db, standing: &Standing) -> Result<Vec<Case>, Problem> {
    let mut cases = Vec::new();
    for grant in &standing.grants {
        if let (GrantedRole::Head | GrantedRole::Contributor, Some(unit)) = (grant.role, &grant.unit_id) {
            cases.extend(cycles::store::visible_of_unit(db, standing, unit)?.into_iter().next());
        }
    }
    Ok(cases)
}

#[derive(Template)]
#[template(path = "unit/overview.html")]
struct OverviewPage {
    page: Page,
    lang: Lang,
    view: Overview,
}

struct Overview {
    visits: Vec<VisitView>,
    reads_log: bool,
    case: Case,
    areas: Vec<AreaRow>,
    done: usize,
    of: usize,
    missing: Vec<MissingLink>,
    due: String,
    days_left: i64,
    steps: Vec<Step>,
    may_write: bool,
    may_submit: bool,
    may_withdraw: bool,
    is_of_unit: bool,
    may_bring_back: bool,
    sees_result: bool,
    checks_facts: bool,
    has_plan: bool,
    returned: Vec<(String, String)>,
    next: Option<String>,
    years: Vec<Case>,
    team: Vec<Person>,
    may_invite: bool,
    threads: Vec<OpenThread>,
    all_ready: bool,
    has_receipt: bool,
    requests: Vec<Request>,
}

impl Overview {
    fn areas_done(&self) -> usize {
        self.areas.iter().filter(|area| area.done == area.of).count()
    }
}

struct Step {
    label: &'static str,
    day: String,
    class: &'static str,
}

struct AreaRow {
    href: String,
    name: String,
    done: usize,
    of: usize,
    saved: String,
    tone: &'static str,
    icon: &'static str,
    word: &'static str,
    /// Who writes in it, besides the head.
    who: String,
    /// Marked as ready, or that it was before somebody changed it.
    mark: Option<(&'static str, String)>,
}

/// Somebody of the team, with how far their areas have come.
struct Person {
    name: String,
    role: &'static str,
    areas: String,
    done: usize,
    of: usize,
    saved: String,
}

/// `GET /enhet/{unit}/{year}`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    let lang = viewer.lang;
    let view = viewer.read(move |db, standing| load(db, standing, &app, &slug, year, lang)).await?;
    let title = format!("{} {}", lang.t("Självvärdering", "Self-assessment"), view.case.year);
    page(&OverviewPage {
        page: viewer.page(title).under(lang.t("Mina uppgifter", "My tasks"), "/"),
        lang,
        view,
    })
}

fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    slug: &str,
    year: i32,
    lang: Lang,
) -> Result<Overview, Problem> {
    let (case, entered, _) = entered(db, standing, slug, year)?;
    let form = form_of(app, &case)?;
    let reference = case.reference();
    let may = |object, deed| standing.may(&reference, object, deed);
    let names = crate::identity::store::names(db)?;
    let progress = entered.areas(&form, case.period());
    let missing = entered.missing(&form, case.period());
    let returned = if case.state == CaseState::Returned {
        crate::assessments::request_store::returned(db, &case.id)?
    } else {
        Vec::new()
    };
    let years = cycles::store::visible_of_unit(db, standing, &case.unit.id)?
        .into_iter()
        .filter(|other| {
            other.year < case.year && standing.may(&other.reference(), Object::Result, Deed::Read)
        })
        .collect();
    let may_write = may(Object::Assessment, Deed::Write);
    let of_unit = may(Object::Team, Deed::Read);
    let members = if of_unit { team::of_case(db, standing, &case)? } else { Vec::new() };
    let threads = comments::load(db, standing, &case)?.open(&case, &form, lang);
    let requests = if of_unit && case.state.phase() == Phase::D {
        requests::requests(db, standing, &case, lang)?
    } else {
        Vec::new()
    };
    let visits = support::open_visits(db, standing, &case, &names, lang)?;
    Ok(Overview {
        visits,
        reads_log: may(Object::Log, Deed::Read),
        team: members.iter().map(|member| person(member, &form, &progress, lang)).collect(),
        may_invite: may(Object::Team, Deed::Write),
        threads,
        all_ready: may_write && missing.is_empty() && area_ready::all_ready(&form, &entered),
        has_receipt: !receipt::of_case(db, standing, &case)?.is_empty(),
        requests,
        areas: form
            .areas
            .iter()
            .zip(&progress)
            .map(|(area, progress)| {
                let people = People { names: &names, members: &members };
                area_row(&case, area, progress, &entered, &people, lang)
            })
            .collect(),
        done: progress.iter().map(|area| area.done).sum(),
        of: progress.iter().map(|area| area.of).sum(),
        missing: links(&case, &form, &missing, lang),
        due: text::moment(case.due(), lang),
        days_left: (local_day(case.due()) - local_day(app.clock.now())).num_days(),
        steps: steps(&case, &cycles::store::cycle(db, year)?.dates, lang),
        may_write,
        may_submit: may_write && may(Object::Assessment, Deed::Submit),
        may_bring_back: super::workbook::may_bring_back(standing, &case),
        is_of_unit: standing
            .roles_in(&case.reference())
            .iter()
            .any(|role| matches!(role, Role::Head | Role::Contributor)),
        may_withdraw: case.state == CaseState::Submitted && may(Object::Assessment, Deed::Submit),
        sees_result: may(Object::Result, Deed::Read),
        checks_facts: case.state.phase() == Phase::F && may(Object::FactComments, Deed::Read),
        has_plan: may(Object::Plan, Deed::Read),
        returned,
        next: progress
            .iter()
            .find(|progress| progress.done < progress.of)
            .map(|progress| format!("{}/{}", case.path(), progress.area)),
        years,
        case,
    })
}

/// The year as the unit meets it.
fn steps(case: &Case, dates: &Dates, lang: Lang) -> Vec<Step> {
    let day = |day| text::short_date(day, lang);
    let by = |at| format!("{} {}", lang.t("till", "until"), day(at));
    let now = match case.state.phase() {
        Phase::D => 0,
        Phase::S | Phase::V | Phase::C => 1,
        Phase::F => 2,
        Phase::X => 3,
        Phase::P | Phase::A => 4,
    };
    let own = format!("{}–{}", day(dates.opens), day(local_day(case.due())));
    let checked = lang.t("Ni kontrollerar fakta i utkastet", "You check the facts in the draft").to_owned();
    [
        (lang.t("Självvärdering", "Self-assessment"), own),
        (lang.t("Granskning och samsyn", "Review and settlement"), by(dates.further)),
        (lang.t("Faktagranskning", "Fact check"), checked),
        (lang.t("Resultatet meddelas", "The result is released"), day(dates.release)),
    ]
    .into_iter()
    .enumerate()
    .map(|(at, (label, day))| Step {
        label,
        day,
        class: match at.cmp(&now) {
            Ordering::Less => "done",
            Ordering::Equal => "now",
            Ordering::Greater => "",
        },
    })
    .collect()
}

/// Who is who.
struct People<'a> {
    names: &'a Names,
    members: &'a [Member],
}

fn person(member: &Member, form: &Form, progress: &[AreaProgress], lang: Lang) -> Person {
    let own: Vec<&AreaProgress> = progress.iter().filter(|area| member.writes_in(&area.area)).collect();
    let areas = if own.len() == form.areas.len() {
        lang.t("Alla områden", "All areas").to_owned()
    } else {
        own.iter().map(|area| area.area.as_str()).collect::<Vec<_>>().join(", ")
    };
    Person {
        name: member.shown().to_owned(),
        role: if member.head {
            lang.t("Verksamhetschef", "Head of unit")
        } else if member.is_awaited() {
            lang.t("Inbjuden, inte inne än", "Invited, not in yet")
        } else {
            lang.t("Medarbetare", "Contributor")
        },
        areas,
        done: own.iter().map(|area| area.done).sum(),
        of: own.iter().map(|area| area.of).sum(),
        saved: member.last_saved.map_or_else(
            || lang.t("Inget sparat", "Nothing saved").to_owned(),
            |at| {
                let day = text::short_date(local_day(at), lang);
                format!("{day} {}", text::clock_time(at, lang))
            },
        ),
    }
}

fn area_row(
    case: &Case,
    area: &Area,
    progress: &AreaProgress,
    entered: &Entered,
    people: &People<'_>,
    lang: Lang,
) -> AreaRow {
    let names = people.names;
    let contributors = people.members.iter().filter(|member| !member.head && member.writes_in(&area.id));
    let who: Vec<&str> = contributors.map(Member::shown).collect();
    let mark = if progress.ready {
        Some(("ok", lang.t("Markerat som klart", "Marked as ready").to_owned()))
    } else {
        entered.changed.get(&area.id).map(|(by, at)| {
            let said = lang.t("Ändrat efter klarmarkeringen:", "Changed after it was marked as ready:");
            let by = names.get(by).map(String::as_str).unwrap_or_default();
            ("warn", format!("{said} {by}, {}", text::short_date(local_day(*at), lang)))
        })
    };
    let last = area
        .criteria
        .iter()
        .filter_map(|criterion| entered.answers.get(&criterion.id))
        .filter(|answer| answer.confirmed)
        .max_by_key(|answer| answer.saved_at);
    let mut saved = last.map_or_else(String::new, |answer| {
        let day = text::short_date(local_day(answer.saved_at), lang);
        match answer.saved_by.as_ref().and_then(|id| names.get(id)) {
            Some(name) => format!("{name} · {} {day}", lang.t("Sparat", "Saved")),
            None => day,
        }
    });
    if progress.not_confirmed > 0 {
        let between = if saved.is_empty() { "" } else { " · " };
        let waiting = lang.t("att bekräfta", "to confirm");
        saved = format!("{saved}{between}{} {waiting}", progress.not_confirmed);
    }
    let (tone, icon, word) = if progress.done == progress.of {
        ("ok", "i-check", lang.t("Klart", "Done"))
    } else if progress.begun > 0 {
        ("info", "i-half", lang.t("Påbörjat", "Begun"))
    } else {
        ("line", "i-ring", lang.t("Inte påbörjat", "Not begun"))
    };
    AreaRow {
        href: format!("{}/{}", case.path(), area.id),
        name: format!("{}. {}", area.id, area.title.get(lang)),
        done: progress.done,
        of: progress.of,
        saved,
        tone,
        icon,
        word,
        who: who.join(", "),
        mark,
    }
}
