-- Dossiers of recognition with their steps.

CREATE TABLE recognition_dossiers (
    id uuid NOT NULL, -- dossier
    version bigint NOT NULL, -- raised by each change
    unit_id uuid NOT NULL, -- unit to be recognised
    unit_date date NOT NULL, -- day on which the tree tells who may see it: last day of the year, or of registering while it runs
    criteria_set_id uuid NOT NULL, -- criteria set
    level text COLLATE "C" NOT NULL, -- level sought: NTM, NTM_ADVANCED, NTM_MODEL
    year integer NOT NULL, -- achievement year
    status text COLLATE "C" NOT NULL, -- where it stands: REGISTERED, VERIFIED, APPRAISED, DECIDED, ANNOUNCED, RETURNED, WITHDRAWN
    note text COLLATE "C", -- remark
    external_id text COLLATE "C", -- id at the client that registered it
    created_at timestamptz NOT NULL, -- when it was registered
    updated_at timestamptz NOT NULL, -- when it was last changed
    CONSTRAINT recognition_dossiers_key PRIMARY KEY (id),
    CONSTRAINT recognition_dossiers_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT recognition_dossiers_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id)
);

-- One dossier of a unit, set and year; what was withdrawn stands in nobody's way.
CREATE UNIQUE INDEX recognition_dossiers_business_key
    ON recognition_dossiers (unit_id, criteria_set_id, year) WHERE status <> 'WITHDRAWN';

CREATE TABLE recognition_steps (
    dossier_id uuid NOT NULL, -- dossier
    number integer NOT NULL, -- number of the step, from 1
    status text COLLATE "C" NOT NULL, -- state that the step led to
    client_id uuid, -- client that took it
    person_id uuid, -- person for whom it was taken
    taken_at timestamptz NOT NULL, -- when it was taken
    assessment_id uuid, -- assessment it rests on; it may be gone
    votes_for integer, -- members of the council in favour
    votes_total integer, -- members of the council present
    act_number text COLLATE "C", -- number and symbol of the decision
    decision_date date, -- date of the decision
    effective_date date, -- first day of the recognition
    announced_date date, -- day of the announcement
    reason text COLLATE "C", -- why it was returned or withdrawn
    override_reason text COLLATE "C", -- why it was decided although conditions are not met
    unit_status_id uuid, -- status of the unit that the decision wrote
    conditions jsonb, -- conditions of recognition as the step found them
    consequences jsonb NOT NULL, -- what follows from the step for the unit
    CONSTRAINT recognition_steps_key PRIMARY KEY (dossier_id, number),
    CONSTRAINT recognition_steps_dossier FOREIGN KEY (dossier_id) REFERENCES recognition_dossiers (id),
    CONSTRAINT recognition_steps_unit_status FOREIGN KEY (unit_status_id) REFERENCES unit_statuses (id)
);
