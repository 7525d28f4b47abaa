/* feel/check.c - what can be known of a node without running it.
 *
 * Types are hints: NULL where nothing is known, never wrong where something
 * is, except that a filter's result is called a list although a number would
 * pick one item.  Complaints are about what is null (or never true) for
 * certain; the expression still compiles and evaluates as the standard says.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/ast.h"

#include "feel/builtin.h"
#include "feel/value.h"

struct yz_feel_node *yz_feel_part(const struct yz_feel_node *n, size_t i)
{
	switch (n->kind) {
	case YZ_N_CONST:
	case YZ_N_NAME:
	case YZ_N_REFUSE:
		return NULL;
	case YZ_N_NEGATE:
	case YZ_N_BINARY:
	case YZ_N_BETWEEN:
	case YZ_N_INSTANCE:
	case YZ_N_IF:
	case YZ_N_RANGE:
	case YZ_N_PATH:
	case YZ_N_FILTER:
	case YZ_N_TEST:
		return i == 0 ? n->a : i == 1 ? n->b : i == 2 ? n->c : NULL;
	case YZ_N_IN:
	case YZ_N_CALL:
		return i == 0 ? n->head : i <= n->n ? n->items[i - 1] : NULL;
	default:
		if (i < n->n)
			return n->items[i];
		return i == n->n ? n->head : NULL;
	}
}

static const struct yz_feel_type *of_kind(enum yz_feel_kind kind)
{
	return yz_feel_type_of_kind(kind);
}

static const struct yz_str no_text;

static struct yz_str kind_text(enum yz_feel_kind kind)
{
	return yz_str(yz_feel_kind_name(kind));
}

/* The kind, or ANY when nothing is known. */
static enum yz_feel_kind kind_of(const struct yz_feel_node *n)
{
	return n->type ? n->type->kind : YZ_FEEL_ANY;
}

const struct yz_feel_type *yz_feel_item_type(const struct yz_feel_type *t)
{
	if (t && (t->kind == YZ_FEEL_LIST || t->kind == YZ_FEEL_RANGE))
		return t->item && t->item->kind == YZ_FEEL_ANY ? NULL : t->item;
	return t && t->kind == YZ_FEEL_ANY ? NULL : t;
}

const struct yz_feel_field *yz_feel_field_of(const struct yz_feel_type *t, struct yz_str name)
{
	if (t && t->kind == YZ_FEEL_CONTEXT)
		for (size_t i = 0; i < t->nfields; i++)
			if (yz_str_eq(t->fields[i].name, name))
				return &t->fields[i];
	return NULL;
}

static const struct yz_feel_type *list_of(struct yz_feel_parser *p, const struct yz_feel_type *item)
{
	struct yz_feel_type *t = yz_new(p->arena, struct yz_feel_type);
	t->kind = YZ_FEEL_LIST;
	t->item = item;
	return t;
}

/* One type for both, or NULL. */
static const struct yz_feel_type *common(const struct yz_feel_type *a, const struct yz_feel_type *b)
{
	if (a == b)
		return a;
	if (!a || !b || a->kind != b->kind || a->kind >= YZ_FEEL_FUNCTION)
		return NULL;
	if (a->kind < YZ_FEEL_LIST)
		return a->allows || b->allows ? of_kind((enum yz_feel_kind)a->kind) : a;
	if (a->kind == YZ_FEEL_LIST)
		return common(a->item, b->item) ? a : NULL;
	if (a->kind != YZ_FEEL_CONTEXT || a->nfields != b->nfields)
		return NULL;
	for (size_t i = 0; i < a->nfields; i++)
		if (!yz_str_eq(a->fields[i].name, b->fields[i].name) ||
		    (a->fields[i].type != b->fields[i].type && !common(a->fields[i].type, b->fields[i].type)))
			return NULL;
	return a;
}

/* ---- operators ---- */

static bool temporal(enum yz_feel_kind k)
{
	return k == YZ_FEEL_DATE || k == YZ_FEEL_DATE_TIME;
}

static bool duration(enum yz_feel_kind k)
{
	return k == YZ_FEEL_DAYS || k == YZ_FEEL_MONTHS;
}

static enum yz_feel_kind sum_kind(int op, enum yz_feel_kind a, enum yz_feel_kind b)
{
	if (a == b && (a == YZ_FEEL_NUMBER || duration(a)))
		return a;
	if (a == YZ_FEEL_STRING && b == a && op == YZ_OP_ADD)
		return a;
	if ((temporal(a) && duration(b)) || (a == YZ_FEEL_TIME && b == YZ_FEEL_DAYS))
		return a;
	if (op == YZ_OP_ADD)
		return (temporal(b) && duration(a)) || (b == YZ_FEEL_TIME && a == YZ_FEEL_DAYS) ? b : YZ_FEEL_NULL;
	return (temporal(a) && temporal(b)) || (a == b && a == YZ_FEEL_TIME) ? YZ_FEEL_DAYS : YZ_FEEL_NULL;
}

/* The kind of a op b; NULL: no such operation; ANY: not known. */
static enum yz_feel_kind arithmetic_kind(int op, enum yz_feel_kind a, enum yz_feel_kind b)
{
	if (a == YZ_FEEL_ANY || b == YZ_FEEL_ANY)
		return YZ_FEEL_ANY;
	if (op == YZ_OP_ADD || op == YZ_OP_SUB)
		return sum_kind(op, a, b);
	if (a == YZ_FEEL_NUMBER && b == a)
		return a;
	if (op == YZ_OP_MUL && (a == YZ_FEEL_NUMBER || b == YZ_FEEL_NUMBER))
		return duration(a) ? a : duration(b) ? b : YZ_FEEL_NULL;
	if (op == YZ_OP_DIV && duration(a))
		return b == YZ_FEEL_NUMBER ? a : a == b ? YZ_FEEL_NUMBER : YZ_FEEL_NULL;
	return YZ_FEEL_NULL;
}

static void always_null(struct yz_feel_parser *p, const struct yz_feel_node *n, int op, enum yz_feel_kind a,
			enum yz_feel_kind b)
{
	yz_feel_diagnose(p, n->from, n->to, YZ_SAY_ALWAYS_NULL, kind_text(a), yz_str(yz_feel_sign(op)), kind_text(b));
}

static bool ordered(enum yz_feel_kind k)
{
	return k >= YZ_FEEL_NUMBER && k <= YZ_FEEL_MONTHS;
}

static void check_comparison(struct yz_feel_parser *p, struct yz_feel_node *n, int op, const struct yz_feel_node *x,
			     const struct yz_feel_node *y)
{
	enum yz_feel_kind a = kind_of(x), b = kind_of(y);
	if (a == YZ_FEEL_ANY || b == YZ_FEEL_ANY || a == YZ_FEEL_NULL || b == YZ_FEEL_NULL || a == YZ_FEEL_LIST ||
	    b == YZ_FEEL_LIST)
		return;
	bool equality = op == YZ_OP_EQ || op == YZ_OP_NE;
	if (a != b || (!equality && !ordered(a)))
		always_null(p, n, op, a, b);
}

static void check_binary(struct yz_feel_parser *p, struct yz_feel_node *n)
{
	if (n->op == YZ_OP_AND || n->op == YZ_OP_OR) {
		n->type = of_kind(YZ_FEEL_BOOLEAN);
		return;
	}
	if (n->op >= YZ_OP_EQ && n->op <= YZ_OP_GE) {
		n->type = of_kind(YZ_FEEL_BOOLEAN);
		check_comparison(p, n, n->op, n->a, n->b);
		return;
	}
	enum yz_feel_kind a = kind_of(n->a), b = kind_of(n->b), k = arithmetic_kind(n->op, a, b);
	if (k == YZ_FEEL_NULL)
		always_null(p, n, n->op, a, b);
	else if (k != YZ_FEEL_ANY)
		n->type = of_kind(k);
}

/* ---- paths ---- */

/* Kind of a property (table 64); NULL: there is none of that name; ANY: may be. */
static enum yz_feel_kind property_kind(const struct yz_feel_type *of, struct yz_str name)
{
	static const struct {
		enum yz_feel_kind of, kind;
		const char *names;
	} table[] = {
		{YZ_FEEL_DATE, YZ_FEEL_NUMBER, ",year,month,day,weekday,"},
		{YZ_FEEL_DATE_TIME, YZ_FEEL_NUMBER, ",year,month,day,weekday,hour,minute,second,"},
		{YZ_FEEL_DATE_TIME, YZ_FEEL_DAYS, ",time offset,"},
		{YZ_FEEL_DATE_TIME, YZ_FEEL_STRING, ",timezone,"},
		{YZ_FEEL_TIME, YZ_FEEL_NUMBER, ",hour,minute,second,"},
		{YZ_FEEL_TIME, YZ_FEEL_DAYS, ",time offset,"},
		{YZ_FEEL_TIME, YZ_FEEL_STRING, ",timezone,"},
		{YZ_FEEL_DAYS, YZ_FEEL_NUMBER, ",days,hours,minutes,seconds,"},
		{YZ_FEEL_MONTHS, YZ_FEEL_NUMBER, ",years,months,"},
		{YZ_FEEL_RANGE, YZ_FEEL_BOOLEAN, ",start included,end included,"},
		{YZ_FEEL_RANGE, YZ_FEEL_ANY, ",start,end,"},
	};
	bool listed = false;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (table[i].of != (enum yz_feel_kind)of->kind)
			continue;
		listed = true;
		size_t at = yz_str_find(yz_str(table[i].names), name, 0);
		if (at != SIZE_MAX && at && table[i].names[at - 1] == ',' && table[i].names[at + name.len] == ',')
			return table[i].kind;
	}
	return listed || of->kind < YZ_FEEL_DATE || of->kind == YZ_FEEL_FUNCTION ? YZ_FEEL_NULL : YZ_FEEL_ANY;
}

static const struct yz_feel_type *path_type(struct yz_feel_parser *p, const struct yz_feel_node *n,
					    const struct yz_feel_type *of)
{
	if (!of || of->kind == YZ_FEEL_ANY || of->kind == YZ_FEEL_NULL)
		return NULL;
	if (of->kind == YZ_FEEL_LIST)
		return list_of(p, path_type(p, n, of->item));
	if (of->kind == YZ_FEEL_CONTEXT && !of->nfields)
		return NULL;
	const struct yz_feel_field *f = yz_feel_field_of(of, n->name);
	if (f)
		return f->type;
	enum yz_feel_kind k = of->kind == YZ_FEEL_CONTEXT ? YZ_FEEL_NULL : property_kind(of, n->name);
	if (k == YZ_FEEL_RANGE || k == YZ_FEEL_ANY)
		return of->kind == YZ_FEEL_RANGE ? of->item : NULL;
	if (k != YZ_FEEL_NULL)
		return of_kind(k);
	struct yz_str type = yz_feel_type_text(p->arena, of->name.len ? of : of_kind((enum yz_feel_kind)of->kind));
	yz_feel_diagnose(p, n->from, n->to, YZ_SAY_NO_PROPERTY, type, n->name, no_text);
	return NULL;
}

/* ---- collections ---- */

static const struct yz_feel_type *list_type(struct yz_feel_parser *p, const struct yz_feel_node *n)
{
	const struct yz_feel_type *item = n->n ? n->items[0]->type : NULL;
	for (uint32_t i = 1; i < n->n && item; i++)
		item = common(item, n->items[i]->type);
	return list_of(p, item);
}

bool yz_feel_key_twice(struct yz_arena *a, const struct yz_feel_node *n, struct yz_str *which)
{
	struct yz_map seen;
	yz_map_init(&seen, a);
	for (uint32_t i = 0; i < n->n; i++) {
		bool twice = false;
		if (n->n > 8)
			twice = yz_map_put(&seen, n->names[i], (void *)n->names) != NULL;
		for (uint32_t k = 0; n->n <= 8 && k < i; k++)
			twice |= yz_str_eq(n->names[k], n->names[i]);
		if (twice) {
			*which = n->names[i];
			return true;
		}
	}
	return false;
}

static const struct yz_feel_type *context_type(struct yz_feel_parser *p, const struct yz_feel_node *n)
{
	struct yz_feel_type *t = yz_new(p->arena, struct yz_feel_type);
	struct yz_feel_field *fields = yz_new_n(p->arena, n->n, struct yz_feel_field);
	struct yz_str twice;
	for (uint32_t i = 0; i < n->n; i++)
		fields[i] = (struct yz_feel_field){n->names[i], n->items[i]->type};
	if (yz_feel_key_twice(p->arena, n, &twice))
		yz_feel_diagnose(p, n->from, n->to, YZ_SAY_TWICE, twice, no_text, no_text);
	t->kind = YZ_FEEL_CONTEXT;
	t->fields = fields;
	t->nfields = n->n;
	return t;
}

static const struct yz_feel_type *function_type(struct yz_feel_parser *p, const struct yz_feel_node *n)
{
	struct yz_feel_type *t = yz_new(p->arena, struct yz_feel_type);
	struct yz_feel_field *params = yz_new_n(p->arena, n->nvars, struct yz_feel_field);
	for (uint32_t i = 0; i < n->nvars; i++)
		params[i] = (struct yz_feel_field){n->vars[i]->name, n->vars[i]->type};
	t->kind = YZ_FEEL_FUNCTION;
	t->fields = params;
	t->nfields = n->nvars;
	t->item = n->external ? of_kind(YZ_FEEL_ANY) : n->head->type ? n->head->type : of_kind(YZ_FEEL_ANY);
	if (n->external)
		yz_feel_diagnose(p, n->from, n->to, YZ_SAY_EXTERNAL, no_text, no_text, no_text);
	return t;
}

/* ---- calls ---- */

static bool sig_takes(const struct yz_feel_sig *sig, const struct yz_feel_node *n)
{
	bool any;
	size_t most = yz_feel_sig_params(sig, &any);
	return n->n >= sig->least && (any || n->n <= most);
}

static const struct yz_feel_type *call_builtin_type(struct yz_feel_parser *p, const struct yz_feel_node *n,
						    const struct yz_feel_builtin *b)
{
	int places[YZ_FEEL_MOST_PARAMS];
	bool fits = n->names && yz_feel_sig_named(b, n->names, n->n, places);
	for (size_t i = 0; !n->names && i < 4 && b->sigs[i].types; i++)
		fits |= sig_takes(&b->sigs[i], n);
	if (!fits)
		yz_feel_diagnose(p, n->from, n->to, YZ_SAY_ARGUMENTS, yz_str(b->name), yz_str(b->sigs[0].names),
				 no_text);
	return b->result == YZ_FEEL_ANY ? NULL : of_kind(b->result);
}

static const struct yz_feel_type *call_type(struct yz_feel_parser *p, const struct yz_feel_node *n)
{
	const struct yz_feel_node *f = n->head;
	if (f->kind == YZ_N_CONST && f->value.kind == YZ_FEEL_FUNCTION && f->value.function->kind == YZ_FEEL_BUILTIN)
		return call_builtin_type(p, n, f->value.function->builtin);
	if (!f->type || f->type->kind == YZ_FEEL_ANY)
		return NULL;
	if (f->type->kind != YZ_FEEL_FUNCTION) {
		yz_feel_diagnose(p, n->from, n->to, YZ_SAY_NOT_CALLABLE, kind_text(f->type->kind), no_text, no_text);
		return NULL;
	}
	if (!f->type->item && !f->type->nfields)
		return NULL;
	/* By name some may be left out, and are null. */
	if (n->names ? f->type->nfields < n->n : f->type->nfields != n->n)
		yz_feel_diagnose(p, n->from, n->to, YZ_SAY_ARGUMENT_COUNT,
				 yz_str_printf(p->arena, "%zu", f->type->nfields), yz_str_printf(p->arena, "%u", n->n),
				 no_text);
	return f->type->item && f->type->item->kind != YZ_FEEL_ANY ? f->type->item : NULL;
}

static bool pure_call(const struct yz_feel_node *n)
{
	const struct yz_feel_value *f = &n->head->value;
	return n->head->kind == YZ_N_CONST && f->kind == YZ_FEEL_FUNCTION && f->function->kind == YZ_FEEL_BUILTIN &&
	       !f->function->builtin->impure;
}

/* ---- all nodes ---- */

static void check_name(struct yz_feel_parser *p, struct yz_feel_node *n)
{
	n->asks = n->ref.kind == YZ_REF_VAR && (n->ref.var == p->tested || n->ref.var->asked);
	if (n->nmaybe)
		return;
	if (n->ref.kind == YZ_REF_INPUT)
		n->type = p->inputs.at[n->ref.index].type;
	else if (n->ref.kind == YZ_REF_VAR)
		n->type = n->ref.var->partial ? list_of(p, NULL) : n->ref.var->type;
	if (n->type && n->type->kind == YZ_FEEL_ANY)
		n->type = NULL;
}

static void check_filter(struct yz_feel_parser *p, struct yz_feel_node *n)
{
	const struct yz_feel_type *item = yz_feel_item_type(n->a->type);
	enum yz_feel_kind k = kind_of(n->b);
	if (k == YZ_FEEL_NUMBER)
		n->type = item;
	else if (n->a->type)
		n->type = list_of(p, item);
}

static const struct yz_feel_type *range_type(struct yz_feel_parser *p, const struct yz_feel_node *n)
{
	struct yz_feel_type *t = yz_new(p->arena, struct yz_feel_type);
	t->kind = YZ_FEEL_RANGE;
	t->item = n->a->type ? n->a->type : n->b->type;
	return t;
}

static void infer(struct yz_feel_parser *p, struct yz_feel_node *n)
{
	switch ((enum yz_node_kind)n->kind) {
	case YZ_N_CONST:
		if (n->value.kind != YZ_FEEL_NULL && n->value.kind != YZ_FEEL_FUNCTION)
			n->type = of_kind((enum yz_feel_kind)n->value.kind);
		break;
	case YZ_N_NAME:
		check_name(p, n);
		break;
	case YZ_N_NEGATE:
		if (kind_of(n->a) == YZ_FEEL_NUMBER || duration(kind_of(n->a)))
			n->type = of_kind(kind_of(n->a));
		break;
	case YZ_N_BINARY:
		check_binary(p, n);
		break;
	case YZ_N_BETWEEN:
		check_comparison(p, n, YZ_OP_GE, n->a, n->b);
		check_comparison(p, n, YZ_OP_LE, n->a, n->c);
		n->type = of_kind(YZ_FEEL_BOOLEAN);
		break;
	case YZ_N_IN:
	case YZ_N_INSTANCE:
	case YZ_N_SOME:
	case YZ_N_EVERY:
	case YZ_N_TEST:
	case YZ_N_TESTS:
		n->type = of_kind(YZ_FEEL_BOOLEAN);
		break;
	case YZ_N_IF:
		n->type = common(n->b->type, n->c->type);
		break;
	case YZ_N_FOR:
		n->type = list_of(p, n->head->type);
		break;
	case YZ_N_LIST:
		n->type = list_type(p, n);
		break;
	case YZ_N_CONTEXT:
		n->type = context_type(p, n);
		break;
	case YZ_N_RANGE:
		n->type = range_type(p, n);
		break;
	case YZ_N_FUNCTION:
		n->type = function_type(p, n);
		break;
	case YZ_N_CALL:
		n->type = call_type(p, n);
		break;
	case YZ_N_PATH:
		n->type = path_type(p, n, n->a->type);
		break;
	case YZ_N_FILTER:
		check_filter(p, n);
		break;
	case YZ_N_REFUSE:
		break;
	}
	if (n->type && n->type->kind == YZ_FEEL_ANY)
		n->type = NULL;
}

/* Kinds whose value can be computed at once when their parts can. */
static bool can_be_constant(const struct yz_feel_node *n)
{
	switch ((enum yz_node_kind)n->kind) {
	case YZ_N_CONST:
	case YZ_N_NEGATE:
	case YZ_N_BINARY:
	case YZ_N_BETWEEN:
	case YZ_N_LIST:
	case YZ_N_CONTEXT:
	case YZ_N_PATH:
		return true;
	case YZ_N_RANGE:
		return !n->iterated;
	case YZ_N_CALL:
		return pure_call(n);
	default:
		return false;
	}
}

void yz_feel_check(struct yz_feel_parser *p, struct yz_feel_node *n)
{
	struct yz_feel_node *part;
	n->constant = can_be_constant(n);
	for (size_t i = 0; (part = yz_feel_part(n, i)) || i < 3; i++) {
		if (!part)
			continue;
		n->constant &= part->constant;
		/* The `?` of an `in` ends with it. */
		n->asks |= part->asks && (n->kind != YZ_N_IN || p->tested || !i);
		if (part->height >= n->height)
			n->height = part->height + 1;
	}
	if (n->kind == YZ_N_REFUSE && n->why == YZ_FEEL_WHY_AT_LITERAL)
		yz_feel_diagnose(p, n->from, n->to, YZ_SAY_AT_LITERAL, n->text, no_text, no_text);
	else if (n->kind == YZ_N_REFUSE && n->why == YZ_FEEL_WHY_NUMERAL)
		yz_feel_diagnose(p, n->from, n->to, YZ_SAY_NUMERAL, no_text, no_text, no_text);
	infer(p, n);
}
