-- What this database is: one row.
CREATE TABLE installation (
    id integer NOT NULL, -- always 1
    purpose text COLLATE "C" NOT NULL, -- SERVICE, or DEMO for a database that the demo may start over
    cursor_key bytea NOT NULL, -- 32 random bytes that sign page cursors
    created_at timestamptz NOT NULL, -- when the database was set up
    CONSTRAINT installation_key PRIMARY KEY (id),
    CONSTRAINT installation_single CHECK (id = 1)
);

-- Position of the newest journal row: one row, locked by each writer just before it commits.
CREATE TABLE journal_head (
    id integer NOT NULL, -- always 1
    position bigint NOT NULL, -- highest position given out; positions are in commit order, without gaps
    CONSTRAINT journal_head_key PRIMARY KEY (id),
    CONSTRAINT journal_head_single CHECK (id = 1)
);
INSERT INTO journal_head (id, position) VALUES (1, 0);

-- Every write, one row, never changed.
CREATE TABLE journal (
    position bigint NOT NULL, -- place in commit order
    recorded_at timestamptz NOT NULL, -- when the write was made
    client_id uuid, -- client that wrote; empty for the command line
    acting_person_id uuid, -- person the client acted for
    request_id text COLLATE "C" NOT NULL, -- trace id of the request
    collection text COLLATE "C" NOT NULL, -- kind of record, as in URLs
    record_id uuid NOT NULL, -- the record
    version bigint NOT NULL, -- its version after the write
    action text COLLATE "C" NOT NULL, -- what was done, as collection.verb
    changed jsonb NOT NULL, -- names of the members that changed
    record jsonb, -- the record after the write; empty after a deletion
    unit_id uuid, -- unit the record belongs to
    unit_date date, -- day on which the tree tells who may see it
    CONSTRAINT journal_key PRIMARY KEY (position),
    CONSTRAINT journal_version_key UNIQUE (collection, record_id, version)
);
CREATE INDEX journal_unit ON journal (unit_id, position);

-- Administrative units; a unit lives as long as the law lets it live.
CREATE TABLE units (
    id uuid NOT NULL, -- unit
    version bigint NOT NULL, -- raised by each change
    level text COLLATE "C" NOT NULL, -- NATION, PROVINCE, DISTRICT, COMMUNE, VILLAGE
    created_at timestamptz NOT NULL, -- when the row was made
    CONSTRAINT units_key PRIMARY KEY (id)
);

-- What a unit was called, where it stood and which territory it had, from day to day.
CREATE TABLE unit_timeline (
    id uuid NOT NULL, -- entry
    unit_id uuid NOT NULL, -- the unit
    code text COLLATE "C" NOT NULL, -- official code in that time
    name text COLLATE "C" NOT NULL, -- name without the kind of unit
    name_folded text COLLATE "C" NOT NULL, -- the name as it is searched
    name_sort text COLLATE "C" NOT NULL, -- the name as it is sorted
    kind_code text COLLATE "C" NOT NULL, -- kind of unit, code list unit-kinds
    parent_id uuid, -- unit above it; empty for the nation
    territory_number integer NOT NULL, -- raised by each reform that changed the territory
    valid_from date NOT NULL, -- first day
    valid_to date, -- first day no longer; empty while it lasts
    act_number text COLLATE "C", -- act that began the entry, where known
    confidence text COLLATE "C" NOT NULL, -- how sure the entry is
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
    ancestor_id uuid NOT NULL, -- unit above
    descendant_id uuid NOT NULL, -- unit below
    depth integer NOT NULL, -- steps between them
    valid_from date NOT NULL, -- first day
    valid_to date, -- first day no longer; empty while it lasts
    CONSTRAINT unit_ancestry_key PRIMARY KEY (ancestor_id, descendant_id, valid_from),
    CONSTRAINT unit_ancestry_ancestor FOREIGN KEY (ancestor_id) REFERENCES units (id),
    CONSTRAINT unit_ancestry_descendant FOREIGN KEY (descendant_id) REFERENCES units (id)
);
CREATE INDEX unit_ancestry_descendants ON unit_ancestry (descendant_id, ancestor_id, valid_from);

-- Programs that call the service.
CREATE TABLE clients (
    id uuid NOT NULL, -- client
    version bigint NOT NULL, -- raised by each change
    unit_id uuid NOT NULL, -- unit whose administration answers for the client
    name text COLLATE "C" NOT NULL, -- what people call it
    description text COLLATE "C", -- what it does
    may_name_person boolean NOT NULL, -- whether it may name the person it acts for
    created_at timestamptz NOT NULL, -- when it was registered
    updated_at timestamptz NOT NULL, -- when it was last changed
    CONSTRAINT clients_key PRIMARY KEY (id),
    CONSTRAINT clients_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT clients_name_key UNIQUE (unit_id, name)
);

-- Keys of clients; only the hash of the secret is kept.
CREATE TABLE api_keys (
    id uuid NOT NULL, -- key
    version bigint NOT NULL, -- raised by each change
    client_id uuid NOT NULL, -- client it belongs to
    key_code text COLLATE "C" NOT NULL, -- the public part of the key, by which it is found
    secret_hash bytea NOT NULL, -- SHA-256 of the secret part
    label text COLLATE "C", -- what the key is used for
    expires_at timestamptz NOT NULL, -- from then on it is refused
    revoked_at timestamptz, -- when it was revoked
    created_at timestamptz NOT NULL, -- when it was issued
    CONSTRAINT api_keys_key PRIMARY KEY (id),
    CONSTRAINT api_keys_client FOREIGN KEY (client_id) REFERENCES clients (id),
    CONSTRAINT api_keys_code_key UNIQUE (key_code)
);
CREATE INDEX api_keys_clients ON api_keys (client_id);

-- Roles of clients over units and their subtrees.
CREATE TABLE grants (
    id uuid NOT NULL, -- grant
    version bigint NOT NULL, -- raised by each change
    client_id uuid NOT NULL, -- who holds it
    role text COLLATE "C" NOT NULL, -- VIEWER, EDITOR, SIGNER, MANAGER, ADMIN
    unit_id uuid NOT NULL, -- over which unit and everything below it
    created_at timestamptz NOT NULL, -- when it was given
    CONSTRAINT grants_key PRIMARY KEY (id),
    CONSTRAINT grants_client FOREIGN KEY (client_id) REFERENCES clients (id),
    CONSTRAINT grants_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT grants_role_key UNIQUE (client_id, role, unit_id)
);

-- Open code lists that a province may extend.
CREATE TABLE code_list_entries (
    id uuid NOT NULL, -- entry
    version bigint NOT NULL, -- raised by each change
    list text COLLATE "C" NOT NULL, -- name of the list
    code text COLLATE "C" NOT NULL, -- code of the entry
    position integer NOT NULL, -- place in the list
    label_vi text COLLATE "C" NOT NULL, -- label in Vietnamese
    label_en text COLLATE "C" NOT NULL, -- label in English
    parent_code text COLLATE "C", -- code of the entry above, in the same list
    valid_from date, -- first day, empty if always
    valid_to date, -- first day no longer
    CONSTRAINT code_list_entries_key PRIMARY KEY (id),
    CONSTRAINT code_list_entries_code_key UNIQUE (list, code)
);

-- Sets of criteria issued by an act.
CREATE TABLE criteria_sets (
    id uuid NOT NULL, -- set
    version bigint NOT NULL, -- raised by each change
    code text COLLATE "C" NOT NULL, -- published code
    base_set_id uuid, -- set it stands on and differs from
    name_vi text COLLATE "C" NOT NULL, -- name in Vietnamese
    name_en text COLLATE "C" NOT NULL, -- name in English
    status text COLLATE "C" NOT NULL, -- DRAFT, PUBLISHED, RETIRED
    level text COLLATE "C" NOT NULL, -- level of the units it assesses
    kind_codes jsonb NOT NULL, -- kinds of unit it assesses
    valid_from date NOT NULL, -- first day a period may end on
    valid_to date NOT NULL, -- last day a period may end on
    issuer_unit_id uuid, -- unit whose act issued it: the nation or a province
    acts jsonb NOT NULL, -- acts that issue and amend it: number, issued_date, issuer, role
    text_available boolean NOT NULL, -- false where the act's own text was not at hand
    confidence text COLLATE "C" NOT NULL, -- how sure the names are
    created_at timestamptz NOT NULL, -- when it was stored
    CONSTRAINT criteria_sets_key PRIMARY KEY (id),
    CONSTRAINT criteria_sets_code_key UNIQUE (code),
    CONSTRAINT criteria_sets_base FOREIGN KEY (base_set_id) REFERENCES criteria_sets (id)
);

-- Criteria of a set; a set with a base has only those that differ.
CREATE TABLE criteria (
    id uuid NOT NULL, -- criterion
    criteria_set_id uuid NOT NULL, -- set
    code text COLLATE "C" NOT NULL, -- code within the set
    position integer NOT NULL, -- place in the set, from 1
    group_code text COLLATE "C", -- group of criteria
    name_vi text COLLATE "C" NOT NULL, -- name in Vietnamese
    name_en text COLLATE "C" NOT NULL, -- name in English
    confidence text COLLATE "C" NOT NULL, -- how sure the name is
    CONSTRAINT criteria_key PRIMARY KEY (id),
    CONSTRAINT criteria_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id),
    CONSTRAINT criteria_code_key UNIQUE (criteria_set_id, code)
);

-- Bands in which units are counted by criteria met.
CREATE TABLE criteria_bands (
    criteria_set_id uuid NOT NULL, -- set
    code text COLLATE "C" NOT NULL, -- code of the band, as printed
    position integer NOT NULL, -- place in reports, highest band first
    min_count integer NOT NULL, -- fewest criteria met
    max_count integer NOT NULL, -- most criteria met
    CONSTRAINT criteria_bands_key PRIMARY KEY (criteria_set_id, code),
    CONSTRAINT criteria_bands_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id),
    CONSTRAINT criteria_bands_order CHECK (min_count <= max_count)
);

-- One unit, one set, one period, one stage.
CREATE TABLE assessments (
    id uuid NOT NULL, -- assessment
    version bigint NOT NULL, -- raised by each change
    unit_id uuid NOT NULL, -- the unit assessed
    unit_date date NOT NULL, -- day on which the unit and its place in the tree were taken
    criteria_set_id uuid NOT NULL, -- set it is judged by
    period text COLLATE "C" NOT NULL, -- reporting period
    period_end date NOT NULL, -- last day of the period
    stage text COLLATE "C" NOT NULL, -- REPORTED, SELF, VERIFICATION, APPRAISAL, TARGET
    status text COLLATE "C" NOT NULL, -- DRAFT, SUBMITTED, RETURNED
    revision integer NOT NULL, -- raised when a submitted assessment is reopened
    cut_off_date date, -- day up to which the facts were taken; empty where unknown
    source_label text COLLATE "C", -- where a reported result was published
    source_date date, -- when it was published
    declared_min integer, -- fewest criteria met, as declared
    declared_max integer, -- most criteria met, as declared
    note text COLLATE "C", -- remarks
    return_reason text COLLATE "C", -- why it was returned or reopened
    return_items jsonb, -- reasons for single criteria
    author_client_id uuid, -- client that wrote it last; empty for the command line
    author_person_id uuid, -- person that client acted for
    signer_client_id uuid, -- client that submitted it
    signer_person_id uuid, -- person that client acted for
    submitted_at timestamptz, -- when it was submitted
    seal_hash text COLLATE "C", -- SHA-256 of the canonical form that was submitted
    created_at timestamptz NOT NULL, -- when it was begun
    updated_at timestamptz NOT NULL, -- when it was last changed
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
    assessment_id uuid NOT NULL, -- assessment
    criterion_code text COLLATE "C" NOT NULL, -- criterion
    verdict text COLLATE "C" NOT NULL, -- MET, NOT_MET, NOT_APPLICABLE, NOT_ASSESSED
    note text COLLATE "C", -- reason, required for NOT_APPLICABLE
    CONSTRAINT assessment_verdicts_key PRIMARY KEY (assessment_id, criterion_code),
    CONSTRAINT assessment_verdicts_assessment FOREIGN KEY (assessment_id) REFERENCES assessments (id) ON DELETE CASCADE
);

-- What reports need of an assessment, written with it and held in memory.
CREATE TABLE assessment_summaries (
    assessment_id uuid NOT NULL, -- assessment
    met_bits bigint NOT NULL, -- bit n-1 is set where the n-th criterion of the set is met or not applicable
    undecided_bits bigint NOT NULL, -- bit n-1 is set where the n-th criterion is undecided
    met_min integer NOT NULL, -- fewest criteria met, after the declared total
    met_max integer NOT NULL, -- most criteria met, after the declared total
    CONSTRAINT assessment_summaries_key PRIMARY KEY (assessment_id),
    CONSTRAINT assessment_summaries_assessment FOREIGN KEY (assessment_id) REFERENCES assessments (id) ON DELETE CASCADE
);
