/* web/match_words.c - conditions, facts and amounts as people say them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "web/match.h"

static bool is_numeral(struct yz_str s)
{
	size_t digits = 0;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
			digits++;
		else if (s.ptr[i] != '.' && !(s.ptr[i] == '-' && !i))
			return false;
	}
	return digits > 0;
}

/* Commas between thousands. */
static struct yz_str grouped(struct yz_arena *a, struct yz_str s)
{
	struct yz_buf b;
	size_t dot = yz_str_find(s, YZ_LIT("."), 0), whole = dot == SIZE_MAX ? s.len : dot, from = s.ptr[0] == '-';
	yz_buf_init(&b, a, s.len * 2 + 2);
	for (size_t i = 0; i < s.len; i++) {
		if (i > from && i < whole && (whole - i) % 3 == 0)
			yz_buf_addc(&b, ',');
		yz_buf_addc(&b, s.ptr[i]);
	}
	return yz_buf_str(&b);
}

struct yz_str yz_show_fact(const struct yz_page *p, struct yz_str value)
{
	if (!value.len)
		return YZ_LIT("–");
	if (yz_str_eqz(value, "是"))
		return yz_str(T(p->lang, "是"));
	if (yz_str_eqz(value, "否"))
		return yz_str(T(p->lang, "否"));
	return is_numeral(value) ? grouped(p->arena, value) : yz_name(p, value);
}

static struct yz_str quoted(const struct yz_page *p, struct yz_str s)
{
	return yz_str_printf(p->arena, T(p->lang, "“%.*s”"), YZ_P(s));
}

/* One end or value: a numeral, true, "text". */
static struct yz_str one(const struct yz_page *p, struct yz_str s)
{
	s = yz_str_trim(s);
	if (yz_str_eqz(s, "true"))
		return quoted(p, yz_str(T(p->lang, "是")));
	if (yz_str_eqz(s, "false"))
		return quoted(p, yz_str(T(p->lang, "否")));
	if (s.len >= 2 && s.ptr[0] == '"' && s.ptr[s.len - 1] == '"')
		return quoted(p, yz_name(p, yz_str_n(s.ptr + 1, s.len - 2)));
	return is_numeral(s) ? grouped(p->arena, s) : s;
}

static struct yz_str said(const struct yz_page *p, const char *format, struct yz_str s) __attribute__((format(printf, 2, 0)));
static struct yz_str said(const struct yz_page *p, const char *format, struct yz_str s)
{
	struct yz_str v = one(p, s);
	return yz_str_printf(p->arena, format, YZ_P(v));
}

static struct yz_str range(const struct yz_page *p, struct yz_str s)
{
	size_t dots = yz_str_find(s, YZ_LIT(".."), 0);
	if (s.len < 5 || dots == SIZE_MAX || !strchr("[(", s.ptr[0]) || !strchr("])", s.ptr[s.len - 1]))
		return (struct yz_str){0};
	struct yz_str low = one(p, yz_str_n(s.ptr + 1, dots - 1)), high = one(p, yz_str_n(s.ptr + dots + 2, s.len - dots - 3));
	bool low_in = s.ptr[0] == '[', high_in = s.ptr[s.len - 1] == ']';
	if (low_in && high_in)
		return yz_str_printf(p->arena, T(p->lang, "从 %.*s 到 %.*s"), YZ_P(low), YZ_P(high));
	if (low_in)
		return yz_str_printf(p->arena, T(p->lang, "从 %.*s 到不满 %.*s"), YZ_P(low), YZ_P(high));
	if (high_in)
		return yz_str_printf(p->arena, T(p->lang, "超过 %.*s，不超过 %.*s"), YZ_P(low), YZ_P(high));
	return yz_str_printf(p->arena, T(p->lang, "超过 %.*s，不满 %.*s"), YZ_P(low), YZ_P(high));
}

struct yz_str yz_show_needs(const struct yz_page *p, struct yz_str needs)
{
	struct yz_str s = yz_str_trim(needs), r = range(p, s);
	enum yz_lang l = p->lang;
	if (r.len)
		return r;
	if (yz_str_starts(s, YZ_LIT(">=")))
		return said(p, T(l, "不少于 %.*s"), yz_str_n(s.ptr + 2, s.len - 2));
	if (yz_str_starts(s, YZ_LIT("<=")))
		return said(p, T(l, "不超过 %.*s"), yz_str_n(s.ptr + 2, s.len - 2));
	if (yz_str_starts(s, YZ_LIT(">")))
		return said(p, T(l, "超过 %.*s"), yz_str_n(s.ptr + 1, s.len - 1));
	if (yz_str_starts(s, YZ_LIT("<")))
		return said(p, T(l, "不满 %.*s"), yz_str_n(s.ptr + 1, s.len - 1));
	if (yz_str_starts(s, YZ_LIT("not(")) && s.len > 5)
		return said(p, T(l, "不是 %.*s"), yz_str_n(s.ptr + 4, s.len - 5));
	return one(p, s);
}

/* By how many years, and on which day she is so old; born on a 29 February, on 1 March of the other years. */
static void add_birthday(struct yz_buf *b, const struct yz_page *p, const struct yz_subject *of, const struct yz_match_short *s, struct yz_str by)
{
	int64_t is, more;
	yz_buf_printf(b, T(p->lang, "，还差 %.*s 岁"), YZ_P(by));
	if (!of || !of->has_born || !yz_str_int(s->is, &is) || !yz_str_int(s->by, &more) || is < 0 || more < 1 || is + more > 150)
		return;
	struct yz_civil c = yz_day_civil(of->born);
	bool leap = c.month == 2 && c.day == 29;
	yz_day first = yz_day_from(c.year + (int)(is + more), leap ? 3 : c.month, leap ? 1 : c.day), before = first - 1;
	if (leap && yz_day_civil(before).day == 29)
		first = before;
	struct yz_str day = yz_show_day(p, yz_day_start(first, p->site->offset));
	yz_buf_printf(b, T(p->lang, "，%.*s满 %lld 周岁"), YZ_P(day), (long long)(is + more));
}

struct yz_str yz_show_short(const struct yz_page *p, const struct yz_subject *of, const struct yz_match_short *s)
{
	struct yz_buf b;
	enum yz_lang l = p->lang;
	struct yz_str needs = yz_show_needs(p, s->needs), is = yz_show_fact(p, s->is), by = yz_show_fact(p, s->by);
	yz_buf_init(&b, p->arena, 4096);
	if (s->fact.len)
		yz_buf_printf(&b, T(l, "%.*s：要求%.*s"), YZ_P(yz_name(p, s->fact)), YZ_P(needs));
	else
		yz_buf_adds(&b, needs);
	if (s->fact.len && !s->is.len)
		yz_buf_addz(&b, T(l, "，登记库里没有这一项"));
	else if (s->fact.len)
		yz_buf_printf(&b, T(l, "，现在是 %.*s"), YZ_P(is_numeral(s->is) ? is : quoted(p, is)));
	if (s->by.len && s->less)
		yz_buf_printf(&b, T(l, "，多了 %.*s"), YZ_P(by));
	else if (s->by.len && yz_str_ends(s->fact, YZ_LIT("月数")))
		yz_buf_printf(&b, T(l, "，再过 %.*s 个月就够"), YZ_P(by));
	else if (s->by.len && yz_str_eqz(s->fact, "年龄"))
		add_birthday(&b, p, of, s, by);
	else if (s->by.len)
		yz_buf_printf(&b, T(l, "，还差 %.*s"), YZ_P(by));
	return yz_buf_str(&b);
}

struct yz_str yz_show_amount(const struct yz_page *p, const struct yz_policy *policy, struct yz_str amount)
{
	if (!amount.len)
		return (struct yz_str){0};
	struct yz_str n = yz_show_fact(p, amount), unit = yz_name(p, policy->text.unit);
	return yz_str_printf(p->arena, "%.*s %.*s", YZ_P(n), YZ_P(unit));
}

struct yz_str yz_show_term(const struct yz_page *p, const struct yz_policy *policy)
{
	struct yz_str from = yz_show_day(p, yz_day_start(policy->text.from, p->site->offset));
	if (policy->text.until == YZ_POLICY_OPEN)
		return yz_str_printf(p->arena, T(p->lang, "%.*s 起"), YZ_P(from));
	struct yz_str until = yz_show_day(p, yz_day_start(policy->text.until, p->site->offset));
	return yz_str_printf(p->arena, T(p->lang, "%.*s 到 %.*s"), YZ_P(from), YZ_P(until));
}

struct yz_str yz_show_asked(const struct yz_page *p, const struct yz_policy *policy, struct yz_str fact)
{
	struct yz_str asked = yz_json_text(yz_json_find(policy->text.facts, fact));
	return yz_name(p, asked.len ? asked : fact);
}

struct yz_str yz_show_source(const struct yz_page *p, struct yz_str source)
{
	struct yz_str rest = source, name;
	if (!yz_str_cut(&rest, ' ', &name) || !rest.len)
		return source;
	return yz_str_printf(p->arena, "%.*s %.*s", YZ_P(yz_name(p, name)), YZ_P(rest));
}

const char *yz_case_state_shown(const struct yz_page *p, struct yz_str state)
{
	enum yz_case_state s;
	return yz_case_state_parse(state, &s) ? yz_tr(p->lang, yz_case_state_title(s)) : "";
}
