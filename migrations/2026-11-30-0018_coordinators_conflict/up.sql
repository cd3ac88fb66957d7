-- A coordinator reports a conflict of interest of the own: a stage more.
DROP INDEX declarations_of_case;
ALTER TABLE declarations RENAME TO declarations_before;

-- One declaration per person, case and stage; the newest of a stage counts. Members of the group declare too, and
-- coordinators report a conflict.
CREATE TABLE declarations (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    stage TEXT NOT NULL CHECK (stage IN ('content', 'settling', 'group', 'coordination')),
    conflict BOOLEAN NOT NULL,
    ground TEXT,
    text_version TEXT NOT NULL,
    declared_at TIMESTAMP NOT NULL,
    decided_conflict BOOLEAN,
    decision_reason TEXT,
    decided_by TEXT REFERENCES people (id),
    decided_at TIMESTAMP,
    CHECK (stage <> 'coordination' OR conflict),
    CHECK (decided_by IS NULL OR decided_by <> person_id),
    CHECK ((decided_conflict IS NULL) = (decided_by IS NULL)),
    CHECK ((decided_conflict IS NULL) = (decided_at IS NULL))
);

INSERT INTO declarations (id, case_id, person_id, stage, conflict, ground, text_version, declared_at, decided_conflict,
    decision_reason, decided_by, decided_at)
SELECT id, case_id, person_id, stage, conflict, ground, text_version, declared_at, decided_conflict, decision_reason,
    decided_by, decided_at
FROM declarations_before;

DROP TABLE declarations_before;
CREATE INDEX declarations_of_case ON declarations (case_id, person_id);
