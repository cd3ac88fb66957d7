-- Links, and what is told about each piece, are lost; of files that several criteria share, the first keeps its bytes.
DROP INDEX evidence_of_file;
DROP INDEX evidence_of_case;
ALTER TABLE evidence RENAME TO evidence_after;

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

INSERT INTO evidence (id, case_id, criterion, name, media_type, size, sha256, stored_as, added_by, added_at, removed_at)
SELECT e.id, e.case_id, e.criterion, e.name, f.media_type, f.size, f.sha256,
    CASE WHEN e.id = (SELECT MIN(o.id) FROM evidence_after o WHERE o.stored_as = e.stored_as) THEN e.stored_as
    ELSE e.stored_as || '-' || e.id END, e.added_by, e.added_at, e.removed_at
FROM evidence_after e JOIN stored_files f ON f.stored_as = e.stored_as;

DROP TABLE evidence_after;
DROP TABLE stored_files;
CREATE INDEX evidence_of_case ON evidence (case_id, criterion);
