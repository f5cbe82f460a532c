ALTER TABLE assessment_items DROP COLUMN numerator_gap;
ALTER TABLE assessment_items DROP COLUMN gap_percent;
ALTER TABLE assessment_items DROP COLUMN gap;
ALTER TABLE assessment_items DROP COLUMN gap_part;
