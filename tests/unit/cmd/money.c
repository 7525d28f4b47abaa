/* SPDX-License-Identifier: Apache-2.0
 *
 * yizhan money reconcile, with a channel and without.
 */
#include "tests/unit/gov/money_fixture.h"

#include "cmd/cmd.h"
#include "gov/counter.h"

#include <stdlib.h>

/* What the command says of a day of this site; *out lives as long as f->a. */
static int reconcile(struct fixture *f, int back, const char *cash, const char *card, bool json, const char **out)
{
	char day[16], *text = NULL;
	size_t len = 0;
	yz_day_print(yz_instant_day(f->now, f->site->offset) - back, day);
	const char *given[9] = {"money", "reconcile", f->dir, "--day", day};
	int argc = 5, words;
	if (cash)
		given[argc++] = yz_printf(f->a, "--cash=%s", cash);
	if (card)
		given[argc++] = yz_printf(f->a, "--card=%s", card);
	if (json)
		given[argc++] = "--json";
	char **argv = (char **)given;
	FILE *to = open_memstream(&text, &len);
	struct yz_args args = {.arena = yz_arena_create(0), .out = to, .err = to, .site = f->site, .lang = YZ_LANG_EN,
			       .command = yz_command_find(argc, argv, &words)};
	int status = yz_args_parse(&args, argc - words, argv + words) ? yz_cmd_money_reconcile(&args) : 2;
	fclose(to);
	yz_arena_destroy(args.arena);
	*out = yz_printf(f->a, "%s", text);
	free(text);
	return status;
}

static void says(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("it does not say “%s”: %s", what, text);
}

static void take(struct fixture *f, const char *means, const char *slip)
{
	const struct yz_counter_take in = {order_of(f, granted(f, actor(f, "liuyang"), OCCUPY_FACTS("人行道"))), yz_str(means), yz_str(slip), 8000};
	GOOD(f, yz_counter_take(f->site, actor(f, "zhangmin"), &in, &f->err));
}

static void without_channel(struct fixture *f)
{
	site_do(f, "DELETE FROM setting WHERE key = 'pay.provider'");
}

SITE(a_site_without_a_channel_has_the_counters_day)
{
	const char *text;
	without_channel(f);
	assert_int_equal(reconcile(f, 0, NULL, NULL, false, &text), 0);
	says(text, "channel: No payment channel is set");
	says(text, "counter: no moves");
	take(f, "cash", "");
	take(f, "card", "12345678");
	/* A drawer nobody counted agrees with nothing. */
	assert_int_equal(reconcile(f, 0, NULL, NULL, false, &text), 1);
	says(text, "counter\tcash\tin 80.00\tback 0.00\tdue 80.00\tnot counted");
	says(text, "counter\tcard\tin 80.00\tback 0.00\tdue 80.00\tnot counted");
	says(text, "counter: 2 moves; not counted, 0 differences, 0 open");
	assert_int_equal(reconcile(f, 0, "70", "80", false, &text), 1);
	says(text, "counter\tcash\tin 80.00\tback 0.00\tdue 80.00\tcounted 70.00");
	says(text, "counter: 2 moves; counted, 1 differences, 1 open");
	assert_int_equal(reconcile(f, 0, "80", "80.00", false, &text), 0);
	says(text, "counted, 0 differences, 0 open");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'reconciliation.count' AND actor_kind = 'system'"), 2);
	take(f, "cash", "");
	assert_int_equal(reconcile(f, 0, NULL, NULL, false, &text), 1);
	says(text, "counted before the last move");
	assert_int_equal(reconcile(f, 0, NULL, NULL, true, &text), 1);
	says(text, "\"provider\":\"\"");
	says(text, "\"due_cash\":16000");
	says(text, "\"counted_cash\":8000");
	says(text, "\"counted\":false");
	ledger_holds(f);
}

SITE(what_is_given_wrongly_is_said_and_counts_nothing)
{
	const char *text;
	without_channel(f);
	assert_int_equal(reconcile(f, 0, "80", NULL, false, &text), 2);
	assert_int_equal(reconcile(f, 0, NULL, "80", false, &text), 2);
	assert_int_equal(reconcile(f, -1, NULL, NULL, false, &text), 1);
	assert_int_equal(reconcile(f, -1, "0", "0", false, &text), 1);
	assert_int_equal(reconcile(f, 0, "80.001", "0", false, &text), 1);
	assert_int_equal(reconcile(f, 0, "-1", "0", false, &text), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM reconciliation"), 0);
}

SITE(a_channel_that_was_taken_off_is_still_asked_about_a_day_it_had)
{
	const char *text;
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道")));
	click(f, begin(f, her, order), "prompt");
	later(f, 2 * YZ_SECOND);
	deliver_callbacks(f);
	take(f, "cash", "");
	later(f, YZ_DAY);
	assert_int_equal(reconcile(f, 1, "80", "0", false, &text), 0);
	says(text, "1 lines, 1 agree; in 80.00 there, 80.00 here");
	without_channel(f);
	assert_int_equal(reconcile(f, 1, NULL, NULL, false, &text), 0);
	says(text, "1 lines, 1 agree; in 80.00 there, 80.00 here");
	says(text, "counted 80.00");
	/* A day on which it had nothing is the counter's alone. */
	assert_int_equal(reconcile(f, 0, NULL, NULL, false, &text), 0);
	says(text, "channel: No payment channel is set");
}
