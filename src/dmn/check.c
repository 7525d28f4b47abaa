/* SPDX-License-Identifier: Apache-2.0 */
#include "dmn/check.h"

/* ---- clauses ---- */

/* False: the outputs make no context. */
static bool check_names(struct yz_dscope *s, const struct yz_dtable *t, const struct yz_dclauses *clauses)
{
	struct yz_map seen;
	bool ok = true;
	yz_map_init(&seen, s->load->arena);
	for (size_t i = 0; i < t->noutputs && t->noutputs > 1; i++) {
		struct yz_str name = t->outputs[i].name;
		bool twice = yz_map_put(&seen, name, &seen) != NULL;
		ok &= !twice;
		if (!name.len)
			yz_ddiag(s->load, YZ_FEEL_ERROR, s->file, clauses->outputs[i].el,
				 "of several outputs each needs a name");
		else if (twice)
			yz_ddiag(s->load, YZ_FEEL_ERROR, s->file, clauses->outputs[i].el,
				 "two outputs are called '%.*s'", YZ_P(name));
	}
	return ok;
}

static bool allows(struct yz_dscope *s, const struct yz_dfeel *allowed, struct yz_feel_value v)
{
	struct yz_feel_run run;
	if (!allowed->program || v.kind == YZ_FEEL_NULL)
		return true;
	yz_feel_run_init(&run, s->load->arena);
	run.limits = s->load->limits->feel;
	return yz_feel_is_true(yz_feel_test(allowed->program, &run, NULL, v));
}

/* Tests that read no name of the frame can be asked without one. */
static bool closed(const struct yz_dfeel *f)
{
	return f->program && f->nused == 0;
}

static void tell_value(struct yz_dscope *s, struct yz_dmn_diag *d, struct yz_str expected, struct yz_feel_value v)
{
	struct yz_buf b;
	yz_buf_init(&b, s->load->arena, 200);
	yz_feel_write(&b, v);
	d->expected = expected;
	d->found = yz_buf_str(&b);
}

bool yz_dcheck_table(struct yz_dscope *s, const struct yz_xml *el, const struct yz_dtable *t,
		     const struct yz_dclauses *clauses)
{
	struct yz_dload *l = s->load;
	bool ordered = t->hit == DH_PRIORITY || t->hit == DH_OUTPUT_ORDER, any = false, ok;
	if (!t->noutputs)
		yz_ddiag(l, YZ_FEEL_ERROR, s->file, el, "a decision table needs an output");
	if (t->aggregate != DA_NONE && t->noutputs > 1)
		yz_ddiag(l, YZ_FEEL_ERROR, s->file, el, "a table with several outputs aggregates nothing");
	ok = check_names(s, t, clauses);
	for (size_t i = 0; i < t->noutputs; i++) {
		const struct yz_doutput *o = &t->outputs[i];
		const struct yz_dclause *c = &clauses->outputs[i];
		any |= o->norder > 0;
		if (ordered && o->allowed.program && !o->norder)
			yz_ddiag(l, YZ_FEEL_ERROR, s->file, c->el,
				 "the output values give no order: they are to be a plain list");
		if (!o->otherwise.program)
			continue;
		yz_dcheck_type(l, s->file, c->el, c->type, yz_dtype_shape(yz_feel_result_type(o->otherwise.program)));
		if (o->otherwise.constant && closed(&o->allowed) && !allows(s, &o->allowed, o->otherwise.value))
			tell_value(s,
				   yz_ddiag(l, YZ_FEEL_ERROR, s->file, c->el,
					    "the default is not among the output values"),
				   o->allowed.text, o->otherwise.value);
	}
	if (ordered && !any && t->noutputs)
		yz_ddiag(l, YZ_FEEL_ERROR, s->file, el,
			 "this hit policy needs output values: they say what comes before what");
	return ok;
}

/* ---- rules ---- */

static bool among(const struct yz_dclause *clause, struct yz_feel_value v)
{
	for (size_t i = 0; i < clause->nvalues; i++)
		if (yz_feel_same(clause->values[i], v))
			return true;
	return false;
}

/* The text holds nothing but numbers, or nothing but strings: most cells do, and need no closer look. */
static bool plainly(struct yz_str text, enum yz_feel_kind kind)
{
	bool quoted = false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == '"' && kind == YZ_FEEL_NUMBER)
			return false;
		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && !strchr(kind == YZ_FEEL_NUMBER ? "0123456789.-<>=!,[]() " : "<>=!,() ", c))
			return false;
	}
	return kind == YZ_FEEL_NUMBER || kind == YZ_FEEL_STRING;
}

static bool comparable(enum yz_feel_kind tested, struct yz_feel_value v)
{
	if (v.kind == YZ_FEEL_RANGE)
		return comparable(tested, v.range->start) && comparable(tested, v.range->end);
	/* A boolean in a cell may be the test itself. */
	return v.kind == YZ_FEEL_NULL || v.kind == YZ_FEEL_BOOLEAN || v.kind >= YZ_FEEL_LIST ||
	       (enum yz_feel_kind)v.kind == tested;
}

/* A test on `?` with a value that nothing of the column's type is ever compared with; NULL: none. */
static const struct yz_feel_cond *stranger(const struct yz_feel_cond *c, enum yz_feel_kind tested, unsigned depth,
					   struct yz_feel_value *v)
{
	const struct yz_feel_cond *found = NULL;
	if (c->kind == YZ_FEEL_COND_TEST && c->input == SIZE_MAX && !c->path.len) {
		bool list = c->value.kind == YZ_FEEL_LIST;
		for (size_t i = 0; i < (list ? yz_feel_len(c->value) : 1); i++) {
			*v = list ? yz_feel_at(c->value, i) : c->value;
			if (!comparable(tested, *v))
				return c;
		}
	}
	for (size_t i = 0; i < c->len && depth < 64 && !found; i++)
		found = stranger(c->parts[i], tested, depth + 1, v);
	return found;
}

static bool check_kind(struct yz_dscope *s, const struct yz_xml *el, const struct yz_dclause *clause,
		       const struct yz_dfeel *cell)
{
	const struct yz_feel_type *t = clause->type;
	if (!t || t->kind < YZ_FEEL_BOOLEAN || t->kind >= YZ_FEEL_LIST || plainly(cell->text, t->kind))
		return true;
	struct yz_feel_value v;
	const struct yz_feel_cond *c = stranger(yz_feel_condition(s->load->arena, cell->program), t->kind, 0, &v);
	if (!c)
		return true;
	struct yz_dmn_diag *d = yz_ddiag(s->load, YZ_FEEL_ERROR, s->file, el,
					 "the value is of another type than the input: it never matches");
	tell_value(s, d, yz_feel_type_text(s->load->arena, yz_feel_type_of_kind(t->kind)), v);
	const struct yz_xml *text = yz_dchild(el, "text");
	size_t skipped = (size_t)(yz_dtext(el).ptr - text->text.ptr);
	struct yz_xml_at at = yz_xml_text_where(s->file->source, text, skipped + c->place.from);
	d->place.line = at.line;
	d->place.column = at.column;
	return false;
}

/* What a type with allowed values says of a single value; unknown and null are let pass. */
static bool type_allows(struct yz_dscope *s, const struct yz_feel_type *t, struct yz_feel_value v)
{
	struct yz_feel_run run;
	if (!t || !t->allows || v.kind != (uint8_t)t->kind)
		return true;
	yz_feel_run_init(&run, s->load->arena);
	run.limits = s->load->limits->feel;
	return !yz_feel_is_false(t->allows(t, &run, v));
}

void yz_dcheck_cell(struct yz_dscope *s, const struct yz_xml *el, const struct yz_dclause *clause,
		    const struct yz_dfeel *cell)
{
	size_t n;
	if (s->load->quiet || !check_kind(s, el, clause, cell))
		return;
	if (!clause->nvalues && (!clause->type || !clause->type->allows))
		return;
	const struct yz_feel_value *values = yz_dallow_values(s->load->arena, cell->program, &n);
	for (size_t i = 0; i < n; i++) {
		if (values[i].kind >= YZ_FEEL_LIST || values[i].kind == YZ_FEEL_NULL)
			continue;
		struct yz_str allowed = {NULL, 0};
		if (clause->nvalues && !among(clause, values[i]))
			allowed = yz_dtext(yz_dchild(clause->el, "inputValues"));
		else if (!type_allows(s, clause->type, values[i]))
			allowed = yz_dmn_allowed(s->load->dmn, clause->type, NULL, NULL);
		if (allowed.len)
			tell_value(s,
				   yz_ddiag(s->load, YZ_FEEL_WARNING, s->file, el,
					    "the value is not among the input values: it never comes"),
				   allowed, values[i]);
	}
}

void yz_dcheck_rule(struct yz_dscope *s, const struct yz_xml *el, const struct yz_dtable *t, const struct yz_drule *r,
		    const struct yz_dclauses *clauses)
{
	struct yz_dload *l = s->load;
	if (l->quiet)
		return;
	for (size_t i = 0; i < t->noutputs; i++) {
		const struct yz_doutput *o = &t->outputs[i];
		struct yz_str allowed = {NULL, 0};
		if (!r->outputs[i].constant)
			continue;
		if (closed(&o->allowed) && !allows(s, &o->allowed, r->outputs[i].value))
			allowed = o->allowed.text;
		else if (!type_allows(s, o->type, r->outputs[i].value))
			allowed = yz_dmn_allowed(l->dmn, o->type, NULL, NULL);
		if (allowed.len)
			tell_value(s,
				   yz_ddiag(l, YZ_FEEL_WARNING, s->file, el,
					    "the value of output %zu is not among its output values", i + 1),
				   allowed, r->outputs[i].value);
	}
}
