//! Mapping files: what the check finds, and how answers go from one version to the next.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use usve::cli::forms as commands;
use usve::forms::mapping::AllAnswers;
use usve::forms::{Fate, Form, Library, RawAnswers, load::load, read_mapping};

use super::{Fault, printed};

/// The folder of a form of two years, with its mapping files.
fn forms() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/two_years")
}

fn text(name: &str) -> String {
    fs::read_to_string(forms().join("prov").join(name)).unwrap()
}

fn form(version: &str) -> Form {
    load(&format!("{version}.toml"), text(&format!("{version}.toml")).as_bytes()).unwrap()
}

fn library() -> Library {
    Library::open(Some(&forms())).unwrap()
}

/// The folder with one file replaced or, without text, removed.
fn changed(name: &str, with: Option<&str>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("prov")).unwrap();
    for entry in fs::read_dir(forms().join("prov")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.path().join("prov").join(path.file_name().unwrap())).unwrap();
    }
    let path = folder.path().join("prov").join(name);
    match with {
        Some(text) => fs::write(path, text).unwrap(),
        None => fs::remove_file(path).unwrap(),
    }
    folder
}

const MAPPING: &str = "2025.1-to-2026.1.toml";

#[test]
fn every_fault_of_a_mapping_is_found_at_its_line_with_its_code_and_nothing_else() {
    let good = text(MAPPING);
    let (old, new) = (form("2025.1"), form("2026.1"));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/bad_mappings");
    let mut names: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 36, "the corpus has lost files");
    let mut wrong = Vec::new();
    for path in names {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let fault: Fault = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(good.matches(&fault.replace).count(), 1, "{name}");
        let spoilt = good.replace(&fault.replace, &fault.with);
        let findings = read_mapping::load(MAPPING, spoilt.as_bytes(), &old, &new).err().unwrap_or_default();
        let found: Vec<String> = findings
            .iter()
            .map(|one| format!("{} {} {}", one.line, one.code, one.key).trim_end().to_owned())
            .collect();
        if found != fault.expects || found.is_empty() {
            let messages: Vec<&str> = findings.iter().map(|one| one.message.as_str()).collect();
            wrong.push(format!("{name}: expected {:?}, found {found:?} {messages:?}", fault.expects));
        }
        assert!(findings.iter().all(|one| !one.message.is_empty() && !one.remedy.is_empty()), "{name}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_cut_or_damaged_mapping_makes_the_check_panic() {
    let (good, old, new) = (text(MAPPING), form("2025.1"), form("2026.1"));
    for at in (0..good.len()).step_by(3).filter(|at| good.is_char_boundary(*at)) {
        let _ = read_mapping::load("cut.toml", &good.as_bytes()[..at], &old, &new);
        for sign in [b'"', b'\n', 0xff] {
            let mut damaged = good.as_bytes().to_vec();
            damaged[at] = sign;
            let _ = read_mapping::load("damaged.toml", &damaged, &old, &new);
        }
    }
}

/// The answers of a unit in 2025, every field filled in.
fn answers() -> AllAnswers {
    let all = |pairs: Value| -> RawAnswers { serde_json::from_value(pairs).unwrap() };
    AllAnswers::from([
        ("background".to_owned(), all(json!({ "beds": "24" }))),
        (
            "A1".to_owned(),
            all(json!({ "meetings": "10", "role": "guest", "regular": "yes", "decided_on": "2024-02-01",
                "note": "Som förra året.", "series": { "2022": "8", "2023": "9", "2024": "10" },
                "self_level": "3", "motivation": "Vi leder." })),
        ),
        (
            "A2".to_owned(),
            all(
                json!({ "goals": [{ "aim": "Fler studier", "state": "on", "old_number": "7" }, { "old_number": "8" }],
                "follow_up": "Varje kvartal.", "motivation": "Målen är satta." }),
            ),
        ),
        ("A4".to_owned(), all(json!({ "faxes": "En i källaren." }))),
        (
            "B1".to_owned(),
            all(json!({ "names": "Docent Påhittad", "forms": ["network", "study"], "supervisors": "3",
                "motivation": "Tre docenter." })),
        ),
        (
            "B2".to_owned(),
            all(json!({ "names": "Doktorand Låtsas", "forms": ["study", "course"], "students": "5",
                "motivation": "Fem doktorander." })),
        ),
        ("B3".to_owned(), all(json!({ "topic": "lab", "budget": "250 000" }))),
    ])
}

#[test]
fn answers_are_kept_renamed_split_merged_and_dropped_as_the_mapping_says() {
    let route = library().route("prov/2025.1", "prov/2026.1").unwrap();
    let carried = serde_json::to_value(route.carry(&answers())).unwrap();
    let expected = json!({
        "background": { "places": "24" },
        "A1": { "meetings_held": "10", "role": "observer", "regular": "yes", "decided_on": "2024-02-01",
            "note": "Som förra året.", "series": { "2022": "8", "2023": "9", "2024": "10" },
            "self_level": "3", "reasons": "Vi leder." },
        "A2": { "goals": [{ "purpose": "Fler studier", "state": "running" }], "reasons": "Målen är satta." },
        "A3": { "follow_up": "Varje kvartal.", "reasons": "Målen är satta." },
        "B1": { "names": "Docent Påhittad\n\nDoktorand Låtsas", "forms": ["network", "study", "course"],
            "supervisors": "3", "students": "5", "reasons": "Tre docenter.\n\nFem doktorander." },
        "B5": { "topics": ["lab"], "budget": "250 000" },
    });
    assert_eq!(carried, expected);
}

#[test]
fn each_criterion_knows_where_it_comes_from() {
    let library = library();
    let route = library.route("prov/2025.1", "prov/2026.1").unwrap();
    let fates: Vec<(String, Fate, Vec<String>)> = form("2026.1")
        .criteria()
        .map(|(_, one)| (one.id.clone(), route.fate(&one.id), route.comes_from(&one.id)))
        .collect();
    let expected = [
        ("A1", Fate::Kept, vec!["A1"]),
        ("A2", Fate::Split, vec!["A2"]),
        ("A3", Fate::Split, vec!["A2"]),
        ("B1", Fate::Merged, vec!["B1", "B2"]),
        ("B5", Fate::Renamed, vec!["B3"]),
        ("B6", Fate::New, vec![]),
    ];
    let expected = expected.map(|(id, fate, from)| {
        (id.to_owned(), fate, from.into_iter().map(str::to_owned).collect::<Vec<_>>())
    });
    assert_eq!(fates, expected);
    let old = form("2025.1");
    assert_eq!(route.dropped(old.criteria().map(|(_, one)| one.id.as_str())), ["A4"]);
    let place = |criterion: &str, field: &str| (criterion.to_owned(), field.to_owned());
    assert_eq!(route.origins("B1", "names"), [place("B1", "names"), place("B2", "names")]);
    assert_eq!(route.origins("A3", "reasons"), [place("A2", "motivation")]);
    assert_eq!(route.origins("background", "places"), [place("background", "beds")]);
    assert_eq!(route.origins("B6", "partners"), []);
}

#[test]
fn versions_that_are_not_neighbours_are_reached_through_those_between() {
    let library = library();
    let route = library.route("prov/2025.1", "prov/2026.2").unwrap();
    assert_eq!(
        (route.fate("A7"), route.fate("A3"), route.fate("B1")),
        (Fate::New, Fate::Split, Fate::Merged)
    );
    assert_eq!(route.origins("B5", "topics"), [("B3".to_owned(), "topic".to_owned())]);
    assert_eq!(route.carry(&answers())["B1"]["supervisors"], "3");
    let one = library.route("prov/2026.1", "prov/2026.2").unwrap();
    assert_eq!((one.fate("A7"), one.comes_from("A7")), (Fate::Renamed, vec!["B6".to_owned()]));
    let same = library.route("prov/2026.2", "prov/2026.2").unwrap();
    assert!(same.is_same() && same.carry(&answers()) == answers());
    assert!(library.route("prov/2026.2", "prov/2026.1").is_none(), "no way back");
    assert!(library.route("usve/2026.1", "prov/2026.1").is_none(), "no way between forms");
    assert!(library.route("prov/2024.1", "prov/2026.1").is_none(), "no such version");
}

#[test]
fn versions_that_ask_for_different_things_need_a_mapping_and_equal_ones_do_not() {
    let folder = changed(MAPPING, None);
    let findings = Library::open(Some(folder.path())).unwrap_err();
    let found: Vec<(&str, &str)> =
        findings.iter().map(|one| (one.code.as_str(), one.file.as_str())).collect();
    assert_eq!(found, [("missing_mapping", "prov/2025.1-to-2026.1.toml")]);
    let (status, text) = printed(|out| commands::check(out, &[folder.path().to_owned()], false).unwrap());
    assert!(status == 1 && text.contains("Write forms/prov/2025.1-to-2026.1.toml"), "{text}");

    let same = self::text("2025.1.toml").replace("2025.1", "2025.2");
    fs::write(folder.path().join("prov/2025.2.toml"), same).unwrap();
    let asked = self::text(MAPPING).replace("from = \"2025.1\"", "from = \"2025.2\"");
    fs::write(folder.path().join("prov/2025.2-to-2026.1.toml"), asked).unwrap();
    let library = Library::open(Some(folder.path())).unwrap();
    assert_eq!(
        library.route("prov/2025.1", "prov/2026.1").unwrap().carry(&answers())["B5"]["topics"],
        json!(["lab"])
    );
}

#[test]
fn a_mapping_that_leads_past_a_version_or_nowhere_is_refused() {
    let folder = changed("2025.1-to-2026.2.toml", Some("[mapping]\n"));
    let findings = Library::open(Some(folder.path())).unwrap_err();
    let codes: Vec<&str> = findings.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(codes, ["not_neighbours"]);
    assert!(findings[0].remedy.contains("prov/2026.1-to-2026.2.toml"), "{}", findings[0].remedy);
}

#[test]
fn the_check_reads_mappings_beside_their_forms() {
    let (status, text) = printed(|out| commands::check(out, &[forms()], false).unwrap());
    assert_eq!((status, text.as_str()), (0, "3 forms, 2 mappings, no faults\n"));
    let folder = changed(MAPPING, Some(&text_with_wrong_target()));
    let file = folder.path().join("prov").join(MAPPING);
    let (status, text) = printed(|out| commands::check(out, std::slice::from_ref(&file), false).unwrap());
    let expected = format!(
        "{}:12: renamed.B3.to: prov/2026.1 has no criterion B9\n  hint: Use an id that stands in prov/2026.1.\n",
        file.display()
    );
    assert!(status == 1 && text.contains(&expected), "{text}");
    let alone = folder.path().join("prov/2026.1-to-2027.1.toml");
    fs::write(&alone, "[mapping]\n").unwrap();
    let (status, text) = printed(|out| commands::check(out, std::slice::from_ref(&alone), false).unwrap());
    assert!(status == 1 && text.contains("there is no form prov/2027.1"), "{text}");
}

fn text_with_wrong_target() -> String {
    text(MAPPING).replace("to = \"B5\"\n", "to = \"B9\"\n")
}
