/* SPDX-License-Identifier: Apache-2.0 */
#include "text/text.h"

#include <assert.h>
#include <stdio.h>

struct numerals {
	const char *digit[10], *unit[4];
	bool bare_ten; /* 十一万, not 一十一万 */
};
static const struct numerals han = {
	{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}, {"", "十", "百", "千"}, true};
static const struct numerals capital = {
	{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}, {"", "拾", "佰", "仟"}, false};

static uint64_t magnitude(int64_t n)
{
	return n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
}

static void grouped(struct yz_buf *out, uint64_t n)
{
	char digits[32];
	int len = 0;
	do
		digits[len++] = (char)('0' + n % 10);
	while (n /= 10);
	while (len--) {
		yz_buf_addc(out, digits[len]);
		if (len && len % 3 == 0)
			yz_buf_addc(out, ',');
	}
}

void yz_say_grouped(struct yz_buf *out, int64_t n)
{
	if (n < 0)
		yz_buf_addc(out, '-');
	grouped(out, magnitude(n));
}

void yz_say_money(struct yz_buf *out, int64_t fen)
{
	if (fen < 0)
		yz_buf_addc(out, '-');
	grouped(out, magnitude(fen) / 100);
	yz_buf_printf(out, ".%02u", (unsigned)(magnitude(fen) % 100));
}

/* One group of four digits, 1-9999; a zero inside stands once, none at the end. */
static void group_of_four(struct yz_buf *out, unsigned n, const struct numerals *as, bool first)
{
	bool began = false, zero = false;
	for (int place = 3; place >= 0; place--) {
		static const unsigned ten[] = {1, 10, 100, 1000};
		unsigned d = n / ten[place] % 10;
		if (!d) {
			zero = began;
			continue;
		}
		if (zero)
			yz_buf_addz(out, as->digit[0]);
		if (!(d == 1 && place == 1 && first && !began && as->bare_ten))
			yz_buf_addz(out, as->digit[d]);
		yz_buf_addz(out, as->unit[place]);
		began = true;
		zero = false;
	}
}

/* 万 and 亿 by groups of four: 1,0000,0001 is 一亿零一, 1,0000,0000,0000 一万亿. */
static void spell(struct yz_buf *out, uint64_t n, const struct numerals *as)
{
	static const char *const big[] = {"", "万", "亿", "万亿", "亿亿"};
	unsigned groups[5];
	int count = 0;
	if (!n) {
		yz_buf_addz(out, as->digit[0]);
		return;
	}
	for (; n; n /= 10000)
		groups[count++] = (unsigned)(n % 10000);
	for (int i = count - 1; i >= 0; i--) {
		if (!groups[i])
			continue;
		bool gap = i < count - 1 && (groups[i] < 1000 || !groups[i + 1]);
		if (gap)
			yz_buf_addz(out, as->digit[0]);
		group_of_four(out, groups[i], as, i == count - 1);
		/* 万亿 is said once: 一万二千亿, not 一万亿二千亿. */
		yz_buf_addz(out, i == 3 && groups[2] ? "万" : big[i]);
	}
}

void yz_say_number(struct yz_buf *out, int64_t n)
{
	if (n < 0)
		yz_buf_addz(out, "负");
	spell(out, magnitude(n), &han);
}

void yz_say_money_capital(struct yz_buf *out, int64_t fen)
{
	uint64_t m = magnitude(fen), yuan = m / 100;
	unsigned jiao = (unsigned)(m / 10 % 10), cent = (unsigned)(m % 10);
	yz_buf_addz(out, "人民币");
	if (fen < 0)
		yz_buf_addz(out, "负");
	if (yuan || !m) {
		spell(out, yuan, &capital);
		yz_buf_addz(out, "元");
	}
	if (!jiao && !cent) {
		yz_buf_addz(out, "整");
		return;
	}
	if (yuan && (!jiao || yuan % 10 == 0))
		yz_buf_addz(out, capital.digit[0]);
	if (jiao) {
		yz_buf_addz(out, capital.digit[jiao]);
		yz_buf_addz(out, "角");
	}
	if (cent) {
		yz_buf_addz(out, capital.digit[cent]);
		yz_buf_addz(out, "分");
	} else {
		yz_buf_addz(out, "整");
	}
}

void yz_say_heading(struct yz_buf *out, int level, unsigned n)
{
	assert(level >= 1 && level <= 4);
	if (level == 2 || level == 4)
		yz_buf_addz(out, "（");
	if (level <= 2)
		yz_say_number(out, n);
	else
		yz_buf_addi(out, n);
	yz_buf_addz(out, level == 1 ? "、" : level == 3 ? "." : "）");
}

void yz_say_ordinal(struct yz_buf *out, unsigned n)
{
	yz_buf_addz(out, "第");
	yz_say_number(out, n);
}

static const char *const months_en[] = {"January", "February", "March",     "April",   "May",      "June",
					"July",    "August",   "September", "October", "November", "December"};

void yz_say_day(struct yz_buf *out, enum yz_lang lang, yz_day day)
{
	struct yz_civil d = yz_day_civil(day);
	if (lang == YZ_LANG_EN)
		yz_buf_printf(out, "%d %s %d", d.day, months_en[d.month - 1], d.year);
	else if (lang == YZ_LANG_UG)
		/* Isolated (Unicode FSI, PDI): beside Chinese its numbers would change places. */
		yz_buf_printf(out, "\u2068%d-يىلى %d-ئاينىڭ %d-كۈنى\u2069", d.year, d.month, d.day);
	else
		yz_buf_printf(out, "%d年%d月%d日", d.year, d.month, d.day);
}

void yz_say_month(struct yz_buf *out, enum yz_lang lang, yz_day day)
{
	struct yz_civil d = yz_day_civil(day);
	if (lang == YZ_LANG_EN)
		yz_buf_printf(out, "%s %d", months_en[d.month - 1], d.year);
	else
		yz_buf_printf(out, lang == YZ_LANG_UG ? "\u2068%d-يىلى %d-ئاي\u2069" : "%d年%d月", d.year, d.month);
}

void yz_say_month_day(struct yz_buf *out, enum yz_lang lang, yz_day day)
{
	struct yz_civil d = yz_day_civil(day);
	if (lang == YZ_LANG_EN)
		yz_buf_printf(out, "%d %s", d.day, months_en[d.month - 1]);
	else
		yz_buf_printf(out, lang == YZ_LANG_UG ? "\u2068%d-ئاينىڭ %d-كۈنى\u2069" : "%d月%d日", d.month, d.day);
}

void yz_say_day_han(struct yz_buf *out, yz_day day)
{
	struct yz_civil d = yz_day_civil(day);
	char year[16];
	snprintf(year, sizeof year, "%d", d.year);
	for (const char *p = year; *p; p++)
		yz_buf_addz(out, *p == '-' ? "负" : *p == '0' ? "〇" : han.digit[*p - '0']);
	yz_buf_addz(out, "年");
	yz_say_number(out, d.month);
	yz_buf_addz(out, "月");
	yz_say_number(out, d.day);
	yz_buf_addz(out, "日");
}

void yz_say_instant(struct yz_buf *out, enum yz_lang lang, yz_instant t, int offset)
{
	yz_day day = yz_instant_day(t, offset);
	int minute = (int)((t - yz_day_start(day, offset)) / YZ_MINUTE);
	yz_say_day(out, lang, day);
	yz_buf_printf(out, " %02d:%02d", minute / 60, minute % 60);
}

const char *yz_say_weekday(enum yz_lang lang, yz_day day)
{
	static const char *const names[YZ_LANGS][7] = {
		{"星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"},
		{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
		{"دۈشەنبە", "سەيشەنبە", "چارشەنبە", "پەيشەنبە", "جۈمە", "شەنبە", "يەكشەنبە"},
	};
	return names[lang < YZ_LANGS ? lang : YZ_LANG_ZH][yz_weekday(day)];
}
