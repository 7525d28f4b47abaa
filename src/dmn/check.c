/* SPDX-License-Identifier: Apache-2.0 */
#include "dmn/check.h"

/* ---- clauses ---- */

static void check_names(struct yz_dscope *s, const struct yz_dtable *t, const struct yz_dclauses *clauses)
{
	struct yz_map seen;
	yz_map_init(&seen, s->load->arena);
	for (size_t i = 0; i < t->noutputs && t->noutputs > 1; i++) {
		struct yz_str name = t->outputs[i].name;
		if (!name.len)
			yz_ddiag(s->load, YZ_FEEL_ERROR, s->file, clauses->outputs[i].el,
				 "of several outputs each needs a name");
		else if (yz_map_put(&seen, name, &seen))
			yz_ddiag(s->load, YZ_FEEL_ERROR, s->file, clauses->outputs[i].el,
				 "two outputs are called '%.*s'", YZ_P(name));
	}
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

static void not_allowed(struct yz_dscope *s, const struct yz_xml *el, enum yz_feel_severity severity, const char *what,
			struct yz_str allowed, struct yz_feel_value v)
{
	struct yz_dmn_diag *d = yz_ddiag(s->load, severity, s->file, el, "%s", what);
	struct yz_buf b;
	yz_buf_init(&b, s->load->arena, 200);
	yz_feel_write(&b, v);
	d->expected = allowed;
	d->found = yz_buf_str(&b);
}

void yz_dcheck_table(struct yz_dscope *s, const struct yz_xml *el, const struct yz_dtable *t,
		     const struct yz_dclauses *clauses)
{
	struct yz_dload *l = s->load;
	bool ordered = t->hit == DH_PRIORITY || t->hit == DH_OUTPUT_ORDER, any = false;
	if (!t->noutputs)
		yz_ddiag(l, YZ_FEEL_ERROR, s->file, el, "a decision table needs an output");
	if (t->aggregate != DA_NONE && t->noutputs > 1)
		yz_ddiag(l, YZ_FEEL_ERROR, s->file, el, "a table with several outputs aggregates nothing");
	check_names(s, t, clauses);
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
			not_allowed(s, c->el, YZ_FEEL_ERROR, "the default is not among the output values",
				    o->allowed.text, o->otherwise.value);
	}
	if (ordered && !any && t->noutputs)
		yz_ddiag(l, YZ_FEEL_ERROR, s->file, el,
			 "this hit policy needs output values: they say what comes before what");
}

/* ---- rules ---- */

static bool among(const struct yz_dclause *clause, struct yz_feel_value v)
{
	for (size_t i = 0; i < clause->nvalues; i++)
		if (yz_feel_same(clause->values[i], v))
			return true;
	return false;
}

void yz_dcheck_cell(struct yz_dscope *s, const struct yz_xml *el, const struct yz_dclause *clause,
		    const struct yz_dfeel *cell)
{
	size_t n;
	if (!clause->nvalues || s->load->quiet)
		return;
	const struct yz_feel_value *values = yz_dallow_values(s->load->arena, cell->program, &n);
	for (size_t i = 0; i < n; i++)
		if (values[i].kind < YZ_FEEL_LIST && !among(clause, values[i]))
			not_allowed(s, el, YZ_FEEL_WARNING, "the value is not among the input values: it never comes",
				    yz_dtext(yz_dchild(clause->el, "inputValues")), values[i]);
}

void yz_dcheck_rule(struct yz_dscope *s, const struct yz_xml *el, const struct yz_dtable *t, const struct yz_drule *r,
		    const struct yz_dclauses *clauses)
{
	if (s->load->quiet)
		return;
	for (size_t i = 0; i < t->noutputs; i++)
		if (r->outputs[i].constant && closed(&t->outputs[i].allowed) &&
		    !allows(s, &t->outputs[i].allowed, r->outputs[i].value))
			not_allowed(s, el, YZ_FEEL_WARNING,
				    yz_printf(s->load->arena, "the value of output %zu is not among its output values",
					      i + 1),
				    t->outputs[i].allowed.text, r->outputs[i].value);
}
