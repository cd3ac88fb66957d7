//! Last year's answers in this year's draft, across two versions of a form with kept, renamed, split, merged, new and
//! dropped criteria; and a form that is mended while units answer it.

mod compared;
mod confirmed;
mod copied;
mod followed;
mod mended_form;
mod reviewed;

use std::sync::Arc;

use serde_json::{Value as Json, json};
use usve::assessments::open_year::open_year;
use usve::assessments::progress::{Entered, Stage};
use usve::assessments::save_answer::{Save, save_answer};
use usve::assessments::{confirm_prefill, store, submit};
use usve::audit::{self, Chain};
use usve::cycles::calendar::Dates;
use usve::cycles::{Case, store as cycles};
use usve::forms::{Form, RawAnswers};
use usve::identity::rights::{Deed, Object};
use usve::problem::Problem;

use crate::support::year::Year;
use crate::support::{Actor, TestApp};

/// The cycle that is answered on the old form, and the one on the new.
const BEFORE: i32 = 2027;
const NOW: i32 = 2028;

/// A unit with two years: it has submitted the first, and the second is open.
struct Two<'a> {
    app: &'a TestApp,
    year: Year<'a>,
    new: Arc<Form>,
}

async fn service() -> TestApp {
    let forms = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/two_years");
    TestApp::with(&[("USVE_FORMS", forms)]).await
}

/// What the unit answers the first year.
fn answers() -> [(&'static str, Json); 7] {
    [
        ("background", json!({ "beds": "24" })),
        (
            "A1",
            json!({ "meetings": "10", "role": "guest", "regular": "yes", "decided_on": "2024-02-01",
                "note": "Som vanligt.", "series": { "2024": "8", "2025": "9", "2026": "10" },
                "self_level": "3", "motivation": "Vi leder." }),
        ),
        (
            "A2",
            json!({ "goals": [{ "aim": "Fler studier", "state": "on", "old_number": "7" }],
                "follow_up": "Varje kvartal.", "motivation": "Målen är satta." }),
        ),
        ("A4", json!({ "faxes": "En i källaren." })),
        (
            "B1",
            json!({ "names": "Docent Påhittad", "forms": ["study"], "supervisors": "3",
                "motivation": "Tre docenter." }),
        ),
        (
            "B2",
            json!({ "names": "Doktorand Låtsas", "forms": ["course"], "students": "5",
                "motivation": "Fem doktorander." }),
        ),
        ("B3", json!({ "topic": "lab", "budget": "250 000", "motivation": "Ett laboratorium." })),
    ]
}

impl<'a> Two<'a> {
    /// The first year is submitted and the second open, on the form that comes after.
    fn open(app: &'a TestApp) -> Two<'a> {
        Two::open_with(app, &answers())
    }

    fn open_with(app: &'a TestApp, answers: &[(&'static str, Json)]) -> Two<'a> {
        let two = Two::first(app, answers);
        two.open_year(NOW, "prov/2026.1");
        two
    }

    fn first(app: &'a TestApp, answers: &[(&'static str, Json)]) -> Two<'a> {
        let new = app.app.forms.get("prov/2026.1").unwrap();
        let two = Two { app, year: Year::open(app), new };
        two.open_year(BEFORE, "prov/2025.1");
        let (case, old) = (two.case(BEFORE), app.app.forms.get("prov/2025.1").unwrap());
        let head = two.year.standing(&two.year.head);
        for (criterion, fields) in answers {
            let fields: RawAnswers = serde_json::from_value(fields.clone()).unwrap();
            app.act(|act| save_answer(act, &head, &old, &case.id, Save { criterion, fields, seen: 0 }));
        }
        let dates = Dates::of(&old.calendar, BEFORE);
        app.act(|act| submit::submit(act, &head, &old, &dates, &case.id));
        two
    }

    fn open_year(&self, year: i32, form: &str) -> usize {
        let form = self.app.app.forms.get(form).unwrap();
        let dates = Dates::of(&form.calendar, year);
        self.app.act(|act| open_year(act, None, year, &form, &self.app.app.forms, &dates)).added.len()
    }

    fn case(&self, year: i32) -> Case {
        let head = self.year.standing(&self.year.head);
        let find = |db: &mut _| cycles::find(db, &head, "kardiologi", year, Object::Case, Deed::Read);
        self.app.app.database.read(find).unwrap()
    }

    fn entered(&self) -> Entered {
        let case = self.case(NOW);
        self.app.app.database.read(|db| store::entered(db, &case.id)).unwrap()
    }

    /// The answers of this year by criterion.
    fn contents(&self) -> Json {
        let entered = self.entered();
        let all = entered.answers.into_iter();
        serde_json::to_value(
            all.map(|(id, answer)| (id, answer.content)).collect::<std::collections::BTreeMap<_, _>>(),
        )
        .unwrap()
    }

    fn stage(&self, criterion: &str) -> Stage {
        let (entered, case) = (self.entered(), self.case(NOW));
        let form = self.app.app.forms.get(&case.form).unwrap();
        entered.criterion(&form, form.criterion(criterion).unwrap(), case.period()).stage
    }

    fn version(&self, criterion: &str) -> i32 {
        self.entered().version_of(criterion)
    }

    fn confirm(&self, criterion: &str, seen: i32) -> Result<i32, Problem> {
        let (case, head) = (self.case(NOW), self.year.standing(&self.year.head));
        let form = self.app.app.forms.get(&case.form).unwrap();
        self.app.app.database.act(|act| {
            confirm_prefill::confirm_prefill(act, &head, &form, &case.id, criterion, seen)
                .map(|answer| answer.version)
        })
    }

    fn save(&self, criterion: &str, seen: i32, fields: Json) -> Result<i32, Problem> {
        let (case, head) = (self.case(NOW), self.year.standing(&self.year.head));
        let form = self.app.app.forms.get(&case.form).unwrap();
        let fields: RawAnswers = serde_json::from_value(fields).unwrap();
        self.app.app.database.act(|act| {
            save_answer(act, &head, &form, &case.id, Save { criterion, fields, seen })
                .map(|answer| answer.version)
        })
    }

    fn acts(&self) -> Vec<String> {
        let chain = Chain::Case(self.case(NOW).id);
        let entries = self.app.app.database.read(|db| audit::entries_of(db, &chain)).unwrap();
        entries.into_iter().map(|entry| entry.act).collect()
    }

    fn head(&self) -> Actor<'_> {
        self.app.signed_in(&self.year.head)
    }
}

const A: &str = "/enhet/kardiologi/2028/A";
const B: &str = "/enhet/kardiologi/2028/B";

/// Everything that the controls of a page hold, as a browser would send them.
fn controls(page: &str) -> Vec<(String, String)> {
    let unescaped = |text: &str| {
        text.replace("&#34;", "\"").replace("&#60;", "<").replace("&#62;", ">").replace("&#38;", "&")
    };
    let attribute = |tag: &str, name: &str| {
        let after = tag.split(&format!(" {name}=\"")).nth(1)?;
        Some(unescaped(after.split('"').next()?))
    };
    let mut found = Vec::new();
    let form = page.split("id=\"area\"").nth(1).unwrap().split("</form>").next().unwrap();
    for tag in form.split('<').skip(1) {
        let (open, inner) = tag.split_once('>').unwrap_or((tag, ""));
        let Some(name) = attribute(open, "name") else { continue };
        let value = attribute(open, "value").unwrap_or_default();
        if open.starts_with("textarea") {
            found.push((name, unescaped(inner.strip_prefix('\n').unwrap_or(inner))));
        } else if open.starts_with("input") {
            let choice = open.contains("type=\"radio\"") || open.contains("type=\"checkbox\"");
            if !choice || open.contains(" checked") {
                found.push((name, value));
            }
        } else if open.starts_with("select") {
            let options =
                form.split(&format!("name=\"{name}\"")).nth(1).unwrap().split("</select>").next().unwrap();
            let chosen = options.split("<option").find(|option| option.contains(" selected"));
            found.push((name, chosen.and_then(|option| attribute(option, "value")).unwrap_or_default()));
        }
    }
    found.retain(|(name, _)| name != "csrf" && name != "nyckel");
    found
}

/// Sends a page whole, with some values changed.
async fn send(actor: &Actor<'_>, page: &str, to: &str, changed: &[(&str, &str)]) -> crate::support::Reply {
    let mut all = controls(page);
    for (name, value) in changed {
        all.retain(|(known, _)| known != name);
        all.push(((*name).to_owned(), (*value).to_owned()));
    }
    let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    actor.post_form(to, &all).await
}
