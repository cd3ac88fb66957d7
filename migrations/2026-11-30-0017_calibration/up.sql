-- Calibration before the season: anonymised copies of released cases, which all registered reviewers score.

-- One round a year, on the form that the year had when it began.
CREATE TABLE calibration_rounds (
    year INTEGER NOT NULL PRIMARY KEY REFERENCES cycles (year),
    form TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('preparing', 'open', 'closed')),
    version INTEGER NOT NULL CHECK (version >= 0),
    due DATE,
    opened_at TIMESTAMP,
    closed_at TIMESTAMP,
    CHECK ((state = 'preparing') = (opened_at IS NULL)),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);

-- Which case a copy was made from is for coordinators alone. 'period' is the calendar year that its answers are about.
CREATE TABLE calibration_cases (
    year INTEGER NOT NULL REFERENCES calibration_rounds (year),
    number INTEGER NOT NULL CHECK (number >= 1),
    case_id TEXT NOT NULL REFERENCES cases (id),
    period INTEGER NOT NULL,
    PRIMARY KEY (year, number),
    UNIQUE (year, case_id)
);

-- The copy by criterion, and the background: version 1 is what the service made, later ones are a coordinator's. The newest counts.
CREATE TABLE calibration_copies (
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    criterion TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    content TEXT NOT NULL,
    saved_by TEXT NOT NULL REFERENCES people (id),
    saved_at TIMESTAMP NOT NULL,
    PRIMARY KEY (year, number, criterion, version),
    FOREIGN KEY (year, number) REFERENCES calibration_cases (year, number)
);

CREATE TABLE calibration_reviews (
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    person_id TEXT NOT NULL REFERENCES people (id),
    locked_at TIMESTAMP,
    PRIMARY KEY (year, number, person_id),
    FOREIGN KEY (year, number) REFERENCES calibration_cases (year, number)
);

-- A reviewer's level of one criterion: '0'..'4', or 'K' cannot judge.
CREATE TABLE calibration_scores (
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    person_id TEXT NOT NULL,
    criterion TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    score TEXT CHECK (score IN ('0', '1', '2', '3', '4', 'K')),
    reason TEXT NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    PRIMARY KEY (year, number, person_id, criterion),
    FOREIGN KEY (year, number, person_id) REFERENCES calibration_reviews (year, number, person_id)
);

-- What a criterion's anchors mean this year, beside the anchors from the round's end on. The newest version counts; an empty one takes it away.
CREATE TABLE calibration_clarifications (
    year INTEGER NOT NULL REFERENCES calibration_rounds (year),
    criterion TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    clarification TEXT NOT NULL,
    written_by TEXT NOT NULL REFERENCES people (id),
    written_at TIMESTAMP NOT NULL,
    PRIMARY KEY (year, criterion, version)
);
