-- What is measured, defined once, outside every set of criteria.
CREATE TABLE indicators (
    id uuid NOT NULL, -- indicator
    version bigint NOT NULL, -- raised by each change
    code text COLLATE "C" NOT NULL, -- published code
    keeper_unit_id uuid NOT NULL, -- unit that keeps the definition: the nation or a province
    name_vi text COLLATE "C" NOT NULL, -- name in Vietnamese
    name_en text COLLATE "C" NOT NULL, -- name in English
    value_type text COLLATE "C" NOT NULL, -- BOOLEAN, PERCENT, COUNT, NUMBER
    unit_code text COLLATE "C" NOT NULL, -- unit of the value, of measurement-units
    time_basis text COLLATE "C" NOT NULL, -- STOCK on a day, or FLOW over a period
    direction text COLLATE "C" NOT NULL, -- HIGHER_IS_BETTER, LOWER_IS_BETTER, NEUTRAL
    numerator_vi text COLLATE "C", -- what is counted above, in Vietnamese
    numerator_en text COLLATE "C", -- the same in English
    denominator_vi text COLLATE "C", -- what is counted below, in Vietnamese
    denominator_en text COLLATE "C", -- the same in English
    breakdowns jsonb NOT NULL, -- dimensions by which it is divided
    standard_code text COLLATE "C", -- standard that is part of its identity, of indicator-standards
    derivation text COLLATE "C", -- how the service counts it; empty where it is observed
    derivation_kind text COLLATE "C", -- kind of status that is counted
    derivation_values jsonb NOT NULL, -- values of that status; empty for any
    minimum bigint, -- lowest value there can be, in ten-thousandths
    maximum bigint, -- highest value there can be, in ten-thousandths
    topic_codes jsonb NOT NULL, -- topics of review it belongs to, of review-topics
    confidence text COLLATE "C" NOT NULL, -- how sure the definition is
    external_id text COLLATE "C", -- id at the client that made it
    created_at timestamptz NOT NULL, -- when it was made
    updated_at timestamptz NOT NULL, -- when it was last changed
    CONSTRAINT indicators_key PRIMARY KEY (id),
    CONSTRAINT indicators_code_key UNIQUE (code),
    CONSTRAINT indicators_keeper FOREIGN KEY (keeper_unit_id) REFERENCES units (id)
);

-- One figure of one unit: indicator, period, stage. Never changed; a correction is a row of its own.
CREATE TABLE observations (
    id uuid NOT NULL, -- observation
    version bigint NOT NULL, -- raised when it is corrected
    indicator_id uuid NOT NULL, -- what was measured
    unit_id uuid NOT NULL, -- of which unit
    unit_date date NOT NULL, -- day on which the unit and its place in the tree were taken
    period text COLLATE "C" NOT NULL, -- reporting period
    period_end date NOT NULL, -- last day of the period
    stage text COLLATE "C" NOT NULL, -- TARGET, REPORTED, SELF, VERIFICATION, APPRAISAL, PRELIMINARY, OFFICIAL
    value bigint, -- the figure, in ten-thousandths, yes is 1; empty where a figure was withdrawn
    numerator bigint, -- what it was divided from, in ten-thousandths
    denominator bigint, -- and by, in ten-thousandths
    breakdown jsonb NOT NULL, -- the same for members of a dimension: dimension, member, value, numerator, denominator
    cut_off_date date, -- day up to which the facts were taken; empty where unknown
    source_label text COLLATE "C", -- where it was published
    source_date date, -- when it was published
    note text COLLATE "C", -- remarks
    evidence jsonb NOT NULL, -- what proves it: kind_code, label, date, valid_until, sha256
    corrects_id uuid, -- observation that this one replaces
    corrected_by_id uuid, -- observation that replaced this one; empty for what holds
    correction_reason text COLLATE "C", -- why it replaces the other
    author_client_id uuid, -- client that wrote it; empty for the command line
    author_person_id uuid, -- person that client acted for
    external_id text COLLATE "C", -- id at the client that wrote it
    created_at timestamptz NOT NULL, -- when it was written
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
    criteria_set_id uuid NOT NULL, -- set
    code text COLLATE "C" NOT NULL, -- code within the set
    criterion_code text COLLATE "C", -- criterion it belongs to; empty for a condition of recognition
    position integer NOT NULL, -- place in the set, from 1
    indicator_code text COLLATE "C" NOT NULL, -- indicator that it judges
    name_vi text COLLATE "C" NOT NULL, -- name in Vietnamese
    name_en text COLLATE "C" NOT NULL, -- name in English
    both_sexes boolean NOT NULL, -- men and women have to reach the threshold each
    conditional boolean NOT NULL, -- it may not apply (nếu có)
    delegated boolean NOT NULL, -- the act leaves its level to the province
    parts jsonb NOT NULL, -- further indicators that have to pass: indicator_code, name
    confidence text COLLATE "C" NOT NULL, -- how sure the wording is
    note text COLLATE "C", -- remarks
    CONSTRAINT criteria_items_key PRIMARY KEY (criteria_set_id, code),
    CONSTRAINT criteria_items_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id),
    CONSTRAINT criteria_items_indicator FOREIGN KEY (indicator_code) REFERENCES indicators (code)
);

-- What an act requires of an item, for whom and in which year.
CREATE TABLE criteria_thresholds (
    criteria_set_id uuid NOT NULL, -- set whose act says it
    item_code text COLLATE "C" NOT NULL, -- item, of this set or of the one it stands on
    part integer NOT NULL, -- 0 for the item itself, else the number of its part
    position integer NOT NULL, -- place in the document, from 1
    region_code text COLLATE "C" NOT NULL, -- ALL, NATIONAL (the average column, never applied) or a socio-economic region
    commune_group text COLLATE "C", -- group of communes, where it is for one
    year integer, -- year, where the act gives years
    operator text COLLATE "C" NOT NULL, -- AT_LEAST, AT_MOST, EQUAL, YES
    value bigint, -- limit, in ten-thousandths; empty where it is not known
    confidence text COLLATE "C" NOT NULL, -- how sure the value is
    act_number text COLLATE "C" NOT NULL, -- act that sets it
    article text COLLATE "C", -- where in the act
    note text COLLATE "C", -- remarks
    CONSTRAINT criteria_thresholds_key PRIMARY KEY (criteria_set_id, item_code, part, position),
    CONSTRAINT criteria_thresholds_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id)
);

-- Statuses that let a unit use the thresholds of another region.
CREATE TABLE criteria_region_overrides (
    criteria_set_id uuid NOT NULL, -- set
    position integer NOT NULL, -- place in the document, from 1
    status_kind text COLLATE "C" NOT NULL, -- kind of status
    status_values jsonb NOT NULL, -- values of it
    region_code text COLLATE "C" NOT NULL, -- region whose thresholds are used
    valid_from date NOT NULL, -- first day
    valid_to date, -- first day no longer
    also_requires text COLLATE "C", -- what the act asks for besides, of which no status is recorded
    act_number text COLLATE "C" NOT NULL, -- act that says so
    article text COLLATE "C", -- where in the act
    confidence text COLLATE "C" NOT NULL, -- how sure it is
    CONSTRAINT criteria_region_overrides_key PRIMARY KEY (criteria_set_id, position),
    CONSTRAINT criteria_region_overrides_set FOREIGN KEY (criteria_set_id) REFERENCES criteria_sets (id)
);

-- What is known of an item in a sheet, and what became of it.
CREATE TABLE assessment_items (
    assessment_id uuid NOT NULL, -- assessment
    item_code text COLLATE "C" NOT NULL, -- item
    observation_ids jsonb NOT NULL, -- observation of the item and of each of its parts, null where there is none
    not_applicable_reason text COLLATE "C", -- why it does not apply
    override_verdict text COLLATE "C", -- verdict that somebody put in the place of the computed one
    override_reason text COLLATE "C", -- why
    override_client_id uuid, -- client that did
    computed_verdict text COLLATE "C" NOT NULL, -- what the rules say
    reason text COLLATE "C", -- why it is not assessed
    verdict text COLLATE "C" NOT NULL, -- what counts
    provisional boolean NOT NULL, -- rests on a threshold that is not verified
    CONSTRAINT assessment_items_key PRIMARY KEY (assessment_id, item_code),
    CONSTRAINT assessment_items_assessment FOREIGN KEY (assessment_id) REFERENCES assessments (id) ON DELETE CASCADE
);

-- What was signed, word for word, for ever.
CREATE TABLE assessment_seals (
    assessment_id uuid NOT NULL, -- assessment; it may be gone, the seal stays
    revision integer NOT NULL, -- revision that was signed
    number integer NOT NULL, -- how many times that revision was signed, from 1
    unit_id uuid NOT NULL, -- unit assessed
    unit_date date NOT NULL, -- day by whose tree it is seen
    seal_hash text COLLATE "C" NOT NULL, -- SHA-256 of the form
    form text COLLATE "C" NOT NULL, -- canonical form that was signed
    proof jsonb NOT NULL, -- how each verdict came about
    sealed_at timestamptz NOT NULL, -- when it was signed
    CONSTRAINT assessment_seals_key PRIMARY KEY (assessment_id, revision, number)
);

-- Criteria whose failing weighs more on recognition.
ALTER TABLE criteria_sets ADD COLUMN key_criteria jsonb NOT NULL DEFAULT '[]';
-- Level of recognition that the set presupposes.
ALTER TABLE criteria_sets ADD COLUMN required_level text COLLATE "C";
-- Topics of review it belongs to, of review-topics.
ALTER TABLE criteria ADD COLUMN topic_codes jsonb NOT NULL DEFAULT '[]';
-- Earlier assessment whose observations are taken over.
ALTER TABLE assessments ADD COLUMN based_on_id uuid;
-- Why it was signed although thresholds are not verified.
ALTER TABLE assessments ADD COLUMN unverified_reason text COLLATE "C";
-- Rests on a threshold that is not verified.
ALTER TABLE assessment_summaries ADD COLUMN provisional boolean NOT NULL DEFAULT FALSE;
