DROP TABLE activity_files;
DROP TABLE activity_recommendations;
DROP TABLE activity_parties;
DROP TABLE activity_units;
DROP TABLE activities;
