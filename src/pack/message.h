/* pack/message.h - the texts people are told things in: which kinds there are, and a pack's own words for them.
 *
 *	messages/fee.json   {"fee_due": {"title": {"zh": "…", "en": "…", "ug": "…"}, "body": {…}, "sms": {…}}}
 *
 * What a pack leaves out is said in the built-in words (messages.def).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PACK_MESSAGE_H
#define YZ_PACK_MESSAGE_H

#include "fmt/json.h"
#include "pack/pack.h"

enum yz_say {
#define MESSAGE(kind, topic, holes, title, body, sms) YZ_SAY_##kind,
#include "pack/messages.def"
#undef MESSAGE
	YZ_SAYINGS
};
enum yz_topic {
#define TOPIC(name, title, ways) YZ_TOPIC_##name,
#include "pack/message_topics.def"
#undef TOPIC
	YZ_TOPICS
};

struct yz_say_info {
	const char *kind, *holes, *title, *body, *sms; /* texts: message ids */
	enum yz_topic topic;
};
extern const struct yz_say_info yz_sayings[YZ_SAYINGS];

struct yz_topic_info {
	const char *name, *title, *ways;
};
extern const struct yz_topic_info yz_topics[YZ_TOPICS];

enum { YZ_SAY_TITLE = 60, YZ_SAY_BODY = 1000, YZ_SAY_SMS = 130 }; /* characters of a text with its holes */

/* A file of messages/: unknown kinds, parts, languages and holes, texts that are too long or lack Chinese. */
void yz_pack_check_messages(struct yz_arena *a, const struct yz_json *file_json, struct yz_str file, struct yz_pack_findings *out);

/* {name} in text becomes what `fill` says; a hole it does not know stays as it is written. */
struct yz_str yz_say_fill(struct yz_arena *a, struct yz_str text, struct yz_str (*fill)(void *ctx, struct yz_str name), void *ctx);

#endif
