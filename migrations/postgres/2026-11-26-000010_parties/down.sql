DROP TABLE mandates;
DROP TABLE committees;
DROP TABLE person_readings;
DROP TABLE people;
DROP TABLE agencies;
