/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/db/site.h"

#include "db/blob.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static bool name(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	return yz_blob_name(c, ctx, YZ_LIT("text/plain"), 1, err);
}

static struct yz_blob put(struct site *site, const char *text, bool keep)
{
	struct yz_blob b;
	GOOD(site, yz_blob_put(site->db, yz_str(text), &b, &site->err));
	if (keep)
		GOOD(site, yz_db_write(site->db, name, &b, &site->err));
	return b;
}

static char *path_of(struct site *site, const struct yz_blob *b)
{
	return yz_printf(site->a, "%s/files/%.2s/%s", site->dir, b->hash, b->hash + 2);
}

static int parts(struct site *site)
{
	int n = 0;
	DIR *d = opendir(yz_printf(site->a, "%s/files/part", site->dir));
	struct dirent *e;
	while ((e = readdir(d)))
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

BOTH(a_file_lies_under_its_digest_once)
{
	struct yz_blob one = put(site, "abc", true), two = put(site, "abc", true), none = put(site, "", true);
	assert_string_equal(one.hash, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
	assert_string_equal(one.hash, two.hash);
	assert_int_equal(one.size, 3);
	assert_int_equal(none.size, 0);
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM blob"), 2);
	struct stat st;
	assert_int_equal(stat(path_of(site, &one), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(parts(site), 0);
	struct yz_str text;
	GOOD(site, yz_blob_read(site->db, site->a, yz_str(one.hash), 3, &text, &site->err));
	assert_true(yz_str_eqz(text, "abc"));
	assert_false(yz_blob_read(site->db, site->a, yz_str(one.hash), 2, &text, &site->err));
	assert_int_equal(site->err.code, YZ_TOO_LARGE);
}

BOTH(a_large_file_comes_in_pieces_and_stops_at_its_limit)
{
	enum { PIECE = 10000, PIECES = 50 };
	char *piece = yz_alloc(site->a, PIECE);
	memset(piece, 'x', PIECE);
	struct yz_blob_writer *w = yz_blob_begin(site->db, PIECE * PIECES, &site->err);
	GOOD(site, w);
	for (int i = 0; i < PIECES; i++)
		GOOD(site, yz_blob_add(w, piece, PIECE, &site->err));
	assert_false(yz_blob_add(w, piece, 1, &site->err));
	assert_int_equal(site->err.code, YZ_TOO_LARGE);
	assert_int_equal(parts(site), 1);
	yz_blob_cancel(w);
	assert_int_equal(parts(site), 0);
}

BOTH(a_name_that_is_no_digest_opens_nothing)
{
	static const char *const bad[] = {
		"",
		"../../site.db",
		"66C7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
		"66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e",
		"66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e00",
	};
	int fd;
	int64_t size;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(yz_blob_open(site->db, yz_str(bad[i]), &fd, &size, &site->err));
		assert_int_equal(site->err.code, YZ_BAD_INPUT);
	}
	assert_false(yz_blob_open(site->db, YZ_LIT("0000000000000000000000000000000000000000000000000000000000000000"),
				  &fd, &size, &site->err));
	assert_int_equal(site->err.code, YZ_NOT_FOUND);
}

static void make_old(struct site *site, const char *path)
{
	(void)site;
	struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

BOTH(collecting_takes_the_old_and_unnamed_only)
{
	struct yz_blob kept = put(site, "kept", true), fresh = put(site, "fresh", false), old = put(site, "old", false),
		       again = put(site, "again", false);
	make_old(site, path_of(site, &kept));
	make_old(site, path_of(site, &old));
	make_old(site, path_of(site, &again));
	put(site, "again", false); /* uploaded once more: young again */
	struct yz_blob_writer *w = yz_blob_begin(site->db, 10, &site->err);
	struct yz_blob_report r;
	GOOD(site, yz_blob_collect(site->db, yz_now() - YZ_DAY, &r, &site->err));
	assert_int_equal(r.files, 4);
	assert_int_equal(r.removed, 1);
	assert_int_equal(access(path_of(site, &old), F_OK), -1);
	assert_int_equal(access(path_of(site, &kept), F_OK), 0);
	assert_int_equal(access(path_of(site, &fresh), F_OK), 0);
	assert_int_equal(access(path_of(site, &again), F_OK), 0);
	assert_int_equal(parts(site), 1);
	GOOD(site, yz_blob_collect(site->db, yz_now() + YZ_DAY, &r, &site->err));
	assert_int_equal(r.removed, 3);
	assert_int_equal(parts(site), 0);
	yz_blob_cancel(w);
}

BOTH(verifying_finds_what_is_missing_and_what_was_changed)
{
	struct yz_blob_report r;
	struct yz_blob gone = put(site, "gone", true), bent = put(site, "bent", true);
	put(site, "good", true);
	GOOD(site, yz_blob_verify(site->db, &r, &site->err));
	assert_int_equal(r.files, 3);
	assert_int_equal(r.bytes, 12);
	assert_int_equal(r.missing + r.corrupt, 0);
	assert_int_equal(unlink(path_of(site, &gone)), 0);
	int fd = open(path_of(site, &bent), O_WRONLY);
	assert_int_equal(write(fd, "BENT", 4), 4);
	close(fd);
	GOOD(site, yz_blob_verify(site->db, &r, &site->err));
	assert_int_equal(r.missing, 1);
	assert_int_equal(r.corrupt, 1);
	assert_true(strcmp(r.first, gone.hash) == 0 || strcmp(r.first, bent.hash) == 0);
	struct yz_str text;
	assert_false(yz_blob_read(site->db, site->a, yz_str(bent.hash), 100, &text, &site->err));
	assert_int_equal(site->err.code, YZ_CORRUPT);
	put(site, "bent", false); /* the same file again mends it */
	GOOD(site, yz_blob_read(site->db, site->a, yz_str(bent.hash), 100, &text, &site->err));
}

TEST(a_full_disk_is_unavailable_and_leaves_no_part)
{
	struct site s = {.dir = yz_test_folder(), .a = yz_arena_create(0)};
	site_open(&s);
	char *bytes = yz_alloc(s.a, 100000);
	struct rlimit before, small;
	getrlimit(RLIMIT_FSIZE, &before);
	small = before;
	small.rlim_cur = 50000;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	struct yz_blob b;
	bool good = yz_blob_put(s.db, yz_str_n(bytes, 100000), &b, &s.err);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_false(good);
	assert_int_equal(s.err.code, YZ_UNAVAILABLE);
	assert_int_equal(parts(&s), 0);
	GOOD(&s, yz_blob_put(s.db, yz_str_n(bytes, 100000), &b, &s.err));
	yz_db_close(s.db);
	yz_arena_destroy(s.a);
}

static void *put_often(void *ctx)
{
	struct site *site = ctx;
	struct yz_blob b;
	char text[16];
	for (int i = 0; i < 40; i++) {
		snprintf(text, sizeof text, "%d", i % 7);
		assert_true(yz_blob_put(site->db, yz_str(text), &b, NULL));
	}
	return NULL;
}

BOTH(the_same_files_from_many_threads_are_each_there_once)
{
	pthread_t threads[8];
	for (int i = 0; i < 8; i++)
		pthread_create(&threads[i], NULL, put_often, site);
	struct yz_blob_report r;
	for (int i = 0; i < 8; i++)
		GOOD(site, yz_blob_collect(site->db, yz_now() - YZ_DAY, &r, &site->err));
	for (int i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	GOOD(site, yz_blob_collect(site->db, yz_now() - YZ_DAY, &r, &site->err));
	assert_int_equal(r.files, 7);
	assert_int_equal(r.removed, 0);
}
