/* web/card_life.h - what becomes of a card, as its page shows it (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_CARD_LIFE_H
#define YZ_WEB_CARD_LIFE_H

#include "gov/card_act.h"
#include "gov/duty.h"
#include "gov/urge.h"
#include "web/web.h"

struct yz_duty_view {
	struct yz_duty *at;
	size_t n;
	yz_instant unknown; /* before it the ledger does not say; 0 */
};
/* Of a case she may see; nothing for 0. */
bool yz_duty_view(struct yz_page *p, int64_t case_id, struct yz_duty_view *out, struct yz_err *err);

struct yz_card_life_view {
	const struct yz_card *card;
	struct yz_card_life life;
	struct yz_urge *urges;
	size_t nurges;
	struct yz_duty_view duty;
	const struct yz_err *failed; /* why what she sent was not done, or NULL */
};
/* Of a card that was loaded for her. */
bool yz_card_life_view(struct yz_page *p, const struct yz_card *card, struct yz_card_life_view *out, struct yz_err *err);
/* How a list of cards is told apart: as yz_card_list_by takes it, and a message id. */
enum { YZ_CARD_STANDS = 6 };
struct yz_card_stand {
	const char *key, *title;
};
extern const struct yz_card_stand yz_card_stands[YZ_CARD_STANDS];
/* "已发出", "申诉待裁定", "已生效" …, translated, with a class for its colour. */
const char *yz_card_life_title(const struct yz_page *p, const struct yz_card_life *l);
/* 红牌 …; of none: 不计. */
const char *yz_card_held_title(const struct yz_page *p, struct yz_str level);

#endif
