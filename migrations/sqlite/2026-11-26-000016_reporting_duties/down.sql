DROP TABLE reporting_extensions;
DROP TABLE report_submission_files;
DROP TABLE report_submission_steps;
DROP TABLE report_submissions;
DROP TABLE reporting_duties;
DROP TABLE calendar_days;
