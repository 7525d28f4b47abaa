/* pack/register.h - a register of a pack, and a comparison with registers (docs/formats/pack.md).
 *
 * A register is a typed table: who owns it, what its fields are, which of them are private, by which a record is
 * found, who may use it for what.  A comparison is a list of rules that hold what somebody declares against records.
 *
 * Ownership: what is read borrows from the JSON and lives in the arena.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PACK_REGISTER_H
#define YZ_PACK_REGISTER_H

#include "base/arena.h"
#include "base/err.h"
#include "feel/feel.h"
#include "fmt/json.h"

enum yz_reg_type {
#define TYPE(name, key, title) YZ_REG_##name,
#include "pack/register_types.def"
#undef TYPE
	YZ_REG_TYPES
};
/* "person-id" …; and its name for people, a message id. */
const char *yz_reg_type_key(enum yz_reg_type type);
const char *yz_reg_type_title(enum yz_reg_type type);

/* Bounds: fields of a register, of its key; codes of a field; rules of a comparison; bytes of a value. */
enum { YZ_REG_FIELDS = 100, YZ_REG_KEY = 5, YZ_REG_CODES = 500, YZ_REG_RULES = 50, YZ_REG_VALUE = 4000 };

struct yz_reg_code {
	struct yz_str code, title;
};

struct yz_reg_field {
	struct yz_str name, hint, standard; /* standard: of its codes, "GB/T 2261.1" or empty */
	enum yz_reg_type type;
	bool required, is_private;
	bool find;                          /* records are found by it: part of the key, or said so */
	const struct yz_reg_code *codes;
	size_t ncodes;
};

struct yz_register {
	struct yz_str key, name, org, summary, source;
	struct yz_reg_field *fields;
	size_t nfields;
	size_t id[YZ_REG_KEY];  /* indexes of the fields that tell one record from another */
	size_t nid;
	size_t subject;         /* the field that says whom a record is about; SIZE_MAX: nobody */
	/* Whom its owner lets use it: departments ("*": all), purposes; by which rule. */
	const struct yz_json *share_orgs, *share_purposes;
	struct yz_str share_basis;
	/* What its department pays here is written into it: by field, what of the payment, or "facts.…" of its case; NULL: nothing. */
	const struct yz_json *payments;
};

/* NULL with err at the first thing that is not as the grammar says. */
struct yz_register *yz_register_read(struct yz_arena *a, struct yz_str key, const struct yz_json *body, struct yz_err *err);
/* SIZE_MAX: there is none. */
size_t yz_register_field(const struct yz_register *g, struct yz_str name);
/* The owner may always; others as it shares. */
bool yz_register_shared(const struct yz_register *g, struct yz_str org, struct yz_str purpose);
/* A code's title; NULL: no such code. */
const struct yz_str *yz_reg_code_title(const struct yz_reg_field *f, struct yz_str code);

/* ---- comparisons ---- */

enum yz_severity { YZ_SEVERITY_HIGH, YZ_SEVERITY_DOUBT, YZ_SEVERITY_NOTE };
const char *yz_severity_name(enum yz_severity s);  /* "high", "doubt", "note" */
const char *yz_severity_title(enum yz_severity s); /* message id */
bool yz_severity_parse(struct yz_str s, enum yz_severity *out);

struct yz_compare_rule {
	struct yz_str key, reg, find, by, when, field, text;
	bool all;     /* asked once over all records found, none included; else of each */
	bool absent;  /* a doubt where no record is found */
	enum yz_severity severity;
	uint32_t line;
};
struct yz_comparison {
	struct yz_str key, name, purpose;
	struct yz_compare_rule *rules;
	size_t nrules;
};
struct yz_comparison *yz_comparison_read(struct yz_arena *a, struct yz_str key, const struct yz_json *body, struct yz_err *err);

/* Its expressions, over `record` (the one at hand, or the first found), `records` (all found) and whatever facts they name:
 * those stand behind the two in yz_feel_names. */
struct yz_compare_code {
	const struct yz_feel *by, *when; /* when NULL: always */
};
bool yz_compare_compile(struct yz_arena *a, const struct yz_compare_rule *rule, const struct yz_register *g,
			struct yz_compare_code *out, const struct yz_feel_diag **diags, struct yz_err *err);
enum yz_feel_kind yz_reg_feel_kind(enum yz_reg_type type);

#endif
