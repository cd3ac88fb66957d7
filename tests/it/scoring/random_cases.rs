//! The product and the second implementation on thousands of random cases.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{RULES, answer, reference};
use crate::support::tried;

/// A small generator of numbers (splitmix64), so that every run tries the same cases.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % sides
    }

    /// True once in `sides` rolls.
    fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }

    /// A level near the case's own, so that every outcome is met often.
    fn level(&mut self, usual: u64) -> u64 {
        if self.one_in(3) { self.roll(5) } else { usual }
    }

    fn party(&mut self, usual: u64, wild: bool) -> Value {
        let mut party = json!({});
        if !self.one_in(60) {
            party["first"] = if self.one_in(12) { json!("K") } else { json!(self.level(usual)) };
        }
        if wild && self.one_in(4) {
            party["revised"] = json!(self.level(usual));
        }
        if wild && self.one_in(6) {
            party["corrected"] = json!(self.level(usual));
        }
        if self.one_in(400) {
            party["first"] = json!(self.roll(9));
        }
        if self.one_in(400) {
            party["corrected"] = json!("K");
        }
        party
    }

    fn judgements(&mut self, usual: u64, wild: bool) -> Value {
        let mut judgements =
            json!({"university": self.party(usual, wild), "region": self.party(usual, wild)});
        judgements["discussed"] = json!(!self.one_in(4));
        let further = if wild { self.roll(4) } else { 0 };
        judgements["further"] = (0..further).map(|_| json!(self.level(usual))).collect();
        for (flag, sides) in [("not_applicable", 12), ("missing", 15)] {
            if self.one_in(sides) {
                judgements[flag] = json!(true);
            }
        }
        judgements
    }

    /// Judgements without a fault and, when asked, without anything open, where some rolls allow it.
    fn acceptable(&mut self, usual: u64, minimum: bool, fact_check: bool, closed: bool) -> Value {
        for _ in 0..40 {
            let judgements = self.judgements(usual, true);
            let mut case = super::single(minimum, &judgements);
            case["fact_check"] = json!(fact_check);
            if reference::score(&case, RULES).is_ok_and(|result| !closed || result["final"] == true) {
                return judgements;
            }
        }
        json!({"university": {"first": usual}, "region": {"first": usual}})
    }

    fn case(&mut self) -> Value {
        let usual = self.roll(5);
        let fact_check = self.one_in(2);
        let (faulty, closed) = (self.one_in(5), !self.one_in(5));
        let nothing_applies = self.one_in(100);
        let mut case = json!({"form": {"areas": []}, "judgements": {}, "fact_check": fact_check});
        let (mut criteria, mut unmet) = (json!({}), json!({}));
        for area in 0..=self.roll(3) {
            let letter = ["A", "B", "C"][usize::try_from(area).unwrap()];
            let mut form = json!({"id": letter, "weight": 1 + self.roll(100), "criteria": []});
            for number in 0..=self.roll(4) {
                let id = format!("{letter}{number}");
                let minimum = self.one_in(3);
                let digest = if self.one_in(10) { Value::Null } else { json!(self.roll(20) / 19) };
                let text = |digest: &Value| digest.as_u64().map(|digest| digest.to_string());
                let criterion = json!({"id": id, "weight": 1 + self.roll(9), "minimum": minimum, "digest": text(&digest)});
                form["criteria"].as_array_mut().unwrap().push(criterion);
                if !self.one_in(200) {
                    case["judgements"][&id] = if nothing_applies {
                        json!({"not_applicable": true})
                    } else if faulty {
                        self.judgements(usual, self.0.is_multiple_of(2))
                    } else {
                        self.acceptable(usual, minimum, fact_check, closed)
                    };
                }
                if !self.one_in(15) {
                    let value =
                        if self.one_in(10) { Value::Null } else { json!(format!("{}/25", self.roll(101))) };
                    criteria[&id] = json!({"value": value, "digest": text(&json!(self.roll(20) / 19))});
                }
                if self.one_in(12) {
                    unmet[&id] = json!({"years": self.roll(4), "plan": self.one_in(2)});
                }
            }
            case["form"]["areas"].as_array_mut().unwrap().push(form);
        }
        if !self.one_in(4) {
            case["previous"] = json!({"criteria": criteria, "unmet_minimum": unmet});
        }
        if self.one_in(50) {
            case["judgements"]["X1"] = json!({});
        }
        if self.one_in(50) {
            case["submitted"] = json!(false);
        }
        case
    }
}

impl Dice {
    /// Makes the form one that is refused.
    fn spoil(&mut self, case: &mut Value) {
        let areas = case["form"]["areas"].as_array_mut().unwrap();
        let at = usize::try_from(self.roll(u64::try_from(areas.len()).unwrap())).unwrap();
        match self.roll(6) {
            0 => areas.clear(),
            1 => areas[at]["criteria"] = json!([]),
            2 => areas[at]["weight"] = json!(0),
            3 => areas[at]["criteria"][0]["weight"] = json!("-1/2"),
            4 => areas.push(areas[at].clone()),
            _ => {
                let twice = areas[at]["criteria"][0].clone();
                areas[at]["criteria"].as_array_mut().unwrap().push(twice);
            }
        }
    }
}

/// A random case that is final and has criteria.
pub fn settled(seed: u64) -> Value {
    let mut dice = Dice(seed);
    loop {
        let case = dice.case();
        if reference::score(&case, RULES)
            .is_ok_and(|result| result["final"] == true && result["criteria"].is_object())
        {
            return case;
        }
    }
}

#[test]
fn a_second_implementation_agrees_on_thousands_of_random_cases() {
    let mut dice = Dice(2026);
    let mut met: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..tried(12_000) {
        let mut case = dice.case();
        if dice.one_in(60) {
            dice.spoil(&mut case);
        }
        let (status, given) = answer(&case);
        match reference::score(&case, RULES) {
            Ok(expected) => {
                assert_eq!((status, &given), (0, &expected), "{case}");
                for key in ["outcome", "trend"] {
                    *met.entry(expected[key].as_str().unwrap_or("provisional").to_owned()).or_default() += 1;
                }
                for (_, criterion) in expected["criteria"].as_object().into_iter().flatten() {
                    *met.entry(criterion["state"].as_str().unwrap().to_owned()).or_default() += 1;
                }
            }
            Err((code, criterion)) => {
                assert_eq!((status, &given["error"]["code"]), (1, &json!(code)), "{given} {case}");
                // Which of several faults of a form is told first is not said.
                if code != "bad_form" {
                    assert_eq!(given["error"]["criterion"], json!(criterion), "{case}");
                }
                *met.entry(code).or_default() += 1;
            }
        }
    }
    let all = "E O V G F provisional improved unchanged declined not_compared open needs_discussion needs_further \
               agreed mean revised median further single corrected not_applicable missing bad_form unknown_criterion bad_level \
               first_missing revision_not_allowed correction_not_allowed further_not_needed";
    for wanted in all.split_whitespace() {
        assert!(
            met.get(wanted).is_some_and(|count| *count >= tried(12)),
            "`{wanted}` is hardly met: {met:?}"
        );
    }
}
