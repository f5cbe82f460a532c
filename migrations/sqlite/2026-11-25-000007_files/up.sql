-- Files that prove something: their bytes once, each use with its name and unit, and what they prove.

CREATE TABLE file_contents (
    content_hash TEXT NOT NULL, -- SHA-256 of the bytes, in hexadecimal digits
    bytes BLOB NOT NULL, -- the bytes
    CONSTRAINT file_contents_key PRIMARY KEY (content_hash)
);

CREATE TABLE files (
    id BLOB NOT NULL, -- file
    version INTEGER NOT NULL, -- 1: a file does not change
    unit_id BLOB NOT NULL, -- unit that keeps it
    unit_date TEXT NOT NULL, -- day on which the tree tells who may see it: that of its upload
    content_hash TEXT NOT NULL, -- its bytes
    byte_count INTEGER NOT NULL, -- how many they are
    name TEXT NOT NULL, -- name under which it was sent
    format TEXT NOT NULL, -- PDF, JPEG, PNG, DOCX, XLSX
    author_client_id BLOB, -- client that sent it
    author_person_id BLOB, -- person for whom it was sent
    external_id TEXT, -- id at the client that sent it
    created_at INTEGER NOT NULL, -- when it was sent
    CONSTRAINT files_key PRIMARY KEY (id),
    CONSTRAINT files_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT files_content FOREIGN KEY (content_hash) REFERENCES file_contents (content_hash)
);

-- The same bytes under the same name are one file of a unit.
CREATE UNIQUE INDEX files_business_key ON files (unit_id, content_hash, name);
CREATE INDEX files_by_content ON files (content_hash);

CREATE TABLE evidence_files (
    observation_id BLOB NOT NULL, -- figure
    file_id BLOB NOT NULL, -- file that proves it
    CONSTRAINT evidence_files_key PRIMARY KEY (observation_id, file_id),
    CONSTRAINT evidence_files_observation FOREIGN KEY (observation_id) REFERENCES observations (id),
    CONSTRAINT evidence_files_file FOREIGN KEY (file_id) REFERENCES files (id)
);

CREATE INDEX evidence_files_by_file ON evidence_files (file_id);
