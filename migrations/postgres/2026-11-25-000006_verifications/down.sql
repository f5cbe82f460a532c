DROP TABLE threshold_verifications;
