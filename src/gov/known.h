/* gov/known.h - what the house itself holds about a natural person, as facts of policies.
 *
 * A policy for people says where a fact is known from ("known", docs/formats/pack.md):
 *
 *	licence.TYPE            she holds a valid licence of that type
 *	licence.TYPE.FIELD      no, from, until, or a field of the form it was granted on
 *	case.ITEM               an application of hers for that item was granted
 *	case.ITEM.FIELD         months (full ones since then), or a field of that application
 *	register.KEY            a register of that key has a record of her now: a member of a family on minimum allowance
 *	enterprise              she is the verified legal representative of a registered enterprise
 *	enterprise.FACT         a fact of it (gov/enterprise.h); of several, of the one registered last
 *
 * What none of its places says is not known: that nobody issued a licence here does not say that there is none.
 * Only of who is verified (level ≥ 1); the caller asks that and who may see it.
 *
 * Ownership: what is returned lives in the arena given.
 * Threads:   any.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_KNOWN_H
#define YZ_GOV_KNOWN_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "feel/feel.h"
#include "pack/policy.h"

struct yz_site;
struct yz_conn;
struct yz_policy;

/* Facts with their places, of all policies for people; `text` is the same for the same. */
struct yz_known_columns {
	struct yz_known_column {
		struct yz_str fact, place[YZ_POLICY_PLACES];
		size_t n;
	} *at;
	size_t len;
	struct yz_str text;
};
void yz_known_columns(struct yz_arena *a, const struct yz_policy *policies, size_t n, struct yz_known_columns *out);

struct yz_known_value {
	int64_t person;
	uint32_t column, place;    /* which of the columns, which of its places */
	struct yz_str value;       /* as text; yz_known_read makes a fact of it */
	struct yz_str source, org; /* 残疾人证 NO, the key of the department it comes from; "" */
};
struct yz_known {
	const struct yz_known_columns *columns;
	struct yz_known_value *at; /* by person and column, one of each */
	size_t len;
};
/* Of the people numbered from..to, both inclusive. */
struct yz_known *yz_known_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_known_columns *columns,
			       int64_t from, int64_t to, yz_day today, struct yz_err *err);
/* NULL: not known. */
const struct yz_known_value *yz_known_find(const struct yz_known *k, int64_t person, struct yz_str fact);
/* 是 and true, 三级 as 3 where a number is wanted; null where it cannot be read so. */
struct yz_feel_value yz_known_read(struct yz_arena *a, struct yz_str value, enum yz_feel_kind kind);

/* Counts up when anything of these columns may have changed: highest licence, last act on one, last grant, last import into a register. */
struct yz_known_stamp {
	int64_t licence, imported;
	yz_instant changed, granted;
};
bool yz_known_look(struct yz_conn *conn, struct yz_arena *a, const struct yz_known_columns *columns, struct yz_known_stamp *out,
		   struct yz_err *err);
/* Who changed after `seen`, and whose enterprise after `change`; at most `most`, rising;
 * `most` also where a file was imported, which may have changed anybody: then *out says nobody. */
bool yz_known_changed(struct yz_conn *conn, struct yz_arena *a, const struct yz_known_columns *columns, const struct yz_known_stamp *seen,
		      int64_t change, size_t most, int64_t **out, size_t *n, struct yz_err *err);

#endif
