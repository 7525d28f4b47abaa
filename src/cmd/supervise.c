/* cmd/supervise.c - a month of supervision counted again from the ledger, and what a department hands over as a file: yizhan
 * supervise recompute, report.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/cmd.h"

#include "db/db.h"
#include "fmt/json.h"
#include "gov/outside_report.h"
#include "gov/recompute.h"
#include "text/text.h"

static void print_text(struct yz_args *args, const struct yz_recount *r, const char *month)
{
	fprintf(args->out, "org\treceived\taccepted\tdecided\ton time\tyellow\tred\tscore\n");
	for (size_t i = 0; i < r->nrows; i++) {
		const struct yz_recount_row *o = &r->rows[i];
		const struct yz_figure *f = &o->counted;
		fprintf(args->out, "%.*s\t%lld\t%lld\t%lld\t%lld\t%lld\t%lld\t", YZ_P(o->org_name), (long long)f->received, (long long)f->accepted,
			(long long)f->decided, (long long)f->on_time, (long long)f->yellow, (long long)f->red);
		if (o->counted_score < 0)
			fprintf(args->out, "-\n");
		else
			fprintf(args->out, "%lld.%lld\n", (long long)(o->counted_score / 10), (long long)(o->counted_score % 10));
	}
	if (r->chain.len)
		fprintf(args->out, "ledger: %.*s\n", YZ_P(r->chain));
	for (size_t i = 0; i < r->ndifferences; i++) {
		const struct yz_recount_difference *d = &r->differences[i];
		fprintf(args->out, "%.*s: %.*s is %.*s, the ledger says %.*s\n", YZ_P(d->where), YZ_P(d->what), YZ_P(d->kept), YZ_P(d->counted));
	}
	if ((int64_t)r->ndifferences < r->different - (r->chain.len != 0))
		fprintf(args->out, "… and %lld more\n", (long long)r->different - (long long)r->ndifferences);
	fprintf(args->out, "%s: %lld entries, %lld cards, %lld records: %s\n", month, (long long)r->entries, (long long)r->cards, (long long)r->records,
		r->different ? "not equal" : "equal");
}

static void put_figure(struct yz_jw *w, const char *key, const struct yz_figure *f, int64_t score)
{
	yz_jw_key(w, key);
	yz_jw_object(w);
#define PUT(name) yz_jw_kint(w, #name, f->name);
	YZ_FIGURES(PUT)
#undef PUT
	if (score >= 0)
		yz_jw_kint(w, "score_tenths", score);
	yz_jw_end(w, '}');
}

static void print_json(struct yz_args *args, const struct yz_recount *r, const char *month)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_cmd_json_begin(args, &b, &w);
	yz_jw_object(&w);
	yz_jw_kz(&w, "month", month);
	yz_jw_kbool(&w, "equal", !r->different);
	yz_jw_kint(&w, "entries", r->entries);
	yz_jw_kint(&w, "cards", r->cards);
	yz_jw_kint(&w, "records", r->records);
	yz_jw_kstr(&w, "ledger", r->chain);
	yz_jw_key(&w, "orgs");
	yz_jw_array(&w);
	for (size_t i = 0; i < r->nrows; i++) {
		yz_jw_object(&w);
		yz_jw_kstr(&w, "org", r->rows[i].org);
		yz_jw_kstr(&w, "name", r->rows[i].org_name);
		put_figure(&w, "kept", &r->rows[i].kept, r->rows[i].kept_score);
		put_figure(&w, "ledger", &r->rows[i].counted, r->rows[i].counted_score);
		yz_jw_end(&w, '}');
	}
	yz_jw_end(&w, ']');
	yz_jw_kint(&w, "different", r->different);
	yz_jw_key(&w, "differences");
	yz_jw_array(&w);
	for (size_t i = 0; i < r->ndifferences; i++) {
		yz_jw_object(&w);
		yz_jw_kstr(&w, "where", r->differences[i].where);
		yz_jw_kstr(&w, "what", r->differences[i].what);
		yz_jw_kstr(&w, "kept", r->differences[i].kept);
		yz_jw_kstr(&w, "ledger", r->differences[i].counted);
		yz_jw_end(&w, '}');
	}
	yz_jw_end(&w, ']');
	yz_jw_end(&w, '}');
	yz_cmd_json(args, &b);
}

/* Status 1 where anything differs. */
int yz_cmd_supervise_recompute(struct yz_args *args)
{
	struct yz_err err = {0};
	struct yz_recount r;
	struct yz_period month;
	const char *wanted = yz_option(args, "month");
	if (args->argc != 1)
		return yz_cmd_usage(args, N_("请给出站点文件夹"));
	if (!wanted || !yz_period_parse(yz_str(wanted), &month) || month.kind != YZ_PERIOD_MONTH)
		return yz_cmd_usage(args, N_("请用 --month 给出哪个月，像 2026-11"));
	struct yz_conn *conn = yz_db_read(args->site->db, &err);
	bool good = conn && yz_recount(args->site, conn, args->arena, month, &r, &err);
	if (conn)
		yz_db_release(conn);
	if (!good)
		return yz_cmd_fail(args, &err);
	if (args->json)
		print_json(args, &r, wanted);
	else
		print_text(args, &r, wanted);
	return r.different ? 1 : 0;
}

/* ---- a file of a department's own system ---- */

static void report_json(struct yz_args *args, const struct yz_outside_report *r, bool done)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_cmd_json_begin(args, &b, &w);
	yz_jw_object(&w);
	yz_jw_kbool(&w, "done", done);
	yz_jw_kint(&w, "rows", (int64_t)r->rows);
	yz_jw_kint(&w, "taken", (int64_t)r->taken);
	yz_jw_kint(&w, "same", (int64_t)r->same);
	yz_jw_kint(&w, "refused", (int64_t)r->refused);
	yz_jw_key(&w, "findings");
	yz_jw_array(&w);
	for (size_t i = 0; i < r->findings.len; i++)
		yz_cmd_json_finding(&w, &r->findings.at[i]);
	yz_jw_end(&w, ']');
	yz_jw_end(&w, '}');
	yz_cmd_json(args, &b);
}

int yz_cmd_supervise_report(struct yz_args *args)
{
	struct yz_err err = {0};
	struct yz_outside_report r = {0};
	struct yz_str bytes;
	const char *system = yz_option(args, "system");
	if (args->argc != 2 || !system)
		return yz_cmd_usage(args, N_("请给出站点文件夹、文件和 --system"));
	if (!yz_args_read(args, args->argv[1], YZ_OUTSIDE_FILE, &bytes, &err))
		return yz_cmd_fail(args, &err);
	bool done = yz_outside_file(args->site, args->arena, args->lang, yz_str(system), bytes, &r, &err);
	if (args->json)
		report_json(args, &r, done);
	else {
		for (size_t i = 0; i < r.findings.len; i++)
			yz_cmd_print_finding(args, &r.findings.at[i], yz_printf(args->arena, "%d ", r.findings.at[i].row));
		fprintf(args->out, "%zu rows: %zu taken, %zu the same, %zu refused; %zu errors, %zu warnings\n", r.rows, r.taken, r.same, r.refused,
			r.findings.errors, r.findings.warnings);
	}
	if (!done)
		return yz_cmd_fail(args, &err);
	return r.findings.errors ? 1 : 0;
}
