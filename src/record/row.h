/* record/row.h - how records are kept (private to record).
 *
 * record.body is the JSON of the open fields, private_enc that of the private ones, sealed under the register, the
 * record's key digest and its version: a value moved to another record or an older version does not open.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_RECORD_ROW_H
#define YZ_RECORD_ROW_H

#include "record/record.h"

#define RECORD_COLUMNS "r.id, r.version, r.from_at, r.until_at, r.source_row, r.body, r.private_enc, r.key_dig, r.subject_dig, i.file, p.name"
#define RECORD_SOURCE " LEFT JOIN register_import i ON i.id = r.source LEFT JOIN person p ON p.id = i.by_person"
#define RECORD_TABLES "record r" RECORD_SOURCE

bool yz_record_row(struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g, const struct yz_rows *r, size_t i,
		   struct yz_record *out, struct yz_err *err);
/* The column a value of this field is digested under: one for all numbers of persons and enterprises. */
const char *yz_record_column(struct yz_arena *a, const struct yz_register *g, size_t field);
struct yz_str yz_record_digest(struct yz_arena *a, const struct yz_keys *keys, const struct yz_register *g, size_t field,
			       struct yz_str value);
/* Of all fields of the key. */
struct yz_str yz_record_key(struct yz_arena *a, const struct yz_keys *keys, const struct yz_register *g, const struct yz_str *values);
/* What the private part is sealed under. */
const char *yz_record_seal(struct yz_arena *a, const struct yz_register *g, struct yz_str key_dig);
bool yz_record_note(struct yz_conn *conn, const struct yz_record_env *env, const char *act, const char *kind, int64_t id,
		    struct yz_str rule, struct yz_str body, struct yz_err *err);
/* "": a mask that tells nothing of its length. */
struct yz_str yz_record_mask(struct yz_arena *a, const struct yz_reg_field *f, struct yz_str value);

/* The rows of a file that are fit (import_read.c). */
struct yz_record_entry {
	int row;
	struct yz_str *values; /* by field; {NULL, 0}: none */
	struct yz_str key;     /* digest */
};
struct yz_record_entries {
	struct yz_record_entry *at;
	size_t len, cap;
};
bool yz_record_read(struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g,
		    const struct yz_record_options *options, struct yz_record_entries *out, struct yz_record_report *report,
		    struct yz_err *err);

#endif
