-- Agencies, people, committees and mandates: who does the work of the programmes.

CREATE TABLE agencies (
    id uuid NOT NULL, -- agency
    version bigint NOT NULL, -- counts its changes
    unit_id uuid NOT NULL, -- unit whose agency it is
    unit_date date NOT NULL, -- day on which the tree tells who may see it
    kind text COLLATE "C" NOT NULL, -- PARTY, PEOPLES_COUNCIL, PEOPLES_COMMITTEE and so on
    name text COLLATE "C" NOT NULL, -- official name
    search_name text COLLATE "C" NOT NULL, -- the name without diacritics, in lower case
    identifier_scheme text COLLATE "C", -- QD20_2020, QCVN102_2016
    identifier_value text COLLATE "C", -- electronic identifier of the agency
    valid_from date, -- first day; null where it is not known
    valid_to date, -- first day on which it is no more
    external_id text COLLATE "C", -- id at the client that recorded it
    created_at timestamptz NOT NULL, -- when it was recorded
    updated_at timestamptz NOT NULL, -- when it was changed last
    CONSTRAINT agencies_key PRIMARY KEY (id),
    CONSTRAINT agencies_unit FOREIGN KEY (unit_id) REFERENCES units (id)
);

CREATE UNIQUE INDEX agencies_business_key ON agencies (unit_id, name);
CREATE UNIQUE INDEX agencies_identifier ON agencies (identifier_scheme, identifier_value);

CREATE TABLE people (
    id uuid NOT NULL, -- person
    version bigint NOT NULL, -- counts its changes
    unit_id uuid NOT NULL, -- unit whose administration keeps the record
    unit_date date NOT NULL, -- day on which the tree tells who may see it
    full_name text COLLATE "C", -- personal: name; null once it is erased
    positions jsonb NOT NULL, -- personal: list of positions, each with title, agency_id and days
    phone text COLLATE "C", -- personal: telephone of the office
    email text COLLATE "C", -- personal: address of the office
    state text COLLATE "C" NOT NULL, -- ACTIVE, ERASED
    erasure_reason text COLLATE "C", -- why the personal data were erased
    external_id text COLLATE "C", -- id at the client that recorded it
    created_at timestamptz NOT NULL, -- when it was recorded
    updated_at timestamptz NOT NULL, -- when it was changed last
    CONSTRAINT people_key PRIMARY KEY (id),
    CONSTRAINT people_unit FOREIGN KEY (unit_id) REFERENCES units (id)
);

CREATE INDEX people_by_unit ON people (unit_id);

CREATE TABLE person_readings (
    id uuid NOT NULL, -- reading
    person_id uuid NOT NULL, -- person whose data were read
    client_id uuid, -- client that read; null for the command line
    acting_person_id uuid, -- person for whom it read
    request_id text COLLATE "C" NOT NULL, -- trace id of the request
    read_at timestamptz NOT NULL, -- when
    CONSTRAINT person_readings_key PRIMARY KEY (id),
    CONSTRAINT person_readings_person FOREIGN KEY (person_id) REFERENCES people (id)
);

CREATE INDEX person_readings_by_person ON person_readings (person_id, id);

CREATE TABLE committees (
    id uuid NOT NULL, -- committee or working group
    version bigint NOT NULL, -- counts its changes
    unit_id uuid NOT NULL, -- unit whose committee it is
    unit_date date NOT NULL, -- day on which the tree tells who may see it
    kind text COLLATE "C" NOT NULL, -- COMMITTEE, WORKING_GROUP
    parent_id uuid, -- committee that a working group serves
    name text COLLATE "C" NOT NULL, -- official name
    search_name text COLLATE "C" NOT NULL, -- the name without diacritics, in lower case
    act_number text COLLATE "C", -- act that set it up
    valid_from date, -- first day; null where it is not known
    valid_to date, -- first day on which it is no more
    external_id text COLLATE "C", -- id at the client that recorded it
    created_at timestamptz NOT NULL, -- when it was recorded
    updated_at timestamptz NOT NULL, -- when it was changed last
    CONSTRAINT committees_key PRIMARY KEY (id),
    CONSTRAINT committees_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT committees_parent FOREIGN KEY (parent_id) REFERENCES committees (id)
);

CREATE UNIQUE INDEX committees_business_key ON committees (unit_id, name);
CREATE INDEX committees_by_parent ON committees (parent_id);

CREATE TABLE mandates (
    id uuid NOT NULL, -- mandate
    version bigint NOT NULL, -- counts its changes
    unit_id uuid NOT NULL, -- unit of the committee
    unit_date date NOT NULL, -- day on which the tree tells who may see it: that of the committee
    committee_id uuid NOT NULL, -- committee in which it is held
    kind text COLLATE "C" NOT NULL, -- MEMBERSHIP, CHARGE
    person_id uuid, -- holder: a person
    agency_id uuid, -- holder: an agency; exactly one of the two
    role text COLLATE "C", -- of a membership: HEAD, DEPUTY_HEAD, STANDING_MEMBER, SECRETARY, MEMBER; null where it is not known
    charge_unit_id uuid, -- of a charge: the unit followed
    criteria_set_id uuid, -- of a charge: set of the criterion
    criterion_code text COLLATE "C", -- of a charge: the criterion followed
    act_number text COLLATE "C", -- act by which it is held
    ending_act_number text COLLATE "C", -- act that ended or annulled it
    state text COLLATE "C" NOT NULL, -- IN_FORCE, ENDED, ANNULLED
    valid_from date, -- first day; null where it is not known
    valid_to date, -- first day on which it is no longer held
    note text COLLATE "C", -- note
    external_id text COLLATE "C", -- id at the client that recorded it
    created_at timestamptz NOT NULL, -- when it was recorded
    updated_at timestamptz NOT NULL, -- when it was changed last
    CONSTRAINT mandates_key PRIMARY KEY (id),
    CONSTRAINT mandates_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT mandates_committee FOREIGN KEY (committee_id) REFERENCES committees (id),
    CONSTRAINT mandates_person FOREIGN KEY (person_id) REFERENCES people (id),
    CONSTRAINT mandates_agency FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT mandates_charge_unit FOREIGN KEY (charge_unit_id) REFERENCES units (id),
    CONSTRAINT mandates_criteria_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id),
    CONSTRAINT mandates_one_holder CHECK ((person_id IS NULL) <> (agency_id IS NULL))
);

CREATE INDEX mandates_by_committee ON mandates (committee_id);
CREATE INDEX mandates_by_person ON mandates (person_id);
CREATE INDEX mandates_by_agency ON mandates (agency_id);
CREATE INDEX mandates_by_charge_unit ON mandates (charge_unit_id);
