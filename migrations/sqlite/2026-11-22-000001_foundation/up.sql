-- What this database is: one row.
CREATE TABLE installation (
    id INTEGER NOT NULL, -- always 1
    purpose TEXT NOT NULL, -- SERVICE, or DEMO for a database that the demo may start over
    cursor_key BLOB NOT NULL, -- 32 random bytes that sign page cursors
    created_at INTEGER NOT NULL, -- when the database was set up
    CONSTRAINT installation_key PRIMARY KEY (id),
    CONSTRAINT installation_single CHECK (id = 1)
);

-- Position of the newest journal row: one row, locked by each writer just before it commits.
CREATE TABLE journal_head (
    id INTEGER NOT NULL, -- always 1
    position INTEGER NOT NULL, -- highest position given out; positions are in commit order, without gaps
    CONSTRAINT journal_head_key PRIMARY KEY (id),
    CONSTRAINT journal_head_single CHECK (id = 1)
);
INSERT INTO journal_head (id, position) VALUES (1, 0);

-- Every write, one row, never changed.
CREATE TABLE journal (
    position INTEGER NOT NULL, -- place in commit order
    recorded_at INTEGER NOT NULL, -- when the write was made
    client_id BLOB, -- client that wrote; empty for the command line
    acting_person_id BLOB, -- person the client acted for
    request_id TEXT NOT NULL, -- trace id of the request
    collection TEXT NOT NULL, -- kind of record, as in URLs
    record_id BLOB NOT NULL, -- the record
    version INTEGER NOT NULL, -- its version after the write
    action TEXT NOT NULL, -- what was done, as collection.verb
    changed TEXT NOT NULL, -- names of the members that changed
    record TEXT, -- the record after the write; empty after a deletion
    unit_id BLOB, -- unit the record belongs to
    unit_date TEXT, -- day on which the tree tells who may see it
    CONSTRAINT journal_key PRIMARY KEY (position),
    CONSTRAINT journal_version_key UNIQUE (collection, record_id, version)
);
CREATE INDEX journal_unit ON journal (unit_id, position);

-- Administrative units; a unit lives as long as the law lets it live.
CREATE TABLE units (
    id BLOB NOT NULL, -- unit
    version INTEGER NOT NULL, -- raised by each change
    level TEXT NOT NULL, -- NATION, PROVINCE, DISTRICT, COMMUNE, VILLAGE
    created_at INTEGER NOT NULL, -- when the row was made
    CONSTRAINT units_key PRIMARY KEY (id)
);

-- What a unit was called, where it stood and which territory it had, from day to day.
CREATE TABLE unit_timeline (
    id BLOB NOT NULL, -- entry
    unit_id BLOB NOT NULL, -- the unit
    code TEXT NOT NULL, -- official code in that time
    name TEXT NOT NULL, -- name without the kind of unit
    name_folded TEXT NOT NULL, -- the name as it is searched
    name_sort TEXT NOT NULL, -- the name as it is sorted
    kind_code TEXT NOT NULL, -- kind of unit, code list unit-kinds
    parent_id BLOB, -- unit above it; empty for the nation
    territory_number INTEGER NOT NULL, -- raised by each reform that changed the territory
    valid_from TEXT NOT NULL, -- first day
    valid_to TEXT, -- first day no longer; empty while it lasts
    act_number TEXT, -- act that began the entry, where known
    confidence TEXT NOT NULL, -- how sure the entry is
    CONSTRAINT unit_timeline_key PRIMARY KEY (id),
    CONSTRAINT unit_timeline_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT unit_timeline_parent FOREIGN KEY (parent_id) REFERENCES units (id),
    CONSTRAINT unit_timeline_days CHECK (valid_to IS NULL OR valid_from < valid_to),
    CONSTRAINT unit_timeline_begin UNIQUE (unit_id, valid_from)
);
CREATE UNIQUE INDEX unit_timeline_code ON unit_timeline (code, valid_from);
CREATE INDEX unit_timeline_parents ON unit_timeline (parent_id);

-- Who stood under whom, when: every pair, the unit itself at depth 0. Derived from the timelines.
CREATE TABLE unit_ancestry (
    ancestor_id BLOB NOT NULL, -- unit above
    descendant_id BLOB NOT NULL, -- unit below
    depth INTEGER NOT NULL, -- steps between them
    valid_from TEXT NOT NULL, -- first day
    valid_to TEXT, -- first day no longer; empty while it lasts
    CONSTRAINT unit_ancestry_key PRIMARY KEY (ancestor_id, descendant_id, valid_from),
    CONSTRAINT unit_ancestry_ancestor FOREIGN KEY (ancestor_id) REFERENCES units (id),
    CONSTRAINT unit_ancestry_descendant FOREIGN KEY (descendant_id) REFERENCES units (id)
);
CREATE INDEX unit_ancestry_descendants ON unit_ancestry (descendant_id, ancestor_id, valid_from);

-- Programs that call the service.
CREATE TABLE clients (
    id BLOB NOT NULL, -- client
    version INTEGER NOT NULL, -- raised by each change
    unit_id BLOB NOT NULL, -- unit whose administration answers for the client
    name TEXT NOT NULL, -- what people call it
    description TEXT, -- what it does
    may_name_person BOOLEAN NOT NULL, -- whether it may name the person it acts for
    created_at INTEGER NOT NULL, -- when it was registered
    updated_at INTEGER NOT NULL, -- when it was last changed
    CONSTRAINT clients_key PRIMARY KEY (id),
    CONSTRAINT clients_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT clients_name_key UNIQUE (unit_id, name)
);

-- Keys of clients; only the hash of the secret is kept.
CREATE TABLE api_keys (
    id BLOB NOT NULL, -- key
    version INTEGER NOT NULL, -- raised by each change
    client_id BLOB NOT NULL, -- client it belongs to
    key_code TEXT NOT NULL, -- the public part of the key, by which it is found
    secret_hash BLOB NOT NULL, -- SHA-256 of the secret part
    label TEXT, -- what the key is used for
    expires_at INTEGER NOT NULL, -- from then on it is refused
    revoked_at INTEGER, -- when it was revoked
    created_at INTEGER NOT NULL, -- when it was issued
    CONSTRAINT api_keys_key PRIMARY KEY (id),
    CONSTRAINT api_keys_client FOREIGN KEY (client_id) REFERENCES clients (id),
    CONSTRAINT api_keys_code_key UNIQUE (key_code)
);
CREATE INDEX api_keys_clients ON api_keys (client_id);

-- Roles of clients over units and their subtrees.
CREATE TABLE grants (
    id BLOB NOT NULL, -- grant
    version INTEGER NOT NULL, -- raised by each change
    client_id BLOB NOT NULL, -- who holds it
    role TEXT NOT NULL, -- VIEWER, EDITOR, SIGNER, MANAGER, ADMIN
    unit_id BLOB NOT NULL, -- over which unit and everything below it
    created_at INTEGER NOT NULL, -- when it was given
    CONSTRAINT grants_key PRIMARY KEY (id),
    CONSTRAINT grants_client FOREIGN KEY (client_id) REFERENCES clients (id),
    CONSTRAINT grants_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT grants_role_key UNIQUE (client_id, role, unit_id)
);

-- Open code lists that a province may extend.
CREATE TABLE code_list_entries (
    id BLOB NOT NULL, -- entry
    version INTEGER NOT NULL, -- raised by each change
    list TEXT NOT NULL, -- name of the list
    code TEXT NOT NULL, -- code of the entry
    position INTEGER NOT NULL, -- place in the list
    label_vi TEXT NOT NULL, -- label in Vietnamese
    label_en TEXT NOT NULL, -- label in English
    parent_code TEXT, -- code of the entry above, in the same list
    valid_from TEXT, -- first day, empty if always
    valid_to TEXT, -- first day no longer
    CONSTRAINT code_list_entries_key PRIMARY KEY (id),
    CONSTRAINT code_list_entries_code_key UNIQUE (list, code)
);

-- Sets of criteria issued by an act.
CREATE TABLE criteria_sets (
    id BLOB NOT NULL, -- set
    version INTEGER NOT NULL, -- raised by each change
    code TEXT NOT NULL, -- published code
    base_set_id BLOB, -- set it stands on and differs from
    name_vi TEXT NOT NULL, -- name in Vietnamese
    name_en TEXT NOT NULL, -- name in English
    status TEXT NOT NULL, -- DRAFT, PUBLISHED, RETIRED
    level TEXT NOT NULL, -- level of the units it assesses
    kind_codes TEXT NOT NULL, -- kinds of unit it assesses
    valid_from TEXT NOT NULL, -- first day a period may end on
    valid_to TEXT NOT NULL, -- last day a period may end on
    issuer_unit_id BLOB, -- unit whose act issued it: the nation or a province
    acts TEXT NOT NULL, -- acts that issue and amend it: number, issued_date, issuer, role
    text_available BOOLEAN NOT NULL, -- false where the act's own text was not at hand
    confidence TEXT NOT NULL, -- how sure the names are
    created_at INTEGER NOT NULL, -- when it was stored
    CONSTRAINT criteria_sets_key PRIMARY KEY (id),
    CONSTRAINT criteria_sets_code_key UNIQUE (code),
    CONSTRAINT criteria_sets_base FOREIGN KEY (base_set_id) REFERENCES criteria_sets (id)
);

-- Criteria of a set; a set with a base has only those that differ.
CREATE TABLE criteria (
    id BLOB NOT NULL, -- criterion
    criteria_set_id BLOB NOT NULL, -- set
    code TEXT NOT NULL, -- code within the set
    position INTEGER NOT NULL, -- place in the set, from 1
    group_code TEXT, -- group of criteria
    name_vi TEXT NOT NULL, -- name in Vietnamese
    name_en TEXT NOT NULL, -- name in English
    confidence TEXT NOT NULL, -- how sure the name is
    CONSTRAINT criteria_key PRIMARY KEY (id),
    CONSTRAINT criteria_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id),
    CONSTRAINT criteria_code_key UNIQUE (criteria_set_id, code)
);

-- Bands in which units are counted by criteria met.
CREATE TABLE criteria_bands (
    criteria_set_id BLOB NOT NULL, -- set
    code TEXT NOT NULL, -- code of the band, as printed
    position INTEGER NOT NULL, -- place in reports, highest band first
    min_count INTEGER NOT NULL, -- fewest criteria met
    max_count INTEGER NOT NULL, -- most criteria met
    CONSTRAINT criteria_bands_key PRIMARY KEY (criteria_set_id, code),
    CONSTRAINT criteria_bands_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id),
    CONSTRAINT criteria_bands_order CHECK (min_count <= max_count)
);

-- One unit, one set, one period, one stage.
CREATE TABLE assessments (
    id BLOB NOT NULL, -- assessment
    version INTEGER NOT NULL, -- raised by each change
    unit_id BLOB NOT NULL, -- the unit assessed
    unit_date TEXT NOT NULL, -- day on which the unit and its place in the tree were taken
    criteria_set_id BLOB NOT NULL, -- set it is judged by
    period TEXT NOT NULL, -- reporting period
    period_end TEXT NOT NULL, -- last day of the period
    stage TEXT NOT NULL, -- REPORTED, SELF, VERIFICATION, APPRAISAL, TARGET
    status TEXT NOT NULL, -- DRAFT, SUBMITTED, RETURNED
    revision INTEGER NOT NULL, -- raised when a submitted assessment is reopened
    cut_off_date TEXT, -- day up to which the facts were taken; empty where unknown
    source_label TEXT, -- where a reported result was published
    source_date TEXT, -- when it was published
    declared_min INTEGER, -- fewest criteria met, as declared
    declared_max INTEGER, -- most criteria met, as declared
    note TEXT, -- remarks
    return_reason TEXT, -- why it was returned or reopened
    return_items TEXT, -- reasons for single criteria
    author_client_id BLOB, -- client that wrote it last; empty for the command line
    author_person_id BLOB, -- person that client acted for
    signer_client_id BLOB, -- client that submitted it
    signer_person_id BLOB, -- person that client acted for
    submitted_at INTEGER, -- when it was submitted
    seal_hash TEXT, -- SHA-256 of the canonical form that was submitted
    created_at INTEGER NOT NULL, -- when it was begun
    updated_at INTEGER NOT NULL, -- when it was last changed
    CONSTRAINT assessments_key PRIMARY KEY (id),
    CONSTRAINT assessments_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT assessments_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id),
    CONSTRAINT assessments_business_key UNIQUE (unit_id, criteria_set_id, period, stage),
    CONSTRAINT assessments_total CHECK ((declared_min IS NULL) = (declared_max IS NULL) AND (declared_min IS NULL OR (0 <= declared_min AND declared_min <= declared_max)))
);
CREATE INDEX assessments_units ON assessments (unit_id, unit_date);
CREATE INDEX assessments_periods ON assessments (period_end, id);
CREATE INDEX assessments_updates ON assessments (updated_at, id);

-- What was decided on each criterion.
CREATE TABLE assessment_verdicts (
    assessment_id BLOB NOT NULL, -- assessment
    criterion_code TEXT NOT NULL, -- criterion
    verdict TEXT NOT NULL, -- MET, NOT_MET, NOT_APPLICABLE, NOT_ASSESSED
    note TEXT, -- reason, required for NOT_APPLICABLE
    CONSTRAINT assessment_verdicts_key PRIMARY KEY (assessment_id, criterion_code),
    CONSTRAINT assessment_verdicts_assessment FOREIGN KEY (assessment_id) REFERENCES assessments (id) ON DELETE CASCADE
);

-- What reports need of an assessment, written with it and held in memory.
CREATE TABLE assessment_summaries (
    assessment_id BLOB NOT NULL, -- assessment
    met_bits INTEGER NOT NULL, -- bit n-1 is set where the n-th criterion of the set is met or not applicable
    undecided_bits INTEGER NOT NULL, -- bit n-1 is set where the n-th criterion is undecided
    met_min INTEGER NOT NULL, -- fewest criteria met, after the declared total
    met_max INTEGER NOT NULL, -- most criteria met, after the declared total
    CONSTRAINT assessment_summaries_key PRIMARY KEY (assessment_id),
    CONSTRAINT assessment_summaries_assessment FOREIGN KEY (assessment_id) REFERENCES assessments (id) ON DELETE CASCADE
);
