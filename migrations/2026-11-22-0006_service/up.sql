-- The service's own: audit chains, mail to send, jobs, sign-in, and what makes a repeated request harmless.

-- One chain per case and one named 'system'. The key of the hash is kept outside the database.
CREATE TABLE audit_entries (
    chain TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number >= 1),
    at TIMESTAMP NOT NULL,
    actor TEXT,
    act TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT,
    detail TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (chain, number)
);

CREATE TABLE audit_chains (
    chain TEXT NOT NULL PRIMARY KEY,
    length INTEGER NOT NULL,
    head TEXT NOT NULL
);

CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    dedupe_key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES people (id),
    data TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at TIMESTAMP NOT NULL,
    lease_until TIMESTAMP,
    last_error TEXT,
    created_at TIMESTAMP NOT NULL,
    sent_at TIMESTAMP,
    CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX outbox_due ON outbox (state, next_at);

CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    dedupe_key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at TIMESTAMP NOT NULL,
    lease_until TIMESTAMP,
    last_error TEXT,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX jobs_due ON jobs (state, next_at);

CREATE TABLE sign_in_links (
    token_hash TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id),
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id),
    created_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
CREATE INDEX sessions_of_person ON sessions (person_id);

-- Bearer tokens of the API, hashed, with what they may do.
CREATE TABLE tokens (
    token_hash TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id),
    name TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'write')),
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    ended_at TIMESTAMP
);

-- The answer that a repeated request gets again.
CREATE TABLE idempotency (
    person_id TEXT NOT NULL REFERENCES people (id),
    request_key TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    status INTEGER NOT NULL,
    location TEXT,
    body TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, request_key)
);

CREATE TABLE rate_buckets (
    bucket TEXT NOT NULL PRIMARY KEY,
    used INTEGER NOT NULL,
    since TIMESTAMP NOT NULL
);

-- What a person had typed when the session ended, offered again after sign-in.
CREATE TABLE kept_posts (
    person_id TEXT NOT NULL PRIMARY KEY REFERENCES people (id),
    path TEXT NOT NULL,
    content TEXT NOT NULL,
    kept_at TIMESTAMP NOT NULL
);
