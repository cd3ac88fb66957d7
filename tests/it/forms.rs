//! Forms: what the check finds, what the library refuses, what the commands print.

mod answers;
mod digest;
mod evaluation;
mod expression_properties;
mod expressions;
mod mappings;
mod schema;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use usve::cli::forms as commands;
use usve::forms::{Form, Library, load::load};

/// The folder of the form that is good and of the ways to spoil it.
fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/bad_forms")
}

/// The text of the smallest sound form.
fn good() -> String {
    fs::read_to_string(corpus().join("good.toml")).unwrap()
}

/// The smallest sound form.
fn small() -> Form {
    load("good.toml", good().as_bytes()).unwrap()
}

/// The sound form with one text in place of another, which must stand in it exactly once.
fn spoilt(replace: &str, with: &str) -> String {
    let good = good();
    assert_eq!(good.matches(replace).count(), 1, "{replace}");
    good.replace(replace, with)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    replace: String,
    with: String,
    expects: Vec<String>,
}

/// Every way to spoil the form, with the name of its file.
fn faults() -> Vec<(String, Fault)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(corpus()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if name != "good" {
            all.push((name, toml::from_str(&fs::read_to_string(path).unwrap()).unwrap()));
        }
    }
    all.sort_by(|one: &(String, Fault), other| one.0.cmp(&other.0));
    all
}

#[test]
fn the_smallest_sound_form_has_no_fault() {
    let form = small();
    assert_eq!(form.key(), "small/1");
    assert_eq!(
        form.criteria().map(|(area, one)| (&*area.id, &*one.id)).collect::<Vec<_>>(),
        [("A", "A2"), ("E", "E1")]
    );
}

#[test]
fn every_fault_is_found_at_its_line_with_its_code_and_nothing_else() {
    let all = faults();
    assert!(all.len() >= 90, "the corpus has lost files");
    let mut wrong = Vec::new();
    for (name, fault) in all {
        let findings =
            load("1.toml", spoilt(&fault.replace, &fault.with).as_bytes()).err().unwrap_or_default();
        let found: Vec<String> = findings
            .iter()
            .map(|one| format!("{} {} {}", one.line, one.code, one.key).trim_end().to_owned())
            .collect();
        if found != fault.expects || found.is_empty() {
            wrong.push(format!("{name}: expected {:?}, found {found:?}", fault.expects));
        }
        assert!(findings.iter().all(|one| !one.message.is_empty() && !one.remedy.is_empty()), "{name}");
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_file_that_is_not_utf8_is_refused_at_the_line_where_it_goes_wrong() {
    let mut bytes = b"[form]\nid = \"sm".to_vec();
    bytes.push(0xe5);
    let findings = load("1.toml", &bytes).unwrap_err();
    assert_eq!((findings[0].line, findings[0].code.as_str()), (2, "not_utf8"));
}

#[test]
fn no_cut_or_damaged_form_makes_the_check_panic() {
    let good = good();
    for at in (0..good.len()).step_by(37).filter(|at| good.is_char_boundary(*at)) {
        assert!(load("cut.toml", &good.as_bytes()[..at]).is_err() || at > 6_000, "cut at {at}");
        let mut damaged = good.as_bytes().to_vec();
        damaged[at] = b'"';
        let _ = load("damaged.toml", &damaged);
        damaged[at] = b'\n';
        let _ = load("damaged.toml", &damaged);
    }
}

fn printed(run: impl FnOnce(&mut Vec<u8>) -> u8) -> (u8, String) {
    let mut out = Vec::new();
    let status = run(&mut out);
    (status, String::from_utf8(out).unwrap())
}

/// A folder laid out like `forms/` with one form in it.
fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("small")).unwrap();
    fs::write(folder.path().join("small/1.toml"), text).unwrap();
    folder
}

#[test]
fn the_check_prints_file_line_key_message_and_hint() {
    let folder = folder(&spoilt("weight = 3.5", "weight = 0"));
    let file = folder.path().join("small/1.toml");
    let (status, text) = printed(|out| commands::check(out, std::slice::from_ref(&file), false).unwrap());
    let expected = format!(
        "{}:180: area.E.criterion.E1.weight: the weight is 0\n  hint: Write a weight above 0.\n1 fault\n",
        file.display()
    );
    assert_eq!((status, text), (1, expected));
    let (status, json) = printed(|out| commands::check(out, &[folder.path().to_owned()], true).unwrap());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((status, &json[0]["line"], &json[0]["code"]), (1, &180.into(), &"bad_weight".into()));
}

#[test]
fn the_shipped_forms_have_no_fault() {
    let (status, text) = printed(|out| commands::check(out, &[], false).unwrap());
    assert_eq!(status, 0, "{text}");
    let library = Library::open(None).unwrap();
    let newest = library.newest("usve").unwrap();
    assert_eq!(newest.criteria().count(), 49);
    assert_eq!(newest.criteria().filter(|(_, criterion)| criterion.minimum).count(), 19);
}

#[test]
fn a_file_with_another_name_than_its_form_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("small")).unwrap();
    fs::write(folder.path().join("small/2.toml"), good()).unwrap();
    let findings = Library::open(Some(folder.path())).unwrap_err();
    assert_eq!(findings.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), ["wrong_name"]);
}

#[test]
fn a_folder_adds_forms_and_the_newest_version_is_the_highest_number() {
    let folder = folder(&good());
    for version in ["10", "2", "9.5"] {
        let text = spoilt("version = \"1\"", &format!("version = \"{version}\""));
        fs::write(folder.path().join(format!("small/{version}.toml")), text).unwrap();
    }
    let library = Library::open(Some(folder.path())).unwrap();
    assert_eq!(library.newest("small").unwrap().version, "10");
    assert_eq!(library.get("small/1").unwrap().id, "small");
    assert!(library.get("small/3").is_none() && library.newest("other").is_none());
    assert!(library.newest("usve").is_some(), "the shipped forms are still there");
}

#[test]
fn a_published_version_with_another_digest_is_refused() {
    let folder = folder(&good());
    let lock = folder.path().join("published.lock");
    fs::write(&lock, format!("# Published forms\n\nsmall/1 {}\n", small().digest())).unwrap();
    assert!(Library::open(Some(folder.path())).unwrap().is_published("small/1"));

    fs::write(folder.path().join("small/1.toml"), spoilt("weight = 3.5", "weight = 3")).unwrap();
    let findings = Library::open(Some(folder.path())).unwrap_err();
    assert_eq!(findings.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), ["published_changed"]);
    let (status, text) = printed(|out| commands::check(out, &[folder.path().to_owned()], false).unwrap());
    assert!(status == 1 && text.contains("small/1 is published and never changes"), "{text}");
}

#[test]
fn a_lock_that_says_nothing_certain_is_refused() {
    let folder = folder(&good());
    let digest = small().digest;
    let twice = format!("small/1 {digest}\nsmall/1 {digest}\nsmall/2\n");
    fs::write(folder.path().join("published.lock"), twice).unwrap();
    let findings = Library::open(Some(folder.path())).unwrap_err();
    let found: Vec<(usize, &str)> = findings.iter().map(|one| (one.line, one.code.as_str())).collect();
    assert_eq!(found, [(2, "bad_lock"), (3, "bad_lock")]);
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let findings = Library::open(Some(Path::new("no/such/folder"))).unwrap_err();
    assert_eq!((findings[0].file.as_str(), findings[0].code.as_str()), ("no/such/folder", "unreadable"));
}

#[test]
fn two_versions_are_compared_criterion_by_criterion() {
    let folder = folder(&good());
    let changed = spoilt("version = \"1\"", "version = \"2\"")
        .replace("weight = 3.5", "weight = 3")
        .replace("en = \"Half of the meetings.\"", "en = \"At least half of the meetings.\"")
        .replace("thresholds.two\"", "thresholds.two + 0\"")
        .replace("two = 50", "two = 55")
        .replace("id = \"share\"", "id = \"open_share\"");
    fs::write(folder.path().join("small/2.toml"), changed).unwrap();
    let mapping = "[mapping]\nform = \"small\"\nfrom = \"1\"\nto = \"2\"\n\n[[field]]\nfrom = \"E1.share\"\nto = \"E1.open_share\"\n";
    fs::write(folder.path().join("small/1-to-2.toml"), mapping).unwrap();
    let library = Library::open(Some(folder.path())).unwrap();
    let (status, text) = printed(|out| commands::diff(out, &library, "small/1", "small/2", false).unwrap());
    let expected = "A2  changed, not comparable: threshold two; level 2\n\
                    E1  changed, not comparable: weight: 7/2 → 3; field open_share: added; field share: removed\n";
    assert_eq!((status, text.as_str()), (0, expected));

    let file = folder.path().join("small/1.toml");
    let (status, text) =
        printed(|out| commands::diff(out, &library, file.to_str().unwrap(), "small/1", false).unwrap());
    assert_eq!((status, text.as_str()), (0, "small/1 and small/1 differ in nothing\n"));
    let (status, text) = printed(|out| commands::diff(out, &library, "small/1", "small/7", false).unwrap());
    assert!(status == 1 && text.contains("there is no form small/7"), "{text}");
}
