-- Works: what is built with the money of the programmes, how far it is, and who owns it.

CREATE TABLE works (
    id BLOB NOT NULL, -- work
    version INTEGER NOT NULL, -- counts its changes
    unit_id BLOB NOT NULL, -- unit in which it stands
    unit_date TEXT NOT NULL, -- day on which the tree tells who may see it
    name TEXT NOT NULL, -- name
    search_text TEXT NOT NULL, -- the same, folded
    programme_code TEXT NOT NULL, -- programme
    component_code TEXT, -- component of it
    owner_unit_id BLOB, -- unit that owns it (chủ đầu tư)
    owner_agency_id BLOB, -- agency that does
    owner_act_id BLOB, -- act that names the owner
    total_investment_vnd INTEGER, -- total investment in đồng; null where it is not decided
    state TEXT NOT NULL, -- PLANNED, UNDER_CONSTRUCTION, SUSPENDED, COMPLETED, SETTLED, CANCELLED
    planned_start_date TEXT, -- when it is to begin
    planned_end_date TEXT, -- when it is to be finished
    started_date TEXT, -- when it was begun
    completed_date TEXT, -- when it was finished
    note TEXT, -- remark
    external_id TEXT, -- id at the client that recorded it
    created_at INTEGER NOT NULL, -- when it was recorded
    updated_at INTEGER NOT NULL, -- when it was changed last
    CONSTRAINT works_key PRIMARY KEY (id),
    CONSTRAINT works_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT works_owner_unit FOREIGN KEY (owner_unit_id) REFERENCES units (id),
    CONSTRAINT works_owner_agency FOREIGN KEY (owner_agency_id) REFERENCES agencies (id),
    CONSTRAINT works_owner_act FOREIGN KEY (owner_act_id) REFERENCES acts (id)
);

CREATE INDEX works_by_unit ON works (unit_id);

CREATE TABLE work_progress (
    work_id BLOB NOT NULL, -- work
    number INTEGER NOT NULL, -- counts its reports
    reported_date TEXT NOT NULL, -- day of which it tells
    physical_percent INTEGER NOT NULL, -- physical progress, in ten-thousandths
    accepted_vnd INTEGER, -- accepted volume so far in đồng; null where it was not told
    note TEXT, -- remark
    client_id BLOB, -- client that reported
    person_id BLOB, -- person for whom it did
    reported_at INTEGER NOT NULL, -- when it was reported
    CONSTRAINT work_progress_key PRIMARY KEY (work_id, number),
    CONSTRAINT work_progress_work FOREIGN KEY (work_id) REFERENCES works (id)
);

ALTER TABLE statements ADD COLUMN programme_code TEXT; -- programme whose money is claimed
