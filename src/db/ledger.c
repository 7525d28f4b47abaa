/* SPDX-License-Identifier: Apache-2.0 */
#include "db/ledger.h"

#include "db/ledger_hash.h"
#include "db/private.h"
#include "fmt/json.h"

#include <string.h>

static const struct yz_json_limits body_limits = {YZ_LEDGER_BODY, 32, 20000};

#define COLUMNS "region, seq, at, actor_kind, actor_id, actor_name, act, thing_kind, thing_id, rule, body, prev, hash"

/* What is hashed of an entry, gathered: the library's call costs more than the few bytes of most parts. */
struct image {
	struct yz_hasher *h;
	size_t n;
	uint8_t bytes[1024];
};

static void add(struct image *m, const void *p, size_t n)
{
	if (n > sizeof m->bytes - m->n) {
		yz_hasher_add(m->h, m->bytes, m->n);
		m->n = 0;
	}
	if (n > sizeof m->bytes) {
		yz_hasher_add(m->h, p, n);
	} else if (n) {
		memcpy(m->bytes + m->n, p, n);
		m->n += n;
	}
}

static void add_number(struct image *m, int64_t v)
{
	uint8_t bytes[8];
	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)((uint64_t)v >> (56 - 8 * i));
	add(m, bytes, sizeof bytes);
}

static void add_text(struct image *m, struct yz_str s)
{
	add_number(m, (int64_t)s.len);
	add(m, s.ptr, s.len);
}

struct yz_digest yz_entry_hash(struct yz_hasher *h, const struct yz_entry *e, int64_t seq)
{
	struct image m;
	m.h = h;
	m.n = 0;
	add_text(&m, e->region);
	add_number(&m, seq);
	add_number(&m, e->at);
	add_text(&m, e->actor_kind);
	add_number(&m, e->actor_id);
	add_text(&m, e->actor_name);
	add_text(&m, e->act);
	add_text(&m, e->thing_kind);
	add_number(&m, e->thing_id);
	add_text(&m, e->rule);
	add_text(&m, e->body);
	add(&m, e->prev.bytes, sizeof e->prev.bytes);
	yz_hasher_add(h, m.bytes, m.n);
	return yz_hasher_end(h);
}

static struct yz_str digest_bytes(const struct yz_digest *d)
{
	return yz_str_n((const char *)d->bytes, sizeof d->bytes);
}

bool yz_entry_digest(struct yz_str bytes, struct yz_digest *d)
{
	memset(d, 0, sizeof *d);
	if (bytes.len == sizeof d->bytes)
		memcpy(d->bytes, bytes.ptr, sizeof d->bytes);
	return bytes.len == sizeof d->bytes;
}

static bool check_texts(const struct yz_entry *e, struct yz_err *err)
{
	const struct {
		const char *name;
		struct yz_str s;
		size_t most;
	} texts[] = {
		{"region", e->region, YZ_LEDGER_REGION},
		{"actor kind", e->actor_kind, YZ_LEDGER_TEXT},
		{"actor name", e->actor_name, YZ_LEDGER_TEXT},
		{"act", e->act, YZ_LEDGER_TEXT},
		{"thing kind", e->thing_kind, YZ_LEDGER_TEXT},
		{"rule", e->rule, YZ_LEDGER_TEXT},
		{"body", e->body, YZ_LEDGER_BODY},
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i].s.len > texts[i].most)
			return yz_fail(err, YZ_LIMIT, "a ledger entry's %s has at most %zu bytes", texts[i].name,
				       texts[i].most);
	for (size_t i = 0; i < e->region.len; i++)
		if ((unsigned char)e->region.ptr[i] <= ' ')
			return yz_fail(err, YZ_BAD_INPUT, "a ledger's region has no spaces");
	return true;
}

/* The body in canonical form. */
static bool canonical(struct yz_arena *a, struct yz_str body, struct yz_str *out, struct yz_err *err)
{
	struct yz_buf b;
	if (!body.len)
		body = YZ_LIT("{}");
	*out = body;
	if (body.ptr[0] == '{' && yz_json_is_canonical(body, &body_limits))
		return true;
	const struct yz_json *v = yz_json_read(a, body, &body_limits, err);
	if (!v)
		return yz_fail_in(err, "ledger body");
	if (!yz_json_is(v, YZ_JSON_OBJECT))
		return yz_fail(err, YZ_SYNTAX, "a ledger entry's body is a JSON object");
	yz_buf_init(&b, a, YZ_LEDGER_BODY);
	yz_json_canonical(&b, v);
	if (b.full)
		return yz_fail(err, YZ_LIMIT, "a ledger entry's body has at most %d bytes", YZ_LEDGER_BODY);
	*out = yz_buf_str(&b);
	return true;
}

static struct locked_head *locked(struct yz_conn *c, struct yz_str region)
{
	for (size_t i = 0; i < c->nheads; i++)
		if (yz_str_eqz(region, c->heads[i].region))
			return &c->heads[i];
	return NULL;
}

static bool store_head(struct yz_conn *c, struct yz_str region, int64_t seq, const uint8_t hash[YZ_DIGEST], struct yz_err *err)
{
	return yz_exec(c, err, "UPDATE ledger_head SET seq = $1, hash = $2 WHERE region = $3", YZ_I(seq),
		       YZ_BLOB(yz_str_n((const char *)hash, YZ_DIGEST)), YZ_S(region));
}

/* The row is locked until the batch commits: the next entry of the batch need not read it, and it is stored once. */
static bool move_head(struct yz_conn *c, const struct yz_entry *e, struct yz_err *err)
{
	struct locked_head *head = locked(c, e->region);
	_Static_assert(sizeof head->region > YZ_LEDGER_REGION && sizeof head->hash == sizeof e->hash.bytes, "they fit");
	if (!head && c->nheads == HEADS)
		return store_head(c, e->region, e->seq, e->hash.bytes, err);
	if (!head)
		head = &c->heads[c->nheads++];
	if (e->region.len)
		memcpy(head->region, e->region.ptr, e->region.len); /* check_texts has seen how long it is */
	head->region[e->region.len] = '\0';
	head->seq = e->seq;
	head->ahead = true;
	memcpy(head->hash, e->hash.bytes, sizeof head->hash);
	return true;
}

bool yz_ledger_flush(struct yz_conn *c, struct yz_err *err)
{
	for (size_t i = 0; i < c->nheads; i++) {
		struct locked_head *head = &c->heads[i];
		if (head->ahead && !store_head(c, yz_str(head->region), head->seq, head->hash, err))
			return false;
		head->ahead = false;
	}
	return true;
}

/* Locks the head of the chain and lends its state; a new chain begins. */
static bool lock_head(struct yz_conn *c, struct yz_arena *a, struct yz_entry *e, struct yz_err *err)
{
	const struct locked_head *head = locked(c, e->region);
	if (head) {
		e->seq = head->seq + 1;
		memcpy(e->prev.bytes, head->hash, sizeof head->hash);
		return true;
	}
	for (int try = 0; try < 2; try++) {
		struct yz_rows *r = yz_select(
			c, a, err, "SELECT seq, hash FROM ledger_head WHERE region = $1 FOR UPDATE", YZ_S(e->region));
		if (!r)
			return false;
		if (r->count) {
			e->seq = yz_row_int(r, 0, 0) + 1;
			return yz_entry_digest(yz_row_str(r, 0, 1), &e->prev) ||
			       yz_fail(err, YZ_CORRUPT, "the head of the ledger of \"%.*s\" is no digest",
				       YZ_P(e->region));
		}
		struct yz_digest zero = {0};
		if (!yz_exec(c, err,
			     "INSERT INTO ledger_head (region, seq, hash) VALUES ($1, 0, $2) ON CONFLICT (region) DO "
			     "NOTHING",
			     YZ_S(e->region), YZ_BLOB(digest_bytes(&zero))))
			return false;
	}
	return yz_fail(err, YZ_DB, "the ledger of \"%.*s\" has no head", YZ_P(e->region));
}

static bool insert(struct yz_conn *c, const struct yz_entry *e, struct yz_err *err)
{
	return yz_exec(c, err,
		       "INSERT INTO ledger (" COLUMNS
		       ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
		       YZ_S(e->region), YZ_I(e->seq), YZ_I(e->at), YZ_S(e->actor_kind), YZ_I(e->actor_id),
		       YZ_S(e->actor_name), YZ_S(e->act), YZ_S(e->thing_kind), YZ_I(e->thing_id), YZ_S(e->rule),
		       YZ_S(e->body), YZ_BLOB(digest_bytes(&e->prev)), YZ_BLOB(digest_bytes(&e->hash))) &&
	       move_head(c, e, err);
}

bool yz_ledger_add(struct yz_conn *conn, struct yz_entry *entry, struct yz_err *err)
{
	if (!check_texts(entry, err))
		return false;
	if (!conn->ledger) {
		conn->ledger = yz_arena_create(0);
		conn->hasher = yz_hasher_create(YZ_SM3);
	}
	struct yz_arena *a = conn->ledger;
	yz_arena_reset(a); /* of the entry before */
	struct yz_entry e = *entry;
	bool good = canonical(a, e.body, &e.body, err) && lock_head(conn, a, &e, err);
	if (good) {
		e.hash = yz_entry_hash(conn->hasher, &e, e.seq);
		good = insert(conn, &e, err);
	}
	if (good) {
		entry->seq = e.seq;
		entry->prev = e.prev;
		entry->hash = e.hash;
	}
	return good;
}

/* ---- reading back ---- */

void yz_entry_read(const struct yz_rows *r, size_t i, struct yz_entry *e)
{
	e->region = yz_row_str(r, i, 0);
	e->seq = yz_row_int(r, i, 1);
	e->at = yz_row_int(r, i, 2);
	e->actor_kind = yz_row_str(r, i, 3);
	e->actor_id = yz_row_int(r, i, 4);
	e->actor_name = yz_row_str(r, i, 5);
	e->act = yz_row_str(r, i, 6);
	e->thing_kind = yz_row_str(r, i, 7);
	e->thing_id = yz_row_int(r, i, 8);
	e->rule = yz_row_str(r, i, 9);
	e->body = yz_row_str(r, i, 10);
	yz_entry_digest(yz_row_str(r, i, 11), &e->prev);
	yz_entry_digest(yz_row_str(r, i, 12), &e->hash);
}

static bool hand_over(struct yz_arena *a, const struct yz_rows *r, struct yz_entries *out)
{
	if (!r)
		return false;
	out->count = r->count;
	out->at = yz_new_n(a, r->count, struct yz_entry);
	for (size_t i = 0; i < r->count; i++)
		yz_entry_read(r, i, &out->at[i]);
	return true;
}

bool yz_ledger_of(struct yz_conn *conn, struct yz_arena *a, struct yz_str thing_kind, int64_t thing_id,
		  yz_instant after_at, int64_t after_seq, size_t limit, struct yz_entries *out, struct yz_err *err)
{
	return hand_over(a,
			 yz_select(conn, a, err,
				   "SELECT " COLUMNS " FROM ledger WHERE thing_kind = $1 AND thing_id = $2 AND "
				   "(at > $3 OR (at = $3 AND seq > $4)) ORDER BY at, seq, region LIMIT $5",
				   YZ_S(thing_kind), YZ_I(thing_id), YZ_I(after_at), YZ_I(after_seq),
				   YZ_I((int64_t)limit)),
			 out);
}

bool yz_ledger_page(struct yz_conn *conn, struct yz_arena *a, struct yz_str region, int64_t before, size_t limit,
		    struct yz_entries *out, struct yz_err *err)
{
	return hand_over(a,
			 yz_select(conn, a, err,
				   "SELECT " COLUMNS
				   " FROM ledger WHERE region = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3",
				   YZ_S(region), YZ_I(before > 0 ? before : INT64_MAX), YZ_I((int64_t)limit)),
			 out);
}

bool yz_ledger_after(struct yz_conn *conn, struct yz_arena *a, struct yz_str region, int64_t after, size_t limit,
		     struct yz_entries *out, struct yz_err *err)
{
	return hand_over(a,
			 yz_select(conn, a, err,
				   "SELECT " COLUMNS " FROM ledger WHERE region = $1 AND seq > $2 ORDER BY seq LIMIT $3",
				   YZ_S(region), YZ_I(after), YZ_I((int64_t)limit)),
			 out);
}

bool yz_ledger_head(struct yz_conn *conn, struct yz_str region, int64_t *seq, struct yz_err *err)
{
	return yz_select_int(conn, seq, 0, err, "SELECT seq FROM ledger_head WHERE region = $1", YZ_S(region));
}
