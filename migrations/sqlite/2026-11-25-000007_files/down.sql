DROP TABLE evidence_files;
DROP TABLE files;
DROP TABLE file_contents;
