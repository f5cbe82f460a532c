DROP TABLE budget_publications;
