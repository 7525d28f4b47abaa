/* SPDX-License-Identifier: Apache-2.0 */
#include "print/xlsx.h"

#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum {
	SHEETS = 64,
	COLUMNS = 256,
	ROWS = 1048576,
	TEXT = 32000,
	NAME = 25, /* of 31: room for a number behind */
	PLACES = 10,
	FILE_MAX = 256 << 20,
};

struct yz_xlsx {
	struct yz_arena *arena;
	lxw_workbook *book; /* NULL once closed */
	lxw_worksheet *sheet;
	lxw_format *head, *day, *instant, *literal, *wrap, *decimals[PLACES + 1];
	const char *names[SHEETS];
	size_t nsheets;
	uint32_t row, column, heads;
	int file; /* the unnamed file the book is written to */
	struct yz_err err;
};

static void fail_with(struct yz_xlsx *x, lxw_error e)
{
	if (e != LXW_NO_ERROR && x->err.code == YZ_OK)
		yz_fail(&x->err, YZ_IO, "spreadsheet: %s", lxw_strerror(e));
}

static void release(void *ctx)
{
	struct yz_xlsx *x = ctx;
	if (x->book)
		lxw_workbook_free(x->book);
	if (x->file >= 0)
		close(x->file);
}

static int unnamed_file(const char *folder)
{
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	return fd >= 0 ? fd : memfd_create("xlsx", MFD_CLOEXEC);
}

static void add_formats(struct yz_xlsx *x)
{
	x->head = workbook_add_format(x->book);
	format_set_bold(x->head);
	format_set_text_wrap(x->head);
	format_set_align(x->head, LXW_ALIGN_CENTER);
	format_set_align(x->head, LXW_ALIGN_VERTICAL_CENTER);
	format_set_bg_color(x->head, 0xF4F6F8);
	format_set_border(x->head, LXW_BORDER_THIN);
	x->day = workbook_add_format(x->book);
	format_set_num_format(x->day, "yyyy-mm-dd");
	x->instant = workbook_add_format(x->book);
	format_set_num_format(x->instant, "yyyy-mm-dd hh:mm");
	x->literal = workbook_add_format(x->book);
	format_set_num_format_index(x->literal, 49); /* "@" */
	x->wrap = workbook_add_format(x->book);
	format_set_text_wrap(x->wrap);
}

struct yz_xlsx *yz_xlsx_begin(struct yz_arena *a, struct yz_str title, yz_instant made, struct yz_err *err)
{
	char *folder = getenv("TMPDIR");
	if (!folder || !*folder)
		folder = yz_strdup(a, "/tmp");
	struct yz_xlsx *x = yz_new(a, struct yz_xlsx);
	x->arena = a;
	x->file = unnamed_file(folder);
	if (x->file < 0)
		return yz_fail_null(err, YZ_IO, "no temporary file in %s: %s", folder, strerror(errno));
	yz_arena_defer(a, release, x);
	lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = folder};
	x->book = workbook_new_opt(yz_printf(a, "/proc/self/fd/%d", x->file), &options);
	if (!x->book)
		return yz_fail_null(err, YZ_INTERNAL, "no memory for a spreadsheet");
	char *name = yz_str_z(a, title);
	if (yz_utf8_count(title) > 120 || !yz_utf8_valid(title))
		name = NULL;
	lxw_doc_properties properties = {.title = name, .created = made ? (time_t)(made / YZ_SECOND) : 1};
	workbook_set_properties(x->book, &properties);
	add_formats(x);
	return x;
}

/* --- text --- */

static bool carried(uint32_t c)
{
	return (c >= 0x20 || c == '\n' || c == '\t') && (c & 0xFFFE) != 0xFFFE && c != 0x7F;
}

/* "_x0041_" in a cell means "A" to a spreadsheet. */
static bool reads_as_escape(struct yz_str s, size_t i)
{
	if (s.len - i < 7 || s.ptr[i] != '_' || s.ptr[i + 1] != 'x' || s.ptr[i + 6] != '_')
		return false;
	for (size_t k = i + 2; k < i + 6; k++)
		if (!strchr("0123456789abcdefABCDEF", s.ptr[k]))
			return false;
	return true;
}

/* At most `most` characters, ending in "…" when that is not all. */
static char *clean(struct yz_arena *a, struct yz_str s, size_t most)
{
	struct yz_buf b;
	yz_buf_init(&b, a, most * 12 + 16);
	yz_buf_addz(&b, "");
	size_t n = 0;
	for (size_t i = 0; i < s.len;) {
		bool escape = reads_as_escape(s, i);
		uint32_t c = yz_utf8_next(s, &i);
		if (!carried(c))
			continue;
		if (n++ == most) {
			yz_buf_addz(&b, "…");
			break;
		}
		if (escape)
			yz_buf_addz(&b, "_x005F_");
		else
			yz_buf_add_utf8(&b, c);
	}
	return b.len ? b.ptr : yz_strdup(a, "");
}

/* --- sheets --- */

static bool taken(const struct yz_xlsx *x, const char *name)
{
	for (size_t i = 0; i < x->nsheets; i++)
		if (strcasecmp(x->names[i], name) == 0)
			return true;
	return strcasecmp(name, "history") == 0; /* reserved */
}

static const char *sheet_name(struct yz_xlsx *x, struct yz_str wanted)
{
	char *name = clean(x->arena, yz_str_trim(wanted), NAME);
	for (char *p = name; *p; p++)
		if (strchr("[]:*?/\\'\n\t", *p))
			*p = '_';
	if (!*name)
		name = yz_strdup(x->arena, "Sheet");
	const char *free_name = name;
	for (int n = 2; taken(x, free_name); n++)
		free_name = yz_printf(x->arena, "%s (%d)", name, n);
	return free_name;
}

static void end_sheet(struct yz_xlsx *x)
{
	if (x->sheet && x->heads && x->row > 1)
		fail_with(x, worksheet_autofilter(x->sheet, 0, 0, x->row - 1, (lxw_col_t)(x->heads - 1)));
}

void yz_xlsx_sheet(struct yz_xlsx *x, struct yz_str wanted)
{
	if (x->nsheets == SHEETS && x->err.code == YZ_OK)
		yz_fail(&x->err, YZ_LIMIT, "more than %d sheets", SHEETS);
	if (x->err.code != YZ_OK)
		return;
	end_sheet(x);
	const char *name = sheet_name(x, wanted);
	x->names[x->nsheets++] = name;
	x->row = x->column = x->heads = 0;
	x->sheet = workbook_add_worksheet(x->book, name);
	if (!x->sheet)
		yz_fail(&x->err, YZ_INTERNAL, "sheet \"%s\" cannot be added", name);
}

/* Who writes only one sheet need not name it. */
static void some_sheet(struct yz_xlsx *x)
{
	if (!x->sheet && x->err.code == YZ_OK)
		yz_xlsx_sheet(x, YZ_LIT("Sheet"));
}

static bool open_cell(struct yz_xlsx *x)
{
	some_sheet(x);
	if (x->err.code != YZ_OK)
		return false;
	if (x->row >= ROWS)
		return yz_fail(&x->err, YZ_LIMIT, "more than %d rows in a sheet", ROWS);
	if (x->column >= COLUMNS)
		return yz_fail(&x->err, YZ_LIMIT, "more than %d columns in a sheet", COLUMNS);
	return true;
}

void yz_xlsx_widths(struct yz_xlsx *x, const double *widths, size_t n)
{
	for (size_t i = 0; i < n && i < COLUMNS && open_cell(x); i++)
		fail_with(x, worksheet_set_column(x->sheet, (lxw_col_t)i, (lxw_col_t)i, fmin(fmax(widths[i], 1), 200),
						  NULL));
}

void yz_xlsx_head(struct yz_xlsx *x, const struct yz_str *names, size_t n)
{
	for (size_t i = 0; i < n && open_cell(x); i++)
		fail_with(x, worksheet_write_string(x->sheet, x->row, (lxw_col_t)x->column++,
						    clean(x->arena, names[i], TEXT), x->head));
	if (x->err.code != YZ_OK)
		return;
	x->heads = x->column;
	worksheet_freeze_panes(x->sheet, x->row + 1, 0);
	yz_xlsx_row(x);
}

void yz_xlsx_row(struct yz_xlsx *x)
{
	some_sheet(x);
	x->row++;
	x->column = 0;
}

/* --- cells --- */

static bool all_digits(const char *z)
{
	size_t n = strspn(z, "0123456789.-+eE ,/:");
	return n && !z[n];
}

void yz_xlsx_text(struct yz_xlsx *x, struct yz_str text)
{
	if (!text.len) {
		yz_xlsx_blank(x);
		return;
	}
	if (!open_cell(x))
		return;
	struct yz_arena *scratch = yz_arena_create(0); /* a million rows must not pile up in the caller's */
	char *z = clean(scratch, text, TEXT);
	lxw_format *format = NULL;
	if (*z && (strchr("=+-@\t", *z) || all_digits(z)))
		format = x->literal;
	else if (strchr(z, '\n'))
		format = x->wrap;
	if (*z)
		fail_with(x, worksheet_write_string(x->sheet, x->row, (lxw_col_t)x->column, z, format));
	x->column++;
	yz_arena_destroy(scratch);
}

static void number(struct yz_xlsx *x, double v, lxw_format *format)
{
	fail_with(x, worksheet_write_number(x->sheet, x->row, (lxw_col_t)x->column++, v, format));
}

void yz_xlsx_int(struct yz_xlsx *x, int64_t v)
{
	char digits[24];
	if (v > INT64_C(1) << 53 || v < -(INT64_C(1) << 53)) {
		snprintf(digits, sizeof digits, "%lld", (long long)v);
		yz_xlsx_text(x, yz_str(digits));
	} else if (open_cell(x)) {
		number(x, (double)v, NULL);
	}
}

void yz_xlsx_number(struct yz_xlsx *x, double v)
{
	if (!isfinite(v))
		yz_xlsx_blank(x);
	else if (open_cell(x))
		number(x, v, NULL);
}

/* -?(0|[1-9][0-9]*)(\.[0-9]+)? of at most 15 digits; how many behind the point. */
static bool plain_decimal(struct yz_str s, unsigned *places)
{
	size_t i = s.len && s.ptr[0] == '-', start = i, digits = 0;
	*places = 0;
	for (; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++)
		digits++;
	if (!digits || (digits > 1 && s.ptr[start] == '0'))
		return false;
	if (i < s.len && s.ptr[i] == '.') {
		for (i++; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++)
			++*places;
		if (!*places)
			return false;
	}
	return i == s.len && digits + *places <= 15 && *places <= PLACES;
}

void yz_xlsx_decimal(struct yz_xlsx *x, struct yz_str s)
{
	unsigned places;
	if (!plain_decimal(s, &places)) {
		yz_xlsx_text(x, s);
		return;
	}
	if (!open_cell(x))
		return;
	char z[32];
	snprintf(z, sizeof z, "%.*s", YZ_P(s));
	lxw_format **format = &x->decimals[places];
	if (!*format) {
		*format = workbook_add_format(x->book);
		format_set_num_format(*format,
				      yz_printf(x->arena, "#,##0%s%.*s", places ? "." : "", (int)places, "0000000000"));
	}
	number(x, strtod(z, NULL), *format);
}

static bool has_date(yz_day day)
{
	return day >= yz_day_from(1900, 3, 1) && day <= yz_day_from(9999, 12, 31);
}

static void date_text(struct yz_xlsx *x, yz_day day)
{
	char buf[32];
	struct yz_civil c = yz_day_civil(day);
	snprintf(buf, sizeof buf, "%04d-%02d-%02d", c.year, c.month, c.day);
	yz_xlsx_text(x, yz_str(buf));
}

void yz_xlsx_day(struct yz_xlsx *x, yz_day day)
{
	if (!has_date(day)) {
		date_text(x, day);
		return;
	}
	if (open_cell(x))
		number(x, day - yz_day_from(1899, 12, 30), x->day);
}

void yz_xlsx_instant(struct yz_xlsx *x, yz_instant t, int offset)
{
	yz_day day = yz_instant_day(t, offset);
	if (!has_date(day)) {
		date_text(x, day);
		return;
	}
	double part = (double)(t - yz_day_start(day, offset)) / (double)YZ_DAY;
	if (open_cell(x))
		number(x, (double)(day - yz_day_from(1899, 12, 30)) + part, x->instant);
}

void yz_xlsx_blank(struct yz_xlsx *x)
{
	if (open_cell(x))
		x->column++;
}

/* --- end --- */

static bool finish(struct yz_xlsx *x, size_t *size, struct yz_err *err)
{
	struct stat st;
	some_sheet(x);
	if (x->err.code == YZ_OK && x->book) {
		end_sheet(x);
		fail_with(x, workbook_close(x->book)); /* frees it */
		x->book = NULL;
	}
	if (x->err.code == YZ_OK && fstat(x->file, &st) != 0)
		yz_fail(&x->err, YZ_IO, "spreadsheet: %s", strerror(errno));
	if (x->err.code != YZ_OK) {
		if (err)
			*err = x->err;
		return false;
	}
	*size = (size_t)st.st_size;
	return true;
}

bool yz_xlsx_end(struct yz_xlsx *x, struct yz_str *bytes, struct yz_err *err)
{
	size_t size, done = 0;
	if (!finish(x, &size, err))
		return false;
	if (size > FILE_MAX)
		return yz_fail(err, YZ_LIMIT, "a spreadsheet of %zu bytes; at most %d are kept in memory", size,
			       FILE_MAX);
	char *p = yz_alloc(x->arena, size + 1);
	while (done < size) {
		ssize_t n = pread(x->file, p + done, size - done, (off_t)done);
		if (n <= 0 && errno != EINTR)
			return yz_fail(err, YZ_IO, "spreadsheet: %s", n < 0 ? strerror(errno) : "file too short");
		done += n > 0 ? (size_t)n : 0;
	}
	*bytes = yz_str_n(p, size);
	return true;
}

static bool copy(int from, int to, size_t size)
{
	char part[65536];
	for (size_t done = 0; done < size;) {
		ssize_t n = pread(from, part, sizeof part, (off_t)done);
		if (n <= 0)
			return false;
		for (ssize_t put = 0, w; put < n; put += w)
			if ((w = write(to, part + put, (size_t)(n - put))) <= 0)
				return false;
		done += (size_t)n;
	}
	return fsync(to) == 0;
}

bool yz_xlsx_end_file(struct yz_xlsx *x, const char *path, struct yz_err *err)
{
	size_t size;
	if (!finish(x, &size, err))
		return false;
	char *draft = yz_printf(x->arena, "%s.XXXXXX", path);
	int fd = mkostemp(draft, O_CLOEXEC);
	if (fd < 0)
		return yz_fail(err, YZ_IO, "%s: %s", path, strerror(errno));
	bool ok = copy(x->file, fd, size) && fchmod(fd, 0644) == 0;
	ok = close(fd) == 0 && ok;
	ok = ok && rename(draft, path) == 0;
	if (!ok) {
		yz_fail(err, YZ_IO, "%s: %s", path, strerror(errno));
		unlink(draft);
	}
	return ok;
}
