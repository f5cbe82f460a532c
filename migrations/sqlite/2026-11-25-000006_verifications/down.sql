DROP TABLE criteria_set_replacements;
DROP TABLE threshold_verifications;
