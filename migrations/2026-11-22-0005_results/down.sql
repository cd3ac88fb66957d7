DROP TABLE documents;
DROP TABLE actions;
DROP TABLE plans;
DROP TABLE recommendations;
DROP TABLE result_areas;
DROP TABLE results;
DROP TABLE fact_comments;
