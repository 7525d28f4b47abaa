/* Whatever the bytes: no read outside, and a type or a reason.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "print/sniff.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yz_sniffed s = yz_sniff(yz_str_n((const char *)data, size));
	assert(s.type != YZ_FILE_OTHER || s.fault);
	assert(s.type == YZ_FILE_OTHER || (uint64_t)s.width * s.height <= YZ_FILE_PIXELS);
	assert(!yz_file_shows(s.type) || !s.fault);
	return 0;
}
