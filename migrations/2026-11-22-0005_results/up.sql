-- Results, the unit's fact check, the group's recommendation, plans and actions, and the documents that were issued.

CREATE TABLE fact_comments (
    case_id TEXT NOT NULL REFERENCES cases (id),
    criterion TEXT NOT NULL,
    comment TEXT NOT NULL CHECK (comment <> ''),
    written_by TEXT NOT NULL REFERENCES people (id),
    written_at TIMESTAMP NOT NULL,
    answer TEXT,
    answered_by TEXT REFERENCES people (id),
    answered_at TIMESTAMP,
    PRIMARY KEY (case_id, criterion),
    CHECK ((answer IS NULL) = (answered_by IS NULL)),
    CHECK ((answer IS NULL) = (answered_at IS NULL))
);

-- A fixed result never changes: a correction is a row with the next number. judged and scored are the input and the
-- output of the recomputation command, so that anybody can repeat it.
CREATE TABLE results (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    number INTEGER NOT NULL CHECK (number >= 1),
    judged TEXT NOT NULL,
    scored TEXT NOT NULL,
    digest TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('F', 'G', 'V', 'O', 'E')),
    reason TEXT,
    fixed_by TEXT NOT NULL REFERENCES people (id),
    fixed_at TIMESTAMP NOT NULL,
    UNIQUE (case_id, number),
    CHECK (number = 1 OR reason <> '')
);

-- The released areas and total of a result as text fractions, for overviews that read many.
CREATE TABLE result_areas (
    result_id TEXT NOT NULL REFERENCES results (id),
    area TEXT NOT NULL,
    score TEXT NOT NULL,
    light TEXT NOT NULL CHECK (light IN ('green', 'yellow', 'red')),
    PRIMARY KEY (result_id, area)
);

CREATE TABLE recommendations (
    case_id TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
    recommendation TEXT NOT NULL CHECK (recommendation <> ''),
    motive TEXT NOT NULL CHECK (motive <> ''),
    decided_on DATE NOT NULL,
    present TEXT NOT NULL,
    absent TEXT NOT NULL,
    written_by TEXT NOT NULL REFERENCES people (id),
    written_at TIMESTAMP NOT NULL
);

CREATE TABLE plans (
    case_id TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
    version INTEGER NOT NULL CHECK (version >= 1),
    submitted_by TEXT REFERENCES people (id),
    submitted_at TIMESTAMP,
    accepted_by TEXT REFERENCES people (id),
    accepted_at TIMESTAMP,
    CHECK (accepted_at IS NULL OR submitted_at IS NOT NULL)
);

CREATE TABLE actions (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES plans (case_id),
    criterion TEXT,
    action TEXT NOT NULL CHECK (action <> ''),
    owner TEXT NOT NULL CHECK (owner <> ''),
    due DATE NOT NULL,
    done_on DATE,
    note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX actions_of_case ON actions (case_id);

CREATE TABLE documents (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    result_id TEXT NOT NULL REFERENCES results (id),
    kind TEXT NOT NULL CHECK (kind IN ('unit_report')),
    language TEXT NOT NULL CHECK (language IN ('sv', 'en')),
    format TEXT NOT NULL CHECK (format IN ('pdf')),
    digest TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    issued_at TIMESTAMP NOT NULL,
    UNIQUE (result_id, kind, language, format)
);
CREATE INDEX documents_by_digest ON documents (digest);
