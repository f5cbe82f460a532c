-- Answers to writes that carried an Idempotency-Key, in the transaction of their effect.
CREATE TABLE idempotency_keys (
    client_id BLOB NOT NULL, -- client that wrote
    method TEXT NOT NULL, -- HTTP method
    path TEXT NOT NULL, -- path of the request, without its query
    idempotency_key TEXT NOT NULL, -- the key as it was sent, without quotes
    request_hash BLOB NOT NULL, -- SHA-256 of query and body
    status INTEGER, -- status of the answer; empty only inside the transaction
    headers TEXT, -- ETag and Location of the answer
    body BLOB, -- body of the answer
    expires_at INTEGER NOT NULL, -- from then on the key is free again
    CONSTRAINT idempotency_keys_key PRIMARY KEY (client_id, method, path, idempotency_key),
    CONSTRAINT idempotency_keys_client FOREIGN KEY (client_id) REFERENCES clients (id) ON DELETE CASCADE
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

-- Ids that clients gave to records, unique per client and collection.
CREATE TABLE external_ids (
    client_id BLOB NOT NULL, -- client whose id it is
    collection TEXT NOT NULL, -- kind of record, as in URLs
    external_id TEXT NOT NULL, -- the id as the client wrote it
    record_id BLOB NOT NULL, -- the record
    content_hash BLOB NOT NULL, -- SHA-256 of the content with which the record was made
    CONSTRAINT external_ids_key PRIMARY KEY (client_id, collection, external_id),
    CONSTRAINT external_ids_client FOREIGN KEY (client_id) REFERENCES clients (id) ON DELETE CASCADE
);
CREATE INDEX external_ids_record ON external_ids (collection, record_id);

-- Acts that end, start or reshape units on one day.
CREATE TABLE unit_successions (
    id BLOB NOT NULL, -- succession
    version INTEGER NOT NULL, -- raised by each change
    act_number TEXT NOT NULL, -- number and symbol of the act
    act_title TEXT, -- what the act is about
    effective_date TEXT NOT NULL, -- first day of the new state
    status TEXT NOT NULL, -- IN_FORCE or ANNULLED
    annulling_act_number TEXT, -- act that annulled it
    annulment_reason TEXT, -- why it was annulled
    note TEXT, -- remarks
    confidence TEXT NOT NULL, -- how sure the record is
    external_id TEXT, -- id at the client that recorded it
    created_at INTEGER NOT NULL, -- when it was recorded
    CONSTRAINT unit_successions_key PRIMARY KEY (id)
);
CREATE INDEX unit_successions_date ON unit_successions (effective_date, id);

-- What became of which territory.
CREATE TABLE unit_succession_edges (
    succession_id BLOB NOT NULL, -- succession
    position INTEGER NOT NULL, -- place in the act, from 1
    group_number INTEGER NOT NULL, -- edges that are connected share a number
    kind TEXT NOT NULL, -- MERGE, SPLIT, RENAME, CHANGE_OF_TYPE, MOVE, CREATE, ABOLISH
    act_number TEXT NOT NULL, -- act of this edge
    from_unit_id BLOB, -- unit before; empty for CREATE
    to_unit_id BLOB, -- unit after; empty for ABOLISH
    part TEXT NOT NULL, -- WHOLE or PART of the unit before
    continues BOOLEAN NOT NULL, -- the unit after is the unit before, living on
    implied BOOLEAN NOT NULL, -- followed from another edge: units whose parent became another
    area_percent INTEGER, -- share of the area of the unit before, in ten-thousandths of a percent
    population_percent INTEGER, -- share of its population, in ten-thousandths of a percent
    confidence TEXT NOT NULL, -- how sure the edge is
    CONSTRAINT unit_succession_edges_key PRIMARY KEY (succession_id, position),
    CONSTRAINT unit_succession_edges_succession FOREIGN KEY (succession_id) REFERENCES unit_successions (id)
);
CREATE INDEX unit_succession_edges_from ON unit_succession_edges (from_unit_id);
CREATE INDEX unit_succession_edges_to ON unit_succession_edges (to_unit_id);

-- Shapes of units, one for each entry of a timeline.
CREATE TABLE unit_geometries (
    timeline_entry_id BLOB NOT NULL, -- entry whose territory it shows
    unit_id BLOB NOT NULL, -- unit of the entry
    version INTEGER NOT NULL, -- raised by each change
    geometry TEXT NOT NULL, -- GeoJSON Polygon or MultiPolygon, WGS 84, each number with its own digits
    source_label TEXT, -- where it was published
    confidence TEXT NOT NULL, -- how sure it is
    updated_at INTEGER NOT NULL, -- when it was last written
    CONSTRAINT unit_geometries_key PRIMARY KEY (timeline_entry_id),
    CONSTRAINT unit_geometries_unit FOREIGN KEY (unit_id) REFERENCES units (id)
);
CREATE INDEX unit_geometries_unit_index ON unit_geometries (unit_id);

-- Dated facts of units by acts: region, class, difficulty, level of recognition.
CREATE TABLE unit_statuses (
    id BLOB NOT NULL, -- status
    version INTEGER NOT NULL, -- raised by each change
    unit_id BLOB NOT NULL, -- unit
    kind TEXT NOT NULL, -- SOCIO_ECONOMIC_REGION, REGION_CLASS, DBKK, ATK, ISLAND, COMMUNE_GROUP, NTM_LEVEL
    value_code TEXT NOT NULL, -- value, from the words of its kind
    valid_from TEXT NOT NULL, -- first day
    valid_to TEXT, -- first day no longer; empty while it lasts
    act_number TEXT NOT NULL, -- act that gave it
    ending_act_number TEXT, -- act that ended or annulled it
    state TEXT NOT NULL, -- IN_FORCE, ENDED or ANNULLED
    note TEXT, -- remarks
    confidence TEXT NOT NULL, -- how sure it is
    external_id TEXT, -- id at the client that recorded it
    created_at INTEGER NOT NULL, -- when it was recorded
    updated_at INTEGER NOT NULL, -- when it was last changed
    CONSTRAINT unit_statuses_key PRIMARY KEY (id),
    CONSTRAINT unit_statuses_unit FOREIGN KEY (unit_id) REFERENCES units (id)
);
CREATE INDEX unit_statuses_unit_index ON unit_statuses (unit_id, kind, valid_from);

-- Periods closed for entry, for a set and a unit with its subtree.
CREATE TABLE period_locks (
    id BLOB NOT NULL, -- lock
    version INTEGER NOT NULL, -- raised by each change
    unit_id BLOB NOT NULL, -- unit, with its subtree
    unit_date TEXT NOT NULL, -- day on which the tree tells who may see it: last day of the period
    criteria_set_id BLOB NOT NULL, -- criteria set
    period TEXT NOT NULL, -- reporting period
    status TEXT NOT NULL, -- LOCKED or REOPENED
    act_number TEXT, -- act by which it was last locked or reopened
    reason TEXT, -- why it was last locked or reopened
    external_id TEXT, -- id at the client that made it
    created_at INTEGER NOT NULL, -- when it was made
    updated_at INTEGER NOT NULL, -- when it was last changed
    CONSTRAINT period_locks_key PRIMARY KEY (id),
    CONSTRAINT period_locks_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT period_locks_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id),
    CONSTRAINT period_locks_business_key UNIQUE (unit_id, criteria_set_id, period)
);

-- Id at the client that began it.
ALTER TABLE assessments ADD COLUMN external_id TEXT;
-- Id at the client that registered it.
ALTER TABLE clients ADD COLUMN external_id TEXT;
-- Id at the client that issued it.
ALTER TABLE api_keys ADD COLUMN external_id TEXT;
-- Id at the client that gave it.
ALTER TABLE grants ADD COLUMN external_id TEXT;
-- Succession that began this state.
ALTER TABLE unit_timeline ADD COLUMN succession_id BLOB;

-- A key that is revoked is deleted; the journal keeps it.
DELETE FROM api_keys WHERE revoked_at IS NOT NULL;
ALTER TABLE api_keys DROP COLUMN revoked_at;
