/* text/catalogue.h - the tables tools/pogen writes; private to text.
 *
 * Open addressing: slots[digest & mask] holds a row's index + 1; 0 ends the
 * search.  Offsets point into catalogue_text; 0 means "no translation".
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TEXT_CATALOGUE_H
#define YZ_TEXT_CATALOGUE_H

#include <stdint.h>

enum { CATALOGUES = 2, FORMS = 4 }; /* en, ug */

struct catalogue_row {
	uint64_t digest;
	uint32_t id, len;
	uint32_t forms[CATALOGUES][FORMS];
};

extern const char catalogue_text[];
extern const struct catalogue_row catalogue_rows[];
extern const uint32_t catalogue_slots[], catalogue_mask, catalogue_counts[CATALOGUES];
extern unsigned (*const catalogue_plurals[CATALOGUES])(uint64_t n);

#endif
