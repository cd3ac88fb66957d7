-- Reviewers: who, their declarations of conflict of interest, scores, and the settling of what differs.

CREATE TABLE assignments (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    party TEXT NOT NULL CHECK (party IN ('university', 'region', 'further')),
    person_id TEXT NOT NULL REFERENCES people (id),
    assigned_by TEXT NOT NULL REFERENCES people (id),
    assigned_at TIMESTAMP NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    locked_at TIMESTAMP,
    commitment TEXT,
    salt TEXT,
    ended_at TIMESTAMP,
    end_reason TEXT,
    CHECK ((locked_at IS NULL) = (commitment IS NULL)),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE UNIQUE INDEX one_reviewer_per_party ON assignments (case_id, party) WHERE ended_at IS NULL AND party <> 'further';
CREATE UNIQUE INDEX one_seat_per_person ON assignments (case_id, person_id) WHERE ended_at IS NULL;
CREATE INDEX assignments_of_person ON assignments (person_id);

-- One declaration per person, case and stage; the newest of a stage counts. Members of the group declare too.
CREATE TABLE declarations (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    stage TEXT NOT NULL CHECK (stage IN ('content', 'settling', 'group')),
    conflict BOOLEAN NOT NULL,
    ground TEXT,
    text_version TEXT NOT NULL,
    declared_at TIMESTAMP NOT NULL,
    decided_conflict BOOLEAN,
    decision_reason TEXT,
    decided_by TEXT REFERENCES people (id),
    decided_at TIMESTAMP,
    CHECK (decided_by IS NULL OR decided_by <> person_id),
    CHECK ((decided_conflict IS NULL) = (decided_by IS NULL)),
    CHECK ((decided_conflict IS NULL) = (decided_at IS NULL))
);
CREATE INDEX declarations_of_case ON declarations (case_id, person_id);

-- A reviewer's own score of one criterion: '0'..'4', 'K' cannot judge, 'NA' should not apply.
CREATE TABLE scores (
    assignment_id TEXT NOT NULL REFERENCES assignments (id),
    criterion TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    first TEXT CHECK (first IN ('0', '1', '2', '3', '4', 'K', 'NA')),
    reason TEXT NOT NULL DEFAULT '',
    revised INTEGER CHECK (revised BETWEEN 0 AND 4),
    revised_reason TEXT,
    corrected INTEGER CHECK (corrected BETWEEN 0 AND 4),
    corrected_reason TEXT,
    closed_at TIMESTAMP,
    saved_at TIMESTAMP NOT NULL,
    PRIMARY KEY (assignment_id, criterion),
    CHECK ((revised IS NULL) = (revised_reason IS NULL)),
    CHECK ((corrected IS NULL) = (corrected_reason IS NULL)),
    CHECK (revised IS NULL OR first IN ('0', '1', '2', '3', '4'))
);

CREATE TABLE score_versions (
    assignment_id TEXT NOT NULL,
    criterion TEXT NOT NULL,
    version INTEGER NOT NULL,
    content TEXT NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    PRIMARY KEY (assignment_id, criterion, version),
    FOREIGN KEY (assignment_id, criterion) REFERENCES scores (assignment_id, criterion)
);

CREATE TABLE further_criteria (
    assignment_id TEXT NOT NULL REFERENCES assignments (id),
    criterion TEXT NOT NULL,
    PRIMARY KEY (assignment_id, criterion)
);

CREATE TABLE settlement_messages (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    criterion TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES people (id),
    message TEXT NOT NULL CHECK (message <> ''),
    written_at TIMESTAMP NOT NULL
);
CREATE INDEX settlement_messages_of_case ON settlement_messages (case_id, criterion);

CREATE TABLE joint_summaries (
    case_id TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
    version INTEGER NOT NULL CHECK (version >= 1),
    summary TEXT NOT NULL,
    university_signed_at TIMESTAMP,
    region_signed_at TIMESTAMP,
    written_by TEXT NOT NULL REFERENCES people (id),
    written_at TIMESTAMP NOT NULL
);
