/* A tree that was read is written and read again to the same text; elements stand where they say.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fmt/xml.h"

#include "base/utf8.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_tree(struct yz_xw *w, const struct yz_xml *e, bool *whole)
{
	if (w->depth == YZ_XW_DEPTH) {
		*whole = false;
		return;
	}
	size_t tails = 0;
	for (size_t i = 0; i < e->n; i++)
		tails += e->children[i]->tail.len;
	yz_xw_begin(w, e->name.ptr);
	yz_xw_text(w, yz_str_n(e->text.ptr, e->text.len - tails));
	for (size_t i = 0; i < e->n; i++) {
		write_tree(w, e->children[i], whole);
		yz_xw_text(w, e->children[i]->tail);
	}
	yz_xw_end(w);
}

static void check_places(struct yz_str source, const struct yz_xml *e)
{
	size_t name = e->from + 1;
	assert(name < source.len && source.ptr[e->from] == '<');
	while (!yz_str_starts(yz_str_n(source.ptr + name, source.len - name), e->name))
		assert(name < source.len && source.ptr[name++] != '>');
	if (!e->n && e->text.len) {
		char c = source.ptr[e->text_from];
		assert(c == e->text.ptr[0] || c == '&' || c == '\r');
	}
	assert(yz_xml_where(source, e).line <= yz_xml_text_where(source, e, e->text.len).line);
	for (size_t i = 0; i < e->n; i++)
		check_places(source, e->children[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_xml_limits l = {.bytes = 1 << 20, .depth = 70, .elements = 1000, .attributes = 20};
	const struct yz_xml *e = yz_xml_read(a, yz_str_n((const char *)data, size), &l, &err);
	assert((e == NULL) == (err.code != YZ_OK));
	struct yz_str source = yz_str_n((const char *)data, size);
	if (e && yz_utf8_valid(source) && yz_str_find(source, YZ_LIT("encoding"), 0) == SIZE_MAX &&
	    !memchr(data, 0, size))
		check_places(source, e);
	if (e) {
		struct yz_buf b;
		struct yz_xw w;
		bool whole = true;
		yz_buf_init(&b, a, 1 << 24);
		yz_xw_init(&w, &b);
		write_tree(&w, e, &whole);
		const struct yz_xml *again = yz_xml_read(a, yz_buf_str(&b), NULL, &err);
		assert(again && (!whole || yz_str_eq(yz_xml_all_text(a, again), yz_xml_all_text(a, e))));
		for (size_t i = 0; i < e->n; i++)
			assert(e->children[i]->parent == e && yz_xml_name_ok(e->children[i]->name));
	}
	yz_arena_destroy(a);
	return 0;
}
