-- Thresholds of published sets that were held against the act, and sets that mend or amend others.

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

-- Sets that come in the place of others.
CREATE TABLE criteria_set_replacements (
    criteria_set_id BLOB NOT NULL, -- set that comes in the place of another
    replaced_set_code TEXT NOT NULL, -- set that it replaces once it is published
    reason TEXT NOT NULL, -- TRANSCRIPTION, AMENDMENT
    act_number TEXT, -- act that amends
    note TEXT, -- what was wrong or changes
    document TEXT, -- text that the figures were held against
    CONSTRAINT criteria_set_replacements_key PRIMARY KEY (criteria_set_id),
    CONSTRAINT criteria_set_replacements_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id),
    CONSTRAINT criteria_set_replacements_replaced FOREIGN KEY (replaced_set_code) REFERENCES criteria_sets (code)
);
