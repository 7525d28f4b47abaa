/* What an application needs, asked and listed: yizhan guide.  SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include "db/db.h"
#include "fmt/json.h"
#include "gov/guide.h"
#include "gov/site.h"

enum { OUTPUT_MOST = 16 << 20 };

/* FACT=VALUE as its fact takes it: JSON where it reads so (12.5, true, ["a"]), else the words themselves. */
static bool put_answer(struct yz_args *args, struct yz_json *facts, const char *given)
{
	struct yz_str value = yz_str(given), fact;
	struct yz_err not_json = {0};
	if (yz_str_find(value, YZ_LIT("="), 0) == SIZE_MAX || !yz_str_cut(&value, '=', &fact) || !yz_str_trim(fact).len)
		return false;
	const struct yz_json *json = yz_json_read(args->arena, yz_str_trim(value), NULL, &not_json);
	if (yz_str_eqz(yz_str_trim(value), "是") || yz_str_eqz(yz_str_trim(value), "否"))
		json = yz_json_new_bool(args->arena, yz_str_eqz(yz_str_trim(value), "是"));
	yz_json_put(args->arena, facts, yz_str_trim(fact), json ? json : yz_json_new_str(args->arena, yz_str_trim(value)));
	return true;
}

static bool read_facts(struct yz_args *args, struct yz_json *facts, bool *usage, struct yz_err *err)
{
	const char *known = yz_option(args, "known");
	const struct yz_json *told = known ? yz_json_read(args->arena, yz_str(known), NULL, err) : NULL;
	if (known && !yz_json_is(told, YZ_JSON_OBJECT))
		return err->code ? false : yz_fail(err, YZ_SYNTAX, "--known takes a JSON object");
	for (size_t i = 0; i < yz_json_len(told); i++)
		yz_json_put(args->arena, facts, told->members[i].key, told->members[i].value);
	for (int i = 0; i < args->noptions; i++)
		if (yz_str_eqz(yz_str(args->options[i].name), "answer") && !put_answer(args, facts, args->options[i].value))
			return (*usage = true, false);
	return true;
}

int yz_cmd_guide(struct yz_args *args)
{
	struct yz_json *facts = yz_json_new_object(args->arena);
	struct yz_err err = {0};
	struct yz_buf out;
	bool usage = false;
	if (args->argc != 2)
		return yz_cmd_usage(args, N_("请给出站点的文件夹和事项（编码或者键）"));
	if (!read_facts(args, facts, &usage, &err))
		return usage ? yz_cmd_usage(args, N_("回答要写成 事实=答案")) : yz_cmd_fail(args, &err);
	struct yz_conn *conn = yz_db_read(args->site->db, &err);
	const struct yz_guide *g = conn ? yz_guide_of(args->site, conn, args->arena, yz_str(args->argv[1]), facts, NULL, args->lang, &err)
					: NULL;
	yz_buf_init(&out, args->arena, OUTPUT_MOST);
	if (g && args->json) {
		yz_guide_json(g, &out);
		yz_buf_addc(&out, '\n');
	} else if (g) {
		yz_guide_text(g, args->lang, &out);
	}
	if (conn)
		yz_db_release(conn);
	if (!g)
		return yz_cmd_fail(args, &err);
	fprintf(args->out, "%.*s", YZ_P(yz_buf_str(&out)));
	return 0;
}
