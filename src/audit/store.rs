//! The log in the database.

use diesel::prelude::*;

use super::{Chain, Entry, Event, Fault, Past};
use crate::clock::Moment;
use crate::db::schema::{audit_chains, audit_entries, cases};
use crate::db::{Act, Db};
use crate::ids::{CaseId, PersonId};
use crate::problem::Problem;

/// Rows of one statement, few enough for both databases.
const ROWS: usize = 400;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_entries, treat_none_as_default_value = false)]
struct Row {
    chain: String,
    number: i32,
    at: Moment,
    actor: Option<PersonId>,
    act: String,
    from_state: Option<String>,
    to_state: Option<String>,
    detail: String,
    previous: String,
    hash: String,
}

impl From<Entry> for Row {
    fn from(entry: Entry) -> Row {
        Row {
            chain: entry.chain,
            number: entry.number,
            at: entry.at,
            actor: entry.actor,
            act: entry.act,
            from_state: entry.from_state,
            to_state: entry.to_state,
            detail: entry.detail,
            previous: entry.previous,
            hash: entry.hash,
        }
    }
}

impl From<Row> for Entry {
    fn from(row: Row) -> Entry {
        Entry {
            chain: row.chain,
            number: row.number,
            at: row.at,
            actor: row.actor,
            act: row.act,
            from_state: row.from_state,
            to_state: row.to_state,
            detail: row.detail,
            previous: row.previous,
            hash: row.hash,
        }
    }
}

/// Writes an entry at the end of its chain. The caller's act holds the case's row, so two cannot write the same number.
///
/// # Errors
/// The database cannot be written.
pub fn record(act: &mut Act<'_>, event: &Event<'_>) -> Result<(), Problem> {
    let (length, previous) = match &event.chain {
        Chain::Case(case) => {
            cases::table.find(case).select((cases::audit_length, cases::audit_head)).first(act.db)?
        }
        Chain::System => hold_system_chain(act)?,
    };
    let mut entry = Entry {
        chain: event.chain.name().to_owned(),
        number: length + 1,
        at: act.now,
        actor: event.actor.cloned(),
        act: event.act.to_owned(),
        from_state: event.moved.map(|(from, _)| from.to_owned()),
        to_state: event.moved.map(|(_, to)| to.to_owned()),
        detail: event.detail.to_string(),
        previous,
        hash: String::new(),
    };
    entry.hash = entry.sealed(act.audit_key());
    match &event.chain {
        Chain::Case(case) => diesel::update(cases::table.find(case))
            .set((cases::audit_length.eq(entry.number), cases::audit_head.eq(&entry.hash)))
            .execute(act.db)?,
        Chain::System => diesel::update(audit_chains::table.find(&entry.chain))
            .set((audit_chains::length.eq(entry.number), audit_chains::head.eq(&entry.hash)))
            .execute(act.db)?,
    };
    diesel::insert_into(audit_entries::table).values(&Row::from(entry)).execute(act.db)?;
    Ok(())
}

/// Writes entries of one case in one go, each with its own time: for rehearsals, whose cases have a past. The caller's
/// act holds the case's row.
///
/// # Errors
/// The database cannot be written.
pub fn record_past(act: &mut Act<'_>, case: &CaseId, past: Vec<Past>) -> Result<(), Problem> {
    let (mut length, mut previous): (i32, String) =
        cases::table.find(case).select((cases::audit_length, cases::audit_head)).first(act.db)?;
    let mut rows = Vec::with_capacity(past.len());
    for event in past {
        length += 1;
        let mut entry = Entry {
            chain: case.as_str().to_owned(),
            number: length,
            at: event.at,
            actor: event.actor,
            act: event.act.to_owned(),
            from_state: None,
            to_state: None,
            detail: event.detail.to_string(),
            previous: previous.clone(),
            hash: String::new(),
        };
        entry.hash = entry.sealed(act.audit_key());
        previous.clone_from(&entry.hash);
        rows.push(Row::from(entry));
    }
    for some in rows.chunks(ROWS) {
        crate::db::each!(&mut *act.db, connection => {
            diesel::insert_into(audit_entries::table).values(some).execute(connection)?
        });
    }
    diesel::update(cases::table.find(case))
        .set((cases::audit_length.eq(length), cases::audit_head.eq(previous)))
        .execute(act.db)?;
    Ok(())
}

/// Takes the lock on the service's chain by writing to it, and reads its end.
fn hold_system_chain(act: &mut Act<'_>) -> Result<(i32, String), Problem> {
    let name = Chain::System.name().to_owned();
    crate::db::each!(&mut *act.db, connection => {
        diesel::insert_into(audit_chains::table)
            .values((
                audit_chains::chain.eq(&name),
                audit_chains::length.eq(0),
                audit_chains::head.eq(""),
            ))
            .on_conflict_do_nothing()
            .execute(connection)?
    });
    diesel::update(audit_chains::table.find(&name))
        .set(audit_chains::length.eq(audit_chains::length + 0))
        .execute(act.db)?;
    Ok(audit_chains::table.find(&name).select((audit_chains::length, audit_chains::head)).first(act.db)?)
}

/// The entries of one chain, oldest first.
///
/// # Errors
/// The database cannot be read.
pub fn entries_of(db: &mut Db, chain: &Chain) -> Result<Vec<Entry>, Problem> {
    let rows = audit_entries::table
        .filter(audit_entries::chain.eq(chain.name()))
        .order(audit_entries::number)
        .select(Row::as_select())
        .load::<Row>(db)?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// The entries of what one person did, oldest first.
///
/// # Errors
/// The database cannot be read.
pub fn entries_by(db: &mut Db, actor: &PersonId) -> Result<Vec<Entry>, Problem> {
    let rows = audit_entries::table
        .filter(audit_entries::actor.eq(actor))
        .order((audit_entries::at, audit_entries::chain, audit_entries::number))
        .select(Row::as_select())
        .load::<Row>(db)?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// The entries of some acts in every chain, oldest first within each.
///
/// # Errors
/// The database cannot be read.
pub fn entries_of_acts(db: &mut Db, acts: &[&str]) -> Result<Vec<Entry>, Problem> {
    let rows = audit_entries::table
        .filter(audit_entries::act.eq_any(acts.to_vec()))
        .order((audit_entries::chain, audit_entries::number))
        .select(Row::as_select())
        .load::<Row>(db)?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// Recomputes every chain and says where it breaks; an empty list is the only good answer.
///
/// # Errors
/// The database cannot be read.
pub fn verify(db: &mut Db, key: &[u8]) -> Result<Vec<Fault>, Problem> {
    let mut faults = Vec::new();
    let mut ends: Vec<(String, i32, String)> =
        cases::table.select((cases::id, cases::audit_length, cases::audit_head)).order(cases::id).load(db)?;
    ends.extend(
        audit_chains::table.select((audit_chains::chain, audit_chains::length, audit_chains::head)).load::<(
            String,
            i32,
            String,
        )>(
            db
        )?,
    );
    let mut entries = audit_entries::table
        .order((audit_entries::chain, audit_entries::number))
        .select(Row::as_select())
        .load::<Row>(db)?
        .into_iter()
        .map(Entry::from)
        .peekable();
    let mut seen: std::collections::HashMap<String, (i32, String)> = std::collections::HashMap::new();
    while let Some(first) = entries.next() {
        let chain = first.chain.clone();
        let (mut number, mut previous) = (0, String::new());
        let mut broken = false;
        let mut next = Some(first);
        while let Some(entry) = next {
            if !broken {
                let what = if entry.number != number + 1 {
                    Some("an entry is missing before this one")
                } else if entry.previous != previous {
                    Some("the entry does not follow the one before")
                } else if entry.sealed(key) != entry.hash {
                    Some("the entry was changed")
                } else {
                    None
                };
                if let Some(what) = what {
                    faults.push(Fault { chain: chain.clone(), number: entry.number, what });
                    broken = true;
                }
            }
            number = entry.number;
            previous = entry.hash;
            next = entries.next_if(|entry| entry.chain == chain);
        }
        seen.insert(chain, (number, previous));
    }
    for (chain, length, head) in ends {
        let end = seen.remove(&chain).unwrap_or_default();
        if end != (length, head) {
            faults.push(Fault {
                chain,
                number: length,
                what: "the chain's recorded end differs from its last entry",
            });
        }
    }
    faults.extend(seen.into_iter().map(|(chain, (number, _))| Fault {
        chain,
        number,
        what: "the chain belongs to nothing",
    }));
    Ok(faults)
}
