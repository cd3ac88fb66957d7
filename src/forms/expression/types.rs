//! The types of expressions, and the check that an expression fits a criterion.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Fault;
use super::tree::{Each, Function, Node, Operator, Tree};

/// What an expression gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// A number.
    Number,
    /// Free text.
    Text,
    /// The id of one of these options.
    Option(Vec<String>),
    /// Yes or no.
    Bool,
    /// A day.
    Date,
    /// A list of one type.
    List(Box<Type>),
    /// A row with these columns.
    Row(BTreeMap<String, Type>),
    /// Not known because of another fault, or an empty list's; fits everything.
    Any,
}

impl fmt::Display for Type {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Number => to.write_str("a number"),
            Type::Text => to.write_str("a text"),
            Type::Option(_) => to.write_str("an option"),
            Type::Bool => to.write_str("a yes/no"),
            Type::Date => to.write_str("a date"),
            Type::List(_) => to.write_str("a list"),
            Type::Row(_) => to.write_str("a row"),
            Type::Any => to.write_str("anything"),
        }
    }
}

impl Type {
    fn is_texty(&self) -> bool {
        matches!(self, Type::Text | Type::Option(_) | Type::Any)
    }

    /// Whether values of both types can be compared for equality or stand in one list.
    fn fits(&self, other: &Type) -> bool {
        match (self, other) {
            (Type::Any, _) | (_, Type::Any) => true,
            (Type::List(one), Type::List(other)) => one.fits(other),
            (one, other) if one.is_texty() => other.is_texty(),
            (one, other) => one == other,
        }
    }
}

/// The names an expression may use.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Fields and indicators with their types.
    pub types: BTreeMap<String, Type>,
    /// Names that exist but not here, each with what to say about it.
    pub elsewhere: BTreeMap<String, Elsewhere>,
    /// The criterion's thresholds.
    pub thresholds: BTreeSet<String>,
}

/// Why a name cannot be used in an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elsewhere {
    /// It is an indicator that comes later, or this one itself.
    Later,
    /// It is an indicator, and a field's condition sees fields only.
    Indicator,
    /// It is a field of files.
    Evidence,
    /// It is a field that every criterion has.
    Every,
}

/// The type of a tree, and every fault in it.
pub(super) fn check(tree: &Tree, names: &Names) -> (Type, Vec<Fault>) {
    let check = Check { names, faults: RefCell::default() };
    let found = check.of(tree, &mut Vec::new());
    (found, check.faults.into_inner())
}

struct Check<'a> {
    names: &'a Names,
    faults: RefCell<Vec<Fault>>,
}

type Own = Vec<(String, Type)>;

impl Check<'_> {
    fn fault(&self, at: usize, code: &'static str, message: String, remedy: impl Into<String>) -> Type {
        self.faults.borrow_mut().push(Fault { at, code, message, remedy: remedy.into() });
        Type::Any
    }

    fn mismatch(&self, at: usize, message: String, remedy: &str) -> Type {
        self.fault(at, "type_mismatch", message, remedy)
    }

    fn want(&self, tree: &Tree, own: &mut Own, wanted: &Type, by: &str) {
        let found = self.of(tree, own);
        if !found.fits(wanted) {
            self.mismatch(
                tree.at,
                format!("{by} takes {wanted}, not {found}"),
                &format!("Give {by} {wanted}."),
            );
        }
    }

    fn of(&self, tree: &Tree, own: &mut Own) -> Type {
        match &tree.node {
            Node::Number(_) => Type::Number,
            Node::Text(_) => Type::Text,
            Node::Bool(_) => Type::Bool,
            Node::Date(_) => Type::Date,
            Node::Name(name) => self.named(tree.at, name, own),
            Node::Threshold(name) => self.threshold(tree.at, name),
            Node::List(all) => self.list(all, own),
            Node::Not(inner) => {
                self.want(inner, own, &Type::Bool, "!");
                Type::Bool
            }
            Node::Negative(inner) => {
                self.want(inner, own, &Type::Number, "-");
                Type::Number
            }
            Node::Pair(operator, left, right) => self.pair(*operator, left, right, own),
            Node::Choose(condition, then, otherwise) => {
                self.want(condition, own, &Type::Bool, "?");
                let (then_type, otherwise_type) = (self.of(then, own), self.of(otherwise, own));
                if then_type.fits(&otherwise_type) {
                    return if then_type == Type::Any { otherwise_type } else { then_type };
                }
                self.mismatch(
                    otherwise.at,
                    format!("one side of : is {then_type}, the other {otherwise_type}"),
                    "Give both sides of : the same type.",
                )
            }
            Node::Column(row, name) => self.column(tree.at, row, name, own),
            Node::At(list, index) => {
                self.want(index, own, &Type::Number, "[ ]");
                self.element(list, own, "[ ]")
            }
            Node::Has(inner) => {
                self.of(inner, own);
                Type::Bool
            }
            Node::Call(function, all) => self.call(tree.at, *function, all, own),
            Node::Contains(whole, part) => match self.of(whole, own) {
                Type::Text | Type::Any => {
                    self.want(part, own, &Type::Text, ".contains()");
                    Type::Bool
                }
                Type::List(element) => {
                    self.same(part, &element, own);
                    Type::Bool
                }
                other => self.mismatch(
                    tree.at,
                    format!(".contains() looks in a list or a text, not {other}"),
                    "Use == to compare one value.",
                ),
            },
            Node::Each(each, list, name, body) => self.each(*each, list, name, body, own),
        }
    }

    fn named(&self, at: usize, name: &str, own: &Own) -> Type {
        if let Some((_, found)) = own.iter().rev().find(|(one, _)| one == name) {
            return found.clone();
        }
        if matches!(name, "period_start" | "period_end") {
            return Type::Date;
        }
        if let Some(found) = self.names.types.get(name) {
            return found.clone();
        }
        match self.names.elsewhere.get(name) {
            Some(Elsewhere::Later) => self.fault(
                at,
                "later_indicator",
                format!("{name} is an indicator that is not computed yet here"),
                "An indicator may use fields and indicators above it only; move it below.",
            ),
            Some(Elsewhere::Indicator) => self.fault(
                at,
                "unknown_name",
                format!("{name} is an indicator, and a field's condition sees fields only"),
                "Write the condition with the fields themselves.",
            ),
            Some(Elsewhere::Evidence) => self.fault(
                at,
                "unknown_name",
                format!("{name} is a field of files, which has no value in expressions"),
                "Ask for what matters in a yes_no field.",
            ),
            Some(Elsewhere::Every) => self.fault(
                at,
                "unknown_name",
                format!("{name} is a field of every criterion, which no criterion's expressions see"),
                "Use the criterion's own fields.",
            ),
            None => {
                let known: Vec<&str> = self.names.types.keys().map(String::as_str).collect();
                let remedy = if known.is_empty() {
                    "There are no fields to use here.".to_owned()
                } else {
                    format!("Known names here: {}.", known.join(", "))
                };
                self.fault(at, "unknown_name", format!("there is no field or indicator {name}"), remedy)
            }
        }
    }

    fn threshold(&self, at: usize, name: &str) -> Type {
        if self.names.thresholds.contains(name) {
            return Type::Number;
        }
        self.fault(
            at,
            "unknown_threshold",
            format!("the criterion has no threshold {name}"),
            format!("Add it: thresholds = {{ {name} = … }}."),
        )
    }

    fn list(&self, all: &[Tree], own: &mut Own) -> Type {
        let mut element = Type::Any;
        for one in all {
            let found = self.of(one, own);
            if !found.fits(&element) {
                return self.mismatch(
                    one.at,
                    format!("a list holds {element} and {found}"),
                    "Put values of one type in a list.",
                );
            }
            if element == Type::Any {
                element = found;
            }
        }
        Type::List(Box::new(element))
    }

    /// Checks that `tree` can be compared with values of `wanted`, and that every option it names exists.
    fn same(&self, tree: &Tree, wanted: &Type, own: &mut Own) -> Type {
        let found = self.of(tree, own);
        if !found.fits(wanted) {
            self.mismatch(
                tree.at,
                format!("{wanted} is compared with {found}"),
                "Compare values of the same type.",
            );
        }
        self.options(tree, wanted);
        found
    }

    fn options(&self, tree: &Tree, wanted: &Type) {
        let Type::Option(options) = wanted else { return };
        match &tree.node {
            Node::Text(text) if !options.contains(text) => {
                self.fault(
                    tree.at,
                    "unknown_option",
                    format!("there is no option '{text}'"),
                    format!("The options are: {}.", options.join(", ")),
                );
            }
            Node::List(all) => all.iter().for_each(|one| self.options(one, wanted)),
            _ => {}
        }
    }

    fn pair(&self, operator: Operator, left: &Tree, right: &Tree, own: &mut Own) -> Type {
        match operator {
            Operator::And | Operator::Or => {
                self.want(left, own, &Type::Bool, operator.sign());
                self.want(right, own, &Type::Bool, operator.sign());
                Type::Bool
            }
            Operator::Equal | Operator::Unequal => {
                let found = self.of(left, own);
                let other = self.same(right, &found, own);
                self.options(left, &other);
                Type::Bool
            }
            Operator::Less | Operator::AtMost | Operator::More | Operator::AtLeast => {
                let (one, other) = (self.of(left, own), self.of(right, own));
                let ordered = |found: &Type| matches!(found, Type::Number | Type::Date | Type::Any);
                if !ordered(&one) || !ordered(&other) || !one.fits(&other) {
                    let sign = operator.sign();
                    self.mismatch(
                        left.at,
                        format!("{sign} compares {one} with {other}"),
                        "Only two numbers or two dates have an order.",
                    );
                }
                Type::Bool
            }
            Operator::In => {
                let found = self.of(left, own);
                match self.of(right, own) {
                    Type::List(element) if element.fits(&found) => {
                        self.options(right, &found);
                        self.options(left, &element);
                    }
                    Type::Any => {}
                    other => {
                        self.mismatch(
                            left.at,
                            format!("`in` looks for {found} in {other}"),
                            "Write value in list, with values of one type.",
                        );
                    }
                }
                Type::Bool
            }
            _ => {
                self.want(left, own, &Type::Number, operator.sign());
                self.want(right, own, &Type::Number, operator.sign());
                Type::Number
            }
        }
    }

    fn column(&self, at: usize, row: &Tree, name: &str, own: &mut Own) -> Type {
        match self.of(row, own) {
            Type::Any => Type::Any,
            Type::Row(columns) => columns.get(name).cloned().unwrap_or_else(|| {
                let known: Vec<&str> = columns.keys().map(String::as_str).collect();
                let remedy = format!("The columns are: {}.", known.join(", "));
                self.fault(at, "unknown_name", format!("the table has no column {name}"), remedy)
            }),
            other => self.mismatch(
                at,
                format!("{other} has no columns, so .{name} means nothing"),
                "Columns belong to a row: table.filter(row, row.column > 0).",
            ),
        }
    }

    fn element(&self, list: &Tree, own: &mut Own, by: &str) -> Type {
        match self.of(list, own) {
            Type::List(element) => *element,
            Type::Any => Type::Any,
            other => self.mismatch(
                list.at,
                format!("{by} takes a list, not {other}"),
                "Lists are tables, choices, years and [ … ].",
            ),
        }
    }

    fn call(&self, at: usize, function: Function, all: &[Tree], own: &mut Own) -> Type {
        let name = function.name();
        let several = matches!(function, Function::Min | Function::Max) && all.len() > 1;
        let found = match all {
            [one] if function == Function::Size => match self.of(one, own) {
                Type::Text | Type::List(_) | Type::Any => return Type::Number,
                other => {
                    return self.mismatch(
                        one.at,
                        format!("size() counts a list or a text, not {other}"),
                        "Lists are tables, choices, years and [ … ].",
                    );
                }
            },
            [one] => self.element(one, own, &format!("{name}()")),
            _ if several => match self.list(all, own) {
                Type::List(element) => *element,
                _ => Type::Any,
            },
            _ => {
                return self.mismatch(
                    at,
                    format!("{name}() takes one list, not {} values", all.len()),
                    &format!("Write {name}(list)."),
                );
            }
        };
        match function {
            Function::Size | Function::Count => Type::Number,
            Function::Distinct => Type::List(Box::new(found)),
            Function::Min | Function::Max if matches!(found, Type::Date | Type::Number | Type::Any) => found,
            Function::Sum | Function::Mean if matches!(found, Type::Number | Type::Any) => Type::Number,
            _ => self.mismatch(
                at,
                format!("{name}() works on numbers, and this list holds {found}"),
                "Take a column first: sum(table.map(row, row.column)).",
            ),
        }
    }

    fn each(&self, each: Each, list: &Tree, name: &str, body: &Tree, own: &mut Own) -> Type {
        let element = self.element(list, own, &format!(".{}()", each.name()));
        own.push((name.to_owned(), element.clone()));
        let found = self.of(body, own);
        own.pop();
        if each == Each::Map {
            return Type::List(Box::new(found));
        }
        if !found.fits(&Type::Bool) {
            self.mismatch(
                body.at,
                format!(".{}() takes a yes/no for each row, not {found}", each.name()),
                "Write a comparison, for example row.column > 0.",
            );
        }
        if each == Each::Filter { Type::List(Box::new(element)) } else { Type::Bool }
    }
}
