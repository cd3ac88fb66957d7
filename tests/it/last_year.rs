//! Last year's answers in this year's draft, across two versions of a form with kept, renamed, split, merged, new and
//! dropped criteria; and a form that is mended while units answer it.

use std::sync::Arc;

use actix_web::http::Method;
use diesel::RunQueryDsl as _;
use serde_json::{Value as Json, json};
use usve::assessments::move_form::{self, MovedYear};
use usve::assessments::open_year::open_year;
use usve::assessments::progress::{Entered, Stage};
use usve::assessments::save_answer::{Save, save_answer};
use usve::assessments::{confirm_prefill, declare_missing, not_applicable, store, submit, withdraw};
use usve::audit::{self, Chain};
use usve::cycles::calendar::Dates;
use usve::cycles::{Case, store as cycles};
use usve::forms::{Form, RawAnswers};
use usve::identity::rights::{Deed, Object};
use usve::problem::{Kind, Problem};
use usve::state::CaseState;

use crate::api::Program;
use crate::support::year::{Year, add_file};
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

#[actix_web::test]
async fn a_year_opens_with_last_years_answers_kept_renamed_split_merged_new_and_dropped() {
    let app = service().await;
    let two = Two::open(&app);
    let expected = json!({
        "background": { "places": "24" },
        "A1": { "role": "observer", "regular": "yes", "note": "Som vanligt.",
            "series": { "2025": "9", "2026": "10" }, "reasons": "Vi leder." },
        "A2": { "goals": [{ "purpose": "Fler studier", "state": "running" }], "reasons": "Målen är satta." },
        "A3": { "follow_up": "Varje kvartal.", "reasons": "Målen är satta." },
        "B1": { "names": "Docent Påhittad\n\nDoktorand Låtsas", "forms": ["study", "course"],
            "reasons": "Tre docenter.\n\nFem doktorander." },
        "B5": { "topics": ["lab"], "reasons": "Ett laboratorium." },
    });
    assert_eq!(two.contents(), expected, "numbers of a period, dates and the level stay empty");
    for (criterion, answer) in two.entered().answers {
        assert_eq!((answer.version, answer.confirmed, answer.saved_by), (1, false, None), "{criterion}");
        assert_eq!(answer.declared_missing, None);
    }
    assert_eq!(two.acts(), ["open", "prefill"]);
    // The unit that submitted nothing begins with nothing; one that has a case is not touched again.
    let stranger = two.year.standing(&two.year.stranger);
    let find = |db: &mut _| cycles::find(db, &stranger, "ortopedi", NOW, Object::Case, Deed::Read);
    let other = app.app.database.read(find).unwrap();
    assert!(app.app.database.read(|db| store::entered(db, &other.id)).unwrap().answers.is_empty());
    two.confirm("A1", 1).unwrap();
    assert_eq!(two.open_year(NOW, "prov/2026.1"), 0);
    assert_eq!((two.version("A1"), two.stage("A1")), (2, Stage::Complete));
}

#[actix_web::test]
async fn content_comes_along_and_status_and_files_do_not() {
    let app = service().await;
    let two = Two { new: app.app.forms.get("prov/2026.1").unwrap(), app: &app, year: Year::open(&app) };
    two.open_year(BEFORE, "prov/2025.1");
    let (case, old) = (two.case(BEFORE), app.app.forms.get("prov/2025.1").unwrap());
    let head = two.year.standing(&two.year.head);
    for (criterion, fields) in answers() {
        let fields: RawAnswers = serde_json::from_value(fields).unwrap();
        app.act(|act| save_answer(act, &head, &old, &case.id, Save { criterion, fields, seen: 0 }));
    }
    app.act(|act| declare_missing::declare_missing(act, &head, &old, &case.id, "B3", "Ingen vet.", 1));
    app.act(|act| add_file(act, &head, &old, &case.id, "A1", "Beslut.pdf"));
    let dates = Dates::of(&old.calendar, BEFORE);
    app.act(|act| submit::submit(act, &head, &old, &dates, &case.id));
    two.open_year(NOW, "prov/2026.1");
    let entered = two.entered();
    assert!(entered.evidence.is_empty() && entered.ready.is_empty() && entered.not_applicable.is_empty());
    let answer = &entered.answers["B5"];
    assert_eq!((&answer.declared_missing, two.stage("B5")), (&None, Stage::NotConfirmed));
    assert_eq!(answer.content["topics"], json!(["lab"]));
}

#[actix_web::test]
async fn what_came_from_last_year_counts_as_unanswered_until_it_is_confirmed_or_changed() {
    let app = service().await;
    let two = Two::open(&app);
    let progress = |two: &Two<'_>| {
        let areas = two.entered().areas(&two.new, NOW - 1);
        areas.iter().map(|area| (area.done, area.begun, area.not_confirmed)).collect::<Vec<_>>()
    };
    assert_eq!(progress(&two), [(0, 0, 3), (0, 0, 2)]);
    assert_eq!((two.stage("A1"), two.stage("B6")), (Stage::NotConfirmed, Stage::Untouched));
    let codes = |two: &Two<'_>| -> Vec<(String, String)> {
        let missing = two.entered().missing(&two.new, NOW - 1);
        missing.into_iter().map(|one| (one.criterion, one.code.to_owned())).collect()
    };
    let waits = |id: &str| (id.to_owned(), "not_confirmed".to_owned());
    let mut expected: Vec<_> = ["background", "A1", "A2", "A3", "B1", "B5"].map(waits).into();
    expected.push(("B6".to_owned(), "missing".to_owned()));
    assert_eq!(codes(&two), expected);
    let (case, head) = (two.case(NOW), two.year.standing(&two.year.head));
    let dates = Dates::of(&two.new.calendar, NOW);
    let refused =
        app.app.database.act(|act| submit::submit(act, &head, &two.new, &dates, &case.id)).unwrap_err();
    assert_eq!(refused.code, "incomplete");

    assert_eq!(two.confirm("A1", 1).unwrap(), 2);
    assert_eq!(two.save("A2", 1, json!({ "reasons": "Nya mål." })).unwrap(), 2);
    assert_eq!(progress(&two), [(2, 2, 1), (0, 0, 2)]);
    assert_eq!(two.acts(), ["open", "prefill", "confirm_prefill", "save_answer"]);
    let versions = app.app.database.read(|db| store::versions(db, &case.id, "A1")).unwrap();
    let by: Vec<_> = versions.iter().map(|(version, _, by, _)| (*version, by.clone())).collect();
    assert_eq!(by, [(2, Some(two.year.head.clone())), (1, None)]);

    for criterion in ["background", "A3", "B1", "B5"] {
        two.confirm(criterion, 1).unwrap();
    }
    two.save("B6", 0, json!({ "partners": "Lunds universitet" })).unwrap();
    assert_eq!(codes(&two), []);
    app.act(|act| submit::submit(act, &head, &two.new, &dates, &case.id));
}

#[actix_web::test]
async fn only_the_answers_that_were_read_are_confirmed() {
    let app = service().await;
    let two = Two::open(&app);
    assert_eq!(two.confirm("B6", 0).unwrap_err().code, "nothing_to_confirm");
    assert_eq!(two.confirm("Z9", 0).unwrap_err().kind, Kind::NotFound);
    // What is there already, sent again, confirms nothing.
    assert_eq!(two.save("B5", 1, json!({ "topics": ["lab"] })).unwrap(), 1);
    assert_eq!(two.stage("B5"), Stage::NotConfirmed);
    assert_eq!(two.confirm("B5", 1).unwrap(), 2);
    // A colleague has confirmed the very same meanwhile.
    assert_eq!(two.confirm("B5", 1).unwrap(), 2);
    two.save("A1", 1, json!({ "note": "Ändrat av en kollega." })).unwrap();
    assert_eq!(two.confirm("A1", 1).unwrap_err().kind, Kind::Stale);
    let (case, stranger) = (two.case(NOW), two.year.standing(&two.year.stranger));
    let refused = app
        .app
        .database
        .act(|act| confirm_prefill::confirm_prefill(act, &stranger, &two.new, &case.id, "A2", 1))
        .unwrap_err();
    assert_eq!(refused.kind, Kind::NotFound);
}

#[actix_web::test]
async fn saving_a_page_that_nobody_touched_confirms_nothing_and_each_button_confirms_its_own() {
    let app = service().await;
    let two = Two::open(&app);
    let head = two.head();
    let page = head.get(A).await.expect_status(200).text();
    assert_eq!(page.matches("Inte bekräftad.").count(), 3, "{page}");
    assert!(page.contains("formaction=\"/enhet/kardiologi/2028/A/A1/bekrafta\""));
    send(&head, &page, A, &[("do", "save")]).await.expect_status(303);
    assert!(["A1", "A2", "A3"].iter().all(|id| two.stage(id) == Stage::NotConfirmed && two.version(id) == 1));

    // The page is sent whole: what was typed elsewhere on it is saved too, and so confirmed.
    let to = format!("{A}/A1/bekrafta");
    let back = send(&head, &page, &to, &[("A3.follow_up", "Varje månad.")]).await.expect_status(303);
    assert_eq!(back.header("location"), format!("{A}#A1"));
    assert_eq!(["A1", "A2", "A3"].map(|id| two.version(id)), [2, 1, 2]);
    assert_eq!(two.stage("A2"), Stage::NotConfirmed);
    let page = head.get(A).await.expect_status(200).text();
    assert!(page.contains("A1 är bekräftat.") && page.matches("Inte bekräftad.").count() == 1, "{page}");

    let background = "/enhet/kardiologi/2028/bakgrund";
    let page = head.get(background).await.expect_status(200).text();
    assert!(page.contains("Inte bekräftad."));
    send(&head, &page, &format!("{background}/background/bekrafta"), &[]).await.expect_status(303);
    assert!(!head.get(background).await.text().contains("Inte bekräftad."));
    head.post_form(&format!("{A}/B1/bekrafta"), &[("version.B1", "1")]).await.expect_status(404);
}

#[actix_web::test]
async fn a_button_pressed_on_an_older_page_shows_both_texts() {
    let app = service().await;
    let two = Two::open(&app);
    let head = two.head();
    let page = head.get(A).await.expect_status(200).text();
    two.save("A1", 1, json!({ "note": "Kollegans ord." })).unwrap();
    let reply = send(&head, &page, &format!("{A}/A1/bekrafta"), &[]).await.expect_status(409).text();
    assert!(reply.contains("Kollegans ord.") && reply.contains("Som vanligt."), "{reply}");
    assert_eq!(two.version("A1"), 2);
}

#[actix_web::test]
async fn a_program_confirms_over_the_version_that_it_read() {
    let app = service().await;
    let two = Two::open(&app);
    let head = Program::of(&app, &two.year.head);
    let path = "/cases/2028/kardiologi/answers/A1";
    let read = head.get(path).await.expect_status(200).json();
    assert_eq!((&read["stage"], &read["version"]), (&json!("not_confirmed"), &json!(1)));
    let confirm = async |version: Option<&str>| {
        let headers: Vec<(&str, &str)> = version.map(|version| ("if-match", version)).into_iter().collect();
        head.send(Method::POST, &format!("{path}/confirm"), &Json::Null, &headers).await
    };
    confirm(None).await.expect_status(428);
    confirm(Some("\"7\"")).await.expect_status(412);
    let done = confirm(Some("\"1\"")).await.expect_status(200);
    assert_eq!(done.header("etag"), "\"2\"");
    assert_eq!(done.json()["stage"], "complete");
    let stranger = Program::of(&app, &two.year.stranger);
    let headers = [("if-match", "\"1\"")];
    let reply =
        stranger.send(Method::POST, "/cases/2028/kardiologi/answers/A2/confirm", &Json::Null, &headers);
    reply.await.expect_status(404);
}

#[actix_web::test]
async fn last_year_stands_beside_each_field_with_what_has_changed() {
    let app = service().await;
    let two = Two::open(&app);
    two.save("A1", 1, json!({ "meetings_held": "12", "role": "member" })).unwrap();
    let page = two.head().get(A).await.expect_status(200).text();
    let beside = page.split("Förra årets svar på A1").nth(1).unwrap().split("</aside>").next().unwrap();
    assert!(beside.contains("(2027)"), "{beside}");
    // The old question's answer, under this year's question, in last year's words.
    assert!(beside.contains("<dt>Hållna möten</dt><dd>10") && beside.contains("+2 (+20\u{a0}%)"), "{beside}");
    assert!(beside.contains("<dt>Roll</dt><dd>Gäst"), "{beside}");
    assert!(!beside.contains("2024-02-01") && !beside.contains("Beslutat"), "never comes back: {beside}");
    assert!(beside.contains("Samma svar som förra året: Regelbundet?, Kommentar, Motivering."), "{beside}");
    let page = two.head().get(B).await.expect_status(200).text();
    let beside = |id: &str| {
        page.split(&format!("Förra årets svar på {id}\""))
            .nth(1)
            .map(|rest| rest.split("</aside>").next().unwrap())
    };
    let merged = beside("B1").unwrap();
    assert!(merged.contains("<dt>Antal doktorander</dt><dd>5"), "{merged}");
    assert!(beside("B5").unwrap().contains("250\u{a0}000\u{a0}kr"), "{page}");
    assert!(beside("B6").is_none(), "a new criterion has no last year");
    let background = two.head().get("/enhet/kardiologi/2028/bakgrund").await.expect_status(200).text();
    assert!(background.contains("Samma svar som förra året: Platser."), "{background}");
}

#[actix_web::test]
async fn a_great_change_asks_for_a_word_and_never_blocks() {
    let app = service().await;
    let two = Two::open(&app);
    let head = two.head();
    let asks = "name=\"A1.meetings_held.explanation\"";
    assert!(!head.get(A).await.text().contains(asks), "nothing has changed yet");
    two.save("A1", 1, json!({ "meetings_held": "15" })).unwrap();
    assert!(!head.get(A).await.text().contains(asks), "50 per cent is not above 50");
    two.save("A1", 2, json!({ "meetings_held": "16" })).unwrap();
    let page = head.get(A).await.expect_status(200).text();
    assert!(page.contains(asks) && page.contains("Vad förklarar ändringen? (Hållna möten)"), "{page}");
    two.save("B5", 1, json!({ "budget": "150 000" })).unwrap();
    for criterion in ["background", "A2", "A3", "B1"] {
        two.confirm(criterion, 1).unwrap();
    }
    two.save("B6", 0, json!({ "partners": "Lunds universitet" })).unwrap();

    let check = head.get("/enhet/kardiologi/2028/lamna-in").await.expect_status(200).text();
    assert!(check.contains("De hindrar inte inlämningen."), "{check}");
    assert!(
        check.contains("Hållna möten: 10 förra året och 16 i år, +6 (+60\u{a0}%).")
            && check.contains(
                "Budget: 250\u{a0}000 förra året och 150\u{a0}000 i år, −100\u{a0}000 (−40\u{a0}%)."
            ),
        "{check}"
    );
    let list = Program::of(&app, &two.year.head).get("/cases/2028/kardiologi/missing").await.json();
    assert_eq!(list["missing"], json!([]));
    assert_eq!(list["warnings"][0]["pointer"], "/A1/meetings_held");
    assert_eq!(
        (&list["warnings"][1]["code"], list["warnings"][2].is_null()),
        (&json!("change_unexplained"), true)
    );

    let why = [("A1.meetings_held.explanation", "Vi slogs ihop med en annan enhet."), ("do", "save")];
    send(&head, &page, A, &why).await.expect_status(303);
    assert_eq!(
        two.entered().answers_to("A1")["meetings_held.explanation"],
        "Vi slogs ihop med en annan enhet."
    );
    assert_eq!(two.version("A1"), 4, "saved with its version and history");
    // The question stays while a word is there, also when the number no longer asks.
    two.save("A1", 4, json!({ "meetings_held": "11" })).unwrap();
    assert!(head.get(A).await.text().contains(asks));
    two.save("A1", 5, json!({ "meetings_held": "16" })).unwrap();
    let check = head.get("/enhet/kardiologi/2028/lamna-in").await.text();
    assert!(!check.contains("Hållna möten: 10") && check.contains("Budget: 250"), "{check}");
    head.post_form("/enhet/kardiologi/2028/lamna-in", &[]).await.expect_status(303);
    let newest =
        app.app.database.read(|db| store::latest_submission(db, &two.case(NOW).id)).unwrap().unwrap();
    assert!(newest.content.contains("\"meetings_held.explanation\":\"Vi slogs ihop med en annan enhet.\""));
    assert!(
        head.get("/enhet/kardiologi/2028/svar").await.text().contains("Vi slogs ihop med en annan enhet.")
    );

    // Reviewers read the word, and what has changed, on theirs.
    let (case, coordinator) = (two.case(NOW), two.year.standing(&two.year.coordinator));
    let (university, region) = (&two.year.university, &two.year.region);
    app.act(|act| usve::reviews::assign::pair(act, &coordinator, &case.id, university, region));
    for person in [university, region] {
        let ground = [("ground", "free")];
        app.signed_in(person).post_form("/granska/kardiologi/2028/jav", &ground).await.expect_status(303);
    }
    let reviewer = app.signed_in(university);
    let page = reviewer.get("/granska/kardiologi/2028/A").await.expect_status(200).text();
    assert!(page.contains("Vi slogs ihop med en annan enhet.") && page.contains("+6 (+60\u{a0}%)"), "{page}");
    assert!(
        page.contains("<dt>Beslutat</dt><dd>1 februari 2024"),
        "reviewers read also what never comes back"
    );
    assert!(!page.contains("Självskattad nivå"), "and not the unit's own level of last year: {page}");
    let page = reviewer.get("/granska/kardiologi/2028/B").await.expect_status(200).text();
    assert!(!page.contains("Vad förklarar ändringen?"), "an empty explanation has no place there");
}

#[actix_web::test]
async fn a_unit_that_joins_later_finds_its_answers_too() {
    let app = service().await;
    let two = Two::first(&app, &answers());
    let active = |active: &str| {
        let sql = format!("UPDATE units SET active = {active} WHERE slug = 'kardiologi'");
        app.act(|act| Ok(diesel::sql_query(sql.as_str()).execute(act.db)?));
    };
    active("FALSE");
    assert_eq!(two.open_year(NOW, "prov/2026.1"), 1);
    active("TRUE");
    let coordinator = app.signed_in(&two.year.coordinator);
    coordinator.post_form("/cykel/2028/enheter", &[]).await.expect_status(303);
    assert_eq!(two.contents()["B5"], json!({ "topics": ["lab"], "reasons": "Ett laboratorium." }));
}

fn mend(two: &Two<'_>, year: i32, to: &str) -> Result<MovedYear, Problem> {
    two.app.app.database.act(|act| move_form::move_form(act, None, &two.app.app.forms, year, to))
}

/// Confirms everything, and answers what is new.
fn answer_all(two: &Two<'_>) {
    for criterion in ["background", "A1", "A2", "A3", "B1", "B5"] {
        two.confirm(criterion, 1).unwrap();
    }
    two.save("B6", 0, json!({ "partners": "Lunds universitet" })).unwrap();
}

#[actix_web::test]
async fn a_mended_form_takes_the_drafts_with_it_and_what_is_asked_anew_is_confirmed_again() {
    let app = service().await;
    let two = Two::open(&app);
    answer_all(&two);
    let (case, head) = (two.case(NOW), two.year.standing(&two.year.head));
    app.act(|act| usve::assessments::area_ready::mark(act, &head, &two.new, &case.id, "A", true));
    app.act(|act| usve::assessments::area_ready::mark(act, &head, &two.new, &case.id, "B", true));
    let _ = app.mails().await;
    let before = two.contents();

    let plan = |db: &mut _| move_form::plan(db, &app.app.forms, NOW, "prov/2026.2");
    let planned = app.app.database.read(plan).unwrap();
    let told = |moved: &MovedYear| {
        let one = moved.cases.iter().find(|one| one.case.unit.slug == "kardiologi").unwrap();
        (moved.cases.len(), moved.staying, one.kept, one.touched.clone(), one.dropped.clone())
    };
    assert_eq!(told(&planned), (2, 0, 6, vec!["A3".to_owned()], vec![]));
    assert_eq!(
        (two.case(NOW).form.as_str(), two.contents()),
        ("prov/2026.1", before.clone()),
        "a plan changes nothing"
    );

    let moved = mend(&two, NOW, "prov/2026.2").unwrap();
    assert_eq!(told(&moved), told(&planned));
    assert_eq!(two.case(NOW).form, "prov/2026.2");
    assert_eq!(app.app.database.read(|db| cycles::cycle(db, NOW)).unwrap().form, "prov/2026.2");
    let after = two.contents();
    assert_eq!(after["A7"], before["B6"], "answers go with their criterion");
    assert_eq!((&after["A3"], &after["A1"]), (&before["A3"], &before["A1"]));
    assert_eq!((two.stage("A3"), two.version("A3")), (Stage::NotConfirmed, 3));
    assert_eq!((two.stage("A7"), two.version("A7")), (Stage::Complete, 1), "moved, and asks the same");
    assert_eq!((two.stage("A1"), two.version("A1")), (Stage::Complete, 2));
    assert_eq!(two.entered().ready, ["B"], "an area with something to confirm is not ready");
    assert_eq!(two.acts().last().unwrap(), "move_form");
    let mails = app.mails().await;
    let mut told: Vec<&str> = mails.iter().map(|mail| mail.to_name.as_str()).collect();
    told.sort_unstable();
    assert_eq!(told, ["Axel Annan", "Maja Exempelsson", "Olle Påhittad"], "{mails:?}");
    assert!(mails.iter().all(|mail| mail.subject.starts_with("Formuläret har rättats")));
    let page = two.head().get(A).await.expect_status(200).text();
    assert!(
        page.contains("Frågan har rättats sedan ni svarade.")
            && page.contains("Vem följer upp målen, och när?"),
        "{page}"
    );

    assert_eq!(mend(&two, NOW, "prov/2026.2").unwrap().cases.len(), 0, "again, it changes nothing");
    assert_eq!(mend(&two, NOW, "prov/2026.1").unwrap_err().code, "no_way");
    assert_eq!(mend(&two, NOW, "prov/2029.1").unwrap_err().code, "no_form");
    assert_eq!(mend(&two, 2031, "prov/2026.2").unwrap_err().code, "no_cycle");
}

#[actix_web::test]
async fn a_case_past_draft_stays_on_its_version_and_moves_when_it_comes_back() {
    let app = service().await;
    let two = Two::open(&app);
    answer_all(&two);
    let (case, head) = (two.case(NOW), two.year.standing(&two.year.head));
    let dates = Dates::of(&two.new.calendar, NOW);
    app.act(|act| submit::submit(act, &head, &two.new, &dates, &case.id));
    let moved = mend(&two, NOW, "prov/2026.2").unwrap();
    assert_eq!((moved.cases.len(), moved.staying), (1, 1));
    assert_eq!(two.case(NOW).form, "prov/2026.1");
    let page = two.head().get(A).await.expect_status(200).text();
    assert!(page.contains("Hur följs målen upp?") && !page.contains("A7"), "read with its own form");
    let answers = Program::of(&app, &two.year.head).get("/cases/2028/kardiologi/answers/B6").await;
    answers.expect_status(200);
    app.act(|act| withdraw::withdraw(act, &head, &case.id, "Formuläret rättas."));
    // The unit goes on where it is until somebody moves it.
    two.save("B6", 1, json!({ "partners": "Malmö universitet" })).unwrap();
    assert_eq!(mend(&two, NOW, "prov/2026.2").unwrap().cases.len(), 1);
    assert_eq!(two.contents()["A7"], json!({ "partners": "Malmö universitet" }));
}

#[actix_web::test]
async fn what_hangs_on_a_criterion_follows_it_to_its_new_id() {
    let app = service().await;
    let two = Two::open(&app);
    let (case, head) = (two.case(NOW), two.year.standing(&two.year.head));
    app.act(|act| declare_missing::declare_missing(act, &head, &two.new, &case.id, "B6", "Ingen vet.", 0));
    app.act(|act| add_file(act, &head, &two.new, &case.id, "B6", "Avtal.pdf"));
    mend(&two, NOW, "prov/2026.2").unwrap();
    let entered = two.entered();
    assert_eq!(entered.evidence, [("A7".to_owned(), 1)].into());
    assert_eq!((two.stage("A7"), two.version("A7")), (Stage::DeclaredMissing, 1));
    let missing = app.app.database.read(|db| store::missing_criteria(db, &case.id)).unwrap();
    assert_eq!(missing, ["A7"], "declared once, under the new id");
}

#[actix_web::test]
async fn an_answer_written_on_the_old_version_is_refused_once_the_case_has_moved() {
    let app = service().await;
    let two = Two::open(&app);
    let (case, head) = (two.case(NOW), two.year.standing(&two.year.head));
    mend(&two, NOW, "prov/2026.2").unwrap();
    let late = app.app.database.act(|act| {
        let fields = RawAnswers::from([("note".to_owned(), json!("Sent."))]);
        save_answer(act, &head, &two.new, &case.id, Save { criterion: "A1", fields, seen: 1 })
    });
    assert_eq!(late.unwrap_err().code, "form_moved");
}

#[actix_web::test]
async fn the_year_after_a_mended_form_reaches_back_through_both_versions() {
    let app = service().await;
    let two = Two::first(&app, &answers());
    two.open_year(NOW, "prov/2026.2");
    assert_eq!(two.contents()["B5"], json!({ "topics": ["lab"], "reasons": "Ett laboratorium." }));
    assert_eq!(two.contents()["A3"]["follow_up"], "Varje kvartal.");
    let asked = |db: &mut _| not_applicable::approved(db, &two.case(NOW).id);
    assert!(app.app.database.read(asked).unwrap().is_empty());
    assert_eq!(two.case(NOW).state, CaseState::Draft);
}
