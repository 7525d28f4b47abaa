-- A limit that a rule has set going is judged by the rule as it was then; supervisors are found by their role.
-- SPDX-License-Identifier: Apache-2.0

-- version: the digest of the rule (monitor.digest), settings: [["name", "value"] …], both when it was set going; '' of one from before.
ALTER TABLE watch ADD COLUMN version TEXT NOT NULL DEFAULT '';
ALTER TABLE watch ADD COLUMN settings TEXT NOT NULL DEFAULT '';

CREATE INDEX post_role ON post(role);
