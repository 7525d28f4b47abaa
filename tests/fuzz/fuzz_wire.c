/* A document message: what is accepted can be written, and then reads the same.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "print/wire.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_doc *d = yz_wire_read(a, yz_str_n((const char *)data, size), &err);
	assert((d == NULL) == (err.code != YZ_OK));
	if (d) {
		struct yz_str once, twice;
		assert(yz_wire_write(a, d, &once, &err));
		d = yz_wire_read(a, once, &err);
		assert(d && yz_wire_write(a, d, &twice, &err) && yz_str_eq(once, twice));
	}
	yz_arena_destroy(a);
	return 0;
}
