//! What the coordination group and the coordinators follow after the results: recommendations and actions.

pub mod actions;
pub mod recommendation;
