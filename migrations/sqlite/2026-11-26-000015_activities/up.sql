-- What committees and agencies do beside tasks: visits, reminders, inspections, supervision, communication.

CREATE TABLE activities (
    id BLOB NOT NULL, -- activity
    version INTEGER NOT NULL, -- counts its changes
    unit_id BLOB NOT NULL, -- unit whose activity it is
    unit_date TEXT NOT NULL, -- day on which the tree tells who may see it: the day planned or held
    committee_id BLOB, -- committee whose activity it is; null where it is of none
    kind TEXT NOT NULL, -- VISIT, REMINDER, INSPECTION, SUPERVISION, COMMUNICATION
    status TEXT NOT NULL, -- PLANNED, HELD, CANCELLED
    title TEXT NOT NULL, -- in one line
    search_text TEXT NOT NULL, -- the same, folded
    planned_date TEXT, -- day for which it was planned
    held_date TEXT, -- day on which it was held
    task_id BLOB, -- task that it serves
    findings TEXT, -- what was found
    audience TEXT, -- whom a communication is for
    language TEXT, -- language of a communication
    reach_count INTEGER, -- people reached
    cost_vnd INTEGER, -- cost in whole đồng
    cancellation_reason TEXT, -- why it was not held
    note TEXT, -- note
    external_id TEXT, -- id at the client that recorded it
    created_at INTEGER NOT NULL, -- when it was recorded
    updated_at INTEGER NOT NULL, -- when it was changed last
    CONSTRAINT activities_key PRIMARY KEY (id),
    CONSTRAINT activities_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT activities_committee FOREIGN KEY (committee_id) REFERENCES committees (id),
    CONSTRAINT activities_task FOREIGN KEY (task_id) REFERENCES tasks (id)
);

CREATE INDEX activities_by_unit ON activities (unit_id);
CREATE INDEX activities_by_committee ON activities (committee_id);
CREATE INDEX activities_by_task ON activities (task_id);

CREATE TABLE activity_units (
    activity_id BLOB NOT NULL, -- activity
    target_unit_id BLOB NOT NULL, -- unit that was visited, inspected, reached
    position INTEGER NOT NULL, -- place in the list
    CONSTRAINT activity_units_key PRIMARY KEY (activity_id, target_unit_id),
    CONSTRAINT activity_units_activity FOREIGN KEY (activity_id) REFERENCES activities (id) ON DELETE CASCADE,
    CONSTRAINT activity_units_unit FOREIGN KEY (target_unit_id) REFERENCES units (id)
);

CREATE INDEX activity_units_by_unit ON activity_units (target_unit_id);

CREATE TABLE activity_parties (
    activity_id BLOB NOT NULL, -- activity
    position INTEGER NOT NULL, -- place in the list
    person_id BLOB, -- who took part: a person
    agency_id BLOB, -- who took part: an agency; exactly one of the two
    CONSTRAINT activity_parties_key PRIMARY KEY (activity_id, position),
    CONSTRAINT activity_parties_activity FOREIGN KEY (activity_id) REFERENCES activities (id) ON DELETE CASCADE,
    CONSTRAINT activity_parties_person FOREIGN KEY (person_id) REFERENCES people (id),
    CONSTRAINT activity_parties_agency FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT activity_parties_one CHECK ((person_id IS NULL) <> (agency_id IS NULL))
);

CREATE INDEX activity_parties_by_person ON activity_parties (person_id);
CREATE INDEX activity_parties_by_agency ON activity_parties (agency_id);

CREATE TABLE activity_recommendations (
    activity_id BLOB NOT NULL, -- activity
    task_id BLOB NOT NULL, -- task that it recommends
    position INTEGER NOT NULL, -- place in the list
    CONSTRAINT activity_recommendations_key PRIMARY KEY (activity_id, task_id),
    CONSTRAINT activity_recommendations_activity FOREIGN KEY (activity_id) REFERENCES activities (id) ON DELETE CASCADE,
    CONSTRAINT activity_recommendations_task FOREIGN KEY (task_id) REFERENCES tasks (id)
);

CREATE INDEX activity_recommendations_by_task ON activity_recommendations (task_id);

CREATE TABLE activity_files (
    activity_id BLOB NOT NULL, -- activity
    file_id BLOB NOT NULL, -- photo, minutes, report
    position INTEGER NOT NULL, -- place in the list
    CONSTRAINT activity_files_key PRIMARY KEY (activity_id, file_id),
    CONSTRAINT activity_files_activity FOREIGN KEY (activity_id) REFERENCES activities (id) ON DELETE CASCADE,
    CONSTRAINT activity_files_file FOREIGN KEY (file_id) REFERENCES files (id)
);

CREATE INDEX activity_files_by_file ON activity_files (file_id);
