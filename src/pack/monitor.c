/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/monitor.h"

#include "crypt/crypt.h"
#include "pack/pack_check.h"

enum { NAME_MOST = 60, NOTE_MOST = 400, TEXT_MOST = 1000, WHEN_MOST = 2000, SOURCES_MOST = 8, LIMIT_DAYS = 3650, POINTS_MOST = 1000 };

#define CASE (1u << YZ_WATCH_CASE)
#define TASK (1u << YZ_WATCH_TASK)
#define FEE (1u << YZ_WATCH_FEE)
#define RATING (1u << YZ_WATCH_RATING)
#define CONSULTATION (1u << YZ_WATCH_CONSULTATION)
#define PULL (1u << YZ_WATCH_PULL)
#define NOTICE (1u << YZ_WATCH_NOTICE)
#define ALL (CASE | TASK | FEE | RATING | CONSULTATION | PULL | NOTICE)

static const char *const watched[YZ_WATCHED] = {"case", "task", "fee", "rating", "consultation", "pull", "notice"};
static const char *const levels[] = {"", "notice", "yellow", "red"};
const char *const yz_monitor_clocks[YZ_MONITOR_CLOCKS] = {"answer", "promised", "legal", "step", "deliver", "consult"};
static const unsigned clock_things[YZ_MONITOR_CLOCKS] = {CASE, CASE, CASE, TASK, CASE, CONSULTATION};
static const char *const tellable[] = {"holder", "window", "reviewer", "decider", "supervisor", "finance", NULL};

enum kind { STRING, NUMBER, BOOLEAN, TEXTS };
static const struct {
	const char *name;
	enum kind kind;
	unsigned things;
} facts[YZ_FACTS] = {
#define FACT(id, name, kind, things) {name, kind, things},
#include "pack/monitor_facts.def"
#undef FACT
};
static const struct {
	unsigned things;
	const char *name;
} events[YZ_EVENTS] = {
#define EVENT(things, name) {things, #name},
#include "pack/monitor_events.def"
#undef EVENT
};
_Static_assert(YZ_FACTS <= 64 && YZ_EVENTS <= 64, "they are bits");

const char *yz_watched_name(enum yz_watched w)
{
	return watched[w];
}

const char *yz_monitor_fact_name(enum yz_monitor_fact f)
{
	return facts[f].name;
}

const char *yz_monitor_event_name(enum yz_monitor_event e)
{
	return events[e].name;
}

const char *yz_card_level_name(enum yz_card_level l)
{
	return levels[l];
}

/* ---- pieces ---- */

struct reading {
	struct yz_checker c;
	const struct yz_json *body;
	struct yz_monitor *m;
};

static uint32_t line_of(const struct reading *r, const char *key)
{
	const struct yz_json *v = yz_json_get(r->body, key);
	return v ? v->line : r->body->line;
}

static struct yz_str read_text(struct reading *r, const struct yz_json *of, const char *key, size_t most, bool must)
{
	const struct yz_json *v = yz_json_get(of, key);
	struct yz_str s = yz_str_trim(yz_json_str(of, key));
	if (v && (!yz_json_is(v, YZ_JSON_STRING) || s.len > most)) {
		yz_check_error(&r->c, v->line, yz_printf(r->c.a, "write a text of at most %zu bytes", most), "%s is no such text", key);
		yz_check_zh(&r->c, yz_printf(r->c.a, "请写一段文字，最多 %zu 字节", most), "%s 不是文字，或者太长", key);
	} else if (must && !s.len) {
		yz_check_error(&r->c, v ? v->line : of->line, "write it", "%s is missing", key);
		yz_check_zh(&r->c, "请写上", "缺少 %s", key);
	}
	return s;
}

/* One of a list of words; `fallback` where it is not there, -1 where it is another. */
static int read_word(struct reading *r, const char *key, const char *const *words, size_t n, int fallback)
{
	const struct yz_json *v = yz_json_get(r->body, key);
	struct yz_str s = yz_json_text(v);
	if (!v && fallback >= 0)
		return fallback;
	for (size_t i = 0; i < n; i++)
		if (*words[i] && yz_str_eqz(s, words[i]))
			return (int)i;
	struct yz_buf list;
	yz_buf_init(&list, r->c.a, 512);
	for (size_t i = 0; i < n; i++)
		if (*words[i])
			yz_buf_printf(&list, "%s%s", list.len ? ", " : "", words[i]);
	struct yz_str all = yz_buf_str(&list);
	yz_check_error(&r->c, line_of(r, key), yz_printf(r->c.a, "write one of %.*s", YZ_P(all)), v ? "%s: there is no %.*s" : "%s is missing", key, YZ_P(s));
	yz_check_zh(&r->c, yz_printf(r->c.a, "请写其中一个：%.*s", YZ_P(all)), v ? "%s：没有“%.*s”" : "缺少 %s", key, YZ_P(s));
	return -1;
}

static uint64_t read_events(struct reading *r, const char *key)
{
	const struct yz_json *list = yz_json_get(r->body, key);
	uint64_t bits = 0;
	if (list && (!yz_json_is(list, YZ_JSON_ARRAY) || !yz_json_len(list))) {
		yz_check_error(&r->c, list->line, "write a list of acts: [\"accept\", \"refuse\"]", "%s is no list of acts", key);
		yz_check_zh(&r->c, "请写动作的列表，比如 [\"accept\", \"refuse\"]", "%s 不是动作的列表", key);
	}
	for (size_t i = 0; yz_json_is(list, YZ_JSON_ARRAY) && i < yz_json_len(list); i++) {
		const struct yz_json *v = yz_json_at(list, i);
		size_t k = 0;
		while (k < YZ_EVENTS && !(yz_json_is(v, YZ_JSON_STRING) && yz_str_eqz(v->text, events[k].name) && events[k].things >> r->m->watches & 1))
			k++;
		if (k < YZ_EVENTS) {
			bits |= UINT64_C(1) << k;
			continue;
		}
		yz_check_error(&r->c, v->line, "see the acts of each thing in docs/formats/monitor.md", "%s: a %s has no act %.*s", key,
			       watched[r->m->watches], YZ_P(yz_json_text(v)));
		yz_check_zh(&r->c, "每种对象有哪些动作，见 docs/formats/monitor.md", "%s：%s 没有“%.*s”这个动作", key, watched[r->m->watches],
			    YZ_P(yz_json_text(v)));
	}
	return bits;
}

static void read_clocks(struct reading *r)
{
	const struct yz_json *v = yz_json_get(r->body, "clock");
	size_t n = yz_json_is(v, YZ_JSON_ARRAY) ? yz_json_len(v) : v ? 1 : 0;
	for (size_t i = 0; i < n; i++) {
		const struct yz_json *one = yz_json_is(v, YZ_JSON_ARRAY) ? yz_json_at(v, i) : v;
		size_t k = 0;
		while (k < YZ_MONITOR_CLOCKS && !(yz_json_is(one, YZ_JSON_STRING) && yz_str_eqz(one->text, yz_monitor_clocks[k]) &&
						  clock_things[k] >> r->m->watches & 1))
			k++;
		if (k < YZ_MONITOR_CLOCKS) {
			r->m->clocks |= 1u << k;
			continue;
		}
		yz_check_error(&r->c, one->line, "write answer, promised, legal or deliver of a case, step of a task, consult of a consultation",
			       "clock: a %s has no clock %.*s", watched[r->m->watches], YZ_P(yz_json_text(one)));
		yz_check_zh(&r->c, "办件写 answer、promised、legal、deliver，环节写 step，咨询写 consult", "clock：%s 没有“%.*s”这种时限",
			    watched[r->m->watches], YZ_P(yz_json_text(one)));
	}
}

static int32_t read_points(struct reading *r, const char *key, int32_t fallback)
{
	const struct yz_json *v = yz_json_get(r->body, key);
	struct yz_dec d, tenths;
	int64_t n;
	if (!v)
		return fallback;
	if (yz_json_is(v, YZ_JSON_NUMBER) && yz_dec_parse(v->text, &d) && yz_dec_mul(d, yz_dec_int(10), &tenths) && yz_dec_to_int(tenths, &n) &&
	    yz_dec_cmp(tenths, yz_dec_int(n)) == 0 && n >= 0 && n <= POINTS_MOST)
		return (int32_t)-n;
	yz_check_error(&r->c, v->line, "write how many points it costs, 0 to 100, with at most one decimal", "%s is no number of points", key);
	yz_check_zh(&r->c, "请写扣几分，0 到 100，最多一位小数", "%s 不是分数", key);
	return 0;
}

static bool read_number(const struct yz_json *v, const char *key, struct yz_dec *out)
{
	const struct yz_json *n = yz_json_get(v, key);
	return yz_json_is(n, YZ_JSON_NUMBER) && yz_dec_parse(n->text, out);
}

static bool setting_key(struct yz_str s)
{
	struct yz_err err = {0};
	struct yz_arena *a = yz_arena_create(1 << 20);
	const struct yz_feel_name name = {s, NULL};
	const struct yz_feel_scope scope = {.names = &name, .len = 1};
	const struct yz_feel_diag *diags = NULL;
	bool good = s.len && s.len <= NAME_MOST && !memchr(s.ptr, '=', s.len) && !memchr(s.ptr, '.', s.len) &&
		    yz_feel_compile(a, s, YZ_FEEL_EXPRESSION, &scope, &diags, &err) && !diags;
	yz_arena_destroy(a);
	return good;
}

static void read_settings(struct reading *r)
{
	static const char *const keys[] = {"value", "least", "most", "note", NULL};
	const struct yz_json *list = yz_json_get(r->body, "settings");
	if (list && (!yz_json_is(list, YZ_JSON_OBJECT) || yz_json_len(list) > YZ_MONITOR_SETTINGS)) {
		yz_check_error(&r->c, list->line, "write {\"name\": {\"value\": 5, \"least\": 1, \"most\": 60}}, at most eight", "settings is no such object");
		yz_check_zh(&r->c, "请写 {\"名称\": {\"value\": 5, \"least\": 1, \"most\": 60}}，最多八个", "settings 的写法不对");
		return;
	}
	for (size_t i = 0; list && i < list->count; i++) {
		const struct yz_json *v = list->members[i].value;
		struct yz_monitor_setting *s = &r->m->settings[r->m->nsettings++];
		s->key = list->members[i].key;
		s->note = yz_str_trim(yz_json_str(v, "note"));
		yz_check_keys(&r->c, v, "settings", keys);
		if (!setting_key(s->key)) {
			yz_check_error(&r->c, v->line, "write a name that FEEL can read, without . and =", "settings: \"%.*s\" is no such name", YZ_P(s->key));
			yz_check_zh(&r->c, "请用 FEEL 读得出的名称，不带 . 和 =", "settings：“%.*s”不能作名称", YZ_P(s->key));
		}
		if (read_number(v, "value", &s->value) && read_number(v, "least", &s->least) && read_number(v, "most", &s->most) &&
		    yz_dec_cmp(s->least, s->value) <= 0 && yz_dec_cmp(s->value, s->most) <= 0)
			continue;
		yz_check_error(&r->c, v->line, "write value, and least and most it may be set to", "settings: %.*s has no value within its bounds",
			       YZ_P(s->key));
		yz_check_zh(&r->c, "请写 value，和可以改到的 least、most", "settings：%.*s 的值不在范围里", YZ_P(s->key));
	}
}

static void read_tell(struct reading *r)
{
	const struct yz_json *list = yz_json_get(r->body, "tell");
	if (list && (!yz_json_is(list, YZ_JSON_ARRAY) || yz_json_len(list) > YZ_MONITOR_TELL)) {
		yz_check_error(&r->c, list->line, "write a list of at most six: [\"holder\", \"decider\", \"supervisor\"]", "tell is no such list");
		yz_check_zh(&r->c, "请写列表，最多六个，比如 [\"holder\", \"decider\", \"supervisor\"]", "tell 的写法不对");
		return;
	}
	for (size_t i = 0; i < yz_json_len(list); i++) {
		struct yz_str s = yz_json_text(yz_json_at(list, i));
		const char *const *k = tellable;
		while (*k && !yz_str_eqz(s, *k))
			k++;
		if (*k) {
			r->m->tell[r->m->ntell++] = s;
			continue;
		}
		yz_check_error(&r->c, yz_json_at(list, i)->line, "write holder, window, reviewer, decider, supervisor or finance",
			       "tell: there is no %.*s", YZ_P(s));
		yz_check_zh(&r->c, "请写 holder、window、reviewer、decider、supervisor 或 finance", "tell：没有“%.*s”", YZ_P(s));
	}
}

/* No card without the law it stands on. */
static void read_sources(struct reading *r)
{
	static const char *const keys[] = {"law", "article", "text", "url", NULL};
	const struct yz_json *list = yz_json_get(r->body, "source");
	size_t n = yz_json_is(list, YZ_JSON_ARRAY) ? yz_json_len(list) : 0;
	if (!n || n > SOURCES_MOST) {
		yz_check_error(&r->c, line_of(r, "source"), "write [{\"law\", \"article\", \"text\"}], at most eight", "a monitor says by which rule it is");
		yz_check_zh(&r->c, "请写 [{\"law\", \"article\", \"text\"}]，最多八条", "监察规则要写明依据");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		yz_check_keys(&r->c, yz_json_at(list, i), "source", keys);
		read_text(r, yz_json_at(list, i), "law", NOTE_MOST, true);
		read_text(r, yz_json_at(list, i), "article", NOTE_MOST, false);
		read_text(r, yz_json_at(list, i), "text", TEXT_MOST, true);
		struct yz_str url = read_text(r, yz_json_at(list, i), "url", NOTE_MOST, false);
		if (url.len && !yz_str_starts(url, YZ_LIT("https://")) && !yz_str_starts(url, YZ_LIT("http://"))) {
			yz_check_error(&r->c, yz_json_at(list, i)->line, "write an address with https:// or http://", "source: url is no address");
			yz_check_zh(&r->c, "请写 https:// 或 http:// 开头的地址", "source：url 不是网址");
		}
	}
	r->m->sources = list;
}

/* ---- conditions ---- */

static const struct yz_feel_type *settings_type(struct yz_arena *a, const struct yz_monitor *m)
{
	struct yz_feel_type *t = yz_new(a, struct yz_feel_type);
	struct yz_feel_field *fields = yz_new_n(a, m->nsettings + 1, struct yz_feel_field);
	for (size_t i = 0; i < m->nsettings; i++)
		fields[i] = (struct yz_feel_field){m->settings[i].key, yz_feel_type_of_kind(YZ_FEEL_NUMBER)};
	*t = (struct yz_feel_type){.kind = YZ_FEEL_CONTEXT, .fields = fields, .nfields = m->nsettings};
	return t;
}

static const struct yz_feel_name *names_of(struct yz_arena *a, const struct yz_monitor *m)
{
	static const enum yz_feel_kind kinds[] = {[STRING] = YZ_FEEL_STRING, [NUMBER] = YZ_FEEL_NUMBER, [BOOLEAN] = YZ_FEEL_BOOLEAN,
						  [TEXTS] = YZ_FEEL_LIST};
	struct yz_feel_name *names = yz_new_n(a, YZ_MONITOR_INPUTS, struct yz_feel_name);
	struct yz_feel_type *texts = yz_new(a, struct yz_feel_type);
	*texts = (struct yz_feel_type){.kind = YZ_FEEL_LIST, .item = yz_feel_type_of_kind(YZ_FEEL_STRING)};
	for (size_t i = 0; i < YZ_FACTS; i++)
		names[i] = (struct yz_feel_name){yz_str(facts[i].name), facts[i].kind == TEXTS ? texts : yz_feel_type_of_kind(kinds[facts[i].kind])};
	names[YZ_FACTS] = (struct yz_feel_name){YZ_LIT("设置"), settings_type(a, m)};
	return names;
}

/* 设置.NAME of what is not there would be null, and the condition never true. */
static void check_setting(struct reading *r, struct yz_str path, const char *key, uint32_t line)
{
	struct yz_str before = YZ_LIT("设置.");
	struct yz_str name = yz_str_starts(path, before) ? yz_str_n(path.ptr + before.len, path.len - before.len) : (struct yz_str){0};
	for (size_t i = 0; i < r->m->nsettings; i++)
		if (yz_str_eq(name, r->m->settings[i].key))
			return;
	yz_check_error(&r->c, line, "write 设置. and a name of settings", "%s: settings has no %.*s", key, YZ_P(name));
	yz_check_zh(&r->c, "请写“设置.”和 settings 里的名称", "%s：settings 里没有“%.*s”", key, YZ_P(name));
}

static void check_uses(struct reading *r, const struct yz_feel *f, const char *key, uint32_t line)
{
	size_t n;
	const struct yz_feel_use *uses = yz_feel_uses(r->c.a, f, &n);
	for (size_t i = 0; i < n; i++) {
		size_t k = uses[i].input;
		if (k == YZ_FACTS)
			check_setting(r, uses[i].path, key, line);
		if (k >= YZ_FACTS)
			continue;
		r->m->uses |= UINT64_C(1) << k;
		if (facts[k].things >> r->m->watches & 1)
			continue;
		yz_check_error(&r->c, line, "see the facts of each thing in docs/formats/monitor.md", "%s: a %s offers no %s", key,
			       watched[r->m->watches], facts[k].name);
		yz_check_zh(&r->c, "每种对象有哪些事实，见 docs/formats/monitor.md", "%s：%s 没有“%s”", key, watched[r->m->watches], facts[k].name);
	}
}

static const struct yz_feel *compile(struct reading *r, struct yz_str text, const char *key, uint32_t line, enum yz_feel_kind kind)
{
	struct yz_err err = {0};
	const struct yz_feel_diag *diags = NULL;
	const struct yz_feel_scope scope = {.names = names_of(r->c.a, r->m), .len = YZ_MONITOR_INPUTS, .where = yz_str(key)};
	const struct yz_feel *f = yz_feel_compile(r->c.a, text, YZ_FEEL_EXPRESSION, &scope, &diags, &err);
	while (diags && diags->severity != YZ_FEEL_ERROR)
		diags = diags->next;
	if (diags || !f) {
		struct yz_str en = diags ? diags->message : yz_str(err.msg);
		struct yz_str zh = diags ? yz_feel_diag_text(r->c.a, diags, YZ_FEEL_ZH) : en;
		uint32_t column = diags ? diags->place.column : 1;
		yz_check_error(&r->c, line, "mend the expression; its names are the facts of docs/formats/monitor.md", "%s, column %u: %.*s", key, column,
			       YZ_P(en));
		yz_check_zh(&r->c, "请改正表达式；里面的名称见 docs/formats/monitor.md", "%s，第 %u 列：%.*s", key, column, YZ_P(zh));
		return NULL;
	}
	enum yz_feel_kind is = yz_feel_result_type(f)->kind;
	if (is != kind && is != YZ_FEEL_ANY) {
		bool number = kind == YZ_FEEL_NUMBER;
		yz_check_error(&r->c, line, number ? "write what gives a number" : "write a comparison, or a fact that is yes or no",
			       "%s gives %s", key, yz_feel_kind_name(is));
		yz_check_zh(&r->c, number ? "请写得出数的表达式" : "请写一个比较，或者一个是否的事实", "%s 的结果不是%s", key, number ? "数" : "“是”或“否”");
		return NULL;
	}
	check_uses(r, f, key, line);
	return f;
}

static void read_after(struct reading *r)
{
	static const char *const keys[] = {"limit", "unit", NULL};
	static const char *const units[] = {"wd", "d", "wh", "h", "min"};
	const struct yz_json *v = yz_json_get(r->body, "after"), *limit = yz_json_get(v, "limit");
	bool written = yz_json_is(limit, YZ_JSON_NUMBER) || yz_json_is(limit, YZ_JSON_STRING);
	struct yz_str unit = yz_json_str(v, "unit"), text = written ? limit->text : (struct yz_str){0};
	if (!v)
		return;
	yz_check_keys(&r->c, v, "after", keys);
	bool known = false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		known = known || yz_str_eqz(unit, units[i]);
	if (!known || !yz_unit_parse(unit, &r->m->unit)) {
		yz_check_error(&r->c, v->line, "write wd (working days), d, wh (working hours), h or min", "after: there is no unit %.*s", YZ_P(unit));
		yz_check_zh(&r->c, "请写 wd（工作日）、d、wh（工作小时）、h 或 min", "after：没有“%.*s”这个单位", YZ_P(unit));
	}
	if (!text.len || text.len > WHEN_MOST) {
		yz_check_error(&r->c, v->line, "write a number, or an expression that gives one", "after: limit is missing");
		yz_check_zh(&r->c, "请写一个数，或者得出数的表达式", "after：缺少 limit");
		return;
	}
	r->m->limit = compile(r, text, "after.limit", limit->line, YZ_FEEL_NUMBER);
	int64_t n;
	if (yz_json_is(limit, YZ_JSON_NUMBER) && (!yz_str_int(text, &n) || n < 1 || n > LIMIT_DAYS)) {
		yz_check_error(&r->c, limit->line, "write a whole number from 1 to 3650", "after: %.*s is no limit", YZ_P(text));
		yz_check_zh(&r->c, "请写 1 到 3650 的整数", "after：%.*s 不是期限", YZ_P(text));
	}
}

static void need(struct reading *r, bool good, const char *key, const char *mend, const char *what, const char *zh_mend, const char *zh)
{
	if (good)
		return;
	yz_check_error(&r->c, line_of(r, key), mend, "%s", what);
	yz_check_zh(&r->c, zh_mend, "%s", zh);
}

static void check_whole(struct reading *r)
{
	struct yz_monitor *m = r->m;
	bool on = yz_json_get(r->body, "on"), clock = yz_json_get(r->body, "clock"), after = yz_json_get(r->body, "after");
	need(r, on != clock, "on", "write either on, the acts it is asked at, or clock, the limit it goes with", "when it is asked is not said, or twice",
	     "请写 on（在哪些动作以后看）或者 clock（跟着哪种时限），只写一个", "没有写什么时候看，或者写了两种");
	need(r, !after || on, "after", "a limit of its own begins with an act: write on", "after stands without on", "自带的期限从一个动作开始算，请写 on",
	     "有 after 没有 on");
	need(r, !m->until || after, "until", "leave it out, or write after", "until stands without after", "请去掉，或者写 after", "有 until 没有 after");
	need(r, !after || m->until, "after", "write until, the acts that end the limit", "a limit that nothing ends", "请写 until：哪些动作使期限结束",
	     "期限没有结束的时候");
	need(r, !yz_json_get(r->body, "warn") || after || clock, "warn", "a warning goes with a limit: leave it out", "warn stands without a limit",
	     "提醒跟着期限，请去掉", "没有期限却有 warn");
	need(r, m->warn == YZ_CARD_NONE || m->warn < m->level || m->level == YZ_CARD_NONE, "warn", "write a lower level than level",
	     "the warning is no lower than what follows", "请写比 level 低的一级", "warn 不低于 level");
}

static void read_from(struct reading *r)
{
	struct yz_str s = yz_json_str(r->body, "from");
	if (yz_day_parse(s, &r->m->from))
		return;
	yz_check_error(&r->c, line_of(r, "from"), "write the first day it holds: 2026-01-01", "from is no day");
	yz_check_zh(&r->c, "请写从哪天起施行，比如 2026-01-01", "from 不是日期");
}

static void set_version(struct yz_arena *a, struct yz_monitor *m, const struct yz_json *body)
{
	struct yz_buf b;
	char hex[YZ_HEX];
	yz_buf_init(&b, a, 1 << 20);
	yz_json_canonical(&b, body);
	struct yz_digest d = yz_digest(YZ_SM3, yz_buf_str(&b));
	memcpy(m->digest, yz_digest_hex(&d, hex), sizeof m->digest - 1);
}

struct yz_monitor *yz_monitor_read(struct yz_arena *a, struct yz_str key, const struct yz_json *body, struct yz_str file,
				   struct yz_pack_findings *out)
{
	static const char *const keys[] = {"name", "note", "watches", "on", "until", "clock", "when", "after", "level", "warn", "points",
					   "warn_points", "tell", "from", "settings", "source", NULL};
	size_t before = yz_check_errors(out);
	struct yz_monitor *m = yz_new(a, struct yz_monitor);
	struct reading r = {.c = {.a = a, .file = file, .out = out}, .body = body, .m = m};
	*m = (struct yz_monitor){.key = key};
	if (!yz_json_is(body, YZ_JSON_OBJECT)) {
		yz_check_error(&r.c, body->line, "write {\"name\": …}, see docs/formats/monitor.md", "a monitor is an object");
		yz_check_zh(&r.c, "请写成 {\"name\": …}，见 docs/formats/monitor.md", "监察规则要写成对象");
		return NULL;
	}
	yz_check_keys(&r.c, body, "", keys);
	m->name = read_text(&r, body, "name", NOTE_MOST, true);
	m->note = read_text(&r, body, "note", TEXT_MOST, false);
	int watches = read_word(&r, "watches", watched, YZ_WATCHED, -1), level = read_word(&r, "level", levels, 4, -1),
	    warn = read_word(&r, "warn", levels, 4, 0);
	if (watches < 0)
		return NULL;
	m->watches = (enum yz_watched)watches;
	m->level = level < 0 ? YZ_CARD_NONE : (enum yz_card_level)level;
	m->warn = warn < 0 ? YZ_CARD_NONE : (enum yz_card_level)warn;
	m->on = read_events(&r, "on");
	m->until = read_events(&r, "until");
	read_clocks(&r);
	m->points = read_points(&r, "points", 0);
	m->warn_points = read_points(&r, "warn_points", 0);
	read_settings(&r);
	read_tell(&r);
	read_sources(&r);
	read_from(&r);
	m->when_text = read_text(&r, body, "when", WHEN_MOST, false);
	if (m->when_text.len)
		m->when = compile(&r, m->when_text, "when", line_of(&r, "when"), YZ_FEEL_BOOLEAN);
	read_after(&r);
	check_whole(&r);
	set_version(a, m, body);
	return yz_check_errors(out) == before ? m : NULL;
}

struct yz_feel_value yz_monitor_settings(struct yz_arena *a, const struct yz_monitor *m, const struct yz_dec *values)
{
	struct yz_feel_entry *entries = yz_new_n(a, m->nsettings + 1, struct yz_feel_entry);
	for (size_t i = 0; i < m->nsettings; i++)
		entries[i] = (struct yz_feel_entry){m->settings[i].key, yz_feel_number(values[i])};
	return yz_feel_context(a, entries, m->nsettings);
}

/* monitors/ of a pack. */
void yz_reading_monitors(struct yz_reading *r)
{
	for (size_t i = 0; i < r->pack->monitors.len; i++) {
		const struct yz_pack_file *f = &r->pack->monitors.at[i];
		yz_monitor_read(r->c.a, f->key, f->json, f->path, r->c.out);
	}
	if (r->pack->monitors.len <= YZ_MONITORS_MOST)
		return;
	r->c.file = YZ_LIT("monitors");
	yz_check_error(&r->c, 0, "write at most 500", "there are %zu monitors", r->pack->monitors.len);
	yz_check_zh(&r->c, "最多 500 条", "监察规则有 %zu 条", r->pack->monitors.len);
}
