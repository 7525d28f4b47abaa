/* gov/consult_row.h - a consultation as a row, and its clock (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_CONSULT_ROW_H
#define YZ_GOV_CONSULT_ROW_H

#include "calendar/calendar.h"
#include "db/db.h"
#include "gov/consult.h"
#include "gov/site.h"

#define YZ_CONSULT_COLUMNS                                                                                                       \
	"c.id, c.person, c.version, c.knowledge, c.no, c.text_enc, c.item, c.item_name, c.org, o.name, c.answer_enc, b.name, "     \
	"c.email_enc, c.mobile_enc, p.name, c.public_question, c.public_answer, c.remark_enc, c.card, c.state, c.may_publish, "    \
	"c.asked, c.ended, c.published, c.rated, c.due, c.warn_at, c.code_until, c.rating, c.provisional, c.code_dig, g.path, "     \
	"c.clock, c.lang FROM consultation c LEFT JOIN org o ON o.key = c.org LEFT JOIN region g ON g.code = o.region "                    \
	"LEFT JOIN person p ON p.id = c.person LEFT JOIN person b ON b.id = c.answered_by "
enum { YZ_CONSULT_CODE_DIG = 30, YZ_CONSULT_PATH, YZ_CONSULT_CLOCK, YZ_CONSULT_LANG };

/* Row i of a select that begins with these columns; opens what is sealed. */
bool yz_consult_read(struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, size_t i, struct yz_consult *out,
		     struct yz_err *err);
/* What the public may see of it is left. */
void yz_consult_hide_private(struct yz_consult *c);

/* Inside a write: the consultation as it is, its department's region, its steps not. */
struct yz_consulting {
	struct yz_site *site;
	struct yz_conn *conn;
	struct yz_arena *a;
	const struct yz_actor *who;
	struct yz_consult c;
	struct yz_str code_dig, path, clock;
	yz_instant now;
};
/* NOT_FOUND where there is no such number; whether she may is the caller's to ask. */
bool yz_consulting_load(struct yz_consulting *t, struct yz_site *site, struct yz_conn *conn, struct yz_arena *a,
			const struct yz_actor *who, struct yz_str no, struct yz_err *err);
/* Adds the step and the ledger's entry, and counts the version on.  body: of the entry. */
bool yz_consulting_step(struct yz_consulting *t, const char *act, struct yz_str org, struct yz_str text, struct yz_str body,
			struct yz_err *err);
/* {"text": keyed digest of what was said} */
struct yz_str yz_consulting_digest(struct yz_consulting *t, struct yz_str said);
/* Her, by account or code. */
bool yz_consulting_is_hers(struct yz_consulting *t, struct yz_str code, struct yz_err *err);

/* The clock's columns as they follow from it and the calendar of now; ended ones look no more. */
struct yz_consult_due {
	char body[YZ_CLOCK_TEXT];
	yz_instant due, warn;
	int provisional;
	struct yz_val look;
};
void yz_consult_reckon(const struct yz_clock *k, const struct yz_calendar *calendar, struct yz_str card, yz_instant now,
		       struct yz_consult_due *out);

#endif
