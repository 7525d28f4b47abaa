/* Guides and notices as a browser meets them: forms posted, redirects followed, pages and papers read.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gov/site_fixture.h"
#include "tests/unit/http/client.h"
#include "tests/unit/print/render.h"

#include "gov/guide.h"
#include "web/guide.h"
#include "web/hooks.h"

#define ITEM "household-birth"
#define GUEST_ID "guest-of-the-tests-01"
#define GUEST "Cookie: yzg=" GUEST_ID "\r\n"
#define GONE "这份清单找不到了"

enum { TURNS = 60 };

static struct yz_web *web;
static struct server server;
static const char *log_path;

static void open_web(struct fixture *f)
{
	static const char *const listen[] = {"127.0.0.1:0", NULL};
	log_path = yz_printf(f->a, "%s/access.log", f->dir);
	GOOD(f, (web = yz_web_create(f->site, &(struct yz_web_options){.listen = listen, .access_log = log_path}, &f->err)));
	GOOD(f, yz_web_start(web, &f->err));
	server.http = web->http;
}

static void close_web(void)
{
	yz_web_stop(web);
	yz_web_destroy(web);
}

/* ---- a browser ---- */

static void add_encoded(struct yz_buf *b, const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		yz_buf_printf(b, "%%%02X", *p);
}

/* name, value, … NULL; her form's token with it. */
static struct reply send_as(struct fixture *f, const char *cookies, const char *csrf, const char *path, ...)
{
	struct yz_buf body;
	va_list ap;
	yz_buf_init(&body, f->a, 1 << 20);
	yz_buf_printf(&body, "csrf=%s", csrf);
	va_start(ap, path);
	for (const char *name; (name = va_arg(ap, const char *));) {
		yz_buf_printf(&body, "&%s=", name);
		add_encoded(&body, va_arg(ap, const char *));
	}
	va_end(ap);
	int fd = dial(&server);
	sayf(fd, "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%sContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n",
	     path, cookies, body.len);
	say_n(fd, body.ptr, body.len);
	struct reply r = hear(fd);
	close(fd);
	return r;
}

static const char *guest_token(struct fixture *f)
{
	char *token = yz_alloc(f->a, YZ_CSRF_SIZE);
	yz_csrf_token(web->secret, YZ_LIT(GUEST_ID), token);
	return token;
}

#define SEND(f, path, ...) send_as((f), GUEST, guest_token(f), (path), ##__VA_ARGS__, NULL)

/* What stands between the two, first after `from`; NULL when it is not there. */
static const char *between(struct fixture *f, const char *from, const char *begin, const char *end)
{
	const char *at = from ? strstr(from, begin) : NULL;
	if (!at)
		return NULL;
	at += strlen(begin);
	const char *to = strstr(at, end);
	return to ? yz_str_z(f->a, yz_str_n(at, (size_t)(to - at))) : NULL;
}

static const char *begin_guide(struct fixture *f, const char *what)
{
	struct reply r = SEND(f, "/guide", "item", what);
	assert_int_equal(r.status, 303);
	const char *to = yz_strdup(f->a, header(&r, "Location"));
	assert_non_null(strstr(to, "/guide/"));
	drop(&r);
	return strstr(to, "/guide/");
}

/* The page's question and its first answer: the one that is offered, or what fits into the field. */
struct asked {
	const char *fact, *value;
};

static struct asked asked_on(struct fixture *f, const char *page)
{
	struct asked q = {.fact = between(f, page, "name=\"fact\" value=\"", "\"")};
	assert_non_null(q.fact);
	bool date = strstr(page, "type=\"date\" id=\"value\""), number = strstr(page, "inputmode=");
	q.value = date ? "2026-11-01" : number ? "1" : between(f, page, "name=\"value\" value=\"", "\"");
	if (q.value && !*q.value)
		q.value = "一般";
	return q;
}

/* Answers until nothing is asked; the path of its notice. */
static const char *answer_as(struct fixture *f, const char *cookies, const char *csrf, const char *path, size_t *turns)
{
	for (*turns = 0; *turns < TURNS; ++*turns) {
		struct reply r = get(&server, path, cookies);
		if (r.status == 303) {
			const char *to = yz_strdup(f->a, header(&r, "Location"));
			drop(&r);
			assert_non_null(strstr(to, "/notice"));
			return to;
		}
		assert_int_equal(r.status, 200);
		struct asked q = asked_on(f, r.body);
		drop(&r);
		r = send_as(f, cookies, csrf, path, "fact", q.fact, "value", q.value, NULL);
		if (r.status != 303)
			fail_msg("%s = %s: %d", q.fact, q.value, r.status);
		drop(&r);
	}
	fail_msg("it never ends");
	return NULL;
}

static const char *answer_all(struct fixture *f, const char *path, size_t *turns)
{
	return answer_as(f, GUEST, guest_token(f), path, turns);
}

/* Its digests are all of one guide. */
static int64_t guides(struct fixture *f)
{
	return site_int(f, "SELECT COUNT(*) FROM guide");
}

static size_t times(const char *page, const char *words)
{
	size_t n = 0;
	for (const char *at = page; (at = strstr(at, words)); at += strlen(words))
		n++;
	return n;
}

/* ---- what holds ---- */

SITE(a_guide_asks_one_thing_at_a_time_and_ends_with_a_notice)
{
	size_t turns;
	open_web(f);
	struct reply r = get(&server, "/item/" ITEM, GUEST);
	assert_non_null(strstr(r.body, "/guide\""));
	drop(&r);
	r = get(&server, "/item/" ITEM "/guide", GUEST);
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(r.body, "先问几个问题，得到您自己的办事清单"));
	drop(&r);
	const char *path = begin_guide(f, ITEM);
	r = get(&server, path, GUEST);
	assert_int_equal(times(r.body, "id=\"ask\""), 1);
	assert_int_equal(times(r.body, "name=\"fact\""), 1);
	assert_non_null(strstr(r.body, "您的办事清单"));
	/* The notice is for who has answered. */
	const char *notice = yz_printf(f->a, "%s/notice", path);
	drop(&r);
	r = get(&server, notice, GUEST);
	assert_int_equal(r.status, 303);
	assert_string_equal(strstr(header(&r, "Location"), "/guide/"), path);
	drop(&r);
	assert_non_null(strstr(answer_all(f, path, &turns), notice));
	assert_true(turns > 0);
	r = get(&server, notice, GUEST);
	assert_int_equal(r.status, 200);
	for (size_t i = 0; i < 4; i++)
		assert_non_null(strstr(r.body, (const char *[]){"办事告知单", "要带的材料", "多久办好，去哪里办", "依据"}[i]));
	assert_int_equal(times(r.body, "?change="), turns);
	assert_non_null(strstr(r.body, "<svg"));
	assert_string_equal(header(&r, "Cache-Control"), "no-store");
	assert_string_equal(header(&r, "X-Robots-Tag"), "noindex");
	drop(&r);
	close_web();
}

SITE(an_item_without_a_decision_has_no_guide)
{
	open_web(f);
	struct reply r = get(&server, "/item/archive-lookup/guide", GUEST);
	assert_int_equal(r.status, 303);
	assert_non_null(strstr(header(&r, "Location"), "/item/archive-lookup"));
	drop(&r);
	r = SEND(f, "/guide", "item", "archive-lookup");
	assert_int_equal(r.status, 404);
	drop(&r);
	r = SEND(f, "/guide", "item", "no-such-thing");
	assert_int_equal(r.status, 404);
	drop(&r);
	r = get(&server, "/item/no-such-thing/guide", GUEST);
	assert_int_equal(r.status, 404);
	drop(&r);
	assert_int_equal(guides(f), 0);
	close_web();
}

static void is_gone(const char *path)
{
	struct reply r = get(&server, path, GUEST);
	assert_int_equal(r.status, 404);
	assert_non_null(strstr(r.body, GONE));
	assert_non_null(strstr(r.body, "href=\"/search\""));
	drop(&r);
}

SITE(a_token_that_is_wrong_or_old_says_how_to_begin_again)
{
	open_web(f);
	const char *path = begin_guide(f, ITEM);
	static const char *const wrong[] = {"/guide/0", "/guide/zzzzzzzzzzzzzzzzzzzzz!", "/guide/AAAAAAAAAAAAAAAAAAAAAA",
					    "/guide/AAAAAAAAAAAAAAAAAAAAAA/notice", "/guide/%27/notice.pdf"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		is_gone(wrong[i]);
	is_gone(yz_printf(f->a, "%s0", path));
	struct reply r = SEND(f, "/guide/AAAAAAAAAAAAAAAAAAAAAA", "fact", "x", "value", "y");
	assert_int_equal(r.status, 404);
	assert_non_null(strstr(r.body, GONE));
	drop(&r);
	r = get(&server, path, GUEST);
	struct asked q = asked_on(f, r.body);
	drop(&r);
	r = SEND(f, path, "fact", q.fact, "value", q.value);
	assert_int_equal(r.status, 303);
	drop(&r);
	f->now += (yz_instant)YZ_GUIDE_DAYS * YZ_DAY - YZ_MINUTE;
	r = get(&server, path, GUEST);
	assert_int_equal(r.status, 200);
	drop(&r);
	f->now += 2 * YZ_MINUTE;
	is_gone(path);
	close_web();
}

SITE(an_answer_that_will_not_do_is_told_and_changes_nothing)
{
	open_web(f);
	const char *path = begin_guide(f, ITEM);
	struct reply r = get(&server, path, GUEST);
	struct asked q = asked_on(f, r.body);
	drop(&r);
	char *long_value = yz_alloc(f->a, YZ_GUIDE_VALUE + 2);
	memset(long_value, 'x', YZ_GUIDE_VALUE + 1);
	long_value[YZ_GUIDE_VALUE + 1] = '\0';
	const char *const values[] = {"", "   ", "没有这样的答案", long_value};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		r = SEND(f, path, "fact", q.fact, "value", values[i]);
		assert_int_equal(r.status, 422);
		assert_non_null(strstr(r.body, "role=\"alert\""));
		assert_string_equal(asked_on(f, r.body).fact, q.fact);
		assert_null(strstr(r.body, "?change="));
		drop(&r);
	}
	/* No value at all, and a fact that nobody asks. */
	r = SEND(f, path, "fact", q.fact);
	assert_int_equal(r.status, 422);
	drop(&r);
	r = SEND(f, path, "fact", "没有这个问题", "value", "true");
	assert_int_equal(r.status, 303);
	assert_non_null(strstr(header(&r, "Location"), "done=moved"));
	drop(&r);
	r = SEND(f, yz_printf(f->a, "%s/change", path), "fact", q.fact, "value", q.value);
	assert_int_equal(r.status, 303); /* not told yet: there is nothing to change */
	drop(&r);
	r = get(&server, path, GUEST);
	assert_string_equal(asked_on(f, r.body).fact, q.fact);
	drop(&r);
	close_web();
}

SITE(a_form_from_elsewhere_is_refused)
{
	open_web(f);
	const char *path = begin_guide(f, ITEM);
	static const char *const rest[] = {"", "/change", "/forget", "/apply"};
	for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) {
		struct reply r = send_as(f, GUEST, "not-a-token", yz_printf(f->a, "%s%s", path, rest[i]), "fact", "x", "value", "y", NULL);
		assert_int_equal(r.status, 403);
		drop(&r);
	}
	assert_int_equal(guides(f), 1);
	close_web();
}

SITE(an_answer_sent_twice_counts_once_and_going_back_changes_it)
{
	open_web(f);
	const char *path = begin_guide(f, ITEM);
	struct reply r = get(&server, path, GUEST);
	struct asked q = asked_on(f, r.body);
	const char *second = between(f, strstr(r.body, q.value), "name=\"value\" value=\"", "\"");
	drop(&r);
	assert_non_null(second);
	for (int i = 0; i < 2; i++) {
		r = SEND(f, path, "fact", q.fact, "value", q.value);
		assert_int_equal(r.status, 303);
		drop(&r);
	}
	r = get(&server, path, GUEST);
	assert_int_equal(times(r.body, "?change="), 1);
	drop(&r);
	/* Back in the browser, another answer on the old page. */
	r = SEND(f, path, "fact", q.fact, "value", second);
	assert_int_equal(r.status, 303);
	drop(&r);
	r = get(&server, yz_printf(f->a, "%s?change=1", path), GUEST);
	assert_string_equal(asked_on(f, r.body).fact, q.fact);
	assert_non_null(strstr(r.body, yz_printf(f->a, "value=\"%s\" checked", second)));
	drop(&r);
	r = SEND(f, yz_printf(f->a, "%s/change", path), "fact", q.fact, "value", q.value);
	assert_int_equal(r.status, 303);
	drop(&r);
	r = get(&server, yz_printf(f->a, "%s?change=1", path), GUEST);
	assert_non_null(strstr(r.body, yz_printf(f->a, "value=\"%s\" checked", q.value)));
	drop(&r);
	/* A place where nothing stands is no reason to stumble. */
	static const char *const places[] = {"0", "-1", "2", "999999999999", "x"};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		r = get(&server, yz_printf(f->a, "%s?change=%s", path, places[i]), GUEST);
		assert_true(r.status == 200 || r.status == 303);
		drop(&r);
	}
	close_web();
}

SITE(no_answer_and_no_token_stands_in_the_access_log)
{
	size_t turns;
	open_web(f);
	const char *path = begin_guide(f, ITEM);
	const char *notice = answer_all(f, path, &turns);
	struct reply r = get(&server, strstr(notice, "/guide/"), GUEST);
	assert_int_equal(r.status, 200);
	drop(&r);
	close_web();
	FILE *log = fopen(log_path, "r");
	assert_non_null(log);
	char line[4096];
	size_t lines = 0;
	while (fgets(line, sizeof line, log)) {
		lines++;
		assert_null(strstr(line, path + strlen("/guide/")));
		assert_null(strstr(line, "%"));
	}
	fclose(log);
	assert_true(lines >= 1); /* the beginning of it: POST /guide */
}

SITE(what_is_forgotten_is_gone)
{
	open_web(f);
	const char *path = begin_guide(f, ITEM), *forget = yz_printf(f->a, "%s/forget", path);
	for (int i = 0; i < 2; i++) {
		struct reply r = SEND(f, forget);
		assert_int_equal(r.status, 303);
		assert_non_null(strstr(header(&r, "Location"), "done=forgotten"));
		drop(&r);
		is_gone(path);
		assert_int_equal(guides(f), 0);
	}
	close_web();
}

SITE(applying_needs_a_name_and_finds_the_answers_in_the_form)
{
	struct yz_str session;
	size_t turns;
	open_web(f);
	const char *path = begin_guide(f, ITEM);
	answer_all(f, path, &turns);
	struct reply r = SEND(f, yz_printf(f->a, "%s/apply", path), "item", ITEM);
	assert_int_equal(r.status, 303);
	assert_string_equal(header(&r, "Location"), "/sign-in");
	const char *waits = yz_strdup(f->a, header(&r, "Set-Cookie"));
	assert_non_null(strstr(waits, "Path=/sign-in"));
	assert_non_null(strstr(waits, "HttpOnly"));
	drop(&r);
	const char *guest = yz_printf(f->a, "%s%.*s\r\n", "Cookie: yzg=" GUEST_ID "; ", (int)strcspn(waits, ";"), waits);
	r = get(&server, "/sign-in", guest);
	assert_non_null(strstr(r.body, "登录后打开按刚才的回答填好的申请表"));
	drop(&r);
	/* A wrong password loses nothing; the right one opens the draft at once. */
	r = send_as(f, guest, guest_token(f), "/sign-in", "login", "liuyang", "password", "not-her-password", NULL);
	assert_int_equal(r.status, 422);
	drop(&r);
	r = send_as(f, guest, guest_token(f), "/sign-in", "login", "liuyang", "password", SITE_PASSWORD, "apply", "1", NULL);
	assert_int_equal(r.status, 303);
	assert_non_null(strstr(header(&r, "Location"), "/draft/"));
	assert_non_null(strstr(header(&r, "Location"), "done=prefilled"));
	drop(&r);
	GOOD(f, yz_sign_in(f->site, f->a, YZ_LIT("liuyang"), YZ_LIT(SITE_PASSWORD), &session, &f->err));
	char token[YZ_CSRF_SIZE];
	yz_csrf_token(web->secret, session, token);
	const char *cookies = yz_printf(f->a, "Cookie: yz=%.*s\r\n", YZ_P(session));
	r = send_as(f, cookies, token, yz_printf(f->a, "%s/apply", path), "item", ITEM, NULL);
	assert_int_equal(r.status, 303);
	const char *draft = strstr(yz_strdup(f->a, header(&r, "Location")), "/draft/");
	drop(&r);
	assert_non_null(draft);
	assert_non_null(strstr(draft, "done=prefilled"));
	r = get(&server, draft, cookies);
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(r.body, "checked"));
	drop(&r);
	/* Also what nobody asked her, because a register knows it. */
	path = begin_guide(f, "road-dig");
	answer_as(f, cookies, token, path, &turns);
	r = send_as(f, cookies, token, yz_printf(f->a, "%s/apply", path), "item", "road-dig", NULL);
	assert_int_equal(r.status, 303);
	draft = strstr(yz_strdup(f->a, header(&r, "Location")), "/draft/");
	drop(&r);
	r = get(&server, draft, cookies);
	assert_non_null(strstr(r.body, "value=\"居民个人\" checked"));
	drop(&r);
	close_web();
}

static struct yz_str without_white(struct yz_arena *a, struct yz_str s)
{
	struct yz_buf b;
	yz_buf_init(&b, a, s.len + 1);
	for (size_t i = 0; i < s.len; i++)
		if (!strchr(" \n\r\f\t", s.ptr[i]) || !s.ptr[i])
			yz_buf_addc(&b, s.ptr[i]);
	return yz_buf_str(&b);
}

/* The texts of the page's notice, each between two tags, without white space, that the paper lacks. */
static size_t not_on_paper(struct fixture *f, const char *page, struct yz_str paper, size_t *compared)
{
	/* What only a screen can do, and signs. */
	static const char *const screen[] = {"改回答", "按这些回答去申请", "下载PDF", "申请要先登录；登录后直接打开按这些回答填好的申请表。",
					     "一起申请", "几件事一次申请：同样的内容只填一次，同样的材料只交一次，一张页面看进度。", "或者只申请其中一件"};
	const char *at = strstr(page, "data-paper"), *end = strstr(page, "class=\"panel keep");
	size_t missing = 0;
	assert_true(at && end);
	while ((at = strchr(at, '>')) && at < end) {
		const char *to = strchr(++at, '<');
		struct yz_buf b;
		yz_buf_init(&b, f->a, 1 << 16);
		for (const char *p = at; p < to; p++)
			if (!strchr(" \t\n", *p))
				yz_buf_addc(&b, *p);
		at = to;
		bool skip = b.len <= strlen("，");
		for (size_t k = 0; k < sizeof screen / sizeof *screen; k++)
			skip = skip || yz_str_eqz(yz_buf_str(&b), screen[k]);
		if (skip)
			continue;
		++*compared;
		if (yz_str_find(paper, yz_buf_str(&b), 0) == SIZE_MAX) {
			missing++;
			print_message("not on paper: %.*s\n", YZ_P(yz_buf_str(&b)));
		}
	}
	return missing;
}

SITE(the_paper_says_what_the_page_says)
{
	static const char *const what[] = {ITEM, "road-dig", "newborn", "hire-employee"};
	NEEDS("pdftotext");
	open_web(f);
	for (size_t i = 0; i < sizeof what / sizeof *what; i++) {
		size_t turns, compared = 0;
		const char *path = begin_guide(f, what[i]);
		answer_all(f, path, &turns);
		struct reply page = get(&server, yz_printf(f->a, "%s/notice", path), GUEST);
		struct reply paper = get(&server, yz_printf(f->a, "%s/notice.pdf", path), GUEST);
		assert_int_equal(paper.status, 200);
		assert_string_equal(header(&paper, "Content-Type"), "application/pdf");
		/* In the order it was set, so that cells of a row do not mingle. */
		struct yz_str raw = piped(f->a, yz_str_n(paper.body, paper.len), "pdftotext -raw -enc UTF-8 @ - 2>/dev/null");
		assert_int_equal(not_on_paper(f, page.body, without_white(f->a, raw), &compared), 0);
		assert_true(compared > 20);
		drop(&page), drop(&paper);
	}
	close_web();
}

SITE(a_bundle_is_listed_opened_and_begun)
{
	open_web(f);
	struct reply r = get(&server, "/bundles", GUEST);
	assert_int_equal(r.status, 200);
	const char *key = between(f, r.body, "href=\"/bundle/", "\"");
	assert_non_null(key);
	drop(&r);
	r = get(&server, "/", GUEST);
	assert_non_null(strstr(r.body, yz_printf(f->a, "/bundle/%s", key)));
	drop(&r);
	r = get(&server, yz_printf(f->a, "/bundle/%s", key), GUEST);
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(r.body, "href=\"/item/"));
	drop(&r);
	/* Also one whose items ask nothing: it is a list at once. */
	size_t turns;
	const char *notice = answer_all(f, begin_guide(f, key), &turns);
	r = get(&server, strstr(notice, "/guide/"), GUEST);
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(r.body, yz_printf(f->a, "/bundle/%s", key)));
	drop(&r);
	r = get(&server, "/bundle/no-such-bundle", GUEST);
	assert_int_equal(r.status, 404);
	drop(&r);
	close_web();
}

/* ---- the administrator's side ---- */

/* `seen`: the version that the page showed, as it says it. */
static struct reply upload(struct fixture *f, const char *cookies, const char *csrf, const char *path, const char *seen, struct yz_str file)
{
	struct yz_buf body;
	yz_buf_init(&body, f->a, 8 << 20);
	yz_buf_printf(&body, "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%s\r\n", csrf);
	yz_buf_printf(&body, "--b\r\nContent-Disposition: form-data; name=\"seen\"\r\n\r\n%s\r\n", seen);
	yz_buf_addz(&body, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"new.dmn\"\r\nContent-Type: application/xml\r\n\r\n");
	yz_buf_adds(&body, file);
	yz_buf_addz(&body, "\r\n--b--\r\n");
	int fd = dial(&server);
	sayf(fd, "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%sContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %zu\r\n\r\n", path,
	     cookies, body.len);
	say_n(fd, body.ptr, body.len);
	struct reply r = hear(fd);
	close(fd);
	return r;
}

/* `text` with the first `from` replaced. */
static struct yz_str with(struct fixture *f, struct yz_str text, const char *from, const char *to)
{
	size_t at = yz_str_find(text, yz_str(from), 0);
	assert_int_not_equal(at, SIZE_MAX);
	return yz_str_printf(f->a, "%.*s%s%.*s", (int)at, text.ptr, to, (int)(text.len - at - strlen(from)), text.ptr + at + strlen(from));
}

SITE(a_decision_goes_out_and_comes_in_as_a_draft_only_when_it_is_proved)
{
	struct yz_str session;
	char csrf[YZ_CSRF_SIZE];
	open_web(f);
	GOOD(f, yz_sign_in(f->site, f->a, YZ_LIT("items"), YZ_LIT(SITE_PASSWORD), &session, &f->err));
	yz_csrf_token(web->secret, session, csrf);
	const char *cookies = yz_printf(f->a, "Cookie: yz=%.*s\r\n", YZ_P(session));
	int64_t id = site_int(f, "SELECT id FROM item WHERE key = $1", YZ_Z(ITEM)), versions = site_int(f, "SELECT COUNT(*) FROM item");
	const char *page = yz_printf(f->a, "/admin/item/%lld/decision", (long long)id);
	struct reply r = get(&server, page, GUEST);
	assert_int_equal(r.status, 303); /* to sign in */
	drop(&r);
	r = get(&server, page, cookies);
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(r.body, "证明过了"));
	assert_non_null(strstr(r.body, "孩子在哪里出生的？"));
	const char *mark = strstr(r.body, "name=\"seen\" value=\"");
	assert_non_null(mark);
	mark += strlen("name=\"seen\" value=\"");
	const char *seen = yz_printf(f->a, "%.*s", (int)strcspn(mark, "\""), mark);
	drop(&r);
	r = get(&server, yz_printf(f->a, "%s.dmn", page), cookies);
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(header(&r, "Content-Disposition"), ITEM ".dmn"));
	struct yz_str text = yz_str_dup(f->a, yz_str_n(r.body, r.len));
	drop(&r);
	/* No file of the kind, one that is cut short, and one that answers with a step the item has not. */
	const struct yz_str wrong[] = {YZ_LIT("<html/>"), yz_str_n(text.ptr, text.len / 2), with(f, text, "\"paternity\"", "\"no-such-step\"")};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		r = upload(f, cookies, csrf, page, seen, wrong[i]);
		assert_int_equal(r.status, 422);
		assert_non_null(strstr(r.body, "上传的文件的检查报告"));
		assert_non_null(strstr(r.body, "错误"));
		drop(&r);
	}
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM item"), versions);
	r = upload(f, cookies, csrf, page, seen, with(f, text, "孩子在哪里出生的？", "孩子是在哪里生的？"));
	assert_int_equal(r.status, 303);
	const char *to = yz_strdup(f->a, strstr(header(&r, "Location"), "/admin/item/"));
	drop(&r);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM item WHERE state = 'draft'"), 1);
	r = get(&server, yz_printf(f->a, "%.*s", (int)strcspn(to, "?"), to), cookies);
	assert_non_null(strstr(r.body, "孩子是在哪里生的？"));
	drop(&r);
	/* What is in force asks as before. */
	r = get(&server, begin_guide(f, ITEM), GUEST);
	assert_null(strstr(r.body, "孩子是在哪里生的？"));
	drop(&r);
	close_web();
}

SITE(uyghur_in_a_notice_is_on_paper_as_it_is_written)
{
	static const char name[] = "ئۆي مۈلۈك ھەققى";
	struct yz_str token, pdf;
	NEEDS("pdftotext");
	GOOD(f, yz_guide_begin(f->site, f->a, YZ_LIT(ITEM), NULL, &token, &f->err));
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	GOOD(f, conn);
	struct yz_guide *g = yz_guide_load(f->site, conn, f->a, token, NULL, YZ_LANG_ZH, &f->err);
	GOOD(f, g);
	const struct yz_guide_fee fee = {.name = YZ_LIT(name), .amount = YZ_LIT("120 元")};
	g->fees = &fee;
	g->nfees = 1;
	const struct yz_page page = {.site = f->site, .arena = f->a, .lang = YZ_LANG_ZH, .now = f->now};
	GOOD(f, yz_print_pdf(yz_guide_doc(&page, g, YZ_LIT("https://yizhan.example/guide/x/notice")), f->a, &pdf, &f->err));
	yz_db_release(conn);
	/* Letters in the order of reading, each the letter and not the shape it takes beside its neighbours. */
	struct yz_str said = pdf_text(f->a, pdf);
	ASSERT_SAYS(f->a, said, "ئۆي");
	ASSERT_SAYS(f->a, said, "مۈلۈك");
	ASSERT_SAYS(f->a, said, "ھەققى");
	ASSERT_SAYS(f->a, said, "120元");
}

SITE(a_notice_in_uyghur_is_read_from_right_to_left)
{
	struct yz_str token, pdf;
	NEEDS("pdftotext");
	GOOD(f, yz_guide_begin(f->site, f->a, YZ_LIT("elderly-allowance"), NULL, &token, &f->err));
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	GOOD(f, conn);
	struct yz_guide *g = yz_guide_load(f->site, conn, f->a, token, NULL, YZ_LANG_UG, &f->err);
	GOOD(f, g);
	const struct yz_guide_fee fee = {.name = YZ_LIT("《条例》第3条"), .amount = YZ_LIT("120 元")};
	g->fees = &fee;
	g->nfees = 1;
	const struct yz_page page = {.site = f->site, .arena = f->a, .lang = YZ_LANG_UG, .now = f->now};
	struct yz_doc *d = yz_guide_doc(&page, g, YZ_LIT("https://yizhan.example/guide/x/notice"));
	assert_int_equal(d->lang, YZ_DOC_UG);
	GOOD(f, yz_print_pdf(d, f->a, &pdf, &f->err));
	yz_db_release(conn);
	struct yz_str said = raw_text(f->a, pdf);
	struct yz_civil day = yz_day_civil(g->day);
	ASSERT_SAYS(f->a, said, "ئىش بېجىرىش ئۇقتۇرۇشى");
	ASSERT_SAYS(f->a, said, yz_printf(f->a, "بېسىلغان ۋاقىت %d-يىلى %d-ئاينىڭ %d-كۈنى", day.year, day.month, day.day));
	ASSERT_SAYS(f->a, said, "《条例》第3条: 120 元");
	ASSERT_SAYS(f->a, said, "كۆپەيتىلگەن نۇسخا 1");
	ASSERT_SAYS(f->a, said, "1-بەت، جەمئىي");
}
