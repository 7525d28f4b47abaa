/* web/admin_trial.h - what the pages of simulations show (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_ADMIN_TRIAL_H
#define YZ_WEB_ADMIN_TRIAL_H

#include "gov/item.h"
#include "gov/trial.h"
#include "web/chart.h"
#include "web/web.h"

struct yz_trials_page {
	const struct yz_item *item;
	struct yz_err *failed; /* of what was sent, or NULL */
	bool draft;            /* the version is not in force: it is tried against the one that is */
	struct yz_trial *list;
	size_t n;
	struct yz_str runs, cases, year, settings;
};

struct yz_trial_value {
	bool there;
	double mean, half;
};

struct yz_trial_queue {
	struct yz_str name;
	double mean;
	const double *week[YZ_CHART_SERIES];
	size_t n;
};

struct yz_trial_page {
	const struct yz_item *item;
	struct yz_trial trial;
	yz_instant from, until;
	int64_t received; /* really, in that year */
	bool compared;
	const char *names[YZ_CHART_SERIES]; /* really, before, after */
	struct yz_chart_bar *days, on_time, *steps, *posts;
	size_t nsteps, nposts;
	struct yz_trial_queue *queues;
	size_t nqueues;
	struct yz_str *marks; /* first days of four weeks */
	size_t nmarks;
};

/* A number of the result on one side, and as it is shown. */
struct yz_trial_value yz_trial_value(const struct yz_json *number_of, const char *side);
struct yz_str yz_trial_show(struct yz_arena *a, struct yz_trial_value v, bool sign);
/* The mean of the nth four weeks. */
double yz_trial_mean(const double *week, size_t n, size_t four);

#endif
