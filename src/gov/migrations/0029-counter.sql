-- Money over the counter, and the letter of what is taken back.
-- SPDX-License-Identifier: Apache-2.0

-- method: cash, card; empty where it came through a channel.  slip: the card terminal's number of it.  by_person: who took it.
ALTER TABLE money_in ADD COLUMN method TEXT NOT NULL DEFAULT '';
ALTER TABLE money_in ADD COLUMN slip TEXT NOT NULL DEFAULT '';
ALTER TABLE money_in ADD COLUMN by_person BIGINT;
UPDATE money_in SET method = 'cash' WHERE provider = 'counter';
-- The same slip is not taken for two payments.
CREATE UNIQUE INDEX money_in_slip ON money_in(slip, day) WHERE slip <> '';

-- given_by: who handed it back over the counter; document: what she signed for it.
ALTER TABLE refund ADD COLUMN slip TEXT NOT NULL DEFAULT '';
ALTER TABLE refund ADD COLUMN given_by BIGINT;
ALTER TABLE refund ADD COLUMN document BIGINT;
-- Nobody is asked about what was paid at the counter: it waits there for her.
UPDATE refund SET next_try = NULL WHERE state = 'ready' AND money_id IN (SELECT id FROM money_in WHERE provider = 'counter');

-- What a day's drawer and the card terminals came to; null: a channel's day.
ALTER TABLE reconciliation ADD COLUMN cash BIGINT;
ALTER TABLE reconciliation ADD COLUMN card BIGINT;

-- org: whose letter it is and whose seal it bears; null: of the case's department.
ALTER TABLE document ADD COLUMN org TEXT;
ALTER TABLE reclaim ADD COLUMN document BIGINT;
