/* Who is there today.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/simulate_build.h"

#include "gov/acting.h"
#include "text/text.h"

int yz_simbuild_post(struct sim_build *b, struct yz_str org, struct yz_str role)
{
	for (size_t i = 0; i < b->posts.len; i++)
		if (yz_str_eq(b->posts.at[i].org, org) && yz_str_eq(b->posts.at[i].role, role))
			return (int)i;
	*yz_vec_push(b->a, &b->posts) = (struct yz_sim_post){.org = yz_str_dup(b->a, org), .role = yz_str_dup(b->a, role),
							     .name = yz_str_printf(b->a, "%.*s/%.*s", YZ_P(org), YZ_P(role))};
	return (int)b->posts.len - 1;
}

/* A task whose department FEEL names: of those it speaks of, who has this role; where it speaks of none, of all. */
static void open_post(struct sim_build *b, struct yz_str org, struct yz_str each, struct yz_str role)
{
	struct sim_open_post *o = yz_vec_push(b->a, &b->open_posts);
	*o = (struct sim_open_post){.role = yz_str_dup(b->a, role), .words = yz_str_printf(b->a, "%.*s %.*s", YZ_P(org), YZ_P(each))};
}

static bool may_be_named(struct sim_build *b, struct yz_str org, struct yz_str role)
{
	struct yz_str quoted = yz_str_printf(b->a, "\"%.*s\"", YZ_P(org));
	for (size_t i = 0; i < b->open_posts.len; i++) {
		const struct sim_open_post *o = &b->open_posts.at[i];
		if ((!o->role.len || yz_str_eq(o->role, role)) && (yz_str_find(o->words, quoted, 0) < o->words.len || yz_str_find(o->words, YZ_LIT("\""), 0) >= o->words.len))
			return true;
	}
	return false;
}

/* The posts a process names. */
static void posts_of(struct sim_build *b, const struct yz_sim_kind *k)
{
	size_t n;
	const struct yz_bpmn_node *const *nodes = yz_bpmn_nodes(k->process, &n);
	for (size_t i = 0; i < n; i++) {
		enum yz_bpmn_type type = nodes[i]->type;
		struct yz_str org = yz_bpmn_attr(nodes[i], "org"), role = yz_bpmn_attr(nodes[i], "role");
		if (type != YZ_BPMN_USER_TASK && type != YZ_BPMN_MANUAL_TASK && type != YZ_BPMN_TASK)
			continue;
		if (yz_str_starts(org, YZ_LIT("=")) || yz_str_starts(role, YZ_LIT("="))) {
			struct yz_str act = yz_bpmn_attr(nodes[i], "act");
			open_post(b, org, yz_bpmn_attr(nodes[i], "each"), yz_str_starts(role, YZ_LIT("=")) ? YZ_LIT("") : role.len ? role : yz_task_role(act));
			continue;
		}
		yz_simbuild_post(b, org.len ? org : k->org, role.len ? role : yz_task_role(yz_bpmn_attr(nodes[i], "act")));
	}
}

struct holder {
	struct sim_build *b;
	int64_t last;
	YZ_VEC(int) posts;
};

static void add_person(struct sim_build *b, struct yz_str login, struct yz_str name, const int *posts, size_t n)
{
	*yz_vec_push(b->a, &b->people) = (struct yz_sim_person){.name = yz_str_dup(b->a, name), .posts = posts, .nposts = n, .pace = 1};
	*yz_vec_push(b->a, &b->logins) = yz_str_dup(b->a, login);
}

/* person, login, name, org, role, short, title: in order of the person */
static bool read_post(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	struct holder *h = ctx;
	struct sim_build *b = h->b;
	int64_t person = yz_row_int(r, 0, 0);
	int post = -1;
	for (size_t i = 0; post < 0 && i < b->posts.len; i++)
		if (yz_str_eq(b->posts.at[i].org, yz_row_str(r, 0, 3)) && yz_str_eq(b->posts.at[i].role, yz_row_str(r, 0, 4)))
			post = (int)i;
	if (post < 0 && may_be_named(b, yz_row_str(r, 0, 3), yz_row_str(r, 0, 4)))
		post = yz_simbuild_post(b, yz_row_str(r, 0, 3), yz_row_str(r, 0, 4));
	if (post < 0)
		return true;
	/* Called as its first holder's is. */
	if (yz_str_starts(b->posts.at[post].name, b->posts.at[post].org))
		b->posts.at[post].name = yz_str_printf(b->a, "%.*s · %.*s", YZ_P(yz_row_str(r, 0, 5)), YZ_P(yz_row_str(r, 0, 6)));
	if (person == h->last && b->people.len) {
		struct yz_sim_person *p = &b->people.at[b->people.len - 1];
		int *more = yz_new_n(b->a, p->nposts + 1, int);
		memcpy(more, p->posts, p->nposts * sizeof *more);
		more[p->nposts++] = post;
		p->posts = more;
		return true;
	}
	int *own = yz_new(b->a, int);
	*own = post;
	h->last = person;
	add_person(b, yz_row_str(r, 0, 1), yz_row_str(r, 0, 2), own, 1);
	return true;
}

/* login, from_at, until_at or ended: whole days of an absence are leave. */
static bool read_absence(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	struct sim_build *b = ctx;
	int offset = b->site->offset;
	struct yz_sim_leave leave = {yz_instant_day(yz_row_int(r, 0, 1), offset), yz_instant_day(yz_row_int(r, 0, 2) - 1, offset)};
	for (size_t i = 0; i < b->people.len; i++) {
		struct yz_sim_person *p = &b->people.at[i];
		if (!b->logins.at[i].len || !yz_str_eq(b->logins.at[i], yz_row_str(r, 0, 0)) || leave.from > leave.until)
			continue;
		struct yz_sim_leave *all = yz_new_n(b->a, p->nleave + 1, struct yz_sim_leave);
		if (p->nleave)
			memcpy(all, p->leave, p->nleave * sizeof *all);
		all[p->nleave++] = leave;
		p->leave = all;
	}
	return true;
}

/* A post without anybody would keep its cases for ever: one is assumed, and said. */
static void assume(struct sim_build *b)
{
	for (size_t i = 0; i < b->posts.len; i++) {
		bool held = false;
		for (size_t k = 0; k < b->people.len && !held; k++)
			for (size_t j = 0; j < b->people.at[k].nposts; j++)
				held |= b->people.at[k].posts[j] == (int)i;
		if (held)
			continue;
		int *own = yz_new(b->a, int);
		*own = (int)i;
		add_person(b, YZ_LIT(""), YZ_LIT(""), own, 1);
		yz_simbuild_note(b, N_("岗位 %.*s 现在没有人，按一个人算。"), b->posts.at[i].name);
	}
}

bool yz_simbuild_people(struct sim_build *b, struct yz_err *err)
{
	struct holder h = {.b = b};
	for (size_t i = 0; i < b->kinds.len; i++) {
		posts_of(b, &b->kinds.at[i].before);
		posts_of(b, &b->kinds.at[i].after);
	}
	if (!yz_each(b->conn, read_post, &h, err,
		     "SELECT p.id, p.login, p.name, t.org, t.role, COALESCE(o.short, t.org), t.title FROM post t JOIN person p ON p.id = t.person "
		     "LEFT JOIN org o ON o.key = t.org WHERE p.active = 1 AND t.from_at <= $1 AND (t.until_at IS NULL OR t.until_at > $1) ORDER BY p.id, t.id",
		     YZ_I(yz_site_now(b->site))) ||
	    !yz_each(b->conn, read_absence, b, err,
		     "SELECT p.login, d.from_at, COALESCE(d.ended, d.until_at) FROM deputy d JOIN person p ON p.id = d.person "
		     "WHERE d.from_at < $2 AND COALESCE(d.ended, d.until_at) > $1 ORDER BY d.id",
		     YZ_I(b->from), YZ_I(b->until)))
		return false;
	assume(b);
	return true;
}
