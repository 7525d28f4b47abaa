-- SPDX-License-Identifier: Apache-2.0

-- One payment of a case is made anew once.  Those made twice at the same instant get numbers of their own first.
UPDATE payout SET attempt = (SELECT COUNT(*) FROM payout k WHERE k.case_id = payout.case_id AND k.id <= payout.id);
CREATE UNIQUE INDEX payout_attempt ON payout(case_id, attempt);
DROP INDEX payout_case;
