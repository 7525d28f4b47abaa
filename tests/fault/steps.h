/* tests/fault/steps.h - a site whose every write is a step that shows when half of it is missing.
 *
 * One step: a row in step, two rows in half, an entry in the ledger.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_FAULT_STEPS_H
#define YZ_TESTS_FAULT_STEPS_H

#include "db/db.h"

struct step {
	int64_t key;
};

/* Bytes of text in a step; 1500 unless set, so that a few hundred fill pages. */
extern int steps_text;

bool steps_migrate(struct yz_db *db, struct yz_err *err);
bool step_write(struct yz_db *db, int64_t key, struct yz_err *err);
bool step_there(struct yz_db *db, int64_t key, bool *there, struct yz_err *err);
int64_t steps_count(struct yz_db *db);
/* No step without its halves and its entry, nor the other way; the ledger verifies; the file is sound.  NULL, or what
 * is wrong. */
const char *steps_check(struct yz_db *db);

#endif
