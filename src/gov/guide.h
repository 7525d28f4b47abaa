/* gov/guide.h - a guide: what still has to be asked, and what this case needs, by the item's own decision.
 *
 *	item or bundle ─begin─▶ token ─┬─ load ──▶ question, answered[], checklist so far
 *	                               ├─ answer / change ─┘
 *	                               ├─ forget
 *	                               └─ apply (signed in) ──▶ draft, filled in
 *
 * Nobody draws a tree of questions: the model in the pack is asked for the fact that decides most (dmn.h, yz_dmn_ask),
 * in the order 情形, 材料, then the other decisions that the house reads (pack/decision.h).  A bundle (一件事) is several
 * items at once: facts of one name are one fact and asked once, equal materials are one, and what one step gives the
 * next is not asked for.
 *
 * Privacy: a guide has no identity.  The table holds the digest of its token and its facts sealed; whoever has the
 * token has the guide, so that it can be sent, printed and resumed.  What the registers know of who looks is added on
 * each load and never stored here.  Thirty days after the last answer it is gone.
 *
 * Law:       rules are those in force when it is looked at: a guide goes over to the item's newer version, keeps the
 *            answers that version still asks for, and says so (`renewed`).
 * Failure:   a token unknown, malformed or expired is YZ_NOT_FOUND alike; a value that the fact does not allow is
 *            YZ_BAD_INPUT and changes nothing.
 * Threads:   any.  Two who answer at once both count; of one fact, the last.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_GUIDE_H
#define YZ_GOV_GUIDE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "fmt/json.h"
#include "gov/case.h"
#include "gov/permission.h"
#include "text/text.h"

struct yz_site;
struct yz_conn;
struct yz_version;

/* Bounds: facts of one guide; bytes of one answer; bytes of all, as stored; items of a bundle; guides kept (past it
 * YZ_UNAVAILABLE); days until it is forgotten (one, while
 * nothing was answered).  A token is base64url of 16 random bytes. */
enum { YZ_GUIDE_FACTS = 300, YZ_GUIDE_VALUE = 2000, YZ_GUIDE_BYTES = 65536, YZ_GUIDE_ITEMS = 20, YZ_GUIDE_KEPT = 1000000,
       YZ_GUIDE_DAYS = 30, YZ_GUIDE_TOKEN = 22 };

/* ---- what is shown --------------------------------------------------------
 * All texts are in the reader's language where the pack has them (texts/LANG.json), else as the model has them. */

enum yz_guide_kind { YZ_GUIDE_CHOICE, YZ_GUIDE_CHOICES, YZ_GUIDE_BOOLEAN, YZ_GUIDE_NUMBER, YZ_GUIDE_DATE, YZ_GUIDE_TEXT };
const char *yz_guide_kind_name(enum yz_guide_kind kind); /* "choice" … */

struct yz_guide_choice {
	struct yz_str value, text; /* sent; read.  BOOLEAN: "true", "false" */
};

struct yz_guide_question {
	struct yz_str fact, question, hint; /* hint may be empty */
	enum yz_guide_kind kind;
	const struct yz_guide_choice *choices; /* CHOICE, CHOICES, BOOLEAN */
	size_t nchoices;
	struct yz_str unit;                 /* NUMBER: 米; may be empty */
	struct yz_str low, high;            /* NUMBER, DATE: bounds as a field takes them (12.5, 2026-01-05); empty: none */
	bool whole;                         /* NUMBER: no fraction */
};

enum yz_guide_source { YZ_GUIDE_TOLD, YZ_GUIDE_REGISTER };

struct yz_guide_answered {
	struct yz_guide_question question;  /* so that it can be asked again where it stands */
	struct yz_str text;                 /* the answer as it is read: 是, 12.5 米, 2026年11月22日 */
	const struct yz_str *values;        /* as it was sent */
	size_t nvalues;
	enum yz_guide_source source;
	struct yz_str register_name;        /* REGISTER: 实名信息 … */
	bool matters;                       /* false: makes no difference any more (kept until the guide is answered on) */
};

/* How sure it is while questions are open. */
enum yz_guide_state { YZ_GUIDE_NOT_NEEDED, YZ_GUIDE_POSSIBLE, YZ_GUIDE_NEEDED };

struct yz_guide_material {
	struct yz_str key, name;            /* of the first item that has it */
	const struct yz_json *material;     /* its element (docs/formats/pack.md) */
	size_t item;                        /* index of that item … */
	const size_t *items;                /* … and of all whose material it is */
	size_t nitems;
	enum yz_guide_state state;          /* NOT_NEEDED ones are listed too, last */
	bool must;                          /* else optional */
	int64_t originals, copies;          /* the most any of them asks */
	struct yz_str why;                  /* one sentence: by which rule, because of which answers; may be empty */
	struct yz_str basis;                /* 《城市道路管理条例》第三十三条 */
	struct yz_str have_no, have_name;   /* the reader's own licence that proves it: not to be brought; else empty */
	struct yz_str given_by;             /* name of the item of this bundle that gives it: not to be brought; else empty */
};

struct yz_guide_fee {
	size_t item;
	struct yz_str name, amount, note;   /* amount as read: 120 元, 不收费; note may be empty */
	const char *yuan;                   /* the amount alone: "120"; NULL: not fixed */
	struct yz_str why;
};

struct yz_guide_step { /* what has to be done before, in the order to do it */
	struct yz_str key, name, unit, place, phone, basis, result, note;
	size_t item;                        /* whose prerequisite it is */
	struct yz_str code;                 /* of the item that does it, when it is one of this site; else empty */
	const size_t *after;                /* indices of steps to be done first */
	size_t nafter;
	struct yz_str limit;                /* 5 个工作日; may be empty */
	yz_day start, end;                  /* the earliest, begun on the guide's day; working days counted as such */
	size_t round;                       /* 0, 1, …: those of one round can go on at the same time */
	bool critical;                      /* a day longer here is a day longer for all */
	enum yz_guide_state state;
	struct yz_str why;
};

struct yz_guide_item {
	const struct yz_version *version;   /* gov/version.h */
	struct yz_str code, key, name, org_name;
	bool guided;                        /* it has a decision; else all its materials are listed */
	bool decided;                       /* situation and materials are certain */
	const size_t *after;                /* bundle: indices of the items to be done before it */
	size_t nafter;
	struct yz_str situation, situation_name, situation_note; /* key; empty while open */
	struct yz_str situation_why;
	struct yz_str limit, legal_limit;   /* promised for this situation, and by law: 10 个工作日; may be empty */
	struct yz_str limit_why;
	struct yz_str refusal, refusal_why; /* why it cannot be accepted as told (受理意见); empty: nothing known against it */
	struct yz_str opinion, opinion_why; /* 准予, 不予 or empty (办理意见) */
	bool fees_known;                    /* fees are certain, with none: free */
	struct yz_str window, address, hours, phone, complain; /* the office: the item's own words, else the department's */
	bool online, form;                  /* can be applied for online; has a form */
	struct yz_str form_title;
};

struct yz_guide {
	struct yz_str token;                /* empty: kept nowhere (yz_guide_of) */
	struct yz_str name, bundle, summary; /* of the item or bundle; bundle: its key or empty */
	yz_instant created, updated, expires;
	bool renewed;                       /* the rules have changed since the last answer */
	yz_day day;                         /* the day it counts from: today */

	const struct yz_guide_item *items;  /* one; a bundle's in the order to do them */
	size_t nitems;
	const struct yz_guide_answered *answered; /* told ones in order of telling, then the registers' */
	size_t nanswered;
	const struct yz_guide_question *question; /* the next; NULL: everything is decided */
	size_t open;                        /* facts that may still be asked, at most; for a progress bar */
	bool decided;                       /* question == NULL */

	const struct yz_guide_material *materials; /* needed, then possible, then not needed */
	size_t nmaterials, needed, possible;
	const struct yz_guide_fee *fees;
	size_t nfees;
	const struct yz_guide_step *before;
	size_t nbefore;
	yz_day ready;                       /* when all steps before can be done; 0: there are none */
};

/* ---- acts ------------------------------------------------------------------ */

/* A new guide for an item (code or key) or a bundle (key); items first.  `known`: {"fact": value} or NULL: told already.
 * YZ_NOT_FOUND: no such item or bundle, or the item has no decision. */
bool yz_guide_begin(struct yz_site *site, struct yz_arena *a, struct yz_str what, const struct yz_json *known,
		    struct yz_str *token, struct yz_err *err);
/* As `who` sees it (NULL or nobody: without what registers know). */
struct yz_guide *yz_guide_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str token,
			       const struct yz_actor *who, enum yz_lang lang, struct yz_err *err);
/* The same for facts that are kept nowhere: {"fact": value} in the order of telling. */
struct yz_guide *yz_guide_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str what,
			     const struct yz_json *known, const struct yz_actor *who, enum yz_lang lang, struct yz_err *err);
/* One answer as a form sends it: the values of its choices, or one number (12.5), date (2026-01-05), text; none: it is
 * not known any more, and is asked again.  Told for the first time it stands last; told again it keeps its place.  Later
 * answers that still matter stay, those that do not go.  *dropped (NULL allowed): how many went.  No connection may be
 * held. */
bool yz_guide_answer(struct yz_site *site, struct yz_arena *a, struct yz_str token, struct yz_str fact,
		     const struct yz_str *values, size_t n, size_t *dropped, struct yz_err *err);
/* YZ_NOT_FOUND when the fact was never told; else as yz_guide_answer. */
bool yz_guide_change(struct yz_site *site, struct yz_arena *a, struct yz_str token, struct yz_str fact,
		     const struct yz_str *values, size_t n, size_t *dropped, struct yz_err *err);
bool yz_guide_forget(struct yz_site *site, struct yz_str token, struct yz_err *err);
/* Her draft for the item (code or key; empty: the only one, or a bundle's first with a form), with the facts that its
 * form asks put in.  YZ_SIGN_IN when nobody is; YZ_BAD_INPUT where the item has no form. */
bool yz_guide_apply(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str token,
		    struct yz_str item, int64_t *draft, struct yz_err *err);
/* Deletes those that have expired; *gone of them.  The sweeper does it every hour. */
bool yz_guide_sweep(struct yz_site *site, yz_instant now, int64_t *gone, struct yz_err *err);

/* The notice as plain text, a line a thing: the command line prints it. */
void yz_guide_text(const struct yz_guide *g, enum yz_lang lang, struct yz_buf *out);
/* Everything above as JSON. */
void yz_guide_json(const struct yz_guide *g, struct yz_buf *out);

/* ---- bundles ---------------------------------------------------------------- */

struct yz_bundle {
	struct yz_str key, name, summary, whom; /* whom: natural, legal, both */
	const struct yz_json *body;             /* docs/formats/pack.md */
	const struct yz_str *item_keys, *item_codes, *item_names; /* code empty: not published now */
	size_t nitems;
};
size_t yz_bundle_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, enum yz_lang lang,
		      struct yz_bundle **out, struct yz_err *err);
/* YZ_NOT_FOUND. */
struct yz_bundle *yz_bundle_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str key,
				 enum yz_lang lang, struct yz_err *err);

/* ---- checking ---------------------------------------------------------------
 * What the decision says of a case's facts, and whether somebody acted against it. */

struct yz_advice {
	bool asked;                     /* the item has a decision, and it says something here */
	bool accepts;                   /* 受理意见 is yes */
	struct yz_str refusal;          /* 受理意见: why not; empty: nothing known against it */
	struct yz_str opinion;          /* 办理意见: 准予, 不予 or empty */
	const struct yz_str *missing;   /* facts it could not do without */
	size_t nmissing;
};
void yz_guide_advise(struct yz_arena *a, const struct yz_version *v, const struct yz_json *facts, yz_instant now,
		     struct yz_advice *out);
/* What the rules say against this act; empty: nothing.  Who does it all the same gives a reason (yz_act_input.overrule). */
struct yz_str yz_guide_against(const struct yz_advice *advice, enum yz_act act);

#endif
