-- SPDX-License-Identifier: Apache-2.0

-- facts: what the rule found when it set the limit going, [["name", "value"] …].
ALTER TABLE watch ADD COLUMN facts TEXT NOT NULL DEFAULT '[]';

-- How often somebody looked at others' records on one day.
CREATE INDEX pull_by ON pull(by_person, at) WHERE by_person IS NOT NULL;
