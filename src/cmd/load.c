/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/load.h"

#include "calendar/calendar.h"
#include "cmd/load_agenda.h"
#include "cmd/load_case.h"
#include "cmd/load_choose.h"
#include "cmd/load_facts.h"
#include "cmd/load_pay.h"
#include "crypt/crypt.h"
#include "db/blob.h"
#include "gov/catalogue.h"
#include "gov/clock.h"
#include "gov/draft.h"
#include "gov/guide.h"
#include "gov/person.h"
#include "gov/site.h"
#include "gov/version.h"
#include "print/print.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 200 }; /* events in one write at most */
#define CHUNK_TIME (50 * YZ_SECOND / 1000)

static yz_instant simulated(void *ctx)
{
	return ((struct yz_simulation *)ctx)->now;
}

static uint32_t drawn(void *ctx, uint32_t below)
{
	return (uint32_t)yz_dice_below(&((struct yz_simulation *)ctx)->codes, below);
}

/* ---- the run ---- */

static bool gather(struct yz_simulation *s, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(s->site->db, err);
	struct yz_rows *forms = conn ? yz_select(conn, s->arena, err, "SELECT code, body FROM item WHERE state = 'published' AND form IS NOT NULL AND "
								     "process IS NOT NULL AND until_at IS NULL ORDER BY id") : NULL;
	/* Who applies by herself left a number to be reached at. */
	struct yz_rows *people = forms ? yz_select(conn, s->arena, err, "SELECT p.id, p.kind FROM person p WHERE p.active = 1 AND p.id_enc IS NOT NULL "
								       "AND p.mobile_enc IS NOT NULL AND NOT EXISTS (SELECT 1 FROM post t WHERE t.person = p.id) ORDER BY p.id") : NULL;
	if (conn)
		yz_db_release(conn);
	if (!people)
		return false;
	if (!forms->count || !people->count)
		return yz_fail(err, YZ_NOT_FOUND, "the site has no items with forms, or no applicants: load wants a demo site");
	s->items = yz_alloc(s->arena, forms->count * sizeof *s->items);
	for (size_t i = 0; i < forms->count; i++) {
		const struct yz_json *body = yz_json_read(s->arena, yz_row_str(forms, i, 1), NULL, err), *whom = yz_json_get(body, "for");
		if (!body)
			return false;
		s->items[s->nitems].code = yz_row_str(forms, i, 0);
		s->items[s->nitems].natural = s->items[s->nitems].legal = !yz_json_len(whom);
		for (size_t k = 0; k < yz_json_len(whom); k++)
			*(yz_str_eqz(yz_json_at(whom, k)->text, "1") ? &s->items[s->nitems].natural : &s->items[s->nitems].legal) = true;
		s->nitems++;
	}
	s->people = yz_alloc(s->arena, people->count * sizeof *s->people);
	for (size_t i = 0; i < people->count; i++) {
		s->people[s->npeople].id = yz_row_int(people, i, 0);
		s->people[s->npeople++].legal = yz_str_eqz(yz_row_str(people, i, 1), "legal");
	}
	return true;
}

static bool make_sample(struct yz_simulation *s, struct yz_err *err)
{
	struct yz_doc *doc = yz_doc_new(s->arena, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT("申请材料（样张）"));
	yz_doc_title(doc, YZ_LIT("申请材料（样张）"));
	yz_doc_para(doc, YZ_LIT("这是演示县历史办件的样张，不是真实材料。"));
	struct yz_str pdf;
	bool made = s->site->printer ? yz_printer_render(s->site->printer, doc, s->arena, &pdf, err) : yz_print_pdf(doc, s->arena, &pdf, err);
	return made && yz_blob_put(s->site->db, pdf, &s->sample, err);
}

/* What she was told more than a week ago she has read. */
static bool do_read_old(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct yz_simulation *s = ctx;
	return yz_exec(conn, err, "UPDATE message SET read_at = created WHERE read_at IS NULL AND created < $1", YZ_I(s->end - 7 * YZ_DAY));
}

/* Nine tenths spread over the year, the rest in its last week: those are on the desks today. */
static yz_instant arrival(const struct yz_simulation *s, int64_t i)
{
	yz_instant start = s->end - 365 * YZ_DAY, week = s->end - 7 * YZ_DAY;
	int64_t old = s->wanted - s->wanted / 10;
	return i < old ? start + (yz_instant)((double)(week - start) * (double)i / (double)old)
		       : week + (yz_instant)((double)(s->end - week) * (double)(i - old) / (double)(s->wanted - old));
}

/* All that may come before what comes first: the heap holds what is under way, not the whole year. */
static void arrive(struct yz_simulation *s)
{
	while (s->arrived < s->wanted && (!s->agenda.len || arrival(s, s->arrived) <= s->agenda.heap[0].at)) {
		yz_instant from = arrival(s, s->arrived++), at = yz_load_office_time(s, &s->arrivals, from, 0);
		/* Online they come at any hour: where office hours would fall behind the year, at the hour itself. */
		yz_agenda_push(&s->agenda, at < s->end ? at : from, YZ_APPLY, "");
	}
}

/* The next event with the cards before it; false: there is none any more. */
static bool go_on(struct yz_simulation *s, bool *ok)
{
	*ok = true;
	arrive(s);
	if (!s->agenda.len)
		return false;
	struct yz_event e = yz_agenda_pop(&s->agenda);
	if (e.at >= s->end)
		return true; /* still to come when the year is over: these stay open */
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	*ok = yz_load_sweep(s, e.at, &err);
	if (*ok) {
		s->now = e.at;
		*ok = yz_load_happen(s, a, &e, &err);
	}
	yz_arena_destroy(a);
	s->applied += e.what == YZ_APPLY && *ok;
	/* A case that moved on by itself meanwhile (deemed accepted, stopped) is no failure. */
	if (!*ok && err.code != YZ_NOT_NOW && err.code != YZ_CONFLICT && !s->failed++)
		s->bad = err;
	return true;
}

/* Some events in one write, and the simulation as it was before them: a write may have to begin again. */
struct chunk {
	struct yz_simulation *s, before; /* before.agenda has memory of its own */
	int events;
	bool run;
};

static void copy_simulation(struct yz_simulation *to, const struct yz_simulation *from)
{
	struct yz_agenda agenda = to->agenda;
	*to = *from;
	to->agenda = agenda;
	yz_agenda_copy(&to->agenda, &from->agenda);
}

/* Others write too: not for longer than they may be made to wait. */
static bool do_chunk(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct chunk *c = ctx;
	bool ok = true;
	(void)conn, (void)a, (void)err;
	if (c->run)
		copy_simulation(c->s, &c->before);
	c->run = true;
	yz_instant until = yz_ticks() + CHUNK_TIME;
	for (c->events = 1; go_on(c->s, &ok) && ok && c->events < CHUNK && yz_ticks() < until; c->events++)
		;
	return true; /* what failed having changed something fails the whole, whatever this says */
}

/* As many one by one, where one of them spoilt the others. */
static void run_singly(struct chunk *c)
{
	bool ok;
	copy_simulation(c->s, &c->before);
	for (int i = 0; i < c->events && go_on(c->s, &ok); i++)
		;
}

static int run(struct yz_simulation *s, struct yz_err *err)
{
	struct chunk c = {.s = s};
	bool told = false;
	do {
		arrive(s);
		copy_simulation(&c.before, s);
		c.run = false;
		if (s->agenda.len && !yz_db_bulk(s->site->db, do_chunk, &c, err))
			run_singly(&c);
		if (s->failed && !told)
			yz_cmd_fail(s->args, &s->bad);
		told = s->failed;
		if (s->failed && (s->bad.code == YZ_UNAVAILABLE || s->bad.code == YZ_DB || s->failed > s->wanted / 10 + 20))
			break;
		if (s->args->terminal)
			fprintf(s->args->err, "\r%lld / %lld", (long long)s->applied, (long long)s->wanted);
	} while ((s->agenda.len || s->arrived < s->wanted) && !yz_args_gone(s->args));
	yz_agenda_finish(&c.before.agenda);
	if (s->agenda.len || s->arrived < s->wanted) {
		fprintf(s->args->err, "\n%lld cases, stopped before the end\n", (long long)s->applied);
		return 1;
	}
	*err = (struct yz_err){0};
	if (!yz_load_sweep(s, s->end, err) || !yz_db_write(s->site->db, do_read_old, s, err))
		return yz_cmd_fail(s->args, err);
	fprintf(s->args->err, "%s%lld cases\n", s->args->terminal ? "\r" : "", (long long)s->applied);
	if (s->failed)
		fprintf(s->args->err, "%lld steps failed, the first as above\n", (long long)s->failed);
	return s->failed ? 1 : 0;
}

int yz_load_cases(struct yz_args *args, int64_t cases, uint64_t seed, yz_day until)
{
	struct yz_err err = {0};
	struct yz_arena *a = yz_arena_create(0);
	struct yz_simulation *s = yz_new(a, struct yz_simulation);
	/* The site as it is, seen at another time. */
	struct yz_site past = *args->site;
	past.now = simulated;
	past.draw = drawn;
	past.silent = true;
	past.now_ctx = past.draw_ctx = s;
	*s = (struct yz_simulation){.args = args, .site = &past, .arena = a, .dice = {seed}, .codes = {~seed}, .arrivals = {seed ^ 0x5DEECE66D}, .wanted = cases,
				 .end = yz_day_start(until, past.offset)};
	s->now = s->end;
	/* The finance office pays once a month; what came in the last is due. */
	for (int month = 1; month < 12; month++)
		yz_agenda_push(&s->agenda, s->end - (365 - 30 * month) * YZ_DAY - 8 * YZ_HOUR, YZ_PAY, "");
	yz_sweep_begin(args->site);
	int status = gather(s, &err) && make_sample(s, &err) ? run(s, &err) : yz_cmd_fail(args, &err);
	yz_sweep_end(args->site);
	yz_agenda_finish(&s->agenda);
	yz_arena_destroy(a);
	return status;
}

int yz_cmd_load(struct yz_args *args)
{
	long long cases, seed;
	const char *date = yz_option(args, "until");
	yz_day until = yz_instant_day(yz_site_now(args->site), args->site->offset);
	if (args->argc != 1 || !yz_option(args, "cases"))
		return yz_cmd_usage(args, N_("请给出站点文件夹和 --cases N"));
	if (date && !yz_day_parse(yz_str(date), &until))
		return yz_cmd_usage(args, N_("--until 要给一个日期，如 2026-11-22"));
	if (!yz_option_int(args, "cases", 0, 1, 10000000, &cases) || !yz_option_int(args, "seed", 1, 0, INT64_MAX, &seed))
		return 2;
	return yz_load_cases(args, cases, (uint64_t)seed, until);
}
