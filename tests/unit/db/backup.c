/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/db/site.h"

#include "db/backup.h"
#include "db/blob.h"
#include "db/ledger.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char ddl[] = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL)";

static bool add(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct yz_blob *b = ctx;
	struct yz_entry e = {.region = YZ_LIT("511602"), .act = YZ_LIT("file.add"), .at = 1};
	return yz_insert(c, err, "INSERT INTO t (name) VALUES ($1)", YZ_Z(b->hash)) &&
	       yz_blob_name(c, b, YZ_LIT("text/plain"), 1, err) && yz_ledger_add(c, &e, err);
}

static struct yz_blob add_file(struct site *site, const char *text)
{
	struct yz_blob b;
	GOOD(site, yz_blob_put(site->db, yz_str(text), &b, &site->err));
	GOOD(site, yz_db_write(site->db, add, &b, &site->err));
	return b;
}

static void fill(struct site *site)
{
	char text[32];
	GOOD(site, site_ddl(site, ddl));
	GOOD(site, yz_keys_create(yz_printf(site->a, "%s/site.key", site->dir), &site->err));
	FILE *f = fopen(yz_printf(site->a, "%s/site.json", site->dir), "w");
	fputs("{}", f);
	fclose(f);
	mkdir(yz_printf(site->a, "%s/packs", site->dir), 0700);
	f = fopen(yz_printf(site->a, "%s/packs/pack.json", site->dir), "w");
	fputs("{\"name\": 1}", f);
	fclose(f);
	for (int i = 0; i < 20; i++) {
		snprintf(text, sizeof text, "file %d", i);
		add_file(site, text);
	}
}

static const char *archive(struct site *site)
{
	return yz_printf(site->a, "%s/backup.tar", yz_test_folder());
}

/* The site that came back, opened. */
static struct site restored(struct site *from, const char *file)
{
	const char *why;
	struct yz_backup_report r;
	struct site s = {.dir = yz_printf(from->a, "%s/new", yz_test_folder()), .a = from->a};
	if (from->url)
		s.url = yz_test_pg(&why);
	GOOD(&s, yz_restore(file, s.dir, s.url, &r, &s.err));
	assert_true(r.with_keys);
	site_open(&s);
	GOOD(&s, yz_db_migrate(s.db, "test", NULL, 0, &s.err));
	return s;
}

static void check_site(struct site *s, int rows)
{
	struct yz_blob_report blobs;
	struct yz_ledger_report ledger;
	assert_int_equal(site_int(s, "SELECT COUNT(*) FROM t"), rows);
	GOOD(s, yz_blob_verify(s->db, &blobs, &s->err));
	assert_int_equal(blobs.files, rows);
	assert_int_equal(blobs.missing + blobs.corrupt, 0);
	struct yz_conn *c = yz_db_read(s->db, &s->err);
	GOOD(s, yz_ledger_verify(c, NULL, &ledger, &s->err));
	yz_db_release(c);
	assert_int_equal(ledger.fault, YZ_LEDGER_GOOD);
	assert_int_equal(ledger.checked, rows);
}

BOTH(a_site_comes_back_whole)
{
	struct yz_backup_report r, checked;
	const char *file = archive(site);
	fill(site);
	GOOD(site, yz_backup(site->db, file, &r, &site->err));
	assert_int_equal(r.blobs, 20);
	assert_int_equal(r.members, 24);
	assert_int_equal(r.missing, 0);
	assert_true(r.with_keys);
	struct stat st;
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_size, r.bytes);
	GOOD(site, yz_backup_check(file, &checked, &site->err));
	assert_int_equal(checked.members, r.members);
	assert_int_equal(checked.bytes, r.bytes);
	assert_int_equal(checked.postgres, site->url != NULL);
	struct site s = restored(site, file);
	check_site(&s, 20);
	assert_int_equal(stat(yz_printf(site->a, "%s/site.key", s.dir), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(access(yz_printf(site->a, "%s/packs/pack.json", s.dir), R_OK), 0);
	add_file(&s, "one more"); /* ids and chains go on */
	check_site(&s, 21);
	yz_db_close(s.db);
	/* any tar reads it */
	assert_int_equal(system(yz_printf(site->a, "tar tf %s | grep -c files/ | grep -qx 20", file)), 0);
}

BOTH(nothing_is_replaced)
{
	struct yz_backup_report r;
	const char *file = archive(site);
	fill(site);
	GOOD(site, yz_backup(site->db, file, &r, &site->err));
	assert_false(yz_backup(site->db, file, &r, &site->err));
	assert_int_equal(site->err.code, YZ_EXISTS);
	const char *why;
	assert_false(yz_restore(file, site->dir, site->url ? yz_test_pg(&why) : NULL, &r, &site->err));
	assert_int_equal(site->err.code, YZ_EXISTS);
	if (site->url) { /* a database in use */
		assert_false(yz_restore(file, yz_printf(site->a, "%s/x", yz_test_folder()), site->url, &r, &site->err));
		assert_int_equal(site->err.code, YZ_EXISTS);
	}
	/* and one engine's archive is not the other's */
	assert_false(yz_restore(file, yz_test_folder(), site->url ? NULL : "postgresql:///x", &r, &site->err));
	assert_int_equal(site->err.code, YZ_USAGE);
	check_site(site, 20);
}

static void flip(const char *file, off_t at)
{
	char c;
	int fd = open(file, O_RDWR);
	assert_int_equal(pread(fd, &c, 1, at), 1);
	c ^= 0x10;
	assert_int_equal(pwrite(fd, &c, 1, at), 1);
	close(fd);
}

TEST(a_changed_or_cut_archive_restores_nothing)
{
	struct site s = {.dir = yz_test_folder(), .a = yz_arena_create(0)};
	struct yz_backup_report r;
	site_open(&s);
	GOOD(&s, yz_db_migrate(s.db, "test", NULL, 0, &s.err));
	fill(&s);
	const char *file = archive(&s), *dir = yz_printf(s.a, "%s/new", yz_test_folder());
	GOOD(&s, yz_backup(s.db, file, &r, &s.err));
	const int64_t bytes = r.bytes, step = bytes / 150;
	int found = 0, tried = 0;
	for (off_t at = 13; at < bytes - 1024; at += step) {
		flip(file, at);
		bool good = yz_restore(file, dir, NULL, &r, &s.err);
		/* Only padding, and fields of a header that nothing here reads, may change unseen. */
		if (!good) {
			assert_int_equal(s.err.code, YZ_CORRUPT);
			assert_int_equal(access(dir, F_OK), -1);
			found++;
		} else {
			assert_int_equal(system(yz_printf(s.a, "rm -r %s", dir)), 0);
		}
		tried++;
		flip(file, at);
	}
	assert_true(tried > 140);
	assert_true(found * 10 > tried * 8);
	GOOD(&s, yz_backup_check(file, &r, &s.err));
	for (off_t size = bytes - 1024; size > 0; size -= bytes / 10) {
		assert_int_equal(truncate(file, size), 0);
		assert_false(yz_restore(file, dir, NULL, &r, &s.err));
		assert_int_equal(s.err.code, YZ_CORRUPT);
		assert_int_equal(access(dir, F_OK), -1);
	}
	yz_db_close(s.db);
	yz_arena_destroy(s.a);
}

BOTH(a_missing_file_is_reported_and_the_rest_is_kept)
{
	struct yz_backup_report r;
	const char *file = archive(site);
	fill(site);
	struct yz_blob gone = add_file(site, "gone"), bent = add_file(site, "bent");
	assert_int_equal(unlink(yz_printf(site->a, "%s/files/%.2s/%s", site->dir, gone.hash, gone.hash + 2)), 0);
	FILE *f = fopen(yz_printf(site->a, "%s/files/%.2s/%s", site->dir, bent.hash, bent.hash + 2), "w");
	fputs("BENT", f);
	fclose(f);
	GOOD(site, yz_backup(site->db, file, &r, &site->err));
	assert_int_equal(r.missing, 2);
	assert_int_equal(r.blobs, 20);
	assert_true(strcmp(r.first_missing, gone.hash) == 0 || strcmp(r.first_missing, bent.hash) == 0);
	GOOD(site, yz_backup_check(file, &r, &site->err));
}

static atomic_int stop;

static void *write_on(void *ctx)
{
	struct site *site = ctx;
	char text[32];
	for (int i = 0; !stop; i++) {
		struct yz_blob b;
		snprintf(text, sizeof text, "more %d", i);
		if (!yz_blob_put(site->db, yz_str(text), &b, NULL) || !yz_db_write(site->db, add, &b, NULL))
			return (void *)1;
	}
	return NULL;
}

BOTH(a_backup_under_way_is_of_one_moment)
{
	pthread_t writer;
	void *failed;
	fill(site);
	stop = 0;
	pthread_create(&writer, NULL, write_on, site);
	for (int i = 0; i < 3; i++) {
		struct yz_backup_report r;
		const char *file = archive(site);
		GOOD(site, yz_backup(site->db, file, &r, &site->err));
		assert_int_equal(r.missing, 0);
		struct site s = restored(site, file);
		check_site(&s, (int)r.blobs);
		yz_db_close(s.db);
	}
	stop = 1;
	pthread_join(writer, &failed);
	assert_null(failed);
}
