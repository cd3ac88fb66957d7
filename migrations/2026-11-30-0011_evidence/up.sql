-- Evidence: files that criteria and years share, links, and what is told about each.

-- The bytes of a unit, each kept once. 'unscanned': no scanner was there. Bytes that nothing names any longer are
-- collected; the row stays.
CREATE TABLE stored_files (
    stored_as TEXT NOT NULL PRIMARY KEY,
    unit_id TEXT NOT NULL REFERENCES units (id),
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size BETWEEN 1 AND 20971520),
    sha256 TEXT NOT NULL,
    scan TEXT NOT NULL CHECK (scan IN ('unscanned', 'waiting', 'clean', 'infected')),
    scanned_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP NOT NULL,
    collected_at TIMESTAMP
);
CREATE UNIQUE INDEX stored_once ON stored_files (unit_id, sha256) WHERE collected_at IS NULL;

INSERT INTO stored_files (stored_as, unit_id, media_type, size, sha256, scan, scanned_at, used_at)
SELECT MIN(e.stored_as), c.unit_id, MIN(e.media_type), MIN(e.size), e.sha256, 'unscanned', MIN(e.added_at),
    MAX(COALESCE(e.removed_at, e.added_at))
FROM evidence e JOIN cases c ON c.id = e.case_id GROUP BY c.unit_id, e.sha256;

DROP INDEX evidence_of_case;
ALTER TABLE evidence RENAME TO evidence_before;

-- A file or a link on one criterion of one case. What supersedes another came after the submission.
CREATE TABLE evidence (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    criterion TEXT NOT NULL,
    name TEXT NOT NULL,
    stored_as TEXT REFERENCES stored_files (stored_as),
    url TEXT,
    place TEXT NOT NULL,
    description TEXT NOT NULL,
    owner TEXT NOT NULL,
    valid_until DATE,
    version INTEGER NOT NULL CHECK (version >= 1),
    added_by TEXT NOT NULL REFERENCES people (id),
    added_at TIMESTAMP NOT NULL,
    removed_at TIMESTAMP,
    supersedes TEXT UNIQUE REFERENCES evidence (id),
    CHECK ((stored_as IS NULL) <> (url IS NULL))
);

INSERT INTO evidence (id, case_id, criterion, name, stored_as, place, description, owner, version, added_by, added_at,
    removed_at)
SELECT e.id, e.case_id, e.criterion, e.name, f.stored_as, '', '', '', 1, e.added_by, e.added_at, e.removed_at
FROM evidence_before e JOIN cases c ON c.id = e.case_id
JOIN stored_files f ON f.unit_id = c.unit_id AND f.sha256 = e.sha256;

DROP TABLE evidence_before;
CREATE INDEX evidence_of_case ON evidence (case_id, criterion);
CREATE INDEX evidence_of_file ON evidence (stored_as);
