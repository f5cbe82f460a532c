DROP TABLE task_progress_reports;
DROP TABLE task_files;
DROP TABLE task_extensions;
DROP TABLE task_steps;
DROP TABLE tasks;
DROP TABLE directive_parties;
DROP TABLE directives;
