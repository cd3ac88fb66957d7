ALTER TABLE date_changes DROP COLUMN hides_own_level;
ALTER TABLE cycles DROP COLUMN hides_own_level;
