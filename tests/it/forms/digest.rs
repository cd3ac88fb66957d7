//! What a criterion's digest covers, and what it leaves out (scoring model 7.10, *Digest*).

use super::{small, spoilt};
use usve::forms::load::load;

fn digest_after(replace: &str, with: &str, criterion: &str) -> String {
    let form = load("1.toml", spoilt(replace, with).as_bytes()).unwrap();
    form.criterion(criterion).unwrap().digest()
}

#[test]
fn the_digest_is_that_of_the_canonical_json() {
    use sha2::{Digest, Sha256};
    let canonical = concat!(
        r#"{"anchors":["Ingen deltar.","Någon deltar ibland.","Hälften av mötena.","De flesta möten.","#,
        r#""Egen stående punkt."],"fields":{"attended":{"kind":"integer","unit":null},"#,
        r#""held":{"kind":"integer","unit":"möten"},"role":{"kind":"choice","unit":null}},"id":"A2","#,
        r#""indicators":{"attendance":"attended * 100 / held","full":"attendance == 100"},"#,
        r#""minimum":true,"not_applicable":null,"thresholds":{"three":"151/2","two":"50"}}"#
    );
    let expected: Vec<String> = Sha256::digest(canonical).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(small().criterion("A2").unwrap().digest(), expected.concat());
}

#[test]
fn texts_weight_and_spelling_leave_the_digest_as_it_is() {
    let form = small();
    for (criterion, replace, with) in [
        ("A2", "sv = \"Universitetet i ledningen\"", "sv = \"Universitetets plats\""),
        ("A2", "sv = \"Räkna alla möten.\"", "sv = \"Räkna varje möte.\""),
        ("A2", "en = \"Half of the meetings.\"", "en = \"At least half of them.\""),
        ("A2", "source = \"R1, R7\"", "source = \"R1\""),
        ("A2", "weight = 2\n", "weight = 4\n"),
        ("A2", "\"attended * 100 / held\"", "\"attended*100/held\""),
        ("A2", "two = 50, three = 75.5", "three = 75.50, two = 50"),
    ] {
        assert_eq!(
            digest_after(replace, with, criterion),
            form.criterion(criterion).unwrap().digest(),
            "{with}"
        );
    }
}

#[test]
fn what_a_criterion_means_changes_the_digest() {
    let form = small();
    for (criterion, replace, with) in [
        ("A2", "minimum = true\n", ""),
        ("A2", "sv = \"Hälften av mötena.\"", "sv = \"Minst hälften.\""),
        ("A2", "two = 50", "two = 51"),
        ("A2", "\"attended * 100 / held\"", "\"attended * 100 / (held + 1)\""),
        ("A2", "unit = { sv = \"möten\"", "unit = { sv = \"sammanträden\""),
        ("E1", "kind = \"percent\"", "kind = \"decimal\""),
        ("E1", "id = \"share\"", "id = \"open\""),
        ("E1", "sv = \"Enheten är ny.\"", "sv = \"Enheten är ung.\""),
        ("E1", "id = \"E1\"", "id = \"E2\""),
    ] {
        let after = digest_after(replace, with, if with == "id = \"E2\"" { "E2" } else { criterion });
        assert_ne!(after, form.criterion(criterion).unwrap().digest(), "{with}");
    }
}
