//! The dates of a year: changed at once while it is planned; after opening another coordinator confirms them.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use chrono::{NaiveDate, NaiveTime};
use serde::Deserialize;
use validator::Validate;

use super::{Refused, under_year};
use crate::clock::{Moment, local, local_day};
use crate::cycles;
use crate::cycles::calendar::{Dates, HOUR_COMES_TWICE, Which, moment_of};
use crate::cycles::change_dates::{self, Changed, Settings};
use crate::cycles::state::CycleState;
use crate::db::{Act, Db};
use crate::forms::answer::day;
use crate::identity::standing::Standing;
use crate::identity::store::person;
use crate::problem::{FieldError, Problem};
use crate::text::{self, Lang, Text};
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal, page_with, status};
use crate::web::{Form, Page, Viewer};

#[derive(Template)]
#[template(path = "coordinator/dates.html")]
struct DatesPage {
    page: Page,
    lang: Lang,
    view: View,
    faults: Vec<(String, String)>,
    reason: String,
}

struct View {
    year: i32,
    planned: bool,
    open: bool,
    fields: Vec<Field>,
    waiting: Option<Waiting>,
}

/// One date or length: its name in the form, its words, its kind of input and what stands in it.
struct Field {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    hint: &'static str,
    value: String,
    fault: String,
}

/// New dates that wait: who asked, why, and what would change.
struct Waiting {
    by: String,
    day: String,
    reason: String,
    changes: Vec<(&'static str, String, String)>,
    own: bool,
}

/// Every date and length in order, each value as it is typed.
fn described(settings: &Settings, lang: Lang) -> Vec<Field> {
    let dates = &settings.dates;
    let date = |name, sv, en, day: NaiveDate| field(name, lang.t(sv, en), "date", day.to_string());
    let number = |name, sv, en, number: u32| field(name, lang.t(sv, en), "number", number.to_string());
    let submission = local(dates.submission);
    let months: Vec<String> = dates.follow_up_months.iter().map(ToString::to_string).collect();
    let which = Which::of(dates.submission).map(Which::as_str).unwrap_or_default().to_owned();
    let mut fields = vec![
        date("opens", "Öppnar", "Opens", dates.opens),
        date(
            "submission",
            "Självvärderingen lämnas in",
            "The self-assessment is submitted",
            submission.date_naive(),
        ),
        Field {
            hint: lang.t("Svensk tid.", "Swedish time."),
            ..field(
                "time",
                lang.t("Inlämningen stänger klockan", "Submission closes at"),
                "time",
                submission.format("%H:%M").to_string(),
            )
        },
        field(
            "which",
            lang.t("Vilken av nattens två timmar", "Which of the night's two hours"),
            "which",
            which,
        ),
        Field {
            hint: lang.t("Inlämningen märks som sen.", "The submission is marked as late."),
            ..number(
                "grace_minutes",
                "Minuter efter klockslaget då det ändå går",
                "Minutes after the hour when it still works",
                dates.grace_minutes,
            )
        },
        date("assign", "Granskare utsedda", "Reviewers assigned", dates.assign),
        date("lock", "Granskningar låsta", "Reviews locked", dates.lock),
        date("settle", "Samsyn klar", "Settlement done", dates.settle),
        date("further", "Ytterligare granskning klar", "Further review done", dates.further),
        date("fix", "Resultat fastställda", "Results fixed", dates.fix),
        date("release", "Resultat meddelade", "Results released", dates.release),
        date("present", "Redovisat för gruppen", "Presented to the group", dates.present),
        number("completion_days", "Dagar för komplettering", "Days for completion", dates.completion_days),
        number(
            "fact_check_days",
            "Arbetsdagar för faktagranskning",
            "Working days for the fact check",
            dates.fact_check_days,
        ),
        number(
            "comment_days",
            "Arbetsdagar att besvara synpunkter",
            "Working days to answer comments",
            dates.comment_days,
        ),
        number(
            "plan_months",
            "Månader till åtgärdsplanen",
            "Months to the improvement plan",
            dates.plan_months,
        ),
        Field {
            hint: lang.t("Till exempel 6, 12.", "For example 6, 12."),
            ..field(
                "follow_up_months",
                lang.t("Månader till varje uppföljning", "Months to each follow-up"),
                "text",
                months.join(", "),
            )
        },
    ];
    fields.extend(choices(settings, lang));
    fields
}

/// What a year is or is not.
fn choices(settings: &Settings, lang: Lang) -> [Field; 2] {
    let tick = |on: bool| if on { "on".to_owned() } else { String::new() };
    [
        Field {
            hint: lang.t(
                "Från det att de är meddelade: omdöme, ljus och poäng.",
                "From the release on: outcome, lights and scores.",
            ),
            ..field(
                "published",
                lang.t(
                    "Alla får läsa resultaten, utan att logga in",
                    "Everybody may read the results, without signing in",
                ),
                "checkbox",
                tick(settings.published),
            )
        },
        Field {
            hint: lang.t(
                "Nivån visas för en granskare först när granskningarna är låsta, så att den inte styr.",
                "The level is shown to a reviewer only when the reviews are locked, so that it does not lead.",
            ),
            ..field(
                "hides_own_level",
                lang.t(
                    "Dölj enhetens självskattade nivå för granskarna",
                    "Hide the unit's own level from the reviewers",
                ),
                "checkbox",
                tick(settings.hides_own_level),
            )
        },
    ]
}

/// A field without a hint.
fn field(name: &'static str, label: &'static str, kind: &'static str, value: String) -> Field {
    Field { name, label, kind, hint: "", value, fault: String::new() }
}

/// What stands in a field, in words.
fn in_words(field: &Field, lang: Lang) -> String {
    match (field.kind, field.value.as_str()) {
        ("checkbox", on) => {
            let yes = !on.is_empty();
            lang.t(if yes { "ja" } else { "nej" }, if yes { "yes" } else { "no" }).to_owned()
        }
        ("which", which) => Which::from_text(which).map_or("\u{2013}", |which| which.word(lang)).to_owned(),
        ("date", day) => day.parse().map_or_else(|_| day.to_owned(), |day| text::date(day, lang)),
        (_, value) => value.to_owned(),
    }
}

/// `GET /cykel/{year}/datum`.
pub async fn show(viewer: Viewer, year: Path<i32>) -> Answer {
    render(&viewer, year.into_inner(), None).await
}

async fn render(viewer: &Viewer, year: i32, refused: Option<Refused>) -> Answer {
    let lang = viewer.lang;
    let mut view = viewer.read(move |db, standing| load(db, standing, year, lang)).await?;
    let mut faults = Vec::new();
    let mut title = format!("{} {year}", lang.t("Datum för", "Dates of"));
    if let Some(refused) = &refused {
        title = format!("{}{title}", lang.t("Fel: ", "Error: "));
        for field in &mut view.fields {
            field.value = Refused::typed(Some(refused), "", field.name);
            let of = |error: &&FieldError| error.pointer.rsplit('/').next() == Some(field.name);
            if let Some(error) = refused.problem.errors.iter().find(of) {
                error.message.get(lang).clone_into(&mut field.fault);
                faults.push((format!("date-{}", field.name), format!("{}: {}", field.label, field.fault)));
            }
        }
        if faults.is_empty() {
            faults.push(("date-reason".to_owned(), refused.problem.message.get(lang).to_owned()));
        }
    }
    let shown = DatesPage {
        page: under_year(viewer.page(title), year),
        lang,
        view,
        faults,
        reason: Refused::typed(refused.as_ref(), "", "reason"),
    };
    page_with(refused.map_or(StatusCode::OK, |refused| status(refused.problem.kind)), &shown)
}

fn load(db: &mut Db, standing: &Standing, year: i32, lang: Lang) -> Result<View, Problem> {
    standing.require_coordinator(year)?;
    let cycle = cycles::store::cycle(db, year)?;
    let waiting = match change_dates::waiting(db, standing, &cycle)? {
        None => None,
        Some(change) => {
            let (before, after) = (described(&Settings::of(&cycle), lang), described(&change.new, lang));
            let changes = before.iter().zip(&after).filter(|(old, new)| old.value != new.value);
            Some(Waiting {
                own: change.asked_by == *standing.id(),
                by: person(db, &change.asked_by)?.map(|person| person.name).unwrap_or_default(),
                day: text::date(local_day(change.asked_at), lang),
                reason: change.reason,
                changes: changes
                    .map(|(old, new)| (old.label, in_words(old, lang), in_words(new, lang)))
                    .collect(),
            })
        }
    };
    Ok(View {
        year,
        planned: cycle.state == CycleState::Planned,
        open: cycle.state == CycleState::Open,
        fields: described(&Settings::of(&cycle), lang),
        waiting,
    })
}

/// New dates as they are typed.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewDates {
    #[validate(length(max = 20))]
    opens: String,
    #[validate(length(max = 20))]
    submission: String,
    #[validate(length(max = 8))]
    time: String,
    /// `first` or `second`, for an hour that comes twice.
    #[serde(default)]
    #[validate(length(max = 6))]
    which: String,
    #[validate(length(max = 6))]
    grace_minutes: String,
    #[validate(length(max = 20))]
    assign: String,
    #[validate(length(max = 20))]
    lock: String,
    #[validate(length(max = 20))]
    settle: String,
    #[validate(length(max = 20))]
    further: String,
    #[validate(length(max = 20))]
    fix: String,
    #[validate(length(max = 20))]
    release: String,
    #[validate(length(max = 20))]
    present: String,
    #[validate(length(max = 6))]
    completion_days: String,
    #[validate(length(max = 6))]
    fact_check_days: String,
    #[validate(length(max = 6))]
    comment_days: String,
    #[validate(length(max = 6))]
    plan_months: String,
    #[validate(length(max = 40))]
    follow_up_months: String,
    #[serde(default)]
    #[validate(length(max = 3))]
    published: String,
    #[serde(default)]
    #[validate(length(max = 3))]
    hides_own_level: String,
    #[serde(default)]
    #[validate(length(max = 2000))]
    reason: String,
}

/// Collects what cannot be read, field by field.
#[derive(Default)]
struct Reading(Vec<FieldError>);

impl Reading {
    fn fault(&mut self, name: &str, sv: &str, en: &str) {
        self.add(name, "unreadable", Text::new(sv, en));
    }

    fn add(&mut self, name: &str, code: &str, message: Text) {
        self.0.push(FieldError { pointer: format!("/dates/{name}"), code: code.to_owned(), message });
    }

    /// A moment of a day; on the nights when the clock changes, never another hour than the one that was written.
    fn moment(&mut self, day: NaiveDate, time: NaiveTime, which: &str) -> Moment {
        moment_of(day, time, Which::from_text(which)).unwrap_or_else(|problem| {
            let name = if problem.code == HOUR_COMES_TWICE { "which" } else { "time" };
            self.add(name, problem.code, problem.message);
            Moment::default()
        })
    }

    fn day(&mut self, name: &str, typed: &str) -> NaiveDate {
        day(typed).unwrap_or_else(|| {
            self.fault(name, "Skriv ett datum som 2026-12-31.", "Write a date such as 2026-12-31.");
            NaiveDate::default()
        })
    }

    /// A length that is at least 1, or for minutes 0, and no longer than `most`.
    fn number(&mut self, name: &str, typed: &str, (least, most): (u32, u32)) -> u32 {
        match typed.trim().parse() {
            Ok(number) if (least..=most).contains(&number) => number,
            _ => {
                self.fault(
                    name,
                    &format!("Skriv ett heltal från {least} till {most}."),
                    &format!("Write a whole number from {least} to {most}."),
                );
                least
            }
        }
    }
}

impl NewDates {
    fn read(&self) -> Result<Settings, Problem> {
        let mut reading = Reading::default();
        let time = NaiveTime::parse_from_str(self.time.trim(), "%H:%M").unwrap_or_else(|_| {
            reading.fault("time", "Skriv ett klockslag som 23:59.", "Write a time such as 23:59.");
            NaiveTime::MIN
        });
        let submission = reading.day("submission", &self.submission);
        let submission = reading.moment(submission, time, &self.which);
        let months = self.follow_up_months.split([',', ' ']).filter(|part| !part.is_empty());
        let dates = Dates {
            opens: reading.day("opens", &self.opens),
            submission,
            assign: reading.day("assign", &self.assign),
            lock: reading.day("lock", &self.lock),
            settle: reading.day("settle", &self.settle),
            further: reading.day("further", &self.further),
            fix: reading.day("fix", &self.fix),
            release: reading.day("release", &self.release),
            present: reading.day("present", &self.present),
            grace_minutes: reading.number("grace_minutes", &self.grace_minutes, (0, 1440)),
            completion_days: reading.number("completion_days", &self.completion_days, (1, 366)),
            fact_check_days: reading.number("fact_check_days", &self.fact_check_days, (1, 366)),
            comment_days: reading.number("comment_days", &self.comment_days, (1, 366)),
            plan_months: reading.number("plan_months", &self.plan_months, (1, 36)),
            follow_up_months: months.map(|part| reading.number("follow_up_months", part, (1, 36))).collect(),
        };
        if reading.0.is_empty() {
            return Ok(Settings {
                dates,
                published: !self.published.is_empty(),
                hides_own_level: !self.hides_own_level.is_empty(),
            });
        }
        Err(Problem::invalid(
            "dates_unreadable",
            "Några datum går inte att läsa.",
            "Some dates cannot be read.",
        )
        .with_errors(reading.0))
    }
}

/// `POST /cykel/{year}/datum`.
pub async fn change(viewer: Viewer, year: Path<i32>, sent: Form) -> Answer {
    let year = year.into_inner();
    let asked = sent.read::<NewDates>();
    let changed = viewer
        .act(move |act, standing| {
            standing.require_coordinator(year)?;
            let asked = asked?;
            change_dates::change_dates(act, standing, year, &asked.read()?, &asked.reason)
        })
        .await;
    match changed {
        Ok(changed) => {
            let notice = match changed {
                Changed::Now => Notice::done(viewer.t("Datumen är ändrade.", "The dates are changed.")),
                Changed::Asked => Notice::info(viewer.t(
                    "De nya datumen väntar på en annan samordnare, som har fått mejl.",
                    "The new dates wait for another coordinator, who has been mailed.",
                )),
            };
            Ok(viewer.see_other(&format!("/cykel/{year}/datum"), Some(notice)))
        }
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            render(&viewer, year, Some(Refused::new("", problem, sent))).await
        }
        Err(refusal) => Err(refusal),
    }
}

/// `POST /cykel/{year}/datum/bekrafta`.
pub async fn confirm(viewer: Viewer, year: Path<i32>) -> Answer {
    let year = year.into_inner();
    let done = viewer.t(
        "De nya datumen gäller. Enheter som fått en ny inlämningsdag har fått mejl.",
        "The new dates hold. Units with a new day of submission have been mailed.",
    );
    decide(&viewer, year, done, move |act, standing| change_dates::confirm(act, standing, year).map(drop))
        .await
}

/// `POST /cykel/{year}/datum/avsla`.
pub async fn turn_down(viewer: Viewer, year: Path<i32>) -> Answer {
    let year = year.into_inner();
    let done = viewer.t("Datumen är som förut.", "The dates are as before.");
    decide(&viewer, year, done, move |act, standing| change_dates::turn_down(act, standing, year)).await
}

async fn decide(
    viewer: &Viewer,
    year: i32,
    done: &str,
    work: impl FnOnce(&mut Act<'_>, &Standing) -> Result<(), Problem> + Send + 'static,
) -> Answer {
    let notice = match viewer.act(work).await {
        Ok(()) => Notice::done(done),
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            Notice::danger(problem.sentence(viewer.lang))
        }
        Err(refusal) => return Err(refusal),
    };
    Ok(viewer.see_other(&format!("/cykel/{year}/datum"), Some(notice)))
}
