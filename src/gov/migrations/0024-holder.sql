-- Every task that is claimed or done pays for each index: task_person, by its second column, finds the open tasks of a
-- person (done is null) and the last she finished.
-- SPDX-License-Identifier: Apache-2.0
DROP INDEX task_holder;
DROP INDEX task_person_opened;
