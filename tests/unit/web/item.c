/* The page of an item: kept for who is not signed in, and never longer than it is right.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gov/site_fixture.h"
#include "tests/unit/http/client.h"

#include "gov/item.h"
#include "gov/refresh.h"
#include "web/hooks.h"
#include "web/kept.h"
#include "web/web.h"

#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#define ITEM "/item/road-dig"
#define GUEST "Cookie: yzg=guest-of-the-tests-01\r\n"
#define OTHER_GUEST "Cookie: yzg=guest-of-the-tests-02\r\n"
#define SUSPENDED "这个事项暂停办理"

static struct yz_web *web;
static struct server server;

static void open_web(struct fixture *f, unsigned workers)
{
	static const char *const listen[] = {"127.0.0.1:0", NULL};
	GOOD(f,
	     (web = yz_web_create(f->site, &(struct yz_web_options){.listen = listen, .workers = workers}, &f->err)));
	GOOD(f, yz_web_start(web, &f->err));
	server.http = web->http;
}

static void close_web(void)
{
	yz_web_stop(web);
	yz_web_destroy(web);
}

static struct reply page(const char *path, const char *headers)
{
	struct reply r = get(&server, path, headers);
	assert_int_equal(r.status, 200);
	return r;
}

static bool says(const char *path, const char *headers, const char *words)
{
	struct reply r = page(path, headers);
	bool there = strstr(r.body, words) != NULL;
	drop(&r);
	return there;
}

/* Whether the Chinese page was kept before it is asked for. */
static bool is_kept(struct fixture *f, const char *path, const char *headers)
{
	struct yz_arena *a = yz_arena_create(0);
	char key[256];
	snprintf(key, sizeof key, "0n%s", path);
	bool kept = yz_kept_hold(web->kept, a, yz_str(key), yz_site_edition(f->site), f->now) != NULL;
	yz_arena_destroy(a);
	struct reply r = page(path, headers);
	drop(&r);
	return kept;
}

static int64_t version_of(struct fixture *f, const char *key)
{
	return site_int(f,
			"SELECT id FROM item WHERE key = $1 AND state IN ('published', 'suspended') ORDER BY version "
			"DESC LIMIT 1",
			YZ_Z(key));
}

static void move(struct fixture *f, int64_t id, const char *state, yz_instant from)
{
	GOOD(f, yz_item_set_state(f->site, NULL, id, yz_str(state), from, &f->err));
}

SITE(the_second_guest_gets_the_page_of_the_first_with_her_own_token)
{
	open_web(f, 0);
	assert_false(is_kept(f, ITEM, GUEST));
	assert_true(is_kept(f, ITEM, GUEST));
	struct reply first = page(ITEM, GUEST), second = page(ITEM, OTHER_GUEST), new = page(ITEM, NULL);
	static const char field[] = "name=\"csrf\" value=\"";
	const char *t1 = strstr(first.body, field), *t2 = strstr(second.body, field), *t3 = strstr(new.body, field);
	assert_true(t1 && t2 && t3);
	t1 += strlen(field), t2 += strlen(field), t3 += strlen(field);
	assert_true(strncmp(t1, t2, YZ_CSRF_SIZE) && strncmp(t1, t3, YZ_CSRF_SIZE) && strncmp(t2, t3, YZ_CSRF_SIZE));
	char right[YZ_CSRF_SIZE];
	yz_csrf_token(web->secret, YZ_LIT("guest-of-the-tests-02"), right);
	assert_int_equal(strncmp(t2, right, YZ_CSRF_SIZE - 1), 0);
	/* Nothing of hers is left in the page of the other: without the tokens they are the same. */
	assert_int_equal(first.len, second.len);
	for (char *at; (at = memmem(second.body, second.len, right, YZ_CSRF_SIZE - 1));)
		memcpy(at, first.body + (at - second.body), YZ_CSRF_SIZE - 1);
	assert_string_equal(first.body, second.body);
	/* Who has no cookie yet gets one, with which her token holds. */
	const char *cookie = header(&new, "Set-Cookie");
	assert_int_equal(strncmp(cookie, "yzg=", 4), 0);
	yz_csrf_token(web->secret, yz_str_n(cookie + 4, strcspn(cookie + 4, ";")), right);
	assert_int_equal(strncmp(t3, right, YZ_CSRF_SIZE - 1), 0);
	assert_string_equal(header(&first, "Set-Cookie"), "");
	assert_string_equal(header(&second, "Cache-Control"), "no-cache, private");
	assert_non_null(strstr(header(&second, "Content-Security-Policy"), "script-src 'self'"));
	drop(&first), drop(&second), drop(&new);
	close_web();
}

SITE(a_change_shows_at_once)
{
	open_web(f, 0);
	int64_t id = version_of(f, "road-dig");
	for (int i = 0; i < 3; i++) {
		assert_false(says(ITEM, GUEST, SUSPENDED));
		assert_true(is_kept(f, ITEM, GUEST));
		f->now += YZ_MINUTE;
		move(f, id, "suspended", 0);
		assert_true(says(ITEM, GUEST, SUSPENDED));
		assert_true(is_kept(f, ITEM, GUEST));
		f->now += YZ_MINUTE;
		move(f, id, "published", 0);
	}
	close_web();
}

SITE(a_page_ends_when_a_date_comes)
{
	open_web(f, 0);
	move(f, version_of(f, "road-dig"), "abolished", f->now + YZ_DAY);
	assert_false(is_kept(f, ITEM, GUEST));
	assert_true(is_kept(f, ITEM, GUEST));
	f->now += YZ_DAY - 1;
	assert_true(is_kept(f, ITEM, GUEST));
	f->now += 1;
	struct reply r = get(&server, ITEM, GUEST);
	assert_int_equal(r.status, 404);
	drop(&r);
	close_web();
}

/* As another process does it: nothing in this one hears of it. */
static bool change_silently(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct fixture *f = ctx;
	(void)a;
	return yz_exec(conn, err,
		       "UPDATE item SET state = CASE WHEN state = 'published' THEN 'suspended' ELSE 'published' END, "
		       "updated = $1 "
		       "WHERE key = 'road-dig'",
		       YZ_I(f->now));
}

SITE(what_another_process_changed_shows_once_the_sweeper_has_looked)
{
	struct yz_seen seen = {0};
	open_web(f, 0);
	/* Also what was changed before the first look, which has nothing to compare with. */
	for (int i = 0; i < 4; i++) {
		bool now = i % 2 == 0;
		assert_int_equal(says(ITEM, GUEST, SUSPENDED), !now);
		assert_true(is_kept(f, ITEM, GUEST));
		f->now += YZ_MINUTE;
		GOOD(f, yz_db_write(f->site->db, change_silently, f, &f->err));
		GOOD(f, yz_site_refresh(f->site, &seen, &f->err));
		assert_int_equal(says(ITEM, GUEST, SUSPENDED), now);
	}
	assert_true(is_kept(f, ITEM, GUEST));
	GOOD(f, yz_site_refresh(f->site, &seen, &f->err)); /* nothing new */
	assert_true(is_kept(f, ITEM, GUEST));
	close_web();
}

SITE(who_is_signed_in_never_gets_a_guests_page_nor_a_guest_hers)
{
	struct yz_str token;
	open_web(f, 0);
	GOOD(f, yz_sign_in(f->site, f->a, YZ_LIT("liuyang"), YZ_LIT(SITE_PASSWORD), &token, &f->err));
	const char *hers = yz_printf(f->a, "Cookie: yz=%.*s; yzg=guest-of-the-tests-01\r\n", YZ_P(token));
	assert_true(says(ITEM, hers, "刘洋"));
	assert_false(is_kept(f, ITEM, hers));
	assert_false(says(ITEM, GUEST, "刘洋"));
	assert_true(is_kept(f, ITEM, GUEST));
	for (int i = 0; i < 3; i++) {
		assert_true(says(ITEM, hers, "刘洋"));
		assert_false(says(ITEM, GUEST, "刘洋"));
		assert_true(says(ITEM, GUEST, "href=\"/sign-in\""));
		assert_false(says(ITEM, hers, "href=\"/sign-in\""));
	}
	struct reply guest = page(ITEM, GUEST), she = page(ITEM, hers);
	const char *tag = header(&guest, "ETag");
	assert_true(*tag);
	assert_string_equal(header(&she, "ETag"), "");
	/* What stands in the frame is the same, but for the tokens: each page has only its reader's. */
	char mine[YZ_CSRF_SIZE], theirs[YZ_CSRF_SIZE];
	yz_csrf_token(web->secret, token, theirs);
	yz_csrf_token(web->secret, YZ_LIT("guest-of-the-tests-01"), mine);
	const char *form = "action=\"/apply/";
	assert_true(strstr(guest.body, form) && strstr(she.body, form));
	assert_true(strstr(strstr(guest.body, form), mine) && strstr(strstr(she.body, form), theirs));
	assert_true(!strstr(guest.body, theirs) && !strstr(she.body, mine));
	/* A tag from before she signed in is no excuse. */
	struct reply again = page(ITEM, yz_printf(f->a, "%sIf-None-Match: %s\r\n", hers, tag));
	assert_non_null(strstr(again.body, "刘洋"));
	drop(&guest), drop(&she), drop(&again);
	/* Hers changes as soon as a guest's, whoever was there first. */
	f->now += YZ_MINUTE;
	move(f, version_of(f, "road-dig"), "suspended", 0);
	assert_true(says(ITEM, hers, SUSPENDED) && says(ITEM, hers, "刘洋"));
	assert_true(says(ITEM, GUEST, SUSPENDED));
	assert_false(says(ITEM, GUEST, "刘洋"));
	assert_true(is_kept(f, ITEM, GUEST));
	assert_true(says(ITEM "?done=saved", hers, "已保存"));
	assert_false(says(ITEM, hers, "已保存"));
	close_web();
}

SITE(each_language_and_look_has_its_page)
{
	open_web(f, 0);
	for (int i = 0; i < 2; i++) {
		assert_true(says(ITEM, GUEST, "<html lang=\"zh-CN\" dir=\"ltr\" class=\"citizen\">"));
		assert_true(says(ITEM, GUEST "Accept-Language: en-GB,zh;q=0.5\r\n", "<html lang=\"en\""));
		assert_true(says(ITEM "?lang=en", GUEST, "<html lang=\"en\""));
		assert_true(says(ITEM, "Cookie: yzg=guest-of-the-tests-01; lang=en\r\n", "<html lang=\"en\""));
		assert_true(says(ITEM, "Cookie: yzg=guest-of-the-tests-01; elder=1\r\n", "class=\"elder\""));
		/* What is said once is not kept. */
		assert_true(says(ITEM "?done=saved", GUEST, "已保存"));
		assert_false(says(ITEM, GUEST, "已保存"));
	}
	close_web();
}

SITE(a_language_chosen_by_a_link_stays_chosen)
{
	open_web(f, 0);
	for (int i = 0; i < 2; i++) { /* made, then kept */
		struct reply r = page(ITEM "?lang=en", GUEST);
		assert_int_equal(strncmp(header(&r, "Set-Cookie"), "lang=en;", 8), 0);
		drop(&r);
	}
	struct reply r = page(ITEM, GUEST);
	assert_string_equal(header(&r, "Set-Cookie"), "");
	drop(&r);
	close_web();
}

static struct reply if_none_match(struct fixture *f, const char *guest, const char *tag)
{
	return get(&server, ITEM, yz_printf(f->a, "%sIf-None-Match: %s\r\n", guest, tag));
}

SITE(who_has_the_page_is_told_so_until_it_changes)
{
	open_web(f, 0);
	struct reply made = page(ITEM, GUEST), kept = page(ITEM, GUEST);
	char tag[256];
	snprintf(tag, sizeof tag, "%s", header(&kept, "ETag"));
	assert_string_equal(header(&made, "ETag"), tag);
	struct reply r = if_none_match(f, GUEST, tag);
	assert_int_equal(r.status, 304);
	assert_string_equal(header(&r, "ETag"), tag);
	drop(&r);
	/* Her forms would not be good with another cookie. */
	r = if_none_match(f, OTHER_GUEST, tag);
	assert_int_equal(r.status, 200);
	drop(&r);
	f->now += YZ_MINUTE;
	move(f, version_of(f, "road-dig"), "suspended", 0);
	r = if_none_match(f, GUEST, tag);
	assert_int_equal(r.status, 200);
	drop(&r);
	f->now += YZ_MINUTE;
	move(f, version_of(f, "road-dig"), "published", 0);
	for (int i = 0; i < 2; i++) { /* made, then kept: the same page, so the same tag */
		r = if_none_match(f, GUEST, tag);
		assert_int_equal(r.status, 304);
		assert_string_equal(header(&r, "Content-Type"), "");
		drop(&r);
	}
	drop(&made), drop(&kept);
	close_web();
}

SITE(head_is_answered_without_a_body)
{
	open_web(f, 0);
	struct reply whole = page(ITEM, GUEST);
	for (int i = 0; i < 2; i++) {
		int fd = dial(&server);
		say(fd, "HEAD " ITEM " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" GUEST "\r\n");
		struct reply r = hear_of(fd, true);
		assert_int_equal(r.status, 200);
		assert_int_equal(atoi(header(&r, "Content-Length")), whole.len);
		assert_true(hung_up(fd));
		drop(&r);
		close(fd);
	}
	drop(&whole);
	close_web();
}

/* ---- while the database has no time ---- */

static sem_t writing, go_on;

static bool long_write(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)conn, (void)a, (void)ctx, (void)err;
	sem_post(&writing);
	sem_wait(&go_on);
	return true;
}

static void *writer(void *ctx)
{
	struct yz_err err = {0};
	assert_true(yz_db_write(((struct yz_site *)ctx)->db, long_write, NULL, &err));
	return NULL;
}

SITE(a_kept_page_comes_while_the_database_is_busy)
{
	pthread_t thread;
	sem_init(&writing, 0, 0);
	sem_init(&go_on, 0, 0);
	open_web(f, 1);
	struct reply r = page(ITEM, GUEST);
	drop(&r);
	pthread_create(&thread, NULL, writer, f->site);
	sem_wait(&writing);
	/* The one worker there is waits for its turn to write: nobody else gets a page … */
	char token[YZ_CSRF_SIZE];
	yz_csrf_token(web->secret, YZ_LIT("guest-of-the-tests-01"), token);
	const char *form = yz_printf(f->a, "csrf=%s&login=liuyang&password=%s", token, SITE_PASSWORD);
	int busy = dial(&server), other = dial(&server);
	struct yz_http_stats stats;
	do /* the page before is heard before its worker is done */
		yz_http_stats(web->http, &stats);
	while (stats.busy);
	sayf(busy,
	     "POST /sign-in HTTP/1.1\r\nHost: x\r\n%sContent-Type: "
	     "application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
	     GUEST, strlen(form), form);
	do
		yz_http_stats(web->http, &stats);
	while (!stats.busy);
	sayf(other, "GET /orgs HTTP/1.1\r\nHost: x\r\n%s\r\n", GUEST);
	do
		yz_http_stats(web->http, &stats);
	while (!stats.queued);
	/* … but the one that is kept. */
	for (int i = 0; i < 10; i++) {
		r = page(ITEM, i % 2 ? GUEST : OTHER_GUEST);
		drop(&r);
	}
	assert_int_equal(poll(&(struct pollfd){.fd = other, .events = POLLIN}, 1, 0), 0);
	sem_post(&go_on);
	pthread_join(thread, NULL);
	r = hear(busy);
	assert_int_equal(r.status, 303);
	drop(&r);
	r = hear(other);
	assert_int_equal(r.status, 200);
	drop(&r);
	close(busy);
	close(other);
	close_web();
	sem_destroy(&writing);
	sem_destroy(&go_on);
}

/* ---- readers while it changes ---- */

static atomic_bool stop_reading;
static atomic_int pages, wrong;
static atomic_int step; /* odd: about to change; 0, 4, 8 …: not suspended, acknowledged; 2, 6 …: suspended */

static void *reader(void *ctx)
{
	(void)ctx;
	while (!stop_reading) {
		int before = step;
		struct reply r = get(&server, ITEM, GUEST);
		bool there = r.status == 200 && strstr(r.body, SUSPENDED);
		if (r.status != 200 || (before % 2 == 0 && before == step && there != (before % 4 == 2)))
			wrong++;
		pages++;
		drop(&r);
	}
	return NULL;
}

SITE(nobody_sees_the_old_page_after_the_change_is_acknowledged)
{
	pthread_t threads[4];
	open_web(f, 0);
	int64_t id = version_of(f, "road-dig");
	stop_reading = false;
	step = pages = wrong = 0;
	for (size_t i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, reader, NULL);
	for (int i = 0; i < 60; i++) {
		int had = pages;
		while (pages < had + 8)
			usleep(500);
		step++;
		move(f, id, i % 2 ? "published" : "suspended", 0);
		step++;
	}
	stop_reading = true;
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(wrong, 0);
	close_web();
}
