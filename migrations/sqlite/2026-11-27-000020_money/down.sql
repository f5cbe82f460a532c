DROP TABLE budget_entries;
DROP TABLE budget_lines;
DROP TABLE programmes;
ALTER TABLE code_list_entries DROP COLUMN state_budget;
