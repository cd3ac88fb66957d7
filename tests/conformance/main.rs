//! Whether reports are PDF/UA-1 and PDF/A-2a, by an independent validator, and whether that validator sees faults.
//!
//! Not part of the ordinary tests, since it needs Java: fill a folder with `tests/tools/verapdf/install.sh FOLDER`, then
//! `VERAPDF=FOLDER cargo test --test conformance`.

#[path = "../it/reports/every_block.rs"]
mod every_block;
#[path = "../it/reports/sample.rs"]
mod sample;

use std::path::{Path, PathBuf};
use std::process::Command;

use lopdf::{Dictionary, Document, Object};
use usve::forms::library::Library;
use usve::reports::{Report, answers_report, blank_form, pdf, unit_report};
use usve::text::Lang;

/// Validates a file; the validator's words when it fails.
fn check(file: &Path) -> Result<(), String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/verapdf/check.sh");
    let output = Command::new(script).arg(file).output().unwrap();
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.code() {
        Some(0) if words.matches(" PASS ").count() == 2 => Ok(()),
        Some(1) if words.contains(" FAIL ") => Err(words),
        _ => panic!("the validator did not run: {words}{}", String::from_utf8_lossy(&output.stderr)),
    }
}

fn write(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn every_kind_of_report_conforms() {
    let mut draft = sample::unit();
    draft.draft = true;
    draft.language = Lang::En;
    draft.unit = "<b>Å & Ö</b> 中 🙂 \u{202e}".into();
    let form = Library::open(None).unwrap().get("usve/2026.1").unwrap();
    let printed = chrono::NaiveDate::from_ymd_opt(2026, 2, 2).unwrap();
    let reports: [(&str, Report); 6] = [
        ("unit.pdf", unit_report::build(&sample::unit())),
        ("answers.pdf", answers_report::build(&sample::submission())),
        ("answers-draft.pdf", answers_report::build(&sample::draft())),
        ("blank.pdf", blank_form::build(&form, 2026, printed, Lang::Sv)),
        ("draft.pdf", unit_report::build(&draft)),
        ("every-block.pdf", every_block::every_block()),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, report) in reports {
        let path = write(&folder, name, &pdf::render(&report).unwrap());
        assert_eq!(check(&path), Ok(()));
    }
}

#[test]
fn planted_defects_are_found() {
    let bytes = pdf::render(&every_block::every_block()).unwrap();
    let defects: [(&str, fn(&mut Document)); 5] = [
        ("a picture without words", |document| {
            each_element(document, "Figure", |element| element.remove(b"Alt").is_some());
        }),
        ("a table head without scope", |document| {
            each_element(document, "TH", |element| element.remove(b"A").is_some());
        }),
        ("no language", |document| {
            assert!(document.catalog_mut().unwrap().remove(b"Lang").is_some());
        }),
        ("a rectangle outside the tags", |document| {
            let page = *document.get_pages().values().next().unwrap();
            let mut content = document.get_page_content(page);
            content.extend(b"\n0 0 20 20 re f\n");
            document.change_page_content(page, content).unwrap();
        }),
        ("no colour profile", |document| {
            assert!(document.catalog_mut().unwrap().remove(b"OutputIntents").is_some());
        }),
    ];
    let folder = tempfile::tempdir().unwrap();
    let mut saved = Vec::new();
    Document::load_mem(&bytes).unwrap().save_to(&mut saved).unwrap();
    assert_eq!(check(&write(&folder, "whole.pdf", &saved)), Ok(()), "saving anew harms the file by itself");
    for (name, damage) in defects {
        let mut document = Document::load_mem(&bytes).unwrap();
        damage(&mut document);
        let mut damaged = Vec::new();
        document.save_to(&mut damaged).unwrap();
        assert!(check(&write(&folder, "damaged.pdf", &damaged)).is_err(), "{name} is not found");
    }
}

/// Damages every element of a kind; the damage says whether there was something to damage.
fn each_element(document: &mut Document, role: &str, mut damage: impl FnMut(&mut Dictionary) -> bool) {
    let mut found = false;
    for object in document.objects.values_mut() {
        let Object::Dictionary(element) = object else { continue };
        let is_role =
            element.get(b"S").is_ok_and(|name| name.as_name().is_ok_and(|name| name == role.as_bytes()));
        if is_role && element.has(b"P") {
            found |= damage(element);
        }
    }
    assert!(found, "there is no {role} to damage");
}
