-- Thresholds of published sets that somebody held against the act.

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
