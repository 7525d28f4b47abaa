/* A decision model, loaded; facts on their way into it.  SPDX-License-Identifier: Apache-2.0 */
#include "pack/decision.h"

#include <pthread.h>

enum { VALUE_BYTES = 1 << 20 };

const char *yz_decision_name(enum yz_decision_role role)
{
	static const char *const names[YZ_SAYS] = {"情形", "受理意见", "材料", "前置", "费用", "办结时限", "办理意见"};
	return names[role];
}

/* ---- loading ---- */

struct yz_decision_guides {
	pthread_mutex_t lock;
	struct yz_arena *arena;
	const struct yz_dmn_guide *at[YZ_SAYS];
};

static void finish_guides(void *ctx)
{
	struct yz_decision_guides *g = ctx;
	pthread_mutex_destroy(&g->lock);
}

const struct yz_feel_limits yz_decision_limits = {.steps = 500000};

static const struct yz_dmn_diag *first_error(const struct yz_dmn_diag *d)
{
	while (d && d->severity != YZ_FEEL_ERROR)
		d = d->next;
	return d;
}

const struct yz_decision *yz_decision_load(struct yz_arena *a, struct yz_str file, struct yz_str text,
					   const struct yz_dmn_diag **diags, struct yz_err *err)
{
	struct yz_decision *d = yz_new(a, struct yz_decision);
	const struct yz_dmn_source source = {file, text};
	const struct yz_dmn_diag *found = NULL;
	d->model = yz_dmn_load(a, &source, 1, NULL, &found, err);
	if (diags)
		*diags = found;
	if (!d->model)
		return NULL;
	const struct yz_dmn_diag *wrong = first_error(found);
	if (yz_dmn_errors(d->model) && wrong)
		return yz_fail_null(err, YZ_BAD_INPUT, "%.*s:%u: %.*s: %.*s", YZ_P(file), wrong->place.line, YZ_P(wrong->place.element),
				    YZ_P(wrong->message));
	for (int r = 0; r < YZ_SAYS; r++) {
		const struct yz_dmn_node *n = yz_dmn_find(d->model, yz_str(yz_decision_name((enum yz_decision_role)r)));
		d->at[r] = n && n->kind == YZ_DMN_DECISION ? n : NULL;
	}
	for (int r = 0; r < YZ_SAYS; r++)
		if (!d->at[r] && (r == YZ_SAYS_SITUATION || r == YZ_SAYS_MATERIALS))
			return yz_fail_null(err, YZ_BAD_INPUT, "%.*s: there is no decision called %s", YZ_P(file),
					    yz_decision_name((enum yz_decision_role)r));
	d->facts = yz_dmn_facts(a, d->model, &d->nfacts);
	d->guides = yz_new(a, struct yz_decision_guides);
	d->guides->arena = a;
	pthread_mutex_init(&d->guides->lock, NULL);
	yz_arena_defer(a, finish_guides, d->guides);
	return d;
}

struct yz_decision_words yz_decision_words(struct yz_str description)
{
	static const struct yz_str yes = {"是：", sizeof "是：" - 1}, no = {"否：", sizeof "否：" - 1};
	struct yz_decision_words w = {0};
	struct yz_str rest = description, line;
	const char *hint = NULL;
	size_t hint_len = 0;
	for (bool first = true; rest.len; first = false) {
		yz_str_cut(&rest, '\n', &line);
		struct yz_str said = yz_str_trim(line);
		if (first)
			w.question = said;
		else if (yz_str_starts(said, yes))
			w.yes = yz_str_trim(yz_str_n(said.ptr + yes.len, said.len - yes.len));
		else if (yz_str_starts(said, no))
			w.no = yz_str_trim(yz_str_n(said.ptr + no.len, said.len - no.len));
		else if (!w.yes.len && !w.no.len) {
			hint = hint ? hint : line.ptr;
			hint_len = (size_t)(line.ptr + line.len - hint);
		}
	}
	w.hint = hint ? yz_str_trim(yz_str_n(hint, hint_len)) : w.hint;
	return w;
}

const struct yz_dmn_guide *yz_decision_guide(const struct yz_decision *d, enum yz_decision_role role)
{
	struct yz_decision_guides *g = d->guides;
	if (!d->at[role])
		return NULL;
	pthread_mutex_lock(&g->lock);
	if (!g->at[role])
		g->at[role] = yz_dmn_guide_new(g->arena, d->model, d->at[role]);
	const struct yz_dmn_guide *made = g->at[role];
	pthread_mutex_unlock(&g->lock);
	return made;
}

/* ---- facts ---- */

bool yz_decision_fact(const struct yz_decision *d, struct yz_str name, const struct yz_dmn_node **input, const struct yz_feel_type **t)
{
	for (size_t i = 0; i < d->nfacts; i++)
		if (yz_str_eq(d->facts[i].name, name)) {
			*input = d->facts[i].input;
			*t = d->facts[i].type;
			return true;
		}
	const struct yz_dmn_node *n = yz_dmn_find(d->model, name);
	if (!n || n->kind != YZ_DMN_INPUT)
		return false;
	*input = n;
	*t = n->type;
	return true;
}

bool yz_decision_value(struct yz_arena *a, const struct yz_decision *d, struct yz_str fact, const struct yz_json *json,
		       struct yz_feel_value *out, struct yz_err *err)
{
	const struct yz_dmn_node *input;
	const struct yz_feel_type *t;
	struct yz_feel_run run;
	struct yz_buf text;
	struct yz_jw w;
	if (!yz_decision_fact(d, fact, &input, &t))
		return yz_fail(err, YZ_NOT_FOUND, "the decision has no fact called %.*s", YZ_P(fact));
	yz_buf_init(&text, a, VALUE_BYTES);
	yz_jw_init(&w, &text);
	yz_jw_value(&w, json);
	if (!yz_dmn_read_json(a, yz_buf_str(&text), t, out, err)) {
		err->code = YZ_BAD_INPUT;
		return yz_fail_in(err, "%.*s", YZ_P(fact));
	}
	yz_feel_run_init(&run, a);
	if (out->kind != YZ_FEEL_NULL && yz_feel_coerce(&run, *out, t).kind == YZ_FEEL_NULL)
		return yz_fail(err, YZ_BAD_INPUT, "%.*s does not allow %.*s", YZ_P(fact), YZ_P(yz_buf_str(&text)));
	return true;
}

/* A form's value of another type, or one the model does not allow, is as good as none: pack check finds forms and models
 * that do not fit. */
static bool fits(struct yz_arena *a, const struct yz_dmn_node *input, struct yz_feel_value v)
{
	struct yz_feel_run run;
	yz_feel_run_init(&run, a);
	return v.kind == YZ_FEEL_NULL || yz_feel_coerce(&run, v, input->type).kind != YZ_FEEL_NULL;
}

typedef YZ_VEC(struct yz_dmn_told) told_list;

static bool is_told(const told_list *t, struct yz_str name)
{
	for (size_t i = 0; i < t->len; i++)
		if (yz_str_eq(t->at[i].name, name))
			return true;
	return false;
}

static void tell_form(struct yz_arena *a, const struct yz_decision *d, const struct yz_form *form, const struct yz_json *facts,
		      yz_instant now, told_list *out)
{
	bool *asked = yz_new_n(a, form->nfields, bool);
	const struct yz_feel_value *values = yz_form_visible(a, form, facts, now, asked);
	for (size_t i = 0; i < form->nfields; i++) {
		const struct yz_field *f = &form->fields[i];
		const struct yz_dmn_node *n = yz_dmn_find(d->model, f->name);
		if (!n || n->kind != YZ_DMN_INPUT || !yz_str_eq(n->name, f->name))
			continue;
		if (values[i].kind == YZ_FEEL_NULL && asked[i] && f->required)
			continue;
		if (fits(a, n, values[i]))
			*yz_vec_push(a, out) = (struct yz_dmn_told){.name = f->name, .value = values[i]};
	}
}

const struct yz_dmn_told *yz_decision_told(struct yz_arena *a, const struct yz_decision *d, const struct yz_form *form,
					   const struct yz_json *facts, const struct yz_json *extra, yz_instant now, size_t *n)
{
	told_list out = {0};
	if (form)
		tell_form(a, d, form, facts, now, &out);
	for (size_t i = 0; yz_json_is(extra, YZ_JSON_OBJECT) && i < yz_json_len(extra); i++) {
		struct yz_str name = extra->members[i].key;
		struct yz_feel_value v;
		struct yz_err ignored = {0};
		if (!is_told(&out, name) && !(form && yz_form_field(form, name)) &&
		    yz_decision_value(a, d, name, extra->members[i].value, &v, &ignored))
			*yz_vec_push(a, &out) = (struct yz_dmn_told){.name = name, .value = v};
	}
	*n = out.len;
	return out.at;
}
