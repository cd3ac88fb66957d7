//! What hangs on a criterion besides its answers, when the draft goes to a mended form.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use usve::assessments::progress::Stage;
use usve::assessments::{comments, declare_missing, evidence, not_applicable, request_store, store};
use usve::cycles::Case;
use usve::forms::Form;
use usve::identity::standing::Standing;

use super::mended_form::mend;
use super::{BEFORE, NOW, Two, answers, service};
use crate::api::Program;
use crate::support::TestApp;
use crate::support::year::{Year, add_file};

/// A draft of the first year, on the form before criteria were renamed, split, merged and dropped.
struct Draft<'a> {
    two: Two<'a>,
    case: Case,
    head: Standing,
    old: std::sync::Arc<Form>,
}

impl<'a> Draft<'a> {
    fn open(app: &'a TestApp) -> Draft<'a> {
        let new = app.app.forms.get("prov/2026.1").unwrap();
        let two = Two { app, year: Year::open(app), new };
        two.open_year(BEFORE, "prov/2025.1");
        let (case, head) = (two.case(BEFORE), two.year.standing(&two.year.head));
        let old = app.app.forms.get("prov/2025.1").unwrap();
        Draft { two, case, head, old }
    }

    fn answer(&self, criteria: &[&str]) {
        use usve::assessments::save_answer::{Save, save_answer};
        for (criterion, fields) in answers().into_iter().filter(|(id, _)| criteria.contains(id)) {
            let fields = serde_json::from_value(fields).unwrap();
            let save = Save { criterion, fields, seen: 0 };
            self.two.app.act(|act| save_answer(act, &self.head, &self.old, &self.case.id, save));
        }
    }

    fn declare(&self, criterion: &str, reason: &str, seen: i32) {
        let Draft { case, head, old, .. } = self;
        self.two
            .app
            .act(|act| declare_missing::declare_missing(act, head, old, &case.id, criterion, reason, seen));
    }

    fn ask(&self, criterion: &str, reason: &str) {
        let Draft { case, head, old, .. } = self;
        self.two.app.act(|act| not_applicable::ask(act, head, old, &case.id, criterion, reason));
    }

    fn decide(&self, criterion: &str, approved: bool, reason: &str) {
        let coordinator = self.two.year.standing(&self.two.year.coordinator);
        let case = &self.case.id;
        self.two.app.act(|act| not_applicable::decide(act, &coordinator, case, criterion, approved, reason));
    }

    fn comment(&self, criterion: &str, text: &str) {
        let Draft { case, head, old, .. } = self;
        self.two.app.act(|act| comments::write::write(act, head, old, &case.id, criterion, text));
        self.two.app.travel(TimeDelta::minutes(1));
    }

    fn file(&self, criterion: &str, name: &str) {
        let Draft { case, head, old, .. } = self;
        self.two.app.act(|act| add_file(act, head, old, &case.id, criterion, name));
    }

    /// Every comment as `criterion: text`.
    fn comments(&self) -> Vec<String> {
        let read = |db: &mut _| comments::of_case(db, &self.head, &self.case);
        let all = self.two.app.app.database.read(read).unwrap();
        all.into_iter().map(|one| format!("{}: {}", one.criterion, one.comment)).collect()
    }

    /// The names of the files by criterion.
    fn files(&self) -> BTreeMap<String, Vec<String>> {
        let read = |db: &mut _| evidence::store::of_case(db, &self.case.id);
        let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for piece in self.two.app.app.database.read(read).unwrap() {
            files.entry(piece.criterion).or_default().push(piece.name);
        }
        files
    }

    /// Every request as criterion, reason and decision.
    fn requests(&self) -> Vec<(String, String, Option<bool>)> {
        let read = |db: &mut _| request_store::of_case(db, &self.case.id);
        let all = self.two.app.app.database.read(read).unwrap();
        all.into_iter().map(|one| (one.criterion, one.reason, one.approved)).collect()
    }

    fn declared(&self) -> BTreeMap<String, String> {
        let read = |db: &mut _| store::entered(db, &self.case.id);
        let entered = self.two.app.app.database.read(read).unwrap();
        entered.answers.into_iter().filter_map(|(id, answer)| Some((id, answer.declared_missing?))).collect()
    }
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
async fn comments_and_files_go_where_the_answers_go_and_those_of_a_dropped_criterion_stay_to_be_read() {
    let app = service().await;
    let draft = Draft::open(&app);
    draft.answer(&["A2", "A4", "B1", "B2", "B3"]);
    for (criterion, text) in
        [("A1", "Kvar."), ("A2", "Delad."), ("B1", "Första."), ("B2", "Andra."), ("B3", "Omdöpt.")]
    {
        draft.comment(criterion, text);
        draft.file(criterion, &format!("{criterion}.pdf"));
    }
    draft.comment("A4", "Behövs faxen?");
    draft.file("A4", "Faxlogg.pdf");
    let plan = |db: &mut _| usve::assessments::move_form::plan(db, &app.app.forms, BEFORE, "prov/2026.1");
    let planned = app.app.database.read(plan).unwrap();
    let moved = mend(&draft.two, BEFORE, "prov/2026.1").unwrap();
    assert_eq!(planned, moved);

    assert_eq!(
        draft.comments(),
        ["A1: Kvar.", "A2: Delad.", "A4: Behövs faxen?", "B1: Första.", "B1: Andra.", "B5: Omdöpt."]
    );
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let expected = [
        ("A1", names(&["A1.pdf"])),
        ("A2", names(&["A2.pdf"])),
        ("A4", names(&["Faxlogg.pdf"])),
        ("B1", names(&["B1.pdf", "B2.pdf"])),
        ("B5", names(&["B3.pdf"])),
    ];
    assert_eq!(draft.files(), expected.map(|(id, names)| (id.to_owned(), names)).into());

    let head = draft.two.head();
    let page = head.get("/enhet/kardiologi/2027/svar").await.expect_status(200).text();
    let (_, gone) = page.split_once("Frågor som inte längre ställs").unwrap();
    assert!(
        ["A4 ", "En i källaren.", "Behövs faxen?", "Faxlogg.pdf"].iter().all(|one| gone.contains(one)),
        "{gone}"
    );
    assert!(["B2", "B3", "Omdöpt."].iter().all(|one| !gone.contains(one)), "what moved is not gone: {gone}");
    let library = head.get("/enhet/kardiologi/2027/underlag").await.expect_status(200).text();
    assert!(library.contains("/enhet/kardiologi/2027/svar#A4"), "{library}");
    let read = app.signed_in(&draft.two.year.coordinator).get("/enhet/kardiologi/2027/svar").await.text();
    assert!(!read.contains("Behövs faxen?"), "a thread is for the unit's eyes alone");

    let program = Program::of(&app, &draft.two.year.head);
    let versions = program.get("/cases/2027/kardiologi/answers/A4/versions").await.expect_status(200).json();
    assert_eq!(versions["items"][0]["fields"]["faxes"], "En i källaren.");
    let comments = program.get("/cases/2027/kardiologi/comments").await.expect_status(200).text();
    assert!(comments.contains("Behövs faxen?"));
}

#[actix_web::test]
async fn a_criterion_with_nothing_but_a_comment_is_told_of_when_it_is_dropped() {
    let app = service().await;
    let draft = Draft::open(&app);
    draft.comment("A4", "Har vi någon fax?");
    let moved = mend(&draft.two, BEFORE, "prov/2026.1").unwrap();
    let one = moved.cases.iter().find(|one| one.case.id == draft.case.id).unwrap();
    assert_eq!((one.kept, one.dropped.as_slice()), (0, ["A4".to_owned()].as_slice()));
}

#[actix_web::test]
async fn a_request_goes_along_when_it_says_something_about_the_whole_and_else_as_words_in_the_thread() {
    let app = service().await;
    let draft = Draft::open(&app);
    for (criterion, reason) in
        [("A2", "Inga mål."), ("A4", "Ingen fax."), ("B1", "Ingen docent."), ("B3", "Ingen forskning.")]
    {
        draft.ask(criterion, reason);
    }
    draft.decide("B1", true, "Stämmer.");
    draft.decide("B3", false, "Ni forskar.");
    mend(&draft.two, BEFORE, "prov/2026.1").unwrap();
    let request = |id: &str, reason: &str, approved| (id.to_owned(), reason.to_owned(), approved);
    assert_eq!(
        draft.requests(),
        [
            request("A2", "Inga mål.", None),
            request("A3", "Inga mål.", None),
            request("B5", "Ingen forskning.", Some(false)),
        ],
        "split: in both parts; renamed: with its decision; half of what was merged: not for the whole"
    );
    assert_eq!(
        draft.comments(),
        [
            "A4: Begäran om att A4 inte gäller enheten följde inte med när formuläret rättades. Skälet var: Ingen fax.",
            "B1: Begäran om att B1 inte gäller enheten följde inte med när formuläret rättades. Skälet var: \
             Ingen docent.\n\nSamordnaren hade svarat ja: Stämmer.",
        ]
    );
}

#[actix_web::test]
async fn what_was_asked_and_declared_of_every_part_holds_for_what_was_merged() {
    let app = service().await;
    let draft = Draft::open(&app);
    draft.ask("B1", "Ingen docent.");
    draft.ask("B2", "Ingen doktorand.");
    draft.decide("B1", true, "Stämmer.");
    draft.decide("B2", true, "Stämmer.");
    mend(&draft.two, BEFORE, "prov/2026.1").unwrap();
    assert_eq!(
        draft.requests(),
        [("B1".to_owned(), "Ingen docent.\n\nIngen doktorand.".to_owned(), Some(true))]
    );
    assert_eq!(draft.comments(), Vec::<String>::new());
}

#[actix_web::test]
async fn a_declaration_goes_along_when_it_says_something_about_the_whole_and_else_as_words_in_the_thread() {
    let app = service().await;
    let draft = Draft::open(&app);
    draft.answer(&["A4", "B2"]);
    draft.declare("A2", "Målen sätts i höst.", 0);
    draft.declare("A4", "Faxen är borta.", 1);
    draft.declare("B1", "Ingen vet.", 0);
    draft.declare("B3", "Budgeten dröjer.", 0);
    mend(&draft.two, BEFORE, "prov/2026.1").unwrap();
    let declared = [("A2", "Målen sätts i höst."), ("A3", "Målen sätts i höst."), ("B5", "Budgeten dröjer.")];
    assert_eq!(draft.declared(), declared.map(|(id, why)| (id.to_owned(), why.to_owned())).into());
    assert_eq!(
        draft.comments(),
        [
            "A4: A4 lämnades utan svar innan formuläret rättades. Skälet var: Faxen är borta.",
            "B1: B1 lämnades utan svar innan formuläret rättades. Skälet var: Ingen vet.",
        ],
        "the half that was answered is an answer"
    );
}

#[actix_web::test]
async fn a_request_on_a_criterion_that_now_applies_to_all_goes_on_as_words() {
    let app = service().await;
    let two = Two::open(&app);
    let (case, head) = (two.case(NOW), two.year.standing(&two.year.head));
    app.act(|act| not_applicable::ask(act, &head, &two.new, &case.id, "B5", "Ingen forskning."));
    mend(&two, NOW, "prov/2026.2").unwrap();
    assert_eq!(two.stage("B5"), Stage::NotConfirmed);
    let comments = app.app.database.read(|db| comments::of_case(db, &head, &case)).unwrap();
    assert_eq!(comments.len(), 1);
    assert!(comments[0].comment.contains("Ingen forskning.") && comments[0].written_by == two.year.head);
    let page = two.head().get("/enhet/kardiologi/2028/B").await.expect_status(200).text();
    assert!(page.contains("Begäran om att B5 inte gäller enheten"), "{page}");
}

#[actix_web::test]
async fn the_program_prints_what_would_move_and_what_has_moved() {
    let app = service().await;
    let draft = Draft::open(&app);
    draft.answer(&["A2", "A4", "B1", "B2", "B3"]);
    let move_form =
        |more: &[&str]| app.program(&[&["cycle", "move-form", "2027", "prov/2026.1"], more].concat());
    let line = "kardiologi: 0 answers kept; to confirm again: A2, A3, B1, B5; no longer asked: A4\n\
                ortopedi: 0 answers kept\n";
    let would = "2 drafts would move to prov/2026.1; 0 cases past draft would stay on their version\n";
    assert_eq!(move_form(&["--dry-run"]), format!("{line}{would}"));
    let told: serde_json::Value = serde_json::from_str(&move_form(&["--dry-run", "--json"])).unwrap();
    assert_eq!(
        told,
        serde_json::json!({
            "year": 2027, "from": "prov/2025.1", "to": "prov/2026.1", "dry_run": true, "staying": 0, "cases": [
                { "unit": "kardiologi", "from": "prov/2025.1", "kept": 0,
                  "touched": ["A2", "A3", "B1", "B5"], "dropped": ["A4"] },
                { "unit": "ortopedi", "from": "prov/2025.1", "kept": 0, "touched": [], "dropped": [] },
            ],
        })
    );
    assert_eq!(draft.two.case(BEFORE).form, "prov/2025.1", "nothing has moved");
    let moved = "2 drafts moved to prov/2026.1; 0 cases past draft stay on their version\n";
    assert_eq!(move_form(&[]), format!("{line}{moved}"));
    assert_eq!(draft.two.case(BEFORE).form, "prov/2026.1");
    let again = "0 drafts moved to prov/2026.1; 2 cases past draft stay on their version\n";
    assert_eq!(move_form(&[]), again);
}
