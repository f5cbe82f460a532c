-- Thresholds of published sets that were held against the act, and sets that mend or amend others.

CREATE TABLE threshold_verifications (
    id uuid NOT NULL, -- verification
    version bigint NOT NULL, -- raised by each change
    criteria_set_id uuid NOT NULL, -- set whose thresholds were held against the act
    thresholds jsonb NOT NULL, -- thresholds with what was read of each
    document_label text COLLATE "C" NOT NULL, -- text that was read
    document_date date, -- date of the text
    document_place text COLLATE "C", -- where in the text
    document_hash text COLLATE "C", -- SHA-256 of the file that was read
    verified_date date NOT NULL, -- day of the reading
    note text COLLATE "C", -- remark
    state text COLLATE "C" NOT NULL, -- IN_FORCE, ANNULLED
    annulment_reason text COLLATE "C", -- why it was annulled
    client_id uuid, -- client that recorded it
    external_id text COLLATE "C", -- id at that client
    created_at timestamptz NOT NULL, -- when it was recorded
    updated_at timestamptz NOT NULL, -- when it was last changed
    CONSTRAINT threshold_verifications_key PRIMARY KEY (id),
    CONSTRAINT threshold_verifications_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id)
);

-- Sets that come in the place of others.
CREATE TABLE criteria_set_replacements (
    criteria_set_id uuid NOT NULL, -- set that comes in the place of another
    replaced_set_code text COLLATE "C" NOT NULL, -- set that it replaces once it is published
    reason text COLLATE "C" NOT NULL, -- TRANSCRIPTION, AMENDMENT
    act_number text COLLATE "C", -- act that amends
    note text COLLATE "C", -- what was wrong or changes
    document jsonb, -- text that the figures were held against
    CONSTRAINT criteria_set_replacements_key PRIMARY KEY (criteria_set_id),
    CONSTRAINT criteria_set_replacements_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id),
    CONSTRAINT criteria_set_replacements_replaced FOREIGN KEY (replaced_set_code) REFERENCES criteria_sets (code)
);
