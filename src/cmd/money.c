/* cmd/money.c - a day of the payment channel, and of the counter, against our books: yizhan money reconcile.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/cmd.h"

#include "base/date.h"
#include "fmt/json.h"
#include "gov/counter.h"
#include "gov/site.h"
#include "text/text.h"

static struct yz_str amount(struct yz_args *args, int64_t fen)
{
	return fen < 0 ? YZ_LIT("-") : yz_yuan(args->arena, fen);
}

static void print_channel(struct yz_args *args, const struct yz_reconciled *r)
{
	if (!r->provider.len) {
		fprintf(args->out, "channel: %s\n", yz_tr(args->lang, N_("没有设置支付平台（pay.provider），没有账可对")));
		return;
	}
	for (size_t i = 0; i < r->len; i++) {
		const struct yz_difference_row *d = &r->rows[i];
		fprintf(args->out, "%s\t%.*s\t%.*s\t%.*s\t%.*s\t%s\n", yz_difference_name(d->kind), YZ_P(d->number),
			YZ_P(d->order_no.len ? d->order_no : YZ_LIT("-")), YZ_P(amount(args, d->ours)), YZ_P(amount(args, d->theirs)),
			d->mended ? yz_tr(args->lang, yz_str_z(args->arena, d->how)) : yz_tr(args->lang, yz_difference_todo(d->kind)));
	}
	fprintf(args->out, "%zu lines, %zu agree; in %.*s there, %.*s here; back %.*s there, %.*s here; %zu differences, %zu open\n", r->lines,
		r->agreed, YZ_P(amount(args, r->theirs_in)), YZ_P(amount(args, r->ours_in)), YZ_P(amount(args, r->theirs_out)),
		YZ_P(amount(args, r->ours_out)), r->len, r->open);
}

/* What moved and nobody counted agrees with nothing yet. */
static bool uncounted(const struct yz_counter_day *c)
{
	return c->all.n && (!c->counted || c->stale);
}

static void print_counter(struct yz_args *args, const struct yz_counter_day *c)
{
	static const char *const means[YZ_MEANS] = {"cash", "card"};
	if (!c->all.n && !c->counted) {
		fputs("counter: no moves\n", args->out);
		return;
	}
	for (int m = 0; m < YZ_MEANS; m++) {
		fprintf(args->out, "counter\t%s\tin %.*s\tback %.*s\tdue %.*s\t", means[m], YZ_P(amount(args, c->all.in[m])),
			YZ_P(amount(args, c->all.out[m])), YZ_P(amount(args, yz_counter_due(c, (enum yz_means)m))));
		if (c->counted)
			fprintf(args->out, "counted %.*s\n", YZ_P(amount(args, c->found[m])));
		else
			fputs("not counted\n", args->out);
	}
	fprintf(args->out, "counter: %lld moves; %s, %zu differences, %zu open\n", (long long)c->all.n,
		!c->counted ? "not counted" : c->stale ? "counted before the last move" : "counted", c->r.all, c->r.open);
}

static void put_fen(struct yz_jw *w, const char *key, int64_t fen)
{
	yz_jw_key(w, key);
	if (fen < 0)
		yz_jw_null(w);
	else
		yz_jw_int(w, fen);
}

static void print_json(struct yz_args *args, const struct yz_reconciled *r, const struct yz_counter_day *c, const char *day)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_cmd_json_begin(args, &b, &w);
	yz_jw_object(&w);
	yz_jw_kstr(&w, "provider", r->provider);
	yz_jw_kz(&w, "day", day);
	yz_jw_kint(&w, "lines", (int64_t)r->lines);
	yz_jw_kint(&w, "agreed", (int64_t)r->agreed);
	yz_jw_kint(&w, "theirs_in", r->theirs_in);
	yz_jw_kint(&w, "ours_in", r->ours_in);
	yz_jw_kint(&w, "theirs_out", r->theirs_out);
	yz_jw_kint(&w, "ours_out", r->ours_out);
	yz_jw_kint(&w, "open", (int64_t)r->open);
	yz_jw_key(&w, "differences");
	yz_jw_array(&w);
	for (size_t i = 0; i < r->len; i++) {
		const struct yz_difference_row *d = &r->rows[i];
		yz_jw_object(&w);
		yz_jw_kz(&w, "kind", yz_difference_name(d->kind));
		yz_jw_kstr(&w, "number", d->number);
		yz_jw_kstr(&w, "order", d->order_no);
		put_fen(&w, "ours", d->ours);
		put_fen(&w, "theirs", d->theirs);
		yz_jw_kbool(&w, "mended", d->mended != 0);
		yz_jw_end(&w, '}');
	}
	yz_jw_end(&w, ']');
	yz_jw_key(&w, "counter");
	yz_jw_object(&w);
	yz_jw_kint(&w, "moves", c->all.n);
	yz_jw_kint(&w, "in", c->all.in[YZ_MEANS_cash] + c->all.in[YZ_MEANS_card]);
	yz_jw_kint(&w, "out", c->all.out[YZ_MEANS_cash] + c->all.out[YZ_MEANS_card]);
	yz_jw_kint(&w, "due_cash", yz_counter_due(c, YZ_MEANS_cash));
	yz_jw_kint(&w, "due_card", yz_counter_due(c, YZ_MEANS_card));
	put_fen(&w, "counted_cash", c->counted ? c->found[YZ_MEANS_cash] : -1);
	put_fen(&w, "counted_card", c->counted ? c->found[YZ_MEANS_card] : -1);
	yz_jw_kbool(&w, "counted", c->counted && !c->stale);
	yz_jw_kint(&w, "open", (int64_t)c->r.open);
	yz_jw_end(&w, '}');
	yz_jw_end(&w, '}');
	yz_cmd_json(args, &b);
}

/* The channel's half: none where the site has no channel, which is told and is no failure. */
static bool hold_channel(struct yz_args *args, yz_day day, const char *file, struct yz_reconciled *r, struct yz_err *err)
{
	struct yz_str text = {0}, channel = {0};
	struct yz_conn *conn = yz_db_read(args->site->db, err);
	bool good = conn && yz_reconcile_channel(conn, args->arena, day, &channel, err);
	if (conn)
		yz_db_release(conn);
	*r = (struct yz_reconciled){.day = day};
	if (!good)
		return false;
	if (!channel.len)
		return !file || yz_fail(err, YZ_NOT_NOW, "no payment channel is set, so --file is of none: yizhan setting DIR pay.provider NAME");
	return (!file || yz_args_read(args, file, YZ_PAY_FILE, &text, err)) &&
	       yz_reconcile(args->site, args->arena, NULL, channel, day, text, r, err);
}

static bool hold_counter(struct yz_args *args, yz_day day, struct yz_counter_day *c, struct yz_err *err)
{
	const char *cash = yz_option(args, "cash"), *card = yz_option(args, "card");
	if (day > yz_instant_day(yz_site_now(args->site), args->site->offset))
		return yz_fail(err, YZ_BAD_INPUT, "%s", N_("这一天还没有到"));
	if (cash && !yz_counter_count(args->site, NULL, day, yz_str(cash), yz_str(card), err))
		return false;
	struct yz_conn *conn = yz_db_read(args->site->db, err);
	bool good = conn && yz_counter_of(args->site, conn, args->arena, NULL, day, c, err);
	if (conn)
		yz_db_release(conn);
	return good;
}

/* Status 1 while a difference is open or the counter's money is not counted: a timer that runs it tells somebody. */
int yz_cmd_money_reconcile(struct yz_args *args)
{
	struct yz_err err = {0};
	struct yz_reconciled r;
	struct yz_counter_day c;
	yz_day day;
	const char *wanted = yz_option(args, "day");
	if (args->argc != 1)
		return yz_cmd_usage(args, N_("请给出站点文件夹"));
	if (!wanted || !yz_day_parse(yz_str(wanted), &day))
		return yz_cmd_usage(args, N_("请用 --day 给出哪一天，像 2027-06-30"));
	if (!yz_option(args, "cash") != !yz_option(args, "card"))
		return yz_cmd_usage(args, N_("--cash 和 --card 要一起给，没有的写 0"));
	/* The counter first: what was counted is kept though the channel does not answer. */
	if (!hold_counter(args, day, &c, &err) || !hold_channel(args, day, yz_option(args, "file"), &r, &err))
		return yz_cmd_fail(args, &err);
	if (args->json) {
		print_json(args, &r, &c, wanted);
	} else {
		print_channel(args, &r);
		print_counter(args, &c);
	}
	return r.open || c.r.open || uncounted(&c) ? 1 : 0;
}
