/* SPDX-License-Identifier: Apache-2.0 */
#include "print/doc.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

const struct yz_print_limits yz_print_limits = {
	.blocks = 20000, .cells = 60000, .text = 2 << 20, .columns = 24, .pages = 500};

struct yz_doc *yz_doc_new(struct yz_arena *a, enum yz_doc_form form, enum yz_doc_lang lang, struct yz_str title)
{
	struct yz_doc *d = yz_new(a, struct yz_doc);
	d->arena = a;
	d->form = form;
	d->lang = d->block_lang = lang;
	d->title = title;
	d->landscape = form == YZ_DOC_CERTIFICATE;
	d->pages = form == YZ_DOC_SHEET ? YZ_PAGES_OF : form == YZ_DOC_CERTIFICATE ? YZ_PAGES_NONE : YZ_PAGES_DASH;
	return d;
}

void yz_doc_lang(struct yz_doc *d, enum yz_doc_lang lang)
{
	d->block_lang = lang;
}

struct yz_block *yz_block_add(struct yz_doc *d, enum yz_block_type type)
{
	if (d->nblocks++ >= yz_print_limits.blocks)
		return NULL;
	struct yz_block *b = yz_new(d->arena, struct yz_block);
	b->type = type;
	b->lang = d->block_lang;
	if (d->last)
		d->last->next = b;
	else
		d->first = b;
	d->last = b;
	return b;
}

void yz_block_cell(struct yz_doc *d, struct yz_block *b, struct yz_str text)
{
	if (d->ncells++ < yz_print_limits.cells)
		*yz_vec_push(d->arena, &b->cells) = text;
}

static void add_text(struct yz_doc *d, enum yz_block_type type, uint32_t n, struct yz_str text, struct yz_str more)
{
	struct yz_block *b = yz_block_add(d, type);
	if (!b)
		return;
	b->n = n;
	b->text = text;
	b->more = more;
}

static const struct yz_str none;

void yz_doc_letterhead(struct yz_doc *d, struct yz_str organ, struct yz_str number)
{
	add_text(d, YZ_BLOCK_LETTERHEAD, 0, organ, number);
}

void yz_doc_title(struct yz_doc *d, struct yz_str text)
{
	add_text(d, YZ_BLOCK_TITLE, 0, text, none);
}

void yz_doc_subtitle(struct yz_doc *d, struct yz_str text)
{
	add_text(d, YZ_BLOCK_SUBTITLE, 0, text, none);
}

void yz_doc_addressee(struct yz_doc *d, struct yz_str text)
{
	add_text(d, YZ_BLOCK_ADDRESSEE, 0, text, none);
}

void yz_doc_heading(struct yz_doc *d, int level, struct yz_str text)
{
	add_text(d, YZ_BLOCK_HEADING, level < 1 ? 1 : (uint32_t)level, text, none);
}

void yz_doc_note(struct yz_doc *d, struct yz_str text)
{
	add_text(d, YZ_BLOCK_NOTE, 0, text, none);
}

void yz_doc_notice(struct yz_doc *d, struct yz_str title, struct yz_str text)
{
	add_text(d, YZ_BLOCK_NOTICE, 0, title, text);
}

void yz_doc_qr(struct yz_doc *d, struct yz_str text, struct yz_str caption)
{
	add_text(d, YZ_BLOCK_QR, 0, text, caption);
}

void yz_doc_space(struct yz_doc *d, unsigned lines)
{
	add_text(d, YZ_BLOCK_SPACE, lines, none, none);
}

void yz_doc_break(struct yz_doc *d)
{
	add_text(d, YZ_BLOCK_BREAK, 0, none, none);
}

void yz_doc_run(struct yz_doc *d, struct yz_str text, bool bold)
{
	struct yz_block *b = d->last;
	if (d->nblocks > yz_print_limits.blocks || d->ncells++ >= yz_print_limits.cells)
		return;
	assert(b && (b->type == YZ_BLOCK_PARA || b->type == YZ_BLOCK_ITEM));
	*yz_vec_push(d->arena, &b->runs) = (struct yz_run){text, bold};
}

void yz_doc_para(struct yz_doc *d, struct yz_str text)
{
	if (yz_block_add(d, YZ_BLOCK_PARA) && text.len)
		yz_doc_run(d, text, false);
}

void yz_doc_paraf(struct yz_doc *d, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	yz_doc_para(d, yz_str(yz_vprintf(d->arena, fmt, ap)));
	va_end(ap);
}

void yz_doc_item(struct yz_doc *d, struct yz_str text)
{
	uint32_t number = d->last && d->last->type == YZ_BLOCK_ITEM ? d->last->n + 1 : 1;
	struct yz_block *b = yz_block_add(d, YZ_BLOCK_ITEM);
	if (!b)
		return;
	b->n = number;
	if (text.len)
		yz_doc_run(d, text, false);
}

void yz_doc_fields(struct yz_doc *d, unsigned pairs_a_row)
{
	struct yz_block *b = yz_block_add(d, YZ_BLOCK_FIELDS);
	if (b)
		b->n = pairs_a_row < 1 ? 1 : pairs_a_row > 4 ? 4 : pairs_a_row;
}

void yz_doc_field(struct yz_doc *d, struct yz_str label, struct yz_str value)
{
	if (d->nblocks > yz_print_limits.blocks)
		return;
	assert(d->last && d->last->type == YZ_BLOCK_FIELDS);
	yz_block_cell(d, d->last, label);
	yz_block_cell(d, d->last, value);
}

void yz_doc_table(struct yz_doc *d, const struct yz_doc_column *columns, size_t n)
{
	struct yz_block *b = yz_block_add(d, YZ_BLOCK_TABLE);
	if (!b)
		return;
	b->n = (uint32_t)n;
	b->columns = yz_new_n(d->arena, n ? n : 1, struct yz_doc_column);
	if (n)
		memcpy(b->columns, columns, n * sizeof *columns);
}

void yz_doc_row(struct yz_doc *d, const struct yz_str *cells)
{
	struct yz_block *b = d->last;
	if (d->nblocks > yz_print_limits.blocks)
		return;
	assert(b && b->type == YZ_BLOCK_TABLE);
	for (size_t i = 0; i < b->n; i++)
		yz_block_cell(d, b, cells[i]);
}

void yz_doc_sign(struct yz_doc *d, const struct yz_str *labels, size_t n)
{
	struct yz_block *b = yz_block_add(d, YZ_BLOCK_SIGN);
	for (size_t i = 0; b && i < n; i++)
		yz_block_cell(d, b, labels[i]);
}

void yz_doc_close(struct yz_doc *d, const struct yz_doc_closing *c)
{
	struct yz_block *b = yz_block_add(d, YZ_BLOCK_CLOSE);
	if (!b)
		return;
	const struct yz_str cells[YZ_CLOSE_CELLS] = {
		[YZ_CLOSE_ORGAN] = c->organ,
		[YZ_CLOSE_DATE] = c->date,
		[YZ_CLOSE_SEAL] = c->seal.len ? c->seal : c->organ,
		[YZ_CLOSE_LINE] = c->seal_line,
		[YZ_CLOSE_QR] = c->qr,
		[YZ_CLOSE_CAPTION] = c->qr_caption,
	};
	b->n = c->sealed;
	for (size_t i = 0; i < YZ_CLOSE_CELLS; i++)
		yz_block_cell(d, b, cells[i]);
}

void yz_doc_imprint(struct yz_doc *d, struct yz_str copies, struct yz_str organ, struct yz_str date)
{
	struct yz_block *b = yz_block_add(d, YZ_BLOCK_IMPRINT);
	if (!b)
		return;
	yz_block_cell(d, b, copies);
	yz_block_cell(d, b, organ);
	yz_block_cell(d, b, date);
}

struct yz_str yz_doc_day(struct yz_arena *a, yz_day day)
{
	struct yz_civil c = yz_day_civil(day);
	return yz_str_printf(a, "%d年%d月%d日", c.year, c.month, c.day);
}

static bool block_check(const struct yz_block *b, size_t *text, struct yz_err *err)
{
	*text += b->text.len + b->more.len;
	for (size_t i = 0; i < b->runs.len; i++)
		*text += b->runs.at[i].text.len;
	for (size_t i = 0; i < b->cells.len; i++)
		*text += b->cells.at[i].len;
	if (b->type == YZ_BLOCK_TABLE) {
		if (b->n < 1 || b->n > yz_print_limits.columns)
			return yz_fail(err, YZ_LIMIT, "a table of %u columns; 1 to %zu can be printed", b->n,
				       yz_print_limits.columns);
		for (size_t i = 0; i < b->n; i++)
			*text += b->columns[i].head.len;
	}
	return true;
}

bool yz_doc_check(const struct yz_doc *d, struct yz_err *err)
{
	if (d->nblocks > yz_print_limits.blocks)
		return yz_fail(err, YZ_LIMIT, "a document of %zu blocks; at most %zu can be printed", d->nblocks,
			       yz_print_limits.blocks);
	if (d->ncells > yz_print_limits.cells)
		return yz_fail(err, YZ_LIMIT, "a document of %zu cells; at most %zu can be printed", d->ncells,
			       yz_print_limits.cells);
	size_t text = d->title.len + d->author.len + d->subject.len + d->watermark.len + d->check.len;
	for (const struct yz_block *b = d->first; b; b = b->next)
		if (!block_check(b, &text, err))
			return false;
	if (text > yz_print_limits.text)
		return yz_fail(err, YZ_LIMIT, "a document of %zu bytes of text; at most %zu can be printed", text,
			       yz_print_limits.text);
	return true;
}
