DROP TABLE joint_summaries;
DROP TABLE settlement_messages;
DROP TABLE further_criteria;
DROP TABLE score_versions;
DROP TABLE scores;
DROP TABLE declarations;
DROP TABLE assignments;
