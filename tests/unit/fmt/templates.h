/* tests/unit/fmt/templates.h - what the templates of this test are given.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_TEMPLATES_H
#define YZ_TESTS_TEMPLATES_H

#include "fmt/html.h"

struct tpl_item {
	struct yz_str name, json;
	const char *code;
	struct yz_html html;
	int n;
	void (*body)(struct yz_buf *out, const struct tpl_item *p);
};

#endif
