/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/spec/acts/NAME.json, one file an act: a process in short, who does what in which order, and what must stand
 * afterwards.  Each runs on a site of its own: road digging in the demo county, with the file's process.
 *
 *	{"about": "…", "item": {"joint": true}, "process": [step …], "do": [line …]}
 *
 * A step of the process: "accept" (or decide, issue, deliver), {"id", "act", "org", "limit", "each" …} a user task with
 * its attributes, {"timer": "P2WD"}, [[…], […]] branches in parallel.  A line of "do" is one of
 *
 *	{"by": login, "act": name, …, "fails": code}   task: node, or node#n of several; "stale": the version seen is old
 *	{"race": [{…}, {…}]}                           both at once: one wins, the other is told
 *	{"at": instant, "sweep": true}
 *	{"batch": name, "by": login, "beside": n, "done": n, "fails": code}   n more cases like it, all at one press
 *	{"deputy": login, "by": login, "from": instant, "until": instant}
 *	{"expect": {"state", "tasks": [], "clocks": [], "ledger": [], "sees": {}, "desk": {}, "offers": {}, "papers": [], "told": {}}}
 *
 * ledger: the entries since the last look.  YZ_ACTS_SHOW=1 prints what stands instead of comparing.
 */
#include "tests/unit/gov/case_fixture.h"

#include "fmt/file.h"
#include "fmt/html.h"
#include "gov/deputy.h"
#include "gov/version.h"

#include <dirent.h>
#include <pthread.h>

static struct fixture *f; /* the one that runs */
static const char *where;
static int line_no;
static int64_t ledger_seen;

/* ---- the process in full ---- */

struct drawing {
	struct yz_buf b;
	int flows, gateways;
};

static void flow(struct drawing *d, const char *from, const char *to)
{
	yz_buf_printf(&d->b, "<sequenceFlow id=\"f%d\" sourceRef=\"%s\" targetRef=\"%s\"/>", d->flows++, from, to);
}

static const char *chain(struct drawing *d, const struct yz_json *steps, const char *from);

static const char *user_task(struct drawing *d, const struct yz_json *s)
{
	const char *id = yz_printf(f->a, "%.*s", YZ_P(yz_json_str(s, "id")));
	bool several = yz_json_get(s, "each") != NULL;
	yz_buf_printf(&d->b, "<userTask id=\"%s\" name=\"%s\"", id, id);
	for (size_t i = 0; i < yz_json_len(s); i++) {
		struct yz_str key = s->members[i].key;
		if (yz_str_eqz(key, "id") || yz_str_eqz(key, "each") || yz_str_eqz(key, "as") || yz_str_eqz(key, "enough") ||
		    yz_str_eqz(key, "in_turn"))
			continue;
		yz_buf_printf(&d->b, " yz:%.*s=\"", YZ_P(key));
		yz_html_text(&d->b, s->members[i].value->text);
		yz_buf_addz(&d->b, "\"");
	}
	if (!several) {
		yz_buf_addz(&d->b, "/>");
		return id;
	}
	struct yz_str enough = yz_json_str(s, "enough");
	yz_buf_printf(&d->b, " yz:each=\"");
	yz_html_text(&d->b, yz_json_str(s, "each"));
	yz_buf_printf(&d->b, "\" yz:as=\"%.*s\"><multiInstanceLoopCharacteristics isSequential=\"%s\">", YZ_P(yz_json_str(s, "as")),
		      yz_json_bool(s, "in_turn", false) ? "true" : "false");
	if (enough.len) {
		yz_buf_addz(&d->b, "<completionCondition xsi:type=\"tFormalExpression\">");
		yz_html_text(&d->b, enough);
		yz_buf_addz(&d->b, "</completionCondition>");
	}
	yz_buf_addz(&d->b, "</multiInstanceLoopCharacteristics></userTask>");
	return id;
}

static const char *parallel(struct drawing *d, const struct yz_json *branches, const char *from)
{
	const char *fork = yz_printf(f->a, "fork%d", d->gateways), *join = yz_printf(f->a, "join%d", d->gateways);
	d->gateways++;
	yz_buf_printf(&d->b, "<parallelGateway id=\"%s\"/><parallelGateway id=\"%s\"/>", fork, join);
	flow(d, from, fork);
	for (size_t i = 0; i < yz_json_len(branches); i++)
		flow(d, chain(d, yz_json_at(branches, i), fork), join);
	return join;
}

static const char *one_step(struct drawing *d, const struct yz_json *s, const char *from)
{
	const char *id;
	if (s->type == YZ_JSON_ARRAY)
		return parallel(d, s, from);
	if (s->type == YZ_JSON_STRING) {
		id = yz_printf(f->a, "%.*s", YZ_P(s->text));
		yz_buf_printf(&d->b, "<userTask id=\"%s\" name=\"%s\" yz:act=\"%s\"/>", id, id, id);
	} else if (yz_json_get(s, "timer")) {
		id = yz_printf(f->a, "timer%d", d->gateways++);
		yz_buf_printf(&d->b,
			      "<intermediateCatchEvent id=\"%s\"><timerEventDefinition><timeDuration xsi:type=\"tFormalExpression\">%.*s"
			      "</timeDuration></timerEventDefinition></intermediateCatchEvent>",
			      id, YZ_P(yz_json_str(s, "timer")));
	} else {
		id = user_task(d, s);
	}
	flow(d, from, id);
	return id;
}

static const char *chain(struct drawing *d, const struct yz_json *steps, const char *from)
{
	for (size_t i = 0; i < yz_json_len(steps); i++)
		from = one_step(d, yz_json_at(steps, i), from);
	return from;
}

static struct yz_str bpmn_of(const struct yz_json *steps)
{
	struct drawing d = {0};
	yz_buf_init(&d.b, f->a, 1 << 20);
	yz_buf_addz(&d.b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
			  "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:yz=\"" YZ_BPMN_NS "\" id=\"d\" targetNamespace=\"t\">"
			  "<process id=\"p\" isExecutable=\"true\"><startEvent id=\"start\"/>");
	const char *last = chain(&d, steps, "start");
	flow(&d, last, "end");
	yz_buf_addz(&d.b, "<endEvent id=\"end\"/></process></definitions>");
	return yz_buf_str(&d.b);
}

struct putting {
	struct yz_str process, body;
};

static bool put_process(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct putting *w = ctx;
	(void)a;
	return yz_exec(conn, err, "INSERT INTO artifact (digest, kind, key, body) VALUES ('spec', 'process', 'spec', $1)", YZ_S(w->process)) &&
	       yz_exec(conn, err, "UPDATE item SET process = 'spec', body = CASE WHEN $1 = '' THEN body ELSE $1 END WHERE code = '" ROAD_DIG "'",
		       YZ_S(w->body));
}

/* The item's elements, some of them the file's. */
static struct yz_str item_body(const struct yz_json *change)
{
	struct yz_conn *conn = reading(f);
	struct yz_rows *r = yz_select(conn, f->a, &f->err, "SELECT body FROM item WHERE code = '" ROAD_DIG "'");
	GOOD(f, r);
	const struct yz_json *body = yz_json_read(f->a, yz_row_str(r, 0, 0), NULL, &f->err);
	yz_db_release(conn);
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, f->a, 1 << 20);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	for (size_t i = 0; i < yz_json_len(body); i++)
		if (!yz_json_find(change, body->members[i].key)) {
			yz_jw_keys(&w, body->members[i].key);
			yz_jw_value(&w, body->members[i].value);
		}
	for (size_t i = 0; i < yz_json_len(change); i++) {
		yz_jw_keys(&w, change->members[i].key);
		yz_jw_value(&w, change->members[i].value);
	}
	yz_jw_end(&w, '}');
	return yz_buf_str(&b);
}

/* ---- one act ---- */

static struct yz_str no;

static int64_t task_named(struct yz_str name)
{
	size_t hash = yz_str_find(name, YZ_LIT("#"), 0);
	int64_t nth = hash == SIZE_MAX ? 0 : strtoll(name.ptr + hash + 1, NULL, 10);
	struct yz_str node = hash == SIZE_MAX ? name : yz_str_n(name.ptr, hash);
	int64_t id = site_int(f,
			      "SELECT COALESCE(MAX(CASE WHEN k.name = $2 THEN k.id END), MAX(k.id)) FROM task k JOIN cases c ON c.id = k.case_id "
			      "WHERE c.no = $1 AND (k.node = $2 OR k.name = $2) AND ($3 = 0 OR k.nth = $3)",
			      YZ_S(no), YZ_S(node), YZ_I(nth));
	if (!id)
		fail_msg("%s:%d: no task %.*s", where, line_no, YZ_P(name));
	return id;
}

struct doing {
	const struct yz_json *line;
	const struct yz_actor *who;
	struct yz_act_input in;
	struct yz_err err;
	bool good;
};

static void prepare(struct doing *d, const struct yz_json *line)
{
	*d = (struct doing){.line = line, .who = actor(f, yz_printf(f->a, "%.*s", YZ_P(yz_json_str(line, "by"))))};
	struct yz_str task = yz_json_str(line, "task");
	if (!yz_act_parse(yz_json_str(line, "act"), &d->in.act))
		fail_msg("%s:%d: no act %.*s", where, line_no, YZ_P(yz_json_str(line, "act")));
	d->in.task = task.len ? task_named(task) : 0;
	d->in.reason = yz_json_str(line, "reason");
	d->in.basis = yz_json_str(line, "basis");
	d->in.overrule = yz_json_str(line, "overrule");
	d->in.special = yz_json_str(line, "special");
	d->in.to = yz_json_str(line, "to");
	d->in.where = yz_json_str(line, "where");
	d->in.straight = yz_json_bool(line, "straight", false);
	d->in.days = yz_json_int(line, "days", 0);
	d->in.items = yz_json_get(line, "items");
	d->in.facts = yz_json_get(line, "facts");
	d->in.version = site_int(f, "SELECT version FROM cases WHERE no = $1", YZ_S(no)) - yz_json_bool(line, "stale", false);
}

static void *run_act(void *ctx)
{
	struct doing *d = ctx;
	struct yz_arena *a = yz_arena_create(0);
	d->good = yz_case_act(f->site, a, d->who, no, &d->in, &d->err);
	yz_arena_destroy(a);
	return NULL;
}

static void do_act(const struct yz_json *line)
{
	struct doing d;
	char buf[768];
	struct yz_str fails = yz_json_str(line, "fails"), field = yz_json_str(line, "field");
	prepare(&d, line);
	run_act(&d);
	if (!fails.len && !d.good)
		fail_msg("%s:%d: %s: %s", where, line_no, yz_code_name(d.err.code), yz_err_print(&d.err, buf, sizeof buf));
	if (fails.len && (d.good || !yz_str_eqz(fails, yz_code_name(d.err.code))))
		fail_msg("%s:%d: %s, not %.*s: %s", where, line_no, d.good ? "it was done" : yz_code_name(d.err.code), YZ_P(fails),
			 yz_err_print(&d.err, buf, sizeof buf));
	if (field.len && !yz_str_eqz(field, d.err.where))
		fail_msg("%s:%d: the field is %s", where, line_no, d.err.where);
}

/* Both saw the same; each of the two acts alone would be done. */
static void do_race(const struct yz_json *two)
{
	struct doing d[2];
	pthread_t threads[2];
	for (int i = 0; i < 2; i++)
		prepare(&d[i], yz_json_at(two, (size_t)i));
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, run_act, &d[i]), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	if (d[0].good + d[1].good != 1)
		fail_msg("%s:%d: %d of two were done", where, line_no, d[0].good + d[1].good);
	struct yz_err *lost = &d[d[0].good ? 1 : 0].err;
	char buf[768];
	if (lost->code != YZ_CONFLICT)
		fail_msg("%s:%d: the other is told %s: %s", where, line_no, yz_code_name(lost->code), yz_err_print(lost, buf, sizeof buf));
}

/* At one press on this case and those like it, of which `beside` are made first. */
static void do_batch(const struct yz_json *line)
{
	enum { MOST = 10 };
	struct yz_batched out[MOST];
	int64_t tasks[MOST], done = 0, beside = yz_json_int(line, "beside", 0);
	struct yz_act_input in = {.reason = yz_json_str(line, "reason")};
	struct yz_str fails = yz_json_str(line, "fails");
	if (!yz_act_parse(yz_json_str(line, "batch"), &in.act))
		fail_msg("%s:%d: no act %.*s", where, line_no, YZ_P(yz_json_str(line, "batch")));
	while (beside-- > 0)
		apply(f, actor(f, "liuyang"));
	struct yz_conn *conn = reading(f);
	struct yz_rows *r = yz_select(conn, f->a, &f->err, "SELECT k.id FROM task k JOIN cases c ON c.id = k.case_id WHERE c.item_code = '" ROAD_DIG
						           "' AND k.state = 'open' ORDER BY k.id");
	yz_db_release(conn);
	assert_true(r && r->count && r->count <= MOST);
	for (size_t i = 0; i < r->count; i++)
		tasks[i] = yz_row_int(r, i, 0);
	GOOD(f, yz_case_batch(f->site, f->a, actor(f, yz_printf(f->a, "%.*s", YZ_P(yz_json_str(line, "by")))), tasks, r->count, &in, out, &f->err));
	for (size_t i = 0; i < r->count; i++) {
		done += out[i].done;
		if (!out[i].done && !yz_str_eqz(fails, yz_code_name(out[i].err.code)))
			fail_msg("%s:%d: %s: %s", where, line_no, yz_code_name(out[i].err.code), out[i].err.msg);
	}
	if (done != yz_json_int(line, "done", -1))
		fail_msg("%s:%d: %lld were done", where, line_no, (long long)done);
}

/* ---- what stands ---- */

static struct yz_buf *lines(const char *sql)
{
	struct yz_buf *b = yz_new(f->a, struct yz_buf);
	struct yz_conn *conn = reading(f);
	struct yz_rows *r = yz_select_vals(conn, f->a, &f->err, sql, 1, (struct yz_val[]){YZ_S(no)});
	GOOD(f, r);
	yz_buf_init(b, f->a, 1 << 20);
	for (size_t i = 0; i < r->count; i++) {
		for (size_t k = 0; k < r->cols; k++) {
			struct yz_str s = yz_row_str(r, i, k);
			if (s.len)
				yz_buf_printf(b, "%s%.*s", b->len && b->ptr[b->len - 1] != '\n' ? " " : "", YZ_P(s));
		}
		yz_buf_addz(b, "\n");
	}
	yz_db_release(conn);
	return b;
}

static struct yz_str tasks_now(void)
{
	return yz_buf_str(lines("SELECT k.node || CASE WHEN k.nth > 0 THEN '#' || CAST(k.nth AS TEXT) ELSE '' END, k.kind, k.org || '/' || k.role, "
				"CASE WHEN g.code = '990121' THEN '' ELSE g.name END, q.login, k.state "
				"FROM task k JOIN cases c ON c.id = k.case_id LEFT JOIN person q ON q.id = k.person LEFT JOIN region g ON g.code = k.region "
				"WHERE c.no = $1 AND k.state IN ('open', 'held', 'waiting') ORDER BY k.id"));
}

static struct yz_str clocks_now(void)
{
	struct yz_buf *b = yz_new(f->a, struct yz_buf);
	struct yz_conn *conn = reading(f);
	struct yz_rows *r = yz_select(conn, f->a, &f->err,
				      "SELECT k.kind, t.node, k.state, k.due FROM clock k JOIN cases c ON c.id = k.case_id "
				      "LEFT JOIN task t ON t.id = k.task_id WHERE c.no = $1 AND k.state <> 'ended' ORDER BY k.id",
				      YZ_S(no));
	GOOD(f, r);
	yz_buf_init(b, f->a, 1 << 20);
	for (size_t i = 0; i < r->count; i++) {
		char day[16];
		struct yz_str node = yz_row_str(r, i, 1);
		yz_buf_printf(b, "%.*s%s%.*s ", YZ_P(yz_row_str(r, i, 0)), node.len ? " " : "", YZ_P(node));
		if (yz_str_eqz(yz_row_str(r, i, 2), "stopped"))
			yz_buf_addz(b, "stopped\n");
		else
			yz_buf_printf(b, "%s\n", yz_day_print(yz_instant_day(yz_row_int(r, i, 3) - 1, f->site->offset), day));
	}
	yz_db_release(conn);
	return yz_buf_str(b);
}

static struct yz_str ledger_now(void)
{
	struct yz_buf *b = yz_new(f->a, struct yz_buf);
	struct yz_conn *conn = reading(f);
	struct yz_rows *r = yz_select(conn, f->a, &f->err,
				      "SELECT l.seq, l.act, l.actor_name FROM ledger l JOIN cases c ON c.id = l.thing_id WHERE l.thing_kind = 'case' "
				      "AND c.no = $1 AND l.seq > $2 ORDER BY l.seq",
				      YZ_S(no), YZ_I(ledger_seen));
	GOOD(f, r);
	yz_buf_init(b, f->a, 1 << 20);
	for (size_t i = 0; i < r->count; i++) {
		ledger_seen = yz_row_int(r, i, 0);
		yz_buf_printf(b, "%.*s %.*s\n", YZ_P(yz_row_str(r, i, 1)), YZ_P(yz_row_str(r, i, 2)));
	}
	yz_db_release(conn);
	return yz_buf_str(b);
}

static struct yz_str desk_of(const char *login)
{
	struct yz_buf *b = yz_new(f->a, struct yz_buf);
	struct yz_conn *conn = reading(f);
	struct yz_case_list list;
	const struct yz_case_query q = {.words = no};
	yz_buf_init(b, f->a, 1 << 20);
	yz_db_release(conn);
	struct yz_actor *who = actor(f, login);
	conn = reading(f);
	GOOD(f, yz_case_desk(f->site, conn, f->a, who, &q, &list, &f->err));
	yz_db_release(conn);
	for (size_t i = 0; i < list.len; i++)
		yz_buf_printf(b, "%.*s\n", YZ_P(list.rows[i].step));
	return yz_buf_str(b);
}

static struct yz_str offers_to(const char *login)
{
	struct yz_buf *b = yz_new(f->a, struct yz_buf);
	struct yz_case *c = look(f, actor(f, login), no);
	yz_buf_init(b, f->a, 1 << 20);
	for (size_t i = 0; i < c->nchoices; i++)
		if (c->choices[i].allowed)
			yz_buf_printf(b, "%s\n", yz_act_name(c->choices[i].act));
	return yz_buf_str(b);
}

static void same(const char *what, struct yz_str is, const struct yz_json *wanted)
{
	struct yz_buf b;
	yz_buf_init(&b, f->a, 1 << 20);
	for (size_t i = 0; i < yz_json_len(wanted); i++)
		yz_buf_printf(&b, "%.*s\n", YZ_P(yz_json_at(wanted, i)->text));
	if (getenv("YZ_ACTS_SHOW"))
		printf("%s:%d %s\n%.*s", where, line_no, what, YZ_P(is));
	else if (!yz_str_eq(is, yz_buf_str(&b)))
		fail_msg("%s:%d: %s are\n%.*snot\n%.*s", where, line_no, what, YZ_P(is), YZ_P(yz_buf_str(&b)));
}

static void sees(const char *login, bool wanted)
{
	struct yz_actor *who = actor(f, login);
	struct yz_conn *conn = reading(f);
	struct yz_err err = {0};
	bool is = yz_case_load(f->site, conn, f->a, who, no, &err) != NULL;
	yz_db_release(conn);
	if (is != wanted || (!is && err.code != YZ_NOT_FOUND))
		fail_msg("%s:%d: %s %s it", where, line_no, login, is ? "sees" : "does not see");
}

static void expect(const struct yz_json *e)
{
	static const char *const known[] = {"state", "tasks", "clocks", "ledger", "papers", "told", "desk", "offers", "sees"};
	for (size_t i = 0; i < yz_json_len(e); i++) {
		struct yz_str key = e->members[i].key;
		const struct yz_json *v = e->members[i].value;
		size_t k = 0;
		while (k < sizeof known / sizeof *known && !yz_str_eqz(key, known[k]))
			k++;
		switch (k) {
		case 0:
			if (!yz_str_eq(yz_buf_str(lines("SELECT state FROM cases WHERE no = $1")), yz_str_printf(f->a, "%.*s\n", YZ_P(v->text))))
				fail_msg("%s:%d: the state is %.*s", where, line_no, YZ_P(yz_buf_str(lines("SELECT state FROM cases WHERE no = $1"))));
			break;
		case 1:
			same("tasks", tasks_now(), v);
			break;
		case 2:
			same("clocks", clocks_now(), v);
			break;
		case 3:
			same("entries", ledger_now(), v);
			break;
		case 4:
			same("papers", yz_buf_str(lines("SELECT d.kind FROM document d JOIN cases c ON c.id = d.case_id WHERE c.no = $1 ORDER BY d.id")), v);
			break;
		default:
			if (k >= sizeof known / sizeof *known)
				fail_msg("%s:%d: what is %.*s?", where, line_no, YZ_P(key));
			for (size_t m = 0; m < yz_json_len(v); m++) {
				const char *login = yz_printf(f->a, "%.*s", YZ_P(v->members[m].key));
				const struct yz_json *w = v->members[m].value;
				if (k == 8)
					sees(login, w->type == YZ_JSON_TRUE);
				else if (k == 7)
					same(yz_printf(f->a, "offers to %s", login), offers_to(login), w);
				else if (k == 6)
					same(yz_printf(f->a, "tasks on the desk of %s", login), desk_of(login), w);
				else
					same(yz_printf(f->a, "messages to %s", login),
					     yz_buf_str(lines(yz_printf(f->a, "SELECT m.title FROM message m JOIN person q ON q.id = m.person WHERE q.login = '%s' "
									      "AND $1 <> '' ORDER BY m.id DESC LIMIT %zu", login, yz_json_len(w) ? yz_json_len(w) : 1))), w);
			}
		}
	}
}

/* ---- a file ---- */

static void one_line(const struct yz_json *l)
{
	const struct yz_json *at_instant = yz_json_get(l, "at");
	line_no = (int)l->line;
	if (at_instant)
		site_clock(f, yz_printf(f->a, "%.*s", YZ_P(at_instant->text)));
	if (yz_json_bool(l, "sweep", false))
		sweep(f);
	if (yz_json_get(l, "deputy"))
		GOOD(f, yz_deputy_add(f->site, f->a, actor(f, yz_printf(f->a, "%.*s", YZ_P(yz_json_str(l, "by")))),
				      actor(f, yz_printf(f->a, "%.*s", YZ_P(yz_json_str(l, "by"))))->person, yz_json_str(l, "deputy"),
				      at(yz_printf(f->a, "%.*s", YZ_P(yz_json_str(l, "from")))),
				      at(yz_printf(f->a, "%.*s", YZ_P(yz_json_str(l, "until")))), YZ_LIT("休假"), &f->err));
	if (yz_json_get(l, "race"))
		do_race(yz_json_get(l, "race"));
	if (yz_json_get(l, "batch"))
		do_batch(l);
	if (yz_json_get(l, "act"))
		do_act(l);
	if (yz_json_get(l, "expect"))
		expect(yz_json_get(l, "expect"));
}

static const struct yz_json *spec;

static void one_file(struct fixture *fixture)
{
	f = fixture;
	const struct yz_json *change = yz_json_get(spec, "item"), *all = yz_json_get(spec, "do");
	struct putting w = {bpmn_of(yz_json_get(spec, "process")), change ? item_body(change) : YZ_LIT("")};
	GOOD(f, yz_db_write(f->site->db, put_process, &w, &f->err));
	ledger_seen = 0;
	no = apply(f, actor(f, "liuyang"));
	ledger_now();
	for (size_t i = 0; i < yz_json_len(all); i++)
		one_line(yz_json_at(all, i));
	if (!getenv("YZ_ACTS_SHOW"))
		ledger_holds(f);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

TEST(each_act_does_what_its_file_says)
{
	struct dirent **names;
	const char *folder = yz_test_source("tests/spec/acts"), *only = getenv("YZ_ACTS_ONLY");
	int n = scandir(folder, &names, NULL, by_name), files = 0;
	for (int i = 0; i < n; i++) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_err err = {0};
		struct yz_str text;
		where = names[i]->d_name;
		if (strstr(where, ".json") && (!only || strstr(where, only))) {
			const char *path = yz_printf(a, "%s/%s", folder, where);
			if (!yz_file_read(a, path, 1 << 20, &text, &err) || !(spec = yz_json_read(a, text, NULL, &err)))
				fail_msg("%s: %s", where, err.msg);
			site_run(one_file);
			files++;
		}
		yz_arena_destroy(a);
		free(names[i]);
	}
	free(names);
	assert_true(files > 0);
}
