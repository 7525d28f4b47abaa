-- An order is paid by one row and money goes back once, whatever the code does; and what people settle by hand.
-- SPDX-License-Identifier: Apache-2.0

CREATE UNIQUE INDEX money_in_pays ON money_in(order_id) WHERE use_for = 'order';
CREATE UNIQUE INDEX refund_once ON refund(money_id) WHERE state <> 'refused';

-- told: how often the channel was spoken to about it, or was about to be; never counted down.  speaking: somebody speaks to it,
-- until then at most.  settled: it was given back without the channel, by which receipt.
ALTER TABLE refund ADD COLUMN told BIGINT NOT NULL DEFAULT 0;
ALTER TABLE refund ADD COLUMN speaking BIGINT;
ALTER TABLE refund ADD COLUMN settled TEXT NOT NULL DEFAULT '';
UPDATE refund SET told = 1 WHERE tries > 0 OR state IN ('sent', 'failed', 'done');

-- asked: when the channel was asked about it and did not confirm the file; answer: what it said.  note: what a person found out.
ALTER TABLE difference ADD COLUMN asked BIGINT;
ALTER TABLE difference ADD COLUMN answer TEXT NOT NULL DEFAULT '';
ALTER TABLE difference ADD COLUMN note TEXT NOT NULL DEFAULT '';

-- The papers of this order.  reminded: the payer was told once more that it is due.
ALTER TABLE fee_order ADD COLUMN bill BIGINT;
ALTER TABLE fee_order ADD COLUMN receipt BIGINT;
ALTER TABLE fee_order ADD COLUMN reminded BIGINT;
UPDATE fee_order SET bill = (SELECT MAX(d.id) FROM document d WHERE d.case_id = fee_order.case_id AND d.kind = 'BILL'),
  receipt = (SELECT MAX(d.id) FROM document d WHERE d.case_id = fee_order.case_id AND d.kind = 'PAID')
  WHERE (SELECT COUNT(*) FROM fee_order o WHERE o.case_id = fee_order.case_id) = 1;
CREATE INDEX fee_order_due ON fee_order(due) WHERE state = 'due' AND reminded IS NULL;

-- filed: the file for the bank was first taken.  returned: the whole batch went back, why, by whom.
ALTER TABLE payout_batch ADD COLUMN filed BIGINT;
ALTER TABLE payout_batch ADD COLUMN returned BIGINT;
ALTER TABLE payout_batch ADD COLUMN returned_by BIGINT;
ALTER TABLE payout_batch ADD COLUMN reason TEXT NOT NULL DEFAULT '';
UPDATE payout_batch SET filed = released WHERE released IS NOT NULL;
-- digest: keyed, of name, account and bank, as the ledger has it.
ALTER TABLE payout ADD COLUMN bank_dig TEXT NOT NULL DEFAULT '';

-- Who began it: web (she or her agent), counter (a clerk who had verified her).
ALTER TABLE joint ADD COLUMN channel TEXT NOT NULL DEFAULT 'web';

-- tries: how often it was begun; one that ends the server each time is given up.
ALTER TABLE trial ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
