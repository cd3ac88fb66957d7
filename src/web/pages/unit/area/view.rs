//! What an area's page shows: the criteria, the way between areas, what is missing.

use super::super::comments::{self, Threads};
use super::super::{form_of, readable};
use super::BACKGROUND_PAGE;
use super::criterion::{CriterionView, Sheet};
use crate::app::App;
use crate::assessments::progress::{Entered, says_something};
use crate::assessments::{BACKGROUND, editable, evidence, presence, request_store, store};
use crate::clock::Moment;
use crate::cycles::Case;
use crate::cycles::state::CaseState;
use crate::db::Db;
use crate::forms::{Area, Form};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::text::{self, Lang};
use crate::web::fields;

pub(super) struct AreaView {
    pub(super) case: Case,
    pub(super) address: String,
    pub(super) area: String,
    pub(super) intro: String,
    pub(super) steps: Vec<Step>,
    pub(super) criteria: Vec<CriterionView>,
    pub(super) faults: Vec<Fault>,
    pub(super) may_write: bool,
    pub(super) ready: bool,
    /// That the area was ready before somebody changed it.
    pub(super) changed: Option<String>,
    pub(super) saved: String,
    pub(super) next: Option<(String, String)>,
    pub(super) threads: Threads,
    /// Whether the reader belongs to the unit, and is told who writes and wrote.
    pub(super) of_unit: bool,
}

pub(super) struct Step {
    pub(super) href: String,
    pub(super) letter: String,
    pub(super) name: String,
    pub(super) current: bool,
    pub(super) done: bool,
    pub(super) begun: bool,
}

pub(super) struct Fault {
    pub(super) anchor: String,
    pub(super) text: String,
}

#[expect(
    clippy::too_many_arguments,
    reason = "one page's whole question; grouping them would only rename it"
)]
pub(super) fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    slug: &str,
    year: i32,
    area: &str,
    faults: bool,
    lang: Lang,
) -> Result<AreaView, Problem> {
    let case = readable(db, standing, slug, year)?;
    let form = form_of(app, &case)?;
    let known = form.areas.iter().find(|known| known.id == area);
    if known.is_none() && area != BACKGROUND_PAGE {
        return Err(Problem::not_found());
    }
    let files = evidence::store::of_case(db, &case.id)?;
    let entered = store::entered_beside(db, &case.id, &files)?.seen_by(standing, &case.reference());
    let returned: Vec<String> = if case.state == CaseState::Returned {
        request_store::returned(db, &case.id)?.into_iter().map(|(criterion, _)| criterion).collect()
    } else {
        Vec::new()
    };
    let open = |criterion: &str| {
        editable::check(standing, &case, known.map_or("", |area| &area.id), criterion, &returned).is_ok()
    };
    let leaves_out = standing.may(&case.reference(), Object::Completion, Deed::Submit);
    let last = crate::assessments::last_year::of(db, &app.forms, &case)?;
    let sheet = Sheet {
        case: &case,
        form: &form,
        entered: &entered,
        files: &files,
        now: app.clock.now(),
        last: last.as_ref(),
        lang,
    };
    let threads = comments::load(db, standing, &case)?;
    let mut criteria: Vec<CriterionView> = match known {
        None => vec![sheet.about_the_unit(open(BACKGROUND))],
        Some(area) => area
            .criteria
            .iter()
            .map(|criterion| {
                let mut view = sheet.criterion(criterion, open(&criterion.id));
                if !leaves_out {
                    view.may_be_left_out = None;
                }
                view.thread = threads.of(&criterion.id, lang);
                view
            })
            .collect(),
    };
    let of_unit = presence::is_of_unit(standing, &case);
    if of_unit {
        let now = app.clock.now();
        tell_of_colleagues(db, standing, &case, &entered, &mut criteria, now, lang)?;
    }
    let may_write = criteria.iter().any(|criterion| criterion.open);
    let shown_faults = if faults {
        entered
            .missing(&form, case.period())
            .into_iter()
            .filter(|missing| missing.area == known.map_or("", |area| area.id.as_str()))
            .map(|missing| Fault {
                anchor: fields::issue_anchor(&missing.criterion, &missing.field),
                text: match missing.criterion.as_str() {
                    BACKGROUND => missing.message.get(lang).to_owned(),
                    criterion => format!("{criterion} {}", missing.message.get(lang)),
                },
            })
            .collect()
    } else {
        Vec::new()
    };
    let last_saved: Option<Moment> = criteria
        .iter()
        .filter_map(|criterion| entered.answers.get(&criterion.id))
        .filter(|answer| answer.confirmed)
        .map(|answer| answer.saved_at)
        .max();
    Ok(AreaView {
        address: format!("{}/{area}", case.path()),
        area: known.map_or_else(
            || lang.t("Bakgrund om enheten", "Background on the unit").to_owned(),
            |area| format!("{}. {}", area.id, area.title.get(lang)),
        ),
        intro: known
            .and_then(|area| area.intro.as_ref())
            .map_or_else(String::new, |intro| intro.get(lang).to_owned()),
        steps: steps(&case, &form, &entered, area, lang),
        next: next(&case, &form, known, lang),
        ready: entered.ready.iter().any(|ready| ready == area),
        changed: entered.changed.get(area).map(|(_, at)| {
            let said = lang.t("Var klart, ändrades", "Was ready, changed");
            format!("{said} {}", text::moment(*at, lang))
        }),
        saved: last_saved.map_or_else(String::new, |at| {
            format!("{} {}", lang.t("Sparat", "Saved"), text::recently(at, app.clock.now(), lang))
        }),
        criteria,
        faults: shown_faults,
        may_write,
        threads,
        of_unit,
        case,
    })
}

/// Who writes in each criterion now, and who saved it last.
fn tell_of_colleagues(
    db: &mut Db,
    standing: &Standing,
    case: &Case,
    entered: &Entered,
    criteria: &mut [CriterionView],
    now: Moment,
    lang: Lang,
) -> Result<(), Problem> {
    let mut writing = presence::in_words(&presence::others(db, standing, case, now)?, lang);
    for criterion in criteria {
        criterion.writing = writing.remove(&criterion.id).unwrap_or_default();
        criterion.changed = entered.answers.get(&criterion.id).and_then(|answer| {
            let name = entered.names.get(answer.saved_by.as_ref()?)?;
            let at = text::lately(answer.saved_at, now, lang);
            Some(format!("{} {name} {at}", lang.t("Senast ändrat av", "Last changed by")))
        });
    }
    Ok(())
}

fn steps(case: &Case, form: &Form, entered: &Entered, current: &str, lang: Lang) -> Vec<Step> {
    let about = entered.answers_to(BACKGROUND);
    let states = crate::forms::evaluate::background(form, &about, case.period());
    let background = Step {
        href: format!("{}/{BACKGROUND_PAGE}", case.path()),
        letter: lang.t("Om", "Unit").to_owned(),
        name: lang.t("enheten", "background").to_owned(),
        current: current == BACKGROUND_PAGE,
        done: states.iter().all(|state| !state.missing && state.issues.is_empty())
            && !entered.waits(BACKGROUND),
        begun: says_something(&states, &about) && !entered.waits(BACKGROUND),
    };
    let areas = form.areas.iter().zip(entered.areas(form, case.period())).map(|(area, progress)| Step {
        href: format!("{}/{}", case.path(), area.id),
        letter: area.id.clone(),
        name: area.title.get(lang).to_owned(),
        current: area.id == current,
        done: progress.done == progress.of,
        begun: progress.begun > 0,
    });
    std::iter::once(background).chain(areas).collect()
}

pub(super) fn next(case: &Case, form: &Form, known: Option<&Area>, lang: Lang) -> Option<(String, String)> {
    let after = match known {
        None => form.areas.first(),
        Some(area) => form.areas.iter().skip_while(|other| other.id != area.id).nth(1),
    }?;
    Some((format!("{}/{}", case.path(), after.id), format!("{}. {}", after.id, after.title.get(lang))))
}

impl AreaView {
    /// Whether this is the page of the questions on the unit itself, which is no area.
    pub(super) fn is_background(&self) -> bool {
        self.address.ends_with(BACKGROUND_PAGE)
    }

    /// Whether the reader is told who writes and wrote.
    pub(super) fn is_of_unit(&self) -> bool {
        self.of_unit
    }

    /// Whether the unit completes some criteria only.
    pub(super) fn is_completion(&self) -> bool {
        self.case.state == CaseState::Returned
    }
}
