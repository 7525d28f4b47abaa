/* dmn/compile_table.c - decision tables (clause 8).
 *
 * Whichever way a table is drawn (rules as rows, as columns, crosstab), it is
 * stored as clauses and rules.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/check.h"
#include "dmn/compile.h"

/* ---- hit policy ---- */

const char *yz_dhit_name(enum yz_dhit hit)
{
	static const char *const names[] = {
		[DH_UNIQUE] = "UNIQUE",
		[DH_FIRST] = "FIRST",
		[DH_PRIORITY] = "PRIORITY",
		[DH_ANY] = "ANY",
		[DH_COLLECT] = "COLLECT",
		[DH_RULE_ORDER] = "RULE ORDER",
		[DH_OUTPUT_ORDER] = "OUTPUT ORDER",
	};
	return names[hit];
}

static void read_hit(struct yz_dscope *s, const struct yz_xml *el, struct yz_dtable *t)
{
	struct yz_str hit = yz_dname(s->load, yz_xml_attr(el, "hitPolicy"));
	if (!hit.len)
		return;
	for (enum yz_dhit h = DH_UNIQUE; h <= DH_OUTPUT_ORDER; h++) {
		if (yz_str_eqz(hit, yz_dhit_name(h))) {
			t->hit = h;
			return;
		}
	}
	struct yz_dmn_diag *d = yz_ddiag(s->load, YZ_FEEL_ERROR, s->file, el,
					 "the hit policy is not known; the table is taken for UNIQUE");
	d->expected = YZ_LIT("UNIQUE, FIRST, PRIORITY, ANY, COLLECT, RULE ORDER or OUTPUT ORDER");
	d->found = hit;
}

static void read_aggregation(struct yz_dscope *s, const struct yz_xml *el, struct yz_dtable *t)
{
	static const char *const names[] = {[DA_SUM] = "SUM", [DA_COUNT] = "COUNT", [DA_MIN] = "MIN", [DA_MAX] = "MAX"};
	struct yz_str name = yz_str_trim(yz_xml_attr(el, "aggregation"));
	if (!name.len)
		return;
	for (size_t i = DA_SUM; i <= DA_MAX; i++)
		if (yz_str_eqz(name, names[i]))
			t->aggregate = (enum yz_daggregate)i;
	if (t->aggregate == DA_NONE) {
		struct yz_dmn_diag *d = yz_ddiag(s->load, YZ_FEEL_ERROR, s->file, el, "the aggregation is not known");
		d->expected = YZ_LIT("SUM, COUNT, MIN or MAX");
		d->found = name;
	} else if (t->hit != DH_COLLECT) {
		yz_ddiag(s->load, YZ_FEEL_ERROR, s->file, el, "only a table with the hit policy COLLECT aggregates")
			->found = name;
		t->aggregate = DA_NONE;
	}
}

/* ---- clauses ---- */

static void read_column(struct yz_dscope *s, const struct yz_xml *el, struct yz_dtable *t, struct yz_dclause *more)
{
	struct yz_dload *l = s->load;
	struct yz_dcolumn *c = &t->columns[t->ncolumns++];
	const struct yz_xml *input = yz_dchild(el, "inputExpression"), *values = yz_dchild(el, "inputValues");
	more->el = el;
	if (!input || !yz_dtext(input).len) {
		yz_ddiag(l, YZ_FEEL_ERROR, s->file, input ? input : el, "nothing stands here")->expected =
			YZ_LIT("an input expression");
	} else if (yz_dscope_compile(s, input, YZ_FEEL_EXPRESSION, NULL, &c->expr)) {
		more->type = yz_dtype_shape(yz_feel_result_type(c->expr.program));
	}
	if ((c->type = yz_dtype_of(l, s->file, input))) {
		yz_dcheck_type(l, s->file, input, c->type, more->type);
		more->type = c->type;
	}
	c->label = yz_str_trim(yz_xml_attr(el, "label"));
	if (!c->label.len)
		c->label = c->expr.text;
	if (yz_dtext(values).len && yz_dscope_compile(s, values, YZ_FEEL_UNARY_TESTS, more->type, &c->allowed))
		more->values = yz_dallow_values(l->arena, c->allowed.program, &more->nvalues);
}

static void read_output(struct yz_dscope *s, const struct yz_xml *el, struct yz_dtable *t, struct yz_dclause *more)
{
	struct yz_dload *l = s->load;
	struct yz_doutput *o = &t->outputs[t->noutputs++];
	const struct yz_xml *values = yz_dchild(el, "outputValues"), *otherwise = yz_dchild(el, "defaultOutputEntry");
	more->el = el;
	o->name = yz_dname_of(l, el);
	o->label = yz_str_trim(yz_xml_attr(el, "label"));
	o->type = more->type = yz_dtype_of(l, s->file, el);
	if (yz_dtext(values).len && yz_dscope_compile(s, values, YZ_FEEL_UNARY_TESTS, more->type, &o->allowed))
		more->values = yz_dallow_values(l->arena, o->allowed.program, &more->nvalues);
	/* Without values of its own an output has those of its type (8.2.10). */
	else if (!o->allowed.text.len && o->type)
		yz_dmn_allowed(l->dmn, o->type, &more->values, &more->nvalues);
	o->order = more->values;
	o->norder = more->nvalues;
	if (yz_dtext(otherwise).len)
		yz_dscope_compile(s, otherwise, YZ_FEEL_EXPRESSION, NULL, &o->otherwise);
}

/* ---- rules ---- */

/* A cell where nothing is written. */
static bool empty_cell(struct yz_dscope *s, const struct yz_xml *el, const char *instead)
{
	if (yz_dtext(el).len || yz_dchild(el, "importedValues"))
		return false;
	yz_ddiag(s->load, YZ_FEEL_WARNING, s->file, el, "the cell is empty")->expected = yz_str(instead);
	return true;
}

static void read_input_cell(struct yz_dscope *s, const struct yz_xml *el, const struct yz_dclause *clause,
			    struct yz_dfeel *cell)
{
	if (empty_cell(s, el, "-"))
		yz_dscope_dash(s, cell);
	else if (yz_dscope_compile(s, el, YZ_FEEL_UNARY_TESTS, clause->type, cell))
		yz_dcheck_cell(s, el, clause, cell);
}

static void read_output_cell(struct yz_dscope *s, const struct yz_xml *el, struct yz_dclause *clause,
			     struct yz_dfeel *cell)
{
	if (empty_cell(s, el, "an expression") || !yz_dscope_compile(s, el, YZ_FEEL_EXPRESSION, NULL, cell))
		return;
	const struct yz_feel_type *seen = yz_dtype_shape(yz_feel_result_type(cell->program));
	yz_dcheck_type(s->load, s->file, el, clause->type, seen);
	clause->seen = clause->any++ ? yz_dtype_common(clause->seen, seen) : seen;
}

static void check_length(struct yz_dscope *s, const struct yz_xml *el, size_t found, size_t expected, const char *what)
{
	if (found == expected)
		return;
	struct yz_dmn_diag *d = yz_ddiag(s->load, YZ_FEEL_ERROR, s->file, el,
					 "the rule has another number of cells than the table has columns");
	d->expected = yz_str_printf(s->load->arena, "%zu %s", expected, what);
	d->found = yz_str_printf(s->load->arena, "%zu", found);
}

static void read_rule(struct yz_dscope *s, const struct yz_xml *el, struct yz_dtable *t, struct yz_dclauses *clauses)
{
	struct yz_dload *l = s->load;
	struct yz_drule *r = &t->rules[t->nrules++];
	size_t inputs = 0, outputs = 0, notes = 0;
	const struct yz_xml *description = yz_dchild(el, "description");
	struct yz_xml_at at = yz_xml_where(s->file->source, el);
	r->id = yz_xml_attr(el, "id");
	r->place = t->place;
	r->place.element = yz_str_printf(l->arena, "%.*s / rule %zu", YZ_P(t->place.element), t->nrules);
	r->place.id = r->id.len ? r->id : t->place.id;
	r->place.line = at.line;
	r->place.column = at.column;
	r->label = yz_str_trim(yz_xml_attr(el, "label"));
	if (!r->label.len && description)
		r->label = yz_str_trim(description->text);
	struct yz_dfeel *cells = yz_new_n(l->arena, t->ncolumns + t->noutputs, struct yz_dfeel);
	struct yz_str *texts = yz_new_n(l->arena, t->nnotes, struct yz_str);
	struct yz_str where = s->where;
	s->where = r->place.element;
	for (size_t i = 0; i < el->n; i++) {
		const struct yz_xml *c = el->children[i];
		if (yz_dis(c, "inputEntry") && inputs++ < t->ncolumns)
			read_input_cell(s, c, &clauses->inputs[inputs - 1], &cells[inputs - 1]);
		else if (yz_dis(c, "outputEntry") && outputs++ < t->noutputs)
			read_output_cell(s, c, &clauses->outputs[outputs - 1], &cells[t->ncolumns + outputs - 1]);
		else if (yz_dis(c, "annotationEntry") && notes++ < t->nnotes)
			texts[notes - 1] = yz_dtext(c);
	}
	s->where = where;
	r->cells = cells;
	r->outputs = cells + t->ncolumns;
	r->notes = texts;
	check_length(s, el, inputs, t->ncolumns, "inputs");
	check_length(s, el, outputs, t->noutputs, "outputs");
	yz_dcheck_rule(s, el, t, r, clauses);
}

/* ---- the table ---- */

static size_t count(const struct yz_xml *el, const char *name)
{
	size_t n = 0;
	for (size_t i = 0; i < el->n; i++)
		n += yz_dis(el->children[i], name);
	return n;
}

static const struct yz_feel_type *table_type(struct yz_dload *l, const struct yz_dtable *t,
					     const struct yz_dclauses *clauses)
{
	const struct yz_feel_type *one = NULL;
	if (t->aggregate != DA_NONE && t->aggregate != DA_MIN && t->aggregate != DA_MAX)
		return yz_feel_type_of_kind(YZ_FEEL_NUMBER);
	if (t->noutputs == 1) {
		one = clauses->outputs[0].type ? clauses->outputs[0].type : clauses->outputs[0].seen;
	} else if (t->noutputs > 1) {
		struct yz_feel_type *row = yz_dtype_new(l, YZ_FEEL_CONTEXT);
		struct yz_feel_field *fields = yz_new_n(l->arena, t->noutputs, struct yz_feel_field);
		for (size_t i = 0; i < t->noutputs; i++) {
			const struct yz_dclause *c = &clauses->outputs[i];
			fields[i] = (struct yz_feel_field){t->outputs[i].name, c->type ? c->type : c->seen};
		}
		row->fields = fields;
		row->nfields = t->noutputs;
		one = row;
	}
	bool several = t->hit == DH_RULE_ORDER || t->hit == DH_OUTPUT_ORDER ||
		       (t->hit == DH_COLLECT && t->aggregate == DA_NONE);
	return several ? yz_dtype_list(l, one) : one;
}

const struct yz_dtable *yz_dcompile_table(struct yz_dscope *s, const struct yz_xml *el,
					  const struct yz_feel_type **seen)
{
	struct yz_dload *l = s->load;
	struct yz_dtable *t = yz_new(l->arena, struct yz_dtable);
	size_t inputs = count(el, "input"), outputs = count(el, "output"), rules = count(el, "rule"),
	       notes = count(el, "annotation");
	t->place = yz_dplace(l, s->file, el);
	t->label = yz_str_trim(yz_xml_attr(el, "outputLabel"));
	l->cells += (inputs + outputs) * (rules + 1);
	if (l->cells > l->limits->cells) {
		yz_dload_fail(l, s->file, el, "more than %zu cells of tables", l->limits->cells);
		return t;
	}
	read_hit(s, el, t);
	read_aggregation(s, el, t);
	struct yz_dclauses clauses = {yz_new_n(l->arena, inputs, struct yz_dclause),
				      yz_new_n(l->arena, outputs, struct yz_dclause)};
	t->columns = yz_new_n(l->arena, inputs, struct yz_dcolumn);
	t->outputs = yz_new_n(l->arena, outputs, struct yz_doutput);
	t->notes = yz_new_n(l->arena, notes, struct yz_str);
	t->rules = yz_new_n(l->arena, rules, struct yz_drule);
	for (size_t i = 0; i < el->n; i++) {
		const struct yz_xml *c = el->children[i];
		if (yz_dis(c, "input"))
			read_column(s, c, t, &clauses.inputs[t->ncolumns]);
		else if (yz_dis(c, "output"))
			read_output(s, c, t, &clauses.outputs[t->noutputs]);
		else if (yz_dis(c, "annotation"))
			t->notes[t->nnotes++] = yz_dname_of(l, c);
	}
	bool sound = yz_dcheck_table(s, el, t, &clauses);
	for (size_t i = 0; i < el->n && !l->failed; i++)
		if (yz_dis(el->children[i], "rule"))
			read_rule(s, el->children[i], t, &clauses);
	if (!sound)
		return NULL;
	*seen = table_type(l, t, &clauses);
	if (!l->quiet && !l->failed)
		t->index = yz_dtable_index(l->arena, t);
	return t;
}
