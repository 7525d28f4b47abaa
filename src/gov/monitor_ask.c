/* One asking: facts, condition, card.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/monitor_row.h"

#include "gov/message.h"
#include "gov/note.h"

/* ---- the condition ---- */

static bool fill(struct yz_asking *w, const struct yz_armed *m, struct yz_err *err)
{
	uint64_t wanted = m->m->uses & ~w->known;
	for (unsigned f = 0; wanted; f++, wanted >>= 1) {
		if (!(wanted & 1))
			continue;
		w->values[f] = w->fact(w->ctx, m, (enum yz_monitor_fact)f, err);
		if (err->code)
			return yz_fail_in(err, "monitor %.*s", YZ_P(m->m->key));
		/* How many notices there were is another number for each monitor that counts them. */
		if (f != YZ_FACT_running)
			w->known |= UINT64_C(1) << f;
	}
	w->values[YZ_FACTS] = m->settings;
	return true;
}

static struct yz_feel_value evaluate(struct yz_asking *w, const struct yz_feel *f)
{
	struct yz_feel_run run;
	yz_feel_run_init(&run, w->a);
	run.now = yz_feel_instant(w->now, w->site->offset);
	return yz_feel_eval(f, &run, w->values);
}

bool yz_asking_holds(struct yz_asking *w, const struct yz_armed *m, bool *holds, struct yz_err *err)
{
	*holds = false;
	if (w->now < m->from)
		return true;
	if (!fill(w, m, err))
		return false;
	*holds = !m->m->when || yz_feel_is_true(evaluate(w, m->m->when));
	return true;
}

bool yz_asking_run(struct yz_asking *w, struct yz_monitor_slice list, struct yz_err *err)
{
	for (size_t i = 0; i < list.n; i++) {
		const struct yz_armed *m = list.at[i];
		bool holds;
		if (m->m->watches != w->thing)
			continue;
		if (!yz_asking_holds(w, m, &holds, err) ||
		    (holds && !(m->m->limit ? yz_watch_arm(w, m, err) : yz_asking_card(w, m, m->m->level, err))))
			return false;
	}
	return true;
}

/* ---- the card ---- */

struct rest {
	struct yz_asking *w;
	const struct yz_armed *m;
};

static void write_value(struct yz_jw *j, struct yz_arena *a, struct yz_feel_value v)
{
	if (v.kind == YZ_FEEL_LIST) {
		yz_jw_array(j);
		for (size_t i = 0; i < yz_feel_len(v); i++)
			write_value(j, a, yz_feel_at(v, i));
		yz_jw_end(j, ']');
	} else if (v.kind == YZ_FEEL_BOOLEAN) {
		yz_jw_bool(j, yz_feel_is_true(v));
	} else if (v.kind == YZ_FEEL_NUMBER) {
		yz_jw_raw(j, yz_feel_text(a, v));
	} else if (v.kind == YZ_FEEL_NULL) {
		yz_jw_null(j);
	} else {
		yz_jw_str(j, yz_feel_text(a, v));
	}
}

struct yz_str yz_asking_facts(struct yz_asking *w, const struct yz_armed *m)
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, w->a, 256 * 1024);
	yz_jw_init(&j, &b);
	yz_jw_array(&j);
	for (unsigned f = 0; f < YZ_FACTS; f++) {
		if (!(m->m->uses >> f & 1))
			continue;
		yz_jw_array(&j);
		yz_jw_z(&j, yz_monitor_fact_name(f));
		write_value(&j, w->a, w->values[f]);
		yz_jw_end(&j, ']');
	}
	yz_jw_end(&j, ']');
	return yz_buf_str(&b);
}

struct yz_str yz_asking_settings(struct yz_arena *a, const struct yz_armed *m)
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 64 * 1024);
	yz_jw_init(&j, &b);
	yz_jw_array(&j);
	for (size_t i = 0; i < m->m->nsettings; i++) {
		struct yz_buf number;
		yz_buf_init(&number, a, 128);
		yz_buf_add_dec(&number, m->values[i]);
		yz_jw_array(&j);
		yz_jw_str(&j, m->m->settings[i].key);
		yz_jw_str(&j, yz_buf_str(&number));
		yz_jw_end(&j, ']');
	}
	yz_jw_end(&j, ']');
	return yz_buf_str(&b);
}

static void say_rest(struct yz_jw *j, void *ctx)
{
	const struct rest *r = ctx;
	const struct yz_monitor *m = r->m->m;
	struct yz_arena *a = r->w->a;
	yz_jw_key(j, "rule");
	yz_jw_object(j);
	yz_jw_kstr(j, "key", m->key);
	yz_jw_kstr(j, "name", m->name);
	yz_jw_kz(j, "version", m->digest);
	yz_jw_kstr(j, "when", m->when_text);
	yz_jw_kstr(j, "note", m->note);
	yz_jw_end(j, '}');
	yz_jw_key(j, "facts");
	yz_jw_raw(j, r->w->facts.len ? r->w->facts : yz_asking_facts(r->w, r->m));
	yz_jw_key(j, "settings");
	yz_jw_raw(j, yz_asking_settings(a, r->m));
	yz_jw_key(j, "law");
	yz_jw_value(j, m->sources);
}

struct yz_str yz_asking_reckoning(struct yz_asking *w, const struct yz_armed *m)
{
	struct rest rest = {w, m};
	if (w->clock)
		return yz_card_reckoning(w->a, w->clock, w->calendar, w->now, say_rest, &rest);
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, w->a, 256 * 1024);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	say_rest(&j, &rest);
	yz_jw_end(&j, '}');
	return yz_buf_str(&b);
}

/* 连续预警: of the department, in this month, since they last came to a card.  Read from the newest back to that card: a month of
 * a large department has thousands, and each notice asks. */
static int64_t running_now(const struct yz_asking *w, struct yz_str monitor, struct yz_err *err)
{
	struct yz_civil c = yz_day_civil(yz_instant_day(w->now, w->site->offset));
	yz_instant month = yz_day_start(yz_day_from(c.year, c.month, 1), w->site->offset);
	struct yz_rows *last = yz_select(w->conn, w->a, err,
					 "SELECT id, issued FROM card WHERE org = $1 AND issued >= $2 AND monitor = $3 ORDER BY issued DESC, id DESC LIMIT 1",
					 YZ_S(w->org), YZ_I(month), YZ_S(monitor));
	int64_t n = 0, id = last && last->count ? yz_row_int(last, 0, 0) : 0;
	if (last)
		yz_select_int(w->conn, &n, 0, err,
			      "SELECT COUNT(*) FROM card WHERE org = $1 AND level = 'notice' AND held_level <> '' AND issued >= $2 AND id > $3",
			      YZ_S(w->org), YZ_I(id ? yz_row_int(last, 0, 1) : month), YZ_I(id));
	return n;
}

static struct yz_feel_value running(void *ctx, const struct yz_armed *m, enum yz_monitor_fact f, struct yz_err *err)
{
	const struct yz_asking *w = ctx;
	if (f == YZ_FACT_org)
		return yz_feel_string(w->org);
	return yz_feel_int(f == YZ_FACT_running ? running_now(w, m->m->key, err) : 0);
}

static bool count_notice(struct yz_asking *w, int64_t card, struct yz_err *err)
{
	const struct yz_monitor_set *set = yz_monitor_set_of(w->site, w->a);
	if (!set->on[YZ_EVENT_notice].n || w->thing == YZ_WATCH_NOTICE)
		return true;
	struct yz_asking *n = yz_new(w->a, struct yz_asking);
	*n = (struct yz_asking){.site = w->site, .conn = w->conn, .a = w->a, .calendar = w->calendar, .now = w->now, .thing = YZ_WATCH_NOTICE,
				.thing_id = card, .case_id = w->case_id, .person = w->person, .org = w->org, .post = w->post, .item = w->item,
				.about = w->about, .fact = running, .ctx = n};
	return yz_asking_run(n, set->on[YZ_EVENT_notice], err);
}

bool yz_asking_card(struct yz_asking *w, const struct yz_armed *m, enum yz_card_level level, struct yz_err *err)
{
	if (level == YZ_CARD_NONE)
		return true;
	bool warns = m->m->warn == level && m->m->level != level;
	const struct yz_card_new c = {
		.monitor = m->m->key, .version = yz_str(m->m->digest), .level = yz_str(yz_card_level_name(level)),
		.thing = yz_str(yz_watched_name(w->thing)), .thing_id = w->thing_id,
		.occasion = w->occasion, .clock = w->clock_id, .case_id = w->case_id, .org = w->org, .post = w->post, .person = w->person,
		.item = w->item, .points = warns ? m->m->warn_points : m->m->points, .due = w->due, .reckoning = yz_asking_reckoning(w, m),
		.body = yz_str_printf(w->a, "\"monitor\":\"%.*s\",\"version\":\"%s\",\"level\":\"%s\",\"of\":\"%.*s\"", YZ_P(m->m->key),
				      m->m->digest, yz_card_level_name(level), YZ_P(w->about))};
	int64_t id;
	if (!yz_card_issue(w->site, w->conn, w->a, w->now, &c, &id, err))
		return false;
	return !id || (yz_card_tell(w, m, level, id, err) && (level != YZ_CARD_NOTICE || count_notice(w, id, err)));
}

/* ---- who hears of it ---- */

enum { TOLD_MOST = 20 };

static bool tell_one(struct yz_asking *w, int64_t person, struct yz_str link, struct yz_str title, struct yz_str body, struct yz_err *err)
{
	return yz_message_put(w->site, w->conn, w->a, YZ_TOPIC_progress, person, 0, link, title, body, err);
}

/* Over its region: of each region around it. */
static struct yz_rows *supervisors(struct yz_asking *w, struct yz_err *err)
{
	struct yz_rows *r = yz_select(w->conn, w->a, err, "SELECT g.path FROM org o JOIN region g ON g.code = o.region WHERE o.key = $1", YZ_S(w->org));
	return r ? yz_select(w->conn, w->a, err,
			     "SELECT DISTINCT p.person FROM post p JOIN person q ON q.id = p.person AND q.active = 1 LEFT JOIN region g ON g.code = p.region "
			     "WHERE p.role = 'supervisor' AND p.from_at <= $2 AND (p.until_at IS NULL OR p.until_at > $2) AND "
			     "$1 LIKE COALESCE(g.path, '') || '%' ORDER BY p.person LIMIT $3",
			     YZ_S(r->count ? yz_row_str(r, 0, 0) : YZ_LIT("")), YZ_I(w->now), YZ_I(TOLD_MOST))
		 : NULL;
}

/* Holders of the post now: in the department, or, supervising, over its region. */
static struct yz_rows *holders(struct yz_asking *w, struct yz_str role, struct yz_err *err)
{
	if (yz_str_eqz(role, "supervisor"))
		return supervisors(w, err);
	return yz_select(w->conn, w->a, err,
			 "SELECT DISTINCT p.person FROM post p JOIN person q ON q.id = p.person AND q.active = 1 WHERE p.org = $2 AND p.role = $1 "
			 "AND p.from_at <= $3 AND (p.until_at IS NULL OR p.until_at > $3) ORDER BY p.person LIMIT $4",
			 YZ_S(role), YZ_S(w->org), YZ_I(w->now), YZ_I(TOLD_MOST));
}

bool yz_card_tell(struct yz_asking *w, const struct yz_armed *m, enum yz_card_level level, int64_t card, struct yz_err *err)
{
	static const char *const said[] = {"", "预警", "黄牌", "红牌"};
	struct yz_str title = yz_str_printf(w->a, "%s：%.*s", said[level], YZ_P(m->m->name));
	struct yz_str body = yz_str_printf(w->a, "%.*s收到%s，规则是“%.*s”。怎样算出来的、怎样申诉，请打开看。", YZ_P(w->about), said[level],
					   YZ_P(m->m->name));
	struct yz_str desk = yz_str_printf(w->a, "/desk/card/%lld", (long long)card);
	for (size_t i = 0; i < m->m->ntell; i++) {
		struct yz_str role = m->m->tell[i];
		if (yz_str_eqz(role, "holder")) {
			if (w->person && !tell_one(w, w->person, desk, title, body, err))
				return false;
			continue;
		}
		struct yz_str link = yz_str_eqz(role, "supervisor") ? yz_str_printf(w->a, "/board/card/%lld", (long long)card) : desk;
		struct yz_rows *r = holders(w, role, err);
		for (size_t k = 0; r && k < r->count; k++)
			if (yz_row_int(r, k, 0) != w->person && !tell_one(w, yz_row_int(r, k, 0), link, title, body, err))
				return false;
		if (!r)
			return false;
	}
	return true;
}

/* ---- a clock that warns or has fallen due ---- */

static bool in_force(const struct yz_monitor_slice *list, yz_instant now)
{
	for (size_t i = 0; i < list->n; i++)
		if (now >= list->at[i]->from)
			return true;
	return false;
}

static size_t clock_index(struct yz_str kind)
{
	for (size_t i = 0; i < YZ_MONITOR_CLOCKS; i++)
		if (yz_str_eqz(kind, yz_monitor_clocks[i]))
			return i;
	return SIZE_MAX;
}

static bool house_card(struct yz_asking *w, const char *kind, bool red, struct yz_err *err)
{
	int64_t id;
	struct yz_str level = red ? YZ_LIT("red") : YZ_LIT("yellow");
	const struct yz_card_new c = {
		.monitor = yz_str_printf(w->a, "clock.%s", kind), .level = level, .thing = yz_str(yz_watched_name(w->thing)), .thing_id = w->thing_id,
		.occasion = w->occasion, .clock = w->clock_id, .case_id = w->case_id, .org = w->org, .post = w->post, .person = w->person,
		.item = w->item, .points = yz_card_points(level), .due = w->due,
		.reckoning = yz_card_reckoning(w->a, w->clock, w->calendar, w->now, NULL, NULL),
		.body = yz_str_printf(w->a, "\"clock\":%lld,\"level\":\"%.*s\",\"of\":\"%.*s\"", (long long)w->clock_id, YZ_P(level), YZ_P(w->about))};
	return yz_card_issue(w->site, w->conn, w->a, w->now, &c, &id, err);
}

/* The pack's, or where none of it is in force the house's own. */
bool yz_asking_clock(struct yz_asking *w, struct yz_str of, bool red, struct yz_err *err)
{
	const struct yz_monitor_set *set = yz_monitor_set_of(w->site, w->a);
	size_t kind = clock_index(of);
	if (kind == SIZE_MAX)
		return yz_fail(err, YZ_CORRUPT, "no limit of the kind %.*s is watched", YZ_P(of));
	if (!in_force(&set->clock[kind], w->now))
		return house_card(w, yz_monitor_clocks[kind], red, err);
	for (size_t i = 0; i < set->clock[kind].n; i++) {
		const struct yz_armed *m = set->clock[kind].at[i];
		enum yz_card_level level = red ? m->m->level : m->m->warn;
		bool holds;
		if (level == YZ_CARD_NONE)
			continue;
		if (!yz_asking_holds(w, m, &holds, err) || (holds && !yz_asking_card(w, m, level, err)))
			return false;
	}
	return true;
}
