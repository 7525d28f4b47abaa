/* The models of the public suite load, and findings are told only of those that are wrong on purpose.
 * SPDX-License-Identifier: Apache-2.0 */
#include "models.h"

#include "fmt/file.h"

#include <glob.h>
#include <stdlib.h>
#include <unistd.h>

static char root[] = "/tmp/yz-dmn-XXXXXX";
static bool made;

static const char *unpacked(void)
{
	char command[1024];
	const char *path = yz_test_shared("suites/dmn-tck-open.tar.gz");
	if (!path)
		return NULL;
	if (!made)
		assert_non_null(mkdtemp(root));
	made = true;
	snprintf(command, sizeof command, "tar xzf '%s' -C '%s'", path, root);
	assert_int_equal(system(command), 0);
	return root;
}

__attribute__((destructor)) static void clean(void)
{
	char command[64];
	snprintf(command, sizeof command, "rm -rf '%s'", root);
	if (made && system(command) != 0)
		fprintf(stderr, "%s is left behind\n", root);
}

/* Calls with wrong arguments, operands of two kinds, names that are none: each to give null. */
static const char *const on_purpose[] = {
	"0051", "0052", "0053", "0055", "0056", "0058", "0059", "0061", "0062", "0063", "0067", "0068", "0069",
	"0075", "0080", "0081", "0085", "0093", "0094", "0095", "0097", "0098", "0100", "0103", "1101", "1102",
	"1111", "1115", "1117", "1120", "1131", "1141", "1142", "1144", "1146", "1149", "1156",
};

static bool is_on_purpose(const char *path)
{
	const char *level = strstr(path, "level-3/");
	for (size_t i = 0; level && i < sizeof on_purpose / sizeof *on_purpose; i++)
		if (strncmp(level + 8, on_purpose[i], 4) == 0)
			return true;
	return false;
}

static size_t load_folder(const char *folder)
{
	glob_t models;
	char pattern[512];
	snprintf(pattern, sizeof pattern, "%s/*.dmn", folder);
	assert_int_equal(glob(pattern, 0, NULL, &models), 0);
	for (size_t first = 0; first < models.gl_pathc; first++) {
		fresh();
		for (size_t i = 0; i < models.gl_pathc; i++) {
			struct yz_str text;
			const char *path = models.gl_pathv[(first + i) % models.gl_pathc];
			assert_true(yz_file_read(arena, path, 16 << 20, &text, &err));
			sources[nsources++] = (struct yz_dmn_source){yz_str(path), text};
		}
		if (!load_sources(NULL))
			fail_msg("%s: %s", err.where, err.msg);
		if (is_on_purpose(folder) != (yz_dmn_errors(model) > 0))
			fail_msg("%s: %s", folder, diags ? findings() : "nothing is found");
	}
	size_t n = models.gl_pathc;
	globfree(&models);
	return n;
}

TEST(models_of_the_public_suite_have_the_findings_they_deserve)
{
	const char *at = unpacked();
	if (!at)
		SKIP("suites/dmn-tck-open.tar.gz is not there");
	glob_t folders;
	char pattern[256];
	size_t loaded = 0;
	snprintf(pattern, sizeof pattern, "%s/dmn-tck-open/compliance-level-*/*", at);
	assert_int_equal(glob(pattern, GLOB_ONLYDIR, NULL, &folders), 0);
	for (size_t i = 0; i < folders.gl_pathc; i++)
		loaded += load_folder(folders.gl_pathv[i]);
	assert_int_equal(loaded, 99);
	globfree(&folders);
}
