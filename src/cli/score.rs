//! `usve score`: a case in, its result out. The same function as the service uses, with nothing else around it.

use crate::forms::{Form, Rules, load};
use crate::scoring::{Case, ErrorCode, ScoreError, Scored, ScoringForm, score};

/// Scores the case in `case` (JSON), with the form in `form_file` (the text of a scoring form in JSON, or of a form of
/// the service in TOML) in place of the case's own. A TOML form brings its rules; else `default_rules` apply where
/// the form has none.
///
/// Gives the exit status (0 done, 1 refused) and what to print on stdout: the result, or `{"error": …}`.
#[must_use]
pub fn run(case: &str, form_file: Option<&str>, default_rules: &Rules, rules_name: &str) -> (u8, String) {
    let answer = match compute(case, form_file, default_rules, rules_name) {
        Ok(scored) => (0, serde_json::to_string_pretty(&scored)),
        Err(error) => (1, serde_json::to_string_pretty(&serde_json::json!({ "error": error }))),
    };
    match answer {
        (status, Ok(text)) => (status, text + "\n"),
        (_, Err(error)) => (1, format!("{error}\n")),
    }
}

fn compute(
    case: &str,
    form_file: Option<&str>,
    default_rules: &Rules,
    rules_name: &str,
) -> Result<Scored, ScoreError> {
    match form_file {
        None => score(&Case::read(case, None)?, default_rules, rules_name),
        Some(json) if json.trim_start().starts_with('{') => {
            score(&Case::read(case, Some(ScoringForm::read(json)?))?, default_rules, rules_name)
        }
        Some(toml) => {
            let form = read_form(toml)?;
            score(&Case::read(case, Some(ScoringForm::from(&form)))?, &form.rules, &form.key())
        }
    }
}

fn read_form(toml: &str) -> Result<Form, ScoreError> {
    load::load("the form file", toml.as_bytes()).map_err(|findings| {
        let first = findings.first().map(ToString::to_string).unwrap_or_default();
        ScoreError::form(ErrorCode::BadForm, first)
    })
}
