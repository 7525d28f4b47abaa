/* text/text.h - Chinese words, and what the screen says in which language.
 *
 * Five things: message catalogues, folding and tokens, pinyin, the search of
 * items, and numbers, money and dates as documents write them.
 * (Identity numbers and credit codes: text/ident.h.)
 *
 * All tables are compiled in: nothing is opened or built at start.
 *
 * Threads: everything here may be called from any thread at once; an index is
 *          read-only once built.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TEXT_TEXT_H
#define YZ_TEXT_TEXT_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

/* ---- Languages and catalogues ------------------------------------------ */

/* The message id is the Chinese text itself; po/en.po and po/ug.po are
 * compiled in by tools/pogen, which refuses a translation whose printf
 * conversions differ from its message id's. */
enum yz_lang { YZ_LANG_ZH, YZ_LANG_EN, YZ_LANG_UG, YZ_LANGS };

/* "zh-CN", "en", "ug": what <html lang> says. */
const char *yz_lang_code(enum yz_lang lang);
bool yz_lang_rtl(enum yz_lang lang);
/* From "en", "en-GB", "zh_CN", "ug-CN" …; false when we do not speak it. */
bool yz_lang_parse(struct yz_str code, enum yz_lang *out);
/* The best of an Accept-Language header (RFC 9110 12.5.4); zh when none fits. */
enum yz_lang yz_lang_accept(struct yz_str header);

/* The translation, or msgid itself where there is none.  Never NULL; static. */
const char *yz_tr(enum yz_lang lang, const char *msgid) __attribute__((format_arg(2)));
/* The form for n things: T_N(lang, "%d 件", n). */
const char *yz_tr_n(enum yz_lang lang, const char *msgid, uint64_t n) __attribute__((format_arg(2)));
/* For texts that are not literals (names in a pack): the same look-up by length. */
struct yz_str yz_tr_str(enum yz_lang lang, struct yz_str msgid);
/* How many texts this thread has asked for in another language than Chinese, and had or not, since it began: the difference of
 * two says of what lies between whether it is translated. */
struct yz_tr_tally {
	uint64_t found, missed;
};
struct yz_tr_tally yz_tr_tally(void);
/* Texts the catalogue translates; 0 for zh. */
size_t yz_tr_count(enum yz_lang lang);

/* tools/po-extract collects what stands in these, in N_() and in every .def. */
#define T(lang, msgid) yz_tr((lang), (msgid))
#define T_N(lang, msgid, n) yz_tr_n((lang), (msgid), (n))
#define N_(msgid) (msgid) /* marks a constant that is translated later */

/* ---- What nobody sees ---------------------------------------------------- */

/* Controls (but tab and line ends), fillers, and what turns the order of the characters around it: a name that holds one reads
 * as another. */
bool yz_is_hidden(uint32_t c);
bool yz_has_hidden(struct yz_str s);
/* Without them; joiners, which are seen in how the characters beside them are drawn, stay. */
struct yz_str yz_unhide(struct yz_arena *a, struct yz_str s);

/* ---- Folding and tokens ------------------------------------------------- */

/* One form for search: full width to half, upper to lower case, traditional to
 * simplified, Uyghur letter variants to one, brackets and quotes to a space,
 * invisible characters to 0 (drop). */
uint32_t yz_fold_char(uint32_t c);
struct yz_str yz_fold(struct yz_arena *a, struct yz_str s);

enum yz_tokens_mode {
	YZ_TOKENS_INDEX, /* bigrams of Han, and the last character of each run alone, so that "户"* finds it */
	YZ_TOKENS_QUERY, /* bigrams only; a run of one character yields it */
	YZ_TOKENS_WORDS, /* the dictionary's words, for ranking and suggestion */
};

struct yz_token {
	struct yz_str text;  /* folded, in the arena */
	uint32_t start, end; /* bytes of the original */
	uint32_t position;   /* 1, 2, …: adjacent tokens are one apart */
};

struct yz_tokens {
	struct yz_token *at;
	size_t len, cap;
};

/* Letters and digits of other scripts are tokens as whole words.  Text past
 * YZ_TOKENS_MAX bytes is ignored. */
#define YZ_TOKENS_MAX ((size_t)16 << 20)
void yz_text_tokens(struct yz_arena *a, struct yz_str text, enum yz_tokens_mode mode, struct yz_tokens *out);

/* The same tokens as full-text engines take them: for an FTS5 column with the
 * `unicode61` tokenizer and its MATCH ("新生 生儿" as phrases), for tsvector
 * ('新生':1 '生儿':2) and tsquery ('新生' <-> '生儿').  A query without any
 * token writes nothing. */
void yz_tokens_fts5(struct yz_buf *out, struct yz_str text);
void yz_tokens_fts5_match(struct yz_buf *out, struct yz_str query);
void yz_tokens_tsvector(struct yz_buf *out, struct yz_str text);
void yz_tokens_tsquery(struct yz_buf *out, struct yz_str query);

/* ---- Pinyin --------------------------------------------------------------- */

enum yz_pinyin_style {
	YZ_PINYIN_FULL,     /* "guang an": syllables parted by spaces, ü as v */
	YZ_PINYIN_INITIALS, /* "ga" */
};
/* By the phrase table first, then character by character.  With `person` the
 * first character is read as a surname (单 shan, 曾 zeng).  What is no Han
 * character stays as it is. */
void yz_pinyin(struct yz_buf *out, struct yz_str s, enum yz_pinyin_style style, bool person);
/* Orders Chinese names as people expect: by pinyin, then by code point. */
int yz_pinyin_cmp(struct yz_str a, struct yz_str b);

/* ---- Searching items -------------------------------------------------------- */

/* What the index is told of an item; all borrowed for the call.  Lists are
 * separated by 、；;|, or new lines. */
struct yz_search_item {
	struct yz_str id; /* the caller's key, handed back */
	struct yz_str name, main;
	struct yz_str synonyms; /* other official names */
	struct yz_str everyday; /* what people call it, learnt or written by the office */
	struct yz_str department;
	struct yz_str themes, objects; /* 法人/自然人, 主题 … for filters and a little weight */
	struct yz_str description;
	struct yz_str conditions; /* not searched; the ages in them are read: 满八十周岁 */
	double weight;            /* how often it is chosen: 0 as 1; 2 is twice as likely */
};

#define YZ_SEARCH_ITEMS_MAX ((size_t)1000000)
#define YZ_SEARCH_TEXT_MAX ((size_t)4096) /* bytes of one field that are indexed */
#define YZ_SEARCH_QUERY_MAX ((size_t)600) /* bytes of a query that are read */

struct yz_search;
/* Immutable; any number of readers.  To replace it build another, swap the
 * pointer, and destroy the old one when its last reader has left. */
struct yz_search *yz_search_build(const struct yz_search_item *items, size_t n, struct yz_err *err);
void yz_search_destroy(struct yz_search *s);
size_t yz_search_count(const struct yz_search *s);
size_t yz_search_bytes(const struct yz_search *s);

struct yz_search_query {
	struct yz_str text;
	struct yz_str department, theme, object; /* filters; empty: all */
	size_t limit;                            /* 0: 20 */
	bool prefix;                             /* still being typed: the last word may be unfinished */
};

struct yz_search_span {
	uint32_t start, end; /* bytes of the item's name */
};

/* What the question says that an item's rules exclude: such an item comes lower. */
enum yz_search_bar {
	YZ_SEARCH_OPEN,
	YZ_SEARCH_TOO_YOUNG,    /* `age` is the least */
	YZ_SEARCH_TOO_OLD,      /* `age` is the most */
	YZ_SEARCH_PERSONS_ONLY, /* and a firm asks */
	YZ_SEARCH_FIRMS_ONLY,   /* and a person asks */
};

struct yz_search_hit {
	uint32_t item; /* its place in `items` */
	struct yz_str id, name;
	double score;                       /* 1 is "all of the question, nothing else" */
	const struct yz_search_span *spans; /* in order, not touching */
	size_t nspans;
	unsigned wish; /* which of `wishes` it answers best; nwishes: none in particular */
	enum yz_search_bar bar;
	unsigned age;
};

#define YZ_SEARCH_WISHES_MAX 4

struct yz_search_hits {
	struct yz_search_hit *at;
	size_t len;
	/* How the question was understood: "挖沟 → 挖掘 道路"; for the page and the log. */
	struct yz_str *words;
	size_t nwords;
	/* What is wanted, in the words of the question, when it is more than one
	 * thing ("开饭店", "招人"); the best hit for each comes first.  Else 0. */
	struct yz_str wishes[YZ_SEARCH_WISHES_MAX];
	size_t nwishes;
};

/* Best first; none when nothing fits: that is an answer, not an error.  Takes
 * some 25 bytes an item of the arena to work in. */
void yz_search_run(const struct yz_search *s, struct yz_arena *a, const struct yz_search_query *q,
		   struct yz_search_hits *out);
/* Type-ahead: at most `limit` items for what has been typed so far. */
void yz_search_suggest(const struct yz_search *s, struct yz_arena *a, struct yz_str typed, size_t limit,
		       struct yz_search_hits *out);

/* ---- Numbers, money, dates ---------------------------------------------------- */

/* "1,234,567" */
void yz_say_grouped(struct yz_buf *out, int64_t n);
/* Amounts are in fen. "12,345.60" */
void yz_say_money(struct yz_buf *out, int64_t fen);
/* 大写: "人民币壹万贰仟叁佰肆拾伍元陆角整" (支付结算办法, 附件一) */
void yz_say_money_capital(struct yz_buf *out, int64_t fen);
/* "二十一", "一百零五" */
void yz_say_number(struct yz_buf *out, int64_t n);
/* The four levels of a document (GB/T 9704, 7.3.3): 1 "一、", 2 "（一）", 3 "1.", 4 "（1）" */
void yz_say_heading(struct yz_buf *out, int level, unsigned n);
/* "第二十一" */
void yz_say_ordinal(struct yz_buf *out, unsigned n);
/* zh "2026年11月22日", en "22 November 2026", ug "2026-يىلى 11-ئاينىڭ 22-كۈنى", isolated */
void yz_say_day(struct yz_buf *out, enum yz_lang lang, yz_day day);
/* "2026年11月", "11月22日" of that day, in the same languages. */
void yz_say_month(struct yz_buf *out, enum yz_lang lang, yz_day day);
void yz_say_month_day(struct yz_buf *out, enum yz_lang lang, yz_day day);
/* "二〇二六年十一月二十二日" */
void yz_say_day_han(struct yz_buf *out, yz_day day);
/* "2026年11月22日 09:30" in the zone `offset`. */
void yz_say_instant(struct yz_buf *out, enum yz_lang lang, yz_instant t, int offset);
/* "星期日" / "Sunday" */
const char *yz_say_weekday(enum yz_lang lang, yz_day day);

#endif
