/* Reading JSON, and that writing and reading again is the identity.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fmt/json.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	const struct yz_json *v = yz_json_read(a, yz_str_n((const char *)data, size), NULL, &err);
	assert((v == NULL) == (err.code != YZ_OK));
	bool looks = yz_json_is_canonical(yz_str_n((const char *)data, size), &yz_json_default);
	assert(v || !looks);
	if (v) {
		struct yz_buf text, canonical, again;
		yz_buf_init(&text, a, 1 << 24);
		yz_buf_init(&canonical, a, 1 << 24);
		yz_buf_init(&again, a, 1 << 24);
		yz_json_write(&text, v);
		yz_json_canonical(&canonical, v);
		assert(!looks || yz_str_eq(yz_buf_str(&canonical), yz_str_n((const char *)data, size)));
		const struct yz_json *w = yz_json_read(a, yz_buf_str(&text), NULL, &err);
		const struct yz_json *c = yz_json_read(a, yz_buf_str(&canonical), NULL, &err);
		assert(w && c && yz_json_equal(v, w) && yz_json_equal(w, c) && yz_json_hash(v) == yz_json_hash(c));
		yz_json_canonical(&again, c);
		assert(yz_str_eq(yz_buf_str(&again), yz_buf_str(&canonical)));
	}
	yz_arena_destroy(a);
	return 0;
}
