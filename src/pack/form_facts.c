/* What was typed becomes facts, and facts become values.  SPDX-License-Identifier: Apache-2.0 */
#include "pack/form.h"

#include "base/utf8.h"
#include "calendar/calendar.h"
#include "text/ident.h"

/* ---- values ---- */

static struct yz_feel_value row_values(struct yz_arena *a, const struct yz_field *f, const struct yz_json *rows);

static struct yz_feel_value value_of(struct yz_arena *a, const struct yz_field *f, const struct yz_json *v)
{
	struct yz_feel_value none = {0};
	struct yz_dec d;
	yz_day day;
	switch (f->type) {
	case YZ_FIELD_STRING:
		if (!yz_json_is(v, YZ_JSON_STRING) || !v->text.len)
			return none;
		if (!yz_str_eqz(f->format, "date"))
			return yz_feel_string(v->text);
		return yz_day_parse(v->text, &day) ? yz_feel_day(day) : none;
	case YZ_FIELD_NUMBER:
	case YZ_FIELD_INTEGER:
		return yz_json_is(v, YZ_JSON_NUMBER) && yz_dec_parse(v->text, &d) ? yz_feel_number(d) : none;
	case YZ_FIELD_BOOLEAN:
		return yz_json_is(v, YZ_JSON_TRUE) || yz_json_is(v, YZ_JSON_FALSE) ? yz_feel_bool(v->type == YZ_JSON_TRUE) : none;
	case YZ_FIELD_CHOICES:
	case YZ_FIELD_ROWS:
		break;
	}
	if (!yz_json_is(v, YZ_JSON_ARRAY))
		return none;
	if (f->type == YZ_FIELD_ROWS)
		return row_values(a, f, v);
	struct yz_feel_value *items = yz_new_n(a, v->len, struct yz_feel_value);
	for (size_t i = 0; i < v->len; i++)
		items[i] = yz_feel_string(yz_json_text(v->items[i]));
	return yz_feel_list(items, v->len);
}

static struct yz_feel_value row_values(struct yz_arena *a, const struct yz_field *f, const struct yz_json *rows)
{
	struct yz_feel_value *items = yz_new_n(a, rows->len, struct yz_feel_value);
	for (size_t i = 0; i < rows->len; i++) {
		struct yz_feel_entry *entries = yz_new_n(a, f->ncolumns, struct yz_feel_entry);
		for (size_t k = 0; k < f->ncolumns; k++)
			entries[k] = (struct yz_feel_entry){f->columns[k].name,
							    value_of(a, &f->columns[k], yz_json_find(rows->items[i], f->columns[k].name))};
		items[i] = yz_feel_context(a, entries, f->ncolumns);
	}
	return yz_feel_list(items, rows->len);
}

struct yz_feel_value *yz_form_values(struct yz_arena *a, const struct yz_form *form, const struct yz_json *facts)
{
	struct yz_feel_value *values = yz_new_n(a, form->nfields, struct yz_feel_value);
	for (size_t i = 0; i < form->nfields; i++)
		values[i] = value_of(a, &form->fields[i], yz_json_find(facts, form->fields[i].name));
	return values;
}

static struct yz_feel_value outcome(struct yz_arena *a, const struct yz_feel *condition, const struct yz_feel_value *values, yz_instant now)
{
	struct yz_feel_run run;
	yz_feel_run_init(&run, a);
	run.now = yz_feel_instant(now, YZ_SHANGHAI);
	return yz_feel_eval(condition, &run, values);
}

bool yz_form_test(struct yz_arena *a, const struct yz_feel *condition, const struct yz_feel_value *values, yz_instant now)
{
	return !condition || yz_feel_is_true(outcome(a, condition, values, now));
}

bool yz_form_fails(struct yz_arena *a, const struct yz_feel *condition, const struct yz_feel_value *values, yz_instant now)
{
	if (!condition)
		return false;
	struct yz_feel_value v = outcome(a, condition, values, now);
	return v.kind == YZ_FEEL_BOOLEAN && !yz_feel_is_true(v);
}

/* A condition may speak of a field whose own condition speaks of a third, in any order of display: repeated until
 * nothing changes, at most once a field (a ring of conditions stays as the last round left it). */
struct yz_feel_value *yz_form_visible(struct yz_arena *a, const struct yz_form *form, const struct yz_json *facts, yz_instant now,
				      bool *asked)
{
	const struct yz_feel_value *all = yz_form_values(a, form, facts);
	struct yz_feel_value *seen = yz_new_n(a, form->nfields, struct yz_feel_value);
	bool *ask = asked ? asked : yz_new_n(a, form->nfields, bool);
	memcpy(seen, all, form->nfields * sizeof *seen);
	for (size_t i = 0; i < form->nfields; i++)
		ask[i] = true;
	bool changed = true;
	for (size_t round = 0; changed && round <= form->nfields; round++) {
		changed = false;
		for (size_t i = 0; i < form->nfields; i++) {
			const struct yz_field *f = &form->fields[i];
			bool now_asked = yz_form_test(a, form->pages[f->page].when, seen, now) && yz_form_test(a, f->when, seen, now);
			changed |= now_asked != ask[i];
			ask[i] = now_asked;
			seen[i] = now_asked ? all[i] : (struct yz_feel_value){0};
		}
	}
	return seen;
}

bool yz_form_holds(struct yz_arena *a, const struct yz_form *form, const struct yz_feel *condition, const struct yz_json *facts,
		   yz_instant now)
{
	return !condition || yz_form_test(a, condition, form ? yz_form_visible(a, form, facts, now, NULL) : NULL, now);
}

/* ---- what was typed ---- */

struct taking {
	struct yz_arena *a;
	yz_instant now;
};

/* Full-width digits and signs as input methods leave them. */
static struct yz_str half_width(struct yz_arena *a, struct yz_str s)
{
	struct yz_buf b;
	yz_buf_init(&b, a, s.len + 1);
	for (size_t i = 0; i < s.len;) {
		uint32_t c = yz_utf8_next(s, &i);
		yz_buf_add_utf8(&b, c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c == 0x3002 ? '.' : c);
	}
	return yz_buf_str(&b);
}

/* "1,234.5", "007", ".5" as JSON writes numbers; false when it is none. */
static bool read_number(struct yz_arena *a, struct yz_str typed, struct yz_str *out)
{
	struct yz_str s = half_width(a, typed);
	struct yz_buf b;
	yz_buf_init(&b, a, s.len + 4);
	size_t i = 0, whole = 0, fraction = 0, since = 0;
	bool comma = false;
	if (s.len && (s.ptr[0] == '-' || s.ptr[0] == '+'))
		i++;
	if (s.len && s.ptr[0] == '-')
		yz_buf_addc(&b, '-');
	size_t start = b.len;
	for (; i < s.len && s.ptr[i] != '.'; i++) {
		if (s.ptr[i] == ',' && whole && (!comma || since == 3)) {
			comma = true;
			since = 0;
			continue;
		}
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		whole++;
		since++;
		if (b.len == start + 1 && b.ptr[start] == '0')
			b.len = start;
		yz_buf_addc(&b, s.ptr[i]);
	}
	if (comma && since != 3)
		return false;
	if (!whole)
		yz_buf_addc(&b, '0');
	for (size_t dot = i++; i < s.len; i++, fraction++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		if (i == dot + 1)
			yz_buf_addc(&b, '.');
		yz_buf_addc(&b, s.ptr[i]);
	}
	*out = yz_buf_str(&b);
	return whole + fraction > 0 && b.len < YZ_JSON_NUMERAL;
}

static struct yz_str normal_lines(struct yz_arena *a, struct yz_str s)
{
	if (!s.len || !memchr(s.ptr, '\r', s.len))
		return s;
	struct yz_buf b;
	yz_buf_init(&b, a, s.len + 1);
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] != '\r')
			yz_buf_addc(&b, s.ptr[i]);
		else if (i + 1 == s.len || s.ptr[i + 1] != '\n')
			yz_buf_addc(&b, '\n');
	}
	return yz_buf_str(&b);
}

/* Identifiers in the form they are kept and compared in, where they are right; else as typed. */
static struct yz_str take_text(struct taking *t, const struct yz_field *f, struct yz_str s)
{
	char norm[24];
	bool fits = false;
	struct yz_str plain = f->format.len ? half_width(t->a, s) : s;
	if (yz_str_eqz(f->format, "cn-id"))
		fits = yz_ident_person_norm(plain, yz_instant_day(t->now, YZ_SHANGHAI), norm);
	else if (yz_str_eqz(f->format, "cn-uscc"))
		fits = yz_ident_credit_norm(plain, norm);
	else if (yz_str_eqz(f->format, "cn-mobile"))
		fits = yz_ident_mobile_norm(plain, norm);
	else if (f->format.len)
		return plain;
	return fits ? yz_str_dup(t->a, yz_str(norm)) : normal_lines(t->a, s);
}

static bool yes(struct yz_str s)
{
	return yz_str_eqz(s, "true") || yz_str_eqz(s, "是") || yz_str_eqz(s, "1") || yz_str_eqz(s, "on");
}

static bool no(struct yz_str s)
{
	return yz_str_eqz(s, "false") || yz_str_eqz(s, "否") || yz_str_eqz(s, "0");
}

/* NULL: blank. */
static const struct yz_json *take_one(struct taking *t, const struct yz_field *f, const struct yz_json *v)
{
	if (yz_json_is(v, YZ_JSON_NULL))
		return NULL;
	if (!yz_json_is(v, YZ_JSON_STRING))
		return v;
	struct yz_str s = yz_str_trim(v->text), number;
	if (!s.len)
		return NULL;
	switch (f->type) {
	case YZ_FIELD_NUMBER:
	case YZ_FIELD_INTEGER:
		return read_number(t->a, s, &number) ? yz_json_new_num(t->a, number) : yz_json_new_str(t->a, s);
	case YZ_FIELD_BOOLEAN:
		return yes(s) || no(s) ? yz_json_new_bool(t->a, yes(s)) : yz_json_new_str(t->a, s);
	default:
		return yz_json_new_str(t->a, take_text(t, f, s));
	}
}

static const struct yz_json *take_choices(struct taking *t, const struct yz_json *v)
{
	struct yz_json *list = yz_json_new_array(t->a);
	size_t n = yz_json_is(v, YZ_JSON_ARRAY) ? v->len : 1;
	for (size_t i = 0; i < n && i < YZ_FORM_OPTIONS; i++) {
		const struct yz_json *one = yz_json_is(v, YZ_JSON_ARRAY) ? v->items[i] : v;
		struct yz_str s = yz_str_trim(yz_json_text(one));
		bool twice = false;
		for (size_t k = 0; k < list->len; k++)
			twice |= yz_str_eq(yz_json_text(list->items[k]), s);
		if (s.len && !twice)
			yz_json_push(t->a, list, yz_json_new_str(t->a, s));
	}
	return list->len ? list : NULL;
}

static const struct yz_json *take_rows(struct taking *t, const struct yz_field *f, const struct yz_json *v)
{
	struct yz_json *rows = yz_json_new_array(t->a);
	for (size_t i = 0; i < yz_json_len(v) && rows->len < YZ_FORM_ROWS; i++) {
		struct yz_json *row = yz_json_new_object(t->a);
		for (size_t k = 0; k < f->ncolumns; k++) {
			const struct yz_json *cell = yz_json_find(yz_json_at(v, i), f->columns[k].name);
			const struct yz_json *value = cell ? take_one(t, &f->columns[k], cell) : NULL;
			if (value)
				yz_json_put(t->a, row, f->columns[k].name, value);
		}
		if (row->count)
			yz_json_push(t->a, rows, row);
	}
	return rows->len ? rows : NULL;
}

static const struct yz_json *take(struct taking *t, const struct yz_field *f, const struct yz_json *v)
{
	if (f->type == YZ_FIELD_CHOICES)
		return take_choices(t, v);
	if (f->type == YZ_FIELD_ROWS)
		return yz_json_is(v, YZ_JSON_ARRAY) ? take_rows(t, f, v) : NULL;
	/* A name sent twice: the last one counts, as when a page has a hidden field before a box. */
	return take_one(t, f, yz_json_is(v, YZ_JSON_ARRAY) && v->len ? v->items[v->len - 1] : v);
}

const struct yz_json *yz_form_take(struct yz_arena *a, const struct yz_form *form, const struct yz_json *facts,
				   const struct yz_json *typed, bool prune, yz_instant now)
{
	struct taking t = {a, now};
	struct yz_json *out = yz_json_new_object(a);
	for (size_t i = 0; i < form->nfields; i++) {
		const struct yz_field *f = &form->fields[i];
		const struct yz_json *fresh = yz_json_find(typed, f->name);
		const struct yz_json *v = fresh ? take(&t, f, fresh) : yz_json_find(facts, f->name);
		if (v)
			yz_json_put(a, out, f->name, v);
	}
	if (!prune)
		return out;
	bool *asked = yz_new_n(a, form->nfields, bool);
	yz_form_visible(a, form, out, now, asked);
	struct yz_json *pruned = yz_json_new_object(a);
	for (size_t i = 0; i < form->nfields; i++) {
		const struct yz_json *v = asked[i] ? yz_json_find(out, form->fields[i].name) : NULL;
		if (v)
			yz_json_put(a, pruned, form->fields[i].name, v);
	}
	return pruned;
}
