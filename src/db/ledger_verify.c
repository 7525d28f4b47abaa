/* SPDX-License-Identifier: Apache-2.0 */
#include "db/ledger.h"

#include "base/map.h"
#include "db/ledger_hash.h"
#include "db/private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NEAR = 50000, ANCHORS = 200000 }; /* places tried to tell moved from changed; lines of an anchor */

struct head {
	int64_t seq;
	struct yz_digest hash;
	bool seen;
};

struct walk {
	struct yz_ledger_report *report;
	struct yz_hasher *hasher;
	struct yz_map heads; /* region → struct head */
	/* the chain at hand */
	char region[YZ_LEDGER_TEXT + 1];
	bool open, bad;
	int64_t seq;             /* of the entry before */
	struct yz_digest before; /* its hash */
};

const char *yz_ledger_fault_name(enum yz_ledger_fault fault)
{
	static const char *const names[] = {"good", "changed", "missing", "reordered", "forked", "anchor"};
	return names[fault];
}

static void note(struct yz_ledger_report *r, enum yz_ledger_fault fault, struct yz_str region, int64_t seq,
		 const char *fmt, ...) __attribute__((format(printf, 5, 6)));

static void note(struct yz_ledger_report *r, enum yz_ledger_fault fault, struct yz_str region, int64_t seq,
		 const char *fmt, ...)
{
	r->bad_chains++;
	if (r->fault != YZ_LEDGER_GOOD)
		return;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(r->detail, sizeof r->detail, fmt, ap);
	va_end(ap);
	r->fault = fault;
	r->seq = seq;
	snprintf(r->region, sizeof r->region, "%.*s", YZ_P(region));
}

static void end_chain(struct walk *w)
{
	if (!w->open)
		return;
	struct yz_str region = yz_str(w->region);
	struct head *head = yz_map_get(&w->heads, region);
	w->open = false;
	if (head)
		head->seen = true;
	if (w->bad)
		return;
	if (!head)
		note(w->report, YZ_LEDGER_MISSING, region, w->seq, "the chain has no head");
	else if (head->seq > w->seq)
		note(w->report, YZ_LEDGER_MISSING, region, w->seq + 1,
		     "the head says there are %lld entries, %lld are left", (long long)head->seq, (long long)w->seq);
	else if (head->seq < w->seq)
		note(w->report, YZ_LEDGER_FORKED, region, head->seq + 1,
		     "the head stands at %lld: what follows was not added by it", (long long)head->seq);
	else if (!yz_digest_eq(&head->hash, &w->before))
		note(w->report, YZ_LEDGER_FORKED, region, w->seq, "the head remembers another entry here");
}

static void begin_chain(struct walk *w, struct yz_str region)
{
	end_chain(w);
	snprintf(w->region, sizeof w->region, "%.*s", YZ_P(region));
	w->open = true;
	w->bad = false;
	w->seq = 0;
	w->before = (struct yz_digest){0};
	w->report->chains++;
}

/* The place whose number makes the stored hash, or 0: the entry was changed, not moved. */
static int64_t place_of(struct yz_hasher *h, const struct yz_entry *e)
{
	int64_t first = e->seq > NEAR ? e->seq - NEAR : 1;
	for (int64_t k = first; k <= e->seq + NEAR; k++) {
		struct yz_digest d = yz_entry_hash(h, e, k);
		if (yz_digest_eq(&d, &e->hash))
			return k;
	}
	return 0;
}

static bool check_entry(struct walk *w, const struct yz_entry *e)
{
	struct yz_ledger_report *r = w->report;
	if (e->seq != w->seq + 1) {
		note(r, YZ_LEDGER_MISSING, e->region, w->seq + 1, "after %lld comes %lld", (long long)w->seq,
		     (long long)e->seq);
		return false;
	}
	struct yz_digest d = yz_entry_hash(w->hasher, e, e->seq);
	if (!yz_digest_eq(&d, &e->hash)) {
		int64_t place = place_of(w->hasher, e);
		if (place)
			note(r, YZ_LEDGER_REORDERED, e->region, e->seq, "this entry was number %lld", (long long)place);
		else
			note(r, YZ_LEDGER_CHANGED, e->region, e->seq, "its fields do not have the hash stored with it");
		return false;
	}
	if (!yz_digest_eq(&e->prev, &w->before)) {
		note(r, YZ_LEDGER_FORKED, e->region, e->seq, "it continues another entry than number %lld",
		     (long long)w->seq);
		return false;
	}
	return true;
}

static bool walk_entry(void *ctx, const struct yz_rows *row, struct yz_err *err)
{
	(void)err;
	struct walk *w = ctx;
	struct yz_entry e;
	yz_entry_read(row, 0, &e);
	if (!w->open || !yz_str_eqz(e.region, w->region))
		begin_chain(w, e.region);
	w->report->checked++;
	if (w->bad)
		return true;
	w->bad = !check_entry(w, &e);
	w->seq = e.seq;
	w->before = e.hash;
	return true;
}

static bool read_heads(struct walk *w, struct yz_conn *c, struct yz_arena *a, const struct yz_str *region,
		       struct yz_err *err)
{
	if (!yz_ledger_flush(c, err))
		return false;
	struct yz_rows *r = region ? yz_select(c, a, err, "SELECT region, seq, hash FROM ledger_head WHERE region = $1",
					       YZ_S(*region))
				   : yz_select(c, a, err, "SELECT region, seq, hash FROM ledger_head ORDER BY region");
	yz_map_init(&w->heads, a);
	for (size_t i = 0; r && i < r->count; i++) {
		struct head *head = yz_new(a, struct head);
		head->seq = yz_row_int(r, i, 1);
		yz_entry_digest(yz_row_str(r, i, 2), &head->hash);
		yz_map_put(&w->heads, yz_row_str(r, i, 0), head);
	}
	return r;
}

#define ENTRIES                                                                                                        \
	"SELECT region, seq, at, actor_kind, actor_id, actor_name, act, thing_kind, thing_id, rule, body, prev, hash " \
	"FROM ledger "

static bool walk_all(struct walk *w, struct yz_conn *c, const struct yz_str *region, struct yz_err *err)
{
	if (region)
		return yz_each(c, walk_entry, w, err, ENTRIES "WHERE region = $1 ORDER BY seq", YZ_S(*region));
	return yz_each(c, walk_entry, w, err, ENTRIES "ORDER BY region, seq");
}

bool yz_ledger_verify(struct yz_conn *conn, const struct yz_str *region, struct yz_ledger_report *report,
		      struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct walk w = {.report = report};
	*report = (struct yz_ledger_report){0};
	w.hasher = yz_hasher_create(YZ_SM3);
	bool good = read_heads(&w, conn, a, region, err) && walk_all(&w, conn, region, err);
	if (good)
		end_chain(&w);
	for (size_t i = 0; good && i < w.heads.len; i++) {
		const struct head *head = w.heads.entries[i].value;
		if (head->seen || head->seq == 0)
			continue;
		report->chains++;
		note(report, YZ_LEDGER_MISSING, w.heads.entries[i].key, 1, "all %lld entries are gone",
		     (long long)head->seq);
	}
	yz_hasher_destroy(w.hasher);
	yz_arena_destroy(a);
	return good;
}

/* ---- anchors ---- */

struct yz_str yz_ledger_anchor(struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	struct yz_buf b;
	if (!yz_ledger_flush(conn, err))
		return (struct yz_str){NULL, 0};
	struct yz_rows *r =
		yz_select(conn, a, err, "SELECT seq, hash, region FROM ledger_head WHERE seq > 0 ORDER BY region");
	if (!r)
		return (struct yz_str){NULL, 0};
	yz_buf_init(&b, a, SIZE_MAX / 4);
	for (size_t i = 0; i < r->count; i++) {
		char hex[YZ_HEX];
		struct yz_digest d;
		yz_entry_digest(yz_row_str(r, i, 1), &d);
		yz_buf_printf(&b, "%lld %s %s\n", (long long)yz_row_int(r, i, 0), yz_digest_hex(&d, hex),
			      yz_row_z(r, i, 2));
	}
	return yz_buf_str(&b);
}

struct anchor {
	int64_t seq;
	struct yz_digest hash;
	struct yz_str region;
};

static bool parse_anchor(struct yz_str line, struct anchor *out)
{
	struct yz_str seq, hash;
	if (!yz_str_cut(&line, ' ', &seq) || !yz_str_cut(&line, ' ', &hash) || !line.ptr)
		return false;
	out->region = line;
	return yz_str_int(seq, &out->seq) && out->seq > 0 && yz_unhex(hash, out->hash.bytes, sizeof out->hash.bytes);
}

static bool check_anchor(struct yz_conn *c, const struct anchor *at, struct yz_ledger_report *report,
			 struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_rows *r = yz_select(c, a, err, "SELECT hash FROM ledger WHERE region = $1 AND seq = $2",
				      YZ_S(at->region), YZ_I(at->seq));
	struct yz_digest d = {0};
	bool there = r && r->count;
	if (there)
		yz_entry_digest(yz_row_str(r, 0, 0), &d);
	yz_arena_destroy(a);
	if (!r)
		return false;
	report->chains++;
	report->checked++;
	if (!there || !yz_digest_eq(&d, &at->hash))
		note(report, YZ_LEDGER_ANCHOR, at->region, at->seq,
		     there ? "the anchor remembers another entry here" : "the anchor remembers an entry that is gone");
	return true;
}

bool yz_ledger_check_anchor(struct yz_conn *conn, struct yz_str anchor, struct yz_ledger_report *report,
			    struct yz_err *err)
{
	struct yz_str line;
	*report = (struct yz_ledger_report){0};
	for (int number = 1; yz_str_cut(&anchor, '\n', &line); number++) {
		struct anchor at;
		if (!line.len)
			continue;
		if (number > ANCHORS)
			return yz_fail(err, YZ_LIMIT, "an anchor has at most %d lines", ANCHORS);
		if (!parse_anchor(line, &at))
			return yz_fail(err, YZ_SYNTAX, "line %d of the anchor is not \"seq hash region\"", number);
		if (!check_anchor(conn, &at, report, err))
			return false;
	}
	return true;
}
