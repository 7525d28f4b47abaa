/* tests/test.h - a test is a sentence that holds.
 *
 *	TEST(names_the_bad_byte_and_column)
 *	{
 *		assert_int_equal(…);
 *	}
 *
 * Tests register themselves; the program's last line is
 * "N passed, N failed, N skipped".  An argument runs only the tests whose name
 * contains it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_TEST_H
#define YZ_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define TEST(name)                                                                                                     \
	static void name(void **state);                                                                                \
	__attribute__((constructor)) static void register_##name(void)                                                 \
	{                                                                                                              \
		yz_test_add(#name, name);                                                                              \
	}                                                                                                              \
	static void name(void **state __attribute__((unused)))

/* Ends the test as skipped, saying why. */
#define SKIP(why) (yz_test_skip(why), skip())

void yz_test_add(const char *name, void (*fn)(void **state));
void yz_test_skip(const char *why);
/* A path below the project's sources; static storage, 8 in turn. */
const char *yz_test_source(const char *path);
/* A path in the folder of outside data beside the project ($YZ_SHARED or
 * ../shared), or NULL when it is not there: then SKIP. */
const char *yz_test_shared(const char *path);

#endif
