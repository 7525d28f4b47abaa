/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include "fmt/json.h"
#include "gov/catalogue.h"
#include "gov/item.h"
#include "gov/site.h"
#include "pack/pack.h"
#include "text/text.h"

enum { ITEMS_MOST = 256 << 20 }; /* bytes of a file of items */

void yz_cmd_json_finding(struct yz_jw *w, const struct yz_finding *f)
{
	yz_jw_object(w);
	yz_jw_kbool(w, "error", f->error);
	yz_jw_kint(w, "row", f->row);
	yz_jw_kstr(w, "rule", f->rule);
	yz_jw_kstr(w, "field", f->field);
	yz_jw_kstr(w, "value", f->value);
	yz_jw_kstr(w, "reason", f->reason);
	yz_jw_end(w, '}');
}

void yz_cmd_print_finding(const struct yz_args *args, const struct yz_finding *f, const char *code)
{
	fprintf(args->out, "%s\t%s%.*s\t%.*s\t%.*s\t%.*s\n", f->error ? "error" : "warning", code, f->row ? 0 : (int)f->rule.len, f->rule.ptr ? f->rule.ptr : "",
	       YZ_P(f->field), YZ_P(f->value), YZ_P(f->reason));
}

static void tell(void *ctx, size_t done, size_t all)
{
	const struct yz_args *args = ctx;
	if (args->terminal && (done % 100 == 0 || done == all))
		fprintf(args->err, "\r%zu / %zu%s", done, all, done == all ? "\n" : "");
}

int yz_cmd_item_import(struct yz_args *args)
{
	if (args->argc != 2)
		return yz_cmd_usage(args, N_("请给出站点文件夹和要导入的文件"));
	struct yz_err err = {0};
	struct yz_str map = {0}, bytes;
	const char *map_file = yz_option(args, "map");
	if ((map_file && !yz_args_read(args, map_file, 1 << 20, &map, &err)) ||
	    !yz_args_read(args, args->argv[1], ITEMS_MOST, &bytes, &err))
		return yz_cmd_fail(args, &err);
	const struct yz_import_options options = {.bytes = bytes, .file_name = yz_str(args->argv[1]), .map = map.len ? map.ptr : NULL,
						  .strict = yz_option(args, "strict") != NULL, .lang = "zh-CN", .progress = tell,
						  .progress_ctx = args};
	struct yz_import_report r = {0};
	bool ok = yz_item_import(args->site, args->arena, &options, &r, &err);
	if (args->json) {
		struct yz_buf b;
		struct yz_jw w;
		yz_cmd_json_begin(args, &b, &w);
		yz_jw_object(&w);
		yz_jw_kbool(&w, "done", ok);
		yz_jw_kint(&w, "rows", (int64_t)r.rows);
		yz_jw_kint(&w, "added", (int64_t)r.added);
		yz_jw_kint(&w, "changed", (int64_t)r.changed);
		yz_jw_kint(&w, "same", (int64_t)r.same);
		yz_jw_kint(&w, "left_out", (int64_t)r.left_out);
		yz_jw_key(&w, "findings");
		yz_jw_array(&w);
		for (size_t i = 0; i < r.findings.len; i++)
			yz_cmd_json_finding(&w, &r.findings.at[i]);
		yz_jw_end(&w, ']');
		yz_jw_end(&w, '}');
		yz_cmd_json(args, &b);
	} else {
		for (size_t i = 0; i < r.findings.len; i++)
			yz_cmd_print_finding(args, &r.findings.at[i], yz_printf(args->arena, "%d ", r.findings.at[i].row));
		fprintf(args->out, "%zu rows: %zu added, %zu changed, %zu the same, %zu left out; %zu errors, %zu warnings\n", r.rows, r.added, r.changed,
		       r.same, r.left_out, r.findings.errors, r.findings.warnings);
	}
	if (!ok)
		return yz_cmd_fail(args, &err);
	return r.findings.errors ? 1 : 0;
}

int yz_cmd_item_search(struct yz_args *args)
{
	if (args->argc < 2)
		return yz_cmd_usage(args, N_("请给出站点文件夹和要找的话"));
	long long limit;
	if (!yz_option_int(args, "limit", 10, 1, 1000, &limit))
		return 2;
	struct yz_buf words;
	yz_buf_init(&words, args->arena, 4096);
	for (int i = 1; i < args->argc; i++)
		yz_buf_printf(&words, "%s%s", i > 1 ? " " : "", args->argv[i]);
	const struct yz_find q = {.words = yz_buf_str(&words), .limit = (size_t)limit};
	const struct yz_catalogue *c = yz_site_catalogue(args->site);
	struct yz_found *hits;
	size_t total, n = yz_catalogue_search(c, args->arena, &q, &hits, &total);
	if (args->json) {
		struct yz_buf b;
		struct yz_jw w;
		yz_cmd_json_begin(args, &b, &w);
		yz_jw_array(&w);
		for (size_t i = 0; i < n; i++) {
			yz_jw_object(&w);
			yz_jw_kstr(&w, "code", hits[i].item->code);
			yz_jw_kstr(&w, "name", hits[i].item->name);
			yz_jw_kstr(&w, "department", hits[i].item->org_name);
			yz_jw_kint(&w, "score", hits[i].score);
			yz_jw_end(&w, '}');
		}
		yz_jw_end(&w, ']');
		yz_cmd_json(args, &b);
	} else {
		for (size_t i = 0; i < n; i++)
			fprintf(args->out, "%.*s\t%.*s\n", YZ_P(hits[i].item->code), YZ_P(hits[i].item->name));
	}
	yz_site_catalogue_release(args->site, c);
	return 0;
}

static int with_item(struct yz_args *args, int (*show)(struct yz_args *args, struct yz_site *site, struct yz_conn *conn))
{
	struct yz_err err = {0};
	struct yz_conn *conn = yz_db_read(args->site->db, &err);
	if (!conn)
		return yz_cmd_fail(args, &err);
	int status = show(args, args->site, conn);
	yz_db_release(conn);
	return status;
}

static int show_item(struct yz_args *args, struct yz_site *site, struct yz_conn *conn)
{
	struct yz_err err = {0};
	struct yz_item *item = yz_item_at(site, conn, args->arena, yz_str(args->argv[1]), yz_site_now(site), &err);
	if (!item)
		return yz_cmd_fail(args, &err);
	struct yz_buf b;
	yz_buf_init(&b, args->arena, 16 << 20);
	if (args->json) {
		yz_json_canonical(&b, item->body);
		yz_cmd_json(args, &b);
		return 0;
	}
	struct yz_item *versions;
	size_t n = yz_item_versions(site, conn, args->arena, item->code, &versions, &err);
	fprintf(args->out, "%.*s\n%.*s  %.*s\n", YZ_P(item->name), YZ_P(item->code), YZ_P(item->org_name));
	for (size_t i = 0; i < n; i++)
		fprintf(args->out, "version %lld  %.*s\n", (long long)versions[i].version, YZ_P(versions[i].state));
	for (int e = 0; e < YZ_ELEMENTS; e++) {
		const struct yz_json *v = yz_json_get(item->body, yz_elements[e].key);
		if (!v)
			continue;
		struct yz_buf one;
		yz_buf_init(&one, args->arena, 1 << 20);
		if (v->type == YZ_JSON_STRING)
			yz_buf_adds(&one, v->text);
		else
			yz_json_canonical(&one, v);
		fprintf(args->out, "%-3s %s\t%.*s\n", yz_elements[e].numbers, yz_elements[e].title, YZ_P(yz_buf_str(&one)));
	}
	return 0;
}

int yz_cmd_item_show(struct yz_args *args)
{
	return args->argc == 2 ? with_item(args, show_item) : yz_cmd_usage(args, N_("请给出站点文件夹和事项编码"));
}

/* rate: in tenths of a percent; negative: no item says how often one has to come. */
static void say_rate(struct yz_args *args, size_t checked, size_t errors, size_t warnings, int rate)
{
	fprintf(args->out, "%zu items: %zu errors, %zu warnings; R9 ", checked, errors, warnings);
	if (rate < 0)
		fputs("–\n", args->out);
	else
		fprintf(args->out, "%.1f%%\n", rate / 10.0);
}

static int check_items(struct yz_args *args, struct yz_site *site, struct yz_conn *conn)
{
	struct yz_err err = {0};
	const struct yz_catalogue *c = yz_site_catalogue(site);
	size_t errors = 0, warnings = 0, checked = 0;
	struct yz_buf b;
	struct yz_jw w;
	yz_cmd_json_begin(args, &b, &w);
	yz_jw_array(&w);
	for (size_t i = 0; i < c->nitems; i++) {
		if (args->argc > 1 && !yz_str_eqz(c->items[i].code, args->argv[1]) && !yz_str_eqz(c->items[i].key, args->argv[1]))
			continue;
		struct yz_item *item = yz_item_by_id(site, conn, args->arena, c->items[i].id, &err);
		if (!item) {
			yz_site_catalogue_release(site, c);
			return yz_cmd_fail(args, &err);
		}
		struct yz_findings found = {0};
		yz_item_check(args->arena, item->body, "zh-CN", &found);
		checked++;
		for (size_t k = 0; k < found.len; k++) {
			errors += found.at[k].error;
			warnings += !found.at[k].error;
			if (args->json)
				yz_cmd_json_finding(&w, &found.at[k]);
			else
				yz_cmd_print_finding(args, &found.at[k], yz_printf(args->arena, "%.*s ", YZ_P(item->code)));
		}
	}
	yz_jw_end(&w, ']');
	yz_site_catalogue_release(site, c);
	if (args->json)
		yz_cmd_json(args, &b);
	else
		say_rate(args, checked, errors, warnings, yz_item_once_rate(site, conn));
	return errors ? 1 : 0;
}

int yz_cmd_item_check(struct yz_args *args)
{
	return args->argc == 1 || args->argc == 2 ? with_item(args, check_items) : yz_cmd_usage(args, N_("请给出站点文件夹"));
}

static void json_findings(struct yz_args *args, const struct yz_pack *pack)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_cmd_json_begin(args, &b, &w);
	yz_jw_array(&w);
	for (size_t i = 0; i < pack->nfindings; i++) {
		const struct yz_pack_finding *f = &pack->findings[i];
		yz_jw_object(&w);
		yz_jw_kbool(&w, "error", f->error);
		yz_jw_kstr(&w, "file", f->file);
		yz_jw_kint(&w, "line", f->line);
		yz_jw_kstr(&w, "what", f->what);
		yz_jw_kstr(&w, "mend", f->mend);
		yz_jw_kstr(&w, "what_zh", f->zh.what);
		yz_jw_kstr(&w, "mend_zh", f->zh.mend);
		yz_jw_end(&w, '}');
	}
	yz_jw_end(&w, ']');
	yz_cmd_json(args, &b);
}

int yz_cmd_pack_check(struct yz_args *args)
{
	const char *lang = yz_option(args, "lang");
	if (args->argc != 1)
		return yz_cmd_usage(args, N_("请给出应用包文件夹"));
	if (lang && !yz_lang_parse(yz_str(lang), &args->lang))
		return yz_cmd_usage(args, N_("--lang 请写 zh 或者 en"));
	struct yz_err err = {0};
	struct yz_pack *pack = yz_pack_load(args->arena, args->argv[0], &err);
	if (!pack)
		return yz_cmd_fail(args, &err);
	if (args->json)
		json_findings(args, pack);
	const bool zh = args->lang != YZ_LANG_EN;
	for (size_t i = 0; i < pack->nfindings && !args->json; i++) {
		const struct yz_pack_finding *f = &pack->findings[i];
		fprintf(args->out, "%s\t%.*s:%u\t%.*s\t%.*s\n", f->error ? T(args->lang, "错误") : T(args->lang, "警告"), YZ_P(f->file), f->line,
			YZ_P(yz_pack_finding_what(f, zh)), YZ_P(yz_pack_finding_mend(f, zh)));
	}
	if (!args->json)
		fprintf(args->out, T(args->lang, "%.*s %.*s：事项 %zu 个，表单 %zu 张，流程 %zu 个；错误 %zu 处，警告 %zu 处\n"), YZ_P(pack->key),
			YZ_P(pack->version), pack->items.len, pack->forms.len, pack->processes.len, pack->nerrors,
			pack->nfindings - pack->nerrors);
	return pack->nerrors ? 1 : 0;
}
