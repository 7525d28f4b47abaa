/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/capital.h"

#include "base/utf8.h"
#include "text/text.h"

enum { CAPITAL_TEXT = 120 };

/* Longer words first: 香港元 before 港元 before 元. */
static const struct {
	const char *word, *code;
} currencies[] = {
	{"人民币", "CNY"}, {"rmb", "CNY"}, {"cny", "CNY"}, {"新台币", "TWD"}, {"台币", "TWD"}, {"新加坡元", "SGD"}, {"新元", "SGD"},
	{"澳大利亚元", "AUD"}, {"澳元", "AUD"}, {"加拿大元", "CAD"}, {"加元", "CAD"}, {"香港元", "HKD"}, {"港元", "HKD"}, {"港币", "HKD"},
	{"澳门元", "MOP"}, {"美元", "USD"}, {"usd", "USD"}, {"欧元", "EUR"}, {"eur", "EUR"}, {"英镑", "GBP"}, {"日元", "JPY"},
	{"韩元", "KRW"}, {"瑞士法郎", "CHF"},
};

/* Plain text of it: half width, lower case, without blanks, brackets and the commas of thousands. */
static struct yz_str plain(struct yz_str s, char buf[CAPITAL_TEXT])
{
	size_t n = 0;
	for (size_t i = 0; i < s.len && n + 4 < CAPITAL_TEXT;) {
		uint32_t c = yz_utf8_next(s, &i);
		if (c >= 0xFF01 && c <= 0xFF5E)
			c -= 0xFEE0;
		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		if (c <= ' ' || c == 0x3000 || c == '(' || c == ')' || c == ',' || c == 0xFFFD)
			continue;
		n += yz_utf8_put(c, buf + n);
	}
	return yz_str_n(buf, n);
}

static bool is_none(struct yz_str s)
{
	static const char *const words[] = {"", "-", "--", "n/a", "无", "null", "/"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (yz_str_eqz(s, words[i]))
			return true;
	return false;
}

static bool holds(struct yz_str s, const char *word)
{
	return yz_str_find(s, yz_str(word), 0) != SIZE_MAX;
}

/* The numeral at its front, or behind a currency's word: "美元100万" is written too. */
static bool numeral(struct yz_str s, struct yz_dec *out)
{
	size_t from = 0, to;
	while (from < s.len && !(s.ptr[from] >= '0' && s.ptr[from] <= '9'))
		from++;
	for (to = from; to < s.len && ((s.ptr[to] >= '0' && s.ptr[to] <= '9') || s.ptr[to] == '.'); to++)
		;
	return to > from && yz_dec_parse(yz_str_n(s.ptr + from, to - from), out);
}

/* Powers of ten that make units of 10,000 of it; false: neither 元 nor 万 nor 亿. */
static bool unit(struct yz_str s, int *power)
{
	*power = -4;
	if (holds(s, "亿"))
		*power = 4;
	else if (holds(s, "万"))
		*power = 0;
	else if (holds(s, "千"))
		*power = -1;
	else
		return holds(s, "元") || holds(s, "币") || holds(s, "镑") || holds(s, "法郎");
	return true;
}

static const char *currency(struct yz_str s)
{
	for (size_t i = 0; i < sizeof currencies / sizeof *currencies; i++)
		if (holds(s, currencies[i].word))
			return currencies[i].code;
	return NULL;
}

void yz_capital_read(struct yz_str s, struct yz_capital *out)
{
	char buf[CAPITAL_TEXT];
	struct yz_str t = plain(s, buf);
	struct yz_dec amount, ten_to = {.lo = 1}, most = yz_dec_int(100000000);
	int power;
	*out = (struct yz_capital){.currency = "", .doubt = YZ_CAPITAL_NONE};
	if (is_none(t))
		return;
	out->doubt = YZ_CAPITAL_UNREAD;
	if (s.len >= CAPITAL_TEXT || !numeral(t, &amount))
		return;
	bool united = unit(t, &power);
	ten_to.exp = (int16_t)power;
	if (!yz_dec_mul(amount, ten_to, &out->wan))
		return;
	out->wan = yz_dec_strip(out->wan);
	const char *code = currency(t);
	out->currency = code ? code : "CNY";
	/* 元 by itself is yuan; 万 by itself is what most mean by it, and not all. */
	out->doubt = !united ? YZ_CAPITAL_UNIT : !code && !holds(t, "元") ? YZ_CAPITAL_CURRENCY : YZ_CAPITAL_SURE;
	if (yz_dec_is_zero(out->wan) || yz_dec_cmp(out->wan, most) > 0)
		out->doubt = YZ_CAPITAL_ODD;
}

const char *yz_capital_doubt_text(enum yz_capital_doubt doubt)
{
	switch (doubt) {
	case YZ_CAPITAL_CURRENCY: return N_("注册资金没写是什么货币，按人民币记；请核对");
	case YZ_CAPITAL_UNIT: return N_("注册资金没写单位，按元记；请核对");
	case YZ_CAPITAL_ODD: return N_("注册资金是零，或者大得不像真的，照原样记；请核对");
	case YZ_CAPITAL_UNREAD: return N_("注册资金里读不出金额，没有记；请核对");
	default: return NULL;
	}
}
