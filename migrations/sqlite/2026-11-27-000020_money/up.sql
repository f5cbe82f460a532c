-- Money: programmes as documents, lines of money with their sums, and the entries that move them.

ALTER TABLE code_list_entries ADD COLUMN state_budget BOOLEAN; -- of a funding source: is it the state budget's?
UPDATE code_list_entries SET state_budget = code NOT IN ('TDCS', 'TD', 'DN', 'DAN', 'KHAC') WHERE list = 'funding-sources';

CREATE TABLE programmes (
    id BLOB NOT NULL, -- programme
    version INTEGER NOT NULL, -- counts its changes
    code TEXT NOT NULL, -- code
    status TEXT NOT NULL, -- DRAFT, PUBLISHED, RETIRED
    document TEXT NOT NULL, -- names, validity, legal basis, components
    created_at INTEGER NOT NULL, -- when it was stored
    updated_at INTEGER NOT NULL, -- when it was changed last
    CONSTRAINT programmes_key PRIMARY KEY (id),
    CONSTRAINT programmes_code UNIQUE (code)
);

CREATE TABLE budget_lines (
    id BLOB NOT NULL, -- line
    unit_id BLOB NOT NULL, -- unit whose money it is
    unit_date TEXT NOT NULL, -- day on which the tree tells who may see it: the value date of its first entry
    programme_code TEXT NOT NULL, -- programme
    component_code TEXT, -- component of it; null for the programme as a whole
    funding_source_code TEXT NOT NULL, -- source, of funding-sources
    nature_code TEXT, -- nature, of capital-natures; null for what has none
    plan_year INTEGER NOT NULL, -- year in which it may be spent; the first one of a phase
    plan_end_year INTEGER, -- last year of the phase, of a medium-term plan alone
    origin_year INTEGER NOT NULL, -- year for which it was given first
    work_id BLOB, -- work; null for all else
    assigned_vnd INTEGER NOT NULL, -- ASSIGN and PLAN
    adjusted_vnd INTEGER NOT NULL, -- ADJUST
    received_vnd INTEGER NOT NULL, -- DISTRIBUTE to this line
    given_vnd INTEGER NOT NULL, -- DISTRIBUTE from this line
    carried_in_vnd INTEGER NOT NULL, -- CARRY_IN
    carried_out_vnd INTEGER NOT NULL, -- CARRY_OUT
    committed_vnd INTEGER NOT NULL, -- COMMIT less DECOMMIT
    advanced_vnd INTEGER NOT NULL, -- ADVANCE
    recovered_vnd INTEGER NOT NULL, -- RECOVER
    paid_vnd INTEGER NOT NULL, -- PAY
    refunded_vnd INTEGER NOT NULL, -- REFUND
    lapsed_vnd INTEGER NOT NULL, -- LAPSE
    settled_vnd INTEGER NOT NULL, -- SETTLE
    CONSTRAINT budget_lines_key PRIMARY KEY (id),
    CONSTRAINT budget_lines_unit FOREIGN KEY (unit_id) REFERENCES units (id)
);

CREATE UNIQUE INDEX budget_lines_once ON budget_lines (
    unit_id, programme_code, plan_year, origin_year, funding_source_code, COALESCE(component_code, ''),
    COALESCE(nature_code, ''), COALESCE(plan_end_year, 0), COALESCE(work_id, x'')
);
CREATE INDEX budget_lines_by_work ON budget_lines (work_id);

CREATE TABLE budget_entries (
    id BLOB NOT NULL, -- entry
    version INTEGER NOT NULL, -- counts its changes: 2 once it was reversed
    line_id BLOB NOT NULL, -- line that it moves
    to_line_id BLOB, -- line to which it distributes
    unit_id BLOB NOT NULL, -- unit of its line
    unit_date TEXT NOT NULL, -- day on which the tree tells who may see it
    kind TEXT NOT NULL, -- what it does
    amount_vnd INTEGER NOT NULL, -- amount in đồng; negative in a reversal, and where an adjustment takes away
    booking_date TEXT NOT NULL, -- day on which it was booked
    value_date TEXT NOT NULL, -- day from which it counts
    act_id BLOB, -- act that says so
    act_number TEXT, -- its number, as it was when the entry was recorded
    pair_id TEXT, -- what joins the two halves of a carry-over
    reverses_id BLOB, -- entry that it takes back
    reversed_by_id BLOB, -- entry that takes it back
    override_reason TEXT, -- why it stands although a limit is passed
    findings TEXT NOT NULL, -- what was found and let pass
    reason TEXT, -- why it was reversed
    note TEXT, -- remark
    author_client_id BLOB, -- client that recorded it
    author_person_id BLOB, -- person for whom it did
    external_id TEXT, -- id at the client that recorded it
    created_at INTEGER NOT NULL, -- when it was recorded
    CONSTRAINT budget_entries_key PRIMARY KEY (id),
    CONSTRAINT budget_entries_line FOREIGN KEY (line_id) REFERENCES budget_lines (id),
    CONSTRAINT budget_entries_to_line FOREIGN KEY (to_line_id) REFERENCES budget_lines (id),
    CONSTRAINT budget_entries_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT budget_entries_act FOREIGN KEY (act_id) REFERENCES acts (id)
);

CREATE INDEX budget_entries_by_line ON budget_entries (line_id);
CREATE INDEX budget_entries_by_to_line ON budget_entries (to_line_id);
CREATE INDEX budget_entries_by_unit ON budget_entries (unit_id);
CREATE INDEX budget_entries_by_act ON budget_entries (act_id);
CREATE UNIQUE INDEX budget_entries_reversed_once ON budget_entries (reverses_id);
