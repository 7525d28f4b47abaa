/* tests/unit/dmn/models.h - small models loaded from text.
 *
 * load("<decision …/>") wraps the text in definitions; it begins in line 2.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_DMN_MODELS_H
#define YZ_TESTS_DMN_MODELS_H

#include "tests/test.h"

#include "dmn/dmn.h"

#include <stdio.h>

#define DMN_15 "https://www.omg.org/spec/DMN/20230324/MODEL/"

static struct yz_arena *arena;
static struct yz_err err;
static const struct yz_dmn *model;
static const struct yz_dmn_diag *diags;
static struct yz_dmn_source sources[8];
static size_t nsources;

static inline void fresh(void)
{
	yz_arena_destroy(arena);
	arena = yz_arena_create(0);
	err = (struct yz_err){0};
	nsources = 0;
}

static inline const char *definitions(const char *ns, const char *body)
{
	return yz_printf(arena, "<definitions xmlns='" DMN_15 "' namespace='%s' name='the model'>\n%s\n</definitions>",
			 ns, body);
}

static inline void add_source(const char *file, const char *text)
{
	sources[nsources++] = (struct yz_dmn_source){yz_str(file), yz_str(text)};
}

static inline const struct yz_dmn *load_sources(const struct yz_dmn_limits *limits)
{
	return model = yz_dmn_load(arena, sources, nsources, limits, &diags, &err);
}

static inline const struct yz_dmn *load_within(const char *body, const struct yz_dmn_limits *limits)
{
	fresh();
	add_source("t.dmn", definitions("urn:t", body));
	return load_sources(limits);
}

static inline const struct yz_dmn *load(const char *body)
{
	load_within(body, NULL);
	if (!model)
		fail_msg("%s: %s", err.where, err.msg);
	return model;
}

static inline const char *findings(void)
{
	struct yz_buf b;
	yz_buf_init(&b, arena, 1 << 20);
	for (const struct yz_dmn_diag *d = diags; d; d = d->next)
		yz_buf_printf(&b, "%u:%u %s: %.*s: %.*s (%.*s) [%.*s]\n", d->place.line, d->place.column,
			      d->severity == YZ_FEEL_ERROR ? "error" : "warning", YZ_P(d->place.element),
			      YZ_P(d->message), YZ_P(d->expected), YZ_P(d->found));
	return b.len ? yz_buf_str(&b).ptr : "";
}

/* The only finding is this one: "3:7 error: decision x: …" or the beginning of it. */
static inline void finds(const char *begin)
{
	const char *all = findings();
	if (strncmp(all, begin, strlen(begin)) != 0 || !strchr(all, '\n') || strchr(all, '\n')[1])
		fail_msg("expected %s, found %s", begin, all);
}

/* Among the findings is one that holds this text. */
static inline void finds_among(const char *part)
{
	if (!strstr(findings(), part))
		fail_msg("expected %s among %s", part, findings());
}

static inline void finds_nothing(void)
{
	if (diags)
		fail_msg("%s", findings());
}

static inline const struct yz_dmn_node *node(const char *name)
{
	const struct yz_dmn_node *n = yz_dmn_find(model, yz_str(name));
	if (!n)
		fail_msg("no node %s", name);
	return n;
}

static inline const char *written(struct yz_feel_value v)
{
	struct yz_buf b;
	yz_buf_init(&b, arena, 1 << 20);
	yz_feel_write(&b, v);
	return yz_buf_str(&b).ptr;
}

/* A decision's value, given facts as a FEEL context. */
static inline const char *decided_with(const char *name, const char *facts)
{
	struct yz_feel_run run;
	struct yz_dmn_eval e;
	yz_feel_run_init(&run, arena);
	yz_dmn_begin(&e, model, &run);
	const struct yz_feel *f = yz_feel_compile(arena, yz_str(facts), YZ_FEEL_EXPRESSION, NULL, NULL, &err);
	assert_non_null(f);
	yz_dmn_set_all(&e, yz_feel_eval(f, &run, NULL), NULL);
	return written(yz_dmn_decide(&e, node(name)));
}

/* Its value while no fact is known. */
static inline const char *decided_open(const char *name)
{
	struct yz_feel_run run;
	struct yz_dmn_eval e;
	yz_feel_run_init(&run, arena);
	yz_dmn_begin(&e, model, &run);
	e.missing_unknown = true;
	return written(yz_dmn_decide(&e, node(name)));
}

static inline const char *decided(const char *name)
{
	return decided_with(name, "{}");
}

static inline const char *type_of(const char *name)
{
	struct yz_str s = yz_feel_type_text(arena, node(name)->type);
	return yz_str_z(arena, s);
}

/* A decision of one literal expression. */
#define LITERAL(name, more, text)                                                                                      \
	"<decision id='" name "' name='" name "'>" more "<literalExpression><text>" text                               \
	"</text></literalExpression></decision>\n"
#define INPUT(name, type)                                                                                              \
	"<inputData id='" name "' name='" name "'><variable name='" name "' typeRef='" type "'/></inputData>\n"
#define NEEDS(name) "<informationRequirement><requiredInput href='#" name "'/></informationRequirement>"
#define NEEDS_DECISION(name) "<informationRequirement><requiredDecision href='#" name "'/></informationRequirement>"
#define KNOWS(name) "<knowledgeRequirement><requiredKnowledge href='#" name "'/></knowledgeRequirement>"

#endif
