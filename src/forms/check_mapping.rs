//! Whether a mapping says what becomes of everything, and of nothing twice. What has the same id in both versions is
//! the same, because an id is never reused for another meaning; the rest must be said.

use std::collections::{BTreeMap, BTreeSet};

use super::mapping::{BACKGROUND, Carried, Mapping, Shape, Source as From};
use super::read_mapping::{FieldChange, Written};
use super::reader::Source;
use super::{Criterion, Field, FieldKind, Form};

/// The name under which the fields of every criterion stand in paths.
const EVERY: &str = "every";

/// Checks what stands in a mapping file and makes the mapping of it; only one without findings is to be used. What only
/// follows from a fault is not reported: fields are looked at when the criteria are right.
pub(super) fn check(written: &Written, old: &Form, new: &Form, source: &Source) -> Mapping {
    let mapping = |places| Mapping {
        form: written.form.clone(),
        from: written.from.clone(),
        to: written.to.clone(),
        places,
    };
    let names = [
        ("form", &written.form, &new.id),
        ("from", &written.from, &old.version),
        ("to", &written.to, &new.version),
    ];
    for (key, said, named) in names {
        let key = format!("mapping.{key}");
        if said != named && !source.is_broken(&key) && !source.is_broken("mapping") {
            let message = format!("the file's name says {named}, the file {said}");
            source.fault(
                &key,
                "wrong_name",
                message,
                "Give folder and file the names that stand in the file.",
            );
        }
    }
    if !source.is_clean() {
        return mapping(BTreeMap::new());
    }
    let sources = Criteria { written, old, new, source }.sources();
    if !source.is_clean() {
        return mapping(BTreeMap::new());
    }
    let fields = Fields {
        written,
        old,
        new,
        source,
        sources: &sources,
        dropped: written.dropped.iter().map(String::as_str).collect(),
    };
    mapping(fields.places())
}

/// Where each criterion of the new version comes from.
type Sources = BTreeMap<String, Vec<String>>;

struct Criteria<'a> {
    written: &'a Written,
    old: &'a Form,
    new: &'a Form,
    source: &'a Source<'a>,
}

impl Criteria<'_> {
    fn sources(&self) -> Sources {
        let (mut sources, mut used) = (Sources::new(), BTreeSet::new());
        let kinds = [
            ("renamed", &self.written.renamed),
            ("split", &self.written.split),
            ("merged", &self.written.merged),
        ];
        for (kind, changes) in kinds {
            for change in changes {
                let known = self.known(&change.from, self.old, &format!("{}.from", change.key))
                    & self.known(&change.to, self.new, &format!("{}.to", change.key));
                if !known {
                    used.extend(change.from.iter().cloned());
                    sources.extend(change.to.iter().map(|id| (id.clone(), Vec::new())));
                    continue;
                }
                if kind == "renamed" && change.from == change.to {
                    let remedy = "Remove it: what keeps its id is kept.";
                    self.source.fault(
                        &change.key,
                        "same_id",
                        "the criterion has the same id before and after",
                        remedy,
                    );
                }
                for id in &change.from {
                    self.once(used.insert(id.clone()), id, &format!("{}.from", change.key));
                    if !change.to.contains(id) && self.new.criterion(id).is_some() {
                        self.reused(id, &format!("{}.from", change.key), "is still in the new version");
                    }
                }
                for id in &change.to {
                    self.once(!sources.contains_key(id), id, &format!("{}.to", change.key));
                    if !change.from.contains(id) && self.old.criterion(id).is_some() {
                        self.reused(
                            id,
                            &format!("{}.to", change.key),
                            "was something else in the old version",
                        );
                    }
                    sources.insert(id.clone(), change.from.clone());
                }
            }
        }
        self.dropped(&used);
        self.added(&mut sources, &used);
        sources
    }

    /// Whether the form has every one of the ids; one it has not is reported.
    fn known(&self, ids: &[String], form: &Form, key: &str) -> bool {
        let mut known = !ids.is_empty();
        for id in ids {
            if form.criterion(id).is_none() {
                known = false;
                let remedy = format!("Use an id that stands in {}.", form.key());
                self.source.fault(
                    key,
                    "unknown_criterion",
                    format!("{} has no criterion {id}", form.key()),
                    remedy,
                );
            }
        }
        known
    }

    fn once(&self, first: bool, id: &str, key: &str) {
        if !first {
            let remedy = "Say what becomes of a criterion in one place.";
            self.source.fault(key, "said_twice", format!("{id} stands in two places"), remedy);
        }
    }

    fn reused(&self, id: &str, key: &str, why: &str) {
        let remedy = "An id is never reused for another meaning: name it on both sides, or give the new one another id.";
        self.source.fault(key, "id_reused", format!("{id} {why}"), remedy);
    }

    fn dropped(&self, used: &BTreeSet<String>) {
        for path in self.written.dropped.iter().filter(|path| !path.contains('.')) {
            if !self.known(std::slice::from_ref(path), self.old, "mapping.dropped") {
                continue;
            }
            if self.new.criterion(path).is_some() {
                let message = format!("{path} is dropped and is in {}", self.new.key());
                let remedy = "Remove it from dropped, or from the new version.";
                self.source.fault("mapping.dropped", "not_dropped", message, remedy);
            }
            self.once(!used.contains(path), path, "mapping.dropped");
        }
        for (_, criterion) in self.old.criteria() {
            let id = &criterion.id;
            if self.new.criterion(id).is_none() && !used.contains(id) && !self.written.dropped.contains(id) {
                let message = format!("nothing is said of {id}, which {} no longer has", self.new.key());
                let remedy =
                    "Add it to dropped, or say where it went with [[renamed]], [[split]] or [[merged]].";
                self.source.fault("mapping", "not_mapped", message, remedy);
            }
        }
    }

    fn added(&self, sources: &mut Sources, used: &BTreeSet<String>) {
        for id in &self.written.new {
            if !self.known(std::slice::from_ref(id), self.new, "mapping.new") {
                continue;
            }
            if self.old.criterion(id).is_some() {
                let message = format!("{id} is said to be new and is in {}", self.old.key());
                self.source.fault(
                    "mapping.new",
                    "not_new",
                    message,
                    "Remove it from new: what keeps its id is kept.",
                );
            }
            self.once(!sources.contains_key(id), id, "mapping.new");
        }
        for (_, criterion) in self.new.criteria() {
            let id = &criterion.id;
            if sources.contains_key(id) {
                continue;
            }
            let before = self.old.criterion(id).is_some() && !used.contains(id);
            if before {
                sources.insert(id.clone(), vec![id.clone()]);
                continue;
            }
            if !self.written.new.contains(id) && !used.contains(id) {
                let message = format!("nothing is said of {id}, which is not in {}", self.old.key());
                let remedy =
                    "Add it to new, or say where it comes from with [[renamed]], [[split]] or [[merged]].";
                self.source.fault("mapping", "not_mapped", message, remedy);
            }
            sources.insert(id.clone(), Vec::new());
        }
    }
}

struct Fields<'a> {
    written: &'a Written,
    old: &'a Form,
    new: &'a Form,
    source: &'a Source<'a>,
    sources: &'a Sources,
    dropped: BTreeSet<&'a str>,
}

/// The fields that a path's first part names, and whether it names anything.
fn fields_of<'a>(form: &'a Form, place: &str) -> Option<&'a [Field]> {
    match place {
        BACKGROUND => Some(&form.background),
        EVERY => Some(&form.every),
        criterion => form.criterion(criterion).map(|criterion| criterion.fields.as_slice()),
    }
}

/// Fields that hold answers: files are kept elsewhere, and the word on a change goes with its number.
fn carried(fields: &[Field]) -> impl Iterator<Item = &Field> {
    fields.iter().filter(|field| field.kind != FieldKind::Evidence && field.explains.is_none())
}

/// A path's place, field and column.
fn parts(path: &str) -> Option<(&str, &str, Option<&str>)> {
    let mut parts = path.split('.');
    let found = (parts.next()?, parts.next()?, parts.next());
    parts.next().is_none().then_some(found)
}

impl Fields<'_> {
    fn places(&self) -> BTreeMap<String, Vec<From>> {
        self.paths();
        let known = self.source.is_clean();
        let mut reached: BTreeSet<String> = BTreeSet::new();
        let every = self.pair((EVERY, &self.old.every), (EVERY, &self.new.every), &mut reached);
        let background =
            self.pair((BACKGROUND, &self.old.background), (BACKGROUND, &self.new.background), &mut reached);
        let mut places = BTreeMap::from([(
            BACKGROUND.to_owned(),
            vec![From { criterion: BACKGROUND.to_owned(), fields: background }],
        )]);
        for (_, criterion) in self.new.criteria() {
            let sources = self.sources.get(&criterion.id).map_or(&[][..], Vec::as_slice);
            let from = sources.iter().filter_map(|id| Some((id, self.old.criterion(id)?)));
            let made = from.map(|(id, before)| {
                let mut fields =
                    self.pair((id, &before.fields), (&criterion.id, &criterion.fields), &mut reached);
                fields.extend(every.iter().cloned());
                From { criterion: id.clone(), fields }
            });
            places.insert(criterion.id.clone(), made.collect());
        }
        if known {
            self.left_over(&reached);
        }
        places
    }

    /// Every field of the old version that still has a place, and goes nowhere.
    fn left_over(&self, reached: &BTreeSet<String>) {
        let still = |criterion: &&Criterion| self.sources.values().flatten().any(|id| *id == criterion.id);
        let criteria = self.old.criteria().map(|(_, criterion)| criterion).filter(still);
        let places = [(EVERY, self.old.every.as_slice()), (BACKGROUND, self.old.background.as_slice())];
        let all = places
            .into_iter()
            .chain(criteria.map(|criterion| (criterion.id.as_str(), criterion.fields.as_slice())));
        for (place, fields) in all {
            for field in carried(fields) {
                let path = format!("{place}.{}", field.id);
                if !reached.contains(&path) && !self.dropped.contains(path.as_str()) {
                    self.unsaid(&path, "which the new version does not ask for");
                }
            }
        }
    }

    fn unsaid(&self, path: &str, why: &str) {
        let message = format!("nothing is said of {path}, {why}");
        let remedy = format!("Add \"{path}\" to dropped, or say where it went with [[field]].");
        self.source.fault("mapping", "not_mapped", message, remedy);
    }

    /// The fields of one place carried to another. `reached` gets what went somewhere.
    fn pair(
        &self,
        (old_place, old): (&str, &[Field]),
        (new_place, new): (&str, &[Field]),
        reached: &mut BTreeSet<String>,
    ) -> Vec<Carried> {
        let mut made = Vec::new();
        for field in carried(new) {
            let to = format!("{new_place}.{}", field.id);
            let said: Vec<&FieldChange> =
                self.written.fields.iter().filter(|change| change.to == to).collect();
            let from = |change: &&FieldChange| {
                change.from.strip_prefix(old_place).and_then(|rest| rest.strip_prefix('.')).map(str::to_owned)
            };
            let mut ids: Vec<String> = said.iter().filter_map(from).collect();
            if ids.is_empty() {
                ids.push(field.id.clone());
            }
            for id in ids {
                let path = format!("{old_place}.{id}");
                let Some(before) = carried(old).find(|before| before.id == id) else { continue };
                if self.dropped.contains(path.as_str()) {
                    continue;
                }
                reached.insert(path.clone());
                let change = said.iter().find(|change| change.from == path);
                made.push(self.field((&path, before), (&to, field), change.copied()));
            }
        }
        made
    }

    fn field(
        &self,
        (path, old): (&str, &Field),
        (to, new): (&str, &Field),
        change: Option<&FieldChange>,
    ) -> Carried {
        let key = change.map_or("mapping", |change| change.key.as_str());
        let fits = shape(old.kind, new.kind);
        if fits.is_none() {
            let (was, is) = (old.kind.name(), new.kind.name());
            let message = format!("{path} was {was} and {to} is {is}, which takes no answer of that kind");
            let remedy = format!("Add \"{path}\" to dropped, or give the new field another id.");
            self.source.fault(key, "kinds_differ", message, remedy);
        }
        let both = old.kind == FieldKind::Table && new.kind == FieldKind::Table;
        Carried {
            from: old.id.clone(),
            to: new.id.clone(),
            kind: new.kind,
            shape: fits.unwrap_or(Shape::Same),
            options: if fits.is_some() { self.options((path, old), new, change) } else { BTreeMap::new() },
            columns: if both { self.columns((path, old), (to, new)) } else { Vec::new() },
            explained: old.explain_change.is_some() && new.explain_change.is_some(),
        }
    }

    fn columns(&self, (path, old): (&str, &Field), (to, new): (&str, &Field)) -> Vec<Carried> {
        let mut reached = BTreeSet::new();
        let made = self.pair((path, &old.columns), (to, &new.columns), &mut reached);
        for column in &old.columns {
            let path = format!("{path}.{}", column.id);
            if !reached.contains(&path) && !self.dropped.contains(path.as_str()) {
                self.unsaid(&path, "a column that the new version does not have");
            }
        }
        made
    }

    /// The options that do not keep their id.
    fn options(
        &self,
        (path, old): (&str, &Field),
        new: &Field,
        change: Option<&FieldChange>,
    ) -> BTreeMap<String, Option<String>> {
        let (before, after) = (ids(old), ids(new));
        let mut options = BTreeMap::new();
        for (id, to) in change.into_iter().flat_map(|change| &change.options) {
            let key = change.map(|change| format!("{}.options.{id}", change.key)).unwrap_or_default();
            for (one, all, whose) in [(id, &before, "old"), (to, &after, "new")] {
                if !all.contains(one) {
                    let remedy = format!("Options of the {whose} version: {}.", all.join(", "));
                    self.source.fault(
                        &key,
                        "unknown_option",
                        format!("the {whose} version has no option {one}"),
                        remedy,
                    );
                }
            }
            options.insert(id.clone(), Some(to.clone()));
        }
        for id in before {
            let path = format!("{path}.{id}");
            if self.dropped.contains(path.as_str()) {
                options.insert(id, None);
            } else if !after.contains(&id) && !options.contains_key(&id) {
                let message =
                    format!("nothing is said of {path}, an option that the new version does not have");
                let remedy =
                    format!("Add \"{path}\" to dropped, or its new id to the options of a [[field]].");
                self.source.fault("mapping", "not_mapped", message, remedy);
            }
        }
        options
    }

    /// Every path that is written names something, and what it leads from goes where it says.
    fn paths(&self) {
        for change in &self.written.fields {
            let from = self.resolved(&change.from, self.old, &format!("{}.from", change.key));
            let to = self.resolved(&change.to, self.new, &format!("{}.to", change.key));
            let (Some((one, column)), Some((other, other_column))) = (from, to) else { continue };
            let goes = match self.sources.get(other) {
                Some(sources) => sources.iter().any(|id| id == one),
                None => one == other,
            };
            if !goes || column != other_column {
                let message = format!("{} does not go to {}", change.from, change.to);
                let remedy = "A field goes to a field of the criterion that its own criterion goes to, and a column to a column.";
                self.source.fault(&change.key, "not_connected", message, remedy);
            }
            if change.from == change.to && change.options.is_empty() {
                let remedy = "Remove it: what keeps its id is kept.";
                self.source.fault(
                    &change.key,
                    "same_id",
                    "the field has the same id before and after",
                    remedy,
                );
            }
        }
        for path in self.dropped.iter().filter(|path| path.contains('.')) {
            let option = path.rsplit_once('.').filter(|(field, option)| {
                let known = parts(field).and_then(|(place, id, column)| find(self.old, place, id, column));
                known.is_some_and(|field| ids(field).iter().any(|one| one == option))
            });
            if option.is_none() {
                self.resolved(path, self.old, "mapping.dropped");
            }
        }
    }

    /// The place of a path, and whether it names a column; a path that names nothing is reported.
    fn resolved<'p>(&self, path: &'p str, form: &Form, key: &str) -> Option<(&'p str, bool)> {
        let found = parts(path).filter(|(place, field, column)| find(form, place, field, *column).is_some());
        if found.is_none() && !path.is_empty() {
            let message = format!("{} has nothing called {path}", form.key());
            let remedy = "Write criterion.field or criterion.table.column: A2.role; background and every stand for those fields.";
            self.source.fault(key, "unknown_field", message, remedy);
        }
        found.map(|(place, _, column)| (place, column.is_some()))
    }
}

fn find<'a>(form: &'a Form, place: &str, id: &str, column: Option<&str>) -> Option<&'a Field> {
    let field = fields_of(form, place)?.iter().find(|field| field.id == id && field.explains.is_none())?;
    match column {
        None => Some(field),
        Some(column) => field.columns.iter().find(|one| one.id == column),
    }
}

/// What can be chosen.
fn ids(field: &Field) -> Vec<String> {
    match field.kind {
        FieldKind::YesNo => vec!["yes".to_owned(), "no".to_owned()],
        _ => field.options.iter().map(|option| option.id.clone()).collect(),
    }
}

/// How an answer of one kind is carried to a field of another; none when it cannot be.
fn shape(old: FieldKind, new: FieldKind) -> Option<Shape> {
    use FieldKind as K;
    let one = |kind| matches!(kind, K::YesNo | K::Choice);
    let text = |kind| matches!(kind, K::Text | K::LongText);
    match (old, new) {
        (old, new) if old == new => Some(Shape::Same),
        (old, new) if old.is_number() && (new.is_number() || text(new)) => Some(Shape::Same),
        (old, new) if text(old) && text(new) => Some(Shape::Same),
        (K::Date, new) if text(new) => Some(Shape::Same),
        (old, new) if one(old) && one(new) => Some(Shape::Same),
        (old, K::Choices) if one(old) => Some(Shape::Listed),
        (K::Choices, new) if one(new) => Some(Shape::Only),
        _ => None,
    }
}
