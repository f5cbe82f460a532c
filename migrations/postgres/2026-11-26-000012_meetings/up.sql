-- Meetings of committees, who attended, what was handed out, and which acts came of them.

CREATE TABLE meetings (
    id uuid NOT NULL, -- meeting
    version bigint NOT NULL, -- counts its changes
    unit_id uuid NOT NULL, -- unit of the committee
    unit_date date NOT NULL, -- day on which the tree tells who may see it: that of the meeting
    committee_id uuid NOT NULL, -- committee or working group that meets
    held_date date NOT NULL, -- day of the meeting
    place text COLLATE "C", -- where
    reviews_period text COLLATE "C", -- period that it looks back on
    plans_period text COLLATE "C", -- period that it looks ahead to
    agenda jsonb NOT NULL, -- list of what is dealt with, in its order
    note text COLLATE "C", -- note
    external_id text COLLATE "C", -- id at the client that recorded it
    created_at timestamptz NOT NULL, -- when it was recorded
    updated_at timestamptz NOT NULL, -- when it was changed last
    CONSTRAINT meetings_key PRIMARY KEY (id),
    CONSTRAINT meetings_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT meetings_committee FOREIGN KEY (committee_id) REFERENCES committees (id)
);

CREATE INDEX meetings_by_committee ON meetings (committee_id, held_date);

CREATE TABLE meeting_attendances (
    meeting_id uuid NOT NULL, -- meeting
    position integer NOT NULL, -- place in the list
    person_id uuid, -- who: a person
    agency_id uuid, -- who: an agency; exactly one of the two
    presence text COLLATE "C" NOT NULL, -- CHAIRED, PRESENT, EXCUSED, ABSENT
    CONSTRAINT meeting_attendances_key PRIMARY KEY (meeting_id, position),
    CONSTRAINT meeting_attendances_meeting FOREIGN KEY (meeting_id) REFERENCES meetings (id) ON DELETE CASCADE,
    CONSTRAINT meeting_attendances_person FOREIGN KEY (person_id) REFERENCES people (id),
    CONSTRAINT meeting_attendances_agency FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT meeting_attendances_one CHECK ((person_id IS NULL) <> (agency_id IS NULL))
);

CREATE INDEX meeting_attendances_by_person ON meeting_attendances (person_id);
CREATE INDEX meeting_attendances_by_agency ON meeting_attendances (agency_id);

CREATE TABLE meeting_files (
    meeting_id uuid NOT NULL, -- meeting
    file_id uuid NOT NULL, -- file
    position integer NOT NULL, -- place among the files
    kind text COLLATE "C" NOT NULL, -- MINUTES, PHOTO, DOCUMENT
    CONSTRAINT meeting_files_key PRIMARY KEY (meeting_id, file_id),
    CONSTRAINT meeting_files_meeting FOREIGN KEY (meeting_id) REFERENCES meetings (id) ON DELETE CASCADE,
    CONSTRAINT meeting_files_file FOREIGN KEY (file_id) REFERENCES files (id)
);

CREATE INDEX meeting_files_by_file ON meeting_files (file_id);

CREATE TABLE meeting_acts (
    meeting_id uuid NOT NULL, -- meeting
    act_id uuid NOT NULL, -- act that came of it, or was adopted at it
    position integer NOT NULL, -- place among the acts
    CONSTRAINT meeting_acts_key PRIMARY KEY (meeting_id, act_id),
    CONSTRAINT meeting_acts_meeting FOREIGN KEY (meeting_id) REFERENCES meetings (id) ON DELETE CASCADE,
    CONSTRAINT meeting_acts_act FOREIGN KEY (act_id) REFERENCES acts (id)
);

CREATE INDEX meeting_acts_by_act ON meeting_acts (act_id);
