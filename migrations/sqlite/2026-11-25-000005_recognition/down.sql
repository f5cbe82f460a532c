DROP TABLE recognition_steps;
DROP TABLE recognition_dossiers;
