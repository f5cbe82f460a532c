-- Terms in working days, which follow the calendar, and what else an obstacle stands in the way of.

ALTER TABLE directives ADD COLUMN due_in_working_days INTEGER; -- working days after assigned_date on which it falls due; null where a day was named
ALTER TABLE obstacles ADD COLUMN answer_term_from TEXT; -- day after which the working days of answer_in_working_days count
ALTER TABLE obstacles ADD COLUMN answer_in_working_days INTEGER; -- working days in which an answer is due; null where a day was named

CREATE INDEX obstacles_by_term ON obstacles (answer_in_working_days) WHERE answer_in_working_days IS NOT NULL;

CREATE TABLE task_terms (
    task_id BLOB NOT NULL, -- task, at most once
    in_working_days INTEGER NOT NULL, -- working days after assigned_date on which it is due
    CONSTRAINT task_terms_key PRIMARY KEY (task_id),
    CONSTRAINT task_terms_task FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE
);

CREATE TABLE obstacle_works (
    obstacle_id BLOB NOT NULL, -- obstacle
    work_id BLOB NOT NULL, -- work that it is in the way of
    position INTEGER NOT NULL, -- place among the works
    CONSTRAINT obstacle_works_key PRIMARY KEY (obstacle_id, work_id),
    CONSTRAINT obstacle_works_obstacle FOREIGN KEY (obstacle_id) REFERENCES obstacles (id) ON DELETE CASCADE,
    CONSTRAINT obstacle_works_work FOREIGN KEY (work_id) REFERENCES works (id)
);

CREATE INDEX obstacle_works_by_work ON obstacle_works (work_id);

CREATE TABLE obstacle_budget_lines (
    obstacle_id BLOB NOT NULL, -- obstacle
    line_id BLOB NOT NULL, -- line whose money it holds up
    position INTEGER NOT NULL, -- place among the lines
    CONSTRAINT obstacle_budget_lines_key PRIMARY KEY (obstacle_id, line_id),
    CONSTRAINT obstacle_budget_lines_obstacle FOREIGN KEY (obstacle_id) REFERENCES obstacles (id) ON DELETE CASCADE,
    CONSTRAINT obstacle_budget_lines_line FOREIGN KEY (line_id) REFERENCES budget_lines (id)
);

CREATE INDEX obstacle_budget_lines_by_line ON obstacle_budget_lines (line_id);

-- Most tasks name one of these and no other: what is not named is not in the index, so that a database that knows how
-- often each value stands there does not take an index for useless.
DROP INDEX tasks_by_person;
CREATE INDEX tasks_by_person ON tasks (person_id, sort_date) WHERE person_id IS NOT NULL;
DROP INDEX tasks_by_agency;
CREATE INDEX tasks_by_agency ON tasks (agency_id, sort_date) WHERE agency_id IS NOT NULL;
DROP INDEX tasks_by_party_unit;
CREATE INDEX tasks_by_party_unit ON tasks (party_unit_id, sort_date) WHERE party_unit_id IS NOT NULL;
DROP INDEX tasks_by_party_committee;
CREATE INDEX tasks_by_party_committee ON tasks (party_committee_id, sort_date) WHERE party_committee_id IS NOT NULL;
DROP INDEX tasks_by_target_unit;
CREATE INDEX tasks_by_target_unit ON tasks (target_unit_id, sort_date) WHERE target_unit_id IS NOT NULL;
