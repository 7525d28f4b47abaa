/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/known.h"

#include "base/utf8.h"
#include "crypt/crypt.h"
#include "db/db.h"
#include "gov/enterprise.h"
#include "gov/policy.h"
#include "gov/site.h"
#include "record/record.h"

#include <stdlib.h>

/* ---- columns ---- */

void yz_known_columns(struct yz_arena *a, const struct yz_policy *policies, size_t n, struct yz_known_columns *out)
{
	struct yz_buf text;
	size_t most = 0;
	for (size_t i = 0; i < n; i++)
		most += policies[i].text.known ? policies[i].text.known->count : 0;
	*out = (struct yz_known_columns){.at = yz_new_n(a, most, struct yz_known_column)};
	yz_buf_init(&text, a, 1 << 20);
	for (size_t i = 0; i < n; i++) {
		const struct yz_json *known = policies[i].text.known;
		for (size_t k = 0; known && !yz_str_eqz(policies[i].text.whom, "legal") && k < known->count; k++) {
			bool there = false;
			for (size_t c = 0; c < out->len && !there; c++)
				there = yz_str_eq(out->at[c].fact, known->members[k].key);
			if (there)
				continue;
			struct yz_known_column *c = &out->at[out->len++];
			c->fact = known->members[k].key;
			c->n = yz_policy_places(yz_json_text(known->members[k].value), c->place);
			yz_buf_printf(&text, "%.*s=%.*s\n", YZ_P(c->fact), YZ_P(yz_json_text(known->members[k].value)));
		}
	}
	out->text = yz_buf_str(&text);
}

/* "KIND.KEY.FIELD" taken apart; false where it is of another kind. */
static bool place_of(struct yz_str place, const char *kind, struct yz_str *key, struct yz_str *field)
{
	struct yz_str head = yz_str(kind);
	*key = *field = (struct yz_str){0};
	if (!yz_str_starts(place, head) || (place.len > head.len && place.ptr[head.len] != '.'))
		return false;
	if (place.len == head.len)
		return true;
	struct yz_str rest = yz_str_n(place.ptr + head.len + 1, place.len - head.len - 1);
	size_t dot = yz_str_eqz(head, "enterprise") ? SIZE_MAX : yz_str_find(rest, YZ_LIT("."), 0);
	*key = dot == SIZE_MAX ? rest : yz_str_n(rest.ptr, dot);
	if (dot != SIZE_MAX)
		*field = yz_str_n(rest.ptr + dot + 1, rest.len - dot - 1);
	return true;
}

/* ---- reading ---- */

struct reading {
	struct yz_site *site;
	struct yz_conn *conn;
	struct yz_arena *a;
	const struct yz_known_columns *columns;
	yz_day today;
	YZ_VEC(struct yz_known_value) found;
	/* while rows of one kind are read */
	struct yz_arena *scratch;
	struct yz_str key;
	const struct yz_json *facts; /* of the row's case, opened when a field of it is wanted */
	bool opened;
	const struct yz_rows *reps;
	const struct yz_register *reg;
};

static struct yz_str json_value(const struct yz_json *v)
{
	if (yz_json_is(v, YZ_JSON_TRUE) || yz_json_is(v, YZ_JSON_FALSE))
		return yz_json_is(v, YZ_JSON_TRUE) ? YZ_LIT("true") : YZ_LIT("false");
	return yz_json_is(v, YZ_JSON_STRING) || yz_json_is(v, YZ_JSON_NUMBER) ? v->text : (struct yz_str){0};
}

static bool of_facts(struct reading *w, int64_t case_id, struct yz_str sealed, struct yz_str field, struct yz_str *out, struct yz_err *err)
{
	struct yz_str plain;
	if (!w->opened && (!yz_unseal(w->site->keys, w->scratch, "cases.facts", case_id, sealed, &plain, err) ||
			   !(w->facts = yz_json_read(w->scratch, plain, NULL, err))))
		return false;
	w->opened = true;
	*out = json_value(yz_json_find(w->facts, field));
	return true;
}

static struct yz_str day_text(struct yz_arena *a, yz_day day)
{
	char buf[16];
	return day ? yz_str_dup(a, yz_str(yz_day_print(day, buf))) : (struct yz_str){0};
}

static void put(struct reading *w, int64_t person, size_t column, size_t place, struct yz_str value, struct yz_str source, struct yz_str org)
{
	if (value.len)
		*yz_vec_push(w->a, &w->found) = (struct yz_known_value){person, (uint32_t)column, (uint32_t)place, yz_str_dup(w->a, value),
									 yz_str_dup(w->a, source), yz_str_dup(w->a, org)};
}

/* holder, case, no, from, until, name, org, facts: a valid licence of type w->key. */
static bool take_licence(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	struct reading *w = ctx;
	w->opened = false;
	for (size_t c = 0; c < w->columns->len; c++)
		for (size_t k = 0; k < w->columns->at[c].n; k++) {
			struct yz_str key, field, value = YZ_LIT("true");
			if (!place_of(w->columns->at[c].place[k], "licence", &key, &field) || !yz_str_eq(key, w->key))
				continue;
			if (yz_str_eqz(field, "no"))
				value = yz_row_str(r, 0, 2);
			else if (yz_str_eqz(field, "from") || yz_str_eqz(field, "until"))
				value = day_text(w->scratch, (yz_day)yz_row_int(r, 0, yz_str_eqz(field, "from") ? 3 : 4));
			else if (field.len && !of_facts(w, yz_row_int(r, 0, 1), yz_row_str(r, 0, 7), field, &value, err))
				return false;
			put(w, yz_row_int(r, 0, 0), c, k, value,
			    yz_str_printf(w->scratch, "%.*s %.*s", YZ_P(yz_row_str(r, 0, 5)), YZ_P(yz_row_str(r, 0, 2))), yz_row_str(r, 0, 6));
		}
	yz_arena_reset(w->scratch);
	return true;
}

static int64_t months_since(const struct reading *w, yz_instant at)
{
	struct yz_civil f = yz_day_civil(yz_instant_day(at, w->site->offset)), t = yz_day_civil(w->today);
	return (t.year - f.year) * 12 + t.month - f.month - (t.day < f.day);
}

/* applicant, case, no, decided, org, facts: an application for item w->key that was granted. */
static bool take_case(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	struct reading *w = ctx;
	w->opened = false;
	for (size_t c = 0; c < w->columns->len; c++)
		for (size_t k = 0; k < w->columns->at[c].n; k++) {
			struct yz_str key, field, value = YZ_LIT("true");
			if (!place_of(w->columns->at[c].place[k], "case", &key, &field) || !yz_str_eq(key, w->key))
				continue;
			if (yz_str_eqz(field, "months"))
				value = yz_str_printf(w->scratch, "%lld", (long long)months_since(w, yz_row_int(r, 0, 3)));
			else if (field.len && !of_facts(w, yz_row_int(r, 0, 1), yz_row_str(r, 0, 5), field, &value, err))
				return false;
			put(w, yz_row_int(r, 0, 0), c, k, value, yz_row_str(r, 0, 2), yz_row_str(r, 0, 4));
		}
	yz_arena_reset(w->scratch);
	return true;
}

/* legal_rep behind an enterprise's columns. */
static void take_enterprise(struct reading *w, int64_t person, const struct yz_enterprise *e)
{
	for (size_t c = 0; c < w->columns->len; c++)
		for (size_t k = 0; k < w->columns->at[c].n; k++) {
			struct yz_str fact, none, value = YZ_LIT("true");
			if (!place_of(w->columns->at[c].place[k], "enterprise", &fact, &none))
				continue;
			if (fact.len) {
				struct yz_feel_value v = {0};
				static const enum yz_feel_kind kinds[] = {YZ_FEEL_NUMBER, YZ_FEEL_BOOLEAN, YZ_FEEL_STRING};
				for (size_t i = 0; i < 3 && v.kind == YZ_FEEL_NULL; i++)
					v = yz_enterprise_fact(w->scratch, e, fact, kinds[i], w->today, w->site->region);
				value = v.kind == YZ_FEEL_NULL ? (struct yz_str){0} : v.kind == YZ_FEEL_STRING ? yz_feel_str(v) : yz_feel_text(w->scratch, v);
			}
			put(w, person, c, k, value, e->name, YZ_LIT(""));
		}
}

/* The keys of that kind of place, each once. */
static size_t keys_of(struct yz_arena *a, const struct yz_known_columns *columns, const char *kind, struct yz_str **out)
{
	size_t n = 0, most = columns->len * YZ_POLICY_PLACES;
	*out = yz_new_n(a, most, struct yz_str);
	for (size_t c = 0; c < columns->len; c++)
		for (size_t k = 0; k < columns->at[c].n; k++) {
			struct yz_str key, field;
			bool there = !place_of(columns->at[c].place[k], kind, &key, &field);
			for (size_t i = 0; i < n && !there; i++)
				there = yz_str_eq((*out)[i], key);
			if (!there)
				(*out)[n++] = key;
		}
	return n;
}

/* The newest stand last. */
static bool read_licences(struct reading *w, int64_t from, int64_t to, struct yz_err *err)
{
	struct yz_str *keys;
	size_t n = keys_of(w->a, w->columns, "licence", &keys);
	for (size_t i = 0; i < n; i++) {
		w->key = keys[i];
		if (!yz_each(w->conn, take_licence, w, err,
			     "SELECT l.holder, l.case_id, l.no, l.valid_from, l.valid_until, l.type, l.org, f.facts_enc FROM licence l "
			     "JOIN case_facts f ON f.case_id = l.case_id WHERE l.type_key = $1 AND l.state = 'valid' "
			     "AND (l.valid_until IS NULL OR l.valid_until >= $2) AND l.holder >= $3 AND l.holder <= $4 ORDER BY l.holder, l.id",
			     YZ_S(keys[i]), YZ_I(w->today), YZ_I(from), YZ_I(to)))
			return false;
	}
	return true;
}

static bool read_cases(struct reading *w, int64_t from, int64_t to, struct yz_err *err)
{
	struct yz_str *keys;
	size_t n = keys_of(w->a, w->columns, "case", &keys);
	for (size_t i = 0; i < n; i++) {
		w->key = keys[i];
		if (!yz_each(w->conn, take_case, w, err,
			     "SELECT c.applicant, c.id, c.no, c.decided, c.org, f.facts_enc FROM item i JOIN cases c ON c.item = i.id "
			     "JOIN case_facts f ON f.case_id = c.id "
			     "WHERE i.key = $1 AND c.outcome = 'grant' AND c.applicant >= $2 AND c.applicant <= $3 ORDER BY c.decided, c.id",
			     YZ_S(keys[i]), YZ_I(from), YZ_I(to)))
			return false;
	}
	return true;
}

/* Enterprises with their verified legal representatives, rising by id. */
static struct yz_rows *read_reps(struct reading *w, int64_t from, int64_t to, struct yz_err *err)
{
	return yz_select(w->conn, w->a, err,
			 "SELECT e.id, q.legal_rep FROM person q JOIN enterprise e ON e.uscc_dig = q.id_dig WHERE q.kind = 'legal' "
			 "AND q.proof >= 1 AND q.active = 1 AND q.legal_rep >= $1 AND q.legal_rep <= $2 ORDER BY e.id",
			 YZ_I(from), YZ_I(to));
}

static bool one_enterprise(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	struct reading *w = ctx;
	struct yz_enterprise e;
	size_t lo = 0, hi = w->reps->count;
	(void)err;
	yz_enterprise_row(w->scratch, r, 0, &e);
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (yz_row_int(w->reps, mid, 0) < e.id)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < w->reps->count && yz_row_int(w->reps, lo, 0) == e.id)
		take_enterprise(w, yz_row_int(w->reps, lo, 1), &e);
	yz_arena_reset(w->scratch);
	return true;
}

static bool read_enterprises(struct reading *w, int64_t from, int64_t to, struct yz_err *err)
{
	struct yz_str *keys;
	if (!keys_of(w->a, w->columns, "enterprise", &keys))
		return true;
	if (!(w->reps = read_reps(w, from, to, err)))
		return false;
	return yz_each(w->conn, one_enterprise, w, err,
		       "SELECT " YZ_ENTERPRISE_SQL " JOIN person q ON q.id_dig = e.uscc_dig WHERE q.kind = 'legal' AND q.proof >= 1 "
		       "AND q.active = 1 AND q.legal_rep >= $1 AND q.legal_rep <= $2 ORDER BY COALESCE(e.registered, 0), e.id",
		       YZ_I(from), YZ_I(to));
}

/* person: a register has a record of her now. */
static bool take_record(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	struct reading *w = ctx;
	(void)err;
	for (size_t c = 0; c < w->columns->len; c++)
		for (size_t k = 0; k < w->columns->at[c].n; k++) {
			struct yz_str key, field;
			if (place_of(w->columns->at[c].place[k], "register", &key, &field) && yz_str_eq(key, w->key))
				put(w, yz_row_int(r, 0, 0), c, k, YZ_LIT("true"), w->reg->name, w->reg->org);
		}
	return true;
}

/* By the number that says whom a record is about: its digest is that of the account. */
static bool read_registers(struct reading *w, int64_t from, int64_t to, struct yz_err *err)
{
	struct yz_str *keys;
	size_t n = keys_of(w->a, w->columns, "register", &keys);
	for (size_t i = 0; i < n; i++) {
		w->key = keys[i];
		w->reg = yz_register_load(w->conn, w->a, keys[i], err);
		if (!w->reg)
			return false;
		if (w->reg->subject != SIZE_MAX &&
		    !yz_each(w->conn, take_record, w, err,
			     "SELECT p.id FROM person p JOIN record_find f ON f.register = $1 AND f.field = $2 AND f.dig = p.id_dig "
			     "WHERE p.id >= $3 AND p.id <= $4 ORDER BY p.id",
			     YZ_S(keys[i]), YZ_S(w->reg->fields[w->reg->subject].name), YZ_I(from), YZ_I(to)))
			return false;
	}
	return true;
}

/* By person, column, place; behind one another as they were found. */
static int by_person(const void *x, const void *y)
{
	const struct yz_known_value *a = x, *b = y;
	if (a->person != b->person)
		return a->person < b->person ? -1 : 1;
	return a->column != b->column ? (a->column < b->column ? -1 : 1) : (a->place > b->place) - (a->place < b->place);
}

struct ordered {
	struct yz_known_value value;
	size_t nth;
};

static int by_order(const void *x, const void *y)
{
	const struct ordered *a = x, *b = y;
	int by = by_person(&a->value, &b->value);
	/* The newest first. */
	return by ? by : (a->nth < b->nth) - (a->nth > b->nth);
}

struct yz_known *yz_known_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_known_columns *columns,
			       int64_t from, int64_t to, yz_day today, struct yz_err *err)
{
	struct reading w = {.site = site, .conn = conn, .a = a, .columns = columns, .today = today};
	struct yz_known *k = yz_new(a, struct yz_known);
	k->columns = columns;
	if (!columns->len)
		return k;
	w.scratch = yz_arena_create(0);
	bool ok = read_licences(&w, from, to, err) && read_cases(&w, from, to, err) && read_registers(&w, from, to, err) &&
		  read_enterprises(&w, from, to, err);
	yz_arena_destroy(w.scratch);
	if (!ok)
		return NULL;
	struct ordered *all = yz_new_n(a, w.found.len, struct ordered);
	for (size_t i = 0; i < w.found.len; i++)
		all[i] = (struct ordered){w.found.at[i], i};
	qsort(all, w.found.len, sizeof *all, by_order);
	k->at = yz_new_n(a, w.found.len, struct yz_known_value);
	for (size_t i = 0; i < w.found.len; i++)
		if (!k->len || k->at[k->len - 1].person != all[i].value.person || k->at[k->len - 1].column != all[i].value.column)
			k->at[k->len++] = all[i].value;
	return k;
}

const struct yz_known_value *yz_known_find(const struct yz_known *k, int64_t person, struct yz_str fact)
{
	size_t lo = 0, hi = k ? k->len : 0;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (k->at[mid].person < person)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; k && lo < k->len && k->at[lo].person == person; lo++)
		if (yz_str_eq(k->columns->at[k->at[lo].column].fact, fact))
			return &k->at[lo];
	return NULL;
}

struct yz_feel_value yz_known_read(struct yz_arena *a, struct yz_str value, enum yz_feel_kind kind)
{
	static const char *const levels[] = {"一级", "二级", "三级", "四级", "五级", "六级", "七级", "八级", "九级", "十级"};
	struct yz_feel_value v = {0};
	struct yz_str s = yz_str_trim(value);
	if (kind == YZ_FEEL_BOOLEAN) {
		bool yes = yz_str_eqz(s, "true") || yz_str_eqz(s, "是"), no = yz_str_eqz(s, "false") || yz_str_eqz(s, "否");
		return yes || no ? yz_feel_bool(yes) : v;
	}
	for (int i = 0; kind == YZ_FEEL_NUMBER && i < 10; i++)
		if (yz_str_eqz(s, levels[i]))
			return yz_feel_int(i + 1);
	return s.len && yz_feel_read(a, kind, s, &v) ? v : (struct yz_feel_value){0};
}

/* ---- what has changed ---- */

/* The last file that brought anything new: packs import theirs again whenever they are installed. */
#define IMPORTED "SELECT MAX(id) FROM register_import WHERE added + changed + ended > 0"

bool yz_known_look(struct yz_conn *conn, struct yz_arena *a, const struct yz_known_columns *columns, struct yz_known_stamp *out,
		   struct yz_err *err)
{
	struct yz_str *keys;
	size_t n = keys_of(a, columns, "case", &keys);
	*out = (struct yz_known_stamp){0};
	for (size_t i = 0; i < n; i++) {
		int64_t at;
		if (!yz_select_int(conn, &at, 0, err,
				   "SELECT MAX((SELECT MAX(decided) FROM cases WHERE item = i.id AND outcome = 'grant')) FROM item i WHERE i.key = $1",
				   YZ_S(keys[i])))
			return false;
		out->granted = at > out->granted ? at : out->granted;
	}
	if (keys_of(a, columns, "register", &keys) && !yz_select_int(conn, &out->imported, 0, err, IMPORTED))
		return false;
	return !keys_of(a, columns, "licence", &keys) ||
	       (yz_select_int(conn, &out->licence, 0, err, "SELECT MAX(id) FROM licence") &&
		yz_select_int(conn, &out->changed, 0, err, "SELECT MAX(changed) FROM licence WHERE changed IS NOT NULL"));
}

static int by_number(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
	return (a > b) - (a < b);
}

struct gathering {
	int64_t *at;
	size_t n, most;
};

static bool gather(struct gathering *g, const struct yz_rows *r)
{
	for (size_t i = 0; r && i < r->count && g->n < g->most; i++)
		g->at[g->n++] = yz_row_int(r, i, 0);
	return r != NULL;
}

bool yz_known_changed(struct yz_conn *conn, struct yz_arena *a, const struct yz_known_columns *columns, const struct yz_known_stamp *seen,
		      int64_t change, size_t most, int64_t **out, size_t *n, struct yz_err *err)
{
	struct yz_str *keys;
	struct gathering g = {yz_new_n(a, most, int64_t), 0, most};
	int64_t imported = 0;
	*out = g.at;
	*n = most;
	if (keys_of(a, columns, "register", &keys) && !yz_select_int(conn, &imported, 0, err, IMPORTED))
		return false;
	if (imported > seen->imported)
		return true; /* a file may have brought and ended many */
	/* At the very instant of the newest act another may have come: that instant is looked at again. */
	bool ok = gather(&g, yz_select(conn, a, err, "SELECT holder FROM licence WHERE id > $1 LIMIT $2", YZ_I(seen->licence), YZ_I((int64_t)most))) &&
		  gather(&g, yz_select(conn, a, err, "SELECT holder FROM licence WHERE changed IS NOT NULL AND changed >= $1 LIMIT $2",
				       YZ_I(seen->changed), YZ_I((int64_t)most))) &&
		  gather(&g, yz_select(conn, a, err,
				       "SELECT p.legal_rep FROM enterprise e JOIN person p ON p.id_dig = e.uscc_dig WHERE e.change > $1 "
				       "AND p.kind = 'legal' AND p.legal_rep IS NOT NULL LIMIT $2",
				       YZ_I(change), YZ_I((int64_t)most)));
	size_t nkeys = keys_of(a, columns, "case", &keys);
	for (size_t i = 0; ok && i < nkeys; i++)
		ok = gather(&g, yz_select(conn, a, err,
					  "SELECT c.applicant FROM item i JOIN cases c ON c.item = i.id WHERE i.key = $1 AND c.outcome = 'grant' "
					  "AND c.decided >= $2 LIMIT $3",
					  YZ_S(keys[i]), YZ_I(seen->granted), YZ_I((int64_t)most)));
	qsort(g.at, g.n, sizeof *g.at, by_number);
	*n = 0;
	for (size_t i = 0; i < g.n; i++)
		if (!*n || g.at[*n - 1] != g.at[i])
			g.at[(*n)++] = g.at[i];
	*out = g.at;
	return ok;
}
