/* SPDX-License-Identifier: Apache-2.0 */
#include "text/catalogue.h"

#include "text/text.h"

#include <string.h>

/* Eight bytes a step, little-endian; tools/pogen computes the same. */
static uint64_t digest(const char *p, size_t len)
{
	uint64_t h = (uint64_t)len * 0x9E3779B97F4A7C15u;
	for (size_t i = 0; i < len; i += 8) {
		uint64_t word = 0;
		size_t n = len - i < 8 ? len - i : 8;
		for (size_t k = 0; k < n; k++)
			word |= (uint64_t)(unsigned char)p[i + k] << (8 * k);
		h = (h ^ word) * 0x9E3779B97F4A7C15u;
		h ^= h >> 32;
	}
	return h;
}

static const struct catalogue_row *find(const char *p, size_t len)
{
	uint64_t h = digest(p, len);
	for (uint32_t slot = (uint32_t)h & catalogue_mask; catalogue_slots[slot]; slot = (slot + 1) & catalogue_mask) {
		const struct catalogue_row *row = &catalogue_rows[catalogue_slots[slot] - 1];
		if (row->digest == h && row->len == len && !memcmp(catalogue_text + row->id, p, len))
			return row;
	}
	return NULL;
}

static const char *form(enum yz_lang lang, const char *p, size_t len, unsigned which)
{
	if (lang <= YZ_LANG_ZH || lang >= YZ_LANGS || which >= FORMS)
		return NULL;
	const struct catalogue_row *row = find(p, len);
	uint32_t at = row ? row->forms[lang - 1][which] : 0;
	return at ? catalogue_text + at : NULL;
}

static _Thread_local struct yz_tr_tally tally;

struct yz_tr_tally yz_tr_tally(void)
{
	return tally;
}

static const char *tallied(const char *text, const char *msgid)
{
	if (text)
		tally.found++;
	else
		tally.missed++;
	return text ? text : msgid;
}

const char *yz_tr(enum yz_lang lang, const char *msgid)
{
	if (lang == YZ_LANG_ZH)
		return msgid;
	return tallied(form(lang, msgid, strlen(msgid), 0), msgid);
}

const char *yz_tr_n(enum yz_lang lang, const char *msgid, uint64_t n)
{
	if (lang <= YZ_LANG_ZH || lang >= YZ_LANGS)
		return msgid;
	return tallied(form(lang, msgid, strlen(msgid), catalogue_plurals[lang - 1](n)), msgid);
}

struct yz_str yz_tr_str(enum yz_lang lang, struct yz_str msgid)
{
	const char *text = form(lang, msgid.ptr, msgid.len, 0);
	return text ? yz_str(text) : msgid;
}

size_t yz_tr_count(enum yz_lang lang)
{
	return lang > YZ_LANG_ZH && lang < YZ_LANGS ? catalogue_counts[lang - 1] : 0;
}

static const char *const codes[YZ_LANGS] = {"zh-CN", "en", "ug"};

const char *yz_lang_code(enum yz_lang lang)
{
	return codes[lang < YZ_LANGS ? lang : YZ_LANG_ZH];
}

bool yz_lang_rtl(enum yz_lang lang)
{
	return lang == YZ_LANG_UG;
}

bool yz_lang_parse(struct yz_str code, enum yz_lang *out)
{
	static const char primary[YZ_LANGS][3] = {"zh", "en", "ug"};
	code = yz_str_trim(code);
	if (code.len < 2 || (code.len > 2 && code.ptr[2] != '-' && code.ptr[2] != '_'))
		return false;
	for (int i = 0; i < YZ_LANGS; i++)
		if ((code.ptr[0] | 32) == primary[i][0] && (code.ptr[1] | 32) == primary[i][1]) {
			*out = (enum yz_lang)i;
			return true;
		}
	return false;
}

/* "0.8" in thousandths; 1000 without a weight; 0 for what is no weight. */
static int quality(struct yz_str s)
{
	size_t at = yz_str_find(s, YZ_LIT("q="), 0);
	if (at == SIZE_MAX)
		return 1000;
	int whole = 0, digits = 0;
	bool point = false;
	for (size_t i = at + 2; i < s.len && digits < 4; i++) {
		char c = s.ptr[i];
		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (c < '0' || c > '9')
			break;
		whole = whole * 10 + (c - '0');
		digits++;
	}
	for (; digits && digits < 4; digits++)
		whole *= 10;
	return whole > 1000 ? 0 : whole;
}

enum yz_lang yz_lang_accept(struct yz_str header)
{
	enum yz_lang best = YZ_LANG_ZH, lang;
	int most = 0;
	struct yz_str part;
	for (int n = 0; n < 32 && yz_str_cut(&header, ',', &part); n++) {
		struct yz_str tag;
		int q = quality(part);
		if (yz_str_cut(&part, ';', &tag) && yz_lang_parse(tag, &lang) && q > most) {
			best = lang;
			most = q;
		}
	}
	return best;
}
