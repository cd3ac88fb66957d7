DROP TABLE cases;
DROP TABLE cycles;
