/* While facts are missing: nothing is claimed that some completion contradicts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/dmn/random.h"

enum { DOMAIN = 11, MOST_FACTS = 3 };

/* The values a fact may turn out to have. */
struct domain {
	struct yz_feel_value v[DOMAIN];
	size_t n;
};

static size_t narrow; /* values that the type of a fact left out */

static void fill_domain(struct yz_arena *a, struct hand *h, size_t input, enum flavour f, struct domain *d)
{
	static const char *const between[FLAVOURS] = {
		"1.5",      "\"m\"",    "true", "@\"2026-05-05\"", "@\"11:11:11\"", "@\"2026-12-01T00:00:00\"",
		"@\"P3D\"", "@\"P5M\"", "\"m\""};
	struct yz_feel_run run;
	yz_feel_run_init(&run, a);
	d->n = 0;
	d->v[d->n++] = (struct yz_feel_value){0};
	d->v[d->n++] = read_value(a, between[f]);
	if (f == NUMBERS)
		for (int i = -20; i < 20; i += 7)
			d->v[d->n++] = yz_feel_int(i);
	while (d->n < DOMAIN) {
		struct yz_feel_value v = read_value(a, draw(12) ? constant(a, f) : PICK(constants[draw(FLAVOURS)]));
		d->v[d->n++] = v;
	}
	/* An unknown value is taken to be an allowed one: of the column, and of the fact's own type. */
	const struct yz_dcolumn *c = &h->table->columns[input];
	const struct yz_feel_type *t = h->inputs[input]->face.type;
	size_t kept = 0;
	for (size_t i = 0; i < d->n; i++) {
		struct yz_feel_value given = yz_feel_coerce(&run, d->v[i], t);
		struct yz_feel_value v = yz_feel_coerce(&run, given, c->type), frame[HAND_INPUTS] = {{0}};
		bool own = !t || yz_feel_is_true(t->allows(t, &run, given));
		narrow += !own;
		if (own && passes(&run, &c->allowed, frame, v))
			d->v[kept++] = given;
	}
	d->n = kept;
}

static size_t claimed, undecided, incomplete, blamed, blameless;

struct survey {
	struct yz_feel_value first;
	bool agree;
	bool matters[HAND_INPUTS];
	size_t *hits, n; /* completions in which a row matched, of how many */
};

/* All completions of facts[0 … nfacts). */
static void survey(struct hand *h, struct yz_arena *a, struct yz_feel_value *frame, const size_t *facts, size_t nfacts,
		   const struct domain *domains, struct survey *s)
{
	struct plain *p = yz_new(a, struct plain);
	size_t total = 1, step = 1;
	for (size_t i = 0; i < nfacts; i++)
		total *= domains[facts[i]].n;
	struct yz_feel_value *answers = yz_new_n(a, total, struct yz_feel_value);
	*s = (struct survey){.agree = true, .hits = yz_new_n(a, h->table->nrules, size_t), .n = total};
	for (size_t c = 0; c < total; c++) {
		struct yz_feel_run run;
		yz_feel_run_init(&run, a);
		size_t rest = c;
		for (size_t i = 0; i < nfacts; i++) {
			const struct domain *d = &domains[facts[i]];
			frame[facts[i]] = d->v[rest % d->n];
			rest /= d->n;
		}
		answers[c] = plainly(h, &run, frame, p);
		for (size_t k = 0; k < p->n && !p->refused; k++)
			s->hits[p->rows[k]]++;
		s->agree &= yz_feel_same(answers[c], answers[0]);
	}
	s->first = total ? answers[0] : (struct yz_feel_value){0};
	for (size_t i = 0; i < nfacts; i++) {
		size_t n = domains[facts[i]].n;
		for (size_t c = 0; c < total; c++)
			if (c / step % n && !yz_feel_same(answers[c], answers[c - step]))
				s->matters[facts[i]] = true;
		step *= n;
	}
}

static bool names_fact(struct yz_feel_value unknown, char letter)
{
	size_t n;
	const struct yz_str *names = yz_feel_depends_on(unknown, &n);
	for (size_t i = 0; i < n; i++)
		if (names[i].len == 1 && names[i].ptr[0] == letter)
			return true;
	return false;
}

static void decide(struct hand *h, struct yz_dmn_eval *e, struct yz_feel_run *run, const struct yz_feel_value *frame,
		   const bool *missing, bool explain, struct yz_feel_value *out)
{
	yz_dmn_begin(e, &h->model, run);
	e->missing_unknown = true;
	e->explain = explain;
	for (size_t i = 0; i < h->ninputs; i++)
		if (!missing[i])
			yz_dmn_set(e, &h->inputs[i]->face, frame[i]);
	*out = yz_dmn_decide(e, &h->decision->face);
}

static void compare_possible(struct hand *h, struct yz_arena *a, const struct yz_dmn_trace *t, const struct survey *s)
{
	const struct yz_dmn_trace *table = t->child;
	for (size_t r = 0; r < h->table->nrules; r++) {
		enum yz_dmn_truth truth = YZ_DMN_FALSE;
		for (size_t i = 0; i < table->nrows; i++)
			if (table->rows[i].rule == r + 1)
				truth = table->rows[i].truth;
		if (s->hits[r] && truth != YZ_DMN_TRUE && truth != YZ_DMN_POSSIBLE)
			fail_msg("rule %zu is possible\n%s", r + 1, show(h, a));
		if (s->hits[r] < s->n && truth == YZ_DMN_TRUE)
			fail_msg("rule %zu is not sure\n%s", r + 1, show(h, a));
	}
}

static void explain_failure(struct hand *h, struct yz_arena *a, const struct yz_feel_value *frame, const bool *missing,
			    struct yz_feel_value v, const struct survey *s, const char *what)
{
	for (size_t i = 0; i < h->ninputs; i++)
		print_message("%c = %s\n", hand_letters[i], missing[i] ? "?" : hand_text(a, frame[i]));
	fail_msg("%s: %s; first completion: %s\n%s", what, hand_text(a, v), hand_text(a, s->first), show(h, a));
}

static void try_missing(struct hand *h, struct yz_arena *a, const enum flavour *flavours)
{
	struct yz_feel_value frame[HAND_INPUTS], given[HAND_INPUTS], v, again, unknown;
	struct domain domains[HAND_INPUTS];
	bool missing[HAND_INPUTS] = {0};
	size_t facts[HAND_INPUTS], nfacts = 0;
	for (size_t i = 0; i < h->ninputs; i++) {
		fill_domain(a, h, i, flavours[i], &domains[i]);
		if (!domains[i].n)
			return;
		given[i] = frame[i] = domains[i].v[draw((uint32_t)domains[i].n)];
		missing[i] = draw(2) && nfacts < MOST_FACTS;
		if (missing[i])
			facts[nfacts++] = i;
	}
	struct survey s;
	survey(h, a, frame, facts, nfacts, domains, &s);
	struct yz_feel_run run;
	struct yz_dmn_eval e;
	yz_feel_run_init(&run, a);
	decide(h, &e, &run, given, missing, false, &v);
	bool open = yz_feel_has_unknown(a, v, &unknown);
	if (!open && (!s.agree || !yz_feel_same(v, s.first)))
		explain_failure(h, a, given, missing, v, &s, "claimed");
	claimed += !open && nfacts;
	undecided += open;
	incomplete += open && s.agree && !yz_feel_has_unknown(a, s.first, &again);
	for (size_t i = 0; open && i < h->ninputs; i++) {
		bool named = names_fact(unknown, hand_letters[i]);
		if (!missing[i] && named)
			explain_failure(h, a, given, missing, v, &s, "depends on what is known");
		if (s.matters[i] && !named)
			explain_failure(h, a, given, missing, v, &s, "does not say on what it depends");
		blamed += named;
		blameless += named && !s.matters[i];
	}
	decide(h, &e, &run, given, missing, true, &again);
	assert_true(yz_feel_same(v, again));
	compare_possible(h, a, e.trace, &s);
}

TEST(no_completion_contradicts_what_is_claimed)
{
	seed = 0xD1B54A32D192ED03;
	claimed = undecided = incomplete = blamed = blameless = 0;
	for (int i = 0; i < 1500; i++) {
		struct yz_arena *a = yz_arena_create(0);
		enum flavour flavours[HAND_INPUTS];
		struct hand h;
		random_table(&h, a, flavours, i % 10 ? 8 : 80);
		for (int k = 0; k < 4; k++)
			try_missing(&h, a, flavours);
		yz_arena_destroy(a);
	}
	print_message("%zu known, %zu unknown; of these %zu need not be, as far as the domains tell; "
		      "%zu facts named, %zu of them in vain\n",
		      claimed, undecided, incomplete, blamed, blameless);
	assert_true(claimed > 500 && undecided > 500 && narrow > 500);
}
