-- Who and what: administrations, units, people and the roles they were given.

CREATE TABLE administrations (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    place INTEGER NOT NULL
);

CREATE TABLE units (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE CHECK (slug <> ''),
    external_id TEXT UNIQUE,
    name TEXT NOT NULL CHECK (name <> ''),
    administration_id TEXT NOT NULL REFERENCES administrations (id),
    department TEXT NOT NULL DEFAULT '',
    hub TEXT,
    appointed_from DATE,
    appointed_to DATE,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    CHECK (appointed_from IS NULL OR appointed_to IS NULL OR appointed_from <= appointed_to)
);

CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE CHECK (email = lower(email) AND email <> ''),
    external_id TEXT UNIQUE,
    name TEXT NOT NULL CHECK (name <> ''),
    organisation TEXT NOT NULL CHECK (organisation IN ('university', 'region', 'other')),
    language TEXT NOT NULL DEFAULT 'sv' CHECK (language IN ('sv', 'en')),
    active BOOLEAN NOT NULL DEFAULT TRUE,
    created_at TIMESTAMP NOT NULL
);

-- A role is held from granted_at until ended_at; year narrows it to one cycle, areas to some areas ("A,E").
CREATE TABLE role_grants (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id),
    role TEXT NOT NULL CHECK (role IN ('administrator', 'coordinator', 'head', 'contributor', 'reviewer',
        'group', 'administration_head', 'registrar', 'auditor')),
    unit_id TEXT REFERENCES units (id),
    administration_id TEXT REFERENCES administrations (id),
    year INTEGER,
    areas TEXT,
    granted_by TEXT REFERENCES people (id),
    granted_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    CHECK ((role IN ('head', 'contributor')) = (unit_id IS NOT NULL)),
    CHECK ((role = 'administration_head') = (administration_id IS NOT NULL)),
    CHECK (areas IS NULL OR role = 'contributor')
);
CREATE INDEX role_grants_of_person ON role_grants (person_id);
CREATE INDEX role_grants_of_unit ON role_grants (unit_id);
CREATE UNIQUE INDEX one_head_per_unit ON role_grants (unit_id) WHERE role = 'head' AND ended_at IS NULL;
