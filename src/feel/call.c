/* feel/call.c - function values, whoever defined them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/machine.h"

#include "feel/builtin.h"

#include <assert.h>

/* As many arguments are copied to the C stack; more go to the arena. */
enum { MOST_FEW = 8 };

struct yz_feel_value yz_feel_call_value(struct yz_feel_run *run, struct yz_feel_value fn,
					const struct yz_feel_value *args, const struct yz_feel_names *names, size_t n)
{
	if (fn.kind == YZ_FEEL_FUNCTION)
		return names ? yz_feel_apply_named(run, fn.function, names, args)
			     : yz_feel_apply(run, fn.function, args, n);
	if (fn.kind == YZ_FEEL_UNKNOWN)
		return yz_feel_unknown_both(run->arena, fn, fn);
	if (fn.kind == YZ_FEEL_NULL && fn.reason)
		return fn;
	return yz_feel_raise(run, YZ_FEEL_WHY_NOT_CALLABLE, yz_feel_kind_name((enum yz_feel_kind)fn.kind), NULL);
}

static struct yz_feel_value call_host(struct yz_feel_run *run, const struct yz_feel_host *h,
				      const struct yz_feel_value *args, size_t n)
{
	struct yz_feel_value few[MOST_FEW], *copy = few;
	if (n != h->type->nfields)
		return yz_feel_raise_s(run, YZ_FEEL_WHY_ARGUMENTS, h->name, (struct yz_str){0}, (struct yz_str){0});
	if (run->depth >= run->limits->depth || run->depth >= YZ_FEEL_DEEPEST)
		return yz_feel_raise(run, YZ_FEEL_WHY_DEPTH, NULL, NULL);
	if (!yz_feel_steps(run, 1))
		return (struct yz_feel_value){0};
	if (n > MOST_FEW)
		copy = yz_new_n(run->arena, n, struct yz_feel_value);
	for (size_t i = 0; i < n; i++) {
		copy[i] = yz_feel_coerce(run, args[i], h->type->fields[i].type);
		if (h->strict && copy[i].kind == YZ_FEEL_NULL && args[i].kind != YZ_FEEL_NULL)
			return copy[i];
	}
	run->depth++;
	struct yz_feel_value v = h->call(h->ctx, run, copy, n);
	run->depth--;
	return yz_feel_coerce(run, v, h->type->item);
}

static struct yz_feel_value call_copied(struct yz_feel_run *run, const struct yz_feel_builtin *b,
					const struct yz_feel_value *args, size_t n)
{
	struct yz_feel_value few[MOST_FEW], *copy = n > MOST_FEW ? yz_new_n(run->arena, n, struct yz_feel_value) : few;
	if (n)
		memcpy(copy, args, n * sizeof *copy);
	return yz_feel_call_builtin(run, b, 0, copy, n);
}

struct yz_feel_value yz_feel_apply(struct yz_feel_run *run, const struct yz_feel_function *fn,
				   const struct yz_feel_value *args, size_t n)
{
	switch (fn->kind) {
	case YZ_FEEL_CLOSURE:
		return yz_feel_call_closure(run, fn, args, n);
	case YZ_FEEL_HOST:
		return call_host(run, fn->host, args, n);
	case YZ_FEEL_BUILTIN:
		return call_copied(run, fn->builtin, args, n);
	}
	assert(!"no such function");
}

/* Of a function that is no built-in. */
static const struct yz_feel_field *parameters(const struct yz_feel_function *fn, size_t *n, struct yz_str *name)
{
	bool host = fn->kind == YZ_FEEL_HOST;
	*n = host ? fn->host->type->nfields : fn->proto->nparams;
	*name = host && fn->host->name.len ? fn->host->name : YZ_LIT("the function");
	return host ? fn->host->type->fields : fn->proto->params;
}

struct yz_feel_value yz_feel_apply_named(struct yz_feel_run *run, const struct yz_feel_function *fn,
					 const struct yz_feel_names *names, const struct yz_feel_value *args)
{
	if (fn->kind == YZ_FEEL_BUILTIN)
		return yz_feel_call_builtin_named(run, fn->builtin, names, args);
	size_t n;
	struct yz_str name;
	const struct yz_feel_field *params = parameters(fn, &n, &name);
	struct yz_feel_value few[MOST_FEW],
		*sorted = n > MOST_FEW ? yz_new_n(run->arena, n, struct yz_feel_value) : few;
	size_t found = 0;
	/* 10.3.2.13.5: what is not supplied by name is null. */
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;
		while (k < names->n && !yz_str_eq(params[i].name, names->names[k]))
			k++;
		found += k < names->n;
		sorted[i] = k < names->n ? args[k] : (struct yz_feel_value){0};
	}
	if (found != names->n)
		return yz_feel_raise_s(run, YZ_FEEL_WHY_ARGUMENTS, name, (struct yz_str){0}, (struct yz_str){0});
	return yz_feel_apply(run, fn, sorted, n);
}

struct yz_feel_value yz_feel_call(struct yz_feel_run *run, struct yz_feel_value fn, const struct yz_feel_value *args,
				  size_t n)
{
	return yz_feel_call_value(run, fn, args, NULL, n);
}

/* The built-ins sort their names out themselves, and miss none that they need. */
static struct yz_feel_value builtin_named(struct yz_feel_run *run, const struct yz_feel_builtin *b,
					  const struct yz_feel_entry *args, size_t n)
{
	struct yz_str *names = yz_new_n(run->arena, n, struct yz_str);
	struct yz_feel_value *values = yz_new_n(run->arena, n, struct yz_feel_value);
	for (size_t i = 0; i < n; i++) {
		names[i] = args[i].key;
		values[i] = args[i].value;
	}
	return yz_feel_call_builtin_named(run, b, &(struct yz_feel_names){names, n}, values);
}

struct yz_feel_value yz_feel_call_named(struct yz_feel_run *run, struct yz_feel_value fn,
					const struct yz_feel_entry *args, size_t n)
{
	if (fn.kind != YZ_FEEL_FUNCTION)
		return yz_feel_call_value(run, fn, NULL, NULL, 0);
	if (fn.function->kind == YZ_FEEL_BUILTIN)
		return builtin_named(run, fn.function->builtin, args, n);
	size_t nparams;
	struct yz_str name;
	const struct yz_feel_field *params = parameters(fn.function, &nparams, &name);
	struct yz_feel_value *sorted = yz_new_n(run->arena, nparams, struct yz_feel_value);
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;
		while (k < nparams && !yz_str_eq(params[k].name, args[i].key))
			k++;
		if (k == nparams)
			return yz_feel_null_for(run, YZ_FEEL_WHY_NO_PARAMETER, NULL, name, args[i].key,
						(struct yz_str){0});
		sorted[k] = args[i].value;
	}
	return yz_feel_apply(run, fn.function, sorted, nparams);
}

int yz_feel_arity(struct yz_feel_value fn)
{
	assert(fn.kind == YZ_FEEL_FUNCTION);
	const struct yz_feel_function *f = fn.function;
	if (f->kind == YZ_FEEL_CLOSURE)
		return (int)f->proto->nparams;
	if (f->kind == YZ_FEEL_HOST)
		return (int)f->host->type->nfields;
	bool any;
	size_t most = yz_feel_sig_params(&f->builtin->sigs[0], &any);
	return any || f->builtin->sigs[1].types || f->builtin->sigs[0].least != most ? -1 : (int)most;
}

struct yz_feel_value yz_feel_function_of(struct yz_arena *a, const struct yz_feel_host *h)
{
	struct yz_feel_function *fn = yz_new(a, struct yz_feel_function);
	assert(h->type->kind == YZ_FEEL_FUNCTION);
	*fn = (struct yz_feel_function){.kind = YZ_FEEL_HOST, .host = h};
	return (struct yz_feel_value){.kind = YZ_FEEL_FUNCTION, .function = fn};
}
