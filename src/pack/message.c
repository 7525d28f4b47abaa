/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/message.h"

#include "base/utf8.h"
#include "pack/check.h"
#include "text/text.h"

const struct yz_say_info yz_sayings[YZ_SAYINGS] = {
#define MESSAGE(kind, topic, holes, title, body, sms) [YZ_SAY_##kind] = {#kind, holes, title, body, sms, YZ_TOPIC_##topic},
#include "pack/messages.def"
#undef MESSAGE
};

const struct yz_topic_info yz_topics[YZ_TOPICS] = {
#define TOPIC(name, title, ways) [YZ_TOPIC_##name] = {#name, title, ways},
#include "pack/message_topics.def"
#undef TOPIC
};

/* The next {name} from *at on; false: there is none. */
static bool next_hole(struct yz_str s, size_t *at, struct yz_str *name, size_t *from, size_t *to)
{
	for (; *at < s.len; ++*at) {
		if (s.ptr[*at] != '{')
			continue;
		size_t end = *at + 1;
		while (end < s.len && s.ptr[end] != '}' && s.ptr[end] != '{')
			end++;
		if (end == s.len || s.ptr[end] != '}')
			continue;
		*name = yz_str_n(s.ptr + *at + 1, end - *at - 1);
		*from = *at;
		*to = *at = end + 1;
		return true;
	}
	return false;
}

struct yz_str yz_say_fill(struct yz_arena *a, struct yz_str text, struct yz_str (*fill)(void *ctx, struct yz_str name), void *ctx)
{
	struct yz_buf b;
	struct yz_str name;
	size_t at = 0, from, to, done = 0;
	yz_buf_init(&b, a, 1 << 20);
	while (next_hole(text, &at, &name, &from, &to)) {
		struct yz_str value = fill(ctx, name);
		yz_buf_add(&b, text.ptr + done, from - done);
		yz_buf_adds(&b, value.ptr ? value : yz_str_n(text.ptr + from, to - from));
		done = to;
	}
	yz_buf_add(&b, text.ptr + done, text.len - done);
	return yz_buf_str(&b);
}

/* ---- checking a pack's ---- */

static bool in_words(const char *words, struct yz_str name)
{
	struct yz_str all = yz_str(words);
	for (size_t i = 0; i < all.len;) {
		size_t end = i;
		while (end < all.len && all.ptr[end] != ' ')
			end++;
		if (yz_str_eq(yz_str_n(all.ptr + i, end - i), name))
			return true;
		i = end + 1;
	}
	return false;
}

static void check_holes(struct yz_checker *c, const struct yz_json *text, const char *where, const struct yz_say_info *say, bool sms)
{
	static const char allowed_in_sms[] = "site no amount due days";
	struct yz_str name;
	size_t at = 0, from, to;
	while (next_hole(text->text, &at, &name, &from, &to)) {
		bool known = in_words(say->holes, name) || yz_str_eqz(name, "site");
		if (!known)
			yz_check_error(c, text->line, yz_printf(c->a, "use one of site %s", say->holes), "%s: there is no {%.*s}", where,
				       YZ_P(name));
		else if (sms && !in_words(allowed_in_sms, name))
			yz_check_error(c, text->line, "leave it out: a text message goes over other people's wires",
				       "%s: {%.*s} does not stand in a text message", where, YZ_P(name));
	}
}

static void check_part(struct yz_checker *c, const struct yz_json *part, const char *what, const char *name, const struct yz_say_info *say)
{
	static const char *const langs[] = {"zh", "en", "ug", NULL};
	bool sms = strcmp(name, "sms") == 0;
	size_t most = sms ? YZ_SAY_SMS : strcmp(name, "title") == 0 ? YZ_SAY_TITLE : YZ_SAY_BODY;
	if (!yz_json_is(part, YZ_JSON_OBJECT)) {
		yz_check_error(c, part->line, "write {\"zh\": \"…\", \"en\": \"…\"}", "%s is no text by language", what);
		return;
	}
	yz_check_keys(c, part, what, langs);
	if (!yz_str_trim(yz_json_str(part, "zh")).len)
		yz_check_error(c, part->line, "write it in Chinese too", "%s has no zh", what);
	for (size_t i = 0; i < part->count; i++) {
		const struct yz_json *text = part->members[i].value;
		const char *where = yz_printf(c->a, "%s %.*s", what, YZ_P(part->members[i].key));
		if (!yz_json_is(text, YZ_JSON_STRING))
			yz_check_error(c, text->line, "write text in quotes", "%s is no text", where);
		else if (yz_utf8_count(text->text) > most)
			yz_check_error(c, text->line, "shorten it", "%s has %zu characters, more than %zu", where, yz_utf8_count(text->text), most);
		else
			check_holes(c, text, where, say, sms);
	}
}

void yz_pack_check_messages(struct yz_arena *a, const struct yz_json *json, struct yz_str file, struct yz_pack_findings *out)
{
	static const char *const parts[] = {"title", "body", "sms", NULL};
	struct yz_checker c = {a, file, out};
	if (!yz_json_is(json, YZ_JSON_OBJECT)) {
		yz_check_error(&c, json ? json->line : 0, "write an object in { }", "messages are an object by kind");
		return;
	}
	for (size_t i = 0; i < json->count; i++) {
		struct yz_str kind = json->members[i].key;
		const struct yz_json *v = json->members[i].value;
		const struct yz_say_info *say = NULL;
		for (int k = 0; k < YZ_SAYINGS && !say; k++)
			say = yz_str_eqz(kind, yz_sayings[k].kind) ? &yz_sayings[k] : NULL;
		if (!say) {
			yz_check_error(&c, v->line, "docs/formats/messages.md lists the kinds", "there is no message of kind %.*s", YZ_P(kind));
			continue;
		}
		if (!yz_json_is(v, YZ_JSON_OBJECT)) {
			yz_check_error(&c, v->line, "write {\"title\": …, \"body\": …, \"sms\": …}", "%s is no message", say->kind);
			continue;
		}
		yz_check_keys(&c, v, say->kind, parts);
		for (const char *const *p = parts; *p; p++)
			if (yz_json_get(v, *p))
				check_part(&c, yz_json_get(v, *p), yz_printf(a, "%s: %s", say->kind, *p), *p, say);
	}
}
