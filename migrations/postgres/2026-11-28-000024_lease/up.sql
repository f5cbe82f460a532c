-- The lease of the memory: one instance may answer from memory without asking how far the journal has come, because
-- whoever else writes waits until the lease has run out. Everybody who writes is bound, whatever program it is.

ALTER TABLE journal_head ADD COLUMN lease_holder uuid; -- instance that holds the lease; null where nobody does

-- Before the journal grows by the hand of another: no renewal any more, then wait longer than a renewal is good for.
-- The row is locked, so this is done by one at a time, and nobody takes the lease meanwhile.
CREATE FUNCTION lease_runs_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('muctieu.instance', true) IS DISTINCT FROM OLD.lease_holder::text THEN
        PERFORM pg_advisory_xact_lock(6828439);
        PERFORM pg_sleep(0.6);
        IF NEW.lease_holder IS NOT DISTINCT FROM OLD.lease_holder THEN
            NEW.lease_holder := NULL;
        END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER journal_head_lease BEFORE UPDATE ON journal_head
    FOR EACH ROW WHEN (OLD.lease_holder IS NOT NULL) EXECUTE FUNCTION lease_runs_out();

-- Renew: true where the instance holds the lease and nobody is about to write. Each statement of the function sees
-- what was committed before it, so the holder is read after the lock was got; the lock is kept until it was read.
CREATE FUNCTION lease_is_renewed(instance uuid) RETURNS boolean VOLATILE LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock_shared(6828439) THEN
        RETURN false;
    END IF;
    RETURN EXISTS (SELECT 1 FROM journal_head WHERE lease_holder = instance);
END
$$;

-- Take the lease, unless more instances than this one are connected: they would only wait for each other. It waits for
-- writes that are about to commit, and for the lease of another that was left behind.
CREATE FUNCTION lease_is_taken(instance uuid) RETURNS boolean VOLATILE LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM pg_locks
         WHERE locktype = 'advisory' AND classid = 0 AND objid = 6828440
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) > 1 THEN
        RETURN false;
    END IF;
    PERFORM set_config('muctieu.instance', instance::text, true);
    UPDATE journal_head SET lease_holder = instance;
    RETURN true;
END
$$;
