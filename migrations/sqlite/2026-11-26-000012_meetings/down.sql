DROP TABLE meeting_acts;
DROP TABLE meeting_files;
DROP TABLE meeting_attendances;
DROP TABLE meetings;
