/* What a decision says of a case, and by which rule.
 *
 * Each decision that the house reads is evaluated by itself with a trace of its own, so that the rule behind an answer is
 * found below it.  While facts are open a list is read row by row: a row that holds whatever is told gives what is needed,
 * one that may hold what is possible.  That is exact for tables and for lists put together of tables; below anything
 * else a sure row counts as possible only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pack/decision.h"

#include "calendar/calendar.h"

typedef YZ_VEC(struct yz_str) names;

struct saying {
	struct yz_arena *a;
	const struct yz_decision *d;
	const struct yz_dmn_told *told;
	size_t ntold;
	yz_instant now;
	struct yz_decided *out;
	names missing, strange;
};

struct answer {
	struct yz_feel_value value;
	const struct yz_dmn_trace *trace;
	bool open;
};

static void put_name(struct yz_arena *a, names *list, struct yz_str name)
{
	for (size_t i = 0; i < list->len; i++)
		if (yz_str_eq(list->at[i], name))
			return;
	*yz_vec_push(a, list) = name;
}

static struct answer decide(struct saying *s, enum yz_decision_role role)
{
	struct yz_feel_run *run = yz_new(s->a, struct yz_feel_run);
	struct yz_dmn_eval e;
	struct yz_feel_value on;
	struct answer r;
	size_t n;
	yz_feel_run_init(run, s->a);
	run->limits = &yz_decision_limits;
	run->now = yz_feel_instant(s->now, YZ_SHANGHAI);
	yz_dmn_begin(&e, s->d->model, run);
	e.missing_unknown = e.explain = true;
	yz_dmn_set_told(&e, s->told, s->ntold);
	r.value = yz_dmn_decide(&e, s->d->at[role]);
	r.trace = e.trace;
	r.open = yz_feel_has_unknown(s->a, r.value, &on);
	const struct yz_str *facts = r.open ? yz_feel_depends_on(on, &n) : NULL;
	for (size_t i = 0; facts && i < n; i++)
		put_name(s->a, &s->missing, facts[i]);
	s->out->known[role] = !r.open;
	return r;
}

/* ---- the rule behind an answer ---- */

/* `part` is the value, or stands in it: in a list, as 项目 of a fee. */
static bool holds(struct yz_feel_value value, struct yz_feel_value part)
{
	if (yz_feel_same(value, part))
		return true;
	for (size_t i = 0; value.kind == YZ_FEEL_LIST && i < yz_feel_len(value); i++)
		if (holds(yz_feel_at(value, i), part))
			return true;
	const struct yz_feel_value *named = value.kind == YZ_FEEL_CONTEXT ? yz_feel_get(value, YZ_LIT("项目")) : NULL;
	return named && yz_feel_same(*named, part);
}

static bool row_gives(const struct yz_dmn_trace *t, const struct yz_dmn_row *r, struct yz_feel_value part)
{
	for (size_t o = 0; r->values && o < t->noutputs; o++)
		if (holds(r->values[o], part))
			return true;
	return false;
}

/* The outermost table that answers with it. */
static bool find_by(const struct yz_dmn_trace *t, struct yz_feel_value part, struct yz_decided_by *out)
{
	for (; t; t = t->next) {
		for (size_t i = 0; t->step == YZ_DMN_STEP_TABLE && i < t->nrows; i++)
			if (t->rows[i].counts && row_gives(t, &t->rows[i], part)) {
				*out = (struct yz_decided_by){t, &t->rows[i]};
				return true;
			}
		if (t->step == YZ_DMN_STEP_TABLE && t->defaulted && holds(t->value, part)) {
			*out = (struct yz_decided_by){t, NULL};
			return true;
		}
		if (find_by(t->child, part, out))
			return true;
	}
	return false;
}

static struct yz_decided_by by_of(const struct answer *r, struct yz_feel_value part)
{
	struct yz_decided_by by = {0};
	find_by(r->trace, part, &by);
	return by;
}

/* ---- lists of what the item has ---- */

static bool is_called(const struct yz_json *thing, struct yz_str s)
{
	return yz_str_eq(yz_json_str(thing, "key"), s) || yz_str_eq(yz_json_str(thing, "name"), s);
}

static struct yz_decided_need *need_called(struct yz_decided_need *needs, size_t n, struct yz_str s)
{
	for (size_t i = 0; i < n; i++)
		if (is_called(needs[i].thing, s))
			return &needs[i];
	return NULL;
}

static void put_needs(struct saying *s, const struct answer *r, struct yz_feel_value v, struct yz_decided_need *needs, size_t n)
{
	for (size_t i = 0; v.kind == YZ_FEEL_LIST && i < yz_feel_len(v); i++)
		put_needs(s, r, yz_feel_at(v, i), needs, n);
	if (v.kind != YZ_FEEL_STRING)
		return;
	struct yz_decided_need *need = need_called(needs, n, yz_feel_str(v));
	if (!need) {
		put_name(s->a, &s->strange, yz_feel_str(v));
		return;
	}
	need->state = YZ_DECIDED_YES;
	if (!need->by.table)
		need->by = by_of(r, v);
}

static void mark_row(const struct yz_dmn_trace *t, const struct yz_dmn_row *row, struct yz_feel_value v, enum yz_decided_state state,
		     struct yz_decided_need *needs, size_t n)
{
	for (size_t i = 0; v.kind == YZ_FEEL_LIST && i < yz_feel_len(v); i++)
		mark_row(t, row, yz_feel_at(v, i), state, needs, n);
	struct yz_decided_need *need = v.kind == YZ_FEEL_STRING ? need_called(needs, n, yz_feel_str(v)) : NULL;
	if (need && need->state < state) {
		need->state = state;
		need->by = (struct yz_decided_by){t, row};
	}
}

/* Puts lists together, and leaves nothing out. */
static bool gathers(struct yz_str text)
{
	static const char *const words[] = {"concatenate(", "append(", "union(", "flatten(", "distinct values(", NULL};
	text = yz_str_trim(text);
	for (const char *const *w = words; *w; w++)
		if (yz_str_starts(text, yz_str(*w)))
			return true;
	return false;
}

/* A condition or a figure: whatever it turns out to be, it names nothing. */
static bool names_nothing(const struct yz_dmn_trace *t)
{
	const struct yz_feel_type *type = t->step == YZ_DMN_STEP_NODE && t->node ? t->node->type : NULL;
	return type && (type->kind == YZ_FEEL_BOOLEAN || type->kind == YZ_FEEL_NUMBER || type->kind == YZ_FEEL_DATE);
}

/* Rows of all tables below; false: something there is neither a table nor a gathering of them. */
static bool mark_open(const struct yz_dmn_trace *t, bool sure, struct yz_decided_need *needs, size_t n)
{
	bool plain = true;
	for (; t; t = t->next) {
		if (names_nothing(t))
			continue;
		bool here = sure && (t->step != YZ_DMN_STEP_TEXT || gathers(t->text)) && t->step != YZ_DMN_STEP_BRANCH;
		bool all = yz_str_starts(t->policy, YZ_LIT("COLLECT")) || yz_str_eqz(t->policy, "RULE ORDER");
		plain &= here || !sure;
		for (size_t i = 0; t->step == YZ_DMN_STEP_TABLE && i < t->nrows; i++) {
			const struct yz_dmn_row *row = &t->rows[i];
			bool certain = here && (row->counts || (all && row->truth == YZ_DMN_TRUE));
			if (row->truth != YZ_DMN_TRUE && row->truth != YZ_DMN_POSSIBLE)
				continue;
			for (size_t o = 0; row->values && o < t->noutputs; o++)
				mark_row(t, row, row->values[o], certain ? YZ_DECIDED_YES : YZ_DECIDED_OPEN, needs, n);
		}
		plain &= mark_open(t->child, here, needs, n);
	}
	return plain;
}

static struct yz_decided_need *read_needs(struct saying *s, enum yz_decision_role role, const struct yz_json *list, size_t *n)
{
	struct yz_decided_need *needs = yz_new_n(s->a, yz_json_len(list), struct yz_decided_need);
	*n = yz_json_len(list);
	for (size_t i = 0; i < *n; i++)
		needs[i].thing = yz_json_at(list, i);
	struct answer r = decide(s, role);
	if (!r.open) {
		put_needs(s, &r, r.value, needs, *n);
		return needs;
	}
	if (!mark_open(r.trace, true, needs, *n))
		for (size_t i = 0; i < *n; i++)
			if (needs[i].state == YZ_DECIDED_NO)
				needs[i].state = YZ_DECIDED_OPEN;
	return needs;
}

/* ---- single answers ---- */

static void read_situation(struct saying *s, const struct yz_json *list)
{
	struct answer r = decide(s, YZ_SAYS_SITUATION);
	if (r.value.kind != YZ_FEEL_STRING)
		return;
	for (size_t i = 0; i < yz_json_len(list) && !s->out->situation; i++)
		if (is_called(yz_json_at(list, i), yz_feel_str(r.value)))
			s->out->situation = yz_json_at(list, i);
	if (!s->out->situation)
		put_name(s->a, &s->strange, yz_feel_str(r.value));
	s->out->situation_by = by_of(&r, r.value);
}

static struct yz_str text_in(struct yz_feel_value context, const char *key)
{
	const struct yz_feel_value *v = yz_feel_get(context, yz_str(key));
	return v && v->kind == YZ_FEEL_STRING ? yz_feel_str(*v) : (struct yz_str){0};
}

static void read_fees(struct saying *s)
{
	struct answer r = decide(s, YZ_SAYS_FEES);
	bool list = r.value.kind == YZ_FEEL_LIST;
	size_t n = list ? yz_feel_len(r.value) : 1;
	s->out->fees = yz_new_n(s->a, n, struct yz_decided_fee);
	for (size_t i = 0; !r.open && i < n; i++) {
		struct yz_feel_value v = list ? yz_feel_at(r.value, i) : r.value;
		if (v.kind != YZ_FEEL_CONTEXT)
			continue;
		const struct yz_feel_value *amount = yz_feel_get(v, YZ_LIT("金额"));
		struct yz_decided_fee *f = &s->out->fees[s->out->nfees++];
		f->name = text_in(v, "项目");
		f->note = text_in(v, "说明");
		f->amount = amount && amount->kind == YZ_FEEL_NUMBER ? amount : NULL;
		f->by = by_of(&r, v);
		if (!f->by.table)
			f->by = by_of(&r, yz_feel_string(f->name));
	}
}

static const char *unit_of(struct yz_str words)
{
	static const char *const units[][2] = {{"工作日", "wd"}, {"个工作日", "wd"}, {"日", "d"}, {"天", "d"}, {"自然日", "d"},
					       {"工作小时", "wh"}, {"个工作小时", "wh"}};
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (yz_str_eqz(words, units[i][0]))
			return units[i][1];
	return words.len ? "" : "wd";
}

static void read_limit(struct saying *s)
{
	struct answer r = decide(s, YZ_SAYS_LIMIT);
	struct yz_feel_value n = r.value;
	struct yz_str unit = {0};
	if (r.open)
		return;
	if (r.value.kind == YZ_FEEL_CONTEXT) {
		const struct yz_feel_value *count = yz_feel_get(r.value, YZ_LIT("数"));
		unit = text_in(r.value, "单位");
		n = count ? *count : (struct yz_feel_value){0};
	}
	s->out->limit_by = by_of(&r, r.value);
	s->out->limit_unit = yz_str(unit_of(unit));
	if (yz_str_eqz(unit, "即办") || (r.value.kind == YZ_FEEL_STRING && yz_str_eqz(yz_feel_str(r.value), "即办"))) {
		s->out->has_limit = s->out->at_once = true;
		s->out->limit_unit = YZ_LIT("now");
		return;
	}
	if (n.kind != YZ_FEEL_NUMBER || !s->out->limit_unit.len || !yz_dec_to_int(yz_feel_dec(n), &s->out->limit) ||
	    s->out->limit < 0 || s->out->limit > YZ_CLOCK_LIMIT_MOST) {
		s->out->limit = 0;
		if (r.value.kind != YZ_FEEL_NULL)
			put_name(s->a, &s->strange, yz_feel_text(s->a, r.value));
		return;
	}
	s->out->has_limit = true;
}

static void read_accept(struct saying *s)
{
	struct answer r = decide(s, YZ_SAYS_ACCEPT);
	s->out->refused = r.value.kind == YZ_FEEL_STRING || yz_feel_is_false(r.value);
	if (r.value.kind == YZ_FEEL_STRING)
		s->out->refusal = yz_feel_str(r.value);
	s->out->accept_by = by_of(&r, r.value);
}

static void read_opinion(struct saying *s)
{
	struct answer r = decide(s, YZ_SAYS_OPINION);
	if (r.value.kind != YZ_FEEL_STRING)
		return;
	struct yz_str words = yz_feel_str(r.value);
	if (yz_str_eqz(words, "准予") || yz_str_eqz(words, "不予")) {
		s->out->opinion = words;
		s->out->opinion_by = by_of(&r, r.value);
	} else {
		put_name(s->a, &s->strange, words);
	}
}

void yz_decide(struct yz_arena *a, const struct yz_decision *d, const struct yz_json *item_body, const struct yz_dmn_told *told,
	       size_t ntold, yz_instant now, unsigned roles, struct yz_decided *out)
{
	struct saying s = {.a = a, .d = d, .told = told, .ntold = ntold, .now = now, .out = out};
	*out = (struct yz_decided){0};
	for (int r = 0; r < YZ_SAYS; r++) {
		if (!d->at[r] || (roles && !(roles & 1u << r)))
			continue;
		if (r == YZ_SAYS_SITUATION)
			read_situation(&s, yz_json_get(item_body, "situations"));
		else if (r == YZ_SAYS_MATERIALS)
			out->materials = read_needs(&s, YZ_SAYS_MATERIALS, yz_json_get(item_body, "materials"), &out->nmaterials);
		else if (r == YZ_SAYS_BEFORE)
			out->before = read_needs(&s, YZ_SAYS_BEFORE, yz_json_get(item_body, "before"), &out->nbefore);
		else if (r == YZ_SAYS_FEES)
			read_fees(&s);
		else if (r == YZ_SAYS_LIMIT)
			read_limit(&s);
		else if (r == YZ_SAYS_ACCEPT)
			read_accept(&s);
		else
			read_opinion(&s);
	}
	out->missing = s.missing.at;
	out->nmissing = s.missing.len;
	out->strange = s.strange.at;
	out->nstrange = s.strange.len;
}
