-- The year, and one case (ärende) per unit in it. The case's state alone gates acts.

CREATE TABLE cycles (
    id TEXT NOT NULL PRIMARY KEY,
    year INTEGER NOT NULL UNIQUE CHECK (year BETWEEN 2000 AND 2200),
    form TEXT NOT NULL,
    form_digest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'open', 'closed', 'archived')),
    version INTEGER NOT NULL DEFAULT 0,
    calendar TEXT NOT NULL,
    published BOOLEAN NOT NULL DEFAULT FALSE,
    opened_at TIMESTAMP NOT NULL,
    release_asked_by TEXT REFERENCES people (id),
    release_asked_at TIMESTAMP,
    CHECK ((release_asked_by IS NULL) = (release_asked_at IS NULL))
);

CREATE TABLE cases (
    id TEXT NOT NULL PRIMARY KEY,
    cycle_id TEXT NOT NULL REFERENCES cycles (id),
    unit_id TEXT NOT NULL REFERENCES units (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'assigned', 'scoring', 'settling', 'further',
        'not_submitted', 'fact_check', 'commented', 'final', 'released', 'presented', 'action', 'follow_up', 'closed',
        'in_depth', 'cancelled')),
    version INTEGER NOT NULL DEFAULT 0,
    entered_at TIMESTAMP NOT NULL,
    submission_due TIMESTAMP NOT NULL,
    extension_reason TEXT,
    returned_once BOOLEAN NOT NULL DEFAULT FALSE,
    returned_due TIMESTAMP,
    fact_check_due TIMESTAMP,
    plan_due TIMESTAMP,
    registry_number TEXT UNIQUE,
    audit_length INTEGER NOT NULL DEFAULT 0,
    audit_head TEXT NOT NULL DEFAULT '',
    UNIQUE (cycle_id, unit_id),
    CHECK (state <> 'returned' OR (returned_once AND returned_due IS NOT NULL)),
    CHECK (state NOT IN ('final', 'released', 'presented', 'action', 'follow_up', 'closed', 'in_depth')
        OR registry_number IS NOT NULL)
);
CREATE INDEX cases_of_unit ON cases (unit_id);
