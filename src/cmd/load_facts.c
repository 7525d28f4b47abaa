/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/load_facts.h"

#include "text/ident.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 6, TRIES = 4 };

uint64_t yz_dice_roll(struct yz_dice *d)
{
	uint64_t z = d->state += 0x9E3779B97F4A7C15;
	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
	z = (z ^ z >> 27) * 0x94D049BB133111EB;
	return z ^ z >> 31;
}

uint64_t yz_dice_below(struct yz_dice *d, uint64_t n)
{
	return n ? yz_dice_roll(d) % n : 0;
}

bool yz_dice_chance(struct yz_dice *d, unsigned percent)
{
	return yz_dice_below(d, 100) < percent;
}

#define PICK(d, list) (list)[yz_dice_below((d), sizeof(list) / sizeof *(list))]

static const char *const family[] = {"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "马", "朱", "胡", "林", "郭", "何"};
static const char *const given[] = {"秀英", "建国", "丽华", "志强", "海燕", "玉兰", "文斌", "晓东", "桂芳", "永福", "春梅", "家明",
				    "雪莲", "国庆", "小军", "月娥", "立新", "思远", "佳怡", "子涵"};
static const char *const streets[] = {"文昌路", "滨河路", "人民街", "建设路", "新华街", "桃园巷", "清泉路", "东门街", "北环路", "柳荫巷"};
static const char *const towns[] = {"泽安街道", "河东街道", "石桥镇", "白沙镇", "枫林镇", "高岭乡", "双湖镇", "云台镇"};
static const char *const works[] = {"自来水支管接入", "燃气管道改造", "通信管线敷设", "雨污分流改造", "电力入地", "门店装修", "厂房扩建"};
static const char *const shops[] = {"清香小吃店", "家和便利店", "老街面馆", "阳光早餐店", "惠民超市", "春风理发店", "泽安茶馆"};

static struct yz_str person_id(struct yz_arena *a, struct yz_dice *d, yz_instant now, int offset)
{
	struct yz_civil c = yz_day_civil(yz_instant_day(now, offset));
	char id[64];
	int year = c.year - 20 - (int)yz_dice_below(d, 50);
	snprintf(id, sizeof id, "990121%04d%02d%02d%03d", year % 10000, 1 + (int)yz_dice_below(d, 12), 1 + (int)yz_dice_below(d, 28),
		 1 + (int)yz_dice_below(d, 900));
	id[17] = yz_ident_person_check(id);
	id[18] = '\0';
	return yz_str_dup(a, yz_str(id));
}

static struct yz_str credit_code(struct yz_arena *a, struct yz_dice *d)
{
	char code[64];
	snprintf(code, sizeof code, "91990121MA%07u", (unsigned)yz_dice_below(d, 10000000));
	code[17] = yz_ident_credit_check(code);
	code[18] = '\0';
	return yz_str_dup(a, yz_str(code));
}

static bool speaks_of(struct yz_str name, const char *word)
{
	return yz_str_find(name, yz_str(word), 0) != SIZE_MAX;
}

/* Words by what the field is called, where its form gives no examples. */
static struct yz_str words_for(struct yz_arena *a, struct yz_dice *d, const struct yz_field *f)
{
	struct yz_str n = f->name;
	struct yz_str s;
	if (speaks_of(n, "地址") || speaks_of(n, "住址") || speaks_of(n, "位置") || speaks_of(n, "地点") || speaks_of(n, "路段"))
		s = yz_str_printf(a, "%s%s%d号", PICK(d, towns), PICK(d, streets), 1 + (int)yz_dice_below(d, 180));
	else if (speaks_of(n, "姓名") || speaks_of(n, "负责人") || speaks_of(n, "联系人") || speaks_of(n, "户主"))
		s = yz_str_printf(a, "%s%s", PICK(d, family), PICK(d, given));
	else if (speaks_of(n, "工程") || speaks_of(n, "项目"))
		s = yz_str_printf(a, "%s%s工程", PICK(d, streets), PICK(d, works));
	else if (speaks_of(n, "字号") || speaks_of(n, "店") || speaks_of(n, "名称") || speaks_of(n, "单位"))
		s = yz_str_printf(a, "清泽县%s", PICK(d, shops));
	else if (speaks_of(n, "编号") || speaks_of(n, "证号") || speaks_of(n, "账号") || speaks_of(n, "号码"))
		s = yz_str_printf(a, "QZ%08u", (unsigned)yz_dice_below(d, 100000000));
	else
		s = YZ_LIT("见所附材料");
	return s;
}

/* What is answered on the way through a form: from when she means to begin, and for how many days. */
struct way {
	yz_instant now;
	int offset;
	bool natural;
	yz_day begins;
	int64_t days;
};

static struct yz_str day_text(struct yz_arena *a, struct yz_dice *d, const struct yz_field *f, struct way *w)
{
	bool past = speaks_of(f->name, "出生") || speaks_of(f->name, "签发") || speaks_of(f->name, "取得");
	bool ends = speaks_of(f->name, "结束") || speaks_of(f->name, "完工") || speaks_of(f->name, "竣工");
	yz_day day = yz_instant_day(w->now, w->offset);
	char buf[16];
	if (past)
		day -= 5 + (yz_day)yz_dice_below(d, 20);
	else if (ends && w->begins)
		day = w->begins + (yz_day)(w->days ? w->days - 1 : (speaks_of(f->name, "竣工") ? 120 : 10) + (int)yz_dice_below(d, 50));
	else
		w->begins = day += 5 + (yz_day)yz_dice_below(d, 40);
	yz_day_print(day, buf);
	return yz_str_dup(a, yz_str(buf));
}

static struct yz_str number_text(struct yz_arena *a, struct yz_dice *d, const struct yz_field *f)
{
	double low = f->minimum.len ? atof(yz_str_z(a, f->minimum)) : 1, high = f->maximum.len ? atof(yz_str_z(a, f->maximum)) : low + 60;
	if (high > low + 60)
		high = low + 60;
	long long from = (long long)low + (low > (double)(long long)low), to = (long long)high;
	if (to > from)
		from += 1; /* a bound may be exclusive */
	return yz_str_printf(a, "%lld", from + (long long)yz_dice_below(d, (uint64_t)(to >= from ? to - from + 1 : 1)));
}

/* No company says that it is a household, and nobody that she is a company. */
static bool is_what_she_is(struct yz_str option, bool natural)
{
	static const char *const others[2][4] = {{"个人", "农户", "集体", "国有"}, {"单位", "企业", "集体", "国有"}};
	for (size_t i = 0; i < 4; i++)
		if (speaks_of(option, others[natural][i]))
			return false;
	return !speaks_of(option, "权属");
}

static struct yz_str one_option(struct yz_dice *d, const struct yz_field *f, bool natural)
{
	struct yz_str option = {0};
	bool who = speaks_of(f->name, "申请人类型");
	for (int t = 0; t < TRIES * TRIES && (!option.len || (who && !is_what_she_is(option, natural))); t++)
		option = f->options[yz_dice_below(d, f->noptions)].value;
	return option;
}

static struct yz_str one_answer(struct yz_arena *a, struct yz_dice *d, const struct yz_field *f, struct way *w)
{
	yz_instant now = w->now;
	int offset = w->offset;
	if (yz_json_len(f->examples)) {
		const struct yz_json *one = yz_json_at(f->examples, yz_dice_below(d, yz_json_len(f->examples)));
		int64_t n;
		if (yz_json_is(one, YZ_JSON_TRUE) || yz_json_is(one, YZ_JSON_FALSE))
			return yz_json_is(one, YZ_JSON_TRUE) ? YZ_LIT("true") : YZ_LIT("false");
		if (speaks_of(f->name, "天数") && yz_str_int(one->text, &n))
			w->days = n;
		return one->text;
	}
	if (f->noptions)
		return one_option(d, f, w->natural);
	if (f->type == YZ_FIELD_BOOLEAN)
		return yz_dice_chance(d, 60) ? YZ_LIT("true") : YZ_LIT("false");
	if (f->type == YZ_FIELD_NUMBER || f->type == YZ_FIELD_INTEGER)
		return number_text(a, d, f);
	if (yz_str_eqz(f->format, "date"))
		return day_text(a, d, f, w);
	if (yz_str_eqz(f->format, "cn-id"))
		return person_id(a, d, now, offset);
	if (yz_str_eqz(f->format, "cn-uscc"))
		return credit_code(a, d);
	if (yz_str_eqz(f->format, "cn-mobile"))
		return yz_str_printf(a, "139%08u", (unsigned)yz_dice_below(d, 100000000));
	if (yz_str_eqz(f->format, "cn-phone"))
		return yz_str_printf(a, "0999-6%06u", (unsigned)yz_dice_below(d, 1000000));
	if (yz_str_eqz(f->format, "cn-postcode"))
		return YZ_LIT("999100");
	if (yz_str_eqz(f->format, "email"))
		return yz_str_printf(a, "user%u@example.cn", (unsigned)yz_dice_below(d, 100000));
	return words_for(a, d, f);
}

static void write_answer(struct yz_arena *a, struct yz_jw *w, struct yz_dice *d, const struct yz_field *f, struct way *way)
{
	yz_jw_keys(w, f->name);
	if (f->type == YZ_FIELD_CHOICES) {
		yz_jw_array(w);
		yz_jw_str(w, yz_json_len(f->examples) ? one_answer(a, d, f, way) : f->options[yz_dice_below(d, f->noptions)].value);
		yz_jw_end(w, ']');
	} else if (f->type == YZ_FIELD_ROWS) {
		size_t rows = f->min_items ? f->min_items : 1;
		yz_jw_array(w);
		for (size_t r = 0; r < rows; r++) {
			yz_jw_object(w);
			for (size_t c = 0; c < f->ncolumns; c++) {
				yz_jw_keys(w, f->columns[c].name);
				yz_jw_str(w, one_answer(a, d, &f->columns[c], way));
			}
			yz_jw_end(w, '}');
		}
		yz_jw_end(w, ']');
	} else {
		yz_jw_str(w, one_answer(a, d, f, way));
	}
}

/* Answers what is asked now and has none; more may be asked then. */
static const struct yz_json *round_of(struct yz_arena *a, const struct yz_form *form, const struct yz_json *facts,
				      const struct yz_form_state *state, struct yz_dice *d, struct way *way, size_t *answered)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, a, 1 << 20);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	*answered = 0;
	for (size_t i = 0; i < form->nfields; i++) {
		const struct yz_field *f = &form->fields[i];
		bool wrong = false;
		for (size_t e = 0; e < state->nerrors; e++)
			wrong = wrong || state->errors[e].field == i;
		if (!state->asked[i] || (yz_json_find(facts, f->name) && !wrong) || (!f->required && !wrong && yz_dice_chance(d, 50)))
			continue;
		write_answer(a, &w, d, f, way);
		++*answered;
	}
	yz_jw_end(&w, '}');
	return yz_json_read(a, yz_buf_str(&b), NULL, NULL);
}

/* By the number that stands there already. */
static bool is_natural(const struct yz_form *form, const struct yz_json *facts)
{
	for (size_t i = 0; i < form->nfields; i++)
		if (yz_str_starts(form->fields[i].fill, YZ_LIT("applicant.id"))) {
			struct yz_str no = yz_json_text(yz_json_find(facts, form->fields[i].name));
			return no.len == 18 && yz_ident_person_check(no.ptr) == no.ptr[17];
		}
	return true;
}

const struct yz_json *yz_load_facts(struct yz_arena *a, const struct yz_form *form, const struct yz_json *facts, struct yz_dice *dice,
				    yz_instant now, int offset)
{
	for (int t = 0; t < TRIES; t++) {
		const struct yz_json *f = facts;
		struct way way = {.now = now, .offset = offset, .natural = is_natural(form, facts)};
		for (int r = 0; r < ROUNDS; r++) {
			struct yz_form_state state;
			size_t answered;
			yz_form_state(a, form, f, -1, now, YZ_LANG_ZH, &state);
			if (!state.nerrors)
				return f;
			const struct yz_json *typed = round_of(a, form, f, &state, dice, &way, &answered);
			f = yz_form_take(a, form, f, typed, true, now);
		}
	}
	return NULL;
}
