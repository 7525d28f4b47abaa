/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/scoring.h"

#include "pack/pack_check.h"

enum { NAME_MOST = 200, TEXT_MOST = 2000 };

struct reading {
	struct yz_checker c;
	struct yz_scoring *s;
};

static uint32_t line_of(const struct yz_json *v, const char *key)
{
	const struct yz_json *m = yz_json_get(v, key);
	return m ? m->line : v ? v->line : 0;
}

static struct yz_str text_of(struct reading *r, const struct yz_json *v, const char *key, size_t most, bool must)
{
	const struct yz_json *m = yz_json_get(v, key);
	struct yz_str s = yz_str_trim(yz_json_str(v, key));
	if (m && (!yz_json_is(m, YZ_JSON_STRING) || s.len > most))
		yz_check_error(&r->c, m->line, yz_printf(r->c.a, "write a text of at most %zu bytes", most), "%s is no such text", key);
	else if (must && !s.len)
		yz_check_error(&r->c, line_of(v, key), "write it", "%s is missing", key);
	return s;
}

/* Points with at most one place, as tenths. */
static int64_t tenths(struct reading *r, const struct yz_json *v, const char *key, int64_t fallback, int64_t least, int64_t most)
{
	const struct yz_json *m = yz_json_get(v, key);
	struct yz_dec d, t;
	int64_t n;
	if (!m)
		return fallback;
	if (yz_json_is(m, YZ_JSON_NUMBER) && yz_dec_parse(m->text, &d) && yz_dec_mul(d, yz_dec_int(10), &t) && yz_dec_is_int(t) && yz_dec_to_int(t, &n) && n >= least &&
	    n <= most)
		return n;
	yz_check_error(&r->c, m->line, yz_printf(r->c.a, "write points from %.1f to %.1f, with one place at most", (double)least / 10, (double)most / 10),
		       "%s is no such number of points", key);
	return fallback;
}

static size_t list_of(struct reading *r, const struct yz_json *body, const char *key, size_t most, const struct yz_json **list)
{
	*list = yz_json_get(body, key);
	if (*list && (!yz_json_is(*list, YZ_JSON_ARRAY) || (*list)->len > most)) {
		yz_check_error(&r->c, (*list)->line, yz_printf(r->c.a, "write a list of at most %zu", most), "%s is no such list", key);
		return 0;
	}
	return yz_json_len(*list);
}

static struct yz_str key_of(struct reading *r, const struct yz_json *v)
{
	struct yz_str key = yz_json_str(v, "key");
	if (!yz_check_key_name(key))
		yz_check_error(&r->c, line_of(v, "key"), "write small letters, digits and hyphens, at most 60", "key is no key");
	return key;
}

static size_t part_of(struct reading *r, const struct yz_json *v)
{
	struct yz_str key = yz_json_str(v, "part");
	for (size_t i = 0; i < r->s->nparts; i++)
		if (yz_str_eq(r->s->parts[i].key, key))
			return i;
	yz_check_error(&r->c, line_of(v, "part"), "write the key of one of the parts", "there is no part %.*s", YZ_P(key));
	return 0;
}

static void read_parts(struct reading *r, const struct yz_json *body)
{
	static const char *const keys[] = {"key", "name", "points", "most", NULL};
	const struct yz_json *list;
	int64_t sum = 0;
	size_t n = list_of(r, body, "parts", YZ_SCORING_PARTS, &list);
	for (size_t i = 0; i < n; i++) {
		const struct yz_json *v = yz_json_at(list, i);
		struct yz_scoring_part p = {.key = key_of(r, v), .name = text_of(r, v, "name", NAME_MOST, true),
					    .points = tenths(r, v, "points", 0, 0, YZ_SCORING_POINTS)};
		yz_check_keys(&r->c, v, "parts", keys);
		p.most = tenths(r, v, "most", p.points ? p.points : 100, p.points, YZ_SCORING_POINTS);
		for (size_t k = 0; k < r->s->nparts; k++)
			if (yz_str_eq(r->s->parts[k].key, p.key))
				yz_check_error(&r->c, v->line, "give each part a key of its own", "there are two parts %.*s", YZ_P(p.key));
		sum += p.points;
		r->s->parts[r->s->nparts++] = p;
	}
	if (sum != 1000)
		yz_check_error(&r->c, line_of(body, "parts"), "let the points of the parts add up to 100", "the parts have %.1f points", (double)sum / 10);
}

static void read_cards(struct reading *r, const struct yz_json *body)
{
	static const char *const keys[] = {"part", "level", "monitors", "points", NULL};
	const struct yz_json *list, *monitors;
	size_t n = list_of(r, body, "cards", YZ_SCORING_RULES, &list);
	for (size_t i = 0; i < n; i++) {
		const struct yz_json *v = yz_json_at(list, i);
		struct yz_scoring_cards *c = &r->s->cards[r->s->ncards++];
		*c = (struct yz_scoring_cards){.part = part_of(r, v), .level = yz_json_str(v, "level"), .own = !yz_json_get(v, "points"),
					       .points = tenths(r, v, "points", 0, -YZ_SCORING_POINTS, 0)};
		yz_check_keys(&r->c, v, "cards", keys);
		if (c->level.len && !yz_str_eqz(c->level, "notice") && !yz_str_eqz(c->level, "yellow") && !yz_str_eqz(c->level, "red"))
			yz_check_error(&r->c, line_of(v, "level"), "write notice, yellow or red, or leave it out", "there is no level %.*s", YZ_P(c->level));
		size_t m = list_of(r, v, "monitors", YZ_SCORING_MONITORS, &monitors);
		for (size_t k = 0; k < m; k++) {
			struct yz_str name = yz_json_text(yz_json_at(monitors, k));
			if (!yz_json_is(yz_json_at(monitors, k), YZ_JSON_STRING) || !name.len || name.len > NAME_MOST)
				yz_check_error(&r->c, v->line, "write keys of rules, or beginnings of them with *", "monitors has something that is no key");
			else
				c->monitors[c->nmonitors++] = name;
		}
		if (!c->nmonitors)
			yz_check_error(&r->c, v->line, "name the rules whose cards count here, * for all", "monitors is empty");
	}
}

static uint32_t uses_of(struct yz_arena *a, const struct yz_feel *f)
{
	size_t n;
	uint32_t out = 0;
	const struct yz_feel_use *uses = yz_feel_uses(a, f, &n);
	for (size_t i = 0; i < n; i++)
		out |= UINT32_C(1) << uses[i].input;
	return out;
}
_Static_assert(YZ_SCORE_FACTS <= 32, "they are bits");

static void read_formulas(struct reading *r, const struct yz_json *body)
{
	static const char *const keys[] = {"key", "part", "name", "points", "source", NULL};
	static const struct yz_feel_name names[YZ_SCORE_FACTS] = {
#define FACT(id, name) {YZ_LIT(name), NULL},
#include "pack/scoring_facts.def"
#undef FACT
	};
	const struct yz_json *list;
	size_t n = list_of(r, body, "formulas", YZ_SCORING_RULES, &list);
	for (size_t i = 0; i < n; i++) {
		const struct yz_json *v = yz_json_at(list, i);
		struct yz_scoring_formula f = {.key = key_of(r, v), .part = part_of(r, v), .name = text_of(r, v, "name", NAME_MOST, true),
					       .text = text_of(r, v, "points", TEXT_MOST, true), .source = text_of(r, v, "source", TEXT_MOST, false)};
		struct yz_feel_scope scope = {.names = names, .len = YZ_SCORE_FACTS, .line = line_of(v, "points"),
					      .where = yz_str_printf(r->c.a, "formula %.*s", YZ_P(f.key))};
		const struct yz_feel_diag *diags = NULL;
		struct yz_err err = {0};
		yz_check_keys(&r->c, v, "formulas", keys);
		f.points = f.text.len ? yz_feel_compile(r->c.a, f.text, YZ_FEEL_EXPRESSION, &scope, &diags, &err) : NULL;
		for (const struct yz_feel_diag *d = diags; d; d = d->next) {
			struct yz_str zh = yz_feel_diag_text(r->c.a, d, YZ_FEEL_ZH);
			(d->severity == YZ_FEEL_ERROR ? yz_check_error : yz_check_warn)(&r->c, d->place.line, "see docs/formats/scoring.md for its names",
										       "formula %.*s: %.*s", YZ_P(f.key), YZ_P(d->message));
			yz_check_zh(&r->c, "能用的名称见 docs/formats/scoring.md", "公式 %.*s：%.*s", YZ_P(f.key), YZ_P(zh));
		}
		f.uses = f.points ? uses_of(r->c.a, f.points) : 0;
		r->s->formulas[r->s->nformulas++] = f;
	}
}

static void read_records(struct reading *r, const struct yz_json *body)
{
	static const char *const keys[] = {"key", "part", "name", "points", "most", "unit", "source", NULL};
	const struct yz_json *list;
	size_t n = list_of(r, body, "records", YZ_SCORING_RULES, &list);
	for (size_t i = 0; i < n; i++) {
		const struct yz_json *v = yz_json_at(list, i);
		struct yz_scoring_record k = {.key = key_of(r, v), .part = part_of(r, v), .name = text_of(r, v, "name", NAME_MOST, true),
					      .unit = text_of(r, v, "unit", NAME_MOST, false), .source = text_of(r, v, "source", TEXT_MOST, false),
					      .points = tenths(r, v, "points", 0, -YZ_SCORING_POINTS, YZ_SCORING_POINTS),
					      .most = tenths(r, v, "most", 0, 0, YZ_SCORING_POINTS)};
		yz_check_keys(&r->c, v, "records", keys);
		if (!k.points)
			yz_check_error(&r->c, v->line, "write how many points it takes or gives", "record %.*s has no points", YZ_P(k.key));
		if (yz_scoring_find_record(r->s, k.key))
			yz_check_error(&r->c, v->line, "give each a key of its own", "there are two records %.*s", YZ_P(k.key));
		r->s->records[r->s->nrecords++] = k;
	}
}

static void read_whom(struct reading *r, const struct yz_json *body)
{
	const struct yz_json *list;
	size_t n = list_of(r, body, "for", 3, &list);
	r->s->org = !n;
	for (size_t i = 0; i < n; i++) {
		struct yz_str whom = yz_json_text(yz_json_at(list, i));
		r->s->org |= yz_str_eqz(whom, "org");
		r->s->post |= yz_str_eqz(whom, "post");
		r->s->person |= yz_str_eqz(whom, "person");
		if (!yz_str_eqz(whom, "org") && !yz_str_eqz(whom, "post") && !yz_str_eqz(whom, "person"))
			yz_check_error(&r->c, list->line, "write org, post, person", "it is for nobody that is called %.*s", YZ_P(whom));
	}
}

struct yz_scoring *yz_scoring_read(struct yz_arena *a, struct yz_str key, const struct yz_json *body, struct yz_str file,
				   struct yz_pack_findings *out)
{
	static const char *const keys[] = {"name", "from", "for", "source", "parts", "cards", "formulas", "records", NULL};
	struct reading r = {.c = {a, file, out}, .s = yz_new(a, struct yz_scoring)};
	size_t before = yz_check_errors(out);
	yz_day day;
	if (!yz_json_is(body, YZ_JSON_OBJECT)) {
		yz_check_error(&r.c, body ? body->line : 0, "write { … }", "a method of scoring is an object");
		return NULL;
	}
	yz_check_keys(&r.c, body, "", keys);
	r.s->key = key;
	r.s->name = text_of(&r, body, "name", NAME_MOST, true);
	r.s->from = yz_json_str(body, "from");
	r.s->source = yz_json_get(body, "source");
	if (r.s->from.len != 7 || !yz_day_parse(yz_str_printf(a, "%.*s-01", YZ_P(r.s->from)), &day))
		yz_check_error(&r.c, line_of(body, "from"), "write the first month it holds for, as 2026-01", "from is no month");
	read_whom(&r, body);
	read_parts(&r, body);
	read_cards(&r, body);
	read_formulas(&r, body);
	read_records(&r, body);
	return yz_check_errors(out) == before ? r.s : NULL;
}

/* ---- what it says ---- */

static bool named(const struct yz_scoring_cards *c, struct yz_str monitor)
{
	for (size_t i = 0; i < c->nmonitors; i++) {
		struct yz_str m = c->monitors[i];
		bool open = m.ptr[m.len - 1] == '*';
		if (open ? yz_str_starts(monitor, yz_str_n(m.ptr, m.len - 1)) : yz_str_eq(monitor, m))
			return true;
	}
	return false;
}

const struct yz_scoring_cards *yz_scoring_card(const struct yz_scoring *s, struct yz_str monitor, struct yz_str level)
{
	for (size_t i = 0; i < s->ncards; i++)
		if ((!s->cards[i].level.len || yz_str_eq(s->cards[i].level, level)) && named(&s->cards[i], monitor))
			return &s->cards[i];
	return NULL;
}

const struct yz_scoring_record *yz_scoring_find_record(const struct yz_scoring *s, struct yz_str key)
{
	for (size_t i = 0; i < s->nrecords; i++)
		if (yz_str_eq(s->records[i].key, key))
			return &s->records[i];
	return NULL;
}

int64_t yz_scoring_formula(struct yz_arena *a, const struct yz_scoring_formula *f, const struct yz_feel_value facts[YZ_SCORE_FACTS])
{
	struct yz_feel_run run;
	struct yz_dec d, t;
	int64_t n;
	yz_feel_run_init(&run, a);
	struct yz_feel_value v = yz_feel_eval(f->points, &run, facts);
	if (v.kind != YZ_FEEL_NUMBER)
		return 0;
	d = yz_feel_dec(v);
	if (!yz_dec_mul(d, yz_dec_int(10), &t) || !yz_dec_scale(t, 0, YZ_DEC_HALF_EVEN, &t) || !yz_dec_to_int(t, &n))
		return 0;
	return n > YZ_SCORING_POINTS ? YZ_SCORING_POINTS : n < -YZ_SCORING_POINTS ? -YZ_SCORING_POINTS : n;
}

/* ---- against the pack ---- */

/* The house's own, of limits that no monitor goes with (docs/formats/monitor.md). */
static const char *const house[] = {"clock.answer", "clock.promised", "clock.legal", "clock.step", "clock.deliver", "clock.consult", "clock.urge"};

static bool known(const struct yz_pack *pack, struct yz_str name)
{
	bool open = name.ptr[name.len - 1] == '*';
	struct yz_str head = yz_str_n(name.ptr, name.len - open);
	for (size_t i = 0; i < sizeof house / sizeof *house; i++)
		if (open ? yz_str_starts(yz_str(house[i]), head) : yz_str_eqz(name, house[i]))
			return true;
	for (size_t i = 0; i < pack->monitors.len; i++)
		if (open ? yz_str_starts(pack->monitors.at[i].key, head) : yz_str_eq(pack->monitors.at[i].key, name))
			return true;
	return false;
}

static void check_monitors(struct yz_reading *r, const struct yz_pack_file *f)
{
	const struct yz_json *cards = yz_json_get(f->json, "cards");
	r->c.file = f->path;
	for (size_t i = 0; i < yz_json_len(cards); i++) {
		const struct yz_json *names = yz_json_get(yz_json_at(cards, i), "monitors");
		for (size_t k = 0; k < yz_json_len(names); k++) {
			const struct yz_json *one = yz_json_at(names, k);
			if (yz_json_is(one, YZ_JSON_STRING) && one->text.len && !known(r->pack, one->text))
				yz_check_error(&r->c, one->line, "write the key of a file in monitors/, clock. and a kind of limit, or a beginning of one and *",
					       "there is no monitor %.*s", YZ_P(one->text));
		}
	}
}

void yz_reading_scoring(struct yz_reading *r)
{
	for (size_t i = 0; i < r->pack->scoring.len; i++)
		check_monitors(r, &r->pack->scoring.at[i]);
	for (size_t i = 0; i < r->pack->scoring.len; i++)
		yz_scoring_read(r->c.a, r->pack->scoring.at[i].key, r->pack->scoring.at[i].json, r->pack->scoring.at[i].path, r->c.out);
}
