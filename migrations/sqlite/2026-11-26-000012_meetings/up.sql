-- Meetings of committees, who attended, what was handed out, and which acts came of them.

CREATE TABLE meetings (
    id BLOB NOT NULL, -- meeting
    version INTEGER NOT NULL, -- counts its changes
    unit_id BLOB NOT NULL, -- unit of the committee
    unit_date TEXT NOT NULL, -- day on which the tree tells who may see it: that of the meeting
    committee_id BLOB NOT NULL, -- committee or working group that meets
    held_date TEXT NOT NULL, -- day of the meeting
    place TEXT, -- where
    reviews_period TEXT, -- period that it looks back on
    plans_period TEXT, -- period that it looks ahead to
    agenda TEXT NOT NULL, -- list of what is dealt with, in its order
    note TEXT, -- note
    external_id TEXT, -- id at the client that recorded it
    created_at INTEGER NOT NULL, -- when it was recorded
    updated_at INTEGER NOT NULL, -- when it was changed last
    CONSTRAINT meetings_key PRIMARY KEY (id),
    CONSTRAINT meetings_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT meetings_committee FOREIGN KEY (committee_id) REFERENCES committees (id)
);

CREATE INDEX meetings_by_committee ON meetings (committee_id, held_date);

CREATE TABLE meeting_attendances (
    meeting_id BLOB NOT NULL, -- meeting
    position INTEGER NOT NULL, -- place in the list
    person_id BLOB, -- who: a person
    agency_id BLOB, -- who: an agency; exactly one of the two
    presence TEXT NOT NULL, -- CHAIRED, PRESENT, EXCUSED, ABSENT
    CONSTRAINT meeting_attendances_key PRIMARY KEY (meeting_id, position),
    CONSTRAINT meeting_attendances_meeting FOREIGN KEY (meeting_id) REFERENCES meetings (id) ON DELETE CASCADE,
    CONSTRAINT meeting_attendances_person FOREIGN KEY (person_id) REFERENCES people (id),
    CONSTRAINT meeting_attendances_agency FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT meeting_attendances_one CHECK ((person_id IS NULL) <> (agency_id IS NULL))
);

CREATE INDEX meeting_attendances_by_person ON meeting_attendances (person_id);
CREATE INDEX meeting_attendances_by_agency ON meeting_attendances (agency_id);

CREATE TABLE meeting_files (
    meeting_id BLOB NOT NULL, -- meeting
    file_id BLOB NOT NULL, -- file
    position INTEGER NOT NULL, -- place among the files
    kind TEXT NOT NULL, -- MINUTES, PHOTO, DOCUMENT
    CONSTRAINT meeting_files_key PRIMARY KEY (meeting_id, file_id),
    CONSTRAINT meeting_files_meeting FOREIGN KEY (meeting_id) REFERENCES meetings (id) ON DELETE CASCADE,
    CONSTRAINT meeting_files_file FOREIGN KEY (file_id) REFERENCES files (id)
);

CREATE INDEX meeting_files_by_file ON meeting_files (file_id);

CREATE TABLE meeting_acts (
    meeting_id BLOB NOT NULL, -- meeting
    act_id BLOB NOT NULL, -- act that came of it, or was adopted at it
    position INTEGER NOT NULL, -- place among the acts
    CONSTRAINT meeting_acts_key PRIMARY KEY (meeting_id, act_id),
    CONSTRAINT meeting_acts_meeting FOREIGN KEY (meeting_id) REFERENCES meetings (id) ON DELETE CASCADE,
    CONSTRAINT meeting_acts_act FOREIGN KEY (act_id) REFERENCES acts (id)
);

CREATE INDEX meeting_acts_by_act ON meeting_acts (act_id);
