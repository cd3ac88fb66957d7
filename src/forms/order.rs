//! The order in which people meet fields: what depends on an answer stands right after the question it depends on.

use super::Field;

/// The fields in the form's order, except that a conditional field follows the last of the fields that govern it, and
/// before it only others that the same field governs. Fields in a circle, which no checked form has, come last.
#[must_use]
pub fn beside_what_governs<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Vec<&'a Field> {
    let fields: Vec<&Field> = fields.into_iter().collect();
    let governors: Vec<Option<usize>> = fields
        .iter()
        .map(|field| {
            let names = field.when.as_ref()?.names();
            fields.iter().rposition(|other| other.id != field.id && names.contains(&other.id))
        })
        .collect();
    let mut order = Vec::with_capacity(fields.len());
    follow(None, &governors, &mut order);
    order.extend((0..fields.len()).filter(|at| !order.contains(at)).collect::<Vec<_>>());
    order.into_iter().filter_map(|at| fields.get(at).copied()).collect()
}

/// What one field governs, each followed by what that governs in turn.
fn follow(governor: Option<usize>, governors: &[Option<usize>], order: &mut Vec<usize>) {
    for (at, by) in governors.iter().enumerate() {
        if *by == governor {
            order.push(at);
            follow(Some(at), governors, order);
        }
    }
}
