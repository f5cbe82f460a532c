DROP INDEX observations_by_act;
ALTER TABLE observations DROP COLUMN act_item_code;
ALTER TABLE observations DROP COLUMN act_id;
