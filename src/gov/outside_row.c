/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/outside_row.h"

#include "base/utf8.h"
#include "gov/item_row.h"
#include "gov/pay.h"
#include "gov/upward_row.h"

const struct yz_out_def yz_out_defs[YZ_OUT_SLOTS] = {
#define TABLE(table, id, title) {YZ_OUT_TABLE, id, false, 0, N_(title)},
#define FIELD(table, column, kind, must, most, name) {YZ_OUT_##kind, name, must, most, NULL},
#include "gov/outside_fields.def"
#undef TABLE
#undef FIELD
};

struct reading {
	struct yz_arena *a;
	enum yz_lang lang;
	int nth;
	struct yz_out_row *row;
};

/* As much of it as an answer says again. */
static struct yz_str shown(struct yz_str s)
{
	size_t at = 0;
	for (size_t n = 0; at < s.len && n < YZ_OUT_SHOWN; n++)
		yz_utf8_next(s, &at);
	return yz_str_n(s.ptr, at);
}

static void find(struct reading *r, bool error, struct yz_str field, struct yz_str value, const char *reason)
{
	if (r->row->found.len >= YZ_OUT_FINDINGS) { /* more of them would not help whoever sent it, and fill the answer */
		r->row->found.errors += error;
		return;
	}
	yz_finding_add(r->a, &r->row->found, error, r->nth, "", shown(field), shown(value), "%s", yz_tr(r->lang, reason));
}

static size_t width(enum yz_out_slot table)
{
	size_t n = 0;
	while (table + 1 + n < YZ_OUT_SLOTS && yz_out_defs[table + 1 + n].kind != YZ_OUT_TABLE)
		n++;
	return n;
}

enum yz_out_slot yz_out_table(struct yz_str said)
{
	for (int t = 0; t < YZ_OUT_SLOTS; t++)
		if (yz_out_defs[t].kind == YZ_OUT_TABLE && (yz_str_eqz(said, yz_out_defs[t].name) || yz_str_eqz(said, yz_out_defs[t].title)))
			return (enum yz_out_slot)t;
	return YZ_OUT_SLOTS;
}

enum yz_out_slot yz_out_field(enum yz_out_slot table, struct yz_str name)
{
	for (size_t i = 0; table < YZ_OUT_SLOTS && i < width(table); i++)
		if (yz_str_eqz(name, yz_out_defs[table + 1 + i].name))
			return (enum yz_out_slot)(table + 1 + i);
	return YZ_OUT_SLOTS;
}

/* The standard has it in this table, and supervision does not ask for it. */
static bool left_aside(enum yz_out_slot table, struct yz_str name)
{
	enum yz_up_slot t = yz_up_next(YZ_UP_SLOTS);
	while (t < YZ_UP_SLOTS && strcmp(yz_up_defs[t].name, yz_out_defs[table].name) != 0)
		t = yz_up_next(t);
	for (size_t i = 0; t < YZ_UP_SLOTS && i < yz_up_width(t); i++)
		if (yz_str_eqz(name, yz_up_defs[t + 1 + i].name))
			return !yz_str_starts(name, YZ_LIT("x_"));
	return false;
}

/* ---- values ---- */

static bool plain(struct yz_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 && s.ptr[i] != '\n' && s.ptr[i] != '\t')
			return false;
	return !yz_has_hidden(s);
}

static bool fits(struct yz_str s, int64_t most)
{
	return plain(s) && yz_utf8_count(s) <= (size_t)most;
}

static const char *list_wrong(const struct yz_json *v, int64_t most)
{
	if (!yz_json_is(v, YZ_JSON_ARRAY))
		return N_("要写成一个列表");
	if (yz_json_len(v) > YZ_OUT_LIST_MOST)
		return N_("列表最多 200 项");
	for (size_t i = 0; i < yz_json_len(v); i++)
		if (!yz_json_is(yz_json_at(v, i), YZ_JSON_STRING) || !yz_json_text(yz_json_at(v, i)).len || !fits(yz_json_text(yz_json_at(v, i)), most))
			return N_("列表里有一项不是文字，是空的，或者太长");
	return NULL;
}

static const char *text_wrong(const struct yz_out_def *f, const struct yz_json *v, struct yz_out_val *out)
{
	if (!yz_json_is(v, YZ_JSON_STRING))
		return N_("要写成文字");
	out->text = yz_json_text(v);
	if (f->kind == YZ_OUT_TIME)
		return yz_instant_parse(out->text, &out->n) ? NULL : N_("时间要写成 2026-11-22T10:32:00+08:00 这样");
	if (!plain(out->text))
		return N_("里面有看不见的控制字符");
	if (!fits(out->text, f->most))
		return N_("太长");
	if (f->kind == YZ_OUT_MONEY && (!yz_yuan_parse(out->text, &out->n) || out->n < 0 || out->n > YZ_PAY_MOST))
		return N_("金额要像 80 或 80.00，不能是负数，也不能太大");
	return NULL;
}

/* Why it is none, or NULL. */
static const char *value_wrong(const struct yz_out_def *f, const struct yz_json *v, struct yz_out_val *out)
{
	out->list = v;
	if (f->kind == YZ_OUT_LIST)
		return list_wrong(v, f->most);
	if (f->kind != YZ_OUT_INT)
		return text_wrong(f, v, out);
	out->text = yz_json_is(v, YZ_JSON_NUMBER) ? v->text : yz_json_text(v);
	if (!yz_json_is(v, YZ_JSON_NUMBER) || !yz_str_int(out->text, &out->n) || out->n < 0 || out->n > f->most)
		return N_("要写成不太大的整数");
	return NULL;
}

static void read_fields(struct reading *r, const struct yz_json *fields)
{
	struct yz_out_row *row = r->row;
	for (size_t i = 0; i < fields->count; i++) {
		struct yz_str name = fields->members[i].key;
		const struct yz_json *v = fields->members[i].value;
		enum yz_out_slot slot = yz_out_field(row->table, name);
		if (slot == YZ_OUT_SLOTS) {
			if (!left_aside(row->table, name))
				find(r, true, name, yz_json_text(v), N_("这张表没有这个字段"));
			continue;
		}
		struct yz_out_val *out = &row->vals[slot - row->table - 1];
		const char *wrong = value_wrong(&yz_out_defs[slot], v, out);
		if (wrong)
			find(r, true, name, yz_json_text(v), wrong);
		/* What is wrong is not missing as well. */
		out->there = wrong || out->list->type != YZ_JSON_STRING || yz_str_trim(out->text).len;
	}
	for (size_t i = 0; i < width(row->table); i++)
		if (yz_out_defs[row->table + 1 + i].must && !row->vals[i].there)
			find(r, true, yz_str(yz_out_defs[row->table + 1 + i].name), YZ_LIT(""), N_("没有写，这一项必须有"));
}

/* ---- what it comes to ---- */

struct word {
	const char *said;
	int means;
};

static int meant(const struct word *words, size_t n, struct yz_str said)
{
	for (size_t i = 0; i < n; i++)
		if (yz_str_eqz(said, words[i].said))
			return words[i].means;
	return -1;
}

static struct yz_str text(const struct yz_out_val *v)
{
	return v->text.ptr ? yz_str_trim(v->text) : YZ_LIT("");
}

static void means_apply(struct reading *r)
{
	static const struct word units[] = {{"工作日", YZ_WORKING_DAYS}, {"自然日", YZ_NATURAL_DAYS}, {"工作小时", YZ_WORKING_HOURS}, {"小时", YZ_NATURAL_HOURS}};
	struct yz_out_row *row = r->row;
	const struct yz_out_val *limit = YZ_OUT_GET(row, apply, limit), *unit = YZ_OUT_GET(row, apply, unit);
	int u = unit->there ? meant(units, sizeof units / sizeof *units, text(unit)) : YZ_WORKING_DAYS;
	if (u < 0 || (unit->there && !limit->there))
		find(r, true, YZ_LIT("期限单位"), text(unit), N_("期限单位是工作日、自然日、工作小时或小时，和承诺期限一起写"));
	row->opens = true;
	row->c = (struct yz_outside_case){.item = text(YZ_OUT_GET(row, apply, item)), .applicant_name = text(YZ_OUT_GET(row, apply, applicant)),
					  .received = YZ_OUT_GET(row, apply, at)->n, .own_limit = limit->there, .limit = (int32_t)limit->n,
					  .unit = u < 0 ? YZ_WORKING_DAYS : (enum yz_unit)u,
					  .materials = YZ_OUT_GET(row, apply, materials)->list};
}

static const struct yz_json *to_mend(struct reading *r, const struct yz_json *materials)
{
	struct yz_json *items = yz_json_new_array(r->a);
	for (size_t i = 0; i < yz_json_len(materials); i++) {
		struct yz_json *one = yz_json_new_object(r->a);
		yz_json_put(r->a, one, YZ_LIT("material"), yz_json_at(materials, i));
		yz_json_put(r->a, one, YZ_LIT("what"), yz_json_at(materials, i));
		yz_json_push(r->a, items, one);
	}
	return items;
}

static void means_step(struct reading *r)
{
	static const struct word actions[] = {{"通过", YZ_ACT_pass},	       {"不予受理", YZ_ACT_refuse}, {"一次告知补正", YZ_ACT_correct},
					      {"提交补正", YZ_ACT_supply}, {"撤回申请", YZ_ACT_withdraw}};
	struct yz_out_row *row = r->row;
	struct yz_str said = text(YZ_OUT_GET(row, step, action));
	int act = meant(actions, sizeof actions / sizeof *actions, said);
	if (act < 0 && said.len)
		find(r, true, YZ_LIT("业务动作"), said, N_("业务动作是通过、不予受理、一次告知补正、提交补正或撤回申请"));
	row->act.at = YZ_OUT_GET(row, step, at)->n;
	if (act == YZ_ACT_pass || act == YZ_ACT_refuse)
		row->act.node = text(YZ_OUT_GET(row, step, node));
	row->act.in = (struct yz_act_input){.act = act < 0 ? YZ_ACT_pass : (enum yz_act)act, .reason = text(YZ_OUT_GET(row, step, reason)),
					    .basis = text(YZ_OUT_GET(row, step, basis)), .overrule = text(YZ_OUT_GET(row, step, overrule)),
					    .items = act == YZ_ACT_correct ? to_mend(r, YZ_OUT_GET(row, step, materials)->list) : NULL};
}

static void means_special(struct reading *r)
{
	struct yz_out_row *row = r->row;
	const struct yz_out_val *began = YZ_OUT_GET(row, special, began), *ended = YZ_OUT_GET(row, special, ended);
	struct yz_str kind = text(YZ_OUT_GET(row, special, kind));
	if (began->there == ended->there)
		find(r, true, YZ_LIT("特别程序开始时间"), began->text, N_("开始和结束各报一行：开始时间和结束时间只写一个"));
	if (began->there && !kind.len)
		find(r, true, YZ_LIT("特别程序种类名称"), YZ_LIT(""), N_("没有写，这一项必须有"));
	row->act.at = ended->there ? ended->n : began->n;
	row->act.in = (struct yz_act_input){.act = ended->there ? YZ_ACT_resume : YZ_ACT_stop, .special = kind,
					    .days = YZ_OUT_GET(row, special, days)->n,
					    .reason = text(ended->there ? YZ_OUT_GET(row, special, opinion) : YZ_OUT_GET(row, special, reason))};
}

static void means_result(struct reading *r)
{
	static const struct word results[] = {{"准予许可", YZ_ACT_grant}, {"不予许可", YZ_ACT_deny}};
	struct yz_out_row *row = r->row;
	struct yz_str said = text(YZ_OUT_GET(row, result, result));
	int act = meant(results, sizeof results / sizeof *results, said);
	if (act < 0 && said.len)
		find(r, true, YZ_LIT("办结结果"), said, N_("办结结果是准予许可或不予许可"));
	row->act.at = YZ_OUT_GET(row, result, at)->n;
	row->act.in = (struct yz_act_input){.act = act < 0 ? YZ_ACT_grant : (enum yz_act)act, .reason = text(YZ_OUT_GET(row, result, reason)),
					    .basis = text(YZ_OUT_GET(row, result, basis)), .overrule = text(YZ_OUT_GET(row, result, overrule))};
}

static void means(struct reading *r)
{
	struct yz_out_row *row = r->row;
	struct yz_str level;
	switch ((int)row->table) {
	case YZ_OUT_apply:
		means_apply(r);
		return;
	case YZ_OUT_accept:
		row->act.at = YZ_OUT_GET(row, accept, at)->n;
		row->act.in = (struct yz_act_input){.act = YZ_ACT_accept, .overrule = text(YZ_OUT_GET(row, accept, overrule))};
		return;
	case YZ_OUT_step:
		means_step(r);
		return;
	case YZ_OUT_special:
		means_special(r);
		return;
	case YZ_OUT_result:
		means_result(r);
		return;
	case YZ_OUT_rating:
		level = text(YZ_OUT_GET(row, rating, level));
		if (level.len && (level.len != 1 || level.ptr[0] < '1' || level.ptr[0] > '5'))
			find(r, true, YZ_LIT("满意度代码"), level, N_("满意度代码是 1 到 5"));
		/* A.8 counts from the best. */
		row->act.in = (struct yz_act_input){.act = YZ_ACT_rate, .level = level.len ? '6' - level.ptr[0] : 0,
						    .reason = text(YZ_OUT_GET(row, rating, text))};
		row->act.at = YZ_OUT_GET(row, rating, at)->n;
		return;
	default:
		row->charges = true;
		row->fee = (struct yz_outside_fee){text(YZ_OUT_GET(row, fee, name)), text(YZ_OUT_GET(row, fee, price)),
						   text(YZ_OUT_GET(row, fee, quantity)), YZ_OUT_GET(row, fee, amount)->n};
	}
}

/* ---- a row ---- */

static bool number_fits(struct yz_str no)
{
	for (size_t i = 0; i < no.len; i++) {
		char c = no.ptr[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '-')
			return false;
	}
	return no.len > 0 && no.len <= YZ_OUT_NO;
}

static void read_frame(struct reading *r, const struct yz_json *line)
{
	static const char *const known[] = {"table", "no", "key", "fields"};
	struct yz_out_row *row = r->row;
	for (size_t i = 0; i < line->count; i++) {
		size_t k = 0;
		while (k < sizeof known / sizeof *known && !yz_str_eqz(line->members[i].key, known[k]))
			k++;
		if (k == sizeof known / sizeof *known)
			find(r, true, line->members[i].key, yz_json_text(line->members[i].value), N_("一行只有 table、no、key 和 fields"));
	}
	row->no = yz_json_str(line, "no");
	row->key = yz_json_str(line, "key");
	row->table = yz_out_table(yz_json_str(line, "table"));
	if (row->table == YZ_OUT_SLOTS)
		find(r, true, YZ_LIT("table"), yz_json_str(line, "table"), N_("没有这张表：有 5、6、7、7-special、8、9、fee"));
	if (!number_fits(row->no))
		find(r, true, YZ_LIT("no"), row->no, N_("编号是 1 到 40 个字母、数字和连字符"));
	if (!fits(row->key, YZ_OUT_KEY))
		find(r, true, YZ_LIT("key"), row->key, N_("太长"));
}

/* What the row comes to, however it was spelt: an instant in another zone, 80 for 80.00, an empty key for none. */
static struct yz_str meaning(struct yz_arena *a, const struct yz_out_row *row)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, a, 4 << 20);
	yz_jw_init(&w, &b);
	yz_jw_array(&w);
	yz_jw_z(&w, yz_out_defs[row->table].name);
	yz_jw_str(&w, row->no);
	yz_jw_str(&w, yz_str_trim(row->key));
	for (size_t i = 0; i < width(row->table); i++) {
		const struct yz_out_val *v = &row->vals[i];
		enum yz_out_kind kind = yz_out_defs[row->table + 1 + i].kind;
		if (!v->there || (kind == YZ_OUT_TEXT && !text(v).len))
			yz_jw_null(&w);
		else if (kind == YZ_OUT_LIST)
			yz_jw_value(&w, v->list);
		else if (kind == YZ_OUT_TEXT)
			yz_jw_str(&w, text(v));
		else
			yz_jw_int(&w, v->n);
	}
	yz_jw_end(&w, ']');
	return yz_buf_str(&b);
}

void yz_out_row_read(struct yz_arena *a, enum yz_lang lang, int nth, const struct yz_json *line, struct yz_out_row *row)
{
	struct reading r = {a, lang, nth, row};
	const struct yz_json *fields = yz_json_get(line, "fields");
	struct yz_buf b;
	*row = (struct yz_out_row){.table = YZ_OUT_SLOTS};
	yz_buf_init(&b, a, 4 << 20);
	yz_json_canonical(&b, line);
	row->says = yz_buf_str(&b);
	if (!yz_json_is(line, YZ_JSON_OBJECT)) {
		find(&r, true, YZ_LIT(""), YZ_LIT(""), N_("一行是一个对象，有 table、no 和 fields"));
		return;
	}
	read_frame(&r, line);
	if (!yz_json_is(fields, YZ_JSON_OBJECT))
		find(&r, true, YZ_LIT("fields"), YZ_LIT(""), N_("一行是一个对象，有 table、no 和 fields"));
	else if (row->table != YZ_OUT_SLOTS) {
		read_fields(&r, fields);
		means(&r);
		if (!row->found.errors)
			row->says = meaning(a, row);
	}
}

const char *yz_out_field_of(const struct yz_out_row *row, const char *where)
{
	static const struct {
		const char *where;
		enum yz_out_slot slot;
	} fields[] = {
		{"item", YZ_OUT_apply_item}, {"limit", YZ_OUT_apply_limit}, {"at", YZ_OUT_apply_at}, {"at", YZ_OUT_accept_at}, {"at", YZ_OUT_step_at}, {"at", YZ_OUT_special_began},
		{"at", YZ_OUT_special_ended}, {"at", YZ_OUT_result_at}, {"at", YZ_OUT_rating_at}, {"node", YZ_OUT_step_node},
		{"level", YZ_OUT_rating_level}, {"name", YZ_OUT_fee_name}, {"amount", YZ_OUT_fee_amount},
	};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		enum yz_out_slot s = fields[i].slot;
		if (strcmp(where, fields[i].where) == 0 && s > row->table && s <= row->table + width(row->table) &&
		    (row->vals[s - row->table - 1].there || s != YZ_OUT_special_began))
			return yz_out_defs[s].name;
	}
	return "no";
}

struct yz_str yz_out_said(const struct yz_out_row *row, const char *name)
{
	enum yz_out_slot s = yz_out_field(row->table, yz_str(name));
	return s == YZ_OUT_SLOTS ? row->no : row->vals[s - row->table - 1].text;
}
