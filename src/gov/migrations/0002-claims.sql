-- A number that somebody declares is a claim; it is hers once a clerk has seen her card.
-- id_dig: whose number it is, verified, one a number.  claim_dig: who says so, any number of them.
ALTER TABLE person ADD COLUMN claim_dig TEXT;
UPDATE person SET claim_dig = id_dig, id_dig = NULL WHERE proof = 0;
CREATE INDEX person_claim ON person(claim_dig);
CREATE INDEX person_mobile ON person(mobile_dig);
