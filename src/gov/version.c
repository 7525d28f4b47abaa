/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/version.h"

#include "gov/case_must.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

enum { KEPT = 512 }; /* at some 100 KB each */

struct kept {
	struct kept *next;
	struct yz_arena *arena;
	struct yz_version version;
	unsigned readers;
	uint64_t edition; /* of the site when it was read: names of departments may have changed since */
	uint64_t used; /* for choosing whom to forget */
};

struct yz_versions {
	pthread_mutex_t lock;
	struct kept *first;
	size_t count;
	uint64_t ticks;
};

struct yz_versions *yz_versions_create(void)
{
	struct yz_versions *v = calloc(1, sizeof *v);
	assert(v);
	pthread_mutex_init(&v->lock, NULL);
	return v;
}

static void forget(struct kept *k)
{
	yz_arena_destroy(k->arena);
}

void yz_versions_destroy(struct yz_versions *v)
{
	if (!v)
		return;
	while (v->first) {
		struct kept *k = v->first;
		v->first = k->next;
		forget(k);
	}
	pthread_mutex_destroy(&v->lock);
	free(v);
}

/* An item without a process of its own: the three tasks every application has. */
static const char plain_process[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
	"<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:yz=\"" YZ_BPMN_NS
	"\" id=\"plain\" targetNamespace=\"" YZ_BPMN_NS "\">"
	"<process id=\"plain-process\" isExecutable=\"true\"><startEvent id=\"start\"/>"
	"<sequenceFlow id=\"f1\" sourceRef=\"start\" targetRef=\"accept\"/><userTask id=\"accept\" name=\"受理\" yz:act=\"accept\"/>"
	"<sequenceFlow id=\"f2\" sourceRef=\"accept\" targetRef=\"decide\"/><userTask id=\"decide\" name=\"决定\" yz:act=\"decide\"/>"
	"<sequenceFlow id=\"f3\" sourceRef=\"decide\" targetRef=\"deliver\"/><userTask id=\"deliver\" name=\"送达\" yz:act=\"deliver\"/>"
	"<sequenceFlow id=\"f4\" sourceRef=\"deliver\" targetRef=\"end\"/><endEvent id=\"end\"/></process></definitions>";

bool yz_item_limit_read(const struct yz_json *v, struct yz_item_limit *out)
{
	*out = (struct yz_item_limit){.unit = YZ_WORKING_DAYS};
	if (!yz_json_is(v, YZ_JSON_OBJECT))
		return false;
	struct yz_str unit = yz_json_str(v, "unit");
	out->note = yz_json_str(v, "note");
	out->at_once = yz_str_eqz(unit, "now");
	int64_t n = yz_json_int(v, "n", -1);
	if (!out->at_once && (n < 0 || n > YZ_CLOCK_LIMIT_MOST || !yz_unit_parse(unit, &out->unit)))
		return false;
	out->n = out->at_once ? 0 : (int32_t)n;
	return out->given = true;
}

static bool read_result(struct yz_version *v, struct yz_err *err)
{
	(void)err;
	const struct yz_json *result = yz_json_get(v->body, "result");
	v->result_name = yz_json_str(result, "name");
	v->result_kind = yz_json_str(result, "kind");
	v->licence_type = yz_json_str(result, "licence").len ? yz_json_str(result, "licence") : v->key;
	v->licence_code = yz_json_str(result, "licence_code");
	v->licence_number = yz_json_str(result, "number");
	if (!v->result_kind.len)
		v->result_kind = YZ_LIT("document");
	v->result_months = (int)yz_json_int(result, "valid_months", 0);
	return true;
}

static bool fill(struct yz_conn *conn, struct yz_arena *a, int64_t item, struct yz_version *v, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT i.version, i.code, i.key, i.name, i.type, i.org, o.name, o.short, o.body, i.region, g.path, "
				      "i.state, i.from_at, i.until_at, i.body, f.body, p.body, d.body, d.key FROM item i "
				      "LEFT JOIN org o ON o.key = i.org LEFT JOIN region g ON g.code = i.region "
				      "LEFT JOIN artifact f ON f.digest = i.form LEFT JOIN artifact p ON p.digest = i.process "
				      "LEFT JOIN artifact d ON d.digest = i.decision "
				      "WHERE i.id = $1",
				      YZ_I(item));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no item version %lld", (long long)item);
	*v = (struct yz_version){.id = item, .asked = yz_new_n(a, 2, struct yz_version_asked),
				 .number = yz_row_int(r, 0, 0), .code = yz_row_str(r, 0, 1), .key = yz_row_str(r, 0, 2),
				 .name = yz_row_str(r, 0, 3), .type = yz_row_str(r, 0, 4), .org = yz_row_str(r, 0, 5),
				 .org_name = yz_row_str(r, 0, 6), .org_short = yz_row_str(r, 0, 7),
				 .region = yz_row_str(r, 0, 9), .region_path = yz_row_str(r, 0, 10),
				 .state = yz_row_str(r, 0, 11), .from_at = yz_row_int(r, 0, 12), .until_at = yz_row_int(r, 0, 13)};
	if (!(v->body = yz_json_read(a, yz_row_str(r, 0, 14), NULL, err)))
		return false;
	struct yz_str org = yz_row_str(r, 0, 8), form = yz_row_str(r, 0, 15), process = yz_row_str(r, 0, 16), decision = yz_row_str(r, 0, 17);
	if (org.len && !(v->org_body = yz_json_read(a, org, NULL, err)))
		return false;
	if (form.len) {
		const struct yz_json *json = yz_json_read(a, form, NULL, err);
		if (!json || !(v->form = yz_form_load(a, json, err)))
			return false;
	}
	if (!process.len)
		process = yz_str_n(plain_process, sizeof plain_process - 1);
	if (!(v->process = yz_bpmn_load(a, process, NULL, err)))
		return false;
	v->must = yz_case_must(v->process, a, &v->nmust);
	v->decision_key = yz_row_str(r, 0, 18);
	if (decision.len && !(v->decision = yz_decision_load(a, v->decision_key, decision, NULL, err)))
		return false;
	v->joint = yz_json_bool(v->body, "joint", false);
	yz_item_limit_read(yz_json_get(v->body, "legal_limit"), &v->legal);
	yz_item_limit_read(yz_json_get(v->body, "promised_limit"), &v->promised);
	return read_result(v, err);
}

struct lent {
	struct yz_versions *versions;
	struct kept *kept;
};

static void give_back(void *ctx)
{
	struct lent *l = ctx;
	pthread_mutex_lock(&l->versions->lock);
	assert(l->kept->readers);
	l->kept->readers--;
	pthread_mutex_unlock(&l->versions->lock);
}

/* With the lock held. */
static const struct yz_version *lend(struct yz_versions *v, struct kept *k, struct lent *l)
{
	k->readers++;
	k->used = ++v->ticks;
	*l = (struct lent){v, k};
	return &k->version;
}

static struct kept *find(struct yz_versions *v, int64_t item, uint64_t edition)
{
	struct kept *k = v->first;
	while (k && (k->version.id != item || k->edition != edition))
		k = k->next;
	return k;
}

/* Unlinks one of an edition before that nobody reads. */
static struct kept *outdated(struct yz_versions *v, uint64_t edition)
{
	for (struct kept **at = &v->first; *at; at = &(*at)->next)
		if (!(*at)->readers && (*at)->edition != edition) {
			struct kept *k = *at;
			*at = k->next;
			v->count--;
			return k;
		}
	return NULL;
}

/* Unlinks the one longest unused that nobody reads; NULL when all are read. */
static struct kept *make_room(struct yz_versions *v)
{
	struct kept **oldest = NULL;
	for (struct kept **at = &v->first; *at; at = &(*at)->next)
		if (!(*at)->readers && (!oldest || (*at)->used < (*oldest)->used))
			oldest = at;
	if (!oldest)
		return NULL;
	struct kept *k = *oldest;
	*oldest = k->next;
	v->count--;
	return k;
}

const struct yz_version *yz_version_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t item,
				       struct yz_err *err)
{
	struct yz_versions *v = site->versions;
	struct lent *l = yz_new(a, struct lent);
	yz_arena_defer(a, give_back, l);
	l->versions = v;
	pthread_mutex_lock(&v->lock);
	uint64_t edition = yz_site_edition(site); /* before it is read: what changes meanwhile makes it outdated */
	struct kept *k = find(v, item, edition);
	const struct yz_version *version = k ? lend(v, k, l) : NULL;
	pthread_mutex_unlock(&v->lock);
	if (version)
		return version;
	struct yz_arena *own = yz_arena_create(0);
	k = yz_new(own, struct kept);
	k->arena = own;
	k->edition = edition;
	l->kept = k;
	k->readers = 1; /* balanced by give_back should reading fail: then nobody else knows it */
	if (!fill(conn, own, item, &k->version, err)) {
		k->version.id = 0;
		pthread_mutex_lock(&v->lock);
		k->next = v->first; /* the next to need room drops it */
		v->first = k;
		v->count++;
		pthread_mutex_unlock(&v->lock);
		return NULL;
	}
	k->readers = 0;
	pthread_mutex_lock(&v->lock);
	struct kept *other = find(v, item, edition), *gone = NULL;
	if (!other) {
		gone = outdated(v, edition);
		if (!gone && v->count >= KEPT)
			gone = make_room(v);
		k->next = v->first;
		v->first = k;
		v->count++;
	}
	version = lend(v, other ? other : k, l);
	pthread_mutex_unlock(&v->lock);
	if (gone)
		forget(gone);
	if (other)
		forget(k);
	return version;
}

const struct yz_version *yz_version_now(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str code,
					struct yz_err *err)
{
	yz_instant now = yz_site_now(site);
	int64_t id;
	/* COALESCE: by the index of state and date every item in force would be looked at (likewise in item.c). */
	if (!yz_select_int(conn, &id, 0, err,
			   "SELECT id FROM item WHERE (code = $1 OR key = $1) AND COALESCE(state, '') IN ('published', 'suspended') "
			   "AND from_at <= $2 AND (until_at IS NULL OR until_at > $2) ORDER BY version DESC LIMIT 1",
			   YZ_S(code), YZ_I(now)))
		return NULL;
	if (!id)
		return yz_fail_null(err, YZ_NOT_FOUND, "no item %.*s is published", YZ_P(code));
	return yz_version_of(site, conn, a, id, err);
}
