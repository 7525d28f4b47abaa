/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/enterprise.h"

#include "db/db.h"

void yz_enterprise_row(struct yz_arena *a, const struct yz_rows *r, size_t i, struct yz_enterprise *out)
{
	*out = (struct yz_enterprise){.id = yz_row_int(r, i, 0), .change = yz_row_int(r, i, 1), .uscc = yz_row_str(r, i, 2),
				      .name = yz_row_str(r, i, 3), .type = yz_row_str(r, i, 4), .capital = yz_row_str(r, i, 5),
				      .currency = yz_row_str(r, i, 6), .rep = yz_row_str(r, i, 7), .scope = yz_row_str(r, i, 8),
				      .province = yz_row_str(r, i, 9), .city = yz_row_str(r, i, 10), .address = yz_row_str(r, i, 11),
				      .has_day = !yz_row_null(r, i, 12), .registered = (yz_day)yz_row_int(r, i, 12),
				      .facts = yz_json_read(a, yz_row_str(r, i, 13), NULL, NULL), .source_file = yz_row_str(r, i, 14),
				      .source_at = yz_row_int(r, i, 15)};
}

struct yz_enterprise *yz_enterprise_load(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT " YZ_ENTERPRISE_SQL " WHERE e.id = $1", YZ_I(id));
	if (!r)
		return NULL;
	if (!r->count)
		return yz_fail_null(err, YZ_NOT_FOUND, "no enterprise %lld in the register", (long long)id);
	struct yz_enterprise *e = yz_new(a, struct yz_enterprise);
	yz_enterprise_row(a, r, 0, e);
	return e;
}

struct yz_enterprise *yz_enterprise_of(struct yz_conn *conn, struct yz_arena *a, int64_t person, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT " YZ_ENTERPRISE_SQL " JOIN person p ON p.id_dig = e.uscc_dig "
				      "WHERE p.id = $1 AND p.kind = 'legal' AND p.proof >= 1 AND p.active = 1",
				      YZ_I(person));
	if (!r || !r->count)
		return NULL;
	struct yz_enterprise *e = yz_new(a, struct yz_enterprise);
	yz_enterprise_row(a, r, 0, e);
	return e;
}

size_t yz_enterprise_list(struct yz_conn *conn, struct yz_arena *a, struct yz_str words, int64_t after, int limit,
			  struct yz_enterprise **out, struct yz_err *err)
{
	struct yz_sql *q = yz_new(a, struct yz_sql);
	struct yz_str s = yz_str_trim(words);
	yz_sql_init(q, a);
	yz_sql_add(q, "SELECT " YZ_ENTERPRISE_SQL " WHERE e.id > $1", YZ_I(after));
	if (s.len)
		yz_sql_add(q, " AND (e.name LIKE $1 OR e.uscc = $2)", YZ_S(yz_str_printf(a, "%%%.*s%%", YZ_P(s))), YZ_S(s));
	yz_sql_add(q, " ORDER BY e.id LIMIT $1", YZ_I(limit));
	struct yz_rows *r = yz_sql_select(q, conn, a, err);
	if (!r)
		return 0;
	*out = yz_new_n(a, r->count, struct yz_enterprise);
	for (size_t i = 0; i < r->count; i++)
		yz_enterprise_row(a, r, i, &(*out)[i]);
	return r->count;
}

/* ---- facts ---- */

/* The second character of the code says which register it stands in (GB 32100, 4). */
static const char *kind_of(struct yz_str uscc)
{
	if (uscc.len < 2 || uscc.ptr[0] != '9')
		return "其他";
	return uscc.ptr[1] == '1' ? "企业" : uscc.ptr[1] == '2' ? "个体工商户" : uscc.ptr[1] == '3' ? "农民专业合作社" : "其他";
}

/* Whole months from a day to another; the day of the month counts. */
static int64_t months_between(yz_day from, yz_day to)
{
	struct yz_civil a = yz_day_civil(from), b = yz_day_civil(to);
	int64_t n = (b.year - a.year) * 12 + b.month - a.month;
	/* Begun on the 31st: the month is full on the last of a shorter one. */
	bool last = yz_day_civil(to + 1).day == 1;
	return b.day < a.day && !last ? n - 1 : n;
}

static bool word_is(struct yz_str s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (yz_str_eqz(s, words[i]))
			return true;
	return false;
}

static struct yz_feel_value read_as(struct yz_arena *a, struct yz_str s, enum yz_feel_kind kind)
{
	static const char *const yes[] = {"是", "有", "true", "TRUE", "1"}, *const no[] = {"否", "无", "false", "FALSE", "0"};
	struct yz_feel_value v = {0};
	s = yz_str_trim(s);
	if (kind == YZ_FEEL_BOOLEAN)
		return word_is(s, yes, 5) ? yz_feel_bool(true) : word_is(s, no, 5) ? yz_feel_bool(false) : v;
	if (!s.len || !yz_feel_read(a, kind, s, &v))
		return (struct yz_feel_value){0};
	return v;
}

static bool number_of(const struct yz_enterprise *e, const char *name, struct yz_dec *out)
{
	struct yz_str s = yz_str_trim(yz_json_str(e->facts, name));
	return s.len && yz_dec_parse(s, out);
}

/* What a register need not be told: a share of two of its columns … */
static const struct {
	const char *name, *part, *whole;
} shares[] = {
	{"研发费用占比", "上年研发费用万元", "上年销售收入万元"},
	{"研发人员占比", "研发人员数", "职工人数"},
	{"残疾职工占比", "残疾职工数", "职工人数"},
	{"新招人员占比", "新招重点群体数", "职工人数"},
};
/* … or so many times each of them, together. */
static const struct {
	const char *name;
	struct {
		const char *column;
		int times;
	} parts[3];
} sums[] = {
	{"专利分值", {{"发明专利数", 5}, {"实用新型数", 2}, {"外观设计数", 1}}},
	{"其他知识产权数", {{"实用新型数", 1}, {"外观设计数", 1}, {"软件著作权数", 1}}},
};

static struct yz_feel_value derived(const struct yz_enterprise *e, struct yz_str name)
{
	struct yz_feel_value none = {0};
	struct yz_dec x, y, total = yz_dec_int(0);
	for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
		if (yz_str_eqz(name, shares[i].name))
			return number_of(e, shares[i].part, &x) && number_of(e, shares[i].whole, &y) && !yz_dec_is_zero(y) &&
					       yz_dec_mul(x, yz_dec_int(100), &x) && yz_dec_div(x, y, &x)
				       ? yz_feel_number(yz_dec_strip(x))
				       : none;
	for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
		if (!yz_str_eqz(name, sums[i].name))
			continue;
		for (size_t k = 0; k < 3; k++)
			if (!number_of(e, sums[i].parts[k].column, &x) || !yz_dec_mul(x, yz_dec_int(sums[i].parts[k].times), &x) ||
			    !yz_dec_add(total, x, &total))
				return none;
		return yz_feel_number(total);
	}
	return none;
}

struct yz_feel_value yz_enterprise_fact(struct yz_arena *a, const struct yz_enterprise *e, struct yz_str name,
					enum yz_feel_kind kind, yz_day today, struct yz_str region)
{
	struct yz_feel_value none = {0};
	if (yz_str_eqz(name, "主体类别"))
		return yz_feel_string(yz_str(kind_of(e->uscc)));
	if (yz_str_eqz(name, "在本县登记"))
		return yz_feel_bool(region.len == 6 && e->uscc.len == 18 && memcmp(e->uscc.ptr + 2, region.ptr, 6) == 0);
	if (yz_str_eqz(name, "企业类型"))
		return e->type.len ? yz_feel_string(e->type) : none;
	if (yz_str_eqz(name, "成立日期"))
		return e->has_day ? yz_feel_day(e->registered) : none;
	if (yz_str_eqz(name, "成立月数"))
		return e->has_day && e->registered <= today ? yz_feel_int(months_between(e->registered, today)) : none;
	if (yz_str_eqz(name, "成立年数"))
		return e->has_day && e->registered <= today ? yz_feel_int(months_between(e->registered, today) / 12) : none;
	if (yz_str_eqz(name, "注册资本币种"))
		return e->currency.len ? yz_feel_string(e->currency) : none;
	if (yz_str_eqz(name, "注册资本万元"))
		return yz_str_eqz(e->currency, "CNY") ? read_as(a, e->capital, YZ_FEEL_NUMBER) : none;
	const struct yz_json *told = yz_json_find(e->facts, name);
	struct yz_feel_value v = told ? read_as(a, yz_json_text(told), kind) : none;
	return v.kind != YZ_FEEL_NULL || kind != YZ_FEEL_NUMBER ? v : derived(e, name);
}
