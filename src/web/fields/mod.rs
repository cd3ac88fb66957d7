//! Fields of a form as controls on a page, and back again from what a browser posts.
//!
//! A control of field `papers` in criterion `E1` is named `E1.papers`; a table's cell `A3.goals.0.goal` (row from 0), a
//! year `E1.papers.2024`. Controls that a browser leaves out when nothing is chosen have a hidden `present` beside them.

mod make;
mod posted;
mod view;

pub use make::{Setting, fields};
pub use posted::{RowChange, read, row_change, shown};
pub use view::{Cell, Choice, FieldView, Row, YearInput, issue_anchor};
