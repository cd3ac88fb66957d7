-- What ends a year, and what is asked for beside its cases: changed dates, co-signed plans, support, records, the archive.

-- Where the archived year went: the archive's receipt or delivery number.
ALTER TABLE cycles ADD COLUMN archived_as TEXT;

-- New dates of an open year, and whether everybody may read its released results: asked for by one coordinator, confirmed by another.
CREATE TABLE date_changes (
    id TEXT NOT NULL PRIMARY KEY,
    cycle_id TEXT NOT NULL REFERENCES cycles (id),
    dates TEXT NOT NULL,
    published BOOLEAN NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    asked_by TEXT NOT NULL REFERENCES people (id),
    asked_at TIMESTAMP NOT NULL,
    decided_by TEXT REFERENCES people (id),
    decided_at TIMESTAMP,
    confirmed BOOLEAN,
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK ((decided_by IS NULL) = (confirmed IS NULL)),
    CHECK (confirmed IS NULL OR NOT confirmed OR decided_by <> asked_by)
);
CREATE UNIQUE INDEX one_open_date_change ON date_changes (cycle_id) WHERE decided_at IS NULL;

-- The head of administration under a submitted plan. It goes when the plan is given back.
CREATE TABLE plan_signatures (
    case_id TEXT NOT NULL PRIMARY KEY REFERENCES plans (case_id),
    signed_by TEXT NOT NULL REFERENCES people (id),
    signed_at TIMESTAMP NOT NULL
);

-- A coordinator reads a draft to help, with a reason that the unit sees.
CREATE TABLE support_visits (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    reason TEXT NOT NULL CHECK (reason <> ''),
    opened_at TIMESTAMP NOT NULL,
    ended_by TEXT REFERENCES people (id),
    ended_at TIMESTAMP,
    CHECK ((ended_by IS NULL) = (ended_at IS NULL))
);
CREATE UNIQUE INDEX one_support_visit ON support_visits (case_id, person_id) WHERE ended_at IS NULL;

-- Requests for public records of a case. Whoever asks need not say who they are.
CREATE TABLE records_requests (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    asked_on DATE NOT NULL,
    asked_by TEXT NOT NULL,
    wanted TEXT NOT NULL CHECK (wanted <> ''),
    recorded_by TEXT NOT NULL REFERENCES people (id),
    recorded_at TIMESTAMP NOT NULL,
    decision TEXT CHECK (decision IN ('released', 'partly', 'refused')),
    decision_reason TEXT,
    decided_by TEXT REFERENCES people (id),
    decided_at TIMESTAMP,
    CHECK ((decision IS NULL) = (decided_by IS NULL)),
    CHECK ((decision IS NULL) = (decided_at IS NULL)),
    CHECK (decision IS NULL OR decision = 'released' OR decision_reason <> '')
);
CREATE INDEX records_requests_of_case ON records_requests (case_id);

CREATE INDEX audit_entries_of_actor ON audit_entries (actor);
