/* SPDX-License-Identifier: Apache-2.0 */
#include "record/row.h"

#include "base/dec.h"
#include "base/utf8.h"
#include "text/ident.h"

static bool is_blank(struct yz_str s)
{
	return !s.len || yz_str_eqz(s, "N/A") || yz_str_eqz(s, "-") || yz_str_eqz(s, "null");
}

/* Spreadsheets part thousands. */
static const char *number(struct yz_arena *a, bool whole, struct yz_str s, struct yz_str *out)
{
	struct yz_buf plain, b;
	struct yz_dec d;
	yz_buf_init(&plain, a, YZ_REG_VALUE);
	yz_buf_init(&b, a, YZ_REG_VALUE * 2);
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != ',')
			yz_buf_addc(&plain, s.ptr[i]);
	if (!yz_dec_parse(yz_buf_str(&plain), &d))
		return N_("不是数");
	if (whole && !yz_dec_is_int(d))
		return N_("不是整数");
	yz_buf_add_dec(&b, yz_dec_strip(d));
	if (b.full)
		return N_("数太大");
	*out = yz_buf_str(&b);
	return NULL;
}

static const char *boolean(struct yz_str s, struct yz_str *out)
{
	static const char *const yes[] = {"是", "1", "true", "有", "Y", "TRUE"}, *const no[] = {"否", "0", "false", "无", "N", "FALSE"};
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		if (yz_str_eqz(s, yes[i]))
			return *out = YZ_LIT("true"), NULL;
		if (yz_str_eqz(s, no[i]))
			return *out = YZ_LIT("false"), NULL;
	}
	return N_("应当是“是”或“否”");
}

static const char *code(const struct yz_reg_field *f, struct yz_str s, struct yz_str *out)
{
	for (size_t i = 0; i < f->ncodes; i++)
		if (yz_str_eq(f->codes[i].code, s) || yz_str_eq(f->codes[i].title, s))
			return *out = f->codes[i].code, NULL;
	return N_("不在代码表里");
}

static const char *region(struct yz_str s, struct yz_str *out)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return N_("不是行政区划代码");
	if (s.len != 6 && s.len != 9 && s.len != 12)
		return N_("不是行政区划代码");
	*out = s;
	return NULL;
}

static const char *day(struct yz_arena *a, struct yz_str s, struct yz_str *out)
{
	char text[16];
	yz_day d;
	if (!yz_day_read(s, &d) || yz_day_civil(d).year < 1800)
		return N_("日期读不出来，要写成 2019-01-21 这样");
	*out = yz_str_dup(a, yz_str(yz_day_print(d, text)));
	return NULL;
}

static const char *number_of(struct yz_arena *a, enum yz_reg_type type, struct yz_str s, yz_day today, struct yz_str *out)
{
	char norm[24];
	const char *fault = type == YZ_REG_PERSON ? yz_ident_person_fault(s, today) : type == YZ_REG_CREDIT ? yz_ident_credit_fault(s) :
			    yz_ident_mobile_fault(s);
	if (fault)
		return fault;
	bool good = type == YZ_REG_PERSON ? yz_ident_person_norm(s, today, norm) : type == YZ_REG_CREDIT ? yz_ident_credit_norm(s, norm) :
		    yz_ident_mobile_norm(s, norm);
	*out = good ? yz_str_dup(a, yz_str(norm)) : YZ_LIT("");
	return good ? NULL : N_("号码不对");
}

const char *yz_reg_value(struct yz_arena *a, const struct yz_reg_field *f, struct yz_str typed, yz_day today, struct yz_str *out)
{
	struct yz_str s = yz_str_trim(typed);
	*out = (struct yz_str){0};
	if (is_blank(s))
		return NULL;
	if (s.len > YZ_REG_VALUE)
		return N_("太长");
	s = yz_str_dup(a, s);
	switch (f->type) {
	case YZ_REG_NUMBER:
	case YZ_REG_INTEGER:
		return number(a, f->type == YZ_REG_INTEGER, s, out);
	case YZ_REG_DATE:
		return day(a, s, out);
	case YZ_REG_BOOLEAN:
		return boolean(s, out);
	case YZ_REG_CODE:
		return code(f, s, out);
	case YZ_REG_PERSON:
	case YZ_REG_CREDIT:
	case YZ_REG_MOBILE:
		return number_of(a, f->type, s, today, out);
	case YZ_REG_REGION:
		return region(s, out);
	default:
		*out = s;
		return NULL;
	}
}

struct yz_str yz_record_mask(struct yz_arena *a, const struct yz_reg_field *f, struct yz_str value)
{
	struct yz_buf b;
	if (!value.len)
		return YZ_LIT("");
	yz_buf_init(&b, a, 400);
	if (f->type == YZ_REG_PERSON || f->type == YZ_REG_MOBILE || f->type == YZ_REG_CREDIT) {
		yz_ident_mask(&b, value);
	} else if (f->type == YZ_REG_TEXT) {
		yz_buf_adds(&b, yz_utf8_head(value, 3));
		yz_buf_addz(&b, "**");
	} else {
		yz_buf_addz(&b, "***");
	}
	return yz_buf_str(&b);
}

struct yz_str yz_record_show(struct yz_arena *a, const struct yz_reg_field *f, struct yz_str value, bool open)
{
	if (f->is_private && !open)
		return yz_record_mask(a, f, value);
	if (f->type == YZ_REG_BOOLEAN && value.len)
		return yz_str_eqz(value, "true") ? YZ_LIT("是") : YZ_LIT("否");
	const struct yz_str *title = f->type == YZ_REG_CODE ? yz_reg_code_title(f, value) : NULL;
	return title ? *title : value;
}
