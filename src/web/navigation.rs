//! The menu: at most five items, by what the reader is.

use super::page::NavItem;
use crate::identity::GrantedRole;
use crate::identity::standing::Standing;
use crate::text::Lang;

/// Most items.
const MOST: usize = 5;

type Item = (&'static str, (&'static str, &'static str), &'static [GrantedRole]);

/// Every item in order: address, words, and who has it; nobody named means everybody.
const ITEMS: &[Item] = &[
    ("/", ("Mina uppgifter", "My tasks"), &[]),
    ("/enhet", ("Min enhet", "My unit"), &[GrantedRole::Head, GrantedRole::Contributor]),
    ("/granska", ("Granskning", "Reviewing"), &[GrantedRole::Reviewer]),
    (
        "/oversikt",
        ("Översikt", "Overview"),
        &[
            GrantedRole::Coordinator,
            GrantedRole::Group,
            GrantedRole::AdministrationHead,
            GrantedRole::Auditor,
            GrantedRole::Registrar,
        ],
    ),
    ("/cykel", ("Årscykel", "Yearly cycle"), &[GrantedRole::Coordinator]),
    (
        "/atgarder",
        ("Åtgärder", "Actions"),
        &[GrantedRole::Coordinator, GrantedRole::Group, GrantedRole::AdministrationHead],
    ),
    ("/diarium", ("Diarium", "Registry"), &[GrantedRole::Registrar]),
    ("/logg", ("Loggar", "Logs"), &[GrantedRole::Auditor]),
    ("/admin", ("Administration", "Administration"), &[GrantedRole::Administrator]),
    ("/hjalp", ("Hjälp", "Help"), &[]),
];

/// Pages that stand below an item though their address does not say so.
const BELOW: &[(&str, &str)] =
    &[("/ovning", "/granska"), ("/granskare", "/cykel"), ("/granskningskvalitet", "/oversikt")];

/// The menu of a reader who is at `path`.
pub(super) fn items(standing: &Standing, lang: Lang, path: &str) -> Vec<NavItem> {
    let path = path.split('?').next().unwrap_or(path);
    let path = BELOW.iter().find(|(page, _)| is_at(path, page)).map_or(path, |(_, item)| item);
    let mut items: Vec<NavItem> = ITEMS
        .iter()
        .filter(|(_, _, roles)| roles.is_empty() || roles.iter().any(|role| standing.holds(*role)))
        .map(|(href, (sv, en), _)| NavItem { href, label: lang.t(sv, en), current: is_at(path, href) })
        .collect();
    // Help stands in the foot of every page too, so it is the first to give way.
    if items.len() > MOST {
        items.pop();
    }
    items.truncate(MOST);
    items
}

fn is_at(path: &str, href: &str) -> bool {
    if href == "/" {
        path == "/"
    } else {
        path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// The roles that a reader holds, in words.
pub(super) fn roles(standing: &Standing, lang: Lang) -> String {
    let mut words: Vec<&str> = standing.grants.iter().map(|grant| grant.role.word(lang)).collect();
    words.dedup();
    words.join(", ")
}
