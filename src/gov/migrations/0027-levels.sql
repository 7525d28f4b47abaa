-- SPDX-License-Identifier: Apache-2.0

-- What was answered to an urging below.
ALTER TABLE reported_card ADD COLUMN answer TEXT;

-- How many cases and cards of it are here, kept as its rows come and go.
ALTER TABLE reported_site ADD COLUMN cases BIGINT NOT NULL DEFAULT 0;
ALTER TABLE reported_site ADD COLUMN cards BIGINT NOT NULL DEFAULT 0;
UPDATE reported_site SET
  cases = (SELECT COUNT(*) FROM reported_apply a WHERE a.site = reported_site.site),
  cards = (SELECT COUNT(*) FROM reported_card c WHERE c.site = reported_site.site AND c.card_no IS NOT NULL);
CREATE INDEX level_order_unanswered ON level_order(site) WHERE answered IS NULL;

-- offered: when it last stood in an answer that had not room for all.
ALTER TABLE level_order ADD COLUMN offered BIGINT NOT NULL DEFAULT 0;

-- What a link that was removed had is no new link's.
UPDATE level_order SET link_up = NULL WHERE link_up IS NOT NULL AND link_up NOT IN (SELECT id FROM link_up);
UPDATE level_order SET link_down = NULL WHERE link_down IS NOT NULL AND link_down NOT IN (SELECT id FROM link_down);
UPDATE reported_site SET link = 0 WHERE link NOT IN (SELECT id FROM link_down);
DELETE FROM link_nonce WHERE link NOT IN (SELECT id FROM link_down);
