-- What is measured, defined once, outside every set of criteria.
CREATE TABLE indicators (
    id BLOB NOT NULL, -- indicator
    version INTEGER NOT NULL, -- raised by each change
    code TEXT NOT NULL, -- published code
    keeper_unit_id BLOB NOT NULL, -- unit that keeps the definition: the nation or a province
    name_vi TEXT NOT NULL, -- name in Vietnamese
    name_en TEXT NOT NULL, -- name in English
    value_type TEXT NOT NULL, -- BOOLEAN, PERCENT, COUNT, NUMBER
    unit_code TEXT NOT NULL, -- unit of the value, of measurement-units
    time_basis TEXT NOT NULL, -- STOCK on a day, or FLOW over a period
    direction TEXT NOT NULL, -- HIGHER_IS_BETTER, LOWER_IS_BETTER, NEUTRAL
    numerator_vi TEXT, -- what is counted above, in Vietnamese
    numerator_en TEXT, -- the same in English
    denominator_vi TEXT, -- what is counted below, in Vietnamese
    denominator_en TEXT, -- the same in English
    breakdowns TEXT NOT NULL, -- dimensions by which it is divided
    standard_code TEXT, -- standard that is part of its identity, of indicator-standards
    derivation TEXT, -- how the service counts it; empty where it is observed
    derivation_kind TEXT, -- kind of status that is counted
    derivation_values TEXT NOT NULL, -- values of that status; empty for any
    minimum INTEGER, -- lowest value there can be, in ten-thousandths
    maximum INTEGER, -- highest value there can be, in ten-thousandths
    topic_codes TEXT NOT NULL, -- topics of review it belongs to, of review-topics
    confidence TEXT NOT NULL, -- how sure the definition is
    external_id TEXT, -- id at the client that made it
    created_at INTEGER NOT NULL, -- when it was made
    updated_at INTEGER NOT NULL, -- when it was last changed
    CONSTRAINT indicators_key PRIMARY KEY (id),
    CONSTRAINT indicators_code_key UNIQUE (code),
    CONSTRAINT indicators_keeper FOREIGN KEY (keeper_unit_id) REFERENCES units (id)
);

-- One figure of one unit: indicator, period, stage. Never changed; a correction is a row of its own.
CREATE TABLE observations (
    id BLOB NOT NULL, -- observation
    version INTEGER NOT NULL, -- raised when it is corrected
    indicator_id BLOB NOT NULL, -- what was measured
    unit_id BLOB NOT NULL, -- of which unit
    unit_date TEXT NOT NULL, -- day on which the unit and its place in the tree were taken
    period TEXT NOT NULL, -- reporting period
    period_end TEXT NOT NULL, -- last day of the period
    stage TEXT NOT NULL, -- TARGET, REPORTED, SELF, VERIFICATION, APPRAISAL, PRELIMINARY, OFFICIAL
    value INTEGER, -- the figure, in ten-thousandths, yes is 1; empty where a figure was withdrawn
    numerator INTEGER, -- what it was divided from, in ten-thousandths
    denominator INTEGER, -- and by, in ten-thousandths
    breakdown TEXT NOT NULL, -- the same for members of a dimension: dimension, member, value, numerator, denominator
    cut_off_date TEXT, -- day up to which the facts were taken; empty where unknown
    source_label TEXT, -- where it was published
    source_date TEXT, -- when it was published
    note TEXT, -- remarks
    evidence TEXT NOT NULL, -- what proves it: kind_code, label, date, valid_until, sha256
    corrects_id BLOB, -- observation that this one replaces
    corrected_by_id BLOB, -- observation that replaced this one; empty for what holds
    correction_reason TEXT, -- why it replaces the other
    author_client_id BLOB, -- client that wrote it; empty for the command line
    author_person_id BLOB, -- person that client acted for
    external_id TEXT, -- id at the client that wrote it
    created_at INTEGER NOT NULL, -- when it was written
    CONSTRAINT observations_key PRIMARY KEY (id),
    CONSTRAINT observations_indicator FOREIGN KEY (indicator_id) REFERENCES indicators (id),
    CONSTRAINT observations_unit FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT observations_division CHECK ((numerator IS NULL) = (denominator IS NULL) AND (denominator IS NULL OR 0 < denominator))
);
CREATE UNIQUE INDEX observations_holding ON observations (unit_id, period, stage, indicator_id) WHERE corrected_by_id IS NULL;
CREATE INDEX observations_indicators ON observations (indicator_id, period_end, id);
CREATE INDEX observations_units ON observations (unit_id, unit_date);

-- Items of criteria, each naming the one indicator it judges; conditions of recognition are items without a criterion.
CREATE TABLE criteria_items (
    criteria_set_id BLOB NOT NULL, -- set
    code TEXT NOT NULL, -- code within the set
    criterion_code TEXT, -- criterion it belongs to; empty for a condition of recognition
    position INTEGER NOT NULL, -- place in the set, from 1
    indicator_code TEXT NOT NULL, -- indicator that it judges
    name_vi TEXT NOT NULL, -- name in Vietnamese
    name_en TEXT NOT NULL, -- name in English
    both_sexes BOOLEAN NOT NULL, -- men and women have to reach the threshold each
    conditional BOOLEAN NOT NULL, -- it may not apply (nếu có)
    delegated BOOLEAN NOT NULL, -- the act leaves its level to the province
    parts TEXT NOT NULL, -- further indicators that have to pass: indicator_code, name
    confidence TEXT NOT NULL, -- how sure the wording is
    note TEXT, -- remarks
    CONSTRAINT criteria_items_key PRIMARY KEY (criteria_set_id, code),
    CONSTRAINT criteria_items_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id),
    CONSTRAINT criteria_items_indicator FOREIGN KEY (indicator_code) REFERENCES indicators (code)
);

-- What an act requires of an item, for whom and in which year.
CREATE TABLE criteria_thresholds (
    criteria_set_id BLOB NOT NULL, -- set whose act says it
    item_code TEXT NOT NULL, -- item, of this set or of the one it stands on
    part INTEGER NOT NULL, -- 0 for the item itself, else the number of its part
    position INTEGER NOT NULL, -- place in the document, from 1
    region_code TEXT NOT NULL, -- ALL, NATIONAL (the average column, never applied) or a socio-economic region
    commune_group TEXT, -- group of communes, where it is for one
    year INTEGER, -- year, where the act gives years
    operator TEXT NOT NULL, -- AT_LEAST, AT_MOST, EQUAL, YES
    value INTEGER, -- limit, in ten-thousandths; empty where it is not known
    confidence TEXT NOT NULL, -- how sure the value is
    act_number TEXT NOT NULL, -- act that sets it
    article TEXT, -- where in the act
    note TEXT, -- remarks
    CONSTRAINT criteria_thresholds_key PRIMARY KEY (criteria_set_id, item_code, part, position),
    CONSTRAINT criteria_thresholds_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id)
);

-- Statuses that let a unit use the thresholds of another region.
CREATE TABLE criteria_region_overrides (
    criteria_set_id BLOB NOT NULL, -- set
    position INTEGER NOT NULL, -- place in the document, from 1
    status_kind TEXT NOT NULL, -- kind of status
    status_values TEXT NOT NULL, -- values of it
    region_code TEXT NOT NULL, -- region whose thresholds are used
    valid_from TEXT NOT NULL, -- first day
    valid_to TEXT, -- first day no longer
    also_requires TEXT, -- what the act asks for besides, of which no status is recorded
    act_number TEXT NOT NULL, -- act that says so
    article TEXT, -- where in the act
    confidence TEXT NOT NULL, -- how sure it is
    CONSTRAINT criteria_region_overrides_key PRIMARY KEY (criteria_set_id, position),
    CONSTRAINT criteria_region_overrides_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id)
);

-- What is known of an item in a sheet, and what became of it.
CREATE TABLE assessment_items (
    assessment_id BLOB NOT NULL, -- assessment
    item_code TEXT NOT NULL, -- item
    observation_ids TEXT NOT NULL, -- observation of the item and of each of its parts, null where there is none
    not_applicable_reason TEXT, -- why it does not apply
    override_verdict TEXT, -- verdict that somebody put in the place of the computed one
    override_reason TEXT, -- why
    override_client_id BLOB, -- client that did
    computed_verdict TEXT NOT NULL, -- what the rules say
    reason TEXT, -- why it is not assessed
    verdict TEXT NOT NULL, -- what counts
    provisional BOOLEAN NOT NULL, -- rests on a threshold that is not verified
    CONSTRAINT assessment_items_key PRIMARY KEY (assessment_id, item_code),
    CONSTRAINT assessment_items_assessment FOREIGN KEY (assessment_id) REFERENCES assessments (id) ON DELETE CASCADE
);

-- What was signed, word for word, for ever.
CREATE TABLE assessment_seals (
    assessment_id BLOB NOT NULL, -- assessment; it may be gone, the seal stays
    revision INTEGER NOT NULL, -- revision that was signed
    number INTEGER NOT NULL, -- how many times that revision was signed, from 1
    unit_id BLOB NOT NULL, -- unit assessed
    unit_date TEXT NOT NULL, -- day by whose tree it is seen
    seal_hash TEXT NOT NULL, -- SHA-256 of the form
    form TEXT NOT NULL, -- canonical form that was signed
    proof TEXT NOT NULL, -- how each verdict came about
    sealed_at INTEGER NOT NULL, -- when it was signed
    CONSTRAINT assessment_seals_key PRIMARY KEY (assessment_id, revision, number)
);

-- Criteria whose failing weighs more on recognition.
ALTER TABLE criteria_sets ADD COLUMN key_criteria TEXT NOT NULL DEFAULT '[]';
-- Level of recognition that the set presupposes.
ALTER TABLE criteria_sets ADD COLUMN required_level TEXT;
-- Topics of review it belongs to, of review-topics.
ALTER TABLE criteria ADD COLUMN topic_codes TEXT NOT NULL DEFAULT '[]';
-- Earlier assessment whose observations are taken over.
ALTER TABLE assessments ADD COLUMN based_on_id BLOB;
-- Why it was signed although thresholds are not verified.
ALTER TABLE assessments ADD COLUMN unverified_reason TEXT;
-- Rests on a threshold that is not verified.
ALTER TABLE assessment_summaries ADD COLUMN provisional BOOLEAN NOT NULL DEFAULT FALSE;
