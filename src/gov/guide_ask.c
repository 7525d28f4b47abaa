/* The next question, and the answers so far.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/guide_make.h"

const char *yz_guide_kind_name(enum yz_guide_kind kind)
{
	static const char *const names[] = {"choice", "choices", "boolean", "number", "date", "text"};
	return names[kind];
}

/* ---- a question in words ---- */

static void words_of(const struct yz_guide_make *m, const struct yz_dmn_node *input, const struct yz_field *field,
		     struct yz_guide_question *q)
{
	struct yz_decision_words words = yz_decision_words(yz_str_trim(input->description));
	if (yz_str_eq(input->name, q->fact) && words.question.len) {
		q->question = yz_gmake_name(m, words.question);
		q->hint = yz_gmake_name(m, words.hint);
		return;
	}
	/* Part of an input, or a model without words: the form's, else its name. */
	struct yz_str name = q->fact;
	for (size_t i = name.len; i-- > 0;)
		if (name.ptr[i] == '.') {
			name = yz_str_n(name.ptr + i + 1, name.len - i - 1);
			break;
		}
	q->question = yz_gmake_name(m, field ? field->title : name);
	q->hint = field ? yz_gmake_name(m, field->hint) : (struct yz_str){0};
}

static void put_choices(const struct yz_guide_make *m, const struct yz_version *v, const struct yz_feel_type *t,
			const struct yz_field *field, struct yz_guide_question *q)
{
	const struct yz_feel_value *values;
	size_t n;
	yz_dmn_allowed(v->decision->model, t, &values, &n);
	struct yz_guide_choice *choices = yz_new_n(m->a, n, struct yz_guide_choice);
	for (size_t i = 0; i < n; i++)
		if (values[i].kind != YZ_FEEL_NULL)
			choices[q->nchoices++] = (struct yz_guide_choice){yz_feel_text(m->a, values[i]), yz_gmake_value(m, field, values[i])};
	q->choices = choices;
}

static bool is_listed(const struct yz_version *v, const struct yz_feel_type *t)
{
	const struct yz_feel_value *values;
	size_t n;
	yz_dmn_allowed(v->decision->model, t, &values, &n);
	return n > 0;
}

/* [0..200], (0..50], >= 0: what a field can say of it; the rest is said when it is sent. */
static void put_bounds(const struct yz_version *v, const struct yz_feel_type *t, const struct yz_field *field,
		       struct yz_guide_question *q)
{
	struct yz_str text = yz_str_trim(yz_dmn_allowed(v->decision->model, t, NULL, NULL));
	struct yz_dec d;
	size_t dots = yz_str_find(text, YZ_LIT(".."), 0);
	if (dots != SIZE_MAX && text.len > 2 && dots > 1) {
		q->low = yz_str_trim(yz_str_n(text.ptr + 1, dots - 1));
		q->high = yz_str_trim(yz_str_n(text.ptr + dots + 2, text.len - dots - 3));
	} else if (yz_str_starts(text, YZ_LIT(">="))) {
		q->low = yz_str_trim(yz_str_n(text.ptr + 2, text.len - 2));
	} else if (yz_str_starts(text, YZ_LIT("<="))) {
		q->high = yz_str_trim(yz_str_n(text.ptr + 2, text.len - 2));
	}
	if (!q->low.len && field)
		q->low = field->minimum;
	if (!q->high.len && field)
		q->high = field->maximum;
	if (!yz_dec_parse(q->low, &d))
		q->low = (struct yz_str){0};
	if (!yz_dec_parse(q->high, &d))
		q->high = (struct yz_str){0};
}

static void make_question(const struct yz_guide_make *m, struct yz_str fact, struct yz_guide_question *q)
{
	const struct yz_version *v;
	const struct yz_dmn_node *input;
	const struct yz_feel_type *t;
	*q = (struct yz_guide_question){.fact = fact, .kind = YZ_GUIDE_TEXT};
	if (!yz_gmake_fact(m, fact, &v, &input, &t))
		return;
	const struct yz_field *field = v->form ? yz_form_field(v->form, fact) : NULL;
	words_of(m, input, field, q);
	if (t && t->kind == YZ_FEEL_BOOLEAN) {
		struct yz_guide_choice *both = yz_new_n(m->a, 2, struct yz_guide_choice);
		both[0] = (struct yz_guide_choice){YZ_LIT("true"), yz_str(T(m->lang, "是"))};
		both[1] = (struct yz_guide_choice){YZ_LIT("false"), yz_str(T(m->lang, "否"))};
		q->kind = YZ_GUIDE_BOOLEAN;
		q->choices = both;
		q->nchoices = 2;
	} else if (t && t->kind == YZ_FEEL_LIST && is_listed(v, t->item)) {
		q->kind = YZ_GUIDE_CHOICES;
		put_choices(m, v, t->item, field, q);
	} else if (t && is_listed(v, t)) {
		q->kind = YZ_GUIDE_CHOICE;
		put_choices(m, v, t, field, q);
	} else if (t && t->kind == YZ_FEEL_NUMBER) {
		q->kind = YZ_GUIDE_NUMBER;
		q->unit = field ? yz_gmake_name(m, field->unit) : (struct yz_str){0};
		q->whole = field && field->type == YZ_FIELD_INTEGER;
		put_bounds(v, t, field, q);
	} else if (t && t->kind == YZ_FEEL_DATE) {
		q->kind = YZ_GUIDE_DATE;
	}
}

/* ---- what was answered ---- */

static struct yz_str sent(const struct yz_guide_make *m, struct yz_feel_value v)
{
	return v.kind == YZ_FEEL_BOOLEAN ? yz_feel_is_true(v) ? YZ_LIT("true") : YZ_LIT("false") : yz_feel_text(m->a, v);
}

static void put_answered(struct yz_guide_make *m)
{
	struct yz_guide_answered *all = yz_new_n(m->a, m->told.len, struct yz_guide_answered);
	for (size_t i = 0; i < m->told.len; i++) {
		const struct yz_guide_told *t = &m->told.at[i];
		struct yz_guide_answered *one = &all[i];
		const struct yz_version *v;
		const struct yz_dmn_node *input;
		const struct yz_feel_type *type;
		make_question(m, t->name, &one->question);
		bool known = yz_gmake_fact(m, t->name, &v, &input, &type);
		const struct yz_field *field = known && v->form ? yz_form_field(v->form, t->name) : NULL;
		one->text = yz_gmake_value(m, field, t->value);
		bool list = t->value.kind == YZ_FEEL_LIST;
		one->nvalues = list ? yz_feel_len(t->value) : 1;
		struct yz_str *values = yz_new_n(m->a, one->nvalues, struct yz_str);
		for (size_t k = 0; k < one->nvalues; k++)
			values[k] = sent(m, list ? yz_feel_at(t->value, k) : t->value);
		one->values = values;
		one->source = t->source;
		one->register_name = t->register_name ? yz_str(yz_tr(m->lang, t->register_name)) : (struct yz_str){0};
		one->matters = t->matters;
	}
	m->g->answered = all;
	m->g->nanswered = m->told.len;
}

/* ---- what comes next ---- */

/* An item that cannot be applied for is not asked about any further. */
static bool is_done(const struct yz_guide_target *t)
{
	return t->said.known[YZ_SAYS_ACCEPT] && t->said.refused;
}

static bool ask_target(struct yz_guide_make *m, const struct yz_guide_target *t, const struct yz_dmn_told *known, size_t n)
{
	const struct yz_decision *d = t->version->decision;
	for (int role = 0; d && !is_done(t) && role < YZ_SAYS; role++) {
		struct yz_feel_run run;
		struct yz_dmn_asked asked;
		const struct yz_dmn_guide *g;
		if (!yz_gmake_asks(role) || t->said.known[role] || !(g = yz_decision_guide(d, (enum yz_decision_role)role)))
			continue;
		yz_feel_run_init(&run, m->a);
		run.limits = &yz_decision_limits;
		run.now = yz_feel_instant(m->now, m->site->offset);
		yz_dmn_ask(g, known, n, &run, &asked);
		if (asked.decided)
			continue;
		struct yz_guide_question *q = yz_new(m->a, struct yz_guide_question);
		make_question(m, asked.question.fact, q);
		m->g->question = q;
		return true;
	}
	return false;
}

/* Facts that any decision still waits for; 办理意见 aside, which asks nothing. */
static size_t count_open(struct yz_guide_make *m)
{
	YZ_VEC(struct yz_str) seen = {0};
	for (size_t i = 0; i < m->ntargets; i++) {
		const struct yz_decided *said = &m->targets[i].said;
		for (size_t k = 0; !is_done(&m->targets[i]) && k < said->nmissing; k++) {
			bool known = false;
			for (size_t j = 0; j < seen.len && !known; j++)
				known = yz_str_eq(seen.at[j], said->missing[k]);
			if (!known)
				*yz_vec_push(m->a, &seen) = said->missing[k];
		}
	}
	return seen.len;
}

void yz_gmake_ask(struct yz_guide_make *m)
{
	size_t n;
	const struct yz_dmn_told *known = yz_gmake_known(m, &n);
	unsigned asked = (1u << YZ_SAYS) - 1 - (1u << YZ_SAYS_OPINION);
	for (size_t i = 0; i < m->ntargets; i++) {
		struct yz_guide_target *t = &m->targets[i];
		if (t->version->decision)
			yz_decide(m->a, t->version->decision, t->version->body, known, n, m->now, asked, &t->said);
	}
	put_answered(m);
	for (size_t i = 0; i < m->ntargets && !m->g->question; i++)
		ask_target(m, &m->targets[i], known, n);
	m->g->decided = !m->g->question;
	m->g->open = m->g->decided ? 0 : count_open(m);
	if (!m->g->decided && !m->g->open)
		m->g->open = 1;
	/* The opinion is looked at behind the questions, and asks none. */
	for (size_t i = 0; i < m->ntargets; i++) {
		struct yz_guide_target *t = &m->targets[i];
		struct yz_decided opinion;
		if (!t->version->decision || !t->version->decision->at[YZ_SAYS_OPINION])
			continue;
		yz_decide(m->a, t->version->decision, t->version->body, known, n, m->now, 1u << YZ_SAYS_OPINION, &opinion);
		t->said.opinion = opinion.opinion;
		t->said.opinion_by = opinion.opinion_by;
		t->said.known[YZ_SAYS_OPINION] = opinion.known[YZ_SAYS_OPINION];
	}
}
