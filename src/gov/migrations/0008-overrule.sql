-- SPDX-License-Identifier: Apache-2.0

-- What was decided against the rules, among all that was ever remarked.
CREATE INDEX remark_overrule ON remark(id) WHERE act = 'overrule';
