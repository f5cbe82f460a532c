-- Figures that an item of a work programme plans are observations that name their act.

ALTER TABLE observations ADD COLUMN act_id uuid CONSTRAINT observations_act REFERENCES acts (id); -- act that planned or withdrew it
ALTER TABLE observations ADD COLUMN act_item_code text COLLATE "C"; -- number of the item of that act

CREATE INDEX observations_by_act ON observations (act_id) WHERE act_id IS NOT NULL;
