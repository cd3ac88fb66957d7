-- The unit's self-assessment: answers with every saved version, evidence, and what was submitted.

-- Content is the raw answers of one criterion as JSON, kept as typed even when invalid. 'background' is the unscored form.
CREATE TABLE answers (
    case_id TEXT NOT NULL REFERENCES cases (id),
    criterion TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    content TEXT NOT NULL,
    confirmed BOOLEAN NOT NULL,
    declared_missing TEXT,
    saved_by TEXT REFERENCES people (id),
    saved_at TIMESTAMP NOT NULL,
    PRIMARY KEY (case_id, criterion)
);

CREATE TABLE answer_versions (
    case_id TEXT NOT NULL,
    criterion TEXT NOT NULL,
    version INTEGER NOT NULL,
    content TEXT NOT NULL,
    saved_by TEXT REFERENCES people (id),
    saved_at TIMESTAMP NOT NULL,
    PRIMARY KEY (case_id, criterion, version),
    FOREIGN KEY (case_id, criterion) REFERENCES answers (case_id, criterion)
);

CREATE TABLE areas_ready (
    case_id TEXT NOT NULL REFERENCES cases (id),
    area TEXT NOT NULL,
    marked_by TEXT NOT NULL REFERENCES people (id),
    marked_at TIMESTAMP NOT NULL,
    PRIMARY KEY (case_id, area)
);

CREATE TABLE evidence (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    criterion TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size BETWEEN 1 AND 20971520),
    sha256 TEXT NOT NULL,
    stored_as TEXT NOT NULL UNIQUE,
    added_by TEXT NOT NULL REFERENCES people (id),
    added_at TIMESTAMP NOT NULL,
    removed_at TIMESTAMP
);
CREATE INDEX evidence_of_case ON evidence (case_id, criterion);

CREATE TABLE submissions (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    number INTEGER NOT NULL CHECK (number >= 1),
    content TEXT NOT NULL,
    digest TEXT NOT NULL,
    late BOOLEAN NOT NULL,
    submitted_by TEXT NOT NULL REFERENCES people (id),
    submitted_at TIMESTAMP NOT NULL,
    UNIQUE (case_id, number)
);

CREATE TABLE returned_criteria (
    case_id TEXT NOT NULL REFERENCES cases (id),
    criterion TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what <> ''),
    PRIMARY KEY (case_id, criterion)
);

-- A request that a criterion does not apply, and the coordinator's decision on it.
CREATE TABLE not_applicable (
    case_id TEXT NOT NULL REFERENCES cases (id),
    criterion TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    asked_by TEXT NOT NULL REFERENCES people (id),
    asked_at TIMESTAMP NOT NULL,
    approved BOOLEAN,
    decision_reason TEXT,
    decided_by TEXT REFERENCES people (id),
    decided_at TIMESTAMP,
    PRIMARY KEY (case_id, criterion),
    CHECK ((approved IS NULL) = (decided_by IS NULL)),
    CHECK ((approved IS NULL) = (decided_at IS NULL)),
    CHECK (approved IS NULL OR decision_reason <> '')
);
