/* SPDX-License-Identifier: Apache-2.0
 *
 * What shows that a card was put right: files with what is said to it.
 */
#include "tests/unit/gov/card_fixture.h"

#include <sys/stat.h>

#define WHY YZ_LIT("已经补办，附整改照片")

static bool doing(struct fixture *f, const char *login, int64_t id, enum yz_card_act act, const struct yz_card_upload *files, size_t n)
{
	const struct yz_card_input in = {.act = act, .text = WHY, .files = files, .nfiles = n, .level = YZ_LIT("yellow"),
					 .turn = site_int(f, "SELECT turn FROM card WHERE id = $1", YZ_I(id))};
	return yz_card_do(f->site, f->a, actor(f, login), id, &in, &f->err);
}

static struct yz_card *card_of(struct fixture *f, struct yz_conn *conn, const char *login, int64_t id)
{
	return yz_card_load(f->site, conn, f->a, actor(f, login), id, &f->err);
}

static bool opens(struct fixture *f, const char *login, int64_t id, int64_t file, struct yz_str *type)
{
	struct yz_actor *who = actor(f, login);
	struct yz_conn *conn = reading(f);
	struct yz_card *c = yz_card_load(f->site, conn, f->a, who, id, &f->err);
	struct yz_card_file got;
	struct stat st;
	int fd;
	bool ok = c && yz_card_file_open(f->site, conn, f->a, c, file, &fd, &got, &f->err);
	yz_db_release(conn);
	if (!ok)
		return false;
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, got.size);
	close(fd);
	*type = got.type;
	return true;
}

SITE(a_rectification_shows_its_files_to_who_may_see_the_card)
{
	int64_t id = red_card(f);
	const char *picture = put_picture(f);
	const struct yz_card_upload two[] = {{picture, YZ_LIT("整改前.png")}, {picture, YZ_LIT("整改后.png")}};
	GOOD(f, doing(f, "zhangmin", id, YZ_CARD_ACT_answer, NULL, 0));
	GOOD(f, doing(f, "zhangmin", id, YZ_CARD_ACT_rectify, two, 2));
	GOOD(f, doing(f, "decider", id, YZ_CARD_ACT_appeal, two, 1));
	struct yz_card_life l = life(f, "supervisor", id);
	assert_int_equal(l.ndone, 3);
	assert_int_equal(l.done[0].nfiles, 0);
	assert_int_equal(l.done[1].nfiles, 2);
	assert_int_equal(l.done[2].nfiles, 1);
	assert_true(yz_str_eqz(l.done[1].files[0].name, "整改前.png") && yz_str_eqz(l.done[1].files[1].name, "整改后.png"));
	/* One file by what is in it, and its hash in the entry. */
	assert_int_equal(site_int(f, "SELECT COUNT(DISTINCT file) FROM card_file"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM blob b JOIN card_file c ON c.file = b.hash WHERE b.type = 'image/png' AND b.size = c.size"), 3);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger l JOIN card_file c ON l.body LIKE '%\"files\":[\"' || c.file || '\"%' WHERE l.act = 'card.rectify'"), 3);
	struct yz_str type;
	int64_t file = l.done[1].files[1].id;
	static const char *const may[] = {"supervisor", "zhangmin", "decider", "supervisor-city"}, *const may_not[] = {"lixue", "liuyang", "admin"};
	for (size_t i = 0; i < sizeof may / sizeof *may; i++) {
		GOOD(f, opens(f, may[i], id, file, &type));
		assert_true(yz_str_eqz(type, "image/png"));
	}
	for (size_t i = 0; i < sizeof may_not / sizeof *may_not; i++)
		FAILS(f, YZ_NOT_FOUND, opens(f, may_not[i], id, file, &type));
	ledger_holds(f);
}

SITE(a_file_is_opened_only_by_its_own_card)
{
	int64_t id = red_card(f), other = site_int(f, "SELECT MIN(id) FROM card");
	const struct yz_card_upload one = {put_picture(f), YZ_LIT("照片.png")};
	struct yz_str type;
	assert_true(other && other != id);
	GOOD(f, doing(f, "zhangmin", id, YZ_CARD_ACT_rectify, &one, 1));
	int64_t file = site_int(f, "SELECT id FROM card_file");
	struct yz_conn *conn = reading(f);
	GOOD(f, card_of(f, conn, "supervisor", other));
	yz_db_release(conn);
	FAILS(f, YZ_NOT_FOUND, opens(f, "supervisor", other, file, &type));
	FAILS(f, YZ_NOT_FOUND, opens(f, "supervisor", id, file + 1, &type));
}

SITE(what_is_no_picture_is_told_by_its_content_and_nothing_is_said)
{
	int64_t id = red_card(f);
	const struct yz_card_upload text = {put_file(f, "photo.png", "only a name", 11), YZ_LIT("照片.png")},
				    empty = {put_file(f, "empty.png", "", 0), YZ_LIT("空.png")},
				    good = {put_picture(f), YZ_LIT("照片.png")};
	const struct yz_card_upload mixed[] = {good, text};
	FAILS(f, YZ_BAD_INPUT, doing(f, "zhangmin", id, YZ_CARD_ACT_rectify, &text, 1));
	assert_string_equal(f->err.where, "files");
	FAILS(f, YZ_BAD_INPUT, doing(f, "zhangmin", id, YZ_CARD_ACT_rectify, &empty, 1));
	FAILS(f, YZ_BAD_INPUT, doing(f, "zhangmin", id, YZ_CARD_ACT_rectify, mixed, 2));
	FAILS(f, YZ_FORBIDDEN, doing(f, "reviewer", id, YZ_CARD_ACT_rectify, &good, 1));
	GOOD(f, doing(f, "zhangmin", id, YZ_CARD_ACT_answer, NULL, 0));
	FAILS(f, YZ_BAD_INPUT, doing(f, "supervisor", id, YZ_CARD_ACT_reduce, &good, 1)); /* whoever decides gives reasons */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card_file"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card_act WHERE kind = 'rectify'"), 0);
}

SITE(ten_files_are_taken_and_the_eleventh_is_told)
{
	int64_t id = red_card(f);
	struct yz_card_upload many[YZ_CARD_FILES + 1];
	for (size_t i = 0; i <= YZ_CARD_FILES; i++)
		many[i] = (struct yz_card_upload){put_picture(f), YZ_LIT("照片.png")};
	FAILS(f, YZ_BAD_INPUT, doing(f, "zhangmin", id, YZ_CARD_ACT_rectify, many, YZ_CARD_FILES + 1));
	GOOD(f, doing(f, "zhangmin", id, YZ_CARD_ACT_rectify, many, YZ_CARD_FILES));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card_file"), YZ_CARD_FILES);
}

/* A picture of that many bytes: what comes after its end is its own affair, its size is not. */
static struct yz_card_upload picture_of(struct fixture *f, const char *name, off_t bytes)
{
	struct yz_card_upload u = {put_picture(f), yz_str(name)};
	const char *path = yz_printf(f->a, "%s/%s", f->dir, name);
	assert_int_equal(rename(u.path, path), 0);
	assert_int_equal(truncate(path, bytes), 0);
	u.path = path;
	return u;
}

SITE(a_file_of_one_byte_too_many_is_told_its_size)
{
	int64_t id = red_card(f);
	struct yz_card_upload big = picture_of(f, "big.png", (off_t)YZ_CARD_FILE_MB * 1024 * 1024 + 1);
	FAILS(f, YZ_TOO_LARGE, doing(f, "zhangmin", id, YZ_CARD_ACT_rectify, &big, 1));
	assert_non_null(strstr(f->err.msg, "20 MB"));
	big = picture_of(f, "less.png", (off_t)YZ_CARD_FILE_MB * 1024 * 1024);
	GOOD(f, doing(f, "zhangmin", id, YZ_CARD_ACT_rectify, &big, 1));
}

SITE(a_long_name_is_cut_between_characters)
{
	int64_t id = red_card(f);
	struct yz_buf b;
	yz_buf_init(&b, f->a, 4096);
	for (int i = 0; i < 121; i++)
		yz_buf_addz(&b, "照");
	const struct yz_card_upload one = {put_picture(f), yz_buf_str(&b)}, none = {put_picture(f), YZ_LIT("")};
	GOOD(f, doing(f, "zhangmin", id, YZ_CARD_ACT_rectify, &one, 1));
	GOOD(f, doing(f, "zhangmin", id, YZ_CARD_ACT_rectify, &none, 1));
	struct yz_card_life l = life(f, "supervisor", id);
	assert_int_equal(l.done[0].files[0].name.len, 120 * 3);
	assert_true(yz_str_eqz(l.done[1].files[0].name, "文件"));
}
