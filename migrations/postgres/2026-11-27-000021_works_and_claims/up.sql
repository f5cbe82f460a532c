-- Works: what is built with the money of the programmes, how far it is, and who owns it.

CREATE TABLE works (
    id uuid NOT NULL, -- work
    version bigint NOT NULL, -- counts its changes
    unit_id uuid NOT NULL, -- unit in which it stands
    unit_date date NOT NULL, -- day on which the tree tells who may see it
    name text COLLATE "C" NOT NULL, -- name
    search_text text COLLATE "C" NOT NULL, -- the same, folded
    programme_code text COLLATE "C" NOT NULL, -- programme
    component_code text COLLATE "C", -- component of it
    owner_unit_id uuid, -- unit that owns it (chủ đầu tư)
    owner_agency_id uuid, -- agency that does
    owner_act_id uuid, -- act that names the owner
    total_investment_vnd bigint, -- total investment in đồng; null where it is not decided
    state text COLLATE "C" NOT NULL, -- PLANNED, UNDER_CONSTRUCTION, SUSPENDED, COMPLETED, SETTLED, CANCELLED
    planned_start_date date, -- when it is to begin
    planned_end_date date, -- when it is to be finished
    started_date date, -- when it was begun
    completed_date date, -- when it was finished
    note text COLLATE "C", -- remark
    external_id text COLLATE "C", -- id at the client that recorded it
    created_at timestamptz NOT NULL, -- when it was recorded
    updated_at timestamptz NOT NULL, -- when it was changed last
    CONSTRAINT works_key PRIMARY KEY (id),
    CONSTRAINT works_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT works_owner_unit FOREIGN KEY (owner_unit_id) REFERENCES units (id),
    CONSTRAINT works_owner_agency FOREIGN KEY (owner_agency_id) REFERENCES agencies (id),
    CONSTRAINT works_owner_act FOREIGN KEY (owner_act_id) REFERENCES acts (id)
);

CREATE INDEX works_by_unit ON works (unit_id);

CREATE TABLE work_progress (
    work_id uuid NOT NULL, -- work
    number integer NOT NULL, -- counts its reports
    reported_date date NOT NULL, -- day of which it tells
    physical_percent bigint NOT NULL, -- physical progress, in ten-thousandths
    accepted_vnd bigint, -- accepted volume so far in đồng; null where it was not told
    note text COLLATE "C", -- remark
    client_id uuid, -- client that reported
    person_id uuid, -- person for whom it did
    reported_at timestamptz NOT NULL, -- when it was reported
    CONSTRAINT work_progress_key PRIMARY KEY (work_id, number),
    CONSTRAINT work_progress_work FOREIGN KEY (work_id) REFERENCES works (id)
);

ALTER TABLE statements ADD COLUMN programme_code text COLLATE "C"; -- programme whose money is claimed
