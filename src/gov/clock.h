/* gov/clock.h - the clocks of cases as rows, and the sweeper that issues their cards (gov/card.h).
 *
 * kind       what runs                                    law
 * answer     five working days to answer an application   行政许可法 32
 * correction the days given to the applicant to supply    行政许可法 32; no card, it is hers
 * promised   承诺办结时限, from acceptance                 the item
 * legal      法定办结时限, from acceptance                 the item; 行政许可法 42
 * step       a task's own limit                           the process
 * deliver    ten working days after the decision          行政许可法 44
 *
 * One sweeper a process looks at clock.next_at: yellow at warn_at, red at due,
 * each once a clock however many sweepers run (unique row), within a second.
 * Consultations have their clocks in their own rows (gov/consult.h); the same sweeper looks at them.
 * Five days without an answer: the case counts as accepted from the day of receipt.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_CLOCK_H
#define YZ_GOV_CLOCK_H

#include "gov/card.h"
#include "gov/case.h"

struct yz_sweeper;

/* Everything due by `now`: cards, deemed acceptance, lapsed corrections.  Returns how many
 * things were done; *next is the instant to look again (INT64_MAX: none known). */
bool yz_sweep(struct yz_site *site, yz_instant now, int64_t *done, yz_instant *next, struct yz_err *err);
/* A thread that sleeps until the next instant or a change. */
struct yz_sweeper *yz_sweeper_start(struct yz_site *site, struct yz_err *err);
void yz_sweeper_stop(struct yz_sweeper *s);

/* After the calendar changed: recomputes the clocks the change touches, each with a ledger
 * entry where its due instant moved; returns how many moved. */
bool yz_clocks_recompute(struct yz_site *site, int64_t *moved, struct yz_err *err);

#endif
