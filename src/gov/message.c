/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/message.h"

#include "crypt/crypt.h"
#include "db/db.h"
#include "gov/site.h"

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

static bool add(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, int64_t case_id, struct yz_str link,
		struct yz_str title, struct yz_str body, struct yz_err *err)
{
	if (!yz_insert(conn, err, "INSERT INTO message (person, case_id, link, title, body, created) VALUES ($1, $2, $3, $4, $5, $6)",
		       YZ_I(person), yz_val_int_or_null(case_id, case_id != 0), YZ_S(link), YZ_S(title), YZ_S(body),
		       YZ_I(yz_site_now(site))))
		return false;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT email_enc FROM person WHERE id = $1 AND email_enc IS NOT NULL",
				      YZ_I(person));
	if (!r)
		return false;
	struct yz_str address;
	return !r->count || (yz_unseal(site->keys, a, "person.email", person, yz_row_str(r, 0, 0), &address, err) &&
			     yz_mail_add(site, conn, a, address, title, body, err));
}

bool yz_message_add(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, int64_t case_id,
		    struct yz_str title, struct yz_str body, struct yz_err *err)
{
	return add(site, conn, a, person, case_id, YZ_LIT(""), title, body, err);
}

bool yz_message_add_link(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, struct yz_str link,
			 struct yz_str title, struct yz_str body, struct yz_err *err)
{
	return add(site, conn, a, person, 0, link, title, body, err);
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
