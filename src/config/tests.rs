use super::*;

fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn refusal(pairs: &[(&str, &str)]) -> String {
    Config::load(None, &environment(pairs)).unwrap_err().message.en
}

#[test]
fn without_settings_the_service_is_whole_on_one_machine() {
    let config = Config::load(None, &[]).unwrap();
    assert_eq!(config.web.base_url(config.web.listen), "http://127.0.0.1:8080");
    assert_eq!(config.data.database, Address::Sqlite(PathBuf::from("./data/usve.db")));
    assert!(config.mail.smtp_url.is_none() && !config.web.is_https() && !config.demo);
}

#[test]
fn the_environment_wins_over_the_file_and_both_know_the_same_names() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usve.toml");
    std::fs::write(&file, "listen = \"127.0.0.1:9000\"\nUSVE_IDLE_MINUTES = 30\nusve_workers = 4\n").unwrap();
    let config = Config::load(Some(&file), &environment(&[("USVE_WORKERS", "3")])).unwrap();
    assert_eq!(config.web.listen.port(), 9000);
    assert_eq!(config.session.idle, TimeDelta::minutes(30));
    assert_eq!(config.web.workers, 3);
    let from: Vec<&str> = ["USVE_LISTEN", "USVE_WORKERS", "USVE_DATA"]
        .iter()
        .map(|name| config.shown().iter().find(|shown| shown.name == *name).unwrap().from.as_str())
        .collect();
    assert_eq!(from, [file.to_str().unwrap(), "environment", "default"]);
}

#[test]
fn a_mistyped_setting_is_refused_by_name() {
    assert_eq!(refusal(&[("USVE_DATABSE_URL", "x")]), "USVE_DATABSE_URL is no setting of usve");
    assert!(refusal(&[("USVE_TOKEN_MINUTES", "16")]).contains("a whole number from 1 to 15"));
    assert!(refusal(&[("USVE_DATABASE_URL", "mysql://x")]).contains("unknown scheme `mysql`"));
}

#[test]
fn plain_http_is_taken_only_on_loopback() {
    for refused in [
        "http://usve.example.se",
        "http://10.0.0.1:8080",
        "ftp://x",
        "https://a/b",
        "http://localhost.evil.example",
    ] {
        assert!(refusal(&[("USVE_BASE_URL", refused)]).starts_with("USVE_BASE_URL"), "{refused}");
    }
    for taken in
        ["http://localhost:8080", "http://127.0.0.1:8080/", "http://[::1]:80", "https://usve.example.se"]
    {
        let config = Config::load(None, &environment(&[("USVE_BASE_URL", taken)])).unwrap();
        assert_eq!(config.web.is_https(), taken.starts_with("https"), "{taken}");
    }
    assert!(refusal(&[("USVE_LISTEN", "0.0.0.0:80")]).starts_with("USVE_BASE_URL"));
}

#[test]
fn secrets_are_shown_only_as_set() {
    let secret = "abcdefghijklmnopqrstuvwxyz0123456789";
    let config =
        Config::load(None, &environment(&[("USVE_SECRET", secret), ("USVE_SMTP_URL", "smtps://u:pass@h")]))
            .unwrap();
    let everything = format!("{:?}", config.shown());
    assert!(!everything.contains(secret) && !everything.contains("pass"), "{everything}");
}

#[test]
fn a_made_key_is_kept_private_and_found_again() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let config = Config::load(None, &environment(&[("USVE_DATA", data.to_str().unwrap())])).unwrap();
    let first = secret::Keys::load(&config, &crate::ids::Source::system()).unwrap();
    let second = secret::Keys::load(&config, &crate::ids::Source::system()).unwrap();
    assert_eq!(first.session, second.session);
    assert_ne!(first.session, first.forms);
    let mode = std::fs::metadata(data.join("secret")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(first.forms.verify("text", &first.forms.sign("text")));
    assert!(!first.forms.verify("text", &first.session.sign("text")));
}
