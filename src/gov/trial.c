/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/trial.h"

#include "base/log.h"
#include "gov/note.h"
#include "text/text.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SILENT = 120 /* seconds */, RESULT_MOST = 16 << 20, LOOK_EVERY = 1000000 /* microseconds */, TRIES = 3 };

/* ---- starting ---- */

struct starting {
	struct yz_site *site;
	const struct yz_actor *who;
	const struct yz_trial_input *in;
	int64_t item, id;
};

static struct yz_str options_of(struct yz_arena *a, const struct yz_trial_input *in)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, a, 4096);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_jw_key(&w, "cases");
	yz_jw_int(&w, in->cases);
	yz_jw_key(&w, "seed");
	yz_jw_int(&w, in->seed);
	yz_jw_key(&w, "year");
	yz_jw_int(&w, in->year);
	yz_jw_key(&w, "against");
	yz_jw_bool(&w, in->against);
	yz_jw_end(&w, '}');
	return yz_buf_str(&b);
}

static bool do_start(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct starting *w = ctx;
	int64_t waiting;
	yz_instant now = yz_site_now(w->site);
	struct yz_rows *r = yz_select(conn, a, err, "SELECT code FROM item WHERE id = $1", YZ_I(w->item));
	if (!r || !yz_select_int(conn, &waiting, 0, err, "SELECT COUNT(*) FROM trial WHERE ended IS NULL"))
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "item %lld is not there", (long long)w->item);
	if (waiting >= YZ_TRIAL_WAITING)
		return yz_fail(err, YZ_LIMIT, "%s", N_("排队的模拟太多了，请等几分钟再试"));
	w->id = yz_insert(conn, err,
			  "INSERT INTO trial (item, item_code, state, options, process, rule, settings, runs, runs_done, result, csv, error, by_person, "
			  "created, beat) VALUES ($1, $2, 'waiting', $3, $4, $5, $6, $7, 0, '', '', '', $8, $9, 0)",
			  YZ_I(w->item), YZ_S(yz_row_str(r, 0, 0)), YZ_S(options_of(a, w->in)), YZ_S(w->in->process), YZ_S(w->in->rule),
			  YZ_S(w->in->settings), YZ_I(w->in->runs), YZ_I(w->who->person), YZ_I(now));
	return w->id && yz_note(w->site, conn, w->who, "trial.start", "item", w->item, "", options_of(a, w->in), err);
}

bool yz_trial_start(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t item, const struct yz_trial_input *in,
		    int64_t *id, struct yz_err *err)
{
	struct starting w = {.site = site, .who = who, .in = in, .item = item};
	if (in->runs < 1 || in->runs > YZ_TRIAL_RUNS || in->cases < 0 || in->cases > YZ_SIMULATE_CASES || in->settings.len > YZ_SIMULATE_SETTINGS ||
	    in->process.len > YZ_SIMULATE_MODEL || in->rule.len > YZ_SIMULATE_MODEL)
		return yz_fail(err, YZ_BAD_INPUT, "%s", N_("次数从 1 到 50，办件不超过一百万"));
	if (in->settings.len && !yz_json_read(a, in->settings, NULL, err))
		return false;
	if (in->process.len && !yz_bpmn_load(a, in->process, NULL, err))
		return false;
	if (!yz_db_write(site->db, do_start, &w, err))
		return false;
	*id = w.id;
	return true;
}

/* ---- reading ---- */

#define COLUMNS                                                                                                        \
	"t.id, t.item, t.item_code, t.state, t.options, t.runs, t.runs_done, t.error, COALESCE(p.name, ''), t.created, COALESCE(t.ended, 0), " \
	"LENGTH(t.process), LENGTH(t.rule), LENGTH(t.settings)"

static bool read_row(struct yz_arena *a, const struct yz_rows *r, size_t i, struct yz_trial *out, struct yz_err *err)
{
	*out = (struct yz_trial){.id = yz_row_int(r, i, 0), .item = yz_row_int(r, i, 1), .item_code = yz_row_str(r, i, 2), .state = yz_row_str(r, i, 3),
				 .runs = yz_row_int(r, i, 5), .runs_done = yz_row_int(r, i, 6), .error = yz_row_str(r, i, 7), .by_name = yz_row_str(r, i, 8),
				 .created = yz_row_int(r, i, 9), .ended = yz_row_int(r, i, 10), .with_process = yz_row_int(r, i, 11) > 0,
				 .with_rule = yz_row_int(r, i, 12) > 0, .with_settings = yz_row_int(r, i, 13) > 0};
	return (out->options = yz_json_read(a, yz_row_str(r, i, 4), NULL, err)) != NULL;
}

size_t yz_trial_list(struct yz_conn *conn, struct yz_arena *a, struct yz_str item_code, int most, struct yz_trial **out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT " COLUMNS " FROM trial t LEFT JOIN person p ON p.id = t.by_person WHERE t.item_code = $1 ORDER BY t.id DESC LIMIT $2",
				      YZ_S(item_code), YZ_I(most));
	*out = yz_new_n(a, (r ? r->count : 0) + 1, struct yz_trial);
	for (size_t i = 0; r && i < r->count; i++)
		if (!read_row(a, r, i, &(*out)[i], err))
			return 0;
	return r ? r->count : 0;
}

bool yz_trial_load(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_trial *out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT " COLUMNS ", t.result, t.csv FROM trial t LEFT JOIN person p ON p.id = t.by_person WHERE t.id = $1", YZ_I(id));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "simulation %lld is not there", (long long)id);
	if (!read_row(a, r, 0, out, err))
		return false;
	out->csv = yz_row_str(r, 0, 15);
	struct yz_str result = yz_row_str(r, 0, 14);
	return !result.len || (out->result = yz_json_read(a, result, NULL, err)) != NULL;
}

/* ---- running ---- */

struct running {
	struct yz_site *site;
	struct yz_arena *a; /* of the whole run */
	int64_t id, item, runs, done;
	yz_instant beaten;
	struct yz_str code, options, process, rule, settings, result, csv, error;
	bool (*stop)(void *ctx);
	void *ctx;
};

/* Begun so often and never ended: it ends whoever runs it. */
static bool give_up(struct running *w, struct yz_conn *conn, yz_instant now, struct yz_err *err)
{
	return yz_exec(conn, err, "UPDATE trial SET state = 'failed', error = $1, ended = $2 WHERE ended IS NULL AND beat < $3 AND tries >= $4",
		       YZ_Z(N_("模拟三次都没有跑完，不再重试。请减少办件或者次数，再不行请把这次的设置交给技术人员")), YZ_I(now),
		       YZ_I(now - SILENT * YZ_SECOND), YZ_I(TRIES));
}

/* The oldest that waits, or whose runner has fallen silent. */
static bool do_claim(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct running *w = ctx;
	yz_instant now = yz_site_now(w->site);
	if (!give_up(w, conn, now, err))
		return false;
	struct yz_rows *r = yz_select(conn, w->a, err,
				      "SELECT id, item, item_code, options, process, rule, settings, runs FROM trial WHERE ended IS NULL AND beat < $1 "
				      "ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED",
				      YZ_I(now - SILENT * YZ_SECOND));
	w->id = r && r->count ? yz_row_int(r, 0, 0) : 0;
	if (!w->id)
		return r != NULL;
	w->item = yz_row_int(r, 0, 1);
	w->code = yz_row_str(r, 0, 2);
	w->options = yz_row_str(r, 0, 3);
	w->process = yz_row_str(r, 0, 4);
	w->rule = yz_row_str(r, 0, 5);
	w->settings = yz_row_str(r, 0, 6);
	w->runs = yz_row_int(r, 0, 7);
	w->beaten = now;
	return yz_exec(conn, err, "UPDATE trial SET state = 'running', runs_done = 0, beat = $1, tries = tries + 1 WHERE id = $2", YZ_I(now), YZ_I(w->id));
}

static bool do_beat(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct running *w = ctx;
	return yz_exec(conn, err, "UPDATE trial SET runs_done = $1, beat = $2 WHERE id = $3", YZ_I(w->done), YZ_I(yz_site_now(w->site)), YZ_I(w->id));
}

/* Broken off because the server stops: that is no fault of its own. */
static bool do_leave(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct running *w = ctx;
	(void)a;
	return yz_exec(conn, err, "UPDATE trial SET tries = tries - 1 WHERE id = $1 AND ended IS NULL", YZ_I(w->id));
}

static bool do_end(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct running *w = ctx;
	/* The oldest go: an item's last YZ_TRIAL_KEPT are kept, those that wait besides. */
	return yz_exec(conn, err,
		       "DELETE FROM trial WHERE item_code = $1 AND ended IS NOT NULL AND id <= (SELECT MIN(id) FROM (SELECT id FROM trial WHERE "
		       "item_code = $1 AND (ended IS NOT NULL OR id = $2) ORDER BY id DESC LIMIT $3) k) - 1",
		       YZ_S(w->code), YZ_I(w->id), YZ_I(YZ_TRIAL_KEPT)) &&
	       yz_exec(conn, err, "UPDATE trial SET state = $1, result = $2, csv = $3, error = $4, ended = $5 WHERE id = $6",
		       YZ_Z(w->error.len ? "failed" : "done"), YZ_S(w->result), YZ_S(w->csv), YZ_S(w->error), YZ_I(yz_site_now(w->site)), YZ_I(w->id));
}

static bool told(void *ctx, size_t done, size_t all)
{
	struct running *w = ctx;
	struct yz_err none = {0};
	w->done = (int64_t)done;
	if (done < all)
		yz_db_write(w->site->db, do_beat, w, &none);
	return !w->stop || !w->stop(w->ctx);
}

/* Within a run as well, which may be long: who waits must not take it for one whose runner is gone. */
static bool broken_off(void *ctx)
{
	struct running *w = ctx;
	struct yz_err none = {0};
	if (yz_site_now(w->site) - w->beaten > SILENT / 4 * YZ_SECOND) {
		w->beaten = yz_site_now(w->site);
		yz_db_write(w->site->db, do_beat, w, &none);
	}
	return w->stop && w->stop(w->ctx);
}

static bool in_force(struct yz_site *site, struct yz_str code, int64_t item)
{
	struct yz_err none = {0};
	struct yz_conn *conn = yz_db_read(site->db, &none);
	int64_t same = 0;
	if (!conn)
		return false;
	yz_select_int(conn, &same, 0, &none,
		      "SELECT COUNT(*) FROM item WHERE id = $1 AND code = $2 AND state = 'published' AND from_at <= $3 AND (until_at IS NULL OR until_at > $3)",
		      YZ_I(item), YZ_S(code), YZ_I(yz_site_now(site)));
	yz_db_release(conn);
	return same > 0;
}

static bool play(struct running *w, struct yz_err *err)
{
	struct yz_simulated r;
	struct yz_buf json, csv;
	struct yz_jw jw;
	const struct yz_json *v = yz_json_read(w->a, w->options, NULL, err);
	if (!v)
		return false;
	bool against = yz_json_bool(v, "against", false) && !in_force(w->site, w->code, w->item);
	const struct yz_simulate_options o = {.item = w->code, .version = against ? w->item : 0, .process = w->process, .rule = w->rule,
					      .settings = w->settings, .cases = yz_json_int(v, "cases", 0), .year = (int)yz_json_int(v, "year", 0),
					      .seed = (uint64_t)yz_json_int(v, "seed", 1), .runs = (size_t)w->runs, .stop = broken_off};
	if (!yz_simulate(w->site, &o, told, w, w->a, &r, err))
		return false;
	yz_buf_init(&json, w->a, RESULT_MOST);
	yz_buf_init(&csv, w->a, RESULT_MOST);
	yz_jw_init(&jw, &json);
	yz_simulated_json(&r, &jw);
	yz_sim_csv(&r.study, &csv);
	w->result = yz_buf_str(&json);
	w->csv = yz_buf_str(&csv);
	return !json.full && !csv.full ? true : yz_fail(err, YZ_LIMIT, "the result is larger than %d bytes", RESULT_MOST);
}

bool yz_trial_next(struct yz_site *site, bool (*stop)(void *ctx), void *ctx, bool *ran, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct running w = {.site = site, .a = a, .stop = stop, .ctx = ctx};
	struct yz_err failed = {0};
	bool ok = yz_db_write(site->db, do_claim, &w, err);
	*ran = ok && w.id;
	if (*ran && !play(&w, &failed)) {
		if (stop && stop(ctx)) { /* left where it is, and begun anew when somebody is there again */
			ok = yz_db_write(site->db, do_leave, &w, err);
			yz_arena_destroy(a);
			return ok;
		}
		char text[1024];
		w.error = yz_str_dup(a, yz_str(yz_err_print(&failed, text, sizeof text)));
		w.result = w.csv = (struct yz_str){0};
	}
	if (*ran)
		ok = yz_db_write(site->db, do_end, &w, err);
	yz_arena_destroy(a);
	return ok;
}

/* ---- the thread ---- */

struct yz_trials {
	struct yz_site *site;
	pthread_t thread;
	pthread_mutex_t lock;
	bool stop;
};

static bool stopping(void *ctx)
{
	struct yz_trials *t = ctx;
	pthread_mutex_lock(&t->lock);
	bool stop = t->stop;
	pthread_mutex_unlock(&t->lock);
	return stop;
}

static bool anything(struct yz_site *site)
{
	struct yz_err none = {0};
	struct yz_conn *conn = yz_db_read(site->db, &none);
	int64_t n = 0;
	if (!conn)
		return false;
	yz_select_int(conn, &n, 0, &none, "SELECT COUNT(*) FROM trial WHERE ended IS NULL AND beat < $1",
		      YZ_I(yz_site_now(site) - SILENT * YZ_SECOND));
	yz_db_release(conn);
	return n > 0;
}

static void *work(void *ctx)
{
	struct yz_trials *t = ctx;
	/* The pages come first (Linux: the priority is this thread's own). */
	if (setpriority(PRIO_PROCESS, (id_t)gettid(), 15) != 0)
		yz_log(YZ_WARN, "simulations run with the priority of the pages");
	while (!stopping(t)) {
		struct yz_err err = {0};
		bool ran = false;
		if (anything(t->site) && !yz_trial_next(t->site, stopping, t, &ran, &err))
			yz_log_err(YZ_ERROR, &err);
		for (int i = 0; !ran && i < 10 && !stopping(t); i++)
			usleep(LOOK_EVERY / 10);
	}
	return NULL;
}

struct yz_trials *yz_trials_start(struct yz_site *site, struct yz_err *err)
{
	struct yz_trials *t = calloc(1, sizeof *t);
	if (!t)
		return yz_fail_null(err, YZ_INTERNAL, "out of memory");
	t->site = site;
	pthread_mutex_init(&t->lock, NULL);
	if (pthread_create(&t->thread, NULL, work, t) != 0) {
		pthread_mutex_destroy(&t->lock);
		free(t);
		return yz_fail_null(err, YZ_INTERNAL, "no thread for simulations");
	}
	return t;
}

void yz_trials_stop(struct yz_trials *t)
{
	if (!t)
		return;
	pthread_mutex_lock(&t->lock);
	t->stop = true;
	pthread_mutex_unlock(&t->lock);
	pthread_join(t->thread, NULL);
	pthread_mutex_destroy(&t->lock);
	free(t);
}
