//! Conditions and computations as sentences: what a level takes, and how an indicator comes about, in the form's own
//! labels, options, thresholds and units. Pure.
//!
//! Total: what has no sentence (a few constructions that forms hardly use) is `None`, and its reader is left with the
//! level's anchor.

use super::expression::tree::{Each, Function, Node, Operator, Tree};
use super::{Criterion, Expression, Field, Unit};
use crate::number::{Fraction, display_short, whole};
use crate::text::Lang;

/// What a condition takes, to follow "kräver att": `”Universitetets närvaro” är minst 50 %`.
#[must_use]
pub fn condition(condition: &Expression, criterion: &Criterion, lang: Lang) -> Option<String> {
    Teller::new(criterion, lang).clause(condition.tree(), true)
}

/// How a value is computed: `”Möten med närvaro” × 100 ÷ ”Möten”`.
#[must_use]
pub fn computation(value: &Expression, criterion: &Criterion, lang: Lang) -> Option<String> {
    let teller = Teller::new(criterion, lang);
    teller.value(value.tree()).or_else(|| teller.clause(value.tree(), true))
}

/// What a part of an expression is to people.
struct Named<'a> {
    label: &'a str,
    unit: Option<&'a Unit>,
    field: Option<&'a Field>,
}

#[derive(Clone)]
struct Teller<'a> {
    criterion: &'a Criterion,
    lang: Lang,
    /// The names of rows with their tables, innermost last.
    rows: Vec<(String, &'a Field)>,
    /// The names of single numbers of a list.
    numbers: Vec<String>,
}

impl<'a> Teller<'a> {
    fn new(criterion: &'a Criterion, lang: Lang) -> Teller<'a> {
        Teller { criterion, lang, rows: Vec::new(), numbers: Vec::new() }
    }

    fn t<'b>(&self, sv: &'b str, en: &'b str) -> &'b str {
        self.lang.t(sv, en)
    }

    fn quoted(&self, label: &str) -> String {
        match self.lang {
            Lang::Sv => format!("”{label}”"),
            Lang::En => format!("“{label}”"),
        }
    }

    /// A field, indicator or column.
    fn named(&self, tree: &Tree) -> Option<Named<'a>> {
        match &tree.node {
            Node::Name(name) => {
                let of_field = |field: &'a Field| Named {
                    label: field.label.get(self.lang),
                    unit: field.unit.as_ref(),
                    field: Some(field),
                };
                let field = self.criterion.fields.iter().find(|field| field.id == *name).map(of_field);
                field.or_else(|| {
                    let indicator = self.criterion.indicators.iter().find(|one| one.id == *name)?;
                    let label = indicator.label.get(self.lang);
                    Some(Named { label, unit: indicator.unit.as_ref(), field: None })
                })
            }
            Node::Column(row, column) => {
                let Node::Name(name) = &row.node else { return None };
                let (_, table) = self.rows.iter().rev().find(|(known, _)| known == name)?;
                let column = table.columns.iter().find(|known| known.id == *column)?;
                let label = column.label.get(self.lang);
                Some(Named { label, unit: column.unit.as_ref(), field: Some(column) })
            }
            _ => None,
        }
    }

    fn clause(&self, tree: &Tree, yes: bool) -> Option<String> {
        match &tree.node {
            Node::Name(_) | Node::Column(..) => {
                let label = self.quoted(self.named(tree)?.label);
                Some(format!(
                    "{label} {}",
                    if yes { self.t("är Ja", "is Yes") } else { self.t("är Nej", "is No") }
                ))
            }
            Node::Not(inner) => self.clause(inner, !yes),
            Node::Pair(Operator::And, one, two) => self.both(one, two, yes, yes),
            Node::Pair(Operator::Or, one, two) => self.both(one, two, !yes, yes),
            Node::Pair(Operator::In, part, all) => match &all.node {
                Node::List(options) => self.one_of(part, options, yes),
                _ => self.contains(all, part, yes),
            },
            Node::Contains(all, part) => self.contains(all, part, yes),
            Node::Pair(operator, one, two) => self.compared(*operator, one, two, yes),
            Node::Has(inner) => {
                let label = self.quoted(self.named(inner)?.label);
                Some(format!(
                    "{label} {}",
                    if yes { self.t("är ifyllt", "is filled in") } else { self.t("är tomt", "is empty") }
                ))
            }
            Node::Each(each @ (Each::Exists | Each::All), list, name, body) => {
                let (table, shown) = self.table(list)?;
                let inside = self.with_row(name, table);
                Some(match (each, yes) {
                    (Each::Exists, true) => format!(
                        "{shown} {} {}",
                        self.t("har minst en rad där", "has at least one row where"),
                        inside.clause(body, true)?
                    ),
                    (Each::Exists, false) => format!(
                        "{shown} {} {}",
                        self.t("inte har någon rad där", "has no row where"),
                        inside.clause(body, true)?
                    ),
                    (_, true) => format!(
                        "{} {shown} {} {}",
                        self.t("varje rad i", "every row of"),
                        self.t("är sådan att", "is such that"),
                        inside.clause(body, true)?
                    ),
                    (_, false) => format!(
                        "{shown} {} {}",
                        self.t("har minst en rad där", "has at least one row where"),
                        inside.clause(body, false)?
                    ),
                })
            }
            _ => None,
        }
    }

    /// Two clauses: both of them, or one of them.
    fn both(&self, one: &Tree, two: &Tree, all: bool, yes: bool) -> Option<String> {
        // Where demands and alternatives mix, "antingen" and a comma tell them apart.
        let inner = |tree: &Tree| match &tree.node {
            Node::Pair(Operator::Or, ..) => Some(!yes),
            Node::Pair(Operator::And, ..) => Some(yes),
            _ => None,
        };
        let mixed = |tree: &Tree| inner(tree).is_some_and(|inner| inner != all);
        let part = |tree: &Tree| {
            let clause = self.clause(tree, yes)?;
            let either = all && mixed(tree);
            Some(if either { format!("{} {clause}", self.t("antingen", "either")) } else { clause })
        };
        let comma = if mixed(one) || mixed(two) { "," } else { "" };
        let word = if all { self.t("och", "and") } else { self.t("eller", "or") };
        Some(format!("{}{comma} {word} {}", part(one)?, part(two)?))
    }

    fn compared(&self, operator: Operator, one: &Tree, two: &Tree, yes: bool) -> Option<String> {
        let operator = if yes { operator } else { opposite(operator)? };
        let left = self.value(one)?;
        let subject = self.named(one);
        let right = match &two.node {
            Node::Text(id) => self.option(subject.as_ref()?.field?, id),
            _ => match (self.number(two), subject.as_ref().and_then(|named| named.unit)) {
                (Some(number), Some(unit)) => unit.after(&number, &display_short(&number, 6), self.lang),
                _ => self.value(two)?,
            },
        };
        let word = match operator {
            Operator::Equal => self.t("är", "is"),
            Operator::Unequal => self.t("är något annat än", "is anything but"),
            Operator::Less => self.t("är mindre än", "is less than"),
            Operator::AtMost => self.t("är högst", "is at most"),
            Operator::More => self.t("är mer än", "is more than"),
            Operator::AtLeast => self.t("är minst", "is at least"),
            _ => return None,
        };
        let dated = |tree: &Tree| {
            matches!(&tree.node, Node::Name(name) if name == "period_start" || name == "period_end")
                || matches!(&tree.node, Node::Date(_))
        };
        let word = match operator {
            Operator::Less if dated(two) => self.t("är före", "is before"),
            Operator::AtMost if dated(two) => self.t("är senast", "is on or before"),
            Operator::More if dated(two) => self.t("är efter", "is after"),
            Operator::AtLeast if dated(two) => self.t("är tidigast", "is on or after"),
            _ => word,
        };
        Some(format!("{left} {word} {right}"))
    }

    fn one_of(&self, part: &Tree, options: &[Tree], yes: bool) -> Option<String> {
        let named = self.named(part)?;
        let field = named.field?;
        let names: Option<Vec<String>> = options
            .iter()
            .map(|option| match &option.node {
                Node::Text(id) => Some(self.option(field, id)),
                _ => None,
            })
            .collect();
        let word = if yes { self.t("är", "is") } else { self.t("är något annat än", "is anything but") };
        let names = names?.join(&format!(" {} ", self.t("eller", "or")));
        Some(format!("{} {word} {names}", self.quoted(named.label)))
    }

    fn contains(&self, all: &Tree, part: &Tree, yes: bool) -> Option<String> {
        let (named, Node::Text(id)) = (self.named(all)?, &part.node) else { return None };
        let field = named.field?;
        let part = if field.options.is_empty() { self.quoted(id) } else { self.option(field, id) };
        let word =
            if yes { self.t("omfattar", "includes") } else { self.t("inte omfattar", "does not include") };
        Some(format!("{} {word} {part}", self.quoted(named.label)))
    }

    /// An option by its id, as people read it.
    fn option(&self, field: &Field, id: &str) -> String {
        let option = field.options.iter().find(|option| option.id == id);
        self.quoted(option.map_or(id, |option| option.label.get(self.lang)))
    }

    fn number(&self, tree: &Tree) -> Option<Fraction> {
        match &tree.node {
            Node::Number(number) => Some(number.clone()),
            Node::Threshold(name) => self.criterion.thresholds.get(name).cloned(),
            _ => None,
        }
    }

    fn with_row(&self, name: &str, table: &'a Field) -> Teller<'a> {
        let mut inside = self.clone();
        inside.rows.push((name.to_owned(), table));
        inside
    }

    /// A table, or those of its rows for which something is true.
    fn table(&self, tree: &Tree) -> Option<(&'a Field, String)> {
        match &tree.node {
            Node::Name(name) => {
                let field = self.criterion.fields.iter().find(|field| field.id == *name)?;
                (!field.columns.is_empty()).then(|| (field, self.quoted(field.label.get(self.lang))))
            }
            Node::Each(Each::Filter, list, name, body) => {
                let (table, shown) = self.table(list)?;
                let condition = self.with_row(name, table).clause(body, true)?;
                Some((table, format!("{shown} {} {condition}", self.t("där", "where"))))
            }
            _ => None,
        }
    }

    fn value(&self, tree: &Tree) -> Option<String> {
        if let Some(named) = self.named(tree) {
            return Some(self.quoted(named.label));
        }
        if let Some(number) = self.number(tree) {
            return Some(display_short(&number, 6));
        }
        match &tree.node {
            Node::Name(name) if self.numbers.contains(name) => Some(self.t("talet", "the number").to_owned()),
            Node::At(list, place) => self.year(list, place),
            Node::Name(name) if name == "period_start" => {
                Some(self.t("årets första dag", "the first day of the year").to_owned())
            }
            Node::Name(name) if name == "period_end" => {
                Some(self.t("årets sista dag", "the last day of the year").to_owned())
            }
            Node::Date(day) => Some(crate::text::date(*day, self.lang)),
            // A value that is there only when something is true.
            Node::Pair(Operator::Over, above, below) if matches!(&below.node, Node::Choose(..)) => {
                let Node::Choose(condition, one, none) = &below.node else { return None };
                let plain = self.number(one) == Some(whole(1)) && self.number(none) == Some(whole(0));
                let (value, condition) = (self.value(above)?, self.clause(condition, true)?);
                plain.then(|| format!("{value}, {} {condition}", self.t("när", "when")))
            }
            // A share in per cent.
            Node::Pair(Operator::Over, above, below) => {
                if let Node::Pair(Operator::Times, part, hundred) = &above.node
                    && self.number(hundred) == Some(whole(100))
                {
                    let word = self.t("i procent av", "as a percentage of");
                    return Some(format!("{} {word} {}", self.within(part)?, self.within(below)?));
                }
                Some(format!("{} ÷ {}", self.within(above)?, self.within(below)?))
            }
            Node::Pair(operator, one, two) => {
                let sign = match operator {
                    Operator::Plus => "+",
                    Operator::Minus => "\u{2212}",
                    Operator::Times => "×",
                    _ => return None,
                };
                let part = |tree: &Tree| {
                    if *operator == Operator::Plus { self.value(tree) } else { self.within(tree) }
                };
                Some(format!("{} {sign} {}", part(one)?, part(two)?))
            }
            // What is counted only where there is something to count.
            Node::Choose(_, then, otherwise) if self.number(otherwise) == Some(whole(0)) => self.value(then),
            Node::Call(function, all) => {
                let [list] = all.as_slice() else { return None };
                self.called(*function, list)
            }
            _ => None,
        }
    }

    /// A value as a part of a larger one.
    fn within(&self, tree: &Tree) -> Option<String> {
        let value = self.value(tree)?;
        let sum = matches!(&tree.node, Node::Pair(Operator::Plus | Operator::Minus, ..));
        Some(if sum { format!("({value})") } else { value })
    }

    fn called(&self, function: Function, list: &Tree) -> Option<String> {
        if let (Function::Size, Node::Each(Each::Filter, all, name, body)) = (function, &list.node)
            && let Node::List(numbers) = &all.node
        {
            return self.count_of(numbers, name, body);
        }
        let what = match function {
            Function::Sum => self.t("summan av", "the sum of"),
            Function::Mean => self.t("medelvärdet av", "the mean of"),
            Function::Min => self.t("det minsta av", "the least of"),
            Function::Max => self.t("det största av", "the greatest of"),
            Function::Count => self.t("antalet svar i", "the number of answers in"),
            Function::Distinct => self.t("olika", "different"),
            Function::Size => {
                if let Node::Call(Function::Distinct, _) = &list.node {
                    self.t("antalet", "the number of")
                } else {
                    self.t("antalet rader i", "the number of rows in")
                }
            }
        };
        Some(format!("{what} {}", self.list(list)?))
    }

    /// One of the years of a series, from the earliest: `”Artiklar per år” (år 3 av 5)`.
    fn year(&self, series: &Tree, place: &Tree) -> Option<String> {
        let field = self.named(series)?.field.filter(|field| field.span > 0)?;
        let place = self.number(place)? + whole(1);
        let (word, of) = (self.t("år", "year"), self.t("av", "of"));
        Some(format!("{} ({word} {place} {of} {})", self.quoted(field.label.get(self.lang)), field.span))
    }

    /// How many of some numbers something is true for.
    fn count_of(&self, numbers: &[Tree], name: &str, body: &Tree) -> Option<String> {
        let all: Option<Vec<String>> = numbers.iter().map(|number| self.value(number)).collect();
        let mut inside = self.clone();
        inside.numbers.push(name.to_owned());
        let condition = inside.clause(body, true)?;
        Some(match self.lang {
            Lang::Sv => format!("hur många av {} där {condition}", all?.join(", ")),
            Lang::En => format!("how many of {} where {condition}", all?.join(", ")),
        })
    }

    /// What is summed or counted: a series, a table's rows, a column of them.
    fn list(&self, tree: &Tree) -> Option<String> {
        match &tree.node {
            Node::Each(Each::Map, rows, name, body) => {
                let (table, shown) = self.table(rows)?;
                let each = self.with_row(name, table).value(body)?;
                Some(format!("{each} {} {shown}", self.t("i", "in")))
            }
            Node::Call(Function::Distinct, all) => {
                let [list] = all.as_slice() else { return None };
                self.called(Function::Distinct, list)
            }
            _ => self.table(tree).map(|(_, shown)| shown).or_else(|| self.value(tree)),
        }
    }
}

fn opposite(operator: Operator) -> Option<Operator> {
    Some(match operator {
        Operator::Equal => Operator::Unequal,
        Operator::Unequal => Operator::Equal,
        Operator::Less => Operator::AtLeast,
        Operator::AtMost => Operator::More,
        Operator::More => Operator::AtMost,
        Operator::AtLeast => Operator::Less,
        _ => return None,
    })
}
