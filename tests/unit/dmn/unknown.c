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

/* ---- expressions over facts whose types say what they may be ---- */

enum { TYPED = 5 };

static const struct {
	const char *name, *values[6];
} typed[TYPED] = {
	{"k", {"\"a\"", "\"b\"", "\"c\""}},
	{"n", {"0", "2.5", "3", "9.99", "10"}},
	{"m", {"5.01", "7", "100"}},
	{"s", {"\"a\"", "\"b\""}},
	{"f", {"true", "false", "null"}},
};

static void add_test(struct yz_buf *b)
{
	static const char *const signs[] = {"=", "!=", "<", "<=", ">", ">="};
	static const char *const texts[] = {"\"a\"", "\"b\"", "\"c\"", "\"d\"", "k", "s"};
	static const char *const numbers[] = {"-1", "0", "2.5", "5", "7", "10", "11", "n", "m", "null"};
	static const char *const sets[] = {"(\"a\", \"b\")", "(\"a\", \"b\", \"c\")", "[\"c\", \"d\"]", "(\"d\", \"e\")"};
	static const char *const spans[] = {"[0..10]", "(0..10)", "]5..7]", "(> 4)", "(<= 5)", "(0, 2.5, 3, 9.99, 10)", "[[-1..11]]"};
	switch (draw(7)) {
	case 0:
	case 1:
		yz_buf_printf(b, "%s %s %s", PICK(texts), PICK(signs), PICK(texts));
		return;
	case 2:
	case 3:
		yz_buf_printf(b, "%s %s %s", PICK(numbers), PICK(signs), PICK(numbers));
		return;
	case 4:
		yz_buf_printf(b, "%s in %s", draw(2) ? "k" : "s", PICK(sets));
		return;
	case 5:
		yz_buf_printf(b, "%s in %s", draw(2) ? "n" : "m", PICK(spans));
		return;
	default:
		yz_buf_addz(b, "f");
	}
}

static void add_expression(struct yz_buf *b, int depth)
{
	if (!depth) {
		add_test(b);
		return;
	}
	uint32_t way = draw(5);
	yz_buf_addz(b, way == 0 ? "not(" : way == 1 ? "(if " : "(");
	add_expression(b, depth - 1);
	if (way) {
		yz_buf_addz(b, way == 1 ? " then " : way == 2 ? " or " : " and ");
		add_expression(b, depth - 1);
	}
	if (way == 1) {
		yz_buf_addz(b, " else ");
		add_expression(b, depth - 1);
	}
	yz_buf_addz(b, ")");
}

static const struct yz_dmn *typed_model(struct yz_arena *a, struct yz_str expression)
{
	struct yz_buf b, escaped;
	struct yz_err err = {0};
	yz_buf_init(&b, a, 1 << 16);
	yz_buf_init(&escaped, a, 1 << 16);
	for (size_t i = 0; i < expression.len; i++)
		if (expression.ptr[i] == '<')
			yz_buf_addz(&escaped, "&lt;");
		else
			yz_buf_addc(&escaped, expression.ptr[i]);
	struct yz_str e = yz_buf_str(&escaped);
	yz_buf_addz(&b, "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' namespace='m' name='m'>"
			"<itemDefinition name='tK'><typeRef>string</typeRef><allowedValues><text>\"a\",\"b\",\"c\"</text></allowedValues>"
			"</itemDefinition><itemDefinition name='tS'><typeRef>tK</typeRef><allowedValues><text>\"a\",\"b\"</text></allowedValues>"
			"</itemDefinition><itemDefinition name='tN'><typeRef>number</typeRef><allowedValues><text>[0..10]</text></allowedValues>"
			"</itemDefinition><itemDefinition name='tM'><typeRef>number</typeRef><allowedValues><text>&gt; 5</text></allowedValues>"
			"</itemDefinition>");
	static const char *const types[TYPED] = {"tK", "tN", "tM", "tS", "boolean"};
	for (size_t i = 0; i < TYPED; i++)
		yz_buf_printf(&b, "<inputData id='i%s' name='%s'><variable name='%s' typeRef='%s'/></inputData>", typed[i].name,
			      typed[i].name, typed[i].name, types[i]);
	for (int table = 0; table < 2; table++) {
		yz_buf_printf(&b, "<decision id='d%d' name='d%d'><variable name='d%d'/>", table, table, table);
		for (size_t i = 0; i < TYPED; i++)
			yz_buf_printf(&b, "<informationRequirement><requiredInput href='#i%s'/></informationRequirement>", typed[i].name);
		if (!table)
			yz_buf_printf(&b, "<literalExpression><text>%.*s</text></literalExpression></decision>", YZ_P(e));
		else
			yz_buf_printf(&b, "<decisionTable hitPolicy='FIRST'><input><inputExpression><text>%.*s</text></inputExpression></input>"
					  "<output/><rule><inputEntry><text>true</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
					  "<rule><inputEntry><text>false</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>"
					  "<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>3</text></outputEntry></rule>"
					  "</decisionTable></decision>", YZ_P(e));
	}
	yz_buf_addz(&b, "</definitions>");
	const struct yz_dmn_source source = {.file = YZ_LIT("m.dmn"), .text = yz_buf_str(&b)};
	const struct yz_dmn *m = yz_dmn_load(a, &source, 1, NULL, NULL, &err);
	if (!m)
		fail_msg("%s\n%.*s", err.msg, YZ_P(source.text));
	return m;
}

/* The decision d0 or d1 with those values; NULL in the place of one: nobody has told it. */
static struct yz_feel_value with(struct yz_arena *a, const struct yz_dmn *m, const char *decision, const char *const *values)
{
	struct yz_feel_run *run = yz_new(a, struct yz_feel_run);
	struct yz_dmn_eval e;
	yz_feel_run_init(run, a);
	yz_dmn_begin(&e, m, run);
	e.missing_unknown = true;
	for (size_t i = 0; i < TYPED; i++)
		if (values[i])
			yz_dmn_set(&e, yz_dmn_find(m, yz_str(typed[i].name)), read_value(a, values[i]));
	return yz_dmn_decide(&e, yz_dmn_find(m, yz_str(decision)));
}

static size_t values_of(size_t fact)
{
	size_t n = 0;
	while (n < 6 && typed[fact].values[n])
		n++;
	return n;
}

/* Calls itself for each fact that is not told, then compares. */
static void complete(struct yz_arena *a, const struct yz_dmn *m, const char *decision, const char **values, size_t fact,
		     struct yz_feel_value claim, struct yz_str expression)
{
	if (fact == TYPED) {
		struct yz_feel_value v = with(a, m, decision, values);
		if (!yz_feel_same(v, claim))
			fail_msg("%s of %.*s: claimed %s, but k, n, m, s, f = %s, %s, %s, %s, %s give %s", decision, YZ_P(expression),
				 hand_text(a, claim), values[0], values[1], values[2], values[3], values[4], hand_text(a, v));
		return;
	}
	const char *told = values[fact];
	for (size_t i = 0; i < (told ? 1 : values_of(fact)); i++) {
		values[fact] = told ? told : typed[fact].values[i];
		complete(a, m, decision, values, fact + 1, claim, expression);
	}
	values[fact] = told;
}

TEST(what_types_allow_settles_no_expression_that_a_fact_could_still_turn)
{
	size_t settled = 0, open = 0;
	seed = 0xA0761D6478BD642F;
	for (int i = 0; i < 1500; i++) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_buf b;
		yz_buf_init(&b, a, 4096);
		add_expression(&b, (int)draw(4));
		const struct yz_dmn *m = typed_model(a, yz_buf_str(&b));
		for (int k = 0; k < 3; k++) {
			const char *values[TYPED];
			struct yz_feel_value u;
			for (size_t f = 0; f < TYPED; f++)
				values[f] = draw(k + 1) ? typed[f].values[draw((uint32_t)values_of(f))] : NULL;
			for (int table = 0; table < 2; table++) {
				const char *decision = table ? "d1" : "d0";
				struct yz_feel_value v = with(a, m, decision, values);
				bool known = !yz_feel_has_unknown(a, v, &u);
				settled += known;
				open += !known;
				if (known)
					complete(a, m, decision, values, 0, v, yz_buf_str(&b));
			}
		}
		yz_arena_destroy(a);
	}
	print_message("%zu settled, %zu open\n", settled, open);
	assert_true(settled > 1000 && open > 1000);
}

TEST(what_all_allowed_values_make_of_an_expression_is_known)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"k = \"d\"", "false"}, {"\"d\" != k", "true"}, {"n >= 0", "true"}, {"11 > n", "true"}, {"n > 10", "false"},
		{"m > 5", NULL}, {"m >= 5", "true"}, {"m <= 4", "false"}, {"k in (\"a\", \"b\", \"c\")", "true"}, {"s = \"c\"", "false"},
		{"k = \"a\"", NULL}, {"n = -1", "false"}, {"n in [0..10]", "true"}, {"n in (> 12)", "false"}, {"n between -1 and 11", "true"},
		{"if k = \"d\" then n else 7", "7"}, {"f = true or n > 10", NULL}, {"f and n > 10", "false"}, {"k = null", NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct yz_arena *a = yz_arena_create(0);
		const char *const none[TYPED] = {NULL};
		struct yz_feel_value v = with(a, typed_model(a, yz_str(cases[i].text)), "d0", none), u;
		bool known = !yz_feel_has_unknown(a, v, &u);
		if (known != (cases[i].want != NULL) || (known && strcmp(hand_text(a, v), cases[i].want) != 0))
			fail_msg("%s: %s", cases[i].text, hand_text(a, v));
		yz_arena_destroy(a);
	}
}
