/* Any text as an expression and as unary tests, compiled but never run: what is refused says why and where, what is
 * taken is a tree whose parts lie within each other, and neither depends on white space around it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "feel/ast.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct yz_feel_limits limits = {
	.text = 8192, .depth = 60, .numeral = 100, .steps = 2000, .string = 5000, .list = 500, .regex = 2000};
static const struct yz_feel_limits tight = {
	.text = 100, .depth = 6, .numeral = 5, .steps = 10, .string = 20, .list = 5, .reasons = 2, .regex = 50};

static const struct yz_feel_field fields[] = {{YZ_LIT("x"), NULL}, {YZ_LIT("y z"), NULL}};
static const struct yz_feel_type person = {
	.kind = YZ_FEEL_CONTEXT, .name = YZ_LIT("tPerson"), .fields = fields, .nfields = 2};
static const struct yz_feel_type people = {.kind = YZ_FEEL_LIST, .name = YZ_LIT("m.people"), .item = &person};
static const struct yz_feel_type *const types[] = {&person, &people};
static const struct yz_feel_name names[] = {{YZ_LIT("a"), NULL},    {YZ_LIT("b c"), NULL},  {YZ_LIT("a-b"), NULL},
					    {YZ_LIT("p"), &person}, {YZ_LIT("l"), &people}, {YZ_LIT("长度"), NULL}};

static const struct yz_feel *compile(struct yz_arena *a, struct yz_str text, enum yz_feel_mode mode, bool open,
				     const struct yz_feel_limits *l, const struct yz_feel_diag **diags,
				     struct yz_err *err)
{
	const struct yz_feel_scope closed = {.names = names, .len = 6, .types = types, .ntypes = 2, .limits = l};
	const struct yz_feel_scope all = {.open = true, .limits = l};
	*err = (struct yz_err){0};
	return yz_feel_compile(a, text, mode, open ? &all : &closed, diags, err);
}

static void check_tree(const struct yz_feel_node *n, uint32_t from, uint32_t to)
{
	struct yz_feel_node *part;
	assert(n->from >= from && n->from <= n->to && n->to <= to);
	for (size_t i = 0; (part = yz_feel_part(n, i)) || i < 3; i++)
		if (part)
			check_tree(part, n->from, n->to);
}

static void check_diags(const struct yz_feel_diag *d, size_t len)
{
	for (; d; d = d->next) {
		assert(d->message.len && yz_utf8_valid(d->message));
		assert(d->place.line && d->place.column && d->place.from <= d->place.to && d->place.to <= len);
	}
}

static struct yz_str dump(struct yz_arena *a, const struct yz_feel *f)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 22);
	yz_feel_dump(f, &b);
	return yz_buf_str(&b);
}

/* A text may hold NUL, which printf would end at. */
static struct yz_str around(struct yz_arena *a, const char *before, struct yz_str text, const char *after)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 16);
	yz_buf_addz(&b, before);
	yz_buf_adds(&b, text);
	yz_buf_addz(&b, after);
	return yz_buf_str(&b);
}

/* It is the same when there is more around it. */
static void try_again(struct yz_arena *a, const struct yz_feel *f, struct yz_str text, enum yz_feel_mode mode,
		      bool open)
{
	struct yz_err err;
	const struct yz_feel *g =
		compile(a, around(a, "\n /* */ ", text, "\n // the end"), mode, open, &limits, NULL, &err);
	assert(g && yz_str_eq(dump(a, f), dump(a, g)));
	if (mode == YZ_FEEL_EXPRESSION) {
		g = compile(a, around(a, "(", text, "\n)"), mode, open, &limits, NULL, &err);
		assert(g || err.code == YZ_LIMIT);
		assert(!g || yz_str_eq(dump(a, f), dump(a, g)));
	}
	g = compile(a, text, mode, open, &tight, NULL, &err);
	assert(g || err.code == YZ_LIMIT);
}

static void check_program(struct yz_arena *a, const struct yz_feel *f, struct yz_str text)
{
	size_t n, ninputs;
	yz_feel_names(f, &ninputs);
	const struct yz_feel_use *uses = yz_feel_uses(a, f, &n);
	for (size_t i = 0; i < n; i++)
		assert(uses[i].input < ninputs && uses[i].path.len && uses[i].place.to <= text.len);
	assert(yz_feel_type_text(a, yz_feel_result_type(f)).len);
	assert(yz_str_eq(yz_feel_source(f), text));
	assert(yz_feel_condition(a, f));
	check_tree(f->root, 0, (uint32_t)text.len);
}

static void try_text(struct yz_arena *a, struct yz_str text, enum yz_feel_mode mode, bool open)
{
	const struct yz_feel_diag *diags;
	struct yz_err err;
	const struct yz_feel *f = compile(a, text, mode, open, &limits, &diags, &err);
	check_diags(diags, text.len);
	assert((f == NULL) == (err.code != YZ_OK));
	assert(f || ((err.code == YZ_SYNTAX || err.code == YZ_LIMIT) && err.msg[0]));
	if (!f)
		return;
	check_program(a, f, text);
	try_again(a, f, text, mode, open);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str text = yz_str_n((const char *)data, size < 4096 ? size : 4096);
	if (size % 2)
		yz_arena_strict(a, 0);
	for (int open = 0; open < 2; open++) {
		try_text(a, text, YZ_FEEL_EXPRESSION, open);
		try_text(a, text, YZ_FEEL_UNARY_TESTS, open);
	}
	yz_arena_destroy(a);
	return 0;
}
