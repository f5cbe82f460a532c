DROP TRIGGER journal_head_lease ON journal_head;
DROP FUNCTION lease_runs_out();
DROP FUNCTION lease_is_renewed(uuid);
DROP FUNCTION lease_is_taken(uuid);
ALTER TABLE journal_head DROP COLUMN lease_holder;
