/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/card_act.h"

#include "base/utf8.h"
#include "db/db.h"
#include "gov/card_row.h"
#include "gov/fault.h"
#include "gov/note.h"
#include "text/text.h"

/* ---- names ---- */

static const char *const state_names[] = {
#define STATE(name, title) #name,
#include "gov/card_states.def"
#undef STATE
};
static const char *const state_titles[] = {
#define STATE(name, title) N_(title),
#include "gov/card_states.def"
#undef STATE
};
static const struct {
	const char *name, *verb, *done;
	enum yz_permission may;
} acts[] = {
#define CARD_ACT(name, permission, verb, done) {#name, N_(verb), N_(done), YZ_MAY_##permission},
#include "gov/card_acts.def"
#undef CARD_ACT
};

bool yz_card_state_parse(struct yz_str s, enum yz_card_state *state)
{
	for (int i = 0; i < YZ_CARD_STATES; i++)
		if (yz_str_eqz(s, state_names[i])) {
			*state = (enum yz_card_state)i;
			return true;
		}
	return false;
}

const char *yz_card_state_title(enum yz_card_state state)
{
	return state_titles[state];
}

bool yz_card_act_parse(struct yz_str s, enum yz_card_act *act)
{
	for (int i = 0; i < YZ_CARD_ACTS; i++)
		if (yz_str_eqz(s, acts[i].name)) {
			*act = (enum yz_card_act)i;
			return true;
		}
	return false;
}

const char *yz_card_act_name(enum yz_card_act act)
{
	return acts[act].name;
}

const char *yz_card_act_verb(enum yz_card_act act)
{
	return acts[act].verb;
}

const char *yz_card_act_done(enum yz_card_act act)
{
	return acts[act].done;
}

/* ---- the row ---- */

bool yz_card_row_lock(struct yz_conn *conn, int64_t id, struct yz_err *err)
{
	int64_t held;
	return yz_select_int(conn, &held, 0, err, "SELECT id FROM card WHERE id = $1 FOR UPDATE", YZ_I(id));
}

bool yz_card_row_load(struct yz_card_row *t, struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id,
		      struct yz_err *err)
{
	*t = (struct yz_card_row){.site = site, .conn = conn, .a = a, .id = id, .now = yz_site_now(site)};
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT d.turn, d.state, d.held_level, d.points, d.org, d.post, d.person, d.issued, d.appeal_clock, d.appeal_by, "
				      "d.decide_clock, d.decide_by, d.appealed, d.escalated, d.final, g.path, d.level, d.item, "
				      "COALESCE((SELECT u.region FROM urge u WHERE d.thing = 'urge' AND u.id = d.thing_id), d.region) FROM card d "
				      "LEFT JOIN org o ON o.key = d.org LEFT JOIN region g ON g.code = o.region WHERE d.id = $1",
				      YZ_I(id));
	if (!r)
		return false;
	if (!r->count || !yz_card_state_parse(yz_row_str(r, 0, 1), &t->state))
		return yz_fail(err, YZ_NOT_FOUND, "no card %lld", (long long)id);
	t->turn = yz_row_int(r, 0, 0);
	t->held = yz_row_str(r, 0, 2);
	t->points = yz_row_int(r, 0, 3);
	t->org = yz_row_str(r, 0, 4);
	t->post = yz_row_str(r, 0, 5);
	t->person = yz_row_int(r, 0, 6);
	t->issued = yz_row_int(r, 0, 7);
	t->appeal_clock = yz_row_str(r, 0, 8);
	t->appeal_by = yz_row_int(r, 0, 9);
	t->decide_clock = yz_row_str(r, 0, 10);
	t->decide_by = yz_row_int(r, 0, 11);
	t->appealed = yz_row_int(r, 0, 12);
	t->escalated = yz_row_int(r, 0, 13);
	t->final = yz_row_int(r, 0, 14);
	t->path = yz_row_str(r, 0, 15);
	t->level = yz_row_str(r, 0, 16);
	t->item = yz_row_str(r, 0, 17);
	t->region = yz_row_str(r, 0, 18);
	struct yz_rows *said = yz_select(conn, a, err,
					 "SELECT person, kind FROM card_act WHERE card_id = $1 AND kind IN ('appeal', 'answer', 'rectify') ORDER BY id DESC",
					 YZ_I(id));
	for (size_t i = 0; said && i < said->count; i++)
		if (!t->appellant && yz_str_eqz(yz_row_str(said, i, 1), "appeal"))
			t->appellant = yz_row_int(said, i, 0);
	t->spoken = said && said->count;
	return said != NULL;
}

static int rank(struct yz_str level)
{
	return yz_str_eqz(level, "red") ? 3 : yz_str_eqz(level, "yellow") ? 2 : yz_str_eqz(level, "notice") ? 1 : 0;
}

/* ---- who may ---- */

/* A card on the office of a supervisor is that of whoever supervises its region. */
static bool is_her_office(const struct yz_card_row *t, const struct yz_actor *who)
{
	for (size_t i = 0; !t->person && yz_str_eqz(t->post, "supervisor") && i < who->nposts; i++)
		if (who->posts[i].role == YZ_ROLE_SUPERVISOR && yz_str_eq(who->posts[i].region, t->region))
			return true;
	return false;
}

static bool may_speak(const struct yz_card_row *t, const struct yz_actor *who)
{
	if (is_her_office(t, who))
		return true;
	if (!yz_may_at(who, YZ_MAY_card_answer, t->org, t->path, YZ_LIT("")) && !yz_may_in(who, YZ_MAY_card_answer, t->org, YZ_LIT("")))
		return false;
	if (t->person && yz_stands_for(who, t->person))
		return true;
	for (size_t i = 0; i < who->nposts; i++) {
		const struct yz_post *p = &who->posts[i];
		if (yz_str_eq(p->org, t->org) && (p->role == YZ_ROLE_DECIDER || (!t->person && yz_role_works(p->role) &&
										(!t->post.len || yz_str_eqz(t->post, yz_role_name(p->role))))))
			return true;
	}
	return false;
}

/* NULL: she may; else why not; *never: it is none of her business at all. */
static const char *may_decide(const struct yz_card_row *t, const struct yz_actor *who, bool *never)
{
	bool watches = yz_may(who, YZ_MAY_card_decide) && yz_may_in(who, YZ_MAY_card_decide, t->org, t->path);
	*never = !watches && !(t->escalated && yz_heads_government(t->conn, t->a, who));
	if (*never)
		return N_("只有监察人员可以裁定");
	if (who->person == t->person || who->person == t->appellant || yz_works_in(who, t->org) || is_her_office(t, who))
		return N_("这张牌发给您或您所在的部门，要由别人裁定");
	return NULL;
}

/* Whether it can be done to the card as it stands, whoever asks: NULL, or why not. */
static const char *not_now(const struct yz_card_row *t, enum yz_card_act act)
{
	switch (act) {
	case YZ_CARD_ACT_answer:
	case YZ_CARD_ACT_rectify:
		return t->state == YZ_CARD_withdrawn ? N_("这张牌已经撤销") : NULL;
	case YZ_CARD_ACT_appeal:
		return t->final ? N_("这张牌已经生效，不能再申诉") : t->appealed ? N_("已经申诉，请等裁定")
		       : t->now >= t->appeal_by ? N_("申诉期限已过") : NULL;
	case YZ_CARD_ACT_reduce:
		if (rank(t->held) < 2)
			return N_("已经是最轻的一级，不能再减轻");
		__attribute__((fallthrough));
	case YZ_CARD_ACT_uphold:
	case YZ_CARD_ACT_withdraw:
		return t->final ? N_("这张牌已经生效，不能再改") : !t->appealed && !t->spoken ? N_("还没有人申诉或说明情况") : NULL;
	default:
		return N_("这一步由系统按期限办");
	}
}

/* ---- doing ---- */

/* The files of the act, named where their hashes stand in the entry: ,"files":["…"]. */
static bool add_files(struct yz_card_row *t, int64_t act, struct yz_str *said, struct yz_err *err)
{
	struct yz_buf b;
	yz_buf_init(&b, t->a, 4096);
	for (size_t i = 0; i < t->nfiles; i++) {
		const struct yz_attached *f = &t->files[i];
		yz_buf_printf(&b, "%s\"%s\"", i ? "," : ",\"files\":[", f->blob.hash);
		if (!yz_insert(t->conn, err, "INSERT INTO card_file (card_act_id, file, file_name, type, size) VALUES ($1, $2, $3, $4, $5)", YZ_I(act),
			       YZ_Z(f->blob.hash), YZ_S(f->name), YZ_Z(f->type), YZ_I(f->blob.size)) ||
		    !yz_attach_name(t->conn, f, t->now, err))
			return false;
	}
	if (t->nfiles)
		yz_buf_addz(&b, "]");
	*said = yz_buf_str(&b);
	return true;
}

bool yz_card_row_note(struct yz_card_row *t, const struct yz_actor *who, enum yz_card_act act, struct yz_str text, struct yz_str level_was,
		      int64_t points_was, struct yz_err *err)
{
	char digest[YZ_HEX];
	int64_t row = yz_insert(t->conn, err,
				"INSERT INTO card_act (card_id, kind, person, text, level_was, points_was, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
				YZ_I(t->id), YZ_Z(acts[act].name), yz_val_int_or_null(who ? who->person : 0, who != NULL), YZ_S(text),
				YZ_S(level_was), YZ_I(points_was), YZ_I(t->now));
	struct yz_str files;
	if (!row || !add_files(t, row, &files, err))
		return false;
	struct yz_str body = yz_str_printf(t->a,
					   "{\"card\":%lld,\"org\":\"%.*s\",\"issued\":%lld,\"state\":\"%s\",\"was\":\"%.*s\",\"now\":\"%.*s\","
					   "\"points_was\":%lld,\"points\":%lld,\"said\":%lld,\"digest\":\"%s\"%.*s,\"kept_at\":%lld,%.*s}",
					   (long long)t->id, YZ_P(t->org), (long long)t->issued, state_names[t->state], YZ_P(level_was), YZ_P(t->held),
					   (long long)points_was, (long long)t->points, (long long)row,
					   yz_keyed_digest(t->site->keys, "card_act.text", row, text, digest), YZ_P(files), (long long)t->issued,
					   YZ_P(yz_figure_text(t->a, t->org, &t->figure)));
	yz_site_changed(t->site, YZ_CHANGE_CARD);
	return yz_note(t->site, t->conn, who, yz_printf(t->a, "card.%s", acts[act].name), "card", t->id, "", body, err);
}

bool yz_card_row_save(struct yz_card_row *t, struct yz_err *err)
{
	yz_instant look = t->final || t->escalated ? 0 : t->appealed ? t->decide_by : t->appeal_by;
	yz_site_changed(t->site, YZ_CHANGE_CLOCK);
	return yz_exec(t->conn, err,
		       "UPDATE card SET turn = turn + 1, state = $2, held_level = $3, points = $4, appeal_clock = $5, appeal_by = $6, "
		       "decide_clock = $7, decide_by = $8, appealed = $9, escalated = $10, final = $11, next_at = $12 WHERE id = $1",
		       YZ_I(t->id), YZ_Z(state_names[t->state]), YZ_S(t->held), YZ_I(t->points), YZ_S(t->appeal_clock),
		       yz_val_int_or_null(t->appeal_by, t->appeal_by != 0), YZ_S(t->decide_clock),
		       yz_val_int_or_null(t->decide_by, t->decide_by != 0), yz_val_int_or_null(t->appealed, t->appealed != 0),
		       yz_val_int_or_null(t->escalated, t->escalated != 0), yz_val_int_or_null(t->final, t->final != 0),
		       yz_val_int_or_null(look, look != 0));
}

bool yz_card_limit(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const char *key, int32_t usual, yz_instant from,
		   struct yz_str *clock, yz_instant *due, struct yz_err *err)
{
	struct yz_clock k;
	char text[YZ_CLOCK_TEXT];
	if (!yz_clock_start(&k, yz_setting_days(conn, a, key, usual, YZ_CARD_DAYS_MOST), YZ_WORKING_DAYS, from, err))
		return false;
	const struct yz_calendar *calendar = yz_site_calendar(site);
	*due = yz_clock_due(&k, calendar);
	yz_site_calendar_release(site, calendar);
	*clock = yz_str_dup(a, yz_str(yz_clock_print(&k, text)));
	return true;
}

struct yz_str yz_card_link(const struct yz_card_row *t)
{
	return yz_str_printf(t->a, "/card/%lld", (long long)t->id);
}

static bool tell(struct yz_card_row *t, const struct yz_people *all, const char *title, const char *body, struct yz_err *err)
{
	return yz_people_tell(t->site, t->conn, t->a, all, yz_card_link(t), yz_str(title), yz_str(body), err);
}

/* Whom it was issued on, and the head of her department. */
static bool tell_hers(struct yz_card_row *t, const char *title, struct yz_str body, struct yz_err *err)
{
	struct yz_people all = {0}, heads;
	if (t->person)
		all.at[all.n++] = t->person;
	if (!yz_people_of(t->conn, t->a, t->org, "decider", t->now, &heads, err))
		return false;
	yz_people_join(&all, &heads);
	return yz_people_tell(t->site, t->conn, t->a, &all, yz_card_link(t), yz_str(title), body, err);
}

static bool do_appeal(struct yz_card_row *t, struct yz_err *err)
{
	struct yz_people watch;
	t->appealed = t->now;
	return yz_card_limit(t->site, t->conn, t->a, "card.decide_days", YZ_CARD_DECIDE_DAYS, t->now, &t->decide_clock, &t->decide_by, err) &&
	       yz_supervisors(t->conn, t->a, t->path, false, t->now, &watch, err) &&
	       tell(t, &watch, "有牌被申诉，请裁定", "请在期限内裁定：维持、减轻或撤销，并写明理由。", err);
}

/* What it costs now: as much of what it cost as the levels' usual points stand to one another. */
static int64_t points_at(const struct yz_card_row *t, struct yz_str level)
{
	int64_t was = yz_card_points(t->held), is = yz_card_points(level);
	return was ? t->points * is / was : t->points;
}

/* Takes effect on what counts: the row, and the day it was issued on. */
static bool lower(struct yz_card_row *t, struct yz_str level, struct yz_err *err)
{
	struct yz_figure *f = &t->figure;
	*f = (struct yz_figure){.item = t->item, .post = t->post, .person = t->person};
	f->red = yz_str_eqz(level, "red") - yz_str_eqz(t->held, "red");
	f->yellow = yz_str_eqz(level, "yellow") - yz_str_eqz(t->held, "yellow");
	f->notice = yz_str_eqz(level, "notice") - yz_str_eqz(t->held, "notice");
	t->points = level.len ? points_at(t, level) : 0;
	t->held = level;
	return yz_figure_add(t->site, t->conn, t->org, t->issued, f, err);
}

static bool decide(struct yz_card_row *t, const struct yz_card_input *in, struct yz_err *err)
{
	static const enum yz_card_state to[] = {[YZ_CARD_ACT_uphold] = YZ_CARD_upheld, [YZ_CARD_ACT_reduce] = YZ_CARD_reduced,
						[YZ_CARD_ACT_withdraw] = YZ_CARD_withdrawn};
	if (in->act == YZ_CARD_ACT_reduce && (!rank(in->level) || rank(in->level) >= rank(t->held)))
		return yz_wrong(err, "level", N_("请选择比现在低的一级"));
	t->state = to[in->act];
	t->final = t->now;
	t->appealed = 0;
	if (in->act == YZ_CARD_ACT_uphold)
		return true;
	return lower(t, in->act == YZ_CARD_ACT_reduce ? in->level : YZ_LIT(""), err);
}

struct doing {
	struct yz_site *site;
	const struct yz_actor *who;
	int64_t card;
	const struct yz_card_input *in;
	struct yz_str text;
	struct yz_attached *files;
};

static bool allowed(const struct yz_card_row *t, const struct doing *w, struct yz_err *err)
{
	bool never;
	enum yz_card_act act = w->in->act;
	const char *why = not_now(t, act);
	if (acts[act].may == YZ_MAY_none)
		return yz_fail(err, YZ_FORBIDDEN, "%s is the clockwork's", acts[act].name);
	if (acts[act].may == YZ_MAY_card_answer && !may_speak(t, w->who))
		return yz_refuse(w->who, YZ_MAY_card_answer, err);
	const char *hers = acts[act].may == YZ_MAY_card_decide ? may_decide(t, w->who, &never) : NULL;
	if (hers)
		return never ? yz_refuse(w->who, YZ_MAY_card_decide, err) : yz_fail(err, YZ_FORBIDDEN, "%s", hers);
	if (w->in->turn != t->turn)
		return yz_fail(err, YZ_CONFLICT, "%s", N_("这张牌刚有人处理过，请看最新情况再办"));
	return !why || yz_fail(err, YZ_NOT_NOW, "%s", why);
}

static bool do_act(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct doing *w = ctx;
	struct yz_card_row t;
	enum yz_card_act act = w->in->act;
	if (!yz_card_row_lock(conn, w->card, err) || !yz_card_row_load(&t, w->site, conn, a, w->card, err) || !allowed(&t, w, err))
		return false;
	struct yz_str was = t.held;
	int64_t points = t.points;
	t.files = w->files;
	t.nfiles = w->in->nfiles;
	bool decides = acts[act].may == YZ_MAY_card_decide;
	if ((act == YZ_CARD_ACT_appeal && !do_appeal(&t, err)) || (decides && !decide(&t, w->in, err)))
		return false;
	struct yz_str body = yz_str_printf(a, "%s：%.*s", acts[act].done, YZ_P(w->text));
	return yz_card_row_save(&t, err) && yz_card_row_note(&t, w->who, act, w->text, was, points, err) &&
	       (!decides || tell_hers(&t, "您的牌有了裁定", body, err));
}

/* Copied into the site only for who may do it as the card stands; the write asks again. */
static bool take_files(struct doing *w, struct yz_arena *a, struct yz_err *err)
{
	struct yz_card_row t;
	struct yz_conn *conn = yz_db_read_in(w->site->db, a, err);
	bool ok = conn && yz_card_row_load(&t, w->site, conn, a, w->card, err) && allowed(&t, w, err);
	yz_db_release(conn);
	w->files = yz_new_n(a, w->in->nfiles, struct yz_attached);
	for (size_t i = 0; ok && i < w->in->nfiles; i++)
		ok = yz_attach(w->site, "files", w->in->files[i].path, w->in->files[i].name, NULL, YZ_CARD_FILE_MB, &w->files[i], err);
	return ok;
}

bool yz_card_do(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t card, const struct yz_card_input *in,
		struct yz_err *err)
{
	struct doing w = {.site = site, .who = who, .card = card, .in = in, .text = yz_str_trim(in->text)};
	if (!w.text.len)
		return yz_wrong(err, "text", N_("请写明情况或理由"));
	if (yz_utf8_count(w.text) > YZ_CARD_TEXT)
		return yz_wrong(err, "text", N_("最多写 2000 字"));
	if (in->nfiles > YZ_CARD_FILES)
		return yz_wrong(err, "files", N_("一次最多 10 个文件，请合并成 PDF"));
	if (in->nfiles && acts[in->act].may != YZ_MAY_card_answer)
		return yz_wrong(err, "files", N_("裁定不附文件，请写明理由"));
	return (!in->nfiles || take_files(&w, a, err)) && yz_db_write(site->db, do_act, &w, err);
}

/* ---- how it stands ---- */

/* Oldest first, as the acts are: each act's are a run of them. */
static bool read_files(struct yz_card_row *t, struct yz_rows **out, struct yz_card_file **files, struct yz_err *err)
{
	struct yz_rows *r = *out = yz_select(t->conn, t->a, err,
					     "SELECT f.card_act_id, f.id, f.file_name, f.type, f.size FROM card_file f JOIN card_act c ON c.id = f.card_act_id "
					     "WHERE c.card_id = $1 ORDER BY f.card_act_id, f.id",
					     YZ_I(t->id));
	*files = yz_new_n(t->a, r ? r->count : 0, struct yz_card_file);
	for (size_t i = 0; r && i < r->count; i++)
		(*files)[i] = (struct yz_card_file){.id = yz_row_int(r, i, 1), .name = yz_row_str(r, i, 2), .type = yz_row_str(r, i, 3),
						    .size = yz_row_int(r, i, 4)};
	return r != NULL;
}

static bool read_done(struct yz_card_row *t, struct yz_card_life *out, struct yz_err *err)
{
	struct yz_rows *of;
	struct yz_card_file *files;
	size_t at = 0;
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT c.kind, p.name, c.text, c.level_was, c.points_was, c.at, c.id FROM card_act c LEFT JOIN person p ON p.id = c.person "
				      "WHERE c.card_id = $1 ORDER BY c.id",
				      YZ_I(t->id));
	if (!r || !read_files(t, &of, &files, err))
		return false;
	out->done = yz_new_n(t->a, r->count, struct yz_card_done);
	for (size_t i = 0; i < r->count; i++) {
		struct yz_card_done *d = &out->done[out->ndone];
		*d = (struct yz_card_done){.by = yz_row_str(r, i, 1), .text = yz_row_str(r, i, 2), .level_was = yz_row_str(r, i, 3),
					   .points_was = yz_row_int(r, i, 4), .at = yz_row_int(r, i, 5)};
		for (d->files = files + at; at < of->count && yz_row_int(of, at, 0) == yz_row_int(r, i, 6); at++)
			d->nfiles++;
		out->ndone += yz_card_act_parse(yz_row_str(r, i, 0), &d->act);
	}
	return true;
}

/* Day by day, of the limit that runs. */
static bool explain(struct yz_card_row *t, struct yz_card_life *out, struct yz_err *err)
{
	enum { DAYS = 200 };
	struct yz_clock k;
	bool cut;
	struct yz_str text = t->appealed ? t->decide_clock : t->appeal_clock;
	if (t->final || !text.len)
		return true;
	if (!yz_clock_parse(text, &k, err))
		return false;
	const struct yz_calendar *calendar = yz_site_calendar(t->site);
	out->ndays = yz_clock_explain(t->a, &k, calendar, t->now, DAYS, &out->days, &cut);
	for (size_t i = 0; i < out->ndays; i++) /* they live as long as the calendar */
		out->days[i].info.name = yz_str_dup(t->a, out->days[i].info.name);
	yz_site_calendar_release(t->site, calendar);
	return true;
}

bool yz_card_life(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		  const struct yz_card *card, struct yz_card_life *out, struct yz_err *err)
{
	struct yz_card_row t;
	bool never;
	*out = (struct yz_card_life){0};
	if (!yz_card_row_load(&t, site, conn, a, card->id, err))
		return false;
	out->turn = t.turn;
	out->state = t.state;
	out->appeal_by = t.appeal_by;
	out->decide_by = t.decide_by;
	out->appealed = t.appealed;
	out->escalated = t.escalated;
	out->final = t.final;
	const char *why = may_decide(&t, who, &never);
	bool speaks = may_speak(&t, who);
	for (int i = 0; i < YZ_CARD_ACTS; i++)
		out->may[i] = !not_now(&t, (enum yz_card_act)i) && (acts[i].may == YZ_MAY_card_answer   ? speaks
								    : acts[i].may == YZ_MAY_card_decide ? !why
												      : false);
	out->why = why && !never && !not_now(&t, YZ_CARD_ACT_uphold) ? why : NULL;
	return read_done(&t, out, err) && explain(&t, out, err);
}

bool yz_card_file_open(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_card *card, int64_t file, int *fd,
		       struct yz_card_file *out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT f.file, f.file_name, f.type, f.size FROM card_file f JOIN card_act c ON c.id = f.card_act_id "
				      "WHERE f.id = $1 AND c.card_id = $2",
				      YZ_I(file), YZ_I(card->id));
	if (!r || !r->count)
		return r && yz_fail(err, YZ_NOT_FOUND, "card %lld has no file %lld", (long long)card->id, (long long)file);
	*out = (struct yz_card_file){.id = file, .name = yz_row_str(r, 0, 1), .type = yz_row_str(r, 0, 2)};
	return yz_blob_open(site->db, yz_row_str(r, 0, 0), fd, &out->size, err);
}
