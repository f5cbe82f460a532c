-- How far an item was from being met when it was judged. What was judged before has none until its sheet is written.

ALTER TABLE assessment_items ADD COLUMN gap_part integer; -- measure that is farthest from its threshold: 0 the item's own indicator, else the number of the part
ALTER TABLE assessment_items ADD COLUMN gap bigint; -- its distance in the unit of its indicator, in ten-thousandths
ALTER TABLE assessment_items ADD COLUMN gap_percent bigint; -- the same as a share of the larger of figure and threshold, in ten-thousandths of a percent
ALTER TABLE assessment_items ADD COLUMN numerator_gap bigint; -- how much more of what is counted it takes, in ten-thousandths
