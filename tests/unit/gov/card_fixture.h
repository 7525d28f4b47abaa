/* tests/unit/gov/card_fixture.h - a card of the demo county, and how it stands.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_GOV_CARD_FIXTURE_H
#define YZ_TESTS_GOV_CARD_FIXTURE_H

#include "tests/unit/gov/case_fixture.h"

#include "gov/card_act.h"

/* The red card of an application that nobody answered in five days, on the window of zhujian. */
static inline int64_t red_card(struct fixture *f)
{
	apply(f, actor(f, "liuyang"));
	site_clock(f, "2026-11-30T12:00:00+08:00");
	sweep(f);
	site_clock(f, "2026-12-01T00:00:00+08:00");
	sweep(f);
	return site_int(f, "SELECT MAX(id) FROM card WHERE monitor = 'accept-missed' AND level = 'red'");
}

static inline struct yz_card_life life(struct fixture *f, const char *login, int64_t id)
{
	struct yz_card_life l = {0};
	struct yz_actor *who = actor(f, login);
	struct yz_conn *conn = reading(f);
	struct yz_card *c = yz_card_load(f->site, conn, f->a, who, id, &f->err);
	GOOD(f, c && yz_card_life(f->site, conn, f->a, who, c, &l, &f->err));
	yz_db_release(conn);
	return l;
}

#endif
