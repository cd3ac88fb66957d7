ALTER TABLE assignments DROP COLUMN left_as;
ALTER TABLE assignments DROP COLUMN accepted_at;
DROP TABLE pairing_exceptions;
DROP TABLE reviewer_ties;
DROP TABLE reviewer_affiliations;
DROP TABLE reviewer_profiles;
