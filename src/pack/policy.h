/* pack/policy.h - a policy of a pack: what somebody may claim, and the decision that says who (docs/formats/pack.md).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PACK_POLICY_H
#define YZ_PACK_POLICY_H

#include "base/date.h"
#include "dmn/dmn.h"
#include "fmt/json.h"

/* People who are one condition short: nobody by name; who grows into it within a year, and those whose missing fact the
 * policy's own department issues; everybody.  Of enterprises everybody. */
enum yz_policy_near { YZ_NEAR_COMING, YZ_NEAR_COUNT, YZ_NEAR_ALL };

/* Places of one fact; working days of a promise. */
enum { YZ_POLICY_PLACES = 4, YZ_POLICY_WITHIN = 250 };

struct yz_policy_text {
	struct yz_str name, org, whom /* legal, natural */, summary, benefit, unit;
	struct yz_str amount;   /* decision that computes it; may be empty */
	struct yz_str model, decision;
	struct yz_str item;     /* key of the item it is claimed through; may be empty */
	bool confirm;           /* 免申即享: nobody applies, who qualifies confirms */
	yz_day from, until;     /* both inclusive; until YZ_POLICY_OPEN: without end */
	const struct yz_json *basis; /* [{"law", "article", "text"}] */
	const struct yz_json *facts; /* {"fact": "question"} */
	const struct yz_json *known; /* {"fact": "place|place"}: from what the house holds of a person; or NULL */
	enum yz_policy_near near;    /* whom that nearly qualify an official reads by name */
	int within;                  /* working days in which what was confirmed is given; 0: no limit */
};
#define YZ_POLICY_OPEN ((yz_day)INT32_MAX)

/* What is not as the grammar says is empty. */
void yz_policy_read(const struct yz_json *body, struct yz_policy_text *out);
/* "licence.dibao|case.dibao" taken apart; YZ_POLICY_PLACES + 1 when there are more. */
size_t yz_policy_places(struct yz_str places, struct yz_str out[YZ_POLICY_PLACES]);
/* In force on that day. */
static inline bool yz_policy_holds(const struct yz_policy_text *p, yz_day day)
{
	return day >= p->from && day <= p->until;
}

#endif
