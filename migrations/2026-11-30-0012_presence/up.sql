-- Who writes in which criterion now, for colleagues of the unit: one row a person and case, true for a minute.
CREATE TABLE presence (
    case_id TEXT NOT NULL REFERENCES cases (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    criterion TEXT NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    PRIMARY KEY (case_id, person_id)
);
