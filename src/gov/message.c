/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/message.h"

#include "base/log.h"
#include "crypt/crypt.h"
#include "db/db.h"
#include "gov/site.h"
#include "text/text.h"

#include <stdatomic.h>

static bool put_out(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const char *channel, struct yz_str address,
		    struct yz_str subject, struct yz_str body, struct yz_err *err)
{
	yz_instant now = yz_site_now(site);
	if (site->silent)
		return true;
	/* Row 0: the address is sealed before the row has its number. */
	if (!yz_insert(conn, err,
		       "INSERT INTO outbox (address_enc, subject, body, created, next_try, tries, failure, channel) "
		       "VALUES ($1, $2, $3, $4, $4, 0, '', $5)",
		       YZ_BLOB(yz_seal(site->keys, a, "outbox.address", 0, address)), YZ_S(subject), YZ_S(body), YZ_I(now), YZ_Z(channel)))
		return false;
	yz_site_changed(site, YZ_CHANGE_MAIL);
	return true;
}

bool yz_mail_add(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str address, struct yz_str subject,
		 struct yz_str body, struct yz_err *err)
{
	return put_out(site, conn, a, "mail", address, subject, body, err);
}

bool yz_sms_add(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str mobile, struct yz_str text,
		struct yz_err *err)
{
	return put_out(site, conn, a, "sms", mobile, YZ_LIT(""), text, err);
}

/* Where she can be reached about this, and in which language. */
struct reach {
	enum yz_lang lang;
	struct yz_str mail, mobile; /* "": not by this way */
};

static bool reach(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, enum yz_topic topic, bool text,
		  struct reach *out, struct yz_err *err)
{
	*out = (struct reach){.lang = YZ_LANG_ZH};
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT p.lang, p.email_enc, p.mobile_enc, m.ways FROM person p "
				      "LEFT JOIN message_choice m ON m.person = p.id AND m.topic = $2 WHERE p.id = $1",
				      YZ_I(person), YZ_Z(yz_topics[topic].name));
	if (!r || !r->count)
		return r != NULL;
	struct yz_str ways = yz_row_null(r, 0, 3) ? yz_str(yz_topics[topic].ways) : yz_row_str(r, 0, 3);
	yz_lang_parse(yz_row_str(r, 0, 0), &out->lang);
	if (!yz_row_null(r, 0, 1) && yz_str_find(ways, YZ_LIT("mail"), 0) != SIZE_MAX &&
	    !yz_unseal(site->keys, a, "person.email", person, yz_row_str(r, 0, 1), &out->mail, err))
		return false;
	return !text || yz_row_null(r, 0, 2) || yz_str_find(ways, YZ_LIT("sms"), 0) == SIZE_MAX || site->silent ||
	       !yz_site_setting(conn, a, "sms.url", "").len ||
	       yz_unseal(site->keys, a, "person.mobile", person, yz_row_str(r, 0, 2), &out->mobile, err);
}

static bool put(struct yz_site *site, struct yz_conn *conn, int64_t person, int64_t case_id, struct yz_str link, struct yz_str title,
		struct yz_str body, struct yz_err *err)
{
	return yz_insert(conn, err, "INSERT INTO message (person, case_id, link, title, body, created) VALUES ($1, $2, $3, $4, $5, $6)",
			 YZ_I(person), yz_val_int_or_null(case_id, case_id != 0), YZ_S(link), YZ_S(title), YZ_S(body),
			 YZ_I(yz_site_now(site))) != 0;
}

bool yz_message_put(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, enum yz_topic topic, int64_t person,
		    int64_t case_id, struct yz_str link, struct yz_str title, struct yz_str body, struct yz_err *err)
{
	struct reach to;
	return put(site, conn, person, case_id, link, title, body, err) && reach(site, conn, a, person, topic, false, &to, err) &&
	       (!to.mail.len || yz_mail_add(site, conn, a, to.mail, title, body, err));
}

/* ---- by kind, in her language ---- */

struct saying {
	struct yz_site *site;
	enum yz_lang lang;
	const struct yz_said *said;
	size_t n;
	struct yz_arena *a;
};

static struct yz_str names(const struct saying *s, struct yz_str list)
{
	struct yz_str one;
	struct yz_buf b;
	if (yz_str_find(list, YZ_LIT("\n"), 0) == SIZE_MAX)
		return yz_site_name(s->site, yz_lang_code(s->lang), list);
	yz_buf_init(&b, s->a, 65536);
	while (yz_str_cut(&list, '\n', &one)) {
		if (b.len)
			yz_buf_addz(&b, yz_tr(s->lang, N_("、")));
		yz_buf_adds(&b, yz_site_name(s->site, yz_lang_code(s->lang), one));
	}
	return yz_buf_str(&b);
}

static struct yz_str hole(void *ctx, struct yz_str name)
{
	const struct saying *s = ctx;
	for (size_t i = 0; i < s->n; i++)
		if (yz_str_eqz(name, s->said[i].hole))
			return s->said[i].is_name   ? names(s, s->said[i].value)
			       : s->said[i].is_text ? yz_tr_str(s->lang, s->said[i].value)
						    : s->said[i].value;
	return yz_str_eqz(name, "site") ? yz_site_name(s->site, yz_lang_code(s->lang), s->site->name) : (struct yz_str){0};
}

/* The pack's words in her language, else the pack's Chinese ones, else ours. */
static struct yz_str words(struct saying *s, struct yz_arena *a, const struct yz_json *own, const char *part, const char *ours)
{
	static const char *const langs[] = {[YZ_LANG_ZH] = "zh", [YZ_LANG_EN] = "en", [YZ_LANG_UG] = "ug"};
	const struct yz_json *p = own ? yz_json_get(own, part) : NULL;
	struct yz_str text = p ? yz_json_str(p, langs[s->lang]) : (struct yz_str){0};
	if (p && !text.len)
		text = yz_json_str(p, "zh");
	if (!p && *ours)
		text = yz_str(yz_tr(s->lang, ours));
	return yz_say_fill(a, text, hole, s);
}

static atomic_int unfilled;

int yz_message_unfilled(void)
{
	return atomic_load(&unfilled);
}

static bool given(const struct saying *s, struct yz_str name)
{
	for (size_t i = 0; i < s->n; i++)
		if (yz_str_eqz(name, s->said[i].hole))
			return true;
	return false;
}

static void ask_for_all(const struct saying *s, const struct yz_say_info *info)
{
	struct yz_str holes = yz_str(info->holes), one;
	while (yz_str_cut(&holes, ' ', &one))
		if (one.len && !given(s, one)) {
			atomic_fetch_add(&unfilled, 1);
			yz_log(YZ_WARN, "the message %s was said without its {%.*s}", info->kind, YZ_P(one));
		}
}

struct spoken {
	struct yz_str title, body, sms;
};

static struct spoken spoken(struct saying *s, enum yz_say kind)
{
	const struct yz_say_info *info = &yz_sayings[kind];
	ask_for_all(s, info);
	const struct yz_json *all = yz_site_messages(s->site), *own = all ? yz_json_get(all, info->kind) : NULL;
	return (struct spoken){words(s, s->a, own, "title", info->title), words(s, s->a, own, "body", info->body),
			       words(s, s->a, own, "sms", info->sms)};
}

static bool say(struct saying *s, struct yz_conn *conn, int64_t person, int64_t case_id, struct yz_str link, enum yz_say kind,
		struct yz_message_ways *went, struct yz_err *err)
{
	struct reach to;
	if (!reach(s->site, conn, s->a, person, yz_sayings[kind].topic, true, &to, err))
		return false;
	s->lang = to.lang;
	struct spoken it = spoken(s, kind);
	bool texts = to.mobile.len && it.sms.len;
	if (went)
		*went = (struct yz_message_ways){to.mail.len && !s->site->silent, texts};
	return put(s->site, conn, person, case_id, link, it.title, it.body, err) &&
	       (!to.mail.len || yz_mail_add(s->site, conn, s->a, to.mail, it.title, it.body, err)) &&
	       (!texts || yz_sms_add(s->site, conn, s->a, to.mobile, it.sms, err));
}

bool yz_message_say(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, int64_t case_id, enum yz_say kind,
		    const struct yz_said *said, size_t n, struct yz_err *err)
{
	struct saying s = {site, YZ_LANG_ZH, said, n, a};
	return say(&s, conn, person, case_id, YZ_LIT(""), kind, NULL, err);
}

bool yz_message_say_at(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, struct yz_str link, enum yz_say kind,
		       const struct yz_said *said, size_t n, struct yz_err *err)
{
	struct saying s = {site, YZ_LANG_ZH, said, n, a};
	return say(&s, conn, person, 0, link, kind, NULL, err);
}

bool yz_message_say_told(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, struct yz_str link, enum yz_say kind,
			 const struct yz_said *said, size_t n, struct yz_message_ways *went, struct yz_err *err)
{
	struct saying s = {site, YZ_LANG_ZH, said, n, a};
	return say(&s, conn, person, 0, link, kind, went, err);
}

bool yz_mail_say(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str address, enum yz_lang lang, enum yz_say kind,
		 const struct yz_said *said, size_t n, struct yz_err *err)
{
	struct saying s = {site, lang, said, n, a};
	struct spoken it = spoken(&s, kind);
	return yz_mail_add(site, conn, a, address, it.title, it.body, err);
}

/* ---- what she chose ---- */

bool yz_message_ways(struct yz_conn *conn, struct yz_arena *a, int64_t person, struct yz_message_ways out[YZ_TOPICS], struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT topic, ways FROM message_choice WHERE person = $1", YZ_I(person));
	if (!r)
		return false;
	for (int i = 0; i < YZ_TOPICS; i++) {
		struct yz_str ways = yz_str(yz_topics[i].ways);
		for (size_t k = 0; k < r->count; k++)
			if (yz_str_eqz(yz_row_str(r, k, 0), yz_topics[i].name))
				ways = yz_row_str(r, k, 1);
		out[i] = (struct yz_message_ways){yz_str_find(ways, YZ_LIT("mail"), 0) != SIZE_MAX,
						  yz_str_find(ways, YZ_LIT("sms"), 0) != SIZE_MAX};
	}
	return true;
}

struct choosing {
	int64_t person;
	const struct yz_message_ways *ways;
};

static bool do_choose(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	static const char *const texts[2][2] = {{"", "sms"}, {"mail", "mail sms"}};
	const struct choosing *w = ctx;
	(void)a;
	for (int i = 0; i < YZ_TOPICS; i++)
		if (!yz_exec(conn, err,
			     "INSERT INTO message_choice (person, topic, ways) VALUES ($1, $2, $3) "
			     "ON CONFLICT (person, topic) DO UPDATE SET ways = excluded.ways",
			     YZ_I(w->person), YZ_Z(yz_topics[i].name), YZ_Z(texts[w->ways[i].mail][w->ways[i].sms])))
			return false;
	return true;
}

bool yz_message_choose(struct yz_site *site, const struct yz_actor *who, const struct yz_message_ways ways[YZ_TOPICS], struct yz_err *err)
{
	struct choosing w = {who->person, ways};
	if (!yz_may(who, YZ_MAY_self))
		return yz_refuse(who, YZ_MAY_self, err);
	return yz_db_write(site->db, do_choose, &w, err);
}

size_t yz_message_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t before,
		       int limit, struct yz_message **out, struct yz_err *err)
{
	(void)site;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT m.id, m.title, m.body, c.no, m.created, m.read_at, m.link FROM message m "
				      "LEFT JOIN cases c ON c.id = m.case_id WHERE m.person IN ($1, $2) AND m.id < $3 "
				      "ORDER BY m.id DESC LIMIT $4",
				      YZ_I(who->person), YZ_I(who->principal), YZ_I(before ? before : INT64_MAX), YZ_I(limit));
	if (!r)
		return 0;
	*out = yz_new_n(a, r->count, struct yz_message);
	for (size_t i = 0; i < r->count; i++)
		(*out)[i] = (struct yz_message){.id = yz_row_int(r, i, 0), .title = yz_row_str(r, i, 1),
						.body = yz_row_str(r, i, 2), .case_no = yz_row_str(r, i, 3),
						.created = yz_row_int(r, i, 4), .read_at = yz_row_int(r, i, 5),
						.link = yz_row_str(r, i, 6)};
	return r->count;
}

int64_t yz_message_unread(struct yz_conn *conn, const struct yz_actor *who)
{
	int64_t n = 0;
	yz_select_int(conn, &n, 0, NULL, "SELECT COUNT(*) FROM message WHERE person IN ($1, $2) AND read_at IS NULL",
		      YZ_I(who->person), YZ_I(who->principal));
	return n;
}

struct reading {
	struct yz_site *site;
	const struct yz_actor *who;
	int64_t id;
};

static bool do_read(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct reading *w = ctx;
	return yz_exec(conn, err,
		       "UPDATE message SET read_at = $1 WHERE person IN ($2, $3) AND read_at IS NULL AND ($4 = 0 OR id = $4)",
		       YZ_I(yz_site_now(w->site)), YZ_I(w->who->person), YZ_I(w->who->principal), YZ_I(w->id));
}

bool yz_message_read(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_err *err)
{
	struct reading w = {site, who, id};
	return yz_db_write(site->db, do_read, &w, err);
}
