/* SPDX-License-Identifier: Apache-2.0 */
#include "text/ident.h"

#include "text/text.h"

#include <assert.h>

/* GB/T 2260, first two digits: the provinces, and 81-83 for residents of Hong
 * Kong, Macao and Taiwan with a residence permit.  A foreigner's permanent residence card (2023) begins with 9
 * and then the province. */
static bool province_known(int code)
{
	static const unsigned char known[] = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43,
					      44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83};
	return code / 10 == 9 || memchr(known, code, sizeof known) != NULL;
}

static bool digits(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] < '0' || p[i] > '9')
			return false;
	return true;
}

static int number(const char *p, size_t n)
{
	int v = 0;
	for (size_t i = 0; i < n; i++)
		v = v * 10 + (p[i] - '0');
	return v;
}

/* ISO 7064 MOD 11-2, as GB 11643 takes it. */
char yz_ident_person_check(const char first17[17])
{
	int sum = 0;
	for (int i = 0, weight = 7; i < 17; i++) {
		sum += weight * (first17[i] - '0');
		weight = weight * 6 % 11; /* weights are 2^(17-i) mod 11, and 6 is 1/2 */
	}
	return "10X98765432"[sum % 11];
}

const char *yz_ident_person_fault(struct yz_str s, yz_day today)
{
	s = yz_str_trim(s);
	if (s.len != 18)
		return N_("身份证号码应为 18 位");
	if (!digits(s.ptr, 17) || (!digits(s.ptr + 17, 1) && (s.ptr[17] | 32) != 'x'))
		return N_("身份证号码只能是数字，最后一位可以是 X");
	if (!province_known(number(s.ptr, 2)) || number(s.ptr + 2, 4) == 0)
		return N_("身份证号码前六位不是有效的地区代码");
	int year = number(s.ptr + 6, 4), month = number(s.ptr + 10, 2), day = number(s.ptr + 12, 2);
	if (year < 1850 || !yz_civil_valid(year, month, day) || yz_day_from(year, month, day) > today)
		return N_("身份证号码中的出生日期不对");
	if (yz_ident_person_check(s.ptr) != (s.ptr[17] == 'x' ? 'X' : s.ptr[17]))
		return N_("身份证号码有误，请逐位核对");
	return NULL;
}

bool yz_ident_person_read(struct yz_str s, yz_day today, struct yz_ident_person *out)
{
	if (yz_ident_person_fault(s, today))
		return false;
	s = yz_str_trim(s);
	memcpy(out->region, s.ptr, 6);
	out->region[6] = 0;
	out->born = yz_day_from(number(s.ptr + 6, 4), number(s.ptr + 10, 2), number(s.ptr + 12, 2));
	out->female = (s.ptr[16] - '0') % 2 == 0;
	return true;
}

int yz_ident_age(yz_day born, yz_day day)
{
	struct yz_civil b = yz_day_civil(born), d = yz_day_civil(day);
	int years = d.year - b.year;
	return d.month < b.month || (d.month == b.month && d.day < b.day) ? years - 1 : years;
}

static const char credit_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static int credit_value(char c)
{
	const char *at = c ? strchr(credit_alphabet, c) : NULL;
	return at ? (int)(at - credit_alphabet) : -1;
}

/* GB 32100, 3.3.5: weights 3^i mod 31. */
char yz_ident_credit_check(const char first17[17])
{
	int sum = 0;
	for (int i = 0, weight = 1; i < 17; i++, weight = weight * 3 % 31) {
		int v = credit_value(first17[i]);
		if (v < 0)
			return 0;
		sum += v * weight;
	}
	return credit_alphabet[(31 - sum % 31) % 31];
}

const char *yz_ident_credit_fault(struct yz_str s)
{
	s = yz_str_trim(s);
	if (s.len != 18)
		return N_("统一社会信用代码应为 18 位");
	for (size_t i = 0; i < s.len; i++)
		if (credit_value(s.ptr[i]) < 0)
			return N_("统一社会信用代码只能是数字和大写字母，不含 I、O、S、V、Z");
	if (!digits(s.ptr + 2, 6))
		return N_("统一社会信用代码第 3 至 8 位应为数字");
	if (yz_ident_credit_check(s.ptr) != s.ptr[17])
		return N_("统一社会信用代码有误，请逐位核对");
	return NULL;
}

static struct yz_str without_country(struct yz_str s)
{
	s = yz_str_trim(s);
	if (yz_str_starts(s, YZ_LIT("+86")))
		s = yz_str_trim(yz_str_n(s.ptr + 3, s.len - 3));
	return s;
}

const char *yz_ident_mobile_fault(struct yz_str s)
{
	s = without_country(s);
	if (s.len != 11 || !digits(s.ptr, 11))
		return N_("手机号码应为 11 位数字");
	if (s.ptr[0] != '1' || s.ptr[1] < '3')
		return N_("手机号码应以 13 至 19 开头");
	return NULL;
}

const char *yz_ident_postcode_fault(struct yz_str s)
{
	s = yz_str_trim(s);
	if (s.len != 6 || !digits(s.ptr, 6) || number(s.ptr, 2) == 0)
		return N_("邮政编码应为 6 位数字");
	return NULL;
}

static bool keep(struct yz_str s, char buf[24])
{
	assert(s.len < 24);
	for (size_t i = 0; i < s.len; i++)
		buf[i] = s.ptr[i] == 'x' ? 'X' : s.ptr[i];
	buf[s.len] = 0;
	return true;
}

bool yz_ident_person_norm(struct yz_str s, yz_day today, char buf[24])
{
	return !yz_ident_person_fault(s, today) && keep(yz_str_trim(s), buf);
}

bool yz_ident_credit_norm(struct yz_str s, char buf[24])
{
	char upper[18];
	s = yz_str_trim(s);
	if (s.len != sizeof upper)
		return false;
	for (size_t i = 0; i < s.len; i++)
		upper[i] = s.ptr[i] >= 'a' && s.ptr[i] <= 'z' ? (char)(s.ptr[i] - 32) : s.ptr[i];
	struct yz_str code = yz_str_n(upper, sizeof upper);
	return !yz_ident_credit_fault(code) && keep(code, buf);
}

bool yz_ident_mobile_norm(struct yz_str s, char buf[24])
{
	return !yz_ident_mobile_fault(s) && keep(without_country(s), buf);
}

void yz_ident_mask(struct yz_buf *out, struct yz_str s)
{
	s = yz_str_trim(s);
	size_t head = s.len >= 15 ? 6 : s.len >= 7 ? 3 : 0, tail = s.len >= 7 ? 4 : 0;
	for (size_t i = 0; i < s.len; i++)
		yz_buf_addc(out, i < head || i + tail >= s.len ? s.ptr[i] : '*');
}
