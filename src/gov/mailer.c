/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/message.h"

#include "base/log.h"
#include "crypt/crypt.h"
#include "db/db.h"
#include "fmt/codec.h"
#include "gov/round.h"
#include "gov/site.h"
#include "gov/sms.h"
#include "gov/technician.h"

#include <curl/curl.h>
#include <stdatomic.h>
#include <time.h>

enum { ROUND = 50, MAIL_MOST = 64 * 1024, SEND_SECONDS = 30 };
#define GIVE_UP (3 * YZ_DAY)
/* Who has taken a letter has it for so long, and takes far less; then it may be taken again. */
#define LEASE (5 * YZ_MINUTE)

struct account {
	struct yz_str url, from, user, password, sms, secret;
};

static bool sends_mail(const struct account *from)
{
	return from->url.len && from->from.len;
}

struct letter {
	int64_t id, tries; /* this one included */
	yz_instant created, due;
	struct yz_str to, text; /* text: the whole message, RFC 5322 */
	char answer[200];       /* the server's last no */
	char failure[CURL_ERROR_SIZE + 256];
	bool sent, hopeless, taken, sms, tired; /* tired: the gateway took it at no attempt */
};

static yz_instant wait_after(int64_t tries)
{
	return tries <= 1 ? YZ_MINUTE : tries == 2 ? 5 * YZ_MINUTE : tries == 3 ? 30 * YZ_MINUTE : YZ_HOUR;
}

static void add_base64_lines(struct yz_buf *b, struct yz_arena *a, struct yz_str s)
{
	struct yz_buf encoded;
	yz_buf_init(&encoded, a, MAIL_MOST * 2);
	yz_base64_write(&encoded, s);
	for (size_t i = 0; i < encoded.len; i += 76) {
		yz_buf_add(b, encoded.ptr + i, encoded.len - i < 76 ? encoded.len - i : 76);
		yz_buf_addz(b, "\r\n");
	}
}

/* RFC 2047 words of at most 45 bytes, cut between characters. */
static void add_header_words(struct yz_buf *b, struct yz_arena *a, struct yz_str s)
{
	for (size_t i = 0; i < s.len;) {
		size_t n = s.len - i < 45 ? s.len - i : 45;
		while (i + n < s.len && n && ((unsigned char)s.ptr[i + n] & 0xC0) == 0x80)
			n--;
		struct yz_buf word;
		yz_buf_init(&word, a, 256);
		yz_base64_write(&word, yz_str_n(s.ptr + i, n));
		yz_buf_printf(b, "%s=?UTF-8?B?%.*s?=", i ? "\r\n " : "", YZ_P(yz_buf_str(&word)));
		i += n;
	}
}

/* What stands behind the @ of our message's names: the host people know the site by. */
static struct yz_str host_of(const struct yz_site *site)
{
	struct yz_str s = yz_str(site->base_url);
	size_t at = yz_str_find(s, YZ_LIT("://"), 0);
	if (at != SIZE_MAX)
		s = yz_str_n(s.ptr + at + 3, s.len - at - 3);
	size_t n = 0;
	while (n < s.len && !strchr(":/", s.ptr[n]))
		n++;
	return n ? yz_str_n(s.ptr, n) : YZ_LIT("yizhan.invalid");
}

/* The same bytes at every attempt: whoever gets it twice can tell (RFC 5322, 3.6.4). */
static struct yz_str compose(struct yz_site *site, struct yz_arena *a, const struct account *from, const struct letter *l,
			     struct yz_str subject, struct yz_str body)
{
	char date[64];
	time_t created = (time_t)(l->created / YZ_SECOND);
	struct tm tm;
	strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", gmtime_r(&created, &tm));
	struct yz_buf b;
	yz_buf_init(&b, a, MAIL_MOST * 2);
	yz_buf_printf(&b, "Date: %s\r\nTo: <%.*s>\r\nFrom: ", date, YZ_P(l->to));
	add_header_words(&b, a, site->name);
	yz_buf_printf(&b, "%s<%.*s>\r\nMessage-ID: <%lld.%lld@%.*s>\r\nSubject: ", site->name.len ? " " : "", YZ_P(from->from),
		      (long long)l->id, (long long)l->created, YZ_P(host_of(site)));
	add_header_words(&b, a, subject);
	yz_buf_addz(&b, "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
			"Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n");
	add_base64_lines(&b, a, body);
	return yz_buf_str(&b);
}

static size_t give(char *out, size_t size, size_t n, void *ctx)
{
	struct yz_str *rest = ctx;
	size_t take = rest->len < size * n ? rest->len : size * n;
	memcpy(out, rest->ptr, take);
	rest->ptr += take;
	rest->len -= take;
	return take;
}

static size_t hear(char *line, size_t size, size_t n, void *ctx)
{
	struct letter *l = ctx;
	size_t len = size * n;
	while (len && (line[len - 1] == '\r' || line[len - 1] == '\n'))
		len--;
	if (len && (*line == '4' || *line == '5'))
		snprintf(l->answer, sizeof l->answer, "%.*s", (int)len, line);
	return size * n;
}

static int asked_to_stop(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)a, (void)b, (void)c, (void)d;
	return ctx && atomic_load((atomic_bool *)ctx);
}

/* 5yz is for good (RFC 5321, 4.2.1), but where it is about us and not about the letter: signing in, the sender. */
static bool is_hopeless(CURL *curl, CURLcode code, const char *failure)
{
	long answer = 0;
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
	return answer >= 500 && answer < 600 && code != CURLE_LOGIN_DENIED && code != CURLE_USE_SSL_FAILED &&
	       code != CURLE_REMOTE_ACCESS_DENIED && strncmp(failure, "MAIL ", 5) != 0;
}

static void send_one(struct yz_arena *a, const struct account *from, struct letter *l, atomic_bool *stop)
{
	CURL *curl = curl_easy_init();
	struct yz_str rest = l->text;
	char failure[CURL_ERROR_SIZE] = "";
	struct curl_slist *to = curl_slist_append(NULL, yz_printf(a, "<%.*s>", YZ_P(l->to)));
	curl_easy_setopt(curl, CURLOPT_URL, yz_str_z(a, from->url));
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, yz_printf(a, "<%.*s>", YZ_P(from->from)));
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
	if (from->user.len) {
		curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
		curl_easy_setopt(curl, CURLOPT_USERNAME, yz_str_z(a, from->user));
		curl_easy_setopt(curl, CURLOPT_PASSWORD, yz_str_z(a, from->password));
	} else {
		curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY);
	}
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(curl, CURLOPT_READDATA, &rest);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, hear);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, l);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, asked_to_stop);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, stop);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SEND_SECONDS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, failure);
	CURLcode code = curl_easy_perform(curl);
	l->sent = code == CURLE_OK;
	l->hopeless = !l->sent && is_hopeless(curl, code, failure);
	if (!l->sent)
		snprintf(l->failure, sizeof l->failure, "%s%s%s", failure[0] ? failure : curl_easy_strerror(code), l->answer[0] ? ": " : "",
			 l->answer);
	curl_slist_free_all(to);
	curl_easy_cleanup(curl);
}

/* As a letter, but over HTTP. */
static void send_sms(struct yz_arena *a, const struct account *from, struct letter *l, yz_instant now, atomic_bool *stop)
{
	const struct yz_sms sms = {from->sms, from->secret, yz_str_printf(a, "%lld.%lld", (long long)l->id, (long long)l->created), l->text};
	enum yz_sms_answer answer = yz_sms_send(a, &sms, now, stop, l->failure, sizeof l->failure);
	l->sent = answer == YZ_SMS_SENT;
	l->hopeless = answer == YZ_SMS_REFUSED;
	if (!l->sent && !l->hopeless && l->tries >= YZ_SMS_TRIES)
		l->hopeless = l->tired = true;
}

struct settling {
	struct letter *letter;
	yz_instant now;
};

/* Before it is sent, and on disk: so another process does not send it too, and a crash counts as an attempt. */
static bool do_take(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	const struct settling *w = ctx;
	struct letter *l = w->letter;
	bool ok = yz_exec(conn, err, "UPDATE outbox SET next_try = $1, tries = tries + 1 WHERE id = $2 AND next_try = $3",
			  YZ_I(w->now + LEASE), YZ_I(l->id), YZ_I(l->due));
	l->taken = ok && yz_changed(conn) == 1;
	return ok;
}

/* What is over, one way or the other, has no words any more. */
static bool do_settle(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	const struct settling *w = ctx;
	const struct letter *l = w->letter;
	if (l->sent)
		return yz_exec(conn, err, "UPDATE outbox SET sent = $1, next_try = NULL, body = '' WHERE id = $2", YZ_I(w->now), YZ_I(l->id));
	if (l->hopeless || w->now - l->created >= GIVE_UP)
		return yz_exec(conn, err, "UPDATE outbox SET failure = $1, next_try = NULL, body = '' WHERE id = $2", YZ_Z(l->failure),
			       YZ_I(l->id));
	return yz_exec(conn, err, "UPDATE outbox SET failure = $1, next_try = $2 WHERE id = $3", YZ_Z(l->failure),
		       YZ_I(w->now + wait_after(l->tries)), YZ_I(l->id));
}

/* Reads the account and what is due; the connection is given back before anything is sent. */
static bool fetch(struct yz_site *site, struct yz_arena *a, yz_instant now, struct account *from, struct letter **letters,
		  size_t *n, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(site->db, err);
	if (!conn)
		return false;
	*from = (struct account){yz_site_setting(conn, a, "mail.url", ""), yz_site_setting(conn, a, "mail.from", ""),
				 yz_site_setting(conn, a, "mail.user", ""), yz_site_setting(conn, a, "mail.password", ""), yz_site_setting(conn, a, "sms.url", ""),
				 yz_site_setting(conn, a, "sms.secret", "")};
	struct yz_rows *r = NULL;
	if (sends_mail(from) || from->sms.len)
		r = yz_select(conn, a, err,
			      "SELECT id, address_enc, subject, body, tries + 1, created, next_try, channel FROM outbox "
			      "WHERE next_try IS NOT NULL AND next_try <= $1 AND ((channel = 'mail' AND $3 = 1) OR (channel = 'sms' AND $4 = 1)) "
			      "ORDER BY next_try, id LIMIT $2",
			      YZ_I(now), YZ_I(ROUND), YZ_I(sends_mail(from)), YZ_I(from->sms.len > 0));
	yz_db_release(conn);
	*n = r ? r->count : 0;
	*letters = yz_new_n(a, *n, struct letter);
	for (size_t i = 0; i < *n; i++) {
		struct letter *l = &(*letters)[i];
		l->id = yz_row_int(r, i, 0);
		l->tries = yz_row_int(r, i, 4);
		l->created = yz_row_int(r, i, 5);
		l->due = yz_row_int(r, i, 6);
		if (!yz_unseal(site->keys, a, "outbox.address", 0, yz_row_str(r, i, 1), &l->to, err))
			return false;
		l->sms = yz_str_eqz(yz_row_str(r, i, 7), "sms");
		l->text = l->sms ? yz_sms_body(a, l->to, yz_row_str(r, i, 3)) : compose(site, a, from, l, yz_row_str(r, i, 2), yz_row_str(r, i, 3));
	}
	return r || !(sends_mail(from) || from->sms.len);
}

static bool tell_technicians(struct yz_site *site, const struct letter *l, struct yz_err *err)
{
	struct yz_err failed = {0};
	yz_fail(&failed, YZ_UNAVAILABLE, "%s", l->failure);
	return yz_technicians_tell(site, "sms", &failed, err);
}

static bool send_due(struct yz_site *site, yz_instant now, atomic_bool *stop, int *sent, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(64 << 20);
	struct account from;
	struct letter *letters;
	size_t n;
	*sent = 0;
	bool ok = fetch(site, a, now, &from, &letters, &n, err);
	for (size_t i = 0; ok && i < n && !(stop && atomic_load(stop)); i++) {
		struct letter *l = &letters[i];
		struct settling w = {l, now};
		if (!(ok = yz_db_write(site->db, do_take, &w, err)) || !l->taken)
			continue;
		if (l->sms)
			send_sms(a, &from, l, now, stop);
		else
			send_one(a, &from, l, stop);
		if (!l->sent)
			yz_log(YZ_WARN, "mail %lld could not be sent%s: %s", (long long)l->id, l->hopeless ? ", and is given up" : "", l->failure);
		*sent += l->sent;
		ok = yz_db_write(site->db, do_settle, &w, err) && (!l->tired || tell_technicians(site, l, err));
	}
	yz_arena_destroy(a);
	return ok;
}

bool yz_mail_send_due(struct yz_site *site, yz_instant now, int *sent, struct yz_err *err)
{
	return send_due(site, now, NULL, sent, err);
}

/* ---- the thread ---- */

struct yz_mailer {
	struct yz_site *site;
	struct yz_round *round;
};

static yz_instant mail_round(void *ctx, atomic_bool *stop)
{
	struct yz_mailer *m = ctx;
	struct yz_err err = {0};
	int sent;
	if (!send_due(m->site, yz_site_now(m->site), stop, &sent, &err))
		yz_log_err(YZ_WARN, &err);
	return 20 * YZ_SECOND;
}

struct yz_mailer *yz_mailer_start(struct yz_site *site, struct yz_err *err)
{
	struct yz_mailer *m = yz_new(site->arena, struct yz_mailer);
	m->site = site;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	return (m->round = yz_round_start(site, "the mailer", YZ_CHANGE_MAIL, 0, mail_round, m, err)) ? m : NULL;
}

void yz_mailer_stop(struct yz_mailer *m)
{
	yz_round_stop(m ? m->round : NULL);
}
