DROP INDEX audit_entries_of_actor;
DROP TABLE records_requests;
DROP TABLE support_visits;
DROP TABLE plan_signatures;
DROP TABLE date_changes;
ALTER TABLE cycles DROP COLUMN archived_as;
