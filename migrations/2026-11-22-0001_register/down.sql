DROP TABLE role_grants;
DROP TABLE people;
DROP TABLE units;
DROP TABLE administrations;
