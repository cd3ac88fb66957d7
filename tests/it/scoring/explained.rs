//! The sentence behind each number.

use serde_json::{Value, json};
use usve::scoring::{Case, Explain, Scored, score};
use usve::text::Text;

use super::{RULES, area, both, rules, single, two};

const WORKED: &str = include_str!("../../../forms/usve/fixtures/worked.json");

/// Scores a case and asks about it.
fn ask<T>(case: &Value, question: impl Fn(&Explain<'_>, &Scored) -> T) -> T {
    let (rules, case) = (rules(), Case::read(&case.to_string(), None).unwrap());
    let scored = score(&case, &rules, RULES).unwrap();
    question(&Explain::new(&case, &rules, &scored), &scored)
}

fn worked() -> Value {
    serde_json::from_str(WORKED).unwrap()
}

fn criterion(minimum: bool, judgements: &Value) -> Text {
    let mut case = single(minimum, judgements);
    case["fact_check"] = json!(true);
    ask(&case, |explain, _| explain.criterion("A1").unwrap())
}

#[test]
fn the_worked_example_is_explained_in_both_languages() {
    let told = ask(&worked(), |explain, _| {
        [
            explain.criterion("E1").unwrap(),
            explain.light("E2").unwrap(),
            explain.area_light("A").unwrap(),
            explain.area_light("E").unwrap(),
            explain.missing_share().unwrap(),
            explain.outcome().unwrap(),
            explain.change().unwrap(),
        ]
        .map(|text| [text.sv.replace('\u{a0}', " "), text.en])
    });
    let expected = [
        [
            "Granskarna satte 3 och 2. Skillnaden är ett steg och båda når miniminivån, så värdet är medelvärdet 2,5.",
            "The reviewers set 3 and 2. The difference is one step and both reach the minimum level, so the value is the mean 2,5.",
        ],
        [
            "Röd: 1 är under 2. Minimikravet, minst 2, är inte uppfyllt.",
            "Red: 1 is below 2. The minimum requirement, at least 2, is not met.",
        ],
        [
            "Grön: 2 av 3 kriterier är gröna, 66,7 %. Det krävs minst 50 %.",
            "Green: 2 of 3 criteria are green, 66,7%. At least 50% is needed.",
        ],
        [
            "Gul: 2 av 4 kriterier är gröna eller gula, 50,0 %. Det krävs minst 50 %.",
            "Yellow: 2 of 4 criteria are green or yellow, 50,0%. At least 50% is needed.",
        ],
        [
            "Underlag saknas för 7,5 % av vikten. Högst 25 % får saknas för att enheten ska kunna bedömas.",
            "Evidence is missing for 7,5% of the weight. At most 25% may be missing for the unit to be assessed.",
        ],
        [
            "V, Godkänd med krav på åtgärder: 1 minimikrav är inte uppfyllt (E2).",
            "V, Approved with conditions: 1 minimum requirement is not met (E2).",
        ],
        [
            "På samma kriterier 60,3 i år mot 54,0 i fjol, +6,3: förbättrad. En förändring räknas från 5.",
            "On the same criteria 60,3 this year and 54,0 last year, +6,3: improved. A change counts from 5.",
        ],
    ];
    assert_eq!(told, expected);
}

#[test]
fn scores_are_explained_as_calculations() {
    let told = ask(&worked(), |explain, _| {
        [explain.area_score("A"), explain.total()].map(|text| text.unwrap().sv.replace('\u{a0}', " "))
    });
    assert_eq!(
        told,
        ["(2 × 3 + 1 × 2 + 1 × 3) / 16 × 100 = 68,8", "(40 × 68,75 + 60 × 54,6875) / 100 = 60,3"]
    );
}

#[test]
fn each_way_to_settle_is_told() {
    let rows = [
        (false, both(3), "Båda granskarna satte 3. Värdet är 3."),
        (false, two(2, 1), "Granskarna satte 2 och 1. Skillnaden är ett steg, så värdet är medelvärdet 1,5."),
        (
            true,
            two(1, 0),
            "Granskarna satte 1 och 0. Skillnaden är ett steg och båda är under miniminivån, så värdet är medelvärdet 0,5.",
        ),
        (false, two(4, 2), "Granskarna satte 4 och 2. Skillnaden är två steg, så de ska samtala."),
        (
            true,
            two(2, 1),
            "Granskarna satte 2 och 1. De står på olika sidor om minimikravet och ska samtala.",
        ),
        (
            true,
            json!({"university": {"first": 2}, "region": {"first": 1, "revised": 2}, "discussed": true}),
            "Granskarna satte 2 och 1. Efter samtalet gäller 2 och 2. Värdet är 2.",
        ),
        (
            false,
            json!({"university": {"first": 4}, "region": {"first": 2}, "discussed": true}),
            "Granskarna satte 4 och 2. Båda stod kvar efter samtalet. En ytterligare granskare behövs.",
        ),
        (
            false,
            json!({"university": {"first": 4}, "region": {"first": 2}, "discussed": true, "further": [3]}),
            "Granskarna satte 4 och 2. Båda stod kvar efter samtalet. En ytterligare granskare satte 3. \
             Värdet är medianen av 4, 2 och 3: 3.",
        ),
        (
            false,
            json!({"university": {"first": "K"}, "region": {"first": 2}}),
            "En granskare satte 2, den andra kunde inte bedöma (K). Kriteriet är inget minimikrav, så värdet är den \
             ende granskarens: 2.",
        ),
        (
            true,
            json!({"university": {"first": "K"}, "region": {"first": "K"}}),
            "Ingen av granskarna kunde bedöma (K). 2 ytterligare granskare behövs.",
        ),
        (
            true,
            json!({"university": {"first": "K"}, "region": {"first": "K"}, "further": [1, 2, 2]}),
            "Ingen av granskarna kunde bedöma (K). Ytterligare granskare satte 1, 2 och 2. Värdet är medianen av 1, 2 och \
             2: 2.",
        ),
        (
            false,
            json!({"university": {"first": 3, "corrected": 2}, "region": {"first": 3}}),
            "Båda granskarna satte 3. Efter faktagranskningen gäller 2 och 3. Skillnaden är ett steg, så värdet är \
             medelvärdet 2,5.",
        ),
        (
            false,
            json!({"university": {"first": "K"}, "region": {"first": 3, "corrected": 2}}),
            "En granskare satte 3, den andra kunde inte bedöma (K). Efter faktagranskningen gäller 2. Kriteriet är inget \
             minimikrav, så värdet är den ende granskarens: 2.",
        ),
        (false, json!({}), "Alla första nivåer är inte satta än."),
        (false, json!({"missing": true}), "Underlag saknas, så värdet är 0."),
        (false, json!({"not_applicable": true}), "Kriteriet är inte tillämpligt och räknas inte med."),
    ];
    for (minimum, judgements, expected) in rows {
        let told = criterion(minimum, &judgements);
        assert_eq!(told.sv, expected);
        assert!(!told.en.is_empty() && told.en != told.sv);
    }
}

#[test]
fn each_outcome_names_what_decided_it() {
    let criteria = [("A1", 1, true), ("A2", 1, true), ("A3", 1, true)];
    let form = json!({"areas": [area("A", 1, &criteria), area("B", 9, &[("B1", 1, false)])]});
    let told = |levels: [u8; 4], change: &dyn Fn(&mut Value)| {
        let mut case = json!({"form": form, "judgements": {"A1": both(levels[0]), "A2": both(levels[1]),
            "A3": both(levels[2]), "B1": both(levels[3])}});
        change(&mut case);
        ask(&case, |explain, _| explain.outcome().unwrap().sv.replace('\u{a0}', " "))
    };
    let as_is = |_: &mut Value| {};
    assert_eq!(
        told([4, 4, 4, 4], &as_is),
        "F, Godkänd, föredöme: alla minimikrav är uppfyllda, totalen 100,0 är minst 80 och inget område är under 60."
    );
    assert_eq!(
        told([2, 2, 2, 4], &as_is),
        "G, Godkänd: alla minimikrav är uppfyllda, totalen 95,0 är minst 60 och inget område är under 40."
    );
    assert_eq!(
        told([1, 1, 2, 2], &as_is),
        "V, Godkänd med krav på åtgärder: 2 minimikrav är inte uppfyllda (A1, A2); totalen 48,3 är under 60; område A har \
         33,3, under 40."
    );
    assert_eq!(
        told([1, 1, 1, 1], &as_is),
        "O, Otillräcklig – fördjupad granskning: 3 minimikrav är inte uppfyllda (A1, A2, A3); totalen 25,0 är under 45."
    );
    let unmet = |years: u32| {
        move |case: &mut Value| {
            case["previous"] = json!({"unmet_minimum": {"A1": {"years": years, "plan": false}}});
        }
    };
    assert_eq!(
        told([1, 4, 4, 4], &unmet(2)),
        "O, Otillräcklig – fördjupad granskning: minimikravet A1 är inte uppfyllt för 3:e året i rad."
    );
    assert_eq!(
        told([1, 4, 4, 4], &unmet(1)),
        "O, Otillräcklig – fördjupad granskning: minimikravet A1 var inte uppfyllt i fjol heller och har ingen godtagen \
         åtgärdsplan."
    );
    let missing = |case: &mut Value| case["judgements"]["B1"] = json!({"missing": true});
    assert_eq!(
        told([4, 4, 4, 4], &missing),
        "E, Ej bedömbar: underlag saknas för 90,0 % av vikten, mer än 25 %."
    );
    let silent = |case: &mut Value| case["submitted"] = json!(false);
    assert_eq!(told([4, 4, 4, 4], &silent), "E, Ej bedömbar: självvärderingen lämnades inte in.");
    let nothing = |case: &mut Value| {
        for id in ["A1", "A2", "A3", "B1"] {
            case["judgements"][id] = json!({"not_applicable": true});
        }
    };
    assert_eq!(told([4, 4, 4, 4], &nothing), "E, Ej bedömbar: inget kriterium är tillämpligt.");
}

#[test]
fn an_area_light_tells_what_held_it_back() {
    let told = |judgements: [Value; 3]| {
        let criteria = [("A1", 1, true), ("A2", 1, false), ("A3", 1, false)];
        let [one, two, three] = judgements;
        let case = json!({"form": {"areas": [area("A", 1, &criteria)]},
            "judgements": {"A1": one, "A2": two, "A3": three}});
        ask(&case, |explain, _| explain.area_light("A").unwrap().sv.replace('\u{a0}', " "))
    };
    assert_eq!(
        told([both(1), both(3), both(3)]),
        "Gul: 2 av 3 kriterier är gröna, 66,7 %, men ett minimikrav i området är inte uppfyllt."
    );
    assert_eq!(
        told([both(1), both(1), both(3)]),
        "Röd: 1 av 3 kriterier är gröna eller gula, 33,3 %. För gult krävs minst 50 %."
    );
}

#[test]
fn a_change_that_is_not_compared_says_why() {
    let mut case = worked();
    case["previous"]["criteria"]["A1"]["digest"] = json!("another");
    let told = |case: &Value| {
        ask(case, |explain, _| {
            [explain.area_change("A"), explain.change()].map(|text| text.unwrap().sv.replace('\u{a0}', " "))
        })
    };
    let sentence = |share: &str| {
        format!("Jämförs inte: {share} % av vikten har samma kriterier som i fjol. Det krävs minst 70 %.")
    };
    assert_eq!(told(&case), [sentence("50,0"), sentence("60,0")]);
    case.as_object_mut().unwrap().remove("previous");
    assert_eq!(told(&case), ["Det finns inget tidigare år att jämföra med."; 2]);
}

#[test]
fn a_provisional_case_explains_its_criteria_and_nothing_else() {
    let mut case = worked();
    case["judgements"]["E1"] = json!({});
    ask(&case, |explain, scored| {
        assert!(!scored.is_final && explain.criterion("E1").is_some() && explain.light("A1").is_some());
        assert_eq!(explain.light("E1"), None);
        assert_eq!(explain.criterion("X1"), None);
        for nothing in [explain.total(), explain.outcome(), explain.change(), explain.missing_share()] {
            assert_eq!(nothing, None);
        }
        assert_eq!(
            (explain.area_score("A"), explain.area_light("A"), explain.area_change("A")),
            (None, None, None)
        );
    });
}
