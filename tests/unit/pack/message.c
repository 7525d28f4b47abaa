/* SPDX-License-Identifier: Apache-2.0
 *
 * What people are told stands in every language of the interface, with the same holes.
 */
#include "pack/message.h"

#include "base/arena.h"
#include "text/text.h"

#include "tests/test.h"

#include <stdio.h>
#include <string.h>

enum { TEXTS = 3, HOLES = 16 };

static const char *const langs[] = {[YZ_LANG_ZH] = "zh", [YZ_LANG_EN] = "en", [YZ_LANG_UG] = "ug"};

struct holes {
	struct yz_str at[HOLES];
	int n;
};

static struct yz_str note_hole(void *ctx, struct yz_str name)
{
	struct holes *h = ctx;
	assert_true(h->n < HOLES);
	h->at[h->n++] = name;
	return (struct yz_str){0};
}

static struct holes holes_of(struct yz_arena *a, const char *text)
{
	struct holes h = {0};
	yz_say_fill(a, yz_str(text), note_hole, &h);
	return h;
}

static bool has(const struct holes *h, struct yz_str name)
{
	for (int i = 0; i < h->n; i++)
		if (yz_str_eq(h->at[i], name))
			return true;
	return false;
}

static bool same_holes(struct yz_arena *a, const char *left, const char *right)
{
	const struct holes l = holes_of(a, left), r = holes_of(a, right);
	bool same = l.n == r.n;
	for (int i = 0; same && i < l.n; i++)
		same = has(&r, l.at[i]);
	return same;
}

/* What of a kind is not said in a language of its own: "" when nothing. */
static const char *lacks(struct yz_arena *a, const struct yz_say_info *k)
{
	const char *const texts[TEXTS] = {k->title, k->body, k->sms}, *const parts[TEXTS] = {"title", "body", "sms"};
	for (int i = 0; i < TEXTS; i++) {
		if (i < 2 && !*texts[i])
			return yz_printf(a, "%s: no %s", k->kind, parts[i]);
		for (int lang = YZ_LANG_EN; *texts[i] && lang <= YZ_LANG_UG; lang++) {
			const char *said = yz_tr((enum yz_lang)lang, texts[i]);
			if (!*said || strcmp(said, texts[i]) == 0)
				return yz_printf(a, "%s: no %s in %s", k->kind, parts[i], langs[lang]);
			if (!same_holes(a, said, texts[i]))
				return yz_printf(a, "%s: other holes in the %s in %s", k->kind, parts[i], langs[lang]);
		}
		if (*texts[i] && strcmp(yz_tr(YZ_LANG_EN, texts[i]), yz_tr(YZ_LANG_UG, texts[i])) == 0)
			return yz_printf(a, "%s: the %s is the same in en and ug", k->kind, parts[i]);
	}
	return "";
}

TEST(every_kind_of_message_is_said_in_each_language_with_the_same_holes)
{
	struct yz_arena *a = yz_arena_create(0);
	assert_true(YZ_SAYINGS > 50);
	for (int i = 0; i < YZ_SAYINGS; i++)
		assert_string_equal(lacks(a, &yz_sayings[i]), "");
	yz_arena_destroy(a);
}

TEST(a_kind_that_is_not_said_in_a_language_is_found)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_say_info k = yz_sayings[YZ_SAY_fee_due];
	assert_string_equal(lacks(a, &k), "");
	k.sms = "【{site}】没有人会翻译的一句话";
	assert_string_equal(lacks(a, &k), "fee_due: no sms in en");
	k.body = "{item}（{no}）没有人会翻译的一句话";
	assert_string_equal(lacks(a, &k), "fee_due: no body in en");
	k.title = "";
	assert_string_equal(lacks(a, &k), "fee_due: no title");
	assert_false(same_holes(a, "{item}", "{no}"));
	assert_false(same_holes(a, "{item}", "{item} {no}"));
	assert_true(same_holes(a, "{item} {no}", "{no}, {item}"));
	yz_arena_destroy(a);
}

/* A pack's words are held to these: ours use no hole a pack may not. */
TEST(no_kind_uses_a_hole_it_does_not_name)
{
	struct yz_arena *a = yz_arena_create(0);
	for (int i = 0; i < YZ_SAYINGS; i++) {
		const char *const texts[TEXTS] = {yz_sayings[i].title, yz_sayings[i].body, yz_sayings[i].sms};
		for (int k = 0; k < TEXTS; k++) {
			const struct holes h = holes_of(a, texts[k]);
			for (int n = 0; n < h.n; n++) {
				struct yz_str all = yz_str(yz_sayings[i].holes), one;
				bool named = yz_str_eqz(h.at[n], "site");
				while (!named && yz_str_cut(&all, ' ', &one))
					named = yz_str_eq(one, h.at[n]);
				assert_true(named);
			}
		}
	}
	yz_arena_destroy(a);
}
