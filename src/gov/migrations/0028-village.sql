-- SPDX-License-Identifier: Apache-2.0

-- The cases under way in a town or a village, for who works there.
CREATE INDEX cases_open_region ON cases(region) WHERE ended IS NULL;
