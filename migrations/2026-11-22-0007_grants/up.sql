-- The roles of administrator and coordinator are asked for by one administrator and given by another.

CREATE TABLE grant_requests (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id),
    role TEXT NOT NULL CHECK (role IN ('administrator', 'coordinator')),
    year INTEGER,
    asked_by TEXT NOT NULL REFERENCES people (id),
    asked_at TIMESTAMP NOT NULL,
    decided_by TEXT REFERENCES people (id),
    decided_at TIMESTAMP,
    grant_id TEXT REFERENCES role_grants (id),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK (grant_id IS NULL OR decided_by <> asked_by)
);
CREATE UNIQUE INDEX one_open_grant_request ON grant_requests (person_id, role) WHERE decided_at IS NULL;
