/* pack/pack_check.h - a pack being read (private to pack).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PACK_PACK_CHECK_H
#define YZ_PACK_PACK_CHECK_H

#include "pack/check.h"

struct yz_reading {
	struct yz_checker c;
	const char *dir;
	struct yz_pack *pack;
	const struct yz_json *head;
	struct yz_map regions; /* code to index + 1 */
	struct yz_map themes, forms; /* key to its theme; to its struct yz_form */
	struct yz_map decisions;     /* key to its struct yz_decision */
	struct yz_map processes;     /* key to its struct yz_bpmn */
	struct yz_map registers, comparisons; /* key to its struct yz_register; struct yz_comparison */
};

/* Everything that needs more than one file. */
void yz_reading_check(struct yz_reading *r);
/* Decisions, what items say of them, and bundles (pack_decision.c, pack_bundle.c). */
void yz_reading_decisions(struct yz_reading *r);
void yz_reading_decided_item(struct yz_reading *r, const struct yz_pack_file *item);
void yz_reading_bundles(struct yz_reading *r);
/* What processes ask of forms, decisions, people and each other (pack_asked.c). */
void yz_reading_asked(struct yz_reading *r);
/* knowledge/ and questions.json (pack_known.c). */
void yz_reading_check_known(struct yz_reading *r);
/* policies/: by themselves, and against their decisions (policy.c). */
void yz_reading_policies(struct yz_reading *r);
/* scoring/, each by itself (scoring.c). */
void yz_reading_scoring(struct yz_reading *r);
/* Policies stand on this model and no item does: it is checked with them. */
bool yz_reading_is_policy_model(const struct yz_reading *r, struct yz_str key);
/* map.geojson (atlas.c). */
void yz_reading_atlas(struct yz_reading *r);
/* registers/, comparisons/ and records/ (pack_register.c). */
void yz_reading_registers(struct yz_reading *r);
/* monitors/ (monitor.c). */
void yz_reading_monitors(struct yz_reading *r);
/* The pack's tests, for files that are without errors (pack_test.c). */
void yz_reading_test(struct yz_reading *r);

#endif
