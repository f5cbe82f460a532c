-- What a meeting says of its unit, with the question that would prove it.

CREATE TABLE statements (
    id uuid NOT NULL, -- statement
    version bigint NOT NULL, -- counts its changes
    unit_id uuid NOT NULL, -- unit of which it is said
    unit_date date NOT NULL, -- day on which the tree tells who may see it
    meeting_id uuid, -- meeting at which it was said
    topic_code text COLLATE "C", -- topic, of review-topics
    wording text COLLATE "C" NOT NULL, -- what was said
    search_text text COLLATE "C" NOT NULL, -- the same, folded
    stated_date date NOT NULL, -- day on which it was said
    period text COLLATE "C" NOT NULL, -- period of which it was said
    claim_kind text COLLATE "C", -- what would prove it; null where nobody said
    criteria_set_code text COLLATE "C", -- set whose results are counted
    band_code text COLLATE "C", -- band of that set
    indicator_code text COLLATE "C", -- indicator
    comparison text COLLATE "C", -- AT_LEAST, AT_MOST, EQUAL, MORE_THAN, LESS_THAN
    value bigint, -- number that is claimed, in ten-thousandths
    compared_with text COLLATE "C", -- PROVINCE, NATION
    trend text COLLATE "C", -- NARROWS, WIDENS, SAME
    since_period text COLLATE "C", -- earlier period that is compared
    external_id text COLLATE "C", -- id at the client that recorded it
    created_at timestamptz NOT NULL, -- when it was recorded
    updated_at timestamptz NOT NULL, -- when it was changed last
    CONSTRAINT statements_key PRIMARY KEY (id),
    CONSTRAINT statements_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT statements_meeting FOREIGN KEY (meeting_id) REFERENCES meetings (id)
);

CREATE INDEX statements_by_unit ON statements (unit_id);
CREATE INDEX statements_by_meeting ON statements (meeting_id);
