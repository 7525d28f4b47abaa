/* gov/simulate_build.h - a world put together from the past (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_SIMULATE_BUILD_H
#define YZ_GOV_SIMULATE_BUILD_H

#include "base/map.h"
#include "gov/simulate.h"
#include "gov/version.h"

typedef YZ_VEC(int64_t) sim_samples;

/* What was seen of one step in one situation (-1: all of them). */
struct sim_seen {
	struct yz_str node, act;
	int situation;
	sim_samples service;             /* back-to-back */
	struct yz_map outcomes;          /* name -> count as pointer */
	sim_samples stops;               /* how long special procedures took */
	size_t done;
};

struct sim_kind_seen {
	const struct yz_version *v;
	struct yz_sim_kind before, after;
	YZ_VEC(struct sim_seen *) seen;
	struct yz_map profiles;          /* reduced facts and opinions -> index + 1 */
	YZ_VEC(struct yz_sim_profile) known, known_after;
	struct yz_str text;              /* the processes', for the names they may ask */
	bool asks_all;
	size_t cases, refused, withdrawn, mended;
	sim_samples patience, mends;
	const struct yz_decision *rule[2]; /* before, after; where a rule is tried */
	bool ruled;
};

struct sim_case_seen {
	int64_t id;
	uint32_t kind, profile;
	int situation;
	yz_instant submitted, answered; /* answered: a correction; 0: none */
};

struct sim_task_seen {
	uint32_t of;                    /* case */
	int64_t person;
	yz_instant opened, done;
	struct sim_seen *all, *own;     /* of all situations, and of its own */
};

/* Posts that FEEL names: of this role ("": any), of a department in these words. */
struct sim_open_post {
	struct yz_str role, words;
};

struct sim_build {
	struct yz_site *site;
	const struct yz_simulate_options *o;
	struct yz_arena *a;
	struct yz_conn *conn;
	const struct yz_calendar *calendar;
	yz_instant from, until;
	YZ_VEC(struct sim_kind_seen) kinds; /* [0] is the tried one */
	YZ_VEC(struct sim_case_seen) cases; /* by id */
	YZ_VEC(struct sim_task_seen) tasks;
	struct yz_map situations[1];        /* of the tried and all others: key -> index + 1 */
	struct yz_map acts;                 /* act -> sim_samples: of the whole house */
	YZ_VEC(struct yz_sim_post) posts;
	YZ_VEC(struct sim_open_post) open_posts;
	YZ_VEC(struct yz_str) logins;       /* of people[0..) that are there */
	YZ_VEC(struct yz_sim_person) people, people_after;
	YZ_VEC(struct yz_simulate_note) notes;
	double hours[7][24];                /* when they came */
	size_t came;
	enum yz_sim_order *order_before, *order_after; /* by post */
	bool has_after;                     /* there is something to compare */
	double scale[2];                    /* of the number of cases, before and after */
	struct yz_simulate_today today;
	sim_samples lasted;
};

/* simulate_past.c */
bool yz_simbuild_past(struct sim_build *b, struct yz_err *err);
/* Steps, outcomes and times of a kind from what was seen. */
void yz_simbuild_steps(struct sim_build *b, struct sim_kind_seen *k);
/* simulate_people.c */
bool yz_simbuild_people(struct sim_build *b, struct yz_err *err);
int yz_simbuild_post(struct sim_build *b, struct yz_str org, struct yz_str role); /* made where there is none */
/* simulate_settings.c */
bool yz_simbuild_settings(struct sim_build *b, struct yz_err *err);
void yz_simbuild_note(struct sim_build *b, const char *text, struct yz_str about);

#endif
