DROP TABLE obstacle_budget_lines;
DROP TABLE obstacle_works;
DROP INDEX obstacles_by_term;
DROP TABLE task_terms;
ALTER TABLE obstacles DROP COLUMN answer_in_working_days;
ALTER TABLE obstacles DROP COLUMN answer_term_from;
ALTER TABLE directives DROP COLUMN due_in_working_days;
