/* SPDX-License-Identifier: Apache-2.0 */
#include "print/wire.h"

enum { BLOCK_BYTES = 28, CELL_BYTES = 5, COLUMN_BYTES = 12, HEAD_BYTES = 64 };

size_t yz_wire_max(void)
{
	const struct yz_print_limits *l = &yz_print_limits;
	return HEAD_BYTES + l->blocks * BLOCK_BYTES + l->cells * CELL_BYTES + l->blocks * l->columns * COLUMN_BYTES +
	       l->text;
}

static void put32(struct yz_buf *b, uint32_t v)
{
	const char bytes[4] = {(char)v, (char)(v >> 8), (char)(v >> 16), (char)(v >> 24)};
	yz_buf_add(b, bytes, 4);
}

static void put_str(struct yz_buf *b, struct yz_str s)
{
	put32(b, (uint32_t)s.len);
	yz_buf_adds(b, s);
}

static void put_block(struct yz_buf *out, const struct yz_block *b)
{
	yz_buf_addc(out, (char)b->type);
	yz_buf_addc(out, (char)b->lang);
	put32(out, b->n);
	put_str(out, b->text);
	put_str(out, b->more);
	put32(out, (uint32_t)b->runs.len);
	for (size_t i = 0; i < b->runs.len; i++) {
		yz_buf_addc(out, b->runs.at[i].bold);
		put_str(out, b->runs.at[i].text);
	}
	put32(out, (uint32_t)b->cells.len);
	for (size_t i = 0; i < b->cells.len; i++)
		put_str(out, b->cells.at[i]);
	for (size_t i = 0; b->type == YZ_BLOCK_TABLE && i < b->n; i++) {
		uint32_t width;
		memcpy(&width, &b->columns[i].width, sizeof width);
		put32(out, width);
		put32(out, b->columns[i].align);
		put_str(out, b->columns[i].head);
	}
}

bool yz_wire_write(struct yz_arena *a, const struct yz_doc *d, struct yz_str *out, struct yz_err *err)
{
	struct yz_buf b;
	if (!yz_doc_check(d, err))
		return false;
	yz_buf_init(&b, a, yz_wire_max());
	yz_buf_addz(&b, "yzd1");
	put32(&b, d->form);
	put32(&b, d->lang);
	put32(&b, d->pages);
	put32(&b, d->landscape);
	put32(&b, (uint32_t)((uint64_t)d->made & 0xFFFFFFFF));
	put32(&b, (uint32_t)((uint64_t)d->made >> 32));
	put_str(&b, d->title);
	put_str(&b, d->author);
	put_str(&b, d->subject);
	put_str(&b, d->watermark);
	put_str(&b, d->check);
	put32(&b, (uint32_t)d->nblocks);
	for (const struct yz_block *k = d->first; k; k = k->next)
		put_block(&b, k);
	if (b.full)
		return yz_fail(err, YZ_LIMIT, "the document does not fit in a message of %zu bytes", b.max);
	*out = yz_buf_str(&b);
	return true;
}

struct reader {
	struct yz_str rest;
	bool bad;
};

static const char *get(struct reader *r, size_t n)
{
	if (r->bad || n > r->rest.len) {
		r->bad = true;
		return NULL;
	}
	const char *p = r->rest.ptr;
	r->rest.ptr += n;
	r->rest.len -= n;
	return p;
}

static uint32_t get32(struct reader *r)
{
	const unsigned char *p = (const unsigned char *)get(r, 4);
	return p ? (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24 : 0;
}

static unsigned get8(struct reader *r)
{
	const char *p = get(r, 1);
	return p ? (unsigned char)*p : 0;
}

static struct yz_str get_str(struct reader *r)
{
	uint32_t n = get32(r);
	const char *p = get(r, n);
	return (struct yz_str){p, p ? n : 0};
}

static uint32_t get_max(struct reader *r, uint32_t limit)
{
	uint32_t v = get32(r);
	if (v >= limit)
		r->bad = true;
	return v;
}

static void get_columns(struct reader *r, struct yz_doc *d, struct yz_block *b)
{
	if (b->n < 1 || b->n > yz_print_limits.columns) {
		r->bad = true;
		return;
	}
	b->columns = yz_new_n(d->arena, b->n, struct yz_doc_column);
	for (size_t i = 0; i < b->n; i++) {
		uint32_t width = get32(r);
		memcpy(&b->columns[i].width, &width, sizeof width);
		b->columns[i].align = get_max(r, YZ_ALIGN_END + 1);
		b->columns[i].head = get_str(r);
	}
}

/* What a block of its type must have for the setter to index it. */
static bool well_formed(const struct yz_block *b)
{
	switch (b->type) {
	case YZ_BLOCK_CLOSE:
		return b->cells.len == YZ_CLOSE_CELLS;
	case YZ_BLOCK_IMPRINT:
		return b->cells.len == YZ_IMPRINT_CELLS;
	case YZ_BLOCK_FIELDS:
		return b->n >= 1 && b->n <= 4 && b->cells.len % 2 == 0;
	case YZ_BLOCK_TABLE:
		return b->cells.len % b->n == 0;
	default:
		return true;
	}
}

static void get_block(struct reader *r, struct yz_doc *d)
{
	unsigned type = get8(r), lang = get8(r);
	if (r->bad || type >= YZ_BLOCK_TYPES || lang > YZ_DOC_UG) {
		r->bad = true;
		return;
	}
	struct yz_block *b = yz_block_add(d, type);
	if (!b) {
		r->bad = true;
		return;
	}
	b->lang = lang;
	b->n = get32(r);
	b->text = get_str(r);
	b->more = get_str(r);
	uint32_t runs = get32(r);
	for (uint32_t i = 0; i < runs && !r->bad; i++) {
		bool bold = get8(r) != 0;
		*yz_vec_push(d->arena, &b->runs) = (struct yz_run){get_str(r), bold};
		d->ncells++;
	}
	uint32_t cells = get32(r);
	for (uint32_t i = 0; i < cells && !r->bad; i++)
		yz_block_cell(d, b, get_str(r));
	if (b->type == YZ_BLOCK_TABLE)
		get_columns(r, d, b);
	if (!r->bad && !well_formed(b))
		r->bad = true;
}

struct yz_doc *yz_wire_read(struct yz_arena *a, struct yz_str message, struct yz_err *err)
{
	struct reader r = {message, false};
	const char *magic = get(&r, 4);
	if (!magic || memcmp(magic, "yzd1", 4) != 0)
		return yz_fail_null(err, YZ_SYNTAX, "not a document message");
	struct yz_doc *d = yz_new(a, struct yz_doc);
	d->arena = a;
	d->form = get_max(&r, YZ_DOC_CERTIFICATE + 1);
	d->lang = get_max(&r, YZ_DOC_UG + 1);
	d->pages = get_max(&r, YZ_PAGES_NONE + 1);
	d->landscape = get32(&r) != 0;
	uint64_t low = get32(&r);
	d->made = (yz_instant)(low | (uint64_t)get32(&r) << 32);
	d->title = get_str(&r);
	d->author = get_str(&r);
	d->subject = get_str(&r);
	d->watermark = get_str(&r);
	d->check = get_str(&r);
	uint32_t blocks = get32(&r);
	for (uint32_t i = 0; i < blocks && !r.bad; i++)
		get_block(&r, d);
	if (r.bad || r.rest.len)
		return yz_fail_null(err, YZ_SYNTAX, "a document message broken at byte %zu of %zu",
				    message.len - r.rest.len, message.len);
	return yz_doc_check(d, err) ? d : NULL;
}
