-- What stands in the way: shortcomings and obstacles, who is to solve them, and what became of them.

CREATE TABLE obstacles (
    id BLOB NOT NULL, -- obstacle
    version INTEGER NOT NULL, -- counts its changes
    unit_id BLOB NOT NULL, -- unit in which it stands
    unit_date TEXT NOT NULL, -- day on which the tree tells who may see it: that on which it was raised
    kind TEXT NOT NULL, -- SHORTCOMING, OBSTACLE
    title TEXT NOT NULL, -- in one line
    search_text TEXT NOT NULL, -- title and description, folded
    description TEXT, -- in more words
    proposal TEXT, -- what whoever raised it proposes
    raised_date TEXT NOT NULL, -- day on which it was raised
    raised_by_person_id BLOB, -- person who raised it
    raised_by_agency_id BLOB, -- agency that raised it; neither: the unit itself, or the meeting
    meeting_id BLOB, -- meeting at which it was noted
    topic_code TEXT, -- topic, of review-topics
    criteria_set_id BLOB, -- set of the criterion that it concerns
    criterion_code TEXT, -- criterion that it concerns
    observation_id BLOB, -- figure on which it rests
    level TEXT, -- level able to solve it; null where it is not known
    answer_due_date TEXT, -- by when an answer is due
    status TEXT NOT NULL, -- OPEN, ASSIGNED, ANSWERED, CLOSED
    agency_id BLOB, -- who is to answer: an agency
    party_unit_id BLOB, -- who is to answer: the authorities of a unit
    party_committee_id BLOB, -- who is to answer: a committee; at most one of the three
    answer TEXT, -- the newest answer
    answered_date TEXT, -- its day
    reopened_count INTEGER NOT NULL, -- how often it came back
    external_id TEXT, -- id at the client that recorded it
    created_at INTEGER NOT NULL, -- when it was recorded
    updated_at INTEGER NOT NULL, -- when it was changed last
    CONSTRAINT obstacles_key PRIMARY KEY (id),
    CONSTRAINT obstacles_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT obstacles_person FOREIGN KEY (raised_by_person_id) REFERENCES people (id),
    CONSTRAINT obstacles_raised_by_agency FOREIGN KEY (raised_by_agency_id) REFERENCES agencies (id),
    CONSTRAINT obstacles_meeting FOREIGN KEY (meeting_id) REFERENCES meetings (id),
    CONSTRAINT obstacles_criteria_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id),
    CONSTRAINT obstacles_observation FOREIGN KEY (observation_id) REFERENCES observations (id),
    CONSTRAINT obstacles_agency FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT obstacles_party_unit FOREIGN KEY (party_unit_id) REFERENCES units (id),
    CONSTRAINT obstacles_party_committee FOREIGN KEY (party_committee_id) REFERENCES committees (id)
);

CREATE INDEX obstacles_by_unit ON obstacles (unit_id, status);
CREATE INDEX obstacles_by_person ON obstacles (raised_by_person_id);
CREATE INDEX obstacles_by_raising_agency ON obstacles (raised_by_agency_id);
CREATE INDEX obstacles_by_agency ON obstacles (agency_id);
CREATE INDEX obstacles_by_committee ON obstacles (party_committee_id);
CREATE INDEX obstacles_by_meeting ON obstacles (meeting_id);
CREATE INDEX obstacles_by_observation ON obstacles (observation_id);

CREATE TABLE obstacle_steps (
    obstacle_id BLOB NOT NULL, -- obstacle
    number INTEGER NOT NULL, -- counts its steps
    status TEXT NOT NULL, -- status that it led to
    client_id BLOB, -- client that took it
    person_id BLOB, -- person for whom the client did
    taken_at INTEGER NOT NULL, -- when
    answer TEXT, -- for ANSWERED: what was answered
    reason TEXT, -- why, where it was reopened or closed without an answer
    CONSTRAINT obstacle_steps_key PRIMARY KEY (obstacle_id, number),
    CONSTRAINT obstacle_steps_obstacle FOREIGN KEY (obstacle_id) REFERENCES obstacles (id) ON DELETE CASCADE
);

CREATE TABLE obstacle_escalations (
    obstacle_id BLOB NOT NULL, -- obstacle
    number INTEGER NOT NULL, -- counts its escalations
    from_level TEXT, -- level that was to solve it before; null where it was not known
    to_level TEXT NOT NULL, -- level that is to solve it since
    reason TEXT NOT NULL, -- why
    old_answer_due_date TEXT, -- by when an answer was due before
    answer_due_date TEXT, -- by when one is due since
    client_id BLOB, -- client that recorded it
    person_id BLOB, -- person for whom the client did
    escalated_at INTEGER NOT NULL, -- when
    CONSTRAINT obstacle_escalations_key PRIMARY KEY (obstacle_id, number),
    CONSTRAINT obstacle_escalations_obstacle FOREIGN KEY (obstacle_id) REFERENCES obstacles (id) ON DELETE CASCADE
);

CREATE TABLE obstacle_tasks (
    obstacle_id BLOB NOT NULL, -- obstacle
    task_id BLOB NOT NULL, -- task that it is in the way of, or that is to remove it
    position INTEGER NOT NULL, -- place among the tasks
    CONSTRAINT obstacle_tasks_key PRIMARY KEY (obstacle_id, task_id),
    CONSTRAINT obstacle_tasks_obstacle FOREIGN KEY (obstacle_id) REFERENCES obstacles (id) ON DELETE CASCADE,
    CONSTRAINT obstacle_tasks_task FOREIGN KEY (task_id) REFERENCES tasks (id)
);

CREATE INDEX obstacle_tasks_by_task ON obstacle_tasks (task_id);
