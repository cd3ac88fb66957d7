-- The form that a case is answered on: the cycle's when the case opened, another when a mended form was moved to.

ALTER TABLE cases ADD COLUMN form TEXT NOT NULL DEFAULT '';
UPDATE cases SET form = (SELECT cycles.form FROM cycles WHERE cycles.id = cases.cycle_id);
