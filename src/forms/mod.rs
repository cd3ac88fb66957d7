//! Forms: the criteria, texts, weights and rules of a year, as files that a domain expert can read and edit.
//!
//! Invariants: a [`Form`] exists only when [`load`] found no fault in its file; every number in it is an exact
//! fraction or an integer; every expression in it is parsed and type-checked, and is evaluated without clock, order of
//! maps or floats. Pure apart from [`library`], which reads form files.
//!
//! The language itself is described in `forms/README.md`.

pub mod answer;
pub mod calendar;
pub mod check;
mod check_expressions;
mod check_mapping;
pub mod diff;
mod digest;
pub mod display;
pub mod evaluate;
pub mod expression;
pub mod finding;
pub mod library;
pub mod load;
pub mod mapping;
mod model;
pub mod order;
mod read_field;
pub mod read_mapping;
mod reader;
pub mod rules;
pub mod schema;
pub mod sentence;
mod unit;

pub use answer::{Issue, Value};
pub use calendar::{Calendar, DayOfYear};
pub use evaluate::{Evaluated, EvidenceCount, FieldState, RawAnswers};
pub use expression::Expression;
pub use finding::Finding;
pub use library::Library;
pub use mapping::{Fate, Mapping, Route};
pub use model::{
    Area, Choice, Column, Criterion, Field, FieldKind, Form, Indicator, Level, National, Prefill, ScaleLevel,
    Tag, explanation_id,
};
pub use rules::Rules;
pub use unit::Unit;
