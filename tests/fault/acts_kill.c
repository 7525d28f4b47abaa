/* SPDX-License-Identifier: Apache-2.0
 *
 * Everything officials do with cases on their way, and a joint application, done by two people's cases alike.  The first is
 * done undisturbed, and what stands is written down behind each act.  The second's process is killed before the first statement of
 * the first act, then before the second statement, and so on through the commit, act by act: each time another takes over,
 * finds what stood before the act or what must stand behind it and nothing between, and goes on.  Every third statement, from
 * another one each run; every one with YZ_THOROUGH, fewer with YZ_QUICK.
 */
#include "tests/unit/gov/relay_fixture.h"

#include "gov/case_migrate.h"
#include "gov/deputy.h"
#include "gov/joint.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

enum { STEPS_MOST = 80, SIGN = 96 * 1024, STRIDE = 3, STRIDE_QUICK = 7 };

/* ---- the blow: before the n-th statement of a write, or behind its commit ---- */

static int left;
static pthread_t reader;

static void count(void)
{
	if (left > 0 && !pthread_equal(pthread_self(), reader) && --left == 0)
		raise(SIGKILL);
}

bool __real_yz_exec_vals(struct yz_conn *conn, struct yz_err *err, const char *sql, size_t n, const struct yz_val *vals);
bool __wrap_yz_exec_vals(struct yz_conn *conn, struct yz_err *err, const char *sql, size_t n, const struct yz_val *vals);
int64_t __real_yz_insert_vals(struct yz_conn *conn, struct yz_err *err, const char *sql, size_t n, const struct yz_val *vals);
int64_t __wrap_yz_insert_vals(struct yz_conn *conn, struct yz_err *err, const char *sql, size_t n, const struct yz_val *vals);

bool __wrap_yz_exec_vals(struct yz_conn *conn, struct yz_err *err, const char *sql, size_t n, const struct yz_val *vals)
{
	count();
	return __real_yz_exec_vals(conn, err, sql, n, vals);
}

int64_t __wrap_yz_insert_vals(struct yz_conn *conn, struct yz_err *err, const char *sql, size_t n, const struct yz_val *vals)
{
	count();
	return __real_yz_insert_vals(conn, err, sql, n, vals);
}

/* Behind the commit; what is killed here was done. */
static void fall(void *ctx, unsigned changes)
{
	(void)ctx;
	(void)changes;
	if (left > 0)
		raise(SIGKILL);
}

/* ---- the processes ---- */

#define DEPTS "<userTask id=\"joint\" name=\"joint\" yz:act=\"review\" yz:each=\"[&quot;jiaojing&quot;, &quot;chengguan&quot;, &quot;yuanlin&quot;]\" yz:as=\"dept\" " \
	      "yz:org=\"=dept\" yz:limit=\"P3WD\"><multiInstanceLoopCharacteristics isSequential=\"false\"/></userTask>"
/* While the three are asked it listens for the signal that another road sends when they are through. */
#define WARNED                                                                                                         \
	"<boundaryEvent id=\"warned\" attachedToRef=\"joint\" cancelActivity=\"false\"><signalEventDefinition signalRef=\"g\"/></boundaryEvent>" \
	"<endEvent id=\"known\"/>" RELAY_FLOW("w1", "warned", "known") "<intermediateThrowEvent id=\"warn\" name=\"warn\" yz:reach=\"item\" "    \
	"yz:give=\"={road: case.no}\"><signalEventDefinition signalRef=\"g\"/></intermediateThrowEvent>"
#define ROAD(last, flows)                                                                                              \
	RELAY_MODEL(RELAY_TASK("accept", "accept") DEPTS WARNED "<userTask id=\"review\" name=\"review\" yz:act=\"review\" yz:limit=\"P5WD\"/>"  \
		    RELAY_TASK("second", "review") last RELAY_TASK("decide", "decide") RELAY_TASK("deliver", "deliver")          \
		    RELAY_FLOW("f1", "start", "accept") RELAY_FLOW("f2", "accept", "joint") RELAY_FLOW("f3", "joint", "warn")       \
		    RELAY_FLOW("w2", "warn", "review")    \
		    RELAY_FLOW("f4", "review", "second") flows RELAY_FLOW("f8", "decide", "deliver") RELAY_FLOW("f9", "deliver", "end"))
#define OLDER ROAD("", RELAY_FLOW("f5", "second", "decide"))
#define NEWER                                                                                                          \
	ROAD("<intermediateCatchEvent id=\"wait\" name=\"wait\"><messageEventDefinition messageRef=\"m\" yz:key=\"case.applicant\"/>" \
	     "</intermediateCatchEvent>",                                                                              \
	     RELAY_FLOW("f5", "second", "wait") RELAY_FLOW("f6", "wait", "decide"))

#define BUNDLE                                                                                                         \
	"{\"name\":\"试\",\"summary\":\"试\",\"for\":\"natural\",\"items\":[{\"item\":\"birth-certificate\"},{\"item\":\"birth-registration\"}," \
	"{\"item\":\"social-card\",\"after\":[\"birth-certificate\",\"birth-registration\"]}]}"

static bool do_bundle(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	(void)ctx;
	return yz_exec(conn, err, "UPDATE bundle SET body = $1 WHERE key = 'newborn'", YZ_Z(BUNDLE));
}

/* The next version of road digging, in force from now: cases that began before can be moved to it. */
static bool do_newer(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	(void)ctx;
	return yz_exec(conn, err, "INSERT INTO artifact (digest, kind, key, body) VALUES ('newer', 'process', 'newer', $1)", YZ_Z(NEWER)) &&
	       yz_exec(conn, err,
		       "INSERT INTO item (code, version, key, state, from_at, name, org, region, type, form, process, body, findings, source, created, "
		       "updated, decision) SELECT code, version + 1, key, state, 1, name, org, region, type, form, 'newer', body, findings, source, "
		       "created, updated, decision FROM item WHERE code = $1",
		       YZ_Z(ROAD_DIG)) &&
	       yz_exec(conn, err, "UPDATE item SET until_at = 1 WHERE code = $1 AND process <> 'newer'", YZ_Z(ROAD_DIG));
}

/* ---- what is done ---- */

struct subject {
	struct fixture *f;
	struct yz_actor *she;
};

static struct yz_str road(struct subject *s, int nth)
{
	struct yz_conn *conn = reading(s->f);
	struct yz_rows *r = yz_select(conn, s->f->a, &s->f->err, "SELECT no FROM cases WHERE applicant = $1 AND item_code = $2 ORDER BY id",
				      YZ_I(s->she->person), YZ_Z(ROAD_DIG));
	yz_db_release(conn);
	assert_true(r && r->count > (size_t)nth);
	return yz_row_str(r, (size_t)nth, 0);
}

static struct yz_str joint_no(struct subject *s)
{
	struct yz_conn *conn = reading(s->f);
	struct yz_rows *r = yz_select(conn, s->f->a, &s->f->err, "SELECT no FROM joint WHERE person = $1", YZ_I(s->she->person));
	yz_db_release(conn);
	assert_true(r && r->count == 1);
	return yz_row_str(r, 0, 0);
}

static struct yz_str part_case(struct subject *s, const char *key)
{
	struct yz_conn *conn = reading(s->f);
	struct yz_rows *r = yz_select(conn, s->f->a, &s->f->err,
				      "SELECT c.no FROM joint_part p JOIN joint j ON j.id = p.joint_id JOIN cases c ON c.id = p.case_id WHERE j.person = $1 "
				      "AND p.item_key = $2",
				      YZ_I(s->she->person), YZ_Z(key));
	yz_db_release(conn);
	assert_true(r && r->count == 1);
	return yz_row_str(r, 0, 0);
}

/* The newest of this node and kind. */
static int64_t task_of(struct subject *s, struct yz_str no, const char *node, const char *kind, int nth)
{
	return node ? site_int(s->f, "SELECT COALESCE(MAX(k.id), 0) FROM task k JOIN cases c ON c.id = k.case_id WHERE c.no = $1 AND k.node = $2 AND k.kind = $3 "
				     "AND ($4 = 0 OR k.nth = $4)",
			       YZ_S(no), YZ_Z(node), YZ_Z(kind), YZ_I(nth)) : 0;
}

struct step {
	const char *by;
	enum yz_act act;
	const char *node, *kind;
	int nth;
	const char *to, *where;
	int days;
	bool (*other)(struct subject *s); /* not one act on the first road's case */
	bool several;                     /* of more than one write: half of it may stand, and doing it again does the rest */
};

static bool submit_joint(struct subject *s)
{
	struct yz_err *err = &s->f->err;
	return yz_joint_submit(s->f->site, s->f->a, s->she, joint_no(s), 0, err);
}

static bool part_act(struct subject *s, const char *key, const char *org, enum yz_act act)
{
	struct yz_actor *who = actor(s->f, "zhangmin");
	static const enum yz_role roles[] = {YZ_ROLE_WINDOW, YZ_ROLE_REVIEWER, YZ_ROLE_DECIDER};
	who->posts = yz_new_n(s->f->a, 3, struct yz_post);
	who->nposts = 3;
	for (size_t i = 0; i < 3; i++)
		who->posts[i] = (struct yz_post){.id = 1, .role = roles[i], .org = yz_str(org), .org_name = yz_str(org), .region = YZ_LIT("990121"),
						 .region_path = YZ_LIT(""), .title = YZ_LIT("")};
	const struct yz_act_input in = {.act = act, .reason = YZ_LIT("符合条件"), .overrule = YZ_LIT("现场核对过")};
	return yz_case_act(s->f->site, s->f->a, who, part_case(s, key), &in, &s->f->err);
}

static bool certificate_accepted(struct subject *s) { return part_act(s, "birth-certificate", "weijian", YZ_ACT_accept); }
static bool certificate_granted(struct subject *s) { return part_act(s, "birth-certificate", "weijian", YZ_ACT_grant); }
static bool certificate_given(struct subject *s) { return part_act(s, "birth-certificate", "weijian", YZ_ACT_deliver); }
static bool birth_accepted(struct subject *s) { return part_act(s, "birth-registration", "weijian", YZ_ACT_accept); }
static bool birth_passed(struct subject *s) { return part_act(s, "birth-registration", "weijian", YZ_ACT_pass); }
static bool birth_granted(struct subject *s) { return part_act(s, "birth-registration", "weijian", YZ_ACT_grant); }
static bool birth_given(struct subject *s) { return part_act(s, "birth-registration", "weijian", YZ_ACT_deliver); }

static bool deputy_named(struct subject *s)
{
	struct yz_actor *who = actor(s->f, "reviewer");
	return yz_deputy_add(s->f->site, s->f->a, who, who->person, YZ_LIT("reviewer-lin"), s->f->now, s->f->now + YZ_DAY, YZ_LIT("休假"), &s->f->err);
}

static bool deputy_ended(struct subject *s)
{
	int64_t id = site_int(s->f, "SELECT MAX(id) FROM deputy WHERE ended IS NULL");
	return yz_deputy_end(s->f->site, actor(s->f, "reviewer"), id, &s->f->err);
}

static bool moved(struct subject *s)
{
	struct yz_moved m;
	return yz_case_migrate(s->f->site, actor(s->f, "admin"), road(s, 0), false, &m, &s->f->err) && m.from != m.to;
}

static bool two_accepted(struct subject *s)
{
	int64_t tasks[2] = {task_of(s, road(s, 1), "accept", "", 0), task_of(s, road(s, 2), "accept", "", 0)};
	struct yz_batched out[2];
	const struct yz_act_input in = {.act = YZ_ACT_accept};
	return yz_case_batch(s->f->site, s->f->a, actor(s->f, "zhangmin"), tasks, 2, &in, out, &s->f->err);
}

static bool closed(struct subject *s)
{
	const struct yz_act_input in = {.act = YZ_ACT_close, .where = YZ_LIT("moot"), .reason = YZ_LIT("不挖了"), .basis = YZ_LIT("行政许可法第六十九条")};
	return yz_case_act(s->f->site, s->f->a, actor(s->f, "decider"), road(s, 1), &in, &s->f->err);
}

static bool withdrawn(struct subject *s)
{
	const struct yz_act_input in = {.act = YZ_ACT_withdraw, .reason = YZ_LIT("不挖了")};
	return yz_case_act(s->f->site, s->f->a, s->she, road(s, 2), &in, &s->f->err);
}

static bool swept(struct subject *s)
{
	int64_t done;
	yz_instant next;
	return yz_sweep(s->f->site, s->f->now, &done, &next, &s->f->err);
}

static const struct step steps[] = {
	{.other = two_accepted, .several = true},
	{.other = closed},
	{"zhangmin", YZ_ACT_accept},
	{"jiaojing", YZ_ACT_pass, "joint", "", 1},
	{"yuanlin", YZ_ACT_unsign, "joint", "", 2}, /* 减签 of several */
	{"yuanlin", YZ_ACT_sign, "joint", "", 3, "caihong", "beside"},
	{"caihong", YZ_ACT_pass, "joint", "", 4},
	{"yuanlin", YZ_ACT_pass, "joint", "", 3}, /* warns the third road, not the closed second */
	{.other = swept, .several = true},
	{.other = withdrawn},
	{"reviewer", YZ_ACT_claim, "review", ""},
	{"reviewer", YZ_ACT_sign, "review", "", 0, "reviewer-lin", "before"},
	{"reviewer-lin", YZ_ACT_pass, "review", "before"},
	{"reviewer", YZ_ACT_hand, "review", "", 0, "reviewer-lin"},
	{"reviewer-lin", YZ_ACT_delegate, "review", "", 0, "reviewer"},
	{"reviewer", YZ_ACT_pass, "review", "delegate"},
	{"reviewer-lin", YZ_ACT_sign, "review", "", 0, "reviewer", "after"},
	{"reviewer-lin", YZ_ACT_unsign, "review", "after"},
	{"reviewer-lin", YZ_ACT_pass, "review", ""},
	{"reviewer-lin", YZ_ACT_recall, "review", ""},
	{"reviewer-lin", YZ_ACT_pass, "review", ""},
	{"reviewer", YZ_ACT_back, "second", "", 0, NULL, "review"},
	{"reviewer-lin", YZ_ACT_pass, "review", ""},
	{"reviewer", YZ_ACT_copy, NULL, "", 0, "supervisor"},
	{"reviewer", YZ_ACT_suspend},
	{"reviewer", YZ_ACT_unsuspend},
	{"reviewer", YZ_ACT_stop, NULL, "", 0, NULL, NULL, 5},
	{"reviewer", YZ_ACT_resume},
	{"reviewer", YZ_ACT_ask_extend, "second", "", 0, NULL, NULL, 3},
	{"decider", YZ_ACT_extend, "", "extend", 0, NULL, NULL, 3},
	{.other = deputy_named},
	{"reviewer-lin", YZ_ACT_claim, "second", ""},
	{.other = deputy_ended},
	{.other = moved},
	{"reviewer-lin", YZ_ACT_pass, "second", ""},
	{.other = submit_joint},
	{.other = certificate_accepted},
	{.other = birth_accepted}, /* tells the road */
	{.other = swept, .several = true},
	{.other = certificate_granted},
	{.other = certificate_given},
	{.other = birth_passed},
	{.other = birth_granted},
	{.other = birth_given}, /* and so the third begins */
	{"decider", YZ_ACT_grant, "decide", ""},
	{"zhangmin", YZ_ACT_deliver, "deliver", ""},
};
enum { STEPS = sizeof steps / sizeof *steps };

static bool do_step(struct subject *s, const struct step *w)
{
	if (w->other)
		return w->other(s);
	struct yz_str no = road(s, 0);
	const struct yz_act_input in = {.act = w->act, .task = task_of(s, no, w->node, w->kind ? w->kind : "", w->nth), .reason = YZ_LIT("情况说明"),
					.overrule = YZ_LIT("现场看过"), .special = YZ_LIT("鉴定"), .days = w->days, .to = yz_str(w->to ? w->to : ""),
					.where = yz_str(w->where ? w->where : "")};
	return yz_case_act(s->f->site, s->f->a, actor(s->f, w->by), no, &in, &s->f->err);
}

/* ---- what stands ---- */

static void rows(struct subject *s, struct yz_buf *b, const char *sql)
{
	struct yz_conn *conn = reading(s->f);
	struct yz_rows *r = yz_select_vals(conn, s->f->a, &s->f->err, sql, 1, (struct yz_val[]){YZ_I(s->she->person)});
	GOOD(s->f, r);
	for (size_t i = 0; i < r->count; i++) {
		for (size_t k = 0; k < r->cols; k++)
			yz_buf_printf(b, "%.*s ", YZ_P(yz_row_str(r, i, k)));
		yz_buf_addz(b, "\n");
	}
	yz_db_release(conn);
}

#define HERS "(SELECT id FROM cases WHERE applicant = $1)"

/* Everything the acts leave behind, without numbers that differ from one case to the next. */
static struct yz_str stands(struct subject *s)
{
	static const char *const sql[] = {
		"SELECT item_code, state, CAST(version AS TEXT), light, outcome, CASE WHEN paused IS NULL THEN '' ELSE 'paused' END, "
		"CASE WHEN flow_item IS NULL THEN '' ELSE 'moved' END, CASE WHEN undo = '' THEN '' ELSE 'undo' END FROM cases WHERE applicant = $1 ORDER BY id",
		"SELECT k.node, k.kind, k.state, k.org, k.role, q.login, k.outcome, CAST(k.nth AS TEXT), k.return_to FROM task k LEFT JOIN person q ON q.id = k.person "
		"WHERE k.case_id IN " HERS " ORDER BY k.id",
		"SELECT kind, state, org, card, CAST(due AS TEXT) FROM clock WHERE case_id IN " HERS " ORDER BY id",
		"SELECT act, actor_name FROM ledger WHERE thing_kind = 'case' AND thing_id IN " HERS " ORDER BY seq",
		"SELECT kind FROM document WHERE case_id IN " HERS " ORDER BY id",
		"SELECT act, text FROM remark WHERE case_id IN " HERS " AND act <> 'hear' ORDER BY id",
		"SELECT q.login, m.title FROM message m JOIN person q ON q.id = m.person WHERE m.person = $1 OR m.case_id IN " HERS
		" OR EXISTS (SELECT 1 FROM cases c WHERE c.applicant = $1 AND m.link = '/desk/case/' || c.no) ORDER BY m.id",
		"SELECT name, state, CAST(tries AS TEXT) FROM relay WHERE case_id IN " HERS " ORDER BY id",
		"SELECT node, CASE WHEN gone IS NULL THEN 'waits' ELSE 'gone' END FROM relay_wait WHERE case_id IN " HERS " ORDER BY id",
		"SELECT q.login FROM case_copy d JOIN person q ON q.id = d.person WHERE d.case_id IN " HERS " ORDER BY d.id",
		"SELECT p.item_key, p.state FROM joint_part p JOIN joint j ON j.id = p.joint_id WHERE j.person = $1 ORDER BY p.id",
		"SELECT CAST(COUNT(*) AS TEXT) FROM draft WHERE person = $1",
		"SELECT CAST(COUNT(*) AS TEXT) FROM deputy WHERE ended IS NULL AND $1 > 0",
		"SELECT CAST(COUNT(*) AS TEXT) FROM licence WHERE case_id IN " HERS,
	};
	struct yz_buf b;
	yz_buf_init(&b, s->f->a, SIGN);
	for (size_t i = 0; i < sizeof sql / sizeof *sql; i++)
		rows(s, &b, sql[i]);
	/* The two are called by their names in a letter or two. */
	return yz_buf_str(&b);
}

static const char *sign_path(const char *dir, int step)
{
	static char path[512];
	snprintf(path, sizeof path, "%s/stands-%d", dir, step);
	return path;
}

/* Without the names of the two people, which stand in messages to them and in the ledger. */
static struct yz_str plain(struct fixture *f, struct yz_str text, const struct yz_actor *she, const char *login)
{
	struct yz_buf b;
	yz_buf_init(&b, f->a, 2 * SIGN);
	for (size_t i = 0; i < text.len;) {
		struct yz_str rest = yz_str_n(text.ptr + i, text.len - i);
		struct yz_str found = yz_str_starts(rest, she->name) ? she->name : yz_str_starts(rest, yz_str(login)) ? yz_str(login) : (struct yz_str){0};
		if (found.len)
			yz_buf_addz(&b, "她");
		else
			yz_buf_addc(&b, text.ptr[i]);
		i += found.len ? found.len : 1;
	}
	return yz_buf_str(&b);
}

/* ---- the lives ---- */

struct life {
	const char *dir, *url;
	yz_instant now;
	int step, n;
};

static void papers(struct fixture *f, const struct yz_actor *she, struct yz_str no)
{
	struct yz_conn *conn = reading(f);
	struct yz_joint *j = yz_joint_load(f->site, conn, f->a, she, no, &f->err);
	yz_db_release(conn);
	GOOD(f, j);
	for (size_t i = 0; i < j->nparts; i++) {
		struct yz_draft *d = draft(f, she, j->parts[i].draft);
		for (size_t k = 0; k < d->nneeds; k++) {
			int64_t id;
			const struct yz_draft_need *n = &d->needs[k];
			if (n->must && !n->given && !n->given_by.len && n->proof.kind != YZ_PROOF_LICENCE && n->proof.kind != YZ_PROOF_REGISTER)
				GOOD(f, yz_material_add(f->site, f->a, she, d->id, YZ_LIT(""), n->key, put_picture(f), YZ_LIT("照片.png"), &id, &f->err));
		}
	}
}

static void applies(struct fixture *f, const char *login)
{
	struct yz_actor *she = actor(f, login);
	struct yz_str no;
	for (int i = 0; i < 3; i++)
		apply(f, she);
	GOOD(f, yz_joint_begin(f->site, f->a, she, YZ_LIT("newborn"), YZ_LIT(""), &no, &f->err));
	papers(f, she, no);
}

static const char *const people[] = {"liuyang", "chenxiaoyu"};

static void write_down(struct fixture *f, struct subject *s, const struct life *l, int step)
{
	struct yz_str text = plain(f, stands(s), s->she, people[0]);
	FILE *out = fopen(sign_path(l->dir, step), "w");
	assert_non_null(out);
	assert_int_equal(fwrite(text.ptr, 1, text.len, out), text.len);
	assert_int_equal(fclose(out), 0);
}

static int set_up(struct fixture *f, const struct life *l)
{
	site_open(f, true, l->url);
	site_install(f, site_demo_pack());
	relay_put(f, ROAD_DIG, OLDER);
	relay_put(f, BIRTH, RELAY_SENDS(RELAY_GIVES));
	GOOD(f, yz_db_write(f->site->db, do_bundle, NULL, &f->err));
	for (int i = 0; i < 2; i++)
		applies(f, people[i]);
	GOOD(f, yz_db_write(f->site->db, do_newer, NULL, &f->err));
	struct subject s = {f, actor(f, people[0])};
	write_down(f, &s, l, 0);
	for (int i = 0; i < STEPS; i++) {
		if (!do_step(&s, &steps[i])) {
			char buf[768];
			fprintf(stderr, "step %d: %s\n", i, yz_err_print(&f->err, buf, sizeof buf));
			return 1;
		}
		write_down(f, &s, l, i + 1);
	}
	return 0;
}

enum { PASSED = 40, WRONG = 41 };

static bool as_written(struct fixture *f, struct subject *s, const struct life *l, int step, bool say)
{
	struct yz_str is = plain(f, stands(s), s->she, people[1]);
	static char was[2 * SIGN];
	FILE *in = fopen(sign_path(l->dir, step), "r");
	assert_non_null(in);
	size_t n = fread(was, 1, sizeof was, in);
	fclose(in);
	bool same = yz_str_eq(is, yz_str_n(was, n));
	if (!same && say)
		fprintf(stderr, "step %d, statement %d: what stands is\n%.*snot\n%.*s", l->step, l->n, YZ_P(is), (int)n, was);
	return same;
}

static int live(struct fixture *f, const struct life *l)
{
	site_open(f, false, l->url);
	struct subject s = {f, actor(f, people[1])};
	bool several = steps[l->step].several;
	if (as_written(f, &s, l, l->step + 1, false))
		return PASSED; /* the last blow fell behind the commit */
	if (!as_written(f, &s, l, l->step, !several) && !several)
		return WRONG;
	reader = pthread_self();
	yz_site_listen(f->site, fall, NULL);
	left = l->n;
	bool done = do_step(&s, &steps[l->step]);
	left = 0;
	if (!done) {
		char buf[768];
		fprintf(stderr, "step %d, statement %d: %s\n", l->step, l->n, yz_err_print(&f->err, buf, sizeof buf));
		return WRONG;
	}
	return as_written(f, &s, l, l->step + 1, true) ? PASSED : WRONG;
}

static int at_the_end(struct fixture *f, const struct life *l)
{
	site_open(f, false, l->url);
	ledger_holds(f);
	assert_int_equal(site_int(f, "SELECT (SELECT COUNT(*) FROM ledger WHERE act IN ('case.submit', 'case.accept')) - "
				     "(SELECT COALESCE(CAST(SUM(received + accepted) AS BIGINT), 0) FROM figure)"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM relay WHERE state NOT IN ('heard', 'sent')"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM relay WHERE state = 'sent'"), 2); /* a signal each, to one road each */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM relay WHERE state = 'heard' AND key_dig LIKE 'signal/%'"), 2);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'case.hear'"), site_int(f, "SELECT COUNT(*) FROM relay WHERE state = 'heard'"));
	return 0;
}

/* How it ended: its answer, or minus the signal. */
static int in_a_process(const struct life *l, int (*fn)(struct fixture *f, const struct life *l))
{
	pid_t pid = fork();
	if (pid == 0) {
		struct fixture f = {.dir = l->dir, .now = l->now, .a = yz_arena_create(0)};
		int how = fn(&f, l);
		yz_arena_destroy(f.a);
		yz_site_close(f.site);
		_exit(how);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void kill_each(const char *url)
{
	struct life l = {.dir = yz_test_folder(), .url = url};
	int killed = 0, stride = getenv("YZ_THOROUGH") ? 1 : getenv("YZ_QUICK") || url ? STRIDE_QUICK : STRIDE;
	assert_true(yz_instant_parse(YZ_LIT(SITE_BEGINS), &l.now));
	assert_int_equal(in_a_process(&l, set_up), 0);
	for (l.step = 0; l.step < STEPS; l.step++) {
		int how = -SIGKILL;
		for (l.n = 1 + (int)getpid() % stride; how == -SIGKILL; l.n += stride) {
			how = in_a_process(&l, live);
			killed += how == -SIGKILL;
			if (how != -SIGKILL && how != PASSED)
				fail_msg("act %d, killed before statement %d: ended with %d", l.step, l.n - stride, how);
			assert_true(l.n < 2000);
		}
	}
	assert_int_equal(in_a_process(&l, at_the_end), 0);
	assert_true(killed > STEPS);
	printf("killed %d times through %d acts: each whole or not at all, and none twice\n", killed, STEPS);
}

TEST(killed_before_any_statement_an_act_is_whole_or_not_at_all_on_sqlite)
{
	kill_each(NULL);
}

TEST(killed_before_any_statement_an_act_is_whole_or_not_at_all_on_postgres)
{
	const char *why, *url = yz_test_pg(&why);
	if (!url) {
		SKIP(why);
		return;
	}
	kill_each(url);
}
