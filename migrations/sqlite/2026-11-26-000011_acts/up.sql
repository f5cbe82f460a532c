-- Acts with their items and files, and which records name which act.

CREATE TABLE acts (
    id BLOB NOT NULL, -- act
    version INTEGER NOT NULL, -- counts its changes
    unit_id BLOB NOT NULL, -- unit whose authorities issued it
    unit_date TEXT NOT NULL, -- day on which the tree tells who may see it
    kind_code TEXT NOT NULL, -- code of act-kinds
    act_number TEXT, -- number and symbol; null while it has none, or none is known
    title TEXT NOT NULL, -- what it is about
    search_text TEXT NOT NULL, -- number and title without diacritics, in lower case
    committee_id BLOB, -- committee that issued it
    agency_id BLOB, -- agency that issued it
    signer_person_id BLOB, -- who signed; null where it is not known
    issued_date TEXT, -- day of the act; null where it is not known
    effective_date TEXT, -- first day of its effect
    note TEXT, -- note
    external_id TEXT, -- id at the client that recorded it
    created_at INTEGER NOT NULL, -- when it was recorded
    updated_at INTEGER NOT NULL, -- when it was changed last
    CONSTRAINT acts_key PRIMARY KEY (id),
    CONSTRAINT acts_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT acts_committee FOREIGN KEY (committee_id) REFERENCES committees (id),
    CONSTRAINT acts_agency FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT acts_signer FOREIGN KEY (signer_person_id) REFERENCES people (id)
);

CREATE INDEX acts_by_number ON acts (unit_id, act_number);

CREATE TABLE act_items (
    act_id BLOB NOT NULL, -- act
    code TEXT NOT NULL, -- number of the item in the act
    position INTEGER NOT NULL, -- place among the items
    content TEXT NOT NULL, -- what it says
    due_date TEXT, -- by when; null for what stands
    changed_act_id BLOB, -- earlier act of which it changes an item
    changed_item_code TEXT, -- that item
    change_kind TEXT, -- AMENDS, ENDS
    CONSTRAINT act_items_key PRIMARY KEY (act_id, code),
    CONSTRAINT act_items_act FOREIGN KEY (act_id) REFERENCES acts (id) ON DELETE CASCADE,
    CONSTRAINT act_items_changed FOREIGN KEY (changed_act_id) REFERENCES acts (id)
);

CREATE INDEX act_items_by_changed ON act_items (changed_act_id, changed_item_code);

CREATE TABLE act_files (
    act_id BLOB NOT NULL, -- act
    file_id BLOB NOT NULL, -- its text, its annexes, its picture
    position INTEGER NOT NULL, -- place among the files
    CONSTRAINT act_files_key PRIMARY KEY (act_id, file_id),
    CONSTRAINT act_files_act FOREIGN KEY (act_id) REFERENCES acts (id) ON DELETE CASCADE,
    CONSTRAINT act_files_file FOREIGN KEY (file_id) REFERENCES files (id)
);

CREATE INDEX act_files_by_file ON act_files (file_id);

CREATE TABLE act_links (
    collection TEXT NOT NULL, -- kind of record
    record_id BLOB NOT NULL, -- record that names an act
    relation TEXT NOT NULL, -- GROUNDS, ENDS
    act_number TEXT NOT NULL, -- number and symbol that it names
    link_date TEXT NOT NULL, -- day on which the act works: tells acts of the same number of several years apart
    unit_id BLOB, -- unit of the record; null where it is of none
    unit_date TEXT, -- day on which the tree tells who may see it
    CONSTRAINT act_links_key PRIMARY KEY (collection, record_id, relation, act_number)
);

CREATE INDEX act_links_by_number ON act_links (act_number);

-- What was recorded before names its acts too.
INSERT INTO act_links (collection, record_id, relation, act_number, link_date, unit_id, unit_date)
    SELECT 'unit-statuses', id, 'GROUNDS', act_number, valid_from, unit_id, valid_from FROM unit_statuses;
INSERT INTO act_links (collection, record_id, relation, act_number, link_date, unit_id, unit_date)
    SELECT 'unit-statuses', id, 'ENDS', ending_act_number, COALESCE(valid_to, valid_from), unit_id, valid_from
    FROM unit_statuses WHERE ending_act_number IS NOT NULL;
INSERT INTO act_links (collection, record_id, relation, act_number, link_date, unit_id, unit_date)
    SELECT 'unit-successions', id, 'GROUNDS', act_number, effective_date, NULL, NULL FROM unit_successions;
INSERT INTO act_links (collection, record_id, relation, act_number, link_date, unit_id, unit_date)
    SELECT 'period-locks', id, 'GROUNDS', act_number, unit_date, unit_id, unit_date
    FROM period_locks WHERE act_number IS NOT NULL;
INSERT INTO act_links (collection, record_id, relation, act_number, link_date, unit_id, unit_date)
    SELECT 'recognition-dossiers', dossiers.id, 'GROUNDS', steps.act_number, MIN(steps.decision_date), dossiers.unit_id,
        dossiers.unit_date
    FROM recognition_dossiers AS dossiers JOIN recognition_steps AS steps ON steps.dossier_id = dossiers.id
    WHERE steps.act_number IS NOT NULL AND steps.decision_date IS NOT NULL
    GROUP BY dossiers.id, steps.act_number, dossiers.unit_id, dossiers.unit_date;
