-- What the applicant wrote stands beside its case: each act stores the case anew, few what was written.
-- SPDX-License-Identifier: Apache-2.0

-- facts_enc: sealed under the number of the case; facts_dig: its digest, as the ledger says it.
CREATE TABLE case_facts (
  case_id BIGINT NOT NULL PRIMARY KEY REFERENCES cases(id),
  facts_enc BLOB NOT NULL,
  facts_dig TEXT NOT NULL
);
INSERT INTO case_facts (case_id, facts_enc, facts_dig) SELECT id, facts_enc, facts_dig FROM cases;
ALTER TABLE cases DROP COLUMN facts_enc;
ALTER TABLE cases DROP COLUMN facts_dig;
