DROP TABLE not_applicable;
DROP TABLE returned_criteria;
DROP TABLE submissions;
DROP TABLE evidence;
DROP TABLE areas_ready;
DROP TABLE answer_versions;
DROP TABLE answers;
