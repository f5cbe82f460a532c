-- What conclusions and programmes bind whom to, the tasks that come of it, and how they are done.

CREATE TABLE directives (
    id BLOB NOT NULL, -- directive
    version INTEGER NOT NULL, -- counts its changes
    unit_id BLOB NOT NULL, -- unit of the committee
    unit_date TEXT NOT NULL, -- day on which the tree tells who may see it: that from which it binds
    committee_id BLOB NOT NULL, -- committee that binds
    act_id BLOB NOT NULL, -- act whose item binds
    item_code TEXT NOT NULL, -- number of the item
    kind TEXT NOT NULL, -- kind of its tasks: DIRECTIVE, WORK_PROGRAMME
    content TEXT NOT NULL, -- words of the item when it bound
    binds_members BOOLEAN NOT NULL, -- every member of the committee, also later ones
    binds_agencies BOOLEAN NOT NULL, -- every agency of the unit, also later ones
    binds_communes BOOLEAN NOT NULL, -- every commune of the territory, also later ones
    expected_result_kind TEXT, -- what it should bring
    product TEXT, -- what is to be handed in
    assigned_date TEXT NOT NULL, -- day from which it binds
    due_date TEXT, -- by when, the first time where it recurs; null for what stands
    recurrence TEXT, -- MONTHLY, QUARTERLY, HALF_YEARLY, YEARLY
    recurs_until TEXT, -- last day on which it may fall due again
    state TEXT NOT NULL, -- IN_FORCE, ENDED
    ended_date TEXT, -- first day on which it binds no longer
    ending_reason TEXT, -- why it ended
    note TEXT, -- note
    external_id TEXT, -- id at the client that recorded it
    created_at INTEGER NOT NULL, -- when it was recorded
    updated_at INTEGER NOT NULL, -- when it was changed last
    CONSTRAINT directives_key PRIMARY KEY (id),
    CONSTRAINT directives_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT directives_committee FOREIGN KEY (committee_id) REFERENCES committees (id),
    CONSTRAINT directives_act FOREIGN KEY (act_id) REFERENCES acts (id),
    CONSTRAINT directives_recurrence CHECK ((recurrence IS NULL) = (recurs_until IS NULL))
);

CREATE INDEX directives_by_committee ON directives (committee_id);
CREATE INDEX directives_by_act ON directives (act_id, item_code);

CREATE TABLE directive_parties (
    directive_id BLOB NOT NULL, -- directive
    position INTEGER NOT NULL, -- place in the list
    role TEXT NOT NULL, -- BOUND: has a task; PARTNER: works with those who have
    person_id BLOB, -- who: a person
    agency_id BLOB, -- who: an agency
    party_unit_id BLOB, -- who: a unit
    party_committee_id BLOB, -- who: a committee or working group; exactly one of the four
    CONSTRAINT directive_parties_key PRIMARY KEY (directive_id, position),
    CONSTRAINT directive_parties_directive FOREIGN KEY (directive_id) REFERENCES directives (id) ON DELETE CASCADE,
    CONSTRAINT directive_parties_person FOREIGN KEY (person_id) REFERENCES people (id),
    CONSTRAINT directive_parties_agency FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT directive_parties_unit FOREIGN KEY (party_unit_id) REFERENCES units (id),
    CONSTRAINT directive_parties_committee FOREIGN KEY (party_committee_id) REFERENCES committees (id)
);

CREATE INDEX directive_parties_by_agency ON directive_parties (agency_id);
CREATE INDEX directive_parties_by_committee ON directive_parties (party_committee_id);

CREATE TABLE tasks (
    id BLOB NOT NULL, -- task
    version INTEGER NOT NULL, -- counts its changes
    unit_id BLOB NOT NULL, -- unit of whoever has it
    unit_date TEXT NOT NULL, -- day on which the tree tells who may see it
    committee_id BLOB NOT NULL, -- committee that follows it
    kind TEXT NOT NULL, -- DIRECTIVE, WORK_PROGRAMME, COMMITMENT, RECOMMENDATION
    directive_id BLOB, -- directive that it comes of
    act_id BLOB, -- act that it comes of
    item_code TEXT, -- number of the item of the act
    serves_task_id BLOB, -- task that it serves: the commitment a directive asked for
    content TEXT NOT NULL, -- what is to be done
    search_text TEXT NOT NULL, -- the same, folded
    person_id BLOB, -- who has it: a person
    agency_id BLOB, -- who has it: an agency
    party_unit_id BLOB, -- who has it: a unit
    party_committee_id BLOB, -- who has it: a committee or working group; exactly one of the four
    target_unit_id BLOB, -- unit that it is for
    criteria_set_id BLOB, -- set of the criterion that it is for
    criterion_code TEXT, -- criterion that it is for
    quantity INTEGER, -- how much, in ten-thousandths of its unit
    quantity_unit TEXT, -- unit of the quantity
    value_vnd INTEGER, -- worth in whole đồng
    assigned_date TEXT NOT NULL, -- day from which it runs
    due_date TEXT, -- by when, extensions included; null for what stands
    sort_date TEXT NOT NULL, -- due date, or the last day of the calendar: the order of lists
    status TEXT NOT NULL, -- OPEN, IN_PROGRESS, DONE, CONFIRMED, CANCELLED
    done_date TEXT, -- day on which it was done
    progress_percent INTEGER, -- how far it is by the newest report
    note TEXT, -- note
    external_id TEXT, -- id at the client that recorded it
    created_at INTEGER NOT NULL, -- when it was recorded
    updated_at INTEGER NOT NULL, -- when it was changed last
    CONSTRAINT tasks_key PRIMARY KEY (id),
    CONSTRAINT tasks_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT tasks_committee FOREIGN KEY (committee_id) REFERENCES committees (id),
    CONSTRAINT tasks_directive FOREIGN KEY (directive_id) REFERENCES directives (id),
    CONSTRAINT tasks_act FOREIGN KEY (act_id) REFERENCES acts (id),
    CONSTRAINT tasks_served FOREIGN KEY (serves_task_id) REFERENCES tasks (id),
    CONSTRAINT tasks_person FOREIGN KEY (person_id) REFERENCES people (id),
    CONSTRAINT tasks_agency FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT tasks_party_unit FOREIGN KEY (party_unit_id) REFERENCES units (id),
    CONSTRAINT tasks_party_committee FOREIGN KEY (party_committee_id) REFERENCES committees (id),
    CONSTRAINT tasks_target_unit FOREIGN KEY (target_unit_id) REFERENCES units (id),
    CONSTRAINT tasks_criteria_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id)
);

CREATE INDEX tasks_by_person ON tasks (person_id, sort_date);
CREATE INDEX tasks_by_agency ON tasks (agency_id, sort_date);
CREATE INDEX tasks_by_party_unit ON tasks (party_unit_id, sort_date);
CREATE INDEX tasks_by_party_committee ON tasks (party_committee_id, sort_date);
CREATE INDEX tasks_by_committee ON tasks (committee_id, sort_date);
CREATE INDEX tasks_by_unit ON tasks (unit_id, sort_date);
CREATE INDEX tasks_by_target_unit ON tasks (target_unit_id, sort_date);
CREATE INDEX tasks_by_directive ON tasks (directive_id);
CREATE INDEX tasks_by_act ON tasks (act_id);
CREATE INDEX tasks_by_served ON tasks (serves_task_id);

CREATE TABLE task_steps (
    task_id BLOB NOT NULL, -- task
    number INTEGER NOT NULL, -- counts the steps of the task
    status TEXT NOT NULL, -- status that it led to
    client_id BLOB, -- client that took it
    person_id BLOB, -- person for whom the client did
    taken_at INTEGER NOT NULL, -- when
    done_date TEXT, -- for DONE: day on which it was done
    result TEXT, -- for DONE: what came of it
    reason TEXT, -- why, where it was returned or cancelled
    CONSTRAINT task_steps_key PRIMARY KEY (task_id, number),
    CONSTRAINT task_steps_task FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE
);

CREATE TABLE task_extensions (
    task_id BLOB NOT NULL, -- task
    number INTEGER NOT NULL, -- counts the extensions of the task
    old_due_date TEXT NOT NULL, -- by when it was to be done before
    new_due_date TEXT NOT NULL, -- by when since
    reason TEXT NOT NULL, -- why
    act_number TEXT, -- act that extended it
    client_id BLOB, -- client that recorded it
    person_id BLOB, -- person for whom the client did
    extended_at INTEGER NOT NULL, -- when
    CONSTRAINT task_extensions_key PRIMARY KEY (task_id, number),
    CONSTRAINT task_extensions_task FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE
);

CREATE TABLE task_files (
    task_id BLOB NOT NULL, -- task
    file_id BLOB NOT NULL, -- file that shows what was done
    position INTEGER NOT NULL, -- place among the files
    CONSTRAINT task_files_key PRIMARY KEY (task_id, file_id),
    CONSTRAINT task_files_task FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE,
    CONSTRAINT task_files_file FOREIGN KEY (file_id) REFERENCES files (id)
);

CREATE INDEX task_files_by_file ON task_files (file_id);

CREATE TABLE task_progress_reports (
    id BLOB NOT NULL, -- report
    version INTEGER NOT NULL, -- always 1: what was reported stays
    unit_id BLOB NOT NULL, -- unit of the task
    unit_date TEXT NOT NULL, -- day on which the tree tells who may see it
    task_id BLOB NOT NULL, -- task
    report_date TEXT NOT NULL, -- day as of which it reports
    content TEXT NOT NULL, -- what was done, what is in the way
    progress_percent INTEGER, -- how far it is
    quantity INTEGER, -- how much is done, in ten-thousandths of the unit of the task's quantity
    client_id BLOB, -- client that reported
    person_id BLOB, -- person for whom the client did
    external_id TEXT, -- id at the client that recorded it
    created_at INTEGER NOT NULL, -- when it was recorded
    CONSTRAINT task_progress_reports_key PRIMARY KEY (id),
    CONSTRAINT task_progress_reports_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT task_progress_reports_task FOREIGN KEY (task_id) REFERENCES tasks (id)
);

CREATE INDEX task_progress_reports_by_task ON task_progress_reports (task_id);
