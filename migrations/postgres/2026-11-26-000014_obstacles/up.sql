-- What stands in the way: shortcomings and obstacles, who is to solve them, and what became of them.

CREATE TABLE obstacles (
    id uuid NOT NULL, -- obstacle
    version bigint NOT NULL, -- counts its changes
    unit_id uuid NOT NULL, -- unit in which it stands
    unit_date date NOT NULL, -- day on which the tree tells who may see it: that on which it was raised
    kind text COLLATE "C" NOT NULL, -- SHORTCOMING, OBSTACLE
    title text COLLATE "C" NOT NULL, -- in one line
    search_text text COLLATE "C" NOT NULL, -- title and description, folded
    description text COLLATE "C", -- in more words
    proposal text COLLATE "C", -- what whoever raised it proposes
    raised_date date NOT NULL, -- day on which it was raised
    raised_by_person_id uuid, -- person who raised it
    raised_by_agency_id uuid, -- agency that raised it; neither: the unit itself, or the meeting
    meeting_id uuid, -- meeting at which it was noted
    topic_code text COLLATE "C", -- topic, of review-topics
    criteria_set_id uuid, -- set of the criterion that it concerns
    criterion_code text COLLATE "C", -- criterion that it concerns
    observation_id uuid, -- figure on which it rests
    level text COLLATE "C", -- level able to solve it; null where it is not known
    answer_due_date date, -- by when an answer is due
    status text COLLATE "C" NOT NULL, -- OPEN, ASSIGNED, ANSWERED, CLOSED
    agency_id uuid, -- who is to answer: an agency
    party_unit_id uuid, -- who is to answer: the authorities of a unit
    party_committee_id uuid, -- who is to answer: a committee; at most one of the three
    answer text COLLATE "C", -- the newest answer
    answered_date date, -- its day
    reopened_count integer NOT NULL, -- how often it came back
    external_id text COLLATE "C", -- id at the client that recorded it
    created_at timestamptz NOT NULL, -- when it was recorded
    updated_at timestamptz NOT NULL, -- when it was changed last
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
    obstacle_id uuid NOT NULL, -- obstacle
    number integer NOT NULL, -- counts its steps
    status text COLLATE "C" NOT NULL, -- status that it led to
    client_id uuid, -- client that took it
    person_id uuid, -- person for whom the client did
    taken_at timestamptz NOT NULL, -- when
    answer text COLLATE "C", -- for ANSWERED: what was answered
    reason text COLLATE "C", -- why, where it was reopened or closed without an answer
    CONSTRAINT obstacle_steps_key PRIMARY KEY (obstacle_id, number),
    CONSTRAINT obstacle_steps_obstacle FOREIGN KEY (obstacle_id) REFERENCES obstacles (id) ON DELETE CASCADE
);

CREATE TABLE obstacle_escalations (
    obstacle_id uuid NOT NULL, -- obstacle
    number integer NOT NULL, -- counts its escalations
    from_level text COLLATE "C", -- level that was to solve it before; null where it was not known
    to_level text COLLATE "C" NOT NULL, -- level that is to solve it since
    reason text COLLATE "C" NOT NULL, -- why
    old_answer_due_date date, -- by when an answer was due before
    answer_due_date date, -- by when one is due since
    client_id uuid, -- client that recorded it
    person_id uuid, -- person for whom the client did
    escalated_at timestamptz NOT NULL, -- when
    CONSTRAINT obstacle_escalations_key PRIMARY KEY (obstacle_id, number),
    CONSTRAINT obstacle_escalations_obstacle FOREIGN KEY (obstacle_id) REFERENCES obstacles (id) ON DELETE CASCADE
);

CREATE TABLE obstacle_tasks (
    obstacle_id uuid NOT NULL, -- obstacle
    task_id uuid NOT NULL, -- task that it is in the way of, or that is to remove it
    position integer NOT NULL, -- place among the tasks
    CONSTRAINT obstacle_tasks_key PRIMARY KEY (obstacle_id, task_id),
    CONSTRAINT obstacle_tasks_obstacle FOREIGN KEY (obstacle_id) REFERENCES obstacles (id) ON DELETE CASCADE,
    CONSTRAINT obstacle_tasks_task FOREIGN KEY (task_id) REFERENCES tasks (id)
);

CREATE INDEX obstacle_tasks_by_task ON obstacle_tasks (task_id);
