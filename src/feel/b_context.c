/* Context built-ins (DMN 1.5, 10.3.4.7).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/builtin.h"

#include "base/map.h"
#include "feel/machine.h"

#define DEFINE(ident)                                                                                                  \
	struct yz_feel_value yz_feel_b_##ident(struct yz_feel_run *run, const struct yz_feel_value *args, size_t n)

DEFINE(get_value)
{
	const struct yz_feel_value *v = yz_feel_find(args[0].context, yz_feel_str(args[1]));
	if (v)
		return *v;
	return yz_feel_raise_s(run, YZ_FEEL_WHY_NO_ENTRY, yz_feel_str(args[1]), (struct yz_str){0}, (struct yz_str){0});
}

static struct yz_feel_value key_and_value(struct yz_feel_run *run, const struct yz_feel_entry *e)
{
	struct yz_feel_entry *two = yz_new_n(run->arena, 2, struct yz_feel_entry);
	two[0] = (struct yz_feel_entry){YZ_LIT("key"), yz_feel_string(e->key)};
	two[1] = (struct yz_feel_entry){YZ_LIT("value"), e->value};
	return yz_feel_context(run->arena, two, 2);
}

DEFINE(get_entries)
{
	const struct yz_feel_context *c = args[0].context;
	struct yz_feel_value *items = yz_feel_new_items(run, c->len);
	if (!items)
		return (struct yz_feel_value){0};
	for (uint32_t i = 0; i < c->len; i++)
		items[i] = key_and_value(run, &c->entries[i]);
	return yz_feel_list(items, c->len);
}

DEFINE(context)
{
	struct yz_feel_value list = args[0];
	struct yz_feel_entry *entries = yz_new_n(run->arena, list.aux + 1, struct yz_feel_entry);
	struct yz_map seen;
	yz_map_init(&seen, run->arena);
	if (!yz_feel_steps(run, list.aux))
		return (struct yz_feel_value){0};
	for (uint32_t i = 0; i < list.aux; i++) {
		const struct yz_feel_value *item = &list.items[i], *key = NULL, *value = NULL;
		if (item->kind == YZ_FEEL_CONTEXT) {
			key = yz_feel_find(item->context, YZ_LIT("key"));
			value = yz_feel_find(item->context, YZ_LIT("value"));
		}
		if (!key || !value || key->kind != YZ_FEEL_STRING)
			return yz_feel_raise(run, YZ_FEEL_WHY_NO_RESULT, "context", NULL);
		entries[i] = (struct yz_feel_entry){yz_feel_str(*key), *value};
		if (yz_map_put(&seen, entries[i].key, &seen))
			return yz_feel_raise_s(run, YZ_FEEL_WHY_TWICE, entries[i].key, (struct yz_str){0},
					       (struct yz_str){0});
	}
	return yz_feel_context(run->arena, entries, list.aux);
}

static struct yz_feel_value put(struct yz_feel_run *run, struct yz_feel_value context, struct yz_str key,
				struct yz_feel_value value)
{
	const struct yz_feel_context *c = context.context;
	struct yz_feel_entry *entries = yz_new_n(run->arena, c->len + 1, struct yz_feel_entry);
	uint32_t n = c->len;
	if (!yz_feel_steps(run, n))
		return (struct yz_feel_value){0};
	if (n)
		memcpy(entries, c->entries, n * sizeof *entries);
	uint32_t at = 0;
	while (at < n && !yz_str_eq(entries[at].key, key))
		at++;
	entries[at] = (struct yz_feel_entry){key, value};
	return yz_feel_context(run->arena, entries, at == n ? n + 1 : n);
}

/* The value of the innermost key goes into copies of all the contexts on the way. */
static struct yz_feel_value put_path(struct yz_feel_run *run, struct yz_feel_value context,
				     const struct yz_feel_value *keys, size_t n, struct yz_feel_value value)
{
	if (!n || n > run->limits->depth || n > YZ_FEEL_DEEPEST || keys[0].kind != YZ_FEEL_STRING)
		return yz_feel_raise(run, YZ_FEEL_WHY_NO_RESULT, "context put", NULL);
	struct yz_str key = yz_feel_str(keys[0]);
	if (n == 1)
		return put(run, context, key, value);
	const struct yz_feel_value *inner = yz_feel_find(context.context, key);
	if (!inner || inner->kind != YZ_FEEL_CONTEXT)
		return yz_feel_raise_s(run, YZ_FEEL_WHY_NO_ENTRY, key, (struct yz_str){0}, (struct yz_str){0});
	struct yz_feel_value changed = put_path(run, *inner, keys + 1, n - 1, value);
	return changed.kind == YZ_FEEL_CONTEXT ? put(run, context, key, changed) : changed;
}

DEFINE(context_put)
{
	if (args[1].kind == YZ_FEEL_STRING)
		return put_path(run, args[0], &args[1], 1, args[2]);
	return put_path(run, args[0], args[1].items, args[1].aux, args[2]);
}

DEFINE(context_merge)
{
	struct yz_feel_value list = args[0];
	struct yz_map places;
	YZ_VEC(struct yz_feel_entry) entries = {0};
	yz_map_init(&places, run->arena);
	for (uint32_t i = 0; i < list.aux; i++) {
		if (list.items[i].kind != YZ_FEEL_CONTEXT)
			return yz_feel_raise_s(run, YZ_FEEL_WHY_ARGUMENT_KIND, YZ_LIT("context merge"),
					       YZ_LIT("contexts"),
					       yz_str(yz_feel_kind_name((enum yz_feel_kind)list.items[i].kind)));
		const struct yz_feel_context *c = list.items[i].context;
		if (!yz_feel_steps(run, c->len + 1))
			return (struct yz_feel_value){0};
		for (uint32_t k = 0; k < c->len; k++) {
			uintptr_t at = (uintptr_t)yz_map_get(&places, c->entries[k].key);
			if (at) {
				entries.at[at - 1].value = c->entries[k].value;
				continue;
			}
			*yz_vec_push(run->arena, &entries) = c->entries[k];
			yz_map_put(&places, c->entries[k].key, (void *)(uintptr_t)entries.len);
		}
	}
	return yz_feel_context(run->arena, entries.at, entries.len);
}
