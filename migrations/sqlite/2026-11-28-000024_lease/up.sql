-- The lease of the memory, which SQLite needs nobody to hold: one process serves a file, and knows what it commits.

ALTER TABLE journal_head ADD COLUMN lease_holder BLOB; -- always null here
