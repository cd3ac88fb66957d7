//! What stops a submission: every applicable criterion is answered or declared without an answer, every value can be
//! read, and what is needed is there (process, guard a).

use super::{Checked, Finding, Level};
use crate::assessments::BACKGROUND;
use crate::assessments::progress::Stage;
use crate::forms::evaluate::background;
use crate::forms::{Field, FieldState};
use crate::text::Text;

/// All that stops submission, in form order.
pub(super) fn stops(checked: &Checked<'_>) -> Vec<Finding> {
    let Checked { form, entered, period, .. } = *checked;
    let mut found = Vec::new();
    if entered.waits(BACKGROUND) {
        found.push(not_confirmed(("", BACKGROUND)));
    }
    for state in background(form, &entered.answers_to(BACKGROUND), period) {
        add_field(&mut found, ("", BACKGROUND), form.background.iter(), &state);
    }
    for (area, criterion) in form.criteria() {
        let place = (area.id.as_str(), criterion.id.as_str());
        let state = entered.criterion(form, criterion, period);
        match state.stage {
            stage if stage.is_done() => {}
            Stage::Untouched => found.push(needed(
                place,
                "",
                "missing",
                Text::new(
                    format!("Svara på {}", criterion.title.sv),
                    format!("Answer {}", criterion.title.en),
                ),
            )),
            Stage::NotConfirmed => found.push(not_confirmed(place)),
            _ => {
                for field in &state.evaluated.fields {
                    add_field(&mut found, place, form.fields(criterion), field);
                }
            }
        }
    }
    found
}

fn not_confirmed(place: (&str, &str)) -> Finding {
    let message = Text::new(
        "Bekräfta eller ändra det som inte är bekräftat",
        "Confirm or change what is not confirmed",
    );
    needed(place, "", "not_confirmed", message)
}

fn needed((area, criterion): (&str, &str), field: &str, code: &'static str, message: Text) -> Finding {
    Finding {
        level: Level::Submit,
        code,
        area: area.to_owned(),
        criterion: criterion.to_owned(),
        field: field.to_owned(),
        message,
    }
}

fn add_field<'a>(
    found: &mut Vec<Finding>,
    place: (&str, &str),
    mut fields: impl Iterator<Item = &'a Field>,
    state: &FieldState,
) {
    let label =
        fields.find(|field| field.id == state.id).map(|field| field.label.clone()).unwrap_or_default();
    for issue in &state.issues {
        let message = Text::new(
            format!("{}: {}", label.sv, issue.message.sv),
            format!("{}: {}", label.en, issue.message.en),
        );
        found.push(Finding { level: Level::Save, ..needed(place, &issue.field, issue.code, message) });
    }
    if state.missing {
        let message = Text::new(format!("Fyll i: {}", label.sv), format!("Fill in: {}", label.en));
        found.push(needed(place, &state.id, "missing", message));
    }
}
