//! The pairing: who reviews which unit, proposed whole and explained, given by the coordinator.
//!
//! Invariants: [`rules`] is the one set of hard rules, also for seats given one at a time; hard is hard, and what bends
//! one is a coordinator's decision with a reason ([`except`]) or a change in the register; a proposal creates nothing;
//! the same facts give the same proposal. Numbers stand in [`settings`], reasons in `docs/decisions/pairing.md`.

pub mod accept;
pub mod ask;
pub mod clash;
pub mod costs;
pub mod except;
pub mod facts;
pub mod load;
pub mod propose;
pub mod puzzle;
pub mod rules;
pub mod settings;
pub mod solve;
pub mod store;
