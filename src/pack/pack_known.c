/* What a pack knows, and what was asked in it: knowledge/ and questions.json.  SPDX-License-Identifier: Apache-2.0 */
#include "pack/pack_check.h"

#include "base/utf8.h"

enum { QUESTION = 120, VARIANTS = 20, ANSWER = 4000, TEXT = 2000, STEPS = 20, DAYS = 250 };

static uint32_t line_of(const struct yz_json *o, const char *key)
{
	const struct yz_json *v = yz_json_get(o, key);
	return v ? v->line : o->line;
}

/* A member that is text of so many characters; least 0: it may be missing. */
static struct yz_str text_of(struct yz_reading *r, const struct yz_json *o, const char *key, size_t least, size_t most)
{
	const struct yz_json *v = yz_json_get(o, key);
	if (!v && !least)
		return (struct yz_str){0};
	size_t n = yz_json_is(v, YZ_JSON_STRING) ? yz_utf8_count(yz_str_trim(v->text)) : 0;
	if (!yz_json_is(v, YZ_JSON_STRING) || n < least || n > most)
		yz_check_error(&r->c, line_of(o, key), yz_printf(r->c.a, "write text of %zu to %zu characters", least, most),
			       v ? "%s does not fit" : "%s is missing", key);
	return yz_json_text(v);
}

static void names(struct yz_reading *r, const struct yz_json *o, const char *key, const struct yz_pack_files *files, bool needed)
{
	struct yz_str name = text_of(r, o, key, needed, 60);
	if ((name.len || needed) && !yz_pack_find(files, name))
		yz_check_error(&r->c, line_of(o, key), "write the key of a file of this pack", "%s: there is no %.*s", key, YZ_P(name));
}

static void check_variants(struct yz_reading *r, const struct yz_json *o)
{
	const struct yz_json *list = yz_json_get(o, "variants");
	if (list && (!yz_json_is(list, YZ_JSON_ARRAY) || list->len > VARIANTS)) {
		yz_check_error(&r->c, list->line, "write a list of at most 20 texts", "variants are no list, or too many");
		return;
	}
	for (size_t i = 0; i < yz_json_len(list); i++) {
		const struct yz_json *v = yz_json_at(list, i);
		if (!yz_json_is(v, YZ_JSON_STRING) || !yz_str_trim(v->text).len || yz_utf8_count(v->text) > QUESTION)
			yz_check_error(&r->c, v->line, "write another way of asking, at most 120 characters", "variant %zu does not fit", i + 1);
	}
}

static void check_one(struct yz_reading *r, const struct yz_json *o)
{
	static const char *const keys[] = {"question", "variants", "answer", "basis", "item", "org", "expires", NULL};
	yz_day day;
	yz_check_keys(&r->c, o, "knowledge", keys);
	text_of(r, o, "question", 4, QUESTION);
	text_of(r, o, "answer", 2, ANSWER);
	text_of(r, o, "basis", 0, 300);
	check_variants(r, o);
	names(r, o, "org", &r->pack->orgs, true);
	names(r, o, "item", &r->pack->items, false);
	struct yz_str expires = text_of(r, o, "expires", 0, 10);
	if (expires.len && !yz_day_parse(expires, &day))
		yz_check_error(&r->c, line_of(o, "expires"), "write the last day it holds, as 2027-06-30", "%.*s is no day", YZ_P(expires));
}

/* ---- questions.json ---- */

static bool is_login(const struct yz_reading *r, struct yz_str login)
{
	for (size_t i = 0; i < yz_json_len(r->pack->people); i++)
		if (yz_str_eq(yz_json_str(yz_json_at(r->pack->people, i), "login"), login))
			return true;
	return false;
}

static int64_t days_of(struct yz_reading *r, const struct yz_json *o, int64_t most)
{
	int64_t wd = yz_json_int(o, "wd", 0);
	if (wd < 1 || wd > most)
		yz_check_error(&r->c, line_of(o, "wd"), "write how many working days ago, never before what came first",
			       "wd is not 1 to %lld", (long long)most);
	return wd;
}

static void check_step(struct yz_reading *r, const struct yz_json *s, int64_t *wd)
{
	static const char *const keys[] = {"wd", "act", "by", "to", "reason", "text", "level", "remark", "question", "answer", "variants", NULL};
	yz_check_keys(&r->c, s, "step", keys);
	*wd = days_of(r, s, *wd);
	struct yz_str act = text_of(r, s, "act", 1, 20), by = text_of(r, s, "by", 0, 60);
	bool transfer = yz_str_eqz(act, "transfer"), answer = yz_str_eqz(act, "answer"), rate = yz_str_eqz(act, "rate");
	bool publish = yz_str_eqz(act, "publish"), learn = yz_str_eqz(act, "learn"), withdraw = yz_str_eqz(act, "withdraw");
	if (!transfer && !answer && !rate && !publish && !learn && !withdraw)
		yz_check_error(&r->c, line_of(s, "act"), "write transfer, answer, rate, publish, learn or withdraw", "there is no act %.*s",
			       YZ_P(act));
	if (!rate && !withdraw && !is_login(r, by))
		yz_check_error(&r->c, line_of(s, "by"), "write a login of people.json", "by: there is nobody called %.*s", YZ_P(by));
	if (transfer) {
		names(r, s, "to", &r->pack->orgs, true);
		text_of(r, s, "reason", 2, 500);
	}
	if (answer)
		text_of(r, s, "text", 2, ANSWER);
	if (publish || learn) {
		text_of(r, s, "question", 4, learn ? QUESTION : TEXT);
		text_of(r, s, "answer", 2, ANSWER);
		check_variants(r, s);
	}
	int64_t level = yz_json_int(s, "level", 0);
	if (rate && (level < 1 || level > 5))
		yz_check_error(&r->c, line_of(s, "level"), "write 1 to 5", "there is no level %lld", (long long)level);
}

static void check_question(struct yz_reading *r, const struct yz_json *q)
{
	static const char *const keys[] = {"wd", "who", "public", "email", "mobile", "item", "org", "text", "steps", NULL};
	yz_check_keys(&r->c, q, "question", keys);
	int64_t wd = days_of(r, q, DAYS);
	struct yz_str who = text_of(r, q, "who", 0, 60);
	if (who.len && !is_login(r, who))
		yz_check_error(&r->c, line_of(q, "who"), "write a login of people.json, or nothing", "who: there is nobody called %.*s", YZ_P(who));
	text_of(r, q, "text", 4, TEXT);
	names(r, q, "item", &r->pack->items, false);
	names(r, q, "org", &r->pack->orgs, false);
	const struct yz_json *steps = yz_json_get(q, "steps");
	if (steps && (!yz_json_is(steps, YZ_JSON_ARRAY) || steps->len > STEPS))
		yz_check_error(&r->c, steps->line, "write a list of at most 20 steps", "steps are no list, or too many");
	for (size_t i = 0; yz_json_is(steps, YZ_JSON_ARRAY) && i < steps->len; i++)
		check_step(r, steps->items[i], &wd);
}

void yz_reading_check_known(struct yz_reading *r)
{
	const struct yz_json *list = r->pack->questions;
	for (size_t i = 0; i < r->pack->knowledge.len; i++) {
		r->c.file = r->pack->knowledge.at[i].path;
		check_one(r, r->pack->knowledge.at[i].json);
	}
	r->c.file = YZ_LIT("questions.json");
	if (list && !yz_json_is(list, YZ_JSON_ARRAY))
		yz_check_error(&r->c, 1, "write a list in [ ]", "questions are a list");
	for (size_t i = 0; yz_json_is(list, YZ_JSON_ARRAY) && i < list->len; i++)
		check_question(r, list->items[i]);
}
