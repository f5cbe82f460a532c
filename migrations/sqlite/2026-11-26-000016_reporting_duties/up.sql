-- The working-day calendar; who owes which report to whom by when; the reports that were sent, and later due dates.

CREATE TABLE calendar_days (
    id BLOB NOT NULL, -- entry
    version INTEGER NOT NULL, -- counts its changes
    date TEXT NOT NULL, -- day that is not what its weekday says
    is_working BOOLEAN NOT NULL, -- worked on a weekend in exchange, or off on a weekday
    name_vi TEXT NOT NULL, -- why, in Vietnamese
    name_en TEXT NOT NULL, -- why, in English
    source TEXT, -- act or notice that says so
    confidence TEXT NOT NULL, -- how sure it is
    external_id TEXT, -- id at the client that recorded it
    created_at INTEGER NOT NULL, -- when it was recorded
    updated_at INTEGER NOT NULL, -- when it was changed last
    CONSTRAINT calendar_days_key PRIMARY KEY (id),
    CONSTRAINT calendar_days_date_key UNIQUE (date)
);

CREATE TABLE reporting_duties (
    id BLOB NOT NULL, -- duty
    version INTEGER NOT NULL, -- counts its changes
    code TEXT NOT NULL, -- published code
    unit_id BLOB NOT NULL, -- unit in whose territory it holds: the nation for the law
    name_vi TEXT NOT NULL, -- name in Vietnamese
    name_en TEXT NOT NULL, -- name in English
    programme_code TEXT, -- programme that it is about, of programmes
    form_code TEXT, -- form to fill in, as the act names it
    from_level TEXT NOT NULL, -- level of the units that owe it
    to_level TEXT NOT NULL, -- level of the unit that receives it
    recipient TEXT, -- who there receives it
    period_kind TEXT NOT NULL, -- MONTH, QUARTER, HALF_YEAR, FIRST_HALF_YEAR, NINE_MONTHS, YEAR
    due_kind TEXT, -- DAY_OF_YEAR, DAYS_AFTER, WORKING_DAYS_AFTER; null where nobody says by when
    due_month INTEGER, -- of DAY_OF_YEAR: month
    due_day INTEGER, -- of DAY_OF_YEAR: last day on time
    due_year_offset INTEGER, -- of DAY_OF_YEAR: 1 where it lies in the year after the period
    due_days INTEGER, -- of the others: days after the last day of the period
    citation TEXT, -- act and article that say so
    confidence TEXT NOT NULL, -- how sure it is
    valid_from TEXT NOT NULL, -- holds for periods that end on this day or later and are due after it
    valid_to TEXT, -- holds for periods that end before this day
    external_id TEXT, -- id at the client that recorded it
    created_at INTEGER NOT NULL, -- when it was recorded
    updated_at INTEGER NOT NULL, -- when it was changed last
    CONSTRAINT reporting_duties_key PRIMARY KEY (id),
    CONSTRAINT reporting_duties_code_key UNIQUE (code),
    CONSTRAINT reporting_duties_unit FOREIGN KEY (unit_id) REFERENCES units (id)
);

CREATE TABLE report_submissions (
    id BLOB NOT NULL, -- submission
    version INTEGER NOT NULL, -- counts its changes
    unit_id BLOB NOT NULL, -- unit that owes the report
    unit_date TEXT NOT NULL, -- day on which the tree tells who may see it
    duty_id BLOB NOT NULL, -- duty
    period TEXT NOT NULL, -- period that it reports on
    status TEXT NOT NULL, -- DRAFT, SUBMITTED, RETURNED, ACCEPTED
    cut_off_date TEXT, -- last day of the figures in it
    note TEXT, -- what it explains
    author_client_id BLOB, -- client that wrote it last
    author_person_id BLOB, -- person for whom the client did
    first_submitted_date TEXT, -- day on which it was sent first: on time or late is told by it
    returned_count INTEGER NOT NULL, -- how often it was sent back
    external_id TEXT, -- id at the client that recorded it
    created_at INTEGER NOT NULL, -- when it was recorded
    updated_at INTEGER NOT NULL, -- when it was changed last
    CONSTRAINT report_submissions_key PRIMARY KEY (id),
    CONSTRAINT report_submissions_owed_key UNIQUE (duty_id, period, unit_id),
    CONSTRAINT report_submissions_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT report_submissions_duty FOREIGN KEY (duty_id) REFERENCES reporting_duties (id)
);

CREATE INDEX report_submissions_by_unit ON report_submissions (unit_id);

CREATE TABLE report_submission_steps (
    submission_id BLOB NOT NULL, -- submission
    number INTEGER NOT NULL, -- counts its steps
    status TEXT NOT NULL, -- status that it led to
    client_id BLOB, -- client that took it
    person_id BLOB, -- person for whom the client did
    taken_at INTEGER NOT NULL, -- when
    reason TEXT, -- why it was sent back
    CONSTRAINT report_submission_steps_key PRIMARY KEY (submission_id, number),
    CONSTRAINT report_submission_steps_submission FOREIGN KEY (submission_id) REFERENCES report_submissions (id) ON DELETE CASCADE
);

CREATE TABLE report_submission_files (
    submission_id BLOB NOT NULL, -- submission
    file_id BLOB NOT NULL, -- file that belongs to it
    position INTEGER NOT NULL, -- place among the files
    CONSTRAINT report_submission_files_key PRIMARY KEY (submission_id, file_id),
    CONSTRAINT report_submission_files_submission FOREIGN KEY (submission_id) REFERENCES report_submissions (id) ON DELETE CASCADE,
    CONSTRAINT report_submission_files_file FOREIGN KEY (file_id) REFERENCES files (id)
);

CREATE INDEX report_submission_files_by_file ON report_submission_files (file_id);

CREATE TABLE reporting_extensions (
    id BLOB NOT NULL, -- extension
    version INTEGER NOT NULL, -- counts its changes
    unit_id BLOB NOT NULL, -- it holds for this unit and those below it
    unit_date TEXT NOT NULL, -- day on which the tree tells who may see it
    duty_id BLOB NOT NULL, -- duty
    period TEXT NOT NULL, -- period
    due_date TEXT NOT NULL, -- by when the report was due
    new_due_date TEXT NOT NULL, -- by when it is due since
    reason TEXT NOT NULL, -- why
    act_number TEXT, -- act that says so
    external_id TEXT, -- id at the client that recorded it
    created_at INTEGER NOT NULL, -- when it was recorded
    updated_at INTEGER NOT NULL, -- when it was changed last
    CONSTRAINT reporting_extensions_key PRIMARY KEY (id),
    CONSTRAINT reporting_extensions_date_key UNIQUE (duty_id, period, unit_id, new_due_date),
    CONSTRAINT reporting_extensions_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT reporting_extensions_duty FOREIGN KEY (duty_id) REFERENCES reporting_duties (id)
);

CREATE INDEX reporting_extensions_by_unit ON reporting_extensions (unit_id);
