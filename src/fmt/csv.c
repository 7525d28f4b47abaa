/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/csv.h"

#include "base/map.h"
#include "fmt/text_source.h"

#include <assert.h>

const struct yz_csv_options yz_csv_default = {
	.separator = ',',
	.bytes = 256 * 1024 * 1024,
	.field = 1024 * 1024,
	.columns = 1000,
	.rows = 5 * 1000 * 1000,
};

struct yz_csv {
	struct yz_arena *arena;
	struct yz_csv_options options;
	struct yz_text_source source;
	size_t row, line, width; /* width: fields of the first row, 0 before it */
	char *bytes;             /* of this row's fields, one after the other */
	size_t len, cap;
	YZ_VEC(size_t) ends; /* of each field in bytes */
	struct yz_str *fields;
	size_t fields_cap;
	bool failed;
};

static struct yz_csv *open_source(struct yz_arena *a, struct yz_str text, FILE *f, const struct yz_csv_options *o,
				  struct yz_err *err)
{
	struct yz_csv *csv = yz_new(a, struct yz_csv);
	csv->arena = a;
	csv->options = o ? *o : yz_csv_default;
	o = &yz_csv_default;
#define OR_DEFAULT(field) csv->options.field = csv->options.field ? csv->options.field : o->field
	OR_DEFAULT(separator);
	OR_DEFAULT(bytes);
	OR_DEFAULT(field);
	OR_DEFAULT(columns);
	OR_DEFAULT(rows);
#undef OR_DEFAULT
	csv->line = 1;
	return yz_text_source_open(&csv->source, a, text, f, csv->options.bytes, err) ? csv : NULL;
}

struct yz_csv *yz_csv_open(struct yz_arena *a, struct yz_str text, const struct yz_csv_options *options,
			   struct yz_err *err)
{
	return open_source(a, text, NULL, options, err);
}

struct yz_csv *yz_csv_open_file(struct yz_arena *a, FILE *f, const struct yz_csv_options *options, struct yz_err *err)
{
	return open_source(a, (struct yz_str){NULL, 0}, f, options, err);
}

const char *yz_csv_encoding(const struct yz_csv *csv)
{
	return csv->source.encoding;
}

#define fail_field(csv, err, code, ...)                                                                                \
	((csv)->failed = true, yz_fail(err, code, __VA_ARGS__),                                                        \
	 yz_fail_in(err, "row %zu, column %zu", (csv)->row, (csv)->ends.len + 1))

/* The next byte without taking it, or -1 at the end. */
static int peek(struct yz_csv *csv)
{
	struct yz_text_source *s = &csv->source;
	if (s->p == s->end && !yz_text_source_fill(s))
		return -1;
	return (unsigned char)*s->p;
}

static bool add(struct yz_csv *csv, const char *p, size_t n, size_t start, struct yz_err *err)
{
	if (n > csv->options.field - (csv->len - start))
		return fail_field(csv, err, YZ_LIMIT, "a field of more than %zu bytes", csv->options.field);
	if (csv->len + n > csv->cap) {
		size_t cap = csv->cap ? csv->cap : 512;
		while (cap < csv->len + n)
			cap *= 2;
		csv->bytes = yz_realloc(csv->arena, csv->bytes, csv->len, cap);
		csv->cap = cap;
	}
	memcpy(csv->bytes + csv->len, p, n);
	csv->len += n;
	return true;
}

/* Takes bytes up to a quote or, outside of quotes, up to what ends the field. */
static bool take_run(struct yz_csv *csv, bool quoted, size_t start, struct yz_err *err)
{
	struct yz_text_source *s = &csv->source;
	const char *p = s->p;
	char separator = csv->options.separator;
	if (quoted) {
		for (; p < s->end && *p != '"'; p++)
			csv->line += *p == '\n';
	} else {
		while (p < s->end && *p != separator && *p != '\n' && *p != '\r' && *p != '"')
			p++;
	}
	const char *from = s->p;
	s->p = p;
	return add(csv, from, (size_t)(p - from), start, err);
}

static bool read_quoted(struct yz_csv *csv, struct yz_err *err)
{
	size_t start = csv->len, line = csv->line;
	csv->source.p++;
	for (;;) {
		int c = peek(csv);
		if (c < 0)
			return !csv->source.failed &&
			       fail_field(csv, err, YZ_SYNTAX,
					  "the file breaks off within a quoted field that begins in line %zu", line);
		if (c != '"') {
			if (!take_run(csv, true, start, err))
				return false;
			continue;
		}
		csv->source.p++;
		if (peek(csv) != '"')
			break;
		if (!add(csv, "\"", 1, start, err))
			return false;
		csv->source.p++;
	}
	int c = peek(csv);
	if (c >= 0 && c != csv->options.separator && c != '\r' && c != '\n')
		return fail_field(csv, err, YZ_SYNTAX, "text stands behind the closing quote");
	return true;
}

static bool read_plain(struct yz_csv *csv, struct yz_err *err)
{
	size_t start = csv->len;
	for (;;) {
		int c = peek(csv);
		if (c == '"')
			return fail_field(csv, err, YZ_SYNTAX, "a quote within a field that does not begin with one");
		if (c < 0 || c == csv->options.separator || c == '\r' || c == '\n')
			return true;
		if (!take_run(csv, false, start, err))
			return false;
	}
}

/* What stands behind a field: *more when another field follows. */
static bool end_field(struct yz_csv *csv, bool *more, struct yz_err *err)
{
	int c = peek(csv);
	*more = c == csv->options.separator && c >= 0;
	if (c < 0)
		return true;
	csv->source.p++;
	if (*more)
		return true;
	if (c == '\r') {
		if (peek(csv) != '\n')
			return csv->source.failed ||
			       fail_field(csv, err, YZ_SYNTAX, "a carriage return without a line feed");
		csv->source.p++;
	}
	csv->line++;
	return true;
}

static bool read_row(struct yz_csv *csv, bool *blank, struct yz_err *err)
{
	bool more = true, quoted = false;
	csv->len = csv->ends.len = 0;
	csv->row++;
	while (more) {
		if (csv->ends.len == csv->options.columns)
			return fail_field(csv, err, YZ_LIMIT, "more than %zu columns", csv->options.columns);
		quoted = peek(csv) == '"';
		if (!(quoted ? read_quoted(csv, err) : read_plain(csv, err)) || !end_field(csv, &more, err))
			return false;
		if (csv->source.failed)
			return false;
		*yz_vec_push(csv->arena, &csv->ends) = csv->len;
	}
	*blank = csv->ends.len == 1 && csv->len == 0 && !quoted;
	return true;
}

static bool check_row(struct yz_csv *csv, struct yz_err *err)
{
	size_t n = csv->ends.len;
	if (csv->options.same_width && csv->width && n != csv->width) {
		csv->ends.len = n < csv->width ? n : csv->width;
		return fail_field(csv, err, YZ_SYNTAX, "%zu columns; the first row has %zu", n, csv->width);
	}
	if (!csv->width)
		csv->width = n;
	return true;
}

bool yz_csv_next(struct yz_csv *csv, struct yz_csv_row *row, struct yz_err *err)
{
	bool blank = true, ok = true;
	size_t line = 0;
	while (ok && blank && !csv->failed) {
		if (peek(csv) < 0 && !csv->source.failed)
			return false;
		line = csv->line;
		if (csv->row == csv->options.rows) {
			csv->row++;
			csv->ends.len = 0;
			return fail_field(csv, err, YZ_LIMIT, "more than %zu rows", csv->options.rows);
		}
		ok = read_row(csv, &blank, err);
		ok = ok && (blank || check_row(csv, err));
	}
	if (csv->source.failed && !csv->failed) {
		const struct yz_err *fault = &csv->source.fault;
		return fail_field(csv, err, fault->code, "%s", fault->msg);
	}
	if (!ok || csv->failed)
		return false;
	size_t n = csv->ends.len;
	if (n > csv->fields_cap) {
		csv->fields = yz_new_n(csv->arena, n * 2, struct yz_str);
		csv->fields_cap = n * 2;
	}
	const char *bytes = csv->bytes ? csv->bytes : "";
	for (size_t i = 0, from = 0; i < n; from = csv->ends.at[i++])
		csv->fields[i] = yz_str_n(bytes + from, csv->ends.at[i] - from);
	*row = (struct yz_csv_row){csv->row, line, csv->fields, n};
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_number(struct yz_str s)
{
	size_t i = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+'), from = i;
	while (i < s.len && is_digit(s.ptr[i]))
		i++;
	if (i == from)
		return false;
	if (i < s.len && s.ptr[i] == '.') {
		from = ++i;
		while (i < s.len && is_digit(s.ptr[i]))
			i++;
		if (i == from)
			return false;
	}
	return i == s.len || (i + 1 == s.len && s.ptr[i] == '%');
}

static bool is_formula(struct yz_str s)
{
	static const struct yz_str begins[] = {YZ_LIT("="),  YZ_LIT("+"),  YZ_LIT("-"),  YZ_LIT("@"),  YZ_LIT("\t"),
					       YZ_LIT("\r"), YZ_LIT("＝"), YZ_LIT("＋"), YZ_LIT("－"), YZ_LIT("＠")};
	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
		if (yz_str_starts(s, begins[i]))
			return s.len > begins[i].len && !is_number(s);
	return false;
}

void yz_csv_field(struct yz_buf *out, struct yz_str s, bool first)
{
	bool formula = is_formula(s);
	bool quote = s.len && (s.ptr[0] == ' ' || s.ptr[s.len - 1] == ' ');
	for (size_t i = 0; i < s.len && !quote; i++)
		quote = s.ptr[i] == ',' || s.ptr[i] == '"' || s.ptr[i] == '\n' || s.ptr[i] == '\r';
	if (!first)
		yz_buf_addc(out, ',');
	if (quote)
		yz_buf_addc(out, '"');
	if (formula)
		yz_buf_addc(out, '\'');
	struct yz_str rest = s, part;
	while (quote && yz_str_cut(&rest, '"', &part)) {
		yz_buf_adds(out, part);
		yz_buf_addz(out, rest.ptr ? "\"\"" : "\"");
	}
	if (!quote && s.len)
		yz_buf_adds(out, s);
}

void yz_csv_end(struct yz_buf *out)
{
	yz_buf_addz(out, "\r\n");
}

void yz_csv_mark(struct yz_buf *out)
{
	yz_buf_addz(out, "\xEF\xBB\xBF");
}
