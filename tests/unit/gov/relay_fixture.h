/* tests/unit/gov/relay_fixture.h - two items of the demo county: a birth that is registered tells, a road that is dug waits.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_GOV_RELAY_FIXTURE_H
#define YZ_TESTS_GOV_RELAY_FIXTURE_H

#include "tests/unit/gov/case_fixture.h"

#include "bpmn/bpmn.h"
#include "gov/relay.h"

#define BIRTH "1199012100990261764992023303000" /* 生育登记: no form, one material */

#define RELAY_MODEL(inside)                                                                                            \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?><definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "    \
	"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:yz=\"" YZ_BPMN_NS "\" id=\"d\" targetNamespace=\"t\">" \
	"<message id=\"m\" name=\"result\"/><signal id=\"g\" name=\"warning\"/><process id=\"p\" isExecutable=\"true\"><startEvent id=\"start\"/>" inside             \
	"<endEvent id=\"end\"/></process></definitions>"
#define RELAY_TASK(id, act) "<userTask id=\"" id "\" name=\"" id "\" yz:act=\"" act "\"/>"
#define RELAY_FLOW(id, from, to) "<sequenceFlow id=\"" id "\" sourceRef=\"" from "\" targetRef=\"" to "\"/>"

/* accept, then tell with `attrs`, then deliver */
#define RELAY_SENDS(attrs) RELAY_SENDS_BY("case.applicant", attrs)
#define RELAY_SENDS_BY(key, attrs)                                                                                     \
	RELAY_MODEL(RELAY_TASK("accept", "accept") "<intermediateThrowEvent id=\"tell\" name=\"告知挖路\" " attrs                   \
		    "><messageEventDefinition messageRef=\"m\" yz:key=\"" key "\"/></intermediateThrowEvent>"            \
		    RELAY_TASK("after", "review") RELAY_TASK("decide", "decide") RELAY_TASK("deliver", "deliver")                 \
		    RELAY_FLOW("f1", "start", "accept") RELAY_FLOW("f2", "accept", "tell") RELAY_FLOW("f3", "tell", "after")        \
		    RELAY_FLOW("f4", "after", "decide") RELAY_FLOW("f5", "decide", "deliver") RELAY_FLOW("f6", "deliver", "end"))
#define RELAY_GIVES "yz:give=\"={birth: case.no, ok: true}\""
/* accept, review, wait for the message or five working days, then another review */
#define RELAY_WAITS RELAY_WAITS_BY("case.applicant")
#define RELAY_WAITS_BY(key)                                                                                            \
	RELAY_MODEL(RELAY_TASK("accept", "accept") RELAY_TASK("first", "review") "<eventBasedGateway id=\"either\"/>"              \
		    "<intermediateCatchEvent id=\"wait\" name=\"等生育登记的结果\"><messageEventDefinition messageRef=\"m\" "            \
		    "yz:key=\"" key "\"/></intermediateCatchEvent><intermediateCatchEvent id=\"long\"><timerEventDefinition>"  \
		    "<timeDuration xsi:type=\"tFormalExpression\">P5WD</timeDuration></timerEventDefinition></intermediateCatchEvent>" \
		    "<userTask id=\"second\" name=\"second\" yz:act=\"review\" yz:role=\"=if ok then &quot;decider&quot; else &quot;reviewer&quot;\"/>" \
		    RELAY_TASK("late", "review") RELAY_TASK("decide", "decide") "<exclusiveGateway id=\"on\"/>"                       \
		    RELAY_FLOW("f1", "start", "accept") RELAY_FLOW("f2", "accept", "first") RELAY_FLOW("f3", "first", "either")      \
		    RELAY_FLOW("f4", "either", "wait") RELAY_FLOW("f5", "either", "long") RELAY_FLOW("f6", "wait", "second")        \
		    RELAY_FLOW("f7", "long", "late") RELAY_FLOW("f8", "second", "on") RELAY_FLOW("f9", "late", "on")                \
		    RELAY_FLOW("f10", "on", "decide") RELAY_FLOW("f11", "decide", "end"))

struct relay_put {
	const char *code, *text;
};

static inline bool relay_do_put(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct relay_put *w = ctx;
	(void)a;
	return yz_exec(conn, err, "INSERT INTO artifact (digest, kind, key, body) VALUES ($1, 'process', $1, $2)", YZ_Z(w->code), YZ_Z(w->text)) &&
	       yz_exec(conn, err, "UPDATE item SET process = $1 WHERE code = $1", YZ_Z(w->code));
}

/* Before the item is used for the first time. */
static inline void relay_put(struct fixture *f, const char *code, const char *text)
{
	struct relay_put w = {code, text};
	GOOD(f, yz_db_write(f->site->db, relay_do_put, &w, &f->err));
}

/* A birth that is registered for her. */
static inline struct yz_str relay_birth(struct fixture *f, const struct yz_actor *who)
{
	int64_t id, material;
	struct yz_str no;
	GOOD(f, yz_draft_open(f->site, who, YZ_LIT(BIRTH), &id, &f->err));
	GOOD(f, yz_material_add(f->site, f->a, who, id, YZ_LIT(""), YZ_LIT("id-card"), put_picture(f), YZ_LIT("x.png"), &material, &f->err));
	GOOD(f, yz_case_submit(f->site, f->a, who, id, YZ_LIT("web"), &no, &f->err));
	return no;
}

/* The road's case as far as its wait. */
static inline struct yz_str relay_road(struct fixture *f, const struct yz_actor *she)
{
	struct yz_str no = apply(f, she);
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	GOOD(f, ACT(f, actor(f, "reviewer"), no, pass));
	return no;
}

static inline int64_t relay_entries(struct fixture *f, const char *act, struct yz_str no)
{
	return site_int(f, "SELECT COUNT(*) FROM ledger l JOIN cases c ON c.id = l.thing_id WHERE l.act = $1 AND l.thing_kind = 'case' AND c.no = $2",
			YZ_Z(act), YZ_S(no));
}

#endif
