-- What the bank sends back while an order to repay stands on it.
-- SPDX-License-Identifier: Apache-2.0

-- less: taken off this payment when it was made, of what was ordered back of those before it.  withheld: of what the bank sent
-- back, this much is not paid again, for it was still to be repaid.
ALTER TABLE payout ADD COLUMN less BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payout ADD COLUMN withheld BIGINT NOT NULL DEFAULT 0;
