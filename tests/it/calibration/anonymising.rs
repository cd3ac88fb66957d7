//! What tells whose a text is does not survive in the copy.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use usve::assessments::snapshot::Snapshot;
use usve::calibration::anonymise::{Named, Terms};
use usve::calibration::copy::{self, Content};
use usve::forms::{FieldKind, Library};

/// The words of a text in lower case, each cut at every sign that is no letter or digit.
fn words(text: &str) -> Vec<String> {
    text.split(|sign: char| !sign.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|word| !word.is_empty())
        .collect()
}

/// Whether a word stands in a text by itself, as it is or with the genitive s.
fn stands(text: &str, forbidden: &str) -> bool {
    let (all, forbidden) = (words(text), words(forbidden));
    let genitive = |word: &String, other: &String| word == other || *word == format!("{other}s");
    all.windows(forbidden.len()).any(|there| {
        let (last, before) = there.split_last().unwrap();
        genitive(last, forbidden.last().unwrap()) && before == &forbidden[..forbidden.len() - 1]
    })
}

fn name() -> impl Strategy<Value = String> {
    "[A-ZÅÄÖ][a-zåäöé]{3,9}(-[A-ZÅÄÖ][a-zåäöé]{3,7})? (von |af )?[A-ZÅÄÖ][a-zåäöé]{3,11}"
}

/// A word as people write it: any case, with genitive, among signs.
fn written(word: String) -> impl Strategy<Value = String> {
    (0..4_usize, any::<bool>(), prop::sample::select(vec!["", ".", ",", ")", "-gruppen", "/", ":", "\u{a0}"]))
        .prop_map(move |(case, genitive, sign)| {
            let shown = match case {
                0 => word.clone(),
                1 => word.to_uppercase(),
                2 => word.to_lowercase(),
                _ => word.replace(' ', "\n"),
            };
            format!("{shown}{}{sign}", if genitive { if case == 1 { "S" } else { "s" } } else { "" })
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_name_survives_in_any_case_form_or_company(
        (name, unit, texts) in (name(), "[A-ZÅÄÖ][a-zåäö]{3,10}( och [a-zåäö]{4,9})?").prop_flat_map(|(name, unit)| {
            let mut all: Vec<String> = name.split(' ').filter(|part| !["von", "af"].contains(part)).map(str::to_owned).collect();
            all.extend([name.clone(), unit.clone()]);
            let texts = prop::collection::vec(
                (prop::sample::select(all).prop_flat_map(written), "[a-zåäö ]{0,12}"), 1..8);
            (Just(name), Just(unit), texts)
        })
    ) {
        let mut terms = Terms::default();
        terms.add(Named::Unit, &unit);
        terms.add_person(&name);
        let text = texts.iter().fold(String::new(), |text, (word, other)| text + word + " " + other + " ");
        let told = terms.replace(&text);
        for forbidden in name.split(' ').filter(|part| !["von", "af"].contains(part)).chain([unit.as_str(), name.as_str()]) {
            prop_assert!(!stands(&told, forbidden), "{forbidden} in {told:?} of {text:?}");
        }
        prop_assert_eq!(terms.replace(&told), told.clone(), "a second time changes nothing");
    }

    #[test]
    fn ordinary_text_is_left_as_it_is(text in "[a-zåäö ,;()\n]{0,200}") {
        let mut terms = Terms::default();
        terms.add(Named::Unit, "Kxrdiologi");
        terms.add_person("Qwyx Zzqvist");
        let left = terms.replace(&text);
        prop_assert_eq!(left, text);
    }

    #[test]
    fn pieces_put_together_are_the_text(text in "[A-Za-zåäö \\[\\]@./0-9\u{301}-]{0,120}") {
        let mut terms = Terms::default();
        terms.add(Named::Unit, "Kardiologi");
        terms.add_person("Maja Ek");
        let replaced = terms.replace(&text);
        let whole: String = terms.pieces(&replaced).into_iter().map(|piece| match piece {
            usve::calibration::anonymise::Piece::Plain(text)
            | usve::calibration::anonymise::Piece::Replaced(text)
            | usve::calibration::anonymise::Piece::Telling(text) => text,
        }).collect();
        prop_assert_eq!(whole, replaced);
    }
}

/// Every string of a copy, keys among them.
fn strings(content: &Content) -> String {
    serde_json::to_string(content).unwrap()
}

#[test]
fn no_forbidden_word_survives_in_any_field_of_any_kind() {
    let library = Library::open(None).unwrap();
    let form = library.get("usve/2026.1").unwrap();
    let tells = "Maja Exempelsson, EXEMPELSSONS grupp vid Kardiologi; maja@skane.example, 811228-9874, \
                 https://kardiologi.example/x, 10.1000/182, Hjärthubben, Hjärt- och lungmedicins och sus-SUS.";
    let value = |field: &usve::forms::Field| match field.kind {
        FieldKind::Table => {
            let row: serde_json::Map<_, _> =
                field.columns.iter().map(|column| (column.id.clone(), json!(tells))).collect();
            json!([row])
        }
        _ => json!(tells),
    };
    let answers = |fields: Vec<&usve::forms::Field>| -> serde_json::Map<String, Json> {
        fields.into_iter().map(|field| (field.id.clone(), value(field))).collect()
    };
    let mut criteria = serde_json::Map::new();
    for (_, criterion) in form.criteria() {
        let given = json!({
            "answers": answers(copy::fields(&form, Some(criterion))),
            "evidence": [
                {"name": "Kardiologi Exempelsson.pdf", "size": 4711, "sha256": "feed"},
                {"name": "Exempelsson", "url": "https://kardiologi.example"},
            ],
            "declared_missing": tells,
        });
        criteria.insert(criterion.id.clone(), given);
    }
    let submitted = json!({
        "unit": {"slug": "kardiologi", "name": "Kardiologi"}, "form": "usve/2026.1",
        "background": answers(copy::fields(&form, None)), "criteria": criteria,
    });
    let snapshot = Snapshot::read(&submitted.to_string()).unwrap();
    let mut terms = Terms::default();
    terms.add(Named::Unit, "Kardiologi");
    terms.add(Named::Department, "Hjärt- och lungmedicin");
    terms.add(Named::Hub, "Hjärthubben");
    terms.add(Named::Administration, "SUS");
    terms.add_person("Maja Exempelsson");
    let route = library.route("usve/2026.1", "usve/2026.1").unwrap();
    let made = copy::copy(&form, &route, &snapshot, &BTreeSet::new(), &terms);
    assert_eq!(made.len(), form.criteria().count() + 1);
    let mut texts = 0;
    for (id, content) in &made {
        let all = strings(content);
        for forbidden in [
            "Maja",
            "Exempelsson",
            "Kardiologi",
            "lungmedicin",
            "Hjärthubben",
            "SUS",
            "skane",
            "4711",
            "feed",
        ] {
            // A short name counts only with a capital.
            let kept = if forbidden == "SUS" { all.contains("SUS") } else { stands(&all, forbidden) };
            assert!(!kept, "{forbidden} in {id}: {all}");
        }
        for sign in ["@", "http", "10.1000", "9874"] {
            assert!(!all.contains(sign), "{sign} in {id}: {all}");
        }
        texts += copy::texts(&copy::fields(&form, form.criterion(id)), content).len();
    }
    assert!(texts > made.len(), "{texts}");
    let a1 = &made["A1"];
    assert_eq!(a1.evidence, [("link".to_owned(), 1), ("pdf".to_owned(), 1)].into());
}

#[test]
fn numbers_choices_and_tables_stay_and_days_lose_their_day() {
    let library = Library::open(None).unwrap();
    let form = library.get("usve/2026.1").unwrap();
    let dated = form
        .criteria()
        .find_map(|(_, one)| {
            one.fields.iter().find(|field| field.kind == FieldKind::Date).map(|field| (one, field))
        })
        .unwrap();
    let level = form.every.iter().find(|field| field.kind == FieldKind::Level).unwrap();
    let number = form.background.iter().find(|field| field.kind == FieldKind::Integer).unwrap();
    let least = usve::number::display_short(number.least.as_ref().unwrap(), 0).replace('\u{a0}', "");
    let submitted = json!({
        "form": "usve/2026.1", "background": { number.id.as_str(): least.as_str(), "unit_name": "Hjärtat" },
        "criteria": { dated.0.id.as_str(): { "answers": { dated.1.id.as_str(): "2025-11-23", level.id.as_str(): "3" } } },
    });
    let snapshot = Snapshot::read(&submitted.to_string()).unwrap();
    let route = library.route("usve/2026.1", "usve/2026.1").unwrap();
    let without = BTreeSet::from(["A2".to_owned()]);
    let made = copy::copy(&form, &route, &snapshot, &without, &Terms::default());
    assert_eq!(made["background"].answers[&number.id], least.as_str());
    assert_eq!(made[&dated.0.id].answers[&dated.1.id], "2025-11-01");
    assert!(!made[&dated.0.id].answers.contains_key(&level.id), "the unit's own level leads");
    let of_one_line = form.background.iter().find(|field| field.kind == FieldKind::Text).unwrap();
    assert!(!made["background"].answers.contains_key(&of_one_line.id), "it says who the unit is");
    assert!(!made.contains_key("A2"), "what does not apply is not scored");
}
