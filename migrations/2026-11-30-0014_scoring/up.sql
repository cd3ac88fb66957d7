-- Whether reviewers are kept from the level that the unit gives itself until they have locked; a setting of the year.
ALTER TABLE cycles ADD COLUMN hides_own_level BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE date_changes ADD COLUMN hides_own_level BOOLEAN NOT NULL DEFAULT TRUE;
