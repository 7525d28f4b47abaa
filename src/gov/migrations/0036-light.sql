-- What each act writes into an index: only what somebody asks, and where it grows at its end.
-- SPDX-License-Identifier: Apache-2.0

-- Nobody looks for a holder's licences by their type: licence_holder finds hers, licence_kind all of a type.
DROP INDEX licence_proves;
-- What was done in a period, whatever the step.
DROP INDEX task_stage;
CREATE INDEX task_stage ON task(done, node) WHERE done IS NOT NULL;
