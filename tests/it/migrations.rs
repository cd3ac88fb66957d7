//! Every migration up and down, on whichever database the suite runs.

use usve::clock::Clock;
use usve::db::{Address, Database};
use usve::ids::Source;

use crate::support::database::TestDatabase;

#[test]
fn every_migration_goes_up_and_down_and_up_again() {
    let test = TestDatabase::new();
    let address = Address::parse(&test.url).unwrap();
    let database = Database::open(&address, 2, Clock::system(), Source::system(), b"key").unwrap();
    assert!(database.pending_migrations().unwrap().is_empty());
    database.revert_all_migrations().unwrap();
    let pending = database.pending_migrations().unwrap();
    assert!(pending.len() >= 6, "{pending:?}");
    assert_eq!(database.migrate().unwrap(), pending);
    assert!(database.pending_migrations().unwrap().is_empty());
    assert!(database.read(usve::db::invariants::find).unwrap().is_empty());
}

#[test]
fn an_address_with_another_scheme_is_refused_by_name() {
    for (address, told) in
        [("mysql://localhost/usve", "mysql"), ("./usve.db", "no scheme"), ("sqlite://", "sqlite")]
    {
        let refusal = Address::parse(address).unwrap_err();
        assert!(refusal.contains(told), "{address}: {refusal}");
    }
}
