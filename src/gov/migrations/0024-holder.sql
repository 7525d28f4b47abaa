-- task_person finds the open tasks of a person by its second column, where done is null.
-- SPDX-License-Identifier: Apache-2.0
DROP INDEX task_holder;
