-- What a meeting says of its unit, with the question that would prove it.

CREATE TABLE statements (
    id BLOB NOT NULL, -- statement
    version INTEGER NOT NULL, -- counts its changes
    unit_id BLOB NOT NULL, -- unit of which it is said
    unit_date TEXT NOT NULL, -- day on which the tree tells who may see it
    meeting_id BLOB, -- meeting at which it was said
    topic_code TEXT, -- topic, of review-topics
    wording TEXT NOT NULL, -- what was said
    search_text TEXT NOT NULL, -- the same, folded
    stated_date TEXT NOT NULL, -- day on which it was said
    period TEXT NOT NULL, -- period of which it was said
    claim_kind TEXT, -- what would prove it; null where nobody said
    criteria_set_code TEXT, -- set whose results are counted
    band_code TEXT, -- band of that set
    indicator_code TEXT, -- indicator
    comparison TEXT, -- AT_LEAST, AT_MOST, EQUAL, MORE_THAN, LESS_THAN
    value INTEGER, -- number that is claimed, in ten-thousandths
    compared_with TEXT, -- PROVINCE, NATION
    trend TEXT, -- NARROWS, WIDENS, SAME
    since_period TEXT, -- earlier period that is compared
    external_id TEXT, -- id at the client that recorded it
    created_at INTEGER NOT NULL, -- when it was recorded
    updated_at INTEGER NOT NULL, -- when it was changed last
    CONSTRAINT statements_key PRIMARY KEY (id),
    CONSTRAINT statements_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT statements_meeting FOREIGN KEY (meeting_id) REFERENCES meetings (id)
);

CREATE INDEX statements_by_unit ON statements (unit_id);
CREATE INDEX statements_by_meeting ON statements (meeting_id);
