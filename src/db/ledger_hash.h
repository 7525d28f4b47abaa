/* db/ledger_hash.h - what writing and checking the ledger share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DB_LEDGER_HASH_H
#define YZ_DB_LEDGER_HASH_H

#include "db/ledger.h"

/* The hash the entry has at place `seq` behind its prev. */
struct yz_digest yz_entry_hash(struct yz_hasher *h, const struct yz_entry *e, int64_t seq);
/* From a column; false, and zeros, when it is not 32 bytes. */
bool yz_entry_digest(struct yz_str bytes, struct yz_digest *d);
/* Row i of a select of the ledger's columns in the order of the table; lends the texts. */
void yz_entry_read(const struct yz_rows *r, size_t i, struct yz_entry *e);

#endif
