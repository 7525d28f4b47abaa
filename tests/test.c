/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 2000 };

static struct CMUnitTest registered[MOST];
static size_t count, skipped;

void yz_test_add(const char *name, void (*fn)(void **state))
{
	if (count == MOST) {
		fprintf(stderr, "more than %d tests in one program\n", MOST);
		abort();
	}
	registered[count++] = (struct CMUnitTest){.name = name, .test_func = fn};
}

void yz_test_skip(const char *why)
{
	skipped++;
	fprintf(stderr, "SKIPPED: %s\n", why);
}

static const char *path_in(const char *root, const char *path)
{
	static char slots[8][1024];
	static unsigned turn;
	char *slot = slots[turn++ % 8];
	snprintf(slot, sizeof slots[0], "%s/%s", root, path);
	return slot;
}

const char *yz_test_source(const char *path)
{
	const char *root = getenv("YZ_SOURCE");
	return path_in(root ? root : ".", path);
}

const char *yz_test_shared(const char *path)
{
	const char *root = getenv("YZ_SHARED");
	const char *found = path_in(root ? root : yz_test_source("../shared"), path);
	return access(found, R_OK) == 0 ? found : NULL;
}

int main(int argc, char **argv)
{
	size_t chosen = 0;
	for (size_t i = 0; i < count; i++)
		if (argc < 2 || strstr(registered[i].name, argv[1]))
			registered[chosen++] = registered[i];
	int failed = _cmocka_run_group_tests(argv[0], registered, chosen, NULL, NULL);
	printf("%zu passed, %d failed, %zu skipped\n", chosen - (size_t)failed - skipped, failed, skipped);
	return failed ? 1 : 0;
}
