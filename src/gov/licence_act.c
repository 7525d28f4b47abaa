/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/licence_row.h"

#include "base/utf8.h"
#include "crypt/crypt.h"
#include "gov/document.h"
#include "gov/fault.h"
#include "gov/message.h"
#include "gov/note.h"
#include "print/letters.h"
#include "text/text.h"

enum { LONGEST = 30 * 366 }; /* days a renewal reaches ahead */

#define IN(state) (1u << YZ_LICENCE_##state)
static const struct {
	const char *name, *verb;
	unsigned from;
	enum yz_licence_state to;
	enum yz_say told;
} acts[YZ_LICENCE_ACTS] = {
#define ACT(name, from, to, verb, told) {#name, verb, from, to, told},
#include "gov/licence_acts.def"
#undef ACT
};

const char *yz_licence_act_name(enum yz_licence_act act)
{
	return acts[act].name;
}

const char *yz_licence_act_verb(enum yz_licence_act act)
{
	return acts[act].verb;
}

bool yz_licence_act_parse(struct yz_str s, enum yz_licence_act *act)
{
	for (int i = 0; i < YZ_LICENCE_ACTS; i++)
		if (yz_str_eqz(s, acts[i].name)) {
			*act = (enum yz_licence_act)i;
			return true;
		}
	return false;
}

bool yz_licence_act_fits(enum yz_licence_act act, enum yz_licence_state state)
{
	return (acts[act].from & (1u << state)) != 0;
}

struct acting {
	struct yz_site *site;
	const struct yz_actor *who;
	int64_t id;
	enum yz_licence_act act;
	struct yz_str reason;
	yz_day until;
};

/* The facts of the old paper with another last day. */
static struct yz_str renewed_facts(struct acting *w, struct yz_arena *a, const struct yz_json *old)
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 1 << 20);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	for (size_t i = 0; i < old->count; i++) {
		struct yz_str key = old->members[i].key;
		if (yz_str_eqz(key, "date") || yz_str_eqz(key, "valid_to"))
			continue;
		yz_jw_keys(&j, key);
		yz_jw_value(&j, old->members[i].value);
	}
	yz_jw_kint(&j, "date", yz_instant_day(yz_site_now(w->site), w->site->offset));
	yz_jw_kint(&j, "valid_to", w->until);
	yz_jw_end(&j, '}');
	return yz_buf_str(&b);
}

static bool renew(struct acting *w, struct yz_conn *conn, struct yz_arena *a, const struct yz_licence *l, struct yz_err *err)
{
	struct yz_str plain;
	int64_t paper;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT facts_enc FROM document WHERE id = $1", YZ_I(l->document));
	if (!r || !r->count)
		return r ? yz_fail(err, YZ_NOT_FOUND, "licence %lld has no paper", (long long)l->id) : false;
	if (!yz_unseal(w->site->keys, a, "document.facts", l->document, yz_row_str(r, 0, 0), &plain, err))
		return false;
	const struct yz_json *facts = yz_json_read(a, plain, NULL, err);
	const struct yz_letter about = {.licence = l->name};
	return facts &&
	       yz_document_add(w->site, conn, a, l->case_id, YZ_LIT("LICENCE"), l->org, &about, renewed_facts(w, a, facts), w->who->person,
			       &paper, err) &&
	       yz_exec(conn, err, "UPDATE licence SET document_id = $1, valid_until = $2 WHERE id = $3", YZ_I(paper), YZ_I(w->until),
		       YZ_I(l->id));
}

static bool tell(struct acting *w, struct yz_conn *conn, struct yz_arena *a, const struct yz_licence *l, struct yz_err *err)
{
	char day[16] = "";
	if (w->act == YZ_LICENCE_ACT_renew)
		yz_day_print(w->until, day);
	const struct yz_said said[] = {{"item", l->name, true}, {"no", l->no}, {"reason", w->reason}, {"due", yz_str(day)}};
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 65536);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kstr(&j, "no", l->no);
	yz_jw_kz(&j, "from", yz_licence_state_name(l->state));
	yz_jw_kz(&j, "to", yz_licence_state_name(acts[w->act].to));
	if (*day)
		yz_jw_kz(&j, "until", day);
	/* A reason may speak of her: the entry has its digest only. */
	char digest[YZ_HEX];
	yz_jw_kz(&j, "reason", yz_keyed_digest(w->site->keys, "licence.reason", l->id, w->reason, digest));
	yz_jw_end(&j, '}');
	return yz_message_say(w->site, conn, a, l->holder, l->case_id, acts[w->act].told, said, 4, err) &&
	       yz_note(w->site, conn, w->who, yz_printf(a, "licence.%s", acts[w->act].name), "licence", l->id, "", yz_buf_str(&b), err);
}

static bool do_act(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct acting *w = ctx;
	const struct yz_licence *l = yz_licence_load(w->site, conn, a, w->who, w->id, err);
	if (!l)
		return false;
	if (!yz_may_in(w->who, YZ_MAY_licence_manage, l->org, YZ_LIT("")))
		return yz_refuse(w->who, YZ_MAY_licence_manage, err);
	if (!yz_licence_act_fits(w->act, l->state))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这张证照现在的状态不能这样办，请看它现在的状态"));
	yz_day today = yz_instant_day(yz_site_now(w->site), w->site->offset);
	if (w->act == YZ_LICENCE_ACT_renew) {
		if (!l->valid_until)
			return yz_fail(err, YZ_NOT_NOW, "%s", N_("这张证照长期有效，不用延续"));
		if (w->until <= l->valid_until || w->until < today || w->until > today + LONGEST)
			return yz_wrong(err, "until", N_("新的有效期要比原来的晚，最长三十年"));
		if (!renew(w, conn, a, l, err))
			return false;
	}
	return yz_exec(conn, err, "UPDATE licence SET state = $1, reason = $2, changed = $3 WHERE id = $4",
		       YZ_Z(yz_licence_state_name(acts[w->act].to)), YZ_S(w->reason), YZ_I(yz_site_now(w->site)), YZ_I(w->id)) &&
	       tell(w, conn, a, l, err);
}

bool yz_licence_act(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id, enum yz_licence_act act,
		    struct yz_str reason, yz_day until, struct yz_err *err)
{
	(void)a;
	struct acting w = {site, who, id, act, yz_str_trim(reason), until};
	if (!yz_may(who, YZ_MAY_licence_manage))
		return yz_refuse(who, YZ_MAY_licence_manage, err);
	if (!w.reason.len)
		return yz_wrong(err, "reason", N_("请写明理由"));
	if (yz_utf8_count(w.reason) > YZ_LICENCE_REASON)
		return yz_wrong(err, "reason", N_("理由最多 1000 字"));
	return yz_db_write(site->db, do_act, &w, err);
}
