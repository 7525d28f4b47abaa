/* What a pack's processes ask of its forms, decisions and people, and of each other.  SPDX-License-Identifier: Apache-2.0 */
#include "pack/pack_check.h"

#include "bpmn/bpmn.h"

static void check_item(struct yz_reading *r, const struct yz_pack_file *item)
{
	struct yz_str key = yz_json_str(item->json, "process"), decision = yz_json_str(item->json, "decision");
	const struct yz_pack_file *f = yz_pack_find(&r->pack->processes, key);
	const struct yz_bpmn *m = yz_map_get(&r->processes, key);
	const struct yz_decision *d = yz_map_get(&r->decisions, decision);
	if (!f || !m)
		return;
	yz_pack_check_names(r->c.a, m, yz_map_get(&r->forms, yz_json_str(item->json, "form")), &r->processes, f->path, r->c.out);
	if (d || !decision.len) /* a model that could not be read has errors of its own */
		yz_pack_check_rules(r->c.a, m, d, f->path, r->c.out);
}

/* ---- people: what leads to nobody goes to whoever does such acts, and is seldom meant ---- */

static bool holds(const struct yz_json *person, struct yz_str title)
{
	const struct yz_json *posts = yz_json_get(person, "posts");
	for (size_t i = 0; i < yz_json_len(posts); i++)
		if (yz_str_eq(yz_json_str(yz_json_at(posts, i), "title"), title))
			return true;
	return false;
}

static bool somebody(const struct yz_reading *r, bool post, struct yz_str name)
{
	for (size_t i = 0; i < yz_json_len(r->pack->people); i++) {
		const struct yz_json *one = yz_json_at(r->pack->people, i);
		if (post ? holds(one, name) : yz_str_eq(yz_json_str(one, "login"), name))
			return true;
	}
	return false;
}

static void check_people(struct yz_reading *r, const struct yz_bpmn_node *n)
{
	static const struct {
		const char *attr, *what, *zh;
	} asked[] = {{"post", "nobody holds the post", "没有人的岗位叫"}, {"person", "nobody has the login", "没有人的账号是"}};
	for (size_t i = 0; i < 2; i++) {
		struct yz_str name = yz_bpmn_attr(n, asked[i].attr);
		if (!name.len || name.ptr[0] == '=' || somebody(r, i == 0, name))
			continue;
		yz_check_warn(&r->c, n->line, "write it as people.json does, or leave it out", "%.*s: %s %.*s", YZ_P(n->id), asked[i].what, YZ_P(name));
		yz_check_zh(&r->c, "照 people.json 的写法写，或者去掉", "%.*s：%s“%.*s”", YZ_P(n->id), asked[i].zh, YZ_P(name));
	}
}

/* ---- messages: who sends one that nobody waits for, or waits for one that nobody sends ---- */

static bool sends(const struct yz_bpmn_node *n)
{
	return n->type == YZ_BPMN_THROW_EVENT || n->type == YZ_BPMN_END_EVENT || n->type == YZ_BPMN_SEND_TASK;
}

static bool has_end(const struct yz_reading *r, struct yz_str message, bool sending)
{
	for (size_t i = 0; i < r->processes.len; i++) {
		struct yz_bpmn_said said;
		size_t n;
		const struct yz_bpmn_node *const *nodes = yz_bpmn_nodes(r->processes.entries[i].value, &n);
		for (size_t k = 0; k < n; k++)
			for (size_t s = 0; sends(nodes[k]) == sending && yz_bpmn_says(nodes[k], s, &said); s++)
				if (yz_str_eq(said.name, message))
					return true;
	}
	return false;
}

static void check_talk(struct yz_reading *r, const struct yz_bpmn_node *n)
{
	struct yz_bpmn_said said;
	for (size_t i = 0; yz_bpmn_says(n, i, &said); i++) {
		bool sending = sends(n);
		if (yz_pack_message_own(said.name) || has_end(r, said.name, !sending))
			continue;
		yz_check_warn(&r->c, n->line, "look whether both ends write the same name", "%.*s: no process %s the message %.*s", YZ_P(n->id),
			      sending ? "waits for" : "sends", YZ_P(said.name));
		yz_check_zh(&r->c, "看看两头写的名称是不是一样", "%.*s：没有哪个流程%s消息“%.*s”", YZ_P(n->id), sending ? "等" : "发", YZ_P(said.name));
	}
}

void yz_reading_asked(struct yz_reading *r)
{
	for (size_t i = 0; i < r->pack->items.len; i++)
		check_item(r, &r->pack->items.at[i]);
	for (size_t i = 0; i < r->processes.len; i++) {
		size_t n;
		const struct yz_bpmn_node *const *nodes = yz_bpmn_nodes(r->processes.entries[i].value, &n);
		r->c.file = yz_pack_find(&r->pack->processes, r->processes.entries[i].key)->path;
		for (size_t k = 0; k < n; k++) {
			if (yz_json_len(r->pack->people)) /* a pack for work has none */
				check_people(r, nodes[k]);
			check_talk(r, nodes[k]);
		}
	}
}
