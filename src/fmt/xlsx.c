/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/xlsx.h"

#include "fmt/xlsx_book.h"
#include "fmt/xml_pull.h"

const struct yz_sheet_options yz_sheet_default = {
	.field = 1024 * 1024,
	.columns = 1000,
	.rows = 1048576,
	.shared = 2 * 1000 * 1000,
	.bytes = 1u << 30,
};

/* A cell's text: shared ones are borrowed, others stand in this row's bytes. */
struct cell {
	struct yz_str shared;
	size_t from, len;
};

struct yz_sheet {
	struct yz_book book;
	struct yz_sheet_options options;
	struct yz_zip_stream *stream;
	struct yz_xml_pull *pull;
	size_t row, column; /* at hand, from 1; 0 before the first */
	YZ_VEC(struct cell) cells;
	struct yz_str *fields;
	size_t fields_cap;
	char *bytes;
	size_t len, cap;
	bool failed, over;
};

#define fail_cell(sheet, err, code, ...)                                                                               \
	((sheet)->failed = true, yz_fail(err, code, __VA_ARGS__),                                                      \
	 (sheet)->row ? yz_fail_in(err, "row %zu, column %zu", (sheet)->row, (sheet)->column ? (sheet)->column : 1)    \
		      : false)

struct yz_sheet *yz_sheet_open(struct yz_arena *a, struct yz_str bytes, struct yz_str name,
			       const struct yz_sheet_options *o, struct yz_err *err)
{
	struct yz_sheet *sheet = yz_new(a, struct yz_sheet);
	const struct yz_sheet_options *d = &yz_sheet_default;
	sheet->options = o ? *o : *d;
#define OR_DEFAULT(field) sheet->options.field = sheet->options.field ? sheet->options.field : d->field
	OR_DEFAULT(field);
	OR_DEFAULT(columns);
	OR_DEFAULT(rows);
	OR_DEFAULT(shared);
	OR_DEFAULT(bytes);
#undef OR_DEFAULT
	struct yz_book *b = &sheet->book;
	b->options = &sheet->options;
	if (!yz_book_open(b, a, bytes, err))
		return NULL;
	size_t i = 0;
	while (name.len && i < b->n && !yz_str_eq(b->names[i], name))
		i++;
	if (i == b->n)
		return yz_fail_null(err, YZ_NOT_FOUND, "no sheet is called %.*s", YZ_P(name));
	const struct yz_zip_entry *e = b->parts[i].ptr ? yz_zip_find(b->zip, b->parts[i]) : NULL;
	if (!e)
		return yz_fail_null(err, YZ_SYNTAX, "the sheet %.*s is missing in the archive", YZ_P(b->names[i]));
	sheet->stream = yz_zip_stream_open(a, b->zip, e);
	sheet->pull = yz_xml_pull_open_stream(a, yz_book_read, sheet->stream, err);
	if (sheet->pull)
		return sheet;
	if (yz_zip_stream_fault(sheet->stream))
		yz_fail(err, YZ_SYNTAX, "%s", yz_zip_stream_fault(sheet->stream));
	yz_fail_in(err, "sheet");
	return NULL;
}

size_t yz_sheet_names(const struct yz_sheet *sheet, const struct yz_str **names)
{
	*names = sheet->book.names;
	return sheet->book.n;
}

static struct yz_str attribute(struct yz_sheet *s, const char *name)
{
	xmlTextReaderPtr r = s->pull->reader;
	struct yz_str value = {NULL, 0};
	if (xmlTextReaderMoveToAttribute(r, (const xmlChar *)name) == 1)
		value = yz_str((const char *)xmlTextReaderConstValue(r));
	return value;
}

/* The next node within the element at that depth; false behind its end, or failed. */
static bool step(struct yz_sheet *s, int depth, struct yz_err *err)
{
	int more = yz_xml_pull_next(s->pull, err);
	if (more == 1)
		return xmlTextReaderDepth(s->pull->reader) > depth;
	s->over = true;
	if (more == 0)
		return false;
	s->failed = true;
	if (yz_zip_stream_fault(s->stream))
		yz_fail(err, YZ_SYNTAX, "%s", yz_zip_stream_fault(s->stream));
	/* The parser runs ahead of the row at hand: only its own line and column are true. */
	return yz_fail_in(err, "sheet");
}

/* "BC12" → 55 */
static size_t column_of(struct yz_str ref)
{
	size_t column = 0;
	for (size_t i = 0; i < ref.len && ref.ptr[i] >= 'A' && ref.ptr[i] <= 'Z' && i < 4; i++)
		column = column * 26 + (size_t)(ref.ptr[i] - 'A') + 1;
	return column;
}

static bool add_bytes(struct yz_sheet *s, struct yz_str text, size_t from, struct yz_err *err)
{
	if (text.len > s->options.field - (s->len - from))
		return fail_cell(s, err, YZ_LIMIT, "a cell of more than %zu bytes", s->options.field);
	if (s->len + text.len > s->cap) {
		size_t cap = s->cap ? s->cap : 1024;
		while (cap < s->len + text.len)
			cap *= 2;
		s->bytes = yz_realloc(s->book.arena, s->bytes, s->len, cap);
		s->cap = cap;
	}
	if (text.len)
		memcpy(s->bytes + s->len, text.ptr, text.len);
	s->len += text.len;
	return true;
}

/* The text of <v> or of <is>, hints of reading (rPh) left out, at the end of bytes. */
static bool take_content(struct yz_sheet *s, int depth, size_t from, struct yz_err *err)
{
	bool wanted = false, hint = false;
	xmlTextReaderPtr r = s->pull->reader;
	while (step(s, depth, err)) {
		int type = xmlTextReaderNodeType(r);
		if (type == XML_READER_TYPE_ELEMENT || type == XML_READER_TYPE_END_ELEMENT) {
			struct yz_str name = yz_str((const char *)xmlTextReaderConstLocalName(r));
			bool begins = type == XML_READER_TYPE_ELEMENT && xmlTextReaderIsEmptyElement(r) != 1;
			wanted = yz_str_eqz(name, "v") || yz_str_eqz(name, "t") ? begins : wanted;
			hint = yz_str_eqz(name, "rPh") ? begins : hint;
		} else if (wanted && !hint) {
			struct yz_str text;
			if (!yz_xml_pull_text(s->pull, &text, err))
				return !(s->failed = true);
			if (!add_bytes(s, text, from, err))
				return false;
		}
	}
	return !s->failed;
}

static bool set_text(struct yz_sheet *s, struct cell *cell, const char *z, struct yz_err *err)
{
	s->len = cell->from;
	if (!add_bytes(s, yz_str(z), cell->from, err))
		return false;
	cell->len = s->len - cell->from;
	return true;
}

static bool finish_cell(struct yz_sheet *s, struct cell *cell, char type, int64_t style, struct yz_err *err)
{
	struct yz_book *b = &s->book;
	struct yz_str v = yz_str_n(s->bytes + cell->from, cell->len);
	int64_t index;
	char buf[40];
	if (type == 's') {
		if (!yz_str_int(v, &index) || index < 0 || (size_t)index >= b->texts.len)
			return fail_cell(s, err, YZ_SYNTAX, "shared text %.*s is not there", YZ_P(v));
		cell->shared = b->texts.at[index];
		s->len = cell->from;
		return true;
	}
	if (type == 'b')
		return set_text(s, cell, yz_str_eqz(v, "0") || yz_str_eqz(v, "false") ? "false" : "true", err);
	if (type == 't') {
		cell->len = yz_cell_unescape(s->bytes + cell->from, cell->len);
		s->len = cell->from + cell->len;
	}
	unsigned kind = type == 'n' && style >= 0 && (size_t)style < b->kinds.len ? b->kinds.at[style] : 0;
	if (kind && yz_cell_date(v, kind, b->from_1904, buf))
		return set_text(s, cell, buf, err);
	return true;
}

/* s text shared, t text here, b boolean, n number, e error, d date */
static char type_of(struct yz_str t)
{
	if (yz_str_eqz(t, "str") || yz_str_eqz(t, "inlineStr"))
		return 't';
	return t.len == 1 && strchr("sbned", t.ptr[0]) ? t.ptr[0] : 'n';
}

static bool take_cell(struct yz_sheet *s, struct yz_err *err)
{
	xmlTextReaderPtr r = s->pull->reader;
	int depth = xmlTextReaderDepth(r);
	bool empty = xmlTextReaderIsEmptyElement(r) == 1;
	struct yz_str ref = attribute(s, "r"), style = attribute(s, "s");
	size_t column = ref.ptr ? column_of(ref) : s->column + 1;
	int64_t number = -1;
	char type = type_of(attribute(s, "t"));
	if (style.ptr && !yz_str_int(style, &number))
		number = -1;
	xmlTextReaderMoveToElement(r);
	if (column <= s->column)
		return fail_cell(s, err, YZ_SYNTAX, "the cells of a row are out of order");
	s->column = column;
	if (column > s->options.columns)
		return fail_cell(s, err, YZ_LIMIT, "more than %zu columns", s->options.columns);
	if (empty)
		return true;
	struct cell cell = {.from = s->len};
	if (!take_content(s, depth, cell.from, err))
		return false;
	cell.len = s->len - cell.from;
	if (!cell.len) /* then bytes may be NULL */
		return true;
	if (!finish_cell(s, &cell, type, number, err))
		return false;
	while (s->cells.len < column)
		*yz_vec_push(s->book.arena, &s->cells) = (struct cell){.from = 0};
	s->cells.at[column - 1] = cell;
	return true;
}

static bool take_row(struct yz_sheet *s, struct yz_err *err)
{
	xmlTextReaderPtr r = s->pull->reader;
	int depth = xmlTextReaderDepth(r);
	bool empty = xmlTextReaderIsEmptyElement(r) == 1;
	struct yz_str ref = attribute(s, "r");
	int64_t number = (int64_t)s->row + 1;
	bool right = !ref.ptr || (yz_str_int(ref, &number) && number > (int64_t)s->row);
	xmlTextReaderMoveToElement(r);
	s->cells.len = s->len = s->column = 0;
	if (!right)
		return fail_cell(s, err, YZ_SYNTAX, "the rows are out of order");
	s->row = (size_t)number;
	if (s->row > s->options.rows)
		return fail_cell(s, err, YZ_LIMIT, "more than %zu rows", s->options.rows);
	while (!empty && step(s, depth, err)) {
		bool cell = xmlTextReaderNodeType(r) == XML_READER_TYPE_ELEMENT && xmlTextReaderDepth(r) == depth + 1 &&
			    yz_str_eqz(yz_str((const char *)xmlTextReaderConstLocalName(r)), "c");
		if (cell && !take_cell(s, err))
			return false;
	}
	return !s->failed;
}

static bool is_row(xmlTextReaderPtr r)
{
	return xmlTextReaderNodeType(r) == XML_READER_TYPE_ELEMENT && xmlTextReaderDepth(r) == 2 &&
	       yz_str_eqz(yz_str((const char *)xmlTextReaderConstLocalName(r)), "row");
}

bool yz_sheet_next(struct yz_sheet *s, struct yz_csv_row *row, struct yz_err *err)
{
	while (!s->failed && !s->over) {
		if (!step(s, -1, err))
			return false;
		if (!is_row(s->pull->reader))
			continue;
		if (!take_row(s, err))
			return false;
		if (s->cells.len)
			break;
	}
	if (s->failed || s->over)
		return false;
	size_t n = s->cells.len;
	if (n > s->fields_cap) {
		s->fields = yz_new_n(s->book.arena, n * 2, struct yz_str);
		s->fields_cap = n * 2;
	}
	for (size_t i = 0; i < n; i++) {
		const struct cell *c = &s->cells.at[i];
		s->fields[i] = c->shared.ptr ? c->shared : yz_str_n(c->len ? s->bytes + c->from : "", c->len);
	}
	*row = (struct yz_csv_row){s->row, s->row, s->fields, n};
	return true;
}
