//! The unscored form about the unit.

use super::funding::cost;
use super::sheet::{Sheet, with_comma};
use crate::demo::units::{UnitFacts, UnitKind};
use crate::demo::words::Words;
use crate::forms::RawAnswers;

/// Answers the background form for a calendar year.
#[must_use]
pub fn background(
    words: &Words,
    unit: &UnitFacts,
    administration: &str,
    head: &str,
    period: i32,
) -> RawAnswers {
    let mut sheet = Sheet::new(words, unit, "background", period, 2);
    sheet.text("unit_name", unit.name.clone());
    let code = sheet.always.between(10_000, 99_999);
    sheet.text("unit_code", format!("SE0000000000-{code}"));
    sheet.text("administration", administration);
    sheet.text("department", unit.department.clone());
    if let Some(hub) = &unit.hub {
        sheet.text("hub", hub.clone());
    }
    sheet.text("head_of_unit", head);
    let department = sheet.always.pick(&[
        "Institutionen för kliniska vetenskaper, Lund",
        "Institutionen för kliniska vetenskaper, Malmö",
    ]);
    let department = department.copied().unwrap_or_default();
    sheet.text("university_department", department);
    let first = 2016 + sheet.always.below(4);
    sheet.whole("appointed_year", first);
    let (_, last) = unit.appointment(period);
    sheet.text("appointed_until", format!("{last}-12-31"));
    let physicians = unit.physicians;
    let sizes = [physicians, physicians * 2, physicians / 4 + 2, physicians / 6 + 2];
    let rows = unit.kind.professions().into_iter().zip(sizes).map(|(profession, employed)| {
        vec![
            ("profession", profession.to_owned()),
            ("employed", employed.to_string()),
            ("full_time", with_comma(employed * sheet.then.between(82, 92) / 10, 10)),
        ]
    });
    let rows = rows.collect();
    sheet.rows("staff", rows);
    sheet.whole("specialists", physicians * 2 / 3);
    sheet.whole("residents", physicians / 4);
    sheet.whole("annual_cost", cost(unit, period));
    let beds = match unit.kind {
        UnitKind::Laboratory | UnitKind::Primary => 0,
        _ => sheet.always.below(physicians),
    };
    sheet.whole("beds", beds);
    let visits = physicians * sheet.always.between(500, 1400) + sheet.then.between(-300, 300);
    sheet.whole("visits", visits);
    let national = sheet.always.below(3);
    sheet.whole("national_assignments", national);
    let students = physicians + sheet.always.between(10, 60);
    sheet.tenths("student_weeks", students * 20);
    sheet.answers
}
