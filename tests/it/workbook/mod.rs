//! Answers out to Excel and back: whole, exact, chosen before anything changes.

mod book;
mod bring;
mod hostile;
mod program;
mod round_trip;

use serde_json::{Value as Json, json};
use usve::assessments::last_year;
use usve::assessments::save_answer::{Save, save_answer};
use usve::assessments::workbook::answers::{Answers, about, answers};
use usve::assessments::workbook::plan::Plan;
use usve::assessments::workbook::write::{Source, write};
use usve::assessments::workbook::{plan_for, read};
use usve::forms::RawAnswers;
use usve::ids::PersonId;
use usve::text::Lang;

use crate::support::year::Year;
use crate::support::{Actor, Reply};

const UNIT: &str = "/enhet/kardiologi/2026";

/// The workbook of the year's case as it is now.
fn taken_out(year: &Year<'_>, lang: Lang) -> Vec<u8> {
    let (case, entered) = (year.case(), year.entered());
    let last = year.app.app.database.read(|db| last_year::of(db, &year.app.app.forms, &case)).unwrap();
    let source = Source {
        case: &case,
        form: &year.form,
        entered: &entered,
        last: last.as_ref(),
        now: year.app.now(),
        lang,
    };
    write(&source).unwrap()
}

fn found(year: &Year<'_>, bytes: &[u8]) -> Answers {
    let sheets = read::sheets(bytes).unwrap();
    assert_eq!(about(&sheets).unwrap().unit, "kardiologi");
    answers(&sheets, &year.form)
}

fn planned(year: &Year<'_>, bytes: &[u8]) -> Plan {
    let found = found(year, bytes);
    let head = year.standing(&year.head);
    let case = year.case();
    let plan = |db: &mut usve::db::Db| plan_for(db, &head, &year.form, &case, &found.proposals, Lang::Sv);
    year.app.app.database.read(plan).unwrap().0
}

/// Saves fields of a criterion over what is there, as somebody.
fn save(year: &Year<'_>, who: &PersonId, criterion: &str, fields: Json) -> i32 {
    let (case, standing) = (year.case(), year.standing(who));
    let fields: RawAnswers = serde_json::from_value(fields).unwrap();
    let seen = year.entered().version_of(criterion);
    year.app
        .act(|act| {
            save_answer(
                act,
                &standing,
                &year.form,
                &case.id,
                Save { criterion, fields: fields.clone(), seen },
            )
        })
        .version
}

fn stored(year: &Year<'_>, criterion: &str, field: &str) -> Json {
    year.entered().answers_to(criterion).get(field).cloned().unwrap_or(json!(null))
}

/// Sends a workbook from the page.
async fn upload(who: &Actor<'_>, bytes: &[u8]) -> Reply {
    who.post_files(&format!("{UNIT}/svar/las-in"), &[("svar.xlsx", bytes)]).await
}

/// What the page of the difference would send: its hidden fields, and the boxes that are ticked.
fn form(page: &str) -> Vec<(String, String)> {
    let plain = |text: &str| {
        text.replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#38;", "&")
    };
    let value = |tag: &str, name: &str| {
        tag.split(&format!(" {name}=\""))
            .nth(1)
            .map(|rest| plain(rest.split('"').next().unwrap()))
            .unwrap_or_default()
    };
    let tags = page.split("<input ").skip(1).map(|rest| format!(" {}", &rest[..rest.find('>').unwrap()]));
    tags.filter(|tag| {
        let name = value(tag, "name");
        let ours = name == "formular" || name.starts_with("version.") || name.starts_with("value.");
        ours || (name == "take" && tag.ends_with(" checked"))
    })
    .map(|tag| (value(&tag, "name"), value(&tag, "value")))
    .collect()
}

fn ticked(pairs: &[(String, String)]) -> Vec<&str> {
    pairs.iter().filter(|(name, _)| name == "take").map(|(_, value)| value.as_str()).collect()
}

async fn send(who: &Actor<'_>, pairs: &[(String, String)]) -> Reply {
    let fields: Vec<(&str, &str)> =
        pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    who.post_form(&format!("{UNIT}/svar/las-in/spara"), &fields).await
}
