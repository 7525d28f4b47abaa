/* cmd/match.c - the register of enterprises, and who qualifies: yizhan enterprise import, yizhan match.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/cmd.h"

#include "db/db.h"
#include "fmt/json.h"
#include "gov/enterprise.h"
#include "gov/match.h"
#include "gov/site.h"
#include "text/text.h"

static void report_json(struct yz_args *args, bool ok, const struct yz_enterprise_report *r)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_cmd_json_begin(args, &b, &w);
	yz_jw_object(&w);
	yz_jw_kbool(&w, "done", ok);
	yz_jw_kint(&w, "rows", (int64_t)r->rows);
	yz_jw_kint(&w, "added", (int64_t)r->added);
	yz_jw_kint(&w, "changed", (int64_t)r->changed);
	yz_jw_kint(&w, "same", (int64_t)r->same);
	yz_jw_kint(&w, "left_out", (int64_t)r->left_out);
	yz_jw_kint(&w, "bad_codes", (int64_t)r->bad_codes);
	yz_jw_key(&w, "findings");
	yz_jw_array(&w);
	for (size_t i = 0; i < r->findings.len; i++) {
		const struct yz_finding *f = &r->findings.at[i];
		yz_jw_object(&w);
		yz_jw_kbool(&w, "error", f->error);
		yz_jw_kint(&w, "row", f->row);
		yz_jw_kstr(&w, "field", f->field);
		yz_jw_kstr(&w, "value", f->value);
		yz_jw_kstr(&w, "reason", f->reason);
		yz_jw_end(&w, '}');
	}
	yz_jw_end(&w, ']');
	yz_jw_end(&w, '}');
	yz_cmd_json(args, &b);
}

static void report_text(struct yz_args *args, const struct yz_enterprise_report *r)
{
	for (size_t i = 0; i < r->findings.len; i++) {
		const struct yz_finding *f = &r->findings.at[i];
		fprintf(args->out, "%s\t%d\t%.*s\t%.*s\t%.*s\n", f->error ? "error" : "warning", f->row, YZ_P(f->field), YZ_P(f->value),
			YZ_P(f->reason));
	}
	fprintf(args->out, "%zu rows: %zu added, %zu changed, %zu the same, %zu left out; %zu errors, %zu warnings; %zu codes at fault\n",
		r->rows, r->added, r->changed, r->same, r->left_out, r->findings.errors, r->findings.warnings, r->bad_codes);
}

int yz_cmd_enterprise_import(struct yz_args *args)
{
	if (args->argc != 2)
		return yz_cmd_usage(args, N_("请给出站点文件夹和要导入的文件"));
	struct yz_err err = {0};
	struct yz_str map = {0}, bytes;
	const char *map_file = yz_option(args, "map");
	if ((map_file && !yz_args_read(args, map_file, 1 << 20, &map, &err)) ||
	    !yz_args_read(args, args->argv[1], YZ_ENTERPRISE_BYTES, &bytes, &err))
		return yz_cmd_fail(args, &err);
	const struct yz_enterprise_options options = {.bytes = bytes, .file_name = yz_str(args->argv[1]), .map = map.len ? map.ptr : NULL,
						      .strict = yz_option(args, "strict") != NULL, .lang = args->lang};
	struct yz_enterprise_report r = {0};
	bool ok = yz_enterprise_import(args->site, args->arena, &options, &r, &err);
	if (args->json)
		report_json(args, ok, &r);
	else
		report_text(args, &r);
	if (!ok)
		return yz_cmd_fail(args, &err);
	return r.findings.errors ? 1 : 0;
}

/* ---- match ---- */

static bool list_counts(struct yz_args *args, struct yz_conn *conn, struct yz_jw *w, struct yz_err *err)
{
	struct yz_policy *all;
	size_t n = yz_policy_all(conn, args->arena, &all, err);
	for (size_t i = 0; i < n; i++) {
		struct yz_match_counts c;
		if (!yz_match_count(args->site, all[i].key, &c))
			continue;
		if (args->json) {
			yz_jw_object(w);
			yz_jw_kstr(w, "policy", all[i].key);
			yz_jw_kstr(w, "name", all[i].text.name);
			yz_jw_kint(w, "subjects", (int64_t)c.subjects);
			yz_jw_kint(w, "match", (int64_t)c.yes);
			yz_jw_kint(w, "near", (int64_t)c.near);
			yz_jw_end(w, '}');
		} else {
			fprintf(args->out, "%.*s\t%zu\t%zu\t%zu\t%.*s\n", YZ_P(all[i].key), c.subjects, c.yes, c.near, YZ_P(all[i].text.name));
		}
	}
	return !err->code;
}

static void print_pair(struct yz_args *args, const struct yz_subject *s, const struct yz_match_pair *pair, struct yz_jw *w)
{
	if (args->json) {
		yz_jw_object(w);
		yz_jw_kstr(w, "name", s->name);
		yz_jw_kstr(w, "code", s->legal ? s->code : YZ_LIT(""));
		yz_jw_kstr(w, "amount", pair->amount);
		yz_jw_key(w, "short");
		yz_jw_array(w);
		for (size_t i = 0; i < pair->nshorts; i++) {
			yz_jw_object(w);
			yz_jw_kstr(w, "fact", pair->shorts[i].fact);
			yz_jw_kstr(w, "needs", pair->shorts[i].needs);
			yz_jw_kstr(w, "is", pair->shorts[i].is);
			yz_jw_kstr(w, "by", pair->shorts[i].by);
			yz_jw_end(w, '}');
		}
		yz_jw_end(w, ']');
		yz_jw_end(w, '}');
		return;
	}
	fprintf(args->out, "%.*s\t%.*s\t%.*s", YZ_P(s->legal ? s->code : YZ_LIT("")), YZ_P(s->name), YZ_P(pair->amount));
	for (size_t i = 0; i < pair->nshorts; i++) {
		const struct yz_match_short *k = &pair->shorts[i];
		fprintf(args->out, "\t%.*s %.*s: %.*s%s%.*s", YZ_P(k->fact), YZ_P(k->needs), YZ_P(k->is.len ? k->is : YZ_LIT("?")),
			k->by.len ? (k->less ? " -" : " +") : "", YZ_P(k->by));
	}
	fputc('\n', args->out);
}

static bool list_one(struct yz_args *args, struct yz_conn *conn, struct yz_jw *w, struct yz_err *err)
{
	struct yz_policy *p = yz_policy_load(conn, args->arena, yz_str(args->argv[1]), err);
	if (!p)
		return false;
	enum yz_match state = yz_option(args, "near") ? YZ_MATCH_NEAR : YZ_MATCH_YES;
	struct yz_match_counts c;
	yz_match_count(args->site, p->key, &c);
	int64_t *ids;
	size_t n = yz_match_subjects(args->site, args->arena, p->key, state, 0, state == YZ_MATCH_YES ? c.yes : c.near, &ids);
	struct yz_arena *scratch = yz_arena_create(0);
	for (size_t i = 0; i < n && !err->code; i++) {
		struct yz_match_pair pair;
		struct yz_subject *s = yz_subject_load(args->site, conn, scratch, yz_str_eqz(p->text.whom, "legal"), ids[i], err);
		if (s && yz_match_pair(args->site, scratch, p->key, s, false, args->lang, &pair, err))
			print_pair(args, s, &pair, w);
		yz_arena_reset(scratch);
	}
	yz_arena_destroy(scratch);
	return !err->code;
}

int yz_cmd_match(struct yz_args *args)
{
	struct yz_err err = {0};
	struct yz_buf b;
	struct yz_jw w;
	if (args->argc < 1 || args->argc > 2)
		return yz_cmd_usage(args, N_("请给出站点文件夹，可以再给一项政策"));
	yz_cmd_json_begin(args, &b, &w);
	yz_jw_array(&w);
	struct yz_conn *conn = yz_db_read(args->site->db, &err);
	bool ok = conn && yz_match_refresh(args->site, conn, &err) &&
		  (args->argc == 2 ? list_one(args, conn, &w, &err) : list_counts(args, conn, &w, &err));
	if (conn)
		yz_db_release(conn);
	yz_jw_end(&w, ']');
	if (ok && args->json)
		yz_cmd_json(args, &b);
	return ok ? 0 : yz_cmd_fail(args, &err);
}
