/* cmd/monitors.c - what supervision watches: yizhan monitor list, set.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/cmd.h"

#include "fmt/json.h"
#include "gov/monitor.h"
#include "text/text.h"

static struct yz_str number(struct yz_arena *a, struct yz_dec d)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 128);
	yz_buf_add_dec(&b, d);
	return yz_buf_str(&b);
}

static void as_json(struct yz_args *args, const struct yz_armed *all, size_t n)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_cmd_json_begin(args, &b, &w);
	yz_jw_array(&w);
	for (size_t i = 0; i < n; i++) {
		const struct yz_monitor *m = all[i].m;
		yz_jw_object(&w);
		yz_jw_kstr(&w, "key", m->key);
		yz_jw_kstr(&w, "name", m->name);
		yz_jw_kz(&w, "version", m->digest);
		yz_jw_kz(&w, "watches", yz_watched_name(m->watches));
		yz_jw_kz(&w, "level", yz_card_level_name(m->level));
		yz_jw_kint(&w, "tenths", m->points);
		yz_jw_key(&w, "settings");
		yz_jw_object(&w);
		for (size_t k = 0; k < m->nsettings; k++) {
			yz_jw_keys(&w, m->settings[k].key);
			yz_jw_raw(&w, number(args->arena, all[i].values[k]));
		}
		yz_jw_end(&w, '}');
		yz_jw_end(&w, '}');
	}
	yz_jw_end(&w, ']');
	yz_cmd_json(args, &b);
}

int yz_cmd_monitor_list(struct yz_args *args)
{
	size_t n;
	if (args->argc != 1)
		return yz_cmd_usage(args, N_("请给出站点文件夹"));
	const struct yz_armed *all = yz_monitor_list(args->site, args->arena, &n);
	if (args->json) {
		as_json(args, all, n);
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		const struct yz_monitor *m = all[i].m;
		fprintf(args->out, "%.*s\t%s\t%s\t%.*s\n", YZ_P(m->key), yz_watched_name(m->watches), yz_card_level_name(m->level), YZ_P(m->name));
		for (size_t k = 0; k < m->nsettings; k++) {
			const struct yz_monitor_setting *s = &m->settings[k];
			fprintf(args->out, "\t%.*s = %.*s (%.*s – %.*s)\t%.*s\n", YZ_P(s->key), YZ_P(number(args->arena, all[i].values[k])),
				YZ_P(number(args->arena, s->least)), YZ_P(number(args->arena, s->most)), YZ_P(s->note));
		}
	}
	return 0;
}

int yz_cmd_monitor_set(struct yz_args *args)
{
	struct yz_err err = {0};
	if (args->argc != 4)
		return yz_cmd_usage(args, N_("请给出站点文件夹、规则、数的名称和新的数；写 \"\" 恢复应用包里的"));
	return yz_monitor_set(args->site, NULL, yz_str(args->argv[1]), yz_str(args->argv[2]), yz_str(args->argv[3]), &err)
		       ? 0
		       : yz_cmd_fail(args, &err);
}
