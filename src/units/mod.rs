//! The register of units: administrations (förvaltningar) and the university healthcare units in them.
//!
//! Invariant: a unit's slug is its address and never changes; a unit that ends is made inactive, never removed.

pub mod store;

use chrono::NaiveDate;

use crate::ids::{AdministrationId, UnitId};

/// One of the region's administrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administration {
    /// Identifier.
    pub id: AdministrationId,
    /// Its part of an address.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// A university healthcare unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Identifier.
    pub id: UnitId,
    /// Its part of addresses: `kardiologi`.
    pub slug: String,
    /// Its name, without «USVE».
    pub name: String,
    /// The administration it belongs to.
    pub administration: Administration,
    /// The department (verksamhetsområde) above it.
    pub department: String,
    /// The hub it works in, if any.
    pub hub: Option<String>,
    /// First day of the appointment.
    pub appointed_from: Option<NaiveDate>,
    /// Last day of the appointment.
    pub appointed_to: Option<NaiveDate>,
    /// Whether it is evaluated.
    pub active: bool,
}
