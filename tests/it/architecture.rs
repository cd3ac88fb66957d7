//! Who may know whom: the whole layering policy, checked as text.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Known to everybody, and knowing nothing above them.
const BASE: &[&str] = &["clock", "files", "ids", "number", "problem", "state", "text", "words"];

/// Every room of `src/` with the rooms it may know, besides [`BASE`] and itself. `..room` is what that room may know, and
/// the room. A room that is not here fails the test: new rooms are placed on purpose.
const MAY_KNOW: &[(&str, &str)] = &[
    ("db", ""),
    ("config", "db"),
    ("forms", ""),
    ("units", "db"),
    ("audit", "db"),
    ("notify", "db"),
    ("identity", "db audit config notify"),
    ("scoring", "forms"),
    ("cycles", "db audit forms identity notify units"),
    ("assessments", "..cycles jobs"),
    ("reviews", "db assessments audit cycles forms identity notify scoring units"),
    ("results", "..reviews jobs"),
    ("reliability", "..reviews"),
    ("calibration", "db assessments audit cycles forms identity notify results reviews scoring units"),
    ("followup", "db assessments audit cycles forms identity notify results reviews scoring units"),
    ("records", "db assessments audit cycles followup forms identity results reviews scoring units"),
    ("reports", "db assessments audit cycles followup forms identity results reviews scoring units"),
    ("telemetry", "config"),
    ("app", "config db forms identity notify telemetry"),
    ("jobs", "..followup app calibration config records reliability reports telemetry"),
    ("api", "..jobs"),
    ("demo", "..jobs"),
    // The page of the rehearsal lists its people.
    ("web", "..jobs demo"),
    ("cli", "..web api server"),
    ("server", "..cli"),
    ("main", "..server"),
    ("lib", "..server"),
];

/// One third-party crate, one home: where its name may stand. A folder ends with a slash; `store.rs` is any store.
const HOMES: &[(&str, &[&str])] = &[
    ("diesel", &["db/", "store.rs"]),
    ("actix_web", &["web/", "api/", "server.rs", "cli/serve.rs", "cli/demo.rs"]),
    ("actix_multipart", &["web/", "api/"]),
    ("lettre", &["notify/transport.rs"]),
    ("jsonwebtoken", &["identity/token.rs"]),
    ("printpdf", &["reports/pdf/"]),
    ("lopdf", &["reports/pdf/"]),
    ("object_store", &["files/keep.rs"]),
    ("rustls", &["files/keep.rs"]),
    ("reqwest", &[]),
    ("zip", &["files/office.rs"]),
    ("rust_xlsxwriter", &["assessments/workbook/write/"]),
    ("calamine", &["assessments/workbook/read.rs"]),
    ("url", &["assessments/evidence/link.rs"]),
    ("figment", &["config/"]),
    ("clap", &["cli/"]),
    ("csv", &["cli/"]),
    ("chrono_tz", &["clock.rs"]),
    ("rand", &["ids.rs", "demo/dice.rs"]),
    ("toml_edit", &["forms/"]),
    ("tracing_subscriber", &["telemetry.rs"]),
    ("pathfinding", &["reviews/pairing/solve.rs"]),
    ("similar", &["assessments/difference.rs"]),
    ("statrs", &["reliability/agreement.rs"]),
    ("utoipa", &["api/"]),
];

fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let code: String = std::fs::read_to_string(&path)
                .unwrap()
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .flat_map(|line| [line, "\n"])
                .collect();
            (path.strip_prefix(&root).unwrap().display().to_string(), code)
        })
        .collect()
}

fn room(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The rooms that a file names by `crate::`.
fn known(code: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for after in code.split("crate::").skip(1) {
        let names = match after.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap().split(',').map(str::trim).collect(),
            None => vec![after],
        };
        for name in names {
            let word: String =
                name.chars().take_while(|sign| sign.is_alphanumeric() || *sign == '_').collect();
            rooms.push(word);
        }
    }
    rooms
}

#[test]
fn no_room_knows_one_it_should_not() {
    let mut rules: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (room, known) in MAY_KNOW {
        let mut all = BTreeSet::new();
        for word in known.split(' ').filter(|word| !word.is_empty()) {
            match word.strip_prefix("..") {
                Some(other) => all.extend(rules[other].iter().copied().chain([other])),
                None => drop(all.insert(word)),
            }
        }
        rules.insert(room, all);
    }
    let mut wrong = Vec::new();
    for (file, code) in sources() {
        let own = room(&file);
        if BASE.contains(&own) {
            let above = known(&code).into_iter().filter(|other| rules.contains_key(other.as_str()));
            wrong.extend(above.map(|other| format!("{file} is of the base and knows {other}")));
            continue;
        }
        let Some(allowed) = rules.get(own) else {
            wrong.push(format!("{file}: the room {own} is not in the table"));
            continue;
        };
        for other in known(&code) {
            let is_room = rules.contains_key(other.as_str());
            if is_room && other != own && !allowed.contains(other.as_str()) {
                wrong.push(format!("{file} knows {other}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Whether code names a crate: its name and `::`, not as the end of a longer name or path.
fn names(code: &str, name: &str) -> bool {
    code.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = code.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|sign| !(sign.is_alphanumeric() || sign == '_' || sign == ':'))
    })
}

#[test]
fn each_third_party_crate_stays_in_its_home() {
    let mut wrong = Vec::new();
    for (file, code) in sources() {
        for (name, homes) in HOMES {
            let named = names(&code, name);
            let at_home = homes.iter().any(|home| {
                if home.ends_with('/') {
                    file.starts_with(home)
                } else {
                    file == *home
                        || file.ends_with(&format!("_{home}"))
                        || file.ends_with(&format!("/{home}"))
                }
            });
            if named && !at_home {
                wrong.push(format!("{file} uses {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn pure_files_know_no_database_clock_or_chance() {
    let pure = [
        "scoring/",
        "forms/expression/",
        "state.rs",
        "identity/rights.rs",
        "cycles/calendar.rs",
        "calibration/anonymise.rs",
        "calibration/copy.rs",
        "calibration/measure.rs",
        "calibration/rules.rs",
        "assessments/progress.rs",
        "assessments/rules/",
        "assessments/difference.rs",
        "assessments/editable.rs",
        "assessments/shown.rs",
        "assessments/snapshot.rs",
        "assessments/workbook/answers.rs",
        "assessments/workbook/cells.rs",
        "assessments/workbook/plan.rs",
        "reliability/agreement.rs",
        "reliability/severity.rs",
        "reports/charts/",
        "reports/pdf/",
        "reviews/pairing/clash.rs",
        "reviews/pairing/costs.rs",
        "reviews/pairing/facts.rs",
        "reviews/pairing/puzzle.rs",
        "reviews/pairing/rules.rs",
        "reviews/pairing/settings.rs",
        "reviews/pairing/solve.rs",
    ];
    let mut wrong = Vec::new();
    for (file, code) in
        sources().into_iter().filter(|(file, _)| pure.iter().any(|place| file.starts_with(place)))
    {
        for word in ["crate::db", "Utc::now", "SystemTime", "std::fs", "std::env", "rand::", "Instant::now"] {
            if code.contains(word) {
                wrong.push(format!("{file}: {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_architecture_page_names_only_what_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/ARCHITECTURE.md")).unwrap();
    let named: Vec<&str> = page
        .split(|sign: char| sign.is_whitespace() || "`()|,;:".contains(sign))
        .filter(|word| {
            ["src/", "tests/", "migrations/", "forms/", "docs/"].iter().any(|start| word.starts_with(start))
        })
        .map(|word| word.trim_end_matches('.'))
        .collect();
    assert!(named.len() > 20, "{named:?}");
    let gone: Vec<_> =
        named.into_iter().filter(|name| !name.contains('<') && !root.join(name).exists()).collect();
    assert!(gone.is_empty(), "{gone:?}");
}

#[test]
fn every_act_that_is_logged_is_told_in_words() {
    for (file, code) in sources() {
        for rest in ["act: \"", "record(act, \""].iter().flat_map(|before| code.split(before).skip(1)) {
            let act = rest.split('"').next().unwrap_or_default();
            let told = usve::web::pages::log::words(act, usve::text::Lang::Sv);
            assert!(told.is_some(), "{file} logs {act}, which the page of the log has no words for");
        }
    }
}
