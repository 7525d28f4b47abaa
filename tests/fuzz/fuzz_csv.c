/* Rows from memory and from a file agree; what the writer makes of them reads
 * back with as many fields.  The first byte chooses the separator and the width.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fmt/csv.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_row(struct yz_buf *out, const struct yz_csv_row *row)
{
	for (size_t i = 0; i < row->n; i++)
		yz_csv_field(out, row->fields[i], i == 0);
	/* A row of one empty field would be a blank line. */
	if (row->n == 1 && !row->fields[0].len)
		yz_buf_addz(out, "\"\"");
	yz_csv_end(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct yz_csv_options o = {
		.separator = data[0] & 1 ? ';' : ',', .same_width = data[0] & 2, .field = 100, .columns = 20};
	struct yz_str text = yz_str_n((const char *)data + 1, size - 1);
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0}, file_err = {0};
	FILE *f = text.len ? fmemopen((void *)text.ptr, text.len, "rb") : NULL;
	struct yz_csv *csv = yz_csv_open(a, text, &o, &err), *same = f ? yz_csv_open_file(a, f, &o, &file_err) : NULL;
	struct yz_csv_row row, other;
	struct yz_buf out;
	size_t rows = 0, again = 0, fields = 0, fields_again = 0;
	yz_buf_init(&out, a, 1 << 24);
	yz_csv_mark(&out); /* a text may begin with U+FEFF of its own */
	while (csv && yz_csv_next(csv, &row, &err)) {
		bool more = same && yz_csv_next(same, &other, &file_err);
		assert(more && other.n == row.n && other.line == row.line && other.number == row.number);
		for (size_t i = 0; i < row.n; i++)
			assert(yz_str_eq(row.fields[i], other.fields[i]));
		write_row(&out, &row);
		rows++;
		fields += row.n;
	}
	if (csv && same)
		assert(!yz_csv_next(same, &other, &file_err) && err.code == file_err.code);
	struct yz_csv_options wide = {.field = 1000};
	csv = yz_csv_open(a, yz_buf_str(&out), &wide, &err);
	while (csv && yz_csv_next(csv, &row, &err))
		again++, fields_again += row.n;
	assert(rows == again && fields == fields_again);
	if (f)
		fclose(f);
	yz_arena_destroy(a);
	return 0;
}
