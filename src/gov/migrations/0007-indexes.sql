-- SPDX-License-Identifier: Apache-2.0

-- A case's running clocks without its ended ones.
DROP INDEX clock_case;
CREATE INDEX clock_case ON clock(case_id, ended);

-- Whether an item changed or a date brought another into force: asked every two seconds, answered from these alone.
CREATE INDEX item_updated ON item(updated);
CREATE INDEX item_force ON item(state, from_at, until_at);
