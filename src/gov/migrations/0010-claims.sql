-- SPDX-License-Identifier: Apache-2.0

-- What became of a claim: the case that was submitted from its draft; within: the last instant by which the department
-- has said it will give what was confirmed, null where the policy names no limit.
ALTER TABLE policy_claim ADD COLUMN case_id BIGINT;
ALTER TABLE policy_claim ADD COLUMN due BIGINT;
CREATE INDEX policy_claim_draft ON policy_claim(draft) WHERE draft IS NOT NULL;
CREATE INDEX policy_claim_case ON policy_claim(case_id) WHERE case_id IS NOT NULL;
CREATE INDEX policy_claim_subject ON policy_claim(subject);
CREATE INDEX policy_claim_at ON policy_claim(at);
-- A draft that is gone may give its number to another.
UPDATE policy_claim SET draft = NULL WHERE draft NOT IN (SELECT id FROM draft);

-- When who was told opened the policy.
ALTER TABLE policy_told ADD COLUMN opened BIGINT;
CREATE INDEX policy_told_person ON policy_told(person, policy);

-- What a policy asks of licences, of cases granted and of whom somebody represents is read for all people at once.
CREATE INDEX licence_kind ON licence(type_key, holder);
CREATE INDEX licence_changed ON licence(changed) WHERE changed IS NOT NULL;
CREATE INDEX cases_granted ON cases(item, decided, applicant) WHERE outcome = 'grant';
CREATE INDEX person_legal_rep ON person(legal_rep) WHERE legal_rep IS NOT NULL;

-- When these words last led to this item.
ALTER TABLE asked_choice ADD COLUMN day BIGINT NOT NULL DEFAULT 0;
CREATE INDEX asked_choice_day ON asked_choice(day);
