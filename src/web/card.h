/* web/card.h - how a card is shown (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_CARD_H
#define YZ_WEB_CARD_H

#include "gov/card.h"
#include "web/web.h"

/* Its page, of the room she is in. */
struct yz_str yz_card_address(const struct yz_page *p, const struct yz_card *c);
/* The rule in words. */
struct yz_str yz_card_title(const struct yz_page *p, const struct yz_card *c);
const char *yz_card_level_title(const struct yz_page *p, struct yz_str level);
const char *yz_card_level_mark(struct yz_str level); /* a shape beside the colour */
struct yz_str yz_card_points_text(const struct yz_page *p, int64_t tenths);
/* What it is of: 办件, 收费 … */
struct yz_str yz_card_of(const struct yz_page *p, const struct yz_card *c);
/* A fact of its reckoning for people. */
struct yz_str yz_card_value(const struct yz_page *p, const struct yz_json *v);
/* The law of the house's own cards; "" of the others, whose reckoning has it. */
const char *yz_card_law(const struct yz_page *p, const struct yz_card *c);
/* The whole page, in the room she comes to it from; failed: why what she sent was not done. */
bool yz_card_show(struct yz_page *p, bool desk, const struct yz_err *failed, struct yz_err *err);
bool yz_card_day(const struct yz_json *row, struct yz_clock_row *out);

#endif
