/* SPDX-License-Identifier: Apache-2.0 */
#include "text/search.h"

#include "base/utf8.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* Weights of fields, of 255. */
enum {
	IN_NAME = 255,
	IN_JOINED = 245,
	IN_SYNONYM = 235,
	IN_MAIN = 190,
	IN_DESCRIPTION = 75,
	IN_THEME = 75,
	IN_ORG = 70
};

enum { FIELD_CHARS = YZ_SEARCH_TEXT_MAX };

/* Terms of one item, each once with its best weight. */
struct bag {
	uint64_t *keys;
	uint8_t *weights;
	uint32_t *stamps, stamp;
	uint32_t *filled; /* slots in use */
	size_t n, mask;
};

struct build {
	struct yz_arena *arena; /* scratch */
	struct bag bag;
	struct yz_map families;
	YZ_VEC(uint64_t) keys;  /* of all items, one after the other … */
	YZ_VEC(uint32_t) posts; /* … and the posting of each */
	uint32_t c[FIELD_CHARS + 1];
	uint16_t sounds[FIELD_CHARS + 1];
};

uint64_t term_latin(const uint32_t *c, size_t n)
{
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < n; i++)
		h = (h ^ c[i]) * 1099511628211u;
	return (uint64_t)TERM_LATIN << 42 | (h & (((uint64_t)1 << 42) - 1));
}

static uint64_t scatter(uint64_t key)
{
	key *= 0x9E3779B97F4A7C15u;
	return key ^ key >> 29;
}

enum { BAG_SLOTS = 1 << 16 };

static void bag_put(struct bag *bag, uint64_t key, unsigned weight)
{
	size_t slot = scatter(key) & bag->mask;
	while (bag->stamps[slot] == bag->stamp && bag->keys[slot] != key)
		slot = (slot + 1) & bag->mask;
	if (bag->stamps[slot] != bag->stamp) {
		if (bag->n * 2 > bag->mask)
			return; /* more terms than any item should have */
		bag->stamps[slot] = bag->stamp;
		bag->keys[slot] = key;
		bag->weights[slot] = 0;
		bag->filled[bag->n++] = (uint32_t)slot;
	}
	if (bag->weights[slot] < weight)
		bag->weights[slot] = (uint8_t)weight;
}

static size_t fold_field(struct build *b, struct yz_str s)
{
	size_t n = 0;
	if (s.len > YZ_SEARCH_TEXT_MAX)
		s.len = YZ_SEARCH_TEXT_MAX;
	for (size_t i = 0; i < s.len;) {
		uint32_t c = yz_fold_char(yz_utf8_next(s, &i));
		if (c)
			b->c[n++] = c;
	}
	return n;
}

static void put_sounds(struct build *b, size_t start, size_t end, unsigned weight)
{
	for (size_t i = start; i < end; i++) {
		uint16_t now[READINGS + 1], next[READINGS + 1];
		unsigned n = han_readings(b->c[i], now), m = i + 1 < end ? han_readings(b->c[i + 1], next) : 0;
		for (unsigned x = 0; x < n; x++)
			for (unsigned y = 0; y < m; y++)
				bag_put(&b->bag, term(TERM_SOUND, syllable_soft(now[x]), syllable_soft(next[y])),
					weight);
		if (i + 2 < end) {
			uint32_t letters = 0;
			for (size_t k = i; k < i + 3; k++)
				letters = letters << 7 | (uint32_t)(b->sounds[k] ? syllables[b->sounds[k]][0] : '?');
			bag_put(&b->bag, term(TERM_INITIALS, 0, letters), weight);
		}
	}
}

/* One run of Han.  Only short fields are worth their sounds and gaps. */
static void put_run(struct build *b, size_t start, size_t end, unsigned weight, bool deep)
{
	for (size_t i = start; i < end; i++) {
		if (i + 1 < end)
			bag_put(&b->bag, term(TERM_PAIR, b->c[i], b->c[i + 1]), weight);
		if (!deep)
			continue;
		bag_put(&b->bag, term(TERM_ONE, b->c[i], 0), weight);
		if (i + 2 < end)
			bag_put(&b->bag, term(TERM_SKIP, b->c[i], b->c[i + 2]), weight);
	}
	if (deep)
		put_sounds(b, start, end, weight);
}

static void put_chars(struct build *b, size_t n, unsigned weight, bool deep)
{
	if (deep)
		han_read(b->c, n, b->sounds);
	for (size_t i = 0; i < n;) {
		size_t start = i;
		bool han = yz_is_han(b->c[i]);
		if (b->c[i] == ' ') {
			i++;
			continue;
		}
		while (i < n && b->c[i] != ' ' && yz_is_han(b->c[i]) == han)
			i++;
		if (han)
			put_run(b, start, i, weight, deep);
		else
			bag_put(&b->bag, term_latin(b->c + start, i - start), weight);
	}
}

static void put_field(struct build *b, struct yz_str s, unsigned weight, bool deep)
{
	put_chars(b, fold_field(b, s), weight, deep);
}

static bool opens(uint32_t c)
{
	return c == '(' || c == 0xFF08 || c == 0x300A || c == 0x201C;
}

static bool closes(uint32_t c)
{
	return c == ')' || c == 0xFF09 || c == 0x300B || c == 0x201D;
}

/* 食品(含保健食品)经营许可 is also 食品经营许可. */
static void put_joined(struct build *b, struct yz_str s)
{
	size_t n = 0;
	int depth = 0;
	bool any = false;
	for (size_t i = 0; i < s.len && n < FIELD_CHARS;) {
		uint32_t c = yz_utf8_next(s, &i);
		if (opens(c))
			depth++, any = true;
		else if (closes(c) && depth)
			depth--;
		else if (!depth && (c = yz_fold_char(c)))
			b->c[n++] = c;
	}
	if (any)
		put_chars(b, n, IN_JOINED, false);
}

static void put_item(struct build *b, const struct yz_search_item *item)
{
	b->bag.n = 0;
	b->bag.stamp++;
	put_field(b, item->name, IN_NAME, true);
	put_joined(b, item->name);
	put_field(b, item->synonyms, IN_SYNONYM, true);
	put_field(b, item->everyday, IN_SYNONYM, true);
	put_field(b, item->main, IN_MAIN, false);
	put_joined(b, item->main);
	put_field(b, item->themes, IN_THEME, false);
	put_field(b, item->objects, IN_THEME, false);
	put_field(b, item->department, IN_ORG, false);
	put_field(b, item->description, IN_DESCRIPTION, false);
}

/* Gathers the keys into a table and lays each key's postings together. */
static void lay_out(struct yz_search *s, struct build *b)
{
	size_t slots = 1024;
	while (slots < b->keys.len / 2)
		slots *= 2;
	for (;;) { /* the number of distinct keys is only known afterwards */
		size_t distinct = 0;
		s->mask = slots - 1;
		s->keys = yz_new_n(b->arena, slots, uint64_t);
		s->lens = yz_new_n(b->arena, slots, uint32_t);
		size_t i = 0;
		for (; i < b->keys.len && distinct * 4 < slots * 3; i++) {
			size_t slot = scatter(b->keys.at[i]) & s->mask;
			while (s->keys[slot] && s->keys[slot] != b->keys.at[i])
				slot = (slot + 1) & s->mask;
			distinct += !s->keys[slot];
			s->keys[slot] = b->keys.at[i];
			s->lens[slot]++;
		}
		if (i == b->keys.len)
			break;
		slots *= 2;
	}
	s->keys = memcpy(yz_alloc_n(s->arena, slots, sizeof *s->keys), s->keys, slots * sizeof *s->keys);
	s->lens = memcpy(yz_alloc_n(s->arena, slots, sizeof *s->lens), s->lens, slots * sizeof *s->lens);
	s->starts = yz_new_n(s->arena, slots, uint32_t);
	s->postings = yz_new_n(s->arena, b->posts.len + 1, uint32_t);
	uint32_t at = 0;
	for (size_t i = 0; i < slots; i++) {
		s->starts[i] = at;
		at += s->lens[i];
	}
	for (size_t i = 0; i < b->keys.len; i++) {
		size_t slot = scatter(b->keys.at[i]) & s->mask;
		while (s->keys[slot] != b->keys.at[i])
			slot = (slot + 1) & s->mask;
		s->postings[s->starts[slot]++] = b->posts.at[i];
	}
	for (size_t i = 0; i < slots; i++)
		s->starts[i] -= s->lens[i];
}

/* 运输证核发（注销） issues nothing: what stands in brackets has the last word. */
static unsigned name_actions(struct build *b, struct yz_str name)
{
	size_t all = 0, inside = 0;
	int depth = 0;
	uint32_t *bracketed = yz_new_n(b->arena, name.len + 1, uint32_t);
	for (size_t i = 0; i < name.len && all < FIELD_CHARS;) {
		uint32_t raw = yz_utf8_next(name, &i), c = yz_fold_char(raw);
		depth += opens(raw) - (closes(raw) && depth);
		if (!c)
			continue;
		b->c[all++] = c;
		if (depth > 0 || closes(raw))
			bracketed[inside++] = c;
	}
	unsigned acts = search_actions(bracketed, inside);
	return acts ? acts : search_actions(b->c, all);
}

static uint32_t family(struct build *b, struct yz_str main, struct yz_str department)
{
	if (!main.len || yz_str_eqz(main, "未分类"))
		return 0;
	struct yz_str key = yz_str_printf(b->arena, "%.*s\n%.*s", YZ_P(department), YZ_P(main));
	uintptr_t id = (uintptr_t)yz_map_get(&b->families, key);
	if (!id)
		yz_map_put(&b->families, key, (void *)(id = b->families.len + 1));
	return (uint32_t)id;
}

/* Whom the name, the conditions and the objects let in. */
static void read_bars(struct build *b, struct doc *doc, const struct yz_search_item *item)
{
	size_t n = fold_field(b, item->conditions);
	doc->oldest = AGE_MOST;
	bar_ages(b->c, n, false, doc);
	n = fold_field(b, item->name);
	bar_ages(b->c, n, true, doc);
	if (doc->youngest > doc->oldest) { /* both ends of something else */
		doc->youngest = 0;
		doc->oldest = AGE_MOST;
	}
	bool person = yz_str_find(item->objects, YZ_LIT("自然人"), 0) != SIZE_MAX,
	     firm = yz_str_find(item->objects, YZ_LIT("法人"), 0) != SIZE_MAX ||
		    yz_str_find(item->objects, YZ_LIT("组织"), 0) != SIZE_MAX;
	doc->whom = person == firm ? 0 : person ? WHO_PERSON : WHO_FIRM;
}

static void describe(struct yz_search *s, struct build *b, struct doc *doc, const struct yz_search_item *item)
{
	struct yz_str name = item->name;
	if (name.len > YZ_SEARCH_TEXT_MAX)
		name.len = YZ_SEARCH_TEXT_MAX;
	size_t n = fold_field(b, name);
	doc->id = yz_str_dup(s->arena, item->id);
	doc->name = yz_str_dup(s->arena, item->name);
	doc->department = yz_str_dup(s->arena, item->department);
	doc->themes = yz_str_dup(s->arena, item->themes);
	doc->objects = yz_str_dup(s->arena, item->objects);
	doc->folded = memcpy(yz_new_n(s->arena, n + 1, uint32_t), b->c, n * sizeof(uint32_t));
	doc->len = (uint16_t)n;
	doc->actions = (uint16_t)name_actions(b, name);
	doc->family = family(b, item->main, item->department);
	read_bars(b, doc, item);
	double weight = item->weight > 0 ? item->weight : 1;
	doc->prior = (float)(1 + 0.06 * log2(weight > 64 ? 64 : weight < 1.0 / 64 ? 1.0 / 64 : weight));
}

struct yz_search *yz_search_build(const struct yz_search_item *items, size_t n, struct yz_err *err)
{
	if (n > YZ_SEARCH_ITEMS_MAX)
		return yz_fail_null(err, YZ_LIMIT, "%zu items; the index holds at most %zu", n, YZ_SEARCH_ITEMS_MAX);
	struct yz_arena *arena = yz_arena_create(0), *scratch = yz_arena_create(0);
	struct yz_search *s = yz_new(arena, struct yz_search);
	struct build *b = yz_new(scratch, struct build);
	s->arena = arena;
	s->n = n;
	s->docs = yz_new_n(arena, n + 1, struct doc);
	s->log_n = (float)log(1 + (double)(n > 50 ? n : 50));
	b->arena = scratch;
	yz_map_init(&b->families, scratch);
	b->bag.mask = BAG_SLOTS - 1;
	b->bag.keys = yz_new_n(scratch, BAG_SLOTS, uint64_t);
	b->bag.weights = yz_new_n(scratch, BAG_SLOTS, uint8_t);
	b->bag.stamps = yz_new_n(scratch, BAG_SLOTS, uint32_t);
	b->bag.filled = yz_new_n(scratch, BAG_SLOTS, uint32_t);
	for (size_t i = 0; i < n; i++) {
		describe(s, b, &s->docs[i], &items[i]);
		put_item(b, &items[i]);
		for (size_t k = 0; k < b->bag.n; k++) {
			uint32_t slot = b->bag.filled[k];
			*yz_vec_push(scratch, &b->keys) = b->bag.keys[slot];
			*yz_vec_push(scratch, &b->posts) = (uint32_t)i << 8 | b->bag.weights[slot];
		}
	}
	if (b->keys.len > UINT32_MAX) {
		yz_arena_destroy(scratch);
		yz_arena_destroy(arena);
		return yz_fail_null(err, YZ_LIMIT, "the items hold more text than the index can");
	}
	s->nfamilies = (uint32_t)b->families.len + 1;
	lay_out(s, b);
	yz_arena_destroy(scratch);
	return s;
}

void yz_search_destroy(struct yz_search *s)
{
	if (s)
		yz_arena_destroy(s->arena);
}

size_t yz_search_count(const struct yz_search *s)
{
	return s->n;
}

size_t yz_search_bytes(const struct yz_search *s)
{
	return yz_arena_used(s->arena);
}

struct posting_list search_find(const struct yz_search *s, uint64_t key)
{
	size_t slot = scatter(key) & s->mask;
	while (s->keys[slot] && s->keys[slot] != key)
		slot = (slot + 1) & s->mask;
	if (!key || !s->keys[slot])
		return (struct posting_list){NULL, 0};
	return (struct posting_list){s->postings + s->starts[slot], s->lens[slot]};
}

float search_rarity(const struct yz_search *s, double found)
{
	float rarity = (float)log(1 + (double)s->n / (found + 0.5)) / s->log_n;
	return rarity < 1 ? powf(rarity, 0.85f) : 1;
}

/* Words of names that say what is done; found anywhere in the name. */
unsigned search_actions(const uint32_t *c, size_t n)
{
	static const struct {
		uint32_t word[4];
		unsigned act;
	} table[] = {
		{U"设立", ACT_NEW},        {U"新办", ACT_NEW},      {U"核发", ACT_NEW},      {U"首次", ACT_NEW},
		{U"新增", ACT_NEW},        {U"初领", ACT_NEW},      {U"申领", ACT_NEW},      {U"取证", ACT_NEW},
		{U"签发", ACT_NEW},        {U"成立", ACT_NEW},      {U"新设", ACT_NEW},      {U"初次", ACT_NEW},
		{U"配发", ACT_NEW},        {U"发放", ACT_NEW},      {U"新建", ACT_NEW},      {U"初始", ACT_NEW},
		{U"变更", ACT_CHANGE},     {U"更正", ACT_CHANGE},   {U"更名", ACT_CHANGE},   {U"改建", ACT_CHANGE},
		{U"扩建", ACT_CHANGE},     {U"修改", ACT_CHANGE},   {U"改制", ACT_CHANGE},   {U"补办", ACT_REPLACE},
		{U"补领", ACT_REPLACE},    {U"补发", ACT_REPLACE},  {U"补证", ACT_REPLACE},  {U"遗失", ACT_REPLACE},
		{U"挂失", ACT_REPLACE},    {U"补换", ACT_REPLACE},  {U"延续", ACT_RENEW},    {U"到期", ACT_RENEW},
		{U"换证", ACT_RENEW},      {U"换发", ACT_RENEW},    {U"换领", ACT_RENEW},    {U"延期", ACT_RENEW},
		{U"续期", ACT_RENEW},      {U"校验", ACT_RENEW},    {U"年检", ACT_RENEW},    {U"审验", ACT_RENEW},
		{U"复审", ACT_RENEW},      {U"再注册", ACT_RENEW},  {U"期满", ACT_RENEW},    {U"注销", ACT_CANCEL},
		{U"终止", ACT_CANCEL},     {U"歇业", ACT_CANCEL},   {U"歇业", ACT_STOP},     {U"撤销", ACT_CANCEL},
		{U"解除", ACT_CANCEL},     {U"免职", ACT_CANCEL},   {U"作废", ACT_CANCEL},   {U"转移", ACT_MOVE},
		{U"迁移", ACT_MOVE},       {U"转出", ACT_MOVE},     {U"转入", ACT_MOVE},     {U"互转", ACT_MOVE},
		{U"转移登", ACT_TRANSFER}, {U"过户", ACT_TRANSFER}, {U"转让", ACT_TRANSFER}, {U"停业", ACT_STOP},
		{U"暂停", ACT_STOP},       {U"封存", ACT_STOP},     {U"报停", ACT_STOP},     {U"停止", ACT_STOP},
		{U"恢复", ACT_RESUME},     {U"复业", ACT_RESUME},   {U"解封", ACT_RESUME},   {U"解挂", ACT_RESUME},
		{U"查询", ACT_QUERY},      {U"核查", ACT_QUERY},    {U"查 借", ACT_QUERY},   {U"打印", ACT_QUERY},
		{U"咨询", ACT_CONSULT},    {U"指引", ACT_CONSULT},  {U"缴纳", ACT_PAY},      {U"交存", ACT_PAY},
	};
	unsigned acts = 0;
	for (size_t i = 0; i + 1 < n; i++)
		for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
			const uint32_t *word = table[k].word;
			if (c[i] == word[0] && c[i + 1] == word[1] && (!word[2] || (i + 2 < n && c[i + 2] == word[2])))
				acts |= table[k].act;
		}
	return acts;
}
