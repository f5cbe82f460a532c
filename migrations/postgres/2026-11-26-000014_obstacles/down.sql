DROP TABLE obstacle_tasks;
DROP TABLE obstacle_escalations;
DROP TABLE obstacle_steps;
DROP TABLE obstacles;
