/* SPDX-License-Identifier: Apache-2.0 */
#include "dmn/model.h"

#include "base/utf8.h"

struct yz_str yz_dmn_name(const struct yz_dmn *m)
{
	return m->models[0].name;
}

struct yz_str yz_dmn_namespace(const struct yz_dmn *m)
{
	return m->models[0].ns;
}

size_t yz_dmn_errors(const struct yz_dmn *m)
{
	return m->nerrors;
}

const struct yz_dmn_node *const *yz_dmn_nodes(const struct yz_dmn *m, size_t *n)
{
	*n = m->nnodes;
	return m->nodes;
}

/* One space for each run of white space (U+3000 included), none at the ends, into `to` of s.len bytes. */
size_t yz_dname_into(char *to, struct yz_str s)
{
	size_t len = 0;
	bool gap = false;
	for (size_t i = 0; i < s.len;) {
		size_t next = i;
		uint32_t c = yz_utf8_next(s, &next);
		if (c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 || c == 0x1680 ||
		    (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
		    c == 0x3000 || c == 0xFEFF) {
			gap = len > 0;
		} else {
			if (gap)
				to[len++] = ' ';
			gap = false;
			memcpy(to + len, s.ptr + i, next - i);
			len += next - i;
		}
		i = next;
	}
	return len;
}

const struct yz_dmn_node *yz_dmn_find(const struct yz_dmn *m, struct yz_str name)
{
	char single[512];
	const struct yz_dmn_node *node = yz_map_get(&m->by_name, name);
	if (!node && name.len <= sizeof single)
		node = yz_map_get(&m->by_name, yz_str_n(single, yz_dname_into(single, name)));
	return node ? node : yz_map_get(&m->by_id, name);
}

/* ---- what stands below a node ---- */

struct below {
	const struct yz_dmn *model;
	uint8_t *seen;
	YZ_VEC(const struct yz_dnode *) open;
};

static void look_at(struct below *b, struct yz_arena *a, const struct yz_dnode *n)
{
	if (b->seen[n->face.index])
		return;
	b->seen[n->face.index] = 1;
	*yz_vec_push(a, &b->open) = n;
}

/* What is given to a service is not computed, … */
static void give(struct below *b, struct yz_arena *a, const struct yz_dnode *service)
{
	for (size_t i = 0; i < service->nparameters; i++)
		if (service->parameters[i]->face.kind == YZ_DMN_DECISION)
			b->seen[service->parameters[i]->face.index] = 1;
		else
			look_at(b, a, service->parameters[i]);
}

const struct yz_dmn_node *const *yz_dmn_inputs_of(struct yz_arena *a, const struct yz_dmn *m,
						  const struct yz_dmn_node *node, size_t *n)
{
	struct below b = {m, yz_alloc(a, m->nnodes), {0}};
	YZ_VEC(const struct yz_dmn_node *) found = {0};
	look_at(&b, a, (const struct yz_dnode *)node);
	if (node->kind == YZ_DMN_SERVICE)
		give(&b, a, (const struct yz_dnode *)node);
	while (b.open.len) {
		const struct yz_dnode *at = b.open.at[--b.open.len];
		/* … and one that is called takes all it needs from its arguments. */
		if (at->face.kind == YZ_DMN_SERVICE && &at->face != node)
			continue;
		for (size_t i = 0; i < at->face.nneeds; i++)
			look_at(&b, a, (const struct yz_dnode *)at->face.needs[i]);
	}
	for (size_t i = 0; i < m->nnodes; i++)
		if (b.seen[i] && m->nodes[i]->kind == YZ_DMN_INPUT)
			*yz_vec_push(a, &found) = m->nodes[i];
	*n = found.len;
	return found.at;
}
