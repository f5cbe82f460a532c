-- Thresholds of published sets that somebody held against the act.

CREATE TABLE threshold_verifications (
    id BLOB NOT NULL, -- verification
    version INTEGER NOT NULL, -- raised by each change
    criteria_set_id BLOB NOT NULL, -- set whose thresholds were held against the act
    thresholds TEXT NOT NULL, -- thresholds with what was read of each
    document_label TEXT NOT NULL, -- text that was read
    document_date TEXT, -- date of the text
    document_place TEXT, -- where in the text
    document_hash TEXT, -- SHA-256 of the file that was read
    verified_date TEXT NOT NULL, -- day of the reading
    note TEXT, -- remark
    state TEXT NOT NULL, -- IN_FORCE, ANNULLED
    annulment_reason TEXT, -- why it was annulled
    client_id BLOB, -- client that recorded it
    external_id TEXT, -- id at that client
    created_at INTEGER NOT NULL, -- when it was recorded
    updated_at INTEGER NOT NULL, -- when it was last changed
    CONSTRAINT threshold_verifications_key PRIMARY KEY (id),
    CONSTRAINT threshold_verifications_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id)
);
