/* cmd/simulate.c - a process, an item or a rule tried before it is published.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/cmd.h"

#include "gov/simulate.h"
#include "gov/site.h"

#include <math.h>

enum { RUNS = 10, CSV_MOST = 64 << 20, WIDE = 62 };

static bool told(void *ctx, size_t done, size_t all)
{
	struct yz_args *args = ctx;
	if (args->terminal)
		fprintf(args->err, "\r%zu / %zu%s", done, all, done == all ? "\r" : "");
	return !yz_args_gone(args);
}

static bool read_files(struct yz_args *args, struct yz_simulate_options *o, struct yz_err *err)
{
	const struct {
		const char *name;
		size_t most;
		struct yz_str *to;
	} files[] = {{"process", YZ_SIMULATE_MODEL, &o->process}, {"rule", YZ_SIMULATE_MODEL, &o->rule}, {"settings", YZ_SIMULATE_SETTINGS, &o->settings}};
	for (size_t i = 0; i < 3; i++)
		if (yz_option(args, files[i].name) && !yz_args_read(args, yz_option(args, files[i].name), files[i].most, files[i].to, err))
			return false;
	return true;
}

/* ---- as text ---- */

/* Columns stand under one another though a Chinese character is two wide. */
static void padded(FILE *f, const char *s, int width)
{
	int w = 0;
	for (const unsigned char *p = (const unsigned char *)s; *p; p++)
		w += (*p & 0xC0) == 0x80 ? 0 : *p >= 0xE2 ? 2 : 1;
	fprintf(f, "%s%*s", s, w < width ? width - w : 1, "");
}

static void figure(FILE *f, const struct yz_sim_figure *x, bool sign, bool last)
{
	char buf[64];
	snprintf(buf, sizeof buf, sign ? "%+.2f" : "%.2f", fabs(x->mean) < 0.005 ? 0.0 : x->mean);
	fprintf(f, "%12s", buf);
	*buf = '\0';
	if (x->half >= 0.005)
		snprintf(buf, sizeof buf, " ±%.2f", x->half);
	if (last)
		fputs(buf, f);
	else
		padded(f, buf, 10);
}

static void pair(FILE *f, const struct yz_sim_pair *p, bool before, bool after)
{
	if (before)
		figure(f, &p->before, false, !after);
	else
		fprintf(f, "%12s%10s", "-", "");
	if (after)
		figure(f, &p->after, false, !before);
	if (before && after)
		figure(f, &p->change, true, true);
	fputc('\n', f);
}

static void heading(const struct yz_args *args, const char *title, bool compared)
{
	fputc('\n', args->out);
	padded(args->out, yz_tr(args->lang, title), WIDE + 6);
	if (compared) {
		padded(args->out, T(args->lang, "改之前"), 22);
		padded(args->out, T(args->lang, "改之后"), 22);
	}
	fprintf(args->out, "%s\n", compared ? T(args->lang, "相差") : T(args->lang, "模拟的"));
}

static const char *unit_of(enum yz_lang lang, const char *unit)
{
	return *unit == 'h' ? T(lang, "工作小时") : *unit == 'd' ? T(lang, "日历天") : unit;
}

static void print_numbers(const struct yz_args *args, const struct yz_simulated *r)
{
	const struct yz_sim_study *s = &r->study;
	heading(args, N_("整体"), s->compared);
	for (int i = 0; i < YZ_SIM_NUMBERS; i++) {
		if (i >= YZ_SIM_others_on_time && !r->others)
			break;
		const char *unit = unit_of(args->lang, yz_sim_number_unit((enum yz_sim_number)i));
		padded(args->out, yz_printf(args->arena, "%s%s%s%s", yz_tr(args->lang, yz_sim_number_title((enum yz_sim_number)i)), *unit ? " (" : "", unit, *unit ? ")" : ""), WIDE);
		pair(args->out, &s->number[i], true, s->compared);
	}
	heading(args, N_("每一步等人：平均工作小时"), s->compared);
	for (size_t i = 0; i < s->nsteps; i++) {
		padded(args->out, yz_printf(args->arena, "%.*s", YZ_P(s->steps[i].name)), WIDE);
		pair(args->out, &s->steps[i].number[YZ_SIM_STEP_MEAN], s->steps[i].has_before, s->compared && s->steps[i].has_after);
	}
	heading(args, N_("每个岗位忙的时间 (%)"), s->compared);
	for (size_t i = 0; i < s->nposts; i++)
		if (s->posts[i].used) {
			padded(args->out, yz_printf(args->arena, "%.*s", YZ_P(s->posts[i].name)), WIDE);
			pair(args->out, &s->posts[i].number[YZ_SIM_POST_BUSY], true, s->compared);
		}
}

static void print_text(const struct yz_args *args, const struct yz_simulated *r)
{
	char from[16], until[16];
	int offset = args->site->offset;
	const struct yz_simulate_today *t = &r->today;
	fprintf(args->out, "%.*s  %s – %s\n", YZ_P(r->name), yz_day_print(yz_instant_day(r->from, offset), from),
		yz_day_print(yz_instant_day(r->until - 1, offset), until));
	if (t->received)
		fprintf(args->out, T(args->lang, "实际发生的：收到 %zu 件，办结 %zu 件，按时 %.1f %%，平均 %.2f 天，九成不超过 %.2f 天\n"), t->received, t->ended,
		t->judged ? 100 * (double)t->on_time / (double)t->judged : 0, t->whole.mean, t->whole.p90);
	fprintf(args->out, T(args->lang, "模拟 %zu 次；± 是 95%% 的把握范围；同岗位的别的事项 %zu 个一起算。"), r->study.runs, r->others);
	fputc('\n', args->out);
	print_numbers(args, r);
	for (size_t i = 0; i < r->nnotes; i++)
		fprintf(args->out, "%s%.*s\n", i ? "" : "\n", YZ_P(yz_simulate_note_text(args->arena, args->lang, &r->notes[i])));
}

static void print_json(const struct yz_args *args, const struct yz_simulated *r)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, args->arena, CSV_MOST);
	yz_jw_init(&w, &b);
	yz_simulated_json(r, &w);
	yz_cmd_json(args, &b);
}

static int print(struct yz_args *args, const struct yz_simulated *r, struct yz_err *err)
{
	const char *csv = yz_option(args, "csv");
	struct yz_buf b;
	if (csv) {
		yz_buf_init(&b, args->arena, CSV_MOST);
		yz_sim_csv(&r->study, &b);
		if (!yz_args_write(args, csv, yz_buf_str(&b), err))
			return yz_cmd_fail(args, err);
	}
	if (args->json)
		print_json(args, r);
	else
		print_text(args, r);
	return 0;
}

int yz_cmd_simulate(struct yz_args *args)
{
	struct yz_err err = {0};
	struct yz_simulate_options o = {.item = yz_str(args->argc > 1 ? args->argv[1] : ""), .org = yz_str(yz_option(args, "org"))};
	const char *cases = yz_option(args, "cases");
	long long n = 0, year, runs, seed;
	if (args->argc < 1 || args->argc > 2 || (args->argc == 1 && !yz_option(args, "process")))
		return yz_cmd_usage(args, N_("请给出站点文件夹，再给出事项编码，或者 --process FILE"));
	if (cases && strcmp(cases, "history") != 0 && !yz_option_int(args, "cases", 0, 1, YZ_SIMULATE_CASES, &n))
		return 2;
	if (!yz_option_int(args, "year", 0, 1990, 2190, &year) || !yz_option_int(args, "runs", RUNS, 1, YZ_SIM_RUNS, &runs) ||
	    !yz_option_int(args, "seed", 1, 0, INT64_MAX, &seed))
		return 2;
	o.cases = n;
	o.year = (int)year;
	o.runs = (size_t)runs;
	o.seed = (uint64_t)seed;
	struct yz_simulated r;
	if (!read_files(args, &o, &err) || !yz_simulate(args->site, &o, told, args, args->arena, &r, &err))
		return yz_cmd_fail(args, &err);
	return print(args, &r, &err);
}
