/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/note.h"

bool yz_note_at(struct yz_site *site, struct yz_conn *conn, yz_instant at, const struct yz_actor *who, const char *act, const char *thing_kind,
		int64_t thing_id, const char *rule, struct yz_str body, struct yz_err *err)
{
	bool person = who && who->person;
	struct yz_entry entry = {
		.region = site->region,
		.at = at,
		.actor_kind = yz_str(!person ? "system" : who->staff ? "staff" : "person"),
		.actor_id = person ? who->person : 0,
		/* Staff act by name; a citizen's name is personal and stays in its table. */
		.actor_name = !person ? YZ_LIT("一站") : who->staff ? who->name : YZ_LIT(""),
		.act = yz_str(act),
		.thing_kind = yz_str(thing_kind),
		.thing_id = thing_id,
		.rule = yz_str(rule ? rule : ""),
		.body = body,
	};
	return yz_ledger_add(conn, &entry, err);
}

bool yz_note(struct yz_site *site, struct yz_conn *conn, const struct yz_actor *who, const char *act, const char *thing_kind,
	     int64_t thing_id, const char *rule, struct yz_str body, struct yz_err *err)
{
	return yz_note_at(site, conn, yz_site_now(site), who, act, thing_kind, thing_id, rule, body, err);
}
