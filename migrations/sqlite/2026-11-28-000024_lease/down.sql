ALTER TABLE journal_head DROP COLUMN lease_holder;
