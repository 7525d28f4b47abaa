/* dmn/trace_json.c - an explanation as JSON.
 *
 *	step   = node | table | entry | branch | text
 *	node   = {"decision" | "model" | "service": NAME, "id"?: ID, "import"?: NAME, "line"?: N,
 *	          "value": V, "reason"?: TEXT, "table"?: TABLE, "text"?: FEEL, "steps"?: [step …]}
 *	table  = {"table": TABLE, "value": V, "reason"?: TEXT, "steps"?: [step …]}
 *	entry  = {"entry": NAME, "value": V, "table"?: TABLE, "text"?: FEEL, "steps"?: [step …]}
 *	branch = {"branch": "then" | "else", "value": V, …}
 *	text   = {"text": FEEL, "value": V}
 *	TABLE  = {"policy": "FIRST", "inputs": [{"text": TEXT, "value": V} …], "outputs": [NAME …],
 *	          "notes"?: [NAME …], "rules": [RULE …], "default"?: true}
 *	RULE   = {"rule": N, "id"?: ID, "label"?: TEXT, "matches": M, "counts": B,
 *	          "cells": [{"text": FEEL, "holds": M} …],
 *	          "outputs": [{"text": FEEL, "value"?: V} …], "notes"?: [TEXT …]}
 *	M      = true | false | null | "possible" | "not asked"
 *
 * A step whose logic is one table, or one text, has it as a member of its own;
 * what was computed on the way stands in "steps", in order.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fmt/json.h"

#include "dmn/dmn.h"

/* Boxed expressions nest less deeply, calls of functions may not: what lies deeper is left. */
enum { DEEPEST = 200 };

static void string(struct yz_buf *out, struct yz_str s)
{
	struct yz_jw w;
	yz_jw_init(&w, out);
	yz_jw_str(&w, s);
}

static void member(struct yz_buf *out, const char *key, struct yz_str s)
{
	yz_buf_printf(out, ",\"%s\":", key);
	string(out, s);
}

static void optional(struct yz_buf *out, const char *key, struct yz_str s)
{
	if (s.len)
		member(out, key, s);
}

static void names(struct yz_buf *out, const char *key, const struct yz_str *all, size_t n)
{
	yz_buf_printf(out, ",\"%s\":[", key);
	for (size_t i = 0; i < n; i++) {
		yz_buf_addz(out, i ? "," : "");
		string(out, all[i]);
	}
	yz_buf_addc(out, ']');
}

static const char *truth(enum yz_dmn_truth t)
{
	static const char *const words[] = {[YZ_DMN_FALSE] = "false",
					    [YZ_DMN_TRUE] = "true",
					    [YZ_DMN_NULL] = "null",
					    [YZ_DMN_POSSIBLE] = "\"possible\"",
					    [YZ_DMN_NOT_ASKED] = "\"not asked\""};
	return words[t];
}

static void row(struct yz_buf *out, const struct yz_dmn_trace *t, const struct yz_dmn_row *r)
{
	yz_buf_printf(out, "{\"rule\":%u", r->rule);
	optional(out, "id", r->id);
	optional(out, "label", r->label);
	yz_buf_printf(out, ",\"matches\":%s,\"counts\":%s,\"cells\":[", truth(r->truth), r->counts ? "true" : "false");
	for (size_t i = 0; i < t->ninputs; i++) {
		yz_buf_addz(out, i ? ",{\"text\":" : "{\"text\":");
		string(out, r->cells[i].text);
		yz_buf_printf(out, ",\"holds\":%s}", truth(r->cells[i].truth));
	}
	yz_buf_addz(out, "],\"outputs\":[");
	for (size_t i = 0; i < t->noutputs; i++) {
		yz_buf_addz(out, i ? ",{\"text\":" : "{\"text\":");
		string(out, r->outputs[i]);
		if (r->values) {
			yz_buf_addz(out, ",\"value\":");
			yz_dmn_write_json(out, r->values[i]);
		}
		yz_buf_addc(out, '}');
	}
	yz_buf_addc(out, ']');
	if (t->nnotes && r->notes)
		names(out, "notes", r->notes, t->nnotes);
	yz_buf_addc(out, '}');
}

static void table(struct yz_buf *out, const struct yz_dmn_trace *t)
{
	yz_buf_addz(out, "\"table\":{\"policy\":");
	string(out, t->policy);
	yz_buf_addz(out, ",\"inputs\":[");
	for (size_t i = 0; i < t->ninputs; i++) {
		yz_buf_addz(out, i ? ",{\"text\":" : "{\"text\":");
		string(out, t->input_texts[i]);
		yz_buf_addz(out, ",\"value\":");
		yz_dmn_write_json(out, t->input_values[i]);
		yz_buf_addc(out, '}');
	}
	yz_buf_addc(out, ']');
	names(out, "outputs", t->output_names, t->noutputs);
	if (t->nnotes)
		names(out, "notes", t->note_names, t->nnotes);
	yz_buf_addz(out, ",\"rules\":[");
	for (size_t i = 0; i < t->nrows; i++) {
		yz_buf_addz(out, i ? "," : "");
		row(out, t, &t->rows[i]);
	}
	yz_buf_addz(out, t->defaulted ? "],\"default\":true}" : "]}");
}

static void head(struct yz_buf *out, const struct yz_dmn_trace *t)
{
	static const char *const kinds[] = {[YZ_DMN_INPUT] = "input",
					    [YZ_DMN_DECISION] = "decision",
					    [YZ_DMN_BKM] = "model",
					    [YZ_DMN_SERVICE] = "service"};
	yz_buf_addc(out, '{');
	switch (t->step) {
	case YZ_DMN_STEP_NODE:
		yz_buf_printf(out, "\"%s\":", kinds[t->node->kind]);
		string(out, t->node->name);
		optional(out, "id", t->node->id);
		optional(out, "import", t->node->import);
		if (t->place.line)
			yz_buf_printf(out, ",\"line\":%u", t->place.line);
		break;
	case YZ_DMN_STEP_TABLE:
		table(out, t);
		break;
	case YZ_DMN_STEP_ENTRY:
	case YZ_DMN_STEP_BRANCH:
		yz_buf_addz(out, t->step == YZ_DMN_STEP_ENTRY ? "\"entry\":" : "\"branch\":");
		string(out, t->name);
		break;
	case YZ_DMN_STEP_TEXT:
		yz_buf_addz(out, "\"text\":");
		string(out, t->text);
		break;
	}
	yz_buf_addz(out, ",\"value\":");
	yz_dmn_write_json(out, t->value);
	if (t->value.kind == YZ_FEEL_NULL && t->value.reason)
		member(out, "reason", yz_feel_reason_text(out->arena, t->value.reason, YZ_FEEL_EN));
}

/* The last child is the logic itself when it is a table or a text without steps of its own. */
static const struct yz_dmn_trace *logic_of(const struct yz_dmn_trace *t)
{
	const struct yz_dmn_trace *last = t->last;
	bool holds = t->step == YZ_DMN_STEP_NODE || t->step == YZ_DMN_STEP_ENTRY || t->step == YZ_DMN_STEP_BRANCH;
	return holds && last && !last->child && (last->step == YZ_DMN_STEP_TABLE || last->step == YZ_DMN_STEP_TEXT)
		       ? last
		       : NULL;
}

static void step(struct yz_buf *out, const struct yz_dmn_trace *t, unsigned depth)
{
	head(out, t);
	const struct yz_dmn_trace *logic = logic_of(t);
	if (logic && logic->step == YZ_DMN_STEP_TEXT) {
		member(out, "text", logic->text);
	} else if (logic) {
		yz_buf_addc(out, ',');
		table(out, logic);
	}
	if (t->child && t->child != logic && depth < DEEPEST) {
		yz_buf_addz(out, ",\"steps\":[");
		for (const struct yz_dmn_trace *c = t->child; c && c != logic && !out->full; c = c->next) {
			yz_buf_addz(out, c != t->child ? "," : "");
			step(out, c, depth + 1);
		}
		yz_buf_addc(out, ']');
	}
	yz_buf_addc(out, '}');
}

void yz_dmn_trace_json(const struct yz_dmn_trace *t, struct yz_buf *out)
{
	if (t)
		step(out, t, 0);
	else
		yz_buf_addz(out, "null");
}
