/* Real reports with due and close dates, as cases of another system.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/replay.h"

#include "fmt/csv.h"
#include "fmt/file.h"
#include "gov/outside.h"

#define ARCHIVE "archive-lookup"

enum { NUMBER, CREATED, DUE, CLOSED, COLUMNS };

struct report {
	const char *no;
	yz_instant created, due, closed; /* 0: not said */
};

struct reports {
	struct report *at;
	size_t n;
	struct yz_str item;
	int64_t person;
};

/* 04/12/2018 11:11:26 AM */
static yz_instant instant_of(struct yz_str s)
{
	int month, day, year, hour, minute, second;
	char half;
	char text[32];
	if (s.len < 10 || s.len > 30)
		return 0;
	memcpy(text, s.ptr, s.len);
	text[s.len] = '\0';
	if (sscanf(text, "%d/%d/%d %d:%d:%d %cM", &month, &day, &year, &hour, &minute, &second, &half) != 7)
		return 0;
	hour = hour % 12 + (half == 'P' ? 12 : 0);
	return (yz_instant)yz_day_from(year, month, day) * YZ_DAY + hour * YZ_HOUR + minute * YZ_MINUTE + second * YZ_SECOND;
}

static void read_reports(struct fixture *f, const char *path, struct reports *out)
{
	static const char *const names[COLUMNS] = {"ServiceRequestNum", "CreatedDate", "DueDate", "CloseDate"};
	size_t at[COLUMNS] = {0};
	struct yz_str text;
	struct yz_csv_row row;
	bool first = true;
	GOOD(f, yz_file_read(f->a, path, 64 << 20, &text, &f->err));
	struct yz_csv *csv = yz_csv_open(f->a, text, NULL, &f->err);
	GOOD(f, csv);
	out->at = yz_new_n(f->a, 20000, struct report);
	while (yz_csv_next(csv, &row, &f->err)) {
		if (first)
			for (size_t i = 0; i < row.n; i++)
				for (int k = 0; k < COLUMNS; k++)
					at[k] = yz_str_eqz(row.fields[i], names[k]) ? i : at[k];
		else
			out->at[out->n++] = (struct report){yz_printf(f->a, "B-%zu-%.*s", out->n, YZ_P(row.fields[at[NUMBER]])),
							    instant_of(row.fields[at[CREATED]]), instant_of(row.fields[at[DUE]]),
							    instant_of(row.fields[at[CLOSED]])};
		first = false;
	}
	assert_int_equal(f->err.code, YZ_OK);
}

static void happen(struct replay *r, const struct happening *h)
{
	struct reports *all = r->ctx;
	const struct report *one = &all->at[h->one];
	if (h->step) {
		const struct yz_outside_act act = {.no = yz_str(one->no), .in = {.act = YZ_ACT_grant, .reason = YZ_LIT("已处置")}};
		GOOD(r->f, yz_outside_act(r->f->site, &act, &r->f->err));
		return;
	}
	/* Their limits are whole hours, nights and Sundays too. */
	assert_int_equal((one->due - one->created) % YZ_HOUR, 0);
	const struct yz_outside_case c = {.no = yz_str(one->no), .item = all->item, .applicant = all->person, .received = r->f->now,
					  .own_limit = true,
					  .limit = (int32_t)((one->due - one->created) / YZ_HOUR), .unit = YZ_NATURAL_HOURS};
	GOOD(r->f, yz_outside_open(r->f->site, &c, &r->f->err));
}

SITE(of_the_reports_that_have_both_dates_those_closed_late_are_red_to_the_row)
{
	const char *path = yz_test_shared("data/city-cases/baltimore-311.csv");
	if (!path)
		SKIP("data/city-cases/baltimore-311.csv is not there");
	struct reports all = {.person = actor(f, "liuyang")->person};
	read_reports(f, path, &all);
	all.item = yz_json_str(yz_pack_find(&site_demo_pack()->items, YZ_LIT(ARCHIVE))->json, "code");
	struct happening *list = yz_new_n(f->a, 2 * all.n, struct happening);
	struct replay r = {.f = f, .list = list, .happen = happen, .ctx = &all};
	yz_instant first = INT64_MAX, begin = f->now;
	size_t both = 0, late = 0, red = 0, wrong = 0;
	for (size_t i = 0; i < all.n; i++)
		if (all.at[i].due && all.at[i].closed && all.at[i].created < first)
			first = all.at[i].created;
	for (size_t i = 0; i < all.n; i++) {
		const struct report *one = &all.at[i];
		if (!one->due || !one->closed)
			continue;
		both++;
		late += one->closed > one->due;
		list[r.n++] = (struct happening){one->created - first + begin, i, 0};
		list[r.n++] = (struct happening){one->closed - first + begin, i, 1};
	}
	assert_int_equal(all.n, 10000);
	assert_int_equal(both, 9555);
	assert_int_equal(late, 1567);
	replay(&r);
	sweep_before(&r, f->now + YZ_DAY);
	struct yz_conn *conn = reading(f);
	struct yz_rows *rows = yz_select(conn, f->a, &f->err, "SELECT c.no, COUNT(*) FROM card d JOIN cases c ON c.id = d.case_id WHERE d.level = 'red' "
							      "GROUP BY c.no");
	yz_db_release(conn);
	GOOD(f, rows);
	struct yz_map has;
	yz_map_init(&has, f->a);
	for (size_t i = 0; i < rows->count; i++) {
		yz_map_put(&has, yz_row_str(rows, i, 0), &has);
		wrong += yz_row_int(rows, i, 1) != 1;
	}
	for (size_t i = 0; i < all.n; i++) {
		const struct report *one = &all.at[i];
		bool is = yz_map_has(&has, yz_str(one->no));
		red += is;
		wrong += one->due && one->closed ? is != (one->closed > one->due) : is;
	}
	assert_int_equal(red, 1567);
	assert_int_equal(wrong, 0);
	ledger_holds(f);
}
