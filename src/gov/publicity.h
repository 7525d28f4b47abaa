/* gov/publicity.h - 公示: what is shown to everybody for a time, and what is objected to it.
 *
 *	serviceTask yz:act="publicise" ──▶ shown until publicity_until ──objection by anyone──▶ answered ──▶ the case goes on
 *
 * What is shown is the name with its middle masked, the village, the item, the amount: no number, no account, no illness,
 * no telephone (个人信息保护法 6, 28); and only while it is publicised.  An objection stands in the way of every pass and
 * decision until it is answered; whoever wrote it reads the answer by a code, with an account or without.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_PUBLICITY_H
#define YZ_GOV_PUBLICITY_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "feel/feel.h"
#include "gov/permission.h"

struct yz_site;
struct yz_conn;

enum { YZ_OBJECTION_TEXT = 2000, YZ_OBJECTION_CODE = 12, YZ_PUBLICITY_PAGE = 50 };

struct yz_publicity {
	int64_t id, amount; /* 分; 0: none is shown */
	struct yz_str item_name, name, place, standard, org_name, org_phone, region;
	yz_instant from, until, ended;
	bool open; /* to objections, now */
};
struct yz_publicity_list {
	struct yz_publicity *at;
	size_t len;
};
/* What is shown now, in this region (code; "" all) and below, newest first, behind `before` (0: the newest). */
bool yz_publicity_now(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str region, int64_t before,
		      struct yz_publicity_list *out, struct yz_err *err);
/* One; when it is over only that it was.  YZ_NOT_FOUND. */
bool yz_publicity_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_publicity *out,
		       struct yz_err *err);

struct yz_objection_new {
	struct yz_str name, contact, text; /* name, contact: may be empty */
};
/* By anybody, while it is shown; the code that opens the answer, in the arena.  Errors name the field.  No connection held. */
bool yz_publicity_object(struct yz_site *site, struct yz_arena *a, int64_t id, const struct yz_objection_new *in, struct yz_str *code,
			 struct yz_err *err);

struct yz_objection {
	int64_t id;
	struct yz_str name, contact, text, answer, by;
	yz_instant at, answered; /* answered 0: not yet */
	bool upheld;
};
struct yz_objections {
	struct yz_objection *at;
	size_t len, open;
};
/* By its code, to who wrote it; YZ_NOT_FOUND. */
bool yz_objection_by_code(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t publicity, struct yz_str code,
			  struct yz_objection *out, struct yz_err *err);
/* Of a case, for those who handle it: who objected, too. */
bool yz_objections_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t case_id, struct yz_objections *out,
		      struct yz_publicity *shown /* its last; id 0: none */, struct yz_err *err);

/* ---- inside an act (private to gov) ---- */

struct yz_acting;
struct yz_act_input;
struct yz_bpmn_effect;
/* The service task: yz:period, yz:amount (元), yz:place, yz:standard; *result: {publicity_until: date and time, objections: 0}. */
struct yz_feel_value yz_publicity_begun(struct yz_arena *a, yz_instant until, int offset); /* that result */
bool yz_acting_publicise(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_feel_value *result, struct yz_err *err);
/* NOT_NOW while an objection is not answered. */
bool yz_acting_objections_settled(struct yz_acting *t, struct yz_err *err);
/* The case is over: what is shown of it goes. */
bool yz_acting_publicity_end(struct yz_acting *t, struct yz_err *err);
/* The act: ref names the objection, special "upheld" or "rejected", reason is the answer. */
bool yz_do_answer_objection(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err);

#endif
