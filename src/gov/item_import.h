/* gov/item_import.h - a file of items as rows (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_ITEM_IMPORT_H
#define YZ_GOV_ITEM_IMPORT_H

#include "fmt/csv.h"
#include "gov/item.h"
#include "text/text.h"

enum { YZ_IMPORT_BYTES = 256 << 20, YZ_IMPORT_ROWS = 200000, YZ_IMPORT_FINDINGS = 100000 };

struct yz_import_row {
	int row;
	struct yz_str department, dept_code; /* as written */
	struct yz_str bad_cell, bad_value;   /* a cell that could not be read: the element's key */
	struct yz_json *body;                /* elements read so far */
};
struct yz_import_rows {
	struct yz_import_row *at;
	size_t len, cap;
};

/* What a file is, by its content. */
enum yz_import_kind { YZ_IMPORT_CSV, YZ_IMPORT_XLSX, YZ_IMPORT_JSON };
enum yz_import_kind yz_import_kind_of(struct yz_str bytes);
/* The rows of a table, its head first.  Fails where the file breaks off, or fn does. */
typedef bool yz_import_each_fn(void *ctx, const struct yz_csv_row *row, struct yz_err *err);
bool yz_import_each(struct yz_arena *a, struct yz_str bytes, yz_import_each_fn *fn, void *ctx, struct yz_err *err);
/* What stands in one cell and is several: parted by 、；,| or a line end. */
const struct yz_json *yz_import_list(struct yz_arena *a, struct yz_str s);

/* CSV, XLSX or JSON by content.  Fails for the file as a whole: no columns that are known, or it breaks off. */
bool yz_import_read(struct yz_arena *a, struct yz_str bytes, const char *map, struct yz_import_rows *out, struct yz_err *err);

#endif
