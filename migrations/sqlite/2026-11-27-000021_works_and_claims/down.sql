ALTER TABLE statements DROP COLUMN programme_code;
DROP TABLE work_progress;
DROP TABLE works;
