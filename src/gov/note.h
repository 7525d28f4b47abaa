/* gov/note.h - one line in the ledger, from what every act has at hand (private).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_NOTE_H
#define YZ_GOV_NOTE_H

#include "db/ledger.h"
#include "gov/permission.h"
#include "gov/site.h"

/* Inside a write.  who NULL: the system itself.  body: a JSON object, or empty. */
bool yz_note(struct yz_site *site, struct yz_conn *conn, const struct yz_actor *who, const char *act, const char *thing_kind,
	     int64_t thing_id, const char *rule, struct yz_str body, struct yz_err *err);
/* Of the instant that stands in a row beside it, so that both say the same. */
bool yz_note_at(struct yz_site *site, struct yz_conn *conn, yz_instant at, const struct yz_actor *who, const char *act, const char *thing_kind,
		int64_t thing_id, const char *rule, struct yz_str body, struct yz_err *err);

#endif
