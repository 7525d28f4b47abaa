/* A schema, a zero byte, a value.  With and without errors the answer is one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fmt/schema.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yz_str rest = yz_str_n((const char *)data, size), schema_text;
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	static struct yz_schema_errors errors;
	if (yz_str_cut(&rest, '\0', &schema_text) && rest.ptr) {
		const struct yz_json *json = yz_json_read(a, schema_text, NULL, NULL),
				     *value = yz_json_read(a, rest, NULL, NULL);
		const struct yz_schema *schema = json ? yz_schema_load(a, json, NULL, 0, &err) : NULL;
		assert(!json || (schema == NULL) == (err.code != YZ_OK));
		if (schema && value) {
			bool ok = yz_schema_check(a, schema, value, &errors);
			assert(ok == (errors.len == 0));
			bool spent = errors.len && strcmp(errors.at[errors.len - 1].keyword, "steps") == 0;
			assert(spent || errors.more || ok == yz_schema_check(a, schema, value, NULL));
			for (size_t i = 0; i < errors.len; i++)
				yz_schema_print(a, &errors.at[i]);
		}
	}
	yz_arena_destroy(a);
	return 0;
}
