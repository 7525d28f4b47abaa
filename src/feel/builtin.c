/* feel/builtin.c - the table of built-ins, and what is done before each of them is called.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/builtin.h"

#include "feel/machine.h"

#include <assert.h>

#define BUILTIN(ident, text, res, ...)                                                                                 \
	{.name = text, .call = yz_feel_b_##ident, .result = YZ_FEEL_##res, .sigs = {__VA_ARGS__}},
#define IMPURE(ident, text, res, ...)                                                                                  \
	{.name = text, .call = yz_feel_b_##ident, .result = YZ_FEEL_##res, .sigs = {__VA_ARGS__}, .impure = true},
const struct yz_feel_builtin yz_feel_builtins[] = {
#include "feel/builtins.def"
};
#undef BUILTIN
#undef IMPURE

const size_t yz_feel_nbuiltins = sizeof yz_feel_builtins / sizeof *yz_feel_builtins;

#define BUILTIN(ident, text, res, ...) B_##ident,
#define IMPURE(ident, text, res, ...) B_##ident,
enum {
#include "feel/builtins.def"
};
#undef BUILTIN
#undef IMPURE

static const struct yz_feel_function functions[] = {
#define BUILTIN(ident, text, res, ...) {.kind = YZ_FEEL_BUILTIN, .builtin = &yz_feel_builtins[B_##ident]},
#define IMPURE BUILTIN
#include "feel/builtins.def"
#undef BUILTIN
#undef IMPURE
};

struct yz_feel_value yz_feel_builtin_value(size_t index)
{
	assert(index < yz_feel_nbuiltins);
	return (struct yz_feel_value){.kind = YZ_FEEL_FUNCTION, .function = &functions[index]};
}

void yz_feel_builtins_from(const char two[2], size_t *first, size_t *n)
{
	size_t lo = 0, hi = yz_feel_nbuiltins;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const char *name = yz_feel_builtins[mid].name;
		if (name[0] < two[0] || (name[0] == two[0] && name[1] < two[1]))
			lo = mid + 1;
		else
			hi = mid;
	}
	*first = lo;
	while (hi < yz_feel_nbuiltins && yz_feel_builtins[hi].name[0] == two[0] && yz_feel_builtins[hi].name[1] == two[1])
		hi++;
	*n = hi - lo;
}

size_t yz_feel_sig_params(const struct yz_feel_sig *sig, bool *any)
{
	size_t n = 0;
	*any = false;
	for (const char *t = sig->types; *t; t++) {
		*any |= *t == '*' || *t == '+';
		n += *t != '?' && *t != '+';
	}
	return n;
}

int yz_feel_sig_find(const struct yz_feel_sig *sig, struct yz_str name)
{
	struct yz_str rest = yz_str(sig->names), part;
	for (int i = 0; yz_str_cut(&rest, ',', &part); i++)
		if (part.len && yz_str_eq(part, name))
			return i;
	return -1;
}

/* Where each name stands in the signature; false: a name is not one of it.  *whole: all that it needs are there. */
static bool places_of(const struct yz_feel_sig *sig, const struct yz_str *names, size_t n, int *places, bool *whole)
{
	bool given[YZ_FEEL_MOST_PARAMS] = {false};
	for (size_t i = 0; i < n; i++) {
		int k = yz_feel_sig_find(sig, names[i]);
		if (k < 0 || given[k])
			return false;
		given[k] = true;
		places[i] = k;
	}
	*whole = true;
	for (int k = 0; k < sig->least; k++)
		*whole &= given[k];
	return true;
}

unsigned yz_feel_sig_named(const struct yz_feel_builtin *b, const struct yz_str *names, size_t n, int *places)
{
	unsigned found = 0;
	bool found_whole = false, whole;
	int other[YZ_FEEL_MOST_PARAMS];
	for (unsigned s = 0; s < 4 && b->sigs[s].types; s++) {
		if (!places_of(&b->sigs[s], names, n, other, &whole) || (found && !whole))
			continue;
		bool as_written = true;
		for (size_t i = 0; i < n; i++)
			as_written &= other[i] == (int)i;
		if (found_whole && !as_written)
			continue;
		found = s + 1;
		found_whole = whole;
		memcpy(places, other, n * sizeof *places);
		if (as_written && whole)
			break;
	}
	return found;
}

static struct yz_str param_name(const struct yz_feel_sig *sig, size_t index)
{
	struct yz_str rest = yz_str(sig->names), part = {0};
	for (size_t i = 0; i <= index && yz_str_cut(&rest, ',', &part); i++)
		;
	return part;
}

/* ---- arguments ---- */

#define KIND(k) (1u << YZ_FEEL_##k)
/* Every kind a value can have, a bit each. */
enum { EVERY_KIND = (1u << YZ_FEEL_ANY) - 1 };

static uint32_t kinds_of(char type)
{
	switch (type) {
	case 'a':
		return EVERY_KIND;
	case 'x':
		return EVERY_KIND & ~KIND(NULL);
	case 'n':
		return KIND(NUMBER);
	case 's':
		return KIND(STRING);
	case 'b':
		return KIND(BOOLEAN);
	case 'l':
		return KIND(LIST);
	case 'c':
		return KIND(CONTEXT);
	case 'f':
		return KIND(FUNCTION);
	case 'u':
		return KIND(DAYS);
	case 't':
		return KIND(TIME);
	case 'D':
		return KIND(DATE) | KIND(DATE_TIME);
	case 'p': /* a range or what has an order */
		return KIND(RANGE) | KIND(NUMBER) | KIND(STRING) | KIND(DATE) | KIND(TIME) | KIND(DATE_TIME) |
		       KIND(DAYS) | KIND(MONTHS);
	default:
		assert(!"no such letter");
	}
}

static bool of_type(char type, uint8_t kind)
{
	return kinds_of(type) >> kind & 1;
}

/* The value as the parameter wants it, or false. */
static bool adapt(struct yz_feel_run *run, char type, bool nullable, const struct yz_feel_value *v,
		  struct yz_feel_value *out)
{
	*out = *v;
	bool single = v->kind == YZ_FEEL_LIST && v->aux == 1;
	if ((of_type(type, v->kind) && !(single && type == 'x')) || (nullable && v->kind == YZ_FEEL_NULL))
		return true;
	if (single && of_type(type, v->items[0].kind)) {
		*out = v->items[0];
		return true;
	}
	if (type == 'l' && v->kind != YZ_FEEL_NULL) {
		struct yz_feel_value *one = yz_new(run->arena, struct yz_feel_value);
		*one = *v;
		*out = yz_feel_list(one, 1);
		return true;
	}
	return false;
}

/* Going along a signature's letters, the last again and again where it may be repeated. */
struct letters {
	const char *at;
};

static char next_letter(struct letters *l, bool *nullable)
{
	char type = *l->at;
	*nullable = l->at[1] == '?';
	if (l->at[1] != '+')
		l->at += *nullable ? 2 : 1;
	return type;
}

/* The common case: nothing to convert. */
static bool fits_as_it_is(const struct yz_feel_sig *sig, const struct yz_feel_value *args, size_t n)
{
	struct letters l = {sig->types};
	bool nullable;
	for (size_t i = 0; i < n; i++) {
		char type = next_letter(&l, &nullable);
		if (!of_type(type, args[i].kind) || (type == 'x' && args[i].kind == YZ_FEEL_LIST))
			return false;
	}
	return true;
}

static bool counts_fit(const struct yz_feel_sig *sig, size_t n)
{
	bool any;
	size_t most = yz_feel_sig_params(sig, &any);
	return n >= sig->least && (any || n <= most);
}

uint64_t yz_feel_fitting_kinds(const struct yz_feel_builtin *b, unsigned sig, size_t n)
{
	const struct yz_feel_sig *s = NULL;
	uint64_t kinds = 0;
	for (unsigned i = 0; i < 4 && b->sigs[i].types && !s; i++)
		if ((!sig || i == sig - 1) && counts_fit(&b->sigs[i], n))
			s = &b->sigs[i];
	if (!s || n > 4)
		return 0;
	if (s->types[0] == '*')
		return n == 1 ? 1u << YZ_FEEL_LIST : 0;
	struct letters l = {s->types};
	for (size_t i = 0; i < n; i++) {
		bool nullable;
		char type = next_letter(&l, &nullable);
		uint32_t fit = kinds_of(type);
		if (type == 'x') /* of one item, the item */
			fit &= ~KIND(LIST);
		if (type != 'a')
			fit &= ~KIND(UNKNOWN);
		kinds |= (uint64_t)fit << (16 * i);
	}
	return kinds;
}

/* Whether the signature takes these arguments; *bad: the first that does not fit. */
static bool fits(struct yz_feel_run *run, const struct yz_feel_sig *sig, struct yz_feel_value *args, size_t n,
		 size_t *bad)
{
	struct letters l = {sig->types};
	struct yz_feel_value changed[4];
	bool nullable;
	if (fits_as_it_is(sig, args, n))
		return true;
	for (size_t i = 0; i < n; i++) {
		char type = next_letter(&l, &nullable);
		struct yz_feel_value v;
		*bad = i;
		if (!adapt(run, type, nullable, &args[i], &v))
			return false;
		if (i < 4)
			changed[i] = v;
		else
			args[i] = v;
	}
	for (size_t i = 0; i < n && i < 4; i++)
		args[i] = changed[i];
	return true;
}

/* Unknown where a known value is needed. */
static bool asks_unknown(struct yz_feel_run *run, const struct yz_feel_sig *sig, const struct yz_feel_value *args,
			 size_t n, struct yz_feel_value *out)
{
	struct letters l = {sig->types};
	bool nullable, found = false;
	for (size_t i = 0; i < n; i++) {
		char type = next_letter(&l, &nullable);
		if (args[i].kind != YZ_FEEL_UNKNOWN || type == 'a')
			continue;
		*out = yz_feel_unknown_both(run->arena, args[i], found ? *out : args[i]);
		found = true;
	}
	return found;
}

struct yz_feel_value yz_feel_blame(struct yz_feel_run *run, const struct yz_feel_value *args, size_t n,
				   struct yz_feel_value result)
{
	struct yz_feel_value sum = {0}, part;
	for (size_t i = 0; i < n; i++)
		if (yz_feel_has_unknown(run->arena, args[i], &part))
			sum = yz_feel_unknown_both(run->arena, part, sum);
	return sum.kind == YZ_FEEL_UNKNOWN ? sum : result;
}

static struct yz_feel_value no_such_arguments(struct yz_feel_run *run, const struct yz_feel_builtin *b)
{
	return yz_feel_raise(run, YZ_FEEL_WHY_ARGUMENTS, b->name, NULL);
}

static struct yz_feel_value bad_argument(struct yz_feel_run *run, const struct yz_feel_builtin *b,
					 const struct yz_feel_sig *sig, const struct yz_feel_value *v, size_t index)
{
	struct yz_str name = param_name(sig, index);
	if (v->kind == YZ_FEEL_NULL)
		return v->reason ? *v
				 : yz_feel_raise_s(run, YZ_FEEL_WHY_ARGUMENT_NULL, yz_str(b->name), name,
						   (struct yz_str){0});
	return yz_feel_raise_s(run, YZ_FEEL_WHY_ARGUMENT_KIND, yz_str(b->name), name,
			       yz_str(yz_feel_kind_name((enum yz_feel_kind)v->kind)));
}

/* Steps for arguments that are long. */
static uint64_t work_of(const struct yz_feel_value *args, size_t n)
{
	uint64_t work = 0;
	for (size_t i = 0; i < n; i++)
		work += args[i].kind == YZ_FEEL_STRING ? args[i].len / 256
			: args[i].kind == YZ_FEEL_LIST ? args[i].aux / 16
						       : 0;
	return work;
}

/* The call proper.  A null that comes with a reason passes the blame on to what is unknown, if anything is. */
struct yz_feel_value yz_feel_call_fitting(struct yz_feel_run *run, const struct yz_feel_builtin *b,
					  const struct yz_feel_value *args, size_t n)
{
	size_t raised = run->nreasons;
	uint64_t work = work_of(args, n);
	if (work && !yz_feel_steps(run, work))
		return (struct yz_feel_value){.kind = YZ_FEEL_NULL, .reason = run->last_reason};
	struct yz_feel_value v = b->call(run, args, n);
	if (v.kind != YZ_FEEL_NULL || run->nreasons == raised)
		return v;
	if (!v.reason)
		v.reason = run->last_reason;
	return yz_feel_blame(run, args, n, v);
}

/* f([1, 2]) and f(1, 2) are the same. */
static struct yz_feel_value call_variadic(struct yz_feel_run *run, const struct yz_feel_builtin *b,
					  const struct yz_feel_value *args, size_t n)
{
	struct yz_feel_value list = args[0];
	if (n == 1 && list.kind == YZ_FEEL_NULL)
		return bad_argument(run, b, &b->sigs[0], &args[0], 0);
	if (n > 1 || list.kind != YZ_FEEL_LIST)
		list = yz_feel_list(args, n);
	if (n == 1 && args[0].kind == YZ_FEEL_UNKNOWN)
		return yz_feel_unknown_both(run->arena, args[0], args[0]);
	return yz_feel_call_fitting(run, b, &list, 1);
}

struct yz_feel_value yz_feel_call_builtin(struct yz_feel_run *run, const struct yz_feel_builtin *b, unsigned sig,
					  struct yz_feel_value *args, size_t n)
{
	const struct yz_feel_sig *near = NULL;
	size_t bad = 0;
	for (unsigned i = 0; i < 4 && b->sigs[i].types; i++) {
		const struct yz_feel_sig *s = &b->sigs[i];
		struct yz_feel_value unknown;
		if ((sig && i != sig - 1) || !counts_fit(s, n))
			continue;
		if (s->types[0] == '*')
			return call_variadic(run, b, args, n);
		if (asks_unknown(run, s, args, n, &unknown))
			return unknown;
		if (!fits(run, s, args, n, &bad)) {
			near = s;
			continue;
		}
		return yz_feel_call_fitting(run, b, args, n);
	}
	if (!near)
		return no_such_arguments(run, b);
	return yz_feel_blame(run, args, n, bad_argument(run, b, near, &args[bad], bad));
}

struct yz_feel_value yz_feel_call_builtin_named(struct yz_feel_run *run, const struct yz_feel_builtin *b,
						const struct yz_feel_names *names, const struct yz_feel_value *args)
{
	struct yz_feel_value sorted[YZ_FEEL_MOST_PARAMS] = {0};
	int places[YZ_FEEL_MOST_PARAMS], most;
	unsigned sig = yz_feel_sig_named(b, names->names, names->n, places);
	if (!sig)
		return no_such_arguments(run, b);
	most = b->sigs[sig - 1].least - 1;
	for (size_t i = 0; i < names->n; i++) {
		sorted[places[i]] = args[i];
		most = places[i] > most ? places[i] : most;
	}
	return yz_feel_call_builtin(run, b, sig, sorted, (size_t)(most + 1));
}

/* ---- types ---- */

static const struct yz_feel_type *letter_type(char c)
{
	switch (c) {
	case 'n':
		return yz_feel_type_of_kind(YZ_FEEL_NUMBER);
	case 's':
		return yz_feel_type_of_kind(YZ_FEEL_STRING);
	case 'b':
		return yz_feel_type_of_kind(YZ_FEEL_BOOLEAN);
	case 'l':
	case '*':
		return yz_feel_type_of_kind(YZ_FEEL_LIST);
	case 'c':
		return yz_feel_type_of_kind(YZ_FEEL_CONTEXT);
	case 'f':
		return yz_feel_type_of_kind(YZ_FEEL_FUNCTION);
	case 'u':
		return yz_feel_type_of_kind(YZ_FEEL_DAYS);
	default:
		return yz_feel_type_of_kind(YZ_FEEL_ANY);
	}
}

bool yz_feel_builtin_accepts(const struct yz_feel_builtin *b, const struct yz_feel_type *t)
{
	const struct yz_feel_type *result = yz_feel_type_of_kind(b->result);
	if (b->result != YZ_FEEL_ANY && t->item && !yz_feel_type_fits(result, t->item))
		return false;
	for (unsigned s = 0; s < 4 && b->sigs[s].types; s++) {
		struct letters l = {b->sigs[s].types};
		bool nullable, ok = counts_fit(&b->sigs[s], t->nfields);
		for (size_t i = 0; ok && i < t->nfields; i++) {
			const struct yz_feel_type *given = t->fields[i].type, *wanted;
			if (*l.at == '*') /* the list, or one of its items */
				break;
			wanted = letter_type(next_letter(&l, &nullable));
			ok = !given || given->kind == YZ_FEEL_ANY ? wanted->kind == YZ_FEEL_ANY
								  : yz_feel_type_fits(given, wanted);
		}
		if (ok)
			return true;
	}
	return false;
}
