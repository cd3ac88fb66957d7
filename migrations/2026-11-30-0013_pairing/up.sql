-- The register of reviewers: what each knows, how much they take on, where they have been employed and their ties to
-- units; decisions that a rule of the pairing does not stop somebody; and how a reviewer answered and left.

CREATE TABLE reviewer_profiles (
    person_id TEXT NOT NULL PRIMARY KEY REFERENCES people (id),
    version INTEGER NOT NULL CHECK (version >= 1),
    areas TEXT NOT NULL DEFAULT '',
    subjects TEXT NOT NULL DEFAULT '',
    load_limit INTEGER NOT NULL CHECK (load_limit BETWEEN 0 AND 40),
    saved_by TEXT REFERENCES people (id),
    saved_at TIMESTAMP NOT NULL
);

-- Any employer; the line of the region's own (administration, department, unit) where it is one.
CREATE TABLE reviewer_affiliations (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES reviewer_profiles (person_id),
    place INTEGER NOT NULL,
    employer TEXT NOT NULL,
    administration_id TEXT REFERENCES administrations (id),
    department TEXT NOT NULL DEFAULT '',
    unit_id TEXT REFERENCES units (id),
    manages BOOLEAN NOT NULL DEFAULT FALSE,
    from_day DATE,
    to_day DATE,
    UNIQUE (person_id, place),
    CHECK (from_day IS NULL OR to_day IS NULL OR from_day <= to_day)
);

CREATE TABLE reviewer_ties (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES reviewer_profiles (person_id),
    place INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('supervision', 'declared', 'publication')),
    unit_id TEXT NOT NULL REFERENCES units (id),
    note TEXT NOT NULL DEFAULT '',
    happened_on DATE,
    authors INTEGER CHECK (authors >= 1),
    UNIQUE (person_id, place),
    CHECK (kind <> 'publication' OR (happened_on IS NOT NULL AND authors IS NOT NULL))
);

CREATE TABLE pairing_exceptions (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    rule TEXT NOT NULL CHECK (rule IN ('years_running', 'reciprocal', 'co_publication', 'declined')),
    reason TEXT NOT NULL CHECK (reason <> ''),
    decided_by TEXT NOT NULL REFERENCES people (id),
    decided_at TIMESTAMP NOT NULL,
    UNIQUE (person_id, case_id, rule)
);

ALTER TABLE assignments ADD COLUMN accepted_at TIMESTAMP;
ALTER TABLE assignments ADD COLUMN left_as TEXT CHECK (left_as IN ('declined', 'recused'));
