/* Many equal cases at one press: each is a write of its own, and each says for itself what became of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "db/db.h"
#include "gov/fault.h"
#include "gov/case.h"
#include "gov/site.h"
#include "text/text.h"

#include <string.h>

bool yz_batch_load(struct yz_conn *conn, struct yz_arena *a, const int64_t *tasks, size_t n, struct yz_batched *out, struct yz_err *err)
{
	for (size_t i = 0; i < n; i++) {
		struct yz_rows *r = yz_select(conn, a, err,
					      "SELECT c.no, c.item, c.item_name, c.applicant_name, k.node, k.name, k.act, k.kind, k.org, k.state, g.path, "
					      "k.post, k.role FROM task k JOIN cases c ON c.id = k.case_id LEFT JOIN region g ON g.code = k.region "
					      "WHERE k.id = $1",
					      YZ_I(tasks[i]));
		if (!r)
			return false;
		out[i] = (struct yz_batched){.task = tasks[i]};
		if (!r->count)
			continue;
		out[i].no = yz_row_str(r, 0, 0);
		out[i].item = yz_row_int(r, 0, 1);
		out[i].item_name = yz_row_str(r, 0, 2);
		out[i].applicant_name = yz_row_str(r, 0, 3);
		out[i].node = yz_row_str(r, 0, 4);
		out[i].step = yz_row_str(r, 0, 5);
		out[i].act = yz_row_str(r, 0, 6);
		out[i].kind = yz_row_str(r, 0, 7);
		out[i].org = yz_row_str(r, 0, 8);
		out[i].path = yz_row_str(r, 0, 10);
		out[i].post = yz_row_str(r, 0, 11);
		out[i].role = yz_row_str(r, 0, 12);
	}
	return true;
}

/* What anybody could see who has no desk there: nothing. */
void yz_batch_hide(const struct yz_actor *who, struct yz_batched *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (all[i].no.len && !yz_may_task(who, YZ_MAY_desk, all[i].org, all[i].path, all[i].post, all[i].role))
			all[i] = (struct yz_batched){.task = all[i].task};
}

bool yz_batch_equal(const struct yz_batched *a, const struct yz_batched *b)
{
	return a->no.len && b->no.len && a->item == b->item && yz_str_eq(a->node, b->node) && yz_str_eq(a->kind, b->kind);
}

bool yz_case_batch(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const int64_t *tasks, size_t n,
		   const struct yz_act_input *in, struct yz_batched *out, struct yz_err *err)
{
	if (!yz_may(who, YZ_MAY_desk))
		return yz_refuse(who, YZ_MAY_desk, err);
	if (!n || n > YZ_BATCH_MOST)
		return yz_wrong(err, "task", N_("请选择 1 到 50 件"));
	struct yz_conn *conn = yz_db_read_in(site->db, a, err);
	bool read = conn && yz_batch_load(conn, a, tasks, n, out, err);
	yz_db_release(conn);
	if (!read)
		return false;
	yz_batch_hide(who, out, n);
	for (size_t i = 0; i < n; i++) {
		struct yz_act_input one = *in;
		one.task = tasks[i];
		if (!out[i].no.len)
			yz_fail(&out[i].err, YZ_NOT_FOUND, "no task %lld on this desk", (long long)tasks[i]);
		else if (!yz_batch_equal(&out[0], &out[i]))
			yz_fail(&out[i].err, YZ_BAD_INPUT, "%s", N_("和第一件不是同一个事项的同一个环节，请单独办理"));
		else
			out[i].done = yz_case_act(site, a, who, out[i].no, &one, &out[i].err);
	}
	return true;
}
