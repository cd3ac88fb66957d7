DROP TABLE calibration_clarifications;
DROP TABLE calibration_scores;
DROP TABLE calibration_reviews;
DROP TABLE calibration_copies;
DROP TABLE calibration_cases;
DROP TABLE calibration_rounds;
