/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/json.h"

#include "fmt/json_index.h"

#include <assert.h>

const struct yz_json *yz_json_find(const struct yz_json *object, struct yz_str key)
{
	if (!yz_json_is(object, YZ_JSON_OBJECT))
		return NULL;
	if (object->indexed) {
		uint32_t slot = *yz_json_index_slot(object, key);
		return slot ? object->members[slot - 1].value : NULL;
	}
	for (size_t i = 0; i < object->count; i++)
		if (yz_str_eq(object->members[i].key, key))
			return object->members[i].value;
	return NULL;
}

const struct yz_json *yz_json_get(const struct yz_json *object, const char *key)
{
	return yz_json_find(object, yz_str(key));
}

const struct yz_json *yz_json_path(const struct yz_json *v, const char *path)
{
	struct yz_str rest = yz_str(path), step;
	while (v && yz_str_cut(&rest, '/', &step)) {
		int64_t i;
		if (yz_json_is(v, YZ_JSON_ARRAY))
			v = yz_str_int(step, &i) && i >= 0 ? yz_json_at(v, (size_t)i) : NULL;
		else
			v = yz_json_find(v, step);
	}
	return v;
}

size_t yz_json_len(const struct yz_json *v)
{
	return yz_json_is(v, YZ_JSON_ARRAY) ? v->len : yz_json_is(v, YZ_JSON_OBJECT) ? v->count : 0;
}

const struct yz_json *yz_json_at(const struct yz_json *array, size_t i)
{
	return yz_json_is(array, YZ_JSON_ARRAY) && i < array->len ? array->items[i] : NULL;
}

struct yz_str yz_json_text(const struct yz_json *v)
{
	return yz_json_is(v, YZ_JSON_STRING) ? v->text : (struct yz_str){NULL, 0};
}

struct yz_str yz_json_str(const struct yz_json *object, const char *key)
{
	return yz_json_text(yz_json_get(object, key));
}

int64_t yz_json_int(const struct yz_json *object, const char *key, int64_t fallback)
{
	const struct yz_json *v = yz_json_get(object, key);
	int64_t i;
	return yz_json_is(v, YZ_JSON_NUMBER) && yz_str_int(v->text, &i) ? i : fallback;
}

bool yz_json_bool(const struct yz_json *object, const char *key, bool fallback)
{
	const struct yz_json *v = yz_json_get(object, key);
	return yz_json_is(v, YZ_JSON_TRUE) || (fallback && !yz_json_is(v, YZ_JSON_FALSE));
}

bool yz_json_is(const struct yz_json *v, enum yz_json_type type)
{
	return v && v->type == type;
}

bool yz_json_equal(const struct yz_json *a, const struct yz_json *b)
{
	if (!a || !b || a->type != b->type)
		return a == b;
	switch (a->type) {
	case YZ_JSON_NUMBER:
		return yz_str_eq(a->text, b->text) || yz_json_num_cmp(a->text, b->text) == 0;
	case YZ_JSON_STRING:
		return yz_str_eq(a->text, b->text);
	case YZ_JSON_ARRAY:
		if (a->len != b->len)
			return false;
		for (size_t i = 0; i < a->len; i++)
			if (!yz_json_equal(a->items[i], b->items[i]))
				return false;
		return true;
	case YZ_JSON_OBJECT:
		if (a->count != b->count)
			return false;
		for (size_t i = 0; i < a->count; i++)
			if (!yz_json_equal(a->members[i].value, yz_json_find(b, a->members[i].key)))
				return false;
		return true;
	default:
		return true;
	}
}

static uint64_t mix(uint64_t h, uint64_t with)
{
	h = (h ^ with) * 0x9E3779B97F4A7C15;
	return h ^ h >> 29;
}

uint64_t yz_json_hash(const struct yz_json *v)
{
	uint64_t h = mix(0x5EED, v->type);
	switch (v->type) {
	case YZ_JSON_NUMBER:
		return mix(h, yz_json_num_hash(v->text));
	case YZ_JSON_STRING:
		return mix(h, yz_str_hash(v->text));
	case YZ_JSON_ARRAY:
		for (size_t i = 0; i < v->len; i++)
			h = mix(h, yz_json_hash(v->items[i]));
		return h;
	case YZ_JSON_OBJECT:
		/* A sum, for the order of members does not count. */
		for (size_t i = 0; i < v->count; i++)
			h += mix(yz_str_hash(v->members[i].key), yz_json_hash(v->members[i].value));
		return h;
	default:
		return h;
	}
}

static struct yz_json *new_of(struct yz_arena *a, enum yz_json_type type)
{
	struct yz_json *v = yz_new(a, struct yz_json);
	v->type = type;
	return v;
}

struct yz_json *yz_json_new_object(struct yz_arena *a)
{
	return new_of(a, YZ_JSON_OBJECT);
}

struct yz_json *yz_json_new_array(struct yz_arena *a)
{
	return new_of(a, YZ_JSON_ARRAY);
}

const struct yz_json *yz_json_new_str(struct yz_arena *a, struct yz_str s)
{
	struct yz_json *v = new_of(a, YZ_JSON_STRING);
	v->text = s;
	return v;
}

const struct yz_json *yz_json_new_num(struct yz_arena *a, struct yz_str written)
{
	assert(written.len > 0 && written.len <= YZ_JSON_NUMERAL);
	struct yz_json *v = new_of(a, YZ_JSON_NUMBER);
	v->text = written;
	return v;
}

const struct yz_json *yz_json_new_int(struct yz_arena *a, int64_t i)
{
	return yz_json_new_num(a, yz_str_printf(a, "%lld", (long long)i));
}

const struct yz_json *yz_json_new_bool(struct yz_arena *a, bool b)
{
	return new_of(a, b ? YZ_JSON_TRUE : YZ_JSON_FALSE);
}

const struct yz_json *yz_json_new_null(struct yz_arena *a)
{
	return new_of(a, YZ_JSON_NULL);
}

/* Room for one more of `size` bytes where room for n is always the next power
 * of two: so a built value needs no capacity of its own. */
static void *room(struct yz_arena *a, const void *at, size_t n, size_t size)
{
	if (n & (n - 1))
		return (void *)at;
	return yz_realloc(a, (void *)at, n * size, (n ? n * 2 : 1) * size);
}

void yz_json_put(struct yz_arena *a, struct yz_json *object, struct yz_str key, const struct yz_json *value)
{
	assert(object->type == YZ_JSON_OBJECT && !object->indexed && value);
	struct yz_json_member *members = (struct yz_json_member *)object->members;
	for (size_t i = 0; i < object->count; i++)
		if (yz_str_eq(members[i].key, key)) {
			members[i].value = value;
			return;
		}
	members = room(a, members, object->count, sizeof *members);
	members[object->count++] = (struct yz_json_member){key, value};
	object->members = members;
}

void yz_json_push(struct yz_arena *a, struct yz_json *array, const struct yz_json *value)
{
	assert(array->type == YZ_JSON_ARRAY && value);
	const struct yz_json **items = room(a, array->items, array->len, sizeof *items);
	items[array->len++] = value;
	array->items = items;
}
