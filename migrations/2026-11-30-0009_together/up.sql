-- What a unit's team does together: comments, areas that were ready and were changed, receipts, requests for more time.

-- A comment in the thread of a criterion, for the unit's eyes only. Resolving ends what stands in the thread.
CREATE TABLE criterion_comments (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    criterion TEXT NOT NULL,
    comment TEXT NOT NULL CHECK (comment <> ''),
    written_by TEXT NOT NULL REFERENCES people (id),
    written_at TIMESTAMP NOT NULL,
    resolved_by TEXT REFERENCES people (id),
    resolved_at TIMESTAMP,
    CHECK ((resolved_by IS NULL) = (resolved_at IS NULL))
);
CREATE INDEX criterion_comments_of_case ON criterion_comments (case_id, criterion);

-- A mark that a later change took away stays, with whose change that was, until the area is marked again.
ALTER TABLE areas_ready ADD COLUMN changed_by TEXT REFERENCES people (id);
ALTER TABLE areas_ready ADD COLUMN changed_at TIMESTAMP;

-- The answers of a submission as PDF, made once in each language.
CREATE TABLE submission_documents (
    submission_id TEXT NOT NULL REFERENCES submissions (id),
    language TEXT NOT NULL CHECK (language IN ('sv', 'en')),
    digest TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    made_at TIMESTAMP NOT NULL,
    PRIMARY KEY (submission_id, language)
);
CREATE INDEX submission_documents_by_digest ON submission_documents (digest);

-- A unit's request for more time, and the coordinator's answer to it.
CREATE TABLE extension_requests (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    reason TEXT NOT NULL CHECK (reason <> ''),
    asked_by TEXT NOT NULL REFERENCES people (id),
    asked_at TIMESTAMP NOT NULL,
    granted BOOLEAN,
    until TIMESTAMP,
    decision_reason TEXT,
    decided_by TEXT REFERENCES people (id),
    decided_at TIMESTAMP,
    CHECK ((granted IS NULL) = (decided_by IS NULL)),
    CHECK ((granted IS NULL) = (decided_at IS NULL)),
    CHECK (granted IS NULL OR decision_reason <> ''),
    CHECK (until IS NULL OR granted)
);
CREATE INDEX extension_requests_of_case ON extension_requests (case_id);
CREATE UNIQUE INDEX one_waiting_extension_request ON extension_requests (case_id) WHERE granted IS NULL;
