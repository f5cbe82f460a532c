DROP TABLE act_links;
DROP TABLE act_files;
DROP TABLE act_items;
DROP TABLE acts;
