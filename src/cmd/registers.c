/* cmd/registers.c - registers: yizhan register import, show, export, compare.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/cmd.h"

#include "bpmn/bpmn.h"
#include "db/db.h"
#include "fmt/json.h"
#include "gov/register.h"
#include "gov/site.h"
#include "text/text.h"

enum { EXPORT_BYTES = 512 << 20 };

/* ---- import ---- */

static void report_json(struct yz_args *args, bool ok, const struct yz_record_report *r)
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
	yz_jw_kint(&w, "ended", (int64_t)r->ended);
	yz_jw_kint(&w, "left_out", (int64_t)r->left_out);
	yz_jw_key(&w, "findings");
	yz_jw_array(&w);
	for (size_t i = 0; i < r->nfindings; i++) {
		const struct yz_record_finding *f = &r->findings[i];
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

static void report_text(struct yz_args *args, const struct yz_record_report *r)
{
	for (size_t i = 0; i < r->nfindings; i++) {
		const struct yz_record_finding *f = &r->findings[i];
		fprintf(args->out, "%s\t%d\t%.*s\t%.*s\t%.*s\n", f->error ? "error" : "warning", f->row, YZ_P(f->field), YZ_P(f->value),
			YZ_P(f->reason));
	}
	fprintf(args->out, "%zu rows: %zu added, %zu changed, %zu the same, %zu ended, %zu left out; %zu errors, %zu warnings\n", r->rows,
		r->added, r->changed, r->same, r->ended, r->left_out, r->errors, r->warnings);
}

int yz_cmd_register_import(struct yz_args *args)
{
	if (args->argc != 3)
		return yz_cmd_usage(args, N_("请给出站点文件夹、库的名字和要导入的文件"));
	struct yz_err err = {0};
	struct yz_str map = {0}, bytes;
	const char *map_file = yz_option(args, "map");
	if ((map_file && !yz_args_read(args, map_file, 1 << 20, &map, &err)) ||
	    !yz_args_read(args, args->argv[2], YZ_RECORD_BYTES, &bytes, &err))
		return yz_cmd_fail(args, &err);
	const struct yz_record_options options = {.bytes = bytes, .file_name = yz_str(args->argv[2]), .map = map.len ? map.ptr : NULL,
						  .strict = yz_option(args, "strict") != NULL, .whole = yz_option(args, "whole") != NULL,
						  .lang = args->lang};
	struct yz_record_report r = {0};
	bool ok = yz_site_register_import(args->site, args->arena, NULL, yz_str(args->argv[1]), &options, &r, &err);
	if (args->json)
		report_json(args, ok, &r);
	else
		report_text(args, &r);
	if (!ok)
		return yz_cmd_fail(args, &err);
	return r.errors ? 1 : 0;
}

/* ---- show ---- */

static bool list_all(struct yz_args *args, struct yz_conn *conn, struct yz_err *err)
{
	size_t n;
	struct yz_register_row *rows = yz_register_list(conn, args->arena, &n, err);
	for (size_t i = 0; rows && i < n; i++)
		fprintf(args->out, "%.*s\t%lld\t%.*s\t%.*s\n", YZ_P(rows[i].key), (long long)rows[i].records, YZ_P(rows[i].org), YZ_P(rows[i].name));
	return rows != NULL;
}

static bool list_fields(struct yz_args *args, struct yz_conn *conn, struct yz_err *err)
{
	const struct yz_register *g = yz_register_load(conn, args->arena, yz_str(args->argv[1]), err);
	if (!g)
		return false;
	fprintf(args->out, "%.*s\t%.*s\t%.*s\n", YZ_P(g->name), YZ_P(g->org), YZ_P(g->source));
	for (size_t i = 0; i < g->nfields; i++) {
		const struct yz_reg_field *f = &g->fields[i];
		fprintf(args->out, "  %.*s\t%s%s%s%s\n", YZ_P(f->name), yz_reg_type_key(f->type), f->required ? " required" : "",
			f->is_private ? " private" : "", f->find ? " find" : "");
	}
	return true;
}

static void print_record(struct yz_args *args, const struct yz_register *g, const struct yz_record *k)
{
	char at[32];
	if (!args->json) {
		fprintf(args->out, "%lld\t%lld\t%s\t%.*s:%lld\n", (long long)k->id, (long long)k->version,
			yz_instant_local(k->from, args->site->offset, at), YZ_P(k->file), (long long)k->row);
		for (size_t i = 0; i < g->nfields; i++)
			if (k->values[i].len)
				fprintf(args->out, "  %.*s\t%.*s\n", YZ_P(g->fields[i].name),
					YZ_P(yz_record_show(args->arena, &g->fields[i], k->values[i], true)));
		return;
	}
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, args->arena, 4 << 20);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_jw_kint(&w, "id", k->id);
	yz_jw_kint(&w, "version", k->version);
	yz_jw_kz(&w, "from", yz_instant_print(k->from, at));
	yz_jw_kstr(&w, "file", k->file);
	yz_jw_kint(&w, "row", k->row);
	yz_jw_key(&w, "values");
	yz_jw_object(&w);
	for (size_t i = 0; i < g->nfields; i++)
		if (k->values[i].len) {
			yz_jw_keys(&w, g->fields[i].name);
			yz_jw_str(&w, k->values[i]);
		}
	yz_jw_end(&w, '}');
	yz_jw_end(&w, '}');
	yz_cmd_json(args, &b);
}

static bool show_records(struct yz_args *args, struct yz_err *err)
{
	const char *field = yz_option(args, "field"), *purpose = yz_option(args, "purpose");
	struct yz_register_look look = {.reg = yz_str(args->argv[1]), .field = yz_str(field), .value = yz_str(args->argv[2]),
					.purpose = yz_str(purpose)};
	if (!yz_site_register_look(args->site, args->arena, NULL, &look, err))
		return false;
	for (size_t i = 0; i < look.found.len; i++)
		print_record(args, look.g, &look.found.at[i]);
	return look.found.len || yz_fail(err, YZ_NOT_FOUND, "no record of %s has this value", args->argv[1]);
}

int yz_cmd_register_show(struct yz_args *args)
{
	if (args->argc < 1 || args->argc > 3)
		return yz_cmd_usage(args, N_("请给出站点文件夹；再给库的名字看字段，再给一个号码看记录"));
	if (args->argc == 3 && !yz_option(args, "purpose"))
		return yz_cmd_usage(args, N_("查一个人的记录要写明为了什么：--purpose"));
	struct yz_err err = {0};
	if (args->argc == 3)
		return show_records(args, &err) ? 0 : yz_cmd_fail(args, &err);
	struct yz_conn *conn = yz_db_read_in(args->site->db, args->arena, &err);
	bool good = conn && (args->argc == 1 ? list_all(args, conn, &err) : list_fields(args, conn, &err));
	yz_db_release(conn);
	return good ? 0 : yz_cmd_fail(args, &err);
}

int yz_cmd_register_export(struct yz_args *args)
{
	if (args->argc != 2)
		return yz_cmd_usage(args, N_("请给出站点文件夹和库的名字"));
	struct yz_err err = {0};
	struct yz_buf b;
	size_t n = 0;
	const struct yz_record_env env = yz_register_env(args->site, NULL);
	struct yz_conn *conn = yz_db_read_in(args->site->db, args->arena, &err);
	const struct yz_register *g = conn ? yz_register_load(conn, args->arena, yz_str(args->argv[1]), &err) : NULL;
	yz_buf_init(&b, args->arena, EXPORT_BYTES);
	bool good = g && yz_record_export(conn, args->arena, &env, g, yz_option(args, "open") != NULL, &b, &n, &err);
	yz_db_release(conn);
	if (!good || (yz_option(args, "open") && !yz_site_register_exported(args->site, g, n, &err)))
		return yz_cmd_fail(args, &err);
	fwrite(b.ptr, 1, b.len, args->out);
	return 0;
}

/* ---- compare ---- */

static void print_doubt(struct yz_args *args, const struct yz_doubt *d, struct yz_jw *w)
{
	if (!args->json) {
		fprintf(args->out, "%s\t%.*s\t%.*s\t%.*s: %.*s\t%.*s\n", yz_severity_name(d->severity), YZ_P(d->rule), YZ_P(d->reg),
			YZ_P(d->field), YZ_P(d->value), YZ_P(d->text));
		return;
	}
	yz_jw_object(w);
	yz_jw_kstr(w, "rule", d->rule);
	yz_jw_kstr(w, "register", d->reg);
	yz_jw_kint(w, "record", d->record);
	yz_jw_kstr(w, "field", d->field);
	yz_jw_kstr(w, "value", d->value);
	yz_jw_kz(w, "severity", yz_severity_name(d->severity));
	yz_jw_kstr(w, "text", d->text);
	yz_jw_end(w, '}');
}

/* Tries a comparison; whose records were read sees it. */
int yz_cmd_register_compare(struct yz_args *args)
{
	const char *facts = yz_option(args, "facts"), *org = yz_option(args, "org");
	if (args->argc != 2 || !facts || !org)
		return yz_cmd_usage(args, N_("请给出站点文件夹、比对规则、--org 部门和 --facts 事实"));
	struct yz_err err = {0};
	const struct yz_json *json = yz_json_read(args->arena, yz_str(facts), NULL, &err);
	struct yz_compared out;
	struct yz_buf b;
	struct yz_jw w;
	if (!json)
		return yz_cmd_fail(args, &err);
	const struct yz_compare_asked asked = {.comparison = yz_str(args->argv[1]), .org = yz_str(org),
					       .facts = yz_bpmn_value_read(args->arena, json)};
	if (!yz_site_register_compare(args->site, args->arena, NULL, &asked, &out, &err))
		return yz_cmd_fail(args, &err);
	yz_buf_init(&b, args->arena, 4 << 20);
	yz_jw_init(&w, &b);
	yz_jw_array(&w);
	for (size_t i = 0; i < out.ndoubts; i++)
		print_doubt(args, &out.doubts[i], &w);
	yz_jw_end(&w, ']');
	if (args->json)
		yz_cmd_json(args, &b);
	else
		fprintf(args->out, "%zu doubts, %zu records read\n", out.ndoubts, out.npulls);
	return 0;
}
