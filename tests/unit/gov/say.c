/* SPDX-License-Identifier: Apache-2.0
 *
 * What people are told: in their language, in a pack's words, by the ways they chose; and text messages against a gateway
 * on loopback that loses, delays, doubles and fails.
 */
#include "tests/unit/gov/money_fixture.h"

#include "crypt/crypt.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>

/* ---- the gateway ---- */

enum { HEARD = 64 };
struct gateway {
	int fd, port;
	pthread_t thread;
	/* What it does with the n-th request: 's' sends, '5' fails, '4' refuses, 'l' hears and says nothing, 'd' delays, then sends. */
	const char *script;
	int n, sent; /* requests; different keys it sent */
	bool took[HEARD];
	char keys[HEARD][64], bodies[HEARD][512], times[HEARD][32], signs[HEARD][96];
};

static void header(const char *request, const char *name, char *out, size_t size)
{
	const char *at = strcasestr(request, name);
	*out = '\0';
	if (at)
		snprintf(out, size, "%.*s", (int)strcspn(at + strlen(name) + 2, "\r\n"), at + strlen(name) + 2);
}

static void read_request(int fd, char *request, size_t size)
{
	size_t n = 0, length = 0;
	char *body = NULL;
	while (n + 1 < size && (!body || n - (size_t)(body - request) < length)) {
		ssize_t got = recv(fd, request + n, size - 1 - n, 0);
		if (got <= 0)
			break;
		request[n += (size_t)got] = '\0';
		if (!body && (body = strstr(request, "\r\n\r\n"))) {
			char text[16];
			header(request, "Content-Length", text, sizeof text);
			length = strtoul(text, NULL, 10);
			body += 4;
		}
	}
}

static void *serve(void *ctx)
{
	struct gateway *g = ctx;
	static char request[8192];
	for (int fd; (fd = accept(g->fd, NULL, NULL)) >= 0; close(fd)) {
		read_request(fd, request, sizeof request);
		if (strncmp(request, "POST", 4) != 0)
			continue;
		int i = g->n++;
		char what = g->script[(size_t)i < strlen(g->script) ? (size_t)i : strlen(g->script) - 1];
		header(request, "Idempotency-Key", g->keys[i], sizeof g->keys[i]);
		header(request, "X-Yizhan-Time", g->times[i], sizeof g->times[i]);
		header(request, "X-Yizhan-Signature", g->signs[i], sizeof g->signs[i]);
		char *body = strstr(request, "\r\n\r\n");
		snprintf(g->bodies[i], sizeof g->bodies[i], "%s", body ? body + 4 : "");
		bool known = false;
		for (int k = 0; k < i; k++)
			known = known || (g->took[k] && strcmp(g->keys[k], g->keys[i]) == 0);
		g->took[i] = what == 's' || what == 'l' || what == 'd';
		g->sent += g->took[i] && !known;
		if (what == 'd')
			usleep(300000);
		const char *answer = what == '5' ? "HTTP/1.1 503 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
				   : what == '4' ? "HTTP/1.1 422 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
						 : "HTTP/1.1 200 ok\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
		if (what != 'l' && send(fd, answer, strlen(answer), MSG_NOSIGNAL) < 0)
			continue;
	}
	return NULL;
}

static void start(struct gateway *g, const char *script)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;
	*g = (struct gateway){.script = script};
	g->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(g->fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(g->fd, 8), 0);
	assert_int_equal(getsockname(g->fd, (struct sockaddr *)&at, &len), 0);
	g->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&g->thread, NULL, serve, g), 0);
}

static void stop(struct gateway *g)
{
	shutdown(g->fd, SHUT_RDWR);
	close(g->fd);
	pthread_join(g->thread, NULL);
}

static bool do_set(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	const char *const *pair = ctx;
	return yz_site_set(conn, pair[0], yz_str(pair[1]), err);
}

static void set(struct fixture *f, const char *key, const char *value)
{
	const char *pair[] = {key, value};
	GOOD(f, yz_db_write(f->site->db, do_set, pair, &f->err));
}

static bool do_say(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct fixture *f = ctx;
	int64_t person;
	const struct yz_said said[] = {{"item", YZ_LIT("临时占用城市道路许可"), true}, {"no", YZ_LIT("QZ-1"), false}, {"amount", YZ_LIT("80.00"), false},
				       {"due", YZ_LIT("2026-12-08"), false}};
	return yz_select_int(conn, &person, 0, err, "SELECT id FROM person WHERE login = 'liuyang'") &&
	       yz_message_say(f->site, conn, a, person, 0, YZ_SAY_fee_due, said, 4, err);
}

static void say(struct fixture *f)
{
	GOOD(f, yz_db_write(f->site->db, do_say, f, &f->err));
}

static void reads(struct fixture *f, const char *login, const char *lang)
{
	GOOD(f, yz_person_update(f->site, actor(f, login), YZ_LIT(""), YZ_LIT(""), YZ_LIT(""), yz_str(lang), &f->err));
}

static void reachable(struct fixture *f, const char *lang)
{
	GOOD(f, yz_person_update(f->site, actor(f, "liuyang"), YZ_LIT("13800009990"), YZ_LIT("liu@example.com"), YZ_LIT(""), yz_str(lang), &f->err));
}

static const char *newest(struct fixture *f, const char *column)
{
	struct yz_conn *conn = reading(f);
	struct yz_rows *r = strcmp(column, "title") == 0 ? yz_select(conn, f->a, &f->err, "SELECT title FROM message ORDER BY id DESC LIMIT 1")
							 : yz_select(conn, f->a, &f->err, "SELECT body FROM message ORDER BY id DESC LIMIT 1");
	yz_db_release(conn);
	GOOD(f, r && r->count);
	return yz_row_z(r, 0, 0);
}

static int round_of(struct fixture *f)
{
	int sent;
	GOOD(f, yz_mail_send_due(f->site, f->now, &sent, &f->err));
	return sent;
}

SITE(she_reads_it_in_her_language)
{
	reachable(f, "zh-CN");
	say(f);
	assert_string_equal(newest(f, "title"), "请缴费");
	reachable(f, "en");
	say(f);
	assert_string_equal(newest(f, "title"), "Please pay");
	assert_non_null(strstr(newest(f, "body"), "costs 80.00 yuan, to be paid by 2026-12-08"));
}

SITE(officials_are_told_of_what_colleagues_do_in_their_language)
{
	static const char *const officials[] = {"jiaojing", "reviewer", "reviewer-lin", "caihong"};
	struct yz_str no = apply(f, actor(f, "liuyang"));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	GOOD(f, ACT(f, actor(f, "jiaojing"), no, pass));
	GOOD(f, ACT(f, actor(f, "yuanlin"), no, pass));
	for (size_t i = 0; i < sizeof officials / sizeof *officials; i++)
		reads(f, officials[i], "en");
	int64_t task = task_at(look(f, actor(f, "caihong"), no), "review_city")->id;
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, copy, .to = YZ_LIT("jiaojing"), .reason = YZ_LIT("请知悉")));
	assert_string_equal(newest(f, "title"), "A case was copied to you");
	assert_non_null(strstr(newest(f, "body"), "张敏 sent you a copy of "));
	assert_non_null(strstr(newest(f, "body"), "请知悉"));
	GOOD(f, ACT(f, actor(f, "caihong"), no, hand, .task = task, .to = YZ_LIT("reviewer"), .reason = YZ_LIT("出差")));
	assert_string_equal(newest(f, "title"), "A task was handed to you");
	GOOD(f, ACT(f, actor(f, "reviewer"), no, delegate, .task = task, .to = YZ_LIT("reviewer-lin"), .reason = YZ_LIT("请核对")));
	assert_string_equal(newest(f, "title"), "A task was delegated to you");
	reads(f, "reviewer-lin", "zh-CN");
	GOOD(f, ACT(f, actor(f, "liuyang"), no, hurry, .reason = YZ_LIT("等着开工")));
	assert_string_equal(newest(f, "title"), "有人催办");
	assert_non_null(strstr(newest(f, "body"), "申请人催办"));
}

SITE(a_packs_words_stand_in_place_of_ours)
{
	reachable(f, "en");
	set(f, "messages", "{\"fee_due\":{\"title\":{\"zh\":\"缴费提醒\"},\"body\":{\"zh\":\"请缴 {amount} 元\",\"en\":\"Pay {amount} for {item}, {nobody} ({site})\"}}}");
	GOOD(f, yz_site_texts_reload(f->site, &f->err));
	say(f);
	assert_string_equal(newest(f, "title"), "缴费提醒"); /* it has no English, so its Chinese */
	assert_non_null(strstr(newest(f, "body"), "Pay 80.00 for "));
	assert_non_null(strstr(newest(f, "body"), "{nobody} (Qingze County)"));
}

SITE(she_is_told_by_the_ways_she_chose)
{
	struct yz_message_ways ways[YZ_TOPICS] = {0};
	reachable(f, "zh-CN");
	set(f, "sms.url", "http://127.0.0.1:9/x");
	say(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE channel = 'mail'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE channel = 'sms'"), 1);
	/* Over other people's wires: the number and the amount, and not her name. */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE channel = 'sms' AND body LIKE '%QZ-1%80.00%' AND body NOT LIKE '%刘洋%' "
				     "AND body NOT LIKE '%占用%'"),
			 1);
	ways[YZ_TOPIC_money].sms = true;
	GOOD(f, yz_message_choose(f->site, actor(f, "liuyang"), ways, &f->err));
	say(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE channel = 'mail'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE channel = 'sms'"), 2);
	ways[YZ_TOPIC_money] = (struct yz_message_ways){0};
	GOOD(f, yz_message_choose(f->site, actor(f, "liuyang"), ways, &f->err));
	say(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox"), 3);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '请缴费'"), 3);
}

static void gate(struct fixture *f, struct gateway *g, const char *script)
{
	reachable(f, "zh-CN");
	start(g, script);
	set(f, "sms.url", yz_printf(f->a, "http://127.0.0.1:%d/sms", g->port));
	set(f, "sms.secret", "a shared secret");
	say(f);
}

SITE(a_text_message_is_signed)
{
	struct gateway g;
	gate(f, &g, "s");
	assert_int_equal(round_of(f), 1);
	stop(&g);
	assert_int_equal(g.n, 1);
	char hex[YZ_HEX];
	struct yz_digest d = yz_hmac_of(YZ_SHA256, YZ_LIT("a shared secret"), yz_str_printf(f->a, "%s\n%s\n%s", g.times[0], g.keys[0], g.bodies[0]));
	assert_string_equal(g.signs[0], yz_printf(f->a, "v1=%s", yz_digest_hex(&d, hex)));
	assert_string_equal(g.times[0], yz_printf(f->a, "%lld", (long long)(f->now / YZ_SECOND)));
	assert_non_null(strstr(g.bodies[0], "\"to\":\"13800009990\""));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE channel = 'sms' AND sent IS NOT NULL AND body = ''"), 1);
}

/* It fails, hears and says nothing, and is slow: the person gets one. */
SITE(a_gateway_that_fails_loses_and_delays_sends_it_once)
{
	struct gateway g;
	gate(f, &g, "5lds");
	assert_int_equal(round_of(f), 0);
	assert_int_equal(round_of(f), 0); /* not before its minute */
	assert_int_equal(g.n, 1);
	later(f, YZ_MINUTE);
	assert_int_equal(round_of(f), 0);
	later(f, 5 * YZ_MINUTE);
	assert_int_equal(round_of(f), 1);
	later(f, YZ_DAY);
	assert_int_equal(round_of(f), 0);
	stop(&g);
	assert_int_equal(g.n, 3);
	assert_int_equal(g.sent, 1);
	assert_string_equal(g.keys[0], g.keys[1]);
	assert_string_equal(g.keys[1], g.keys[2]);
}

SITE(a_refusal_is_for_good)
{
	struct gateway g;
	gate(f, &g, "4");
	assert_int_equal(round_of(f), 0);
	later(f, YZ_DAY);
	assert_int_equal(round_of(f), 0);
	stop(&g);
	assert_int_equal(g.n, 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE channel = 'sms' AND next_try IS NULL AND sent IS NULL AND body = ''"), 1);
}

SITE(a_gateway_that_never_takes_it_is_given_up_and_technicians_are_told_once)
{
	struct gateway g;
	int64_t told = site_int(f, "SELECT COUNT(*) FROM message");
	gate(f, &g, "5");
	say(f);
	for (int i = 0; i < 20; i++) {
		round_of(f);
		later(f, YZ_HOUR);
	}
	stop(&g);
	assert_int_equal(g.n, 24); /* two messages, twelve times each */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE channel = 'sms' AND next_try IS NOT NULL"), 0);
	int64_t technicians = site_int(f, "SELECT COUNT(DISTINCT person) FROM post WHERE role = 'admin'");
	assert_true(technicians > 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '短信发不出去'"), technicians);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message"), told + 2 + technicians);
}

/* ---- a pack's files ---- */

static size_t findings(struct fixture *f, const char *text, const char *says)
{
	struct yz_pack_findings out = {0};
	const struct yz_json *j = yz_json_read(f->a, yz_str(text), NULL, &f->err);
	GOOD(f, j);
	yz_pack_check_messages(f->a, j, YZ_LIT("messages/x.json"), &out);
	if (says && (!out.len || yz_str_find(out.at[0].what, yz_str(says), 0) == SIZE_MAX))
		fail_msg("%s: %s", text, out.len ? yz_str_z(f->a, out.at[0].what) : "nothing was found");
	return out.len;
}

SITE(a_packs_messages_are_checked)
{
	assert_int_equal(findings(f, "{\"fee_due\":{\"title\":{\"zh\":\"缴费\"},\"body\":{\"zh\":\"{item} {amount}\",\"en\":\"{no}\"},\"sms\":{\"zh\":\"{site}{no}\"}}}", NULL), 0);
	findings(f, "{\"nothing\":{}}", "no message of kind");
	findings(f, "{\"fee_due\":{\"title\":{\"en\":\"x\"}}}", "no zh");
	findings(f, "{\"fee_due\":{\"body\":{\"zh\":\"{reason}\"}}}", "no {reason}");
	findings(f, "{\"fee_due\":{\"sms\":{\"zh\":\"{item}\"}}}", "text message");
	findings(f, "{\"fee_due\":{\"titel\":{\"zh\":\"x\"}}}", "titel");
	findings(f, "{\"fee_due\":{\"title\":{\"zh\":\"x\",\"fr\":\"x\"}}}", "fr");
	struct yz_buf b;
	for (int extra = 0; extra < 2; extra++) {
		yz_buf_init(&b, f->a, 4096);
		yz_buf_addz(&b, "{\"fee_due\":{\"sms\":{\"zh\":\"");
		for (int i = 0; i < YZ_SAY_SMS + extra; i++)
			yz_buf_addz(&b, "字");
		yz_buf_addz(&b, "\"}}}");
		assert_int_equal(findings(f, yz_str_z(f->a, yz_buf_str(&b)), NULL), extra);
	}
}
