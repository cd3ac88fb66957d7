//! What would change, answer by answer, before anything does; and the form that saves what is chosen.
//!
//! The page carries what it shows: each answer as it would be stored, with the version of the criterion that it is shown
//! beside. So nothing lies on the server between the file and the choice, and a form that comes after the session has
//! ended is kept like any other.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde_json::Value as Json;

use super::super::{Place, form_of, readable};
use super::under;
use crate::app::App;
use crate::assessments::BACKGROUND;
use crate::assessments::difference::{Change, Kind as Side};
use crate::assessments::workbook::plan::{CriterionPlan, FieldPlan, Newer, Plan};
use crate::assessments::workbook::take::{Chosen, take};
use crate::assessments::workbook::{About, Answers, Given, Proposal, plan_for, refusals};
use crate::cycles::Case;
use crate::forms::{FieldKind, Form, RawAnswers};
use crate::identity::store::Names;
use crate::problem::{Kind, Problem};
use crate::text::{self, Lang};
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal, page_with};
use crate::web::{Page, Viewer, form};

/// The most that the page's own form may hold, in bytes as a browser sends them: more than the guard reads is never sent.
const MOST_SENT: usize = 1_800_000;

#[derive(Template)]
#[template(path = "unit/workbook/difference.html")]
struct DifferencePage {
    page: Page,
    lang: Lang,
    shown: Shown,
}

/// What the page shows.
pub(super) struct Shown {
    case: Case,
    form: String,
    taken_out: String,
    criteria: Vec<CriterionView>,
    kept: Vec<KeptView>,
    same: usize,
    absent: usize,
    /// Answers that differ and do not fit in one form; they come when the same file is read again.
    left: usize,
    unreadable: Vec<String>,
}

struct CriterionView {
    id: String,
    title: String,
    version: i32,
    closed: Option<String>,
    confirms: bool,
    declared_missing: Option<String>,
    changes: Vec<ChangeView>,
}

struct ChangeView {
    /// `A1.meetings_held`.
    name: String,
    /// The element's id: `A1-meetings_held`.
    id: String,
    label: String,
    raw: String,
    change: Change,
    newer: Option<NewerView>,
    erases: bool,
    issues: Vec<String>,
    visible: bool,
    checked: bool,
}

struct NewerView {
    said: String,
    now: String,
    new: String,
}

struct KeptView {
    href: String,
    criterion: String,
    label: String,
    said: String,
}

impl Shown {
    pub(super) fn new(case: Case, form: &Form, plan: Plan, names: &Names, lang: Lang) -> Shown {
        let kept = plan.kept.into_iter().map(|one| KeptView {
            href: format!(
                "{}/{}#{}-{}",
                case.path(),
                page_of(form, &one.criterion),
                one.criterion,
                one.field
            ),
            criterion: place(&one.criterion, lang).to_owned(),
            label: one.label,
            said: changed_by(&one.newer, names, lang),
        });
        let mut shown = Shown {
            form: form.key(),
            kept: kept.collect(),
            criteria: Vec::new(),
            same: plan.same,
            absent: 0,
            left: 0,
            taken_out: String::new(),
            unreadable: Vec::new(),
            case,
        };
        let mut room = MOST_SENT;
        for criterion in plan.criteria {
            shown.add(criterion, names, lang, &mut room);
        }
        shown
    }

    fn add(&mut self, criterion: CriterionPlan, names: &Names, lang: Lang, room: &mut usize) {
        let open = criterion.closed.is_none();
        let mut changes = Vec::new();
        for change in criterion.changes {
            let view = ChangeView::new(&criterion.criterion, change, names, lang);
            let size = if open { text::percent_encoded(&view.raw).len() + 300 } else { 0 };
            match room.checked_sub(size) {
                Some(less) => {
                    *room = less;
                    changes.push(view);
                }
                None => self.left += 1,
            }
        }
        if !changes.is_empty() {
            self.criteria.push(CriterionView {
                id: criterion.criterion,
                title: criterion.title,
                version: criterion.version,
                closed: criterion.closed.map(|why| why.get(lang).to_owned()),
                confirms: criterion.confirms,
                declared_missing: criterion.declared_missing,
                changes,
            });
        }
    }

    /// Adds what is known of the file itself: `given` answers were found in it.
    pub(super) fn of_file(mut self, about: &About, found: &Answers, form: &Form, lang: Lang) -> Shown {
        self.taken_out.clone_from(&about.taken_out);
        self.absent = asked(form).saturating_sub(found.proposals.len() + found.unreadable.len());
        self.unreadable = found.unreadable.iter().map(|one| one.said(lang)).collect();
        self
    }

    /// Keeps what somebody has chosen, but for answers that were changed meanwhile: those are chosen anew.
    fn choose(mut self, chosen: &[String]) -> Shown {
        for criterion in &mut self.criteria {
            for change in &mut criterion.changes {
                change.checked =
                    criterion.closed.is_none() && change.newer.is_none() && chosen.contains(&change.name);
            }
        }
        self
    }

    fn differing(&self) -> usize {
        self.criteria.iter().map(|criterion| criterion.changes.len()).sum::<usize>() + self.left
    }

    fn takeable(&self) -> bool {
        self.criteria.iter().any(|criterion| criterion.closed.is_none())
    }

    fn newer(&self) -> usize {
        let changes = self.criteria.iter().flat_map(|criterion| &criterion.changes);
        changes.filter(|change| change.newer.is_some()).count()
    }
}

impl ChangeView {
    fn new(criterion: &str, change: FieldPlan, names: &Names, lang: Lang) -> ChangeView {
        ChangeView {
            name: format!("{criterion}.{}", change.field),
            id: format!("{criterion}-{}", change.field.replace('.', "-")),
            label: change.label,
            raw: change.new.to_string(),
            newer: change.newer.map(|newer| NewerView {
                said: changed_by(&newer, names, lang),
                now: newer.now,
                new: newer.new,
            }),
            change: change.change,
            erases: change.erases,
            issues: change.issues.iter().map(|issue| issue.message.get(lang).to_owned()).collect(),
            visible: change.visible,
            checked: change.suggested,
        }
    }
}

/// How many answers a form asks for that a workbook can bring back.
fn asked(form: &Form) -> usize {
    let fields = form.criteria().flat_map(|(_, criterion)| form.fields(criterion)).chain(&form.background);
    fields.filter(|field| field.kind != FieldKind::Evidence && field.explains.is_none()).count()
}

fn page_of<'a>(form: &'a Form, criterion: &str) -> &'a str {
    let mut criteria = form.criteria();
    criteria.find(|(_, known)| known.id == criterion).map_or("bakgrund", |(area, _)| area.id.as_str())
}

fn place(criterion: &str, lang: Lang) -> &str {
    if criterion == BACKGROUND { lang.t("Bakgrund", "Background") } else { criterion }
}

fn changed_by(newer: &Newer, names: &Names, lang: Lang) -> String {
    let who = newer.who.as_ref().and_then(|who| names.get(who).cloned());
    let who = who.unwrap_or_else(|| lang.t("någon annan", "somebody else").to_owned());
    let at = newer.at.map_or_else(String::new, |at| format!(", {}", text::moment(at, lang)));
    format!("{} {who}{at}", lang.t("Ändrat av", "Changed by"))
}

/// The page.
pub(super) fn answer(viewer: &Viewer, status: StatusCode, shown: Shown, notice: Option<Notice>) -> Answer {
    let lang = viewer.lang;
    let title = lang.t("Skillnad mot Excel-filen", "Difference from the Excel file");
    let mut page = under(viewer, title, &shown.case);
    page.notice = notice.or(page.notice);
    page_with(status, &DifferencePage { page, lang, shown })
}

/// `POST /enhet/{unit}/{year}/svar/las-in/spara`: saves what is chosen, all of it or nothing.
pub async fn save(app: Data<App>, viewer: Viewer, place: Place, sent: form::Form) -> Answer {
    let (slug, year) = place.into_inner();
    let asked = Asked::read(&sent)?;
    let lang = viewer.lang;
    if asked.chosen.is_empty() {
        let notice = Notice::danger(lang.t("Välj minst ett svar.", "Choose at least one answer."));
        return again(&app, &viewer, (slug, year), asked, StatusCode::UNPROCESSABLE_ENTITY, notice).await;
    }
    let (service, of_unit, kept) = (app.get_ref().clone(), slug.clone(), asked.clone());
    let saved = viewer
        .act(move |act, standing| {
            let case = readable(act.db, standing, &of_unit, year)?;
            let form = form_of(&service, &case)?;
            let about =
                About { unit: of_unit, year: year.to_string(), form: kept.form.clone(), ..About::default() };
            refusals::require_same(&about, &case, &form)?;
            let chosen = kept.to_take();
            take(act, standing, &form, &case.id, &chosen)?;
            let first = chosen.first().map_or("", |one| one.criterion.as_str()).to_owned();
            Ok((format!("{}/svar#{first}", case.path()), kept.chosen.len()))
        })
        .await;
    match saved {
        Ok((path, count)) => {
            let said = match (count, lang) {
                (1, _) => lang.t("1 svar är sparat.", "1 answer is saved.").to_owned(),
                (count, Lang::Sv) => format!("{count} svar är sparade."),
                (count, Lang::En) => format!("{count} answers are saved."),
            };
            Ok(viewer.see_other(&path, Some(Notice::done(said))))
        }
        Err(Refusal(problem)) if problem.kind == Kind::Stale => {
            let notice = Notice::danger(lang.t(
                "Någon annan har sparat medan du valde. Inget är sparat än. Se vad som är ändrat och välj igen.",
                "Somebody else has saved while you chose. Nothing is saved yet. Look at what has changed and choose again.",
            ));
            again(&app, &viewer, (slug, year), asked, StatusCode::CONFLICT, notice).await
        }
        Err(refusal) => Err(refusal),
    }
}

/// The page once more, with what was sent beside what is saved now.
async fn again(
    app: &App,
    viewer: &Viewer,
    (slug, year): (String, i32),
    asked: Asked,
    status: StatusCode,
    notice: Notice,
) -> Answer {
    let (service, lang) = (app.clone(), viewer.lang);
    let shown = viewer
        .read(move |db, standing| {
            let case = readable(db, standing, &slug, year)?;
            let form = form_of(&service, &case)?;
            let (plan, _) = plan_for(db, standing, &form, &case, &asked.proposals, lang)?;
            let names = crate::identity::store::names(db)?;
            Ok(Shown::new(case, &form, plan, &names, lang).choose(&asked.chosen))
        })
        .await?;
    answer(viewer, status, shown, Some(notice))
}

/// What the page sends back.
#[derive(Debug, Clone)]
struct Asked {
    form: String,
    proposals: Vec<Proposal>,
    /// `A1.meetings_held`.
    chosen: Vec<String>,
}

impl Asked {
    fn read(sent: &form::Form) -> Result<Asked, Problem> {
        let mut proposals = Vec::new();
        for (name, value) in sent.pairs() {
            let Some(place) = name.strip_prefix("value.") else { continue };
            let read = || {
                let (criterion, field) = place.split_once('.')?;
                let seen = sent.get(&format!("version.{criterion}"))?.parse().ok()?;
                let given = Given::Whole(serde_json::from_str::<Json>(value).ok()?);
                Some(Proposal { criterion: criterion.to_owned(), field: field.to_owned(), given, seen })
            };
            proposals.push(read().ok_or_else(unreadable)?);
        }
        let form = sent.get("formular").ok_or_else(unreadable)?.to_owned();
        Ok(Asked { form, proposals, chosen: sent.all("take").map(str::to_owned).collect() })
    }

    fn to_take(&self) -> Vec<Chosen> {
        let mut chosen: Vec<Chosen> = Vec::new();
        for one in &self.proposals {
            let (Given::Whole(raw), true) =
                (&one.given, self.chosen.contains(&format!("{}.{}", one.criterion, one.field)))
            else {
                continue;
            };
            let (field, raw) = (one.field.clone(), raw.clone());
            match chosen.iter_mut().find(|known| known.criterion == one.criterion) {
                Some(known) => drop(known.fields.insert(field, raw)),
                None => chosen.push(Chosen {
                    criterion: one.criterion.clone(),
                    seen: one.seen,
                    fields: RawAnswers::from([(field, raw)]),
                }),
            }
        }
        chosen
    }
}

fn unreadable() -> Problem {
    Problem::new(
        Kind::Malformed,
        "malformed_form",
        "Formuläret kunde inte läsas. Läs in filen en gång till.",
        "The form could not be read. Bring the file once more.",
    )
}
