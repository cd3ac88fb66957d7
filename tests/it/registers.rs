//! The registers from the command line: units and people read in from files, and the year opened on them.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const UNITS: &str = "external_id;slug;name;administration;administration_name;hub;appointed_from\n\
    E1;kardiologi;Kardiologi;sus;Skånes universitetssjukvård;;2025-01-01\n\
    E2;ortopedi;Ortopedi;sus;;Rörelse;\n";
const PEOPLE: &str = "external_id,email,name,organisation,language\n\
    P1,Maja@Skane.example,Maja Exempelsson,region,sv\n\
    P2,lova@lu.example,Lova Låtsas,university,en\n";

fn usve(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_usve"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("USVE_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// What a command prints; it must succeed.
fn done(folder: &TempDir, arguments: &[&str]) -> String {
    let output = usve(folder.path(), arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn with(name: &str, text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), text).unwrap();
    folder
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let folder = with("units.csv", UNITS);
    let import = ["units", "import", "units.csv"];
    assert!(done(&folder, &[&import[..], &["--dry-run"]].concat()).contains("2 new, 0 changed"));
    assert_eq!(done(&folder, &["units", "list"]), "");
    assert!(done(&folder, &import).contains("2 new, 0 changed, 0 the same"));
    assert!(done(&folder, &import).contains("0 new, 0 changed, 2 the same"));
    std::fs::write(folder.path().join("people.csv"), PEOPLE).unwrap();
    assert!(done(&folder, &["people", "import", "people.csv"]).contains("2 new"));
    assert!(done(&folder, &["people", "import", "people.csv"]).contains("0 new, 0 changed, 2 the same"));
    assert!(done(&folder, &["user", "list"]).contains("maja@skane.example"));
    assert_eq!(usve(folder.path(), &["audit", "verify"]).status.code(), Some(0));
}

#[test]
fn what_differs_is_named_and_changed() {
    let folder = with("units.csv", UNITS);
    done(&folder, &["units", "import", "units.csv"]);
    let renamed = UNITS.replace(";Ortopedi;", ";Ortopedi och trauma;").replace("Rörelse", "");
    std::fs::write(folder.path().join("units.csv"), renamed).unwrap();
    let said = done(&folder, &["units", "import", "units.csv", "--json"]);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["rows"][0]["change"], "same");
    assert_eq!(said["rows"][1]["fields"], serde_json::json!(["name", "hub"]));
    assert!(done(&folder, &["units", "list"]).contains("ortopedi  Ortopedi och trauma"));
}

#[test]
fn one_conflict_and_nothing_is_written() {
    let folder = with("units.csv", UNITS);
    done(&folder, &["units", "import", "units.csv"]);
    let moved = format!("{}E3;hud;Hud;sus;;;\n", UNITS.replace("E1;kardiologi", "E1;hjarta"));
    std::fs::write(folder.path().join("units.csv"), moved).unwrap();
    let dry = usve(folder.path(), &["units", "import", "units.csv", "--dry-run"]);
    assert_eq!(dry.status.code(), Some(1));
    assert!(String::from_utf8(dry.stdout).unwrap().contains("1 new, 0 changed, 1 the same, 1 in conflict"));
    let output = usve(folder.path(), &["units", "import", "units.csv"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stderr).unwrap().contains("line 2: the unit's short name is kardiologi")
    );
    assert!(!done(&folder, &["units", "list"]).contains("hud"));
    let twice = format!("{PEOPLE}P3,lova@lu.example,Lova Lik,university,sv\n");
    std::fs::write(folder.path().join("people.csv"), twice).unwrap();
    assert_eq!(usve(folder.path(), &["people", "import", "people.csv"]).status.code(), Some(1));
    assert_eq!(done(&folder, &["user", "list"]), "");
}

#[test]
fn a_year_opened_again_gets_only_the_units_that_came_since() {
    let folder = with("units.csv", UNITS);
    done(&folder, &["units", "import", "units.csv"]);
    let open = ["cycle", "open", "2026", "--form", "usve/2026.1"];
    assert!(done(&folder, &open).contains("2 cases were added"));
    assert!(done(&folder, &open).contains("0 cases were added"));
    std::fs::write(folder.path().join("more.csv"), format!("{UNITS}E3;hud;Hud;sus;;;\n")).unwrap();
    done(&folder, &["units", "import", "more.csv"]);
    assert!(done(&folder, &open).contains("1 cases were added"));
    let status: serde_json::Value =
        serde_json::from_str(&done(&folder, &["cycle", "status", "2026", "--json"])).unwrap();
    assert_eq!(status["states"]["draft"], 3);
    assert_eq!(usve(folder.path(), &["cycle", "status", "2025"]).status.code(), Some(1));
    assert_eq!(usve(folder.path(), &["cycle", "open", "2027", "--form", "usve/1"]).status.code(), Some(1));
}
