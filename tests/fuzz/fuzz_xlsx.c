/* The first byte says what the rest is: an archive as it stands, or the XML of
 * the sheet, of the shared texts or of the styles within a right one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fmt/xlsx.h"
#include "fmt/zip.h"
#include "tests/unit/fmt/zipmake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RELATION "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static struct yz_str book(struct yz_arena *a, unsigned which, struct yz_str xml)
{
	struct zip_member m[] = {
		{"_rels/.rels", YZ_LIT("<R><r Id='r' Type='" RELATION "/officeDocument' Target='w'/></R>"), true},
		{"w", YZ_LIT("<w xmlns:r='" RELATION "'><sheets><s name='a' r:id='1'/></sheets></w>"), true},
		{"_rels/w.rels",
		 YZ_LIT("<R><r Id='1' Type='x' Target='sheet'/><r Id='2' Type='/sharedStrings' Target='texts'/>"
			"<r Id='3' Type='/styles' Target='styles'/></R>"),
		 true},
		{"sheet",
		 YZ_LIT("<w><sheetData><row><c t='s'><v>0</v></c><c s='1'><v>45000.5</v></c></row><row><c "
			"t='s'><v>1</v></c></row></sheetData></w>"),
		 true},
		{"texts", YZ_LIT("<sst><si><t>x</t></si></sst>"), true},
		{"styles", YZ_LIT("<s><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></s>"), true},
	};
	m[3 + which % 3].data = xml;
	return zip_made(a, m, sizeof m / sizeof *m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str bytes = yz_str_n((const char *)data + 1, size - 1), out;
	struct yz_zip_limits l = {.entries = 50, .one = 1 << 20, .total = 4 << 20, .ratio = 100};
	if (data[0] & 3) {
		bytes = book(a, data[0], bytes);
	} else {
		const struct yz_zip *zip = yz_zip_open(a, bytes, &l, &err);
		for (size_t i = 0; zip && i < zip->n; i++)
			yz_zip_read(a, zip, &zip->entries[i], &out, &err);
	}
	struct yz_sheet_options o = {.field = 1000, .columns = 50, .rows = 1000, .shared = 100, .bytes = 1 << 20};
	struct yz_csv_row row;
	err = (struct yz_err){0};
	struct yz_sheet *sheet = yz_sheet_open(a, bytes, YZ_LIT(""), &o, &err);
	size_t last = 0, total = 0;
	assert((sheet == NULL) == (err.code != YZ_OK));
	while (sheet && yz_sheet_next(sheet, &row, &err)) {
		assert(row.number > last && row.n <= 50);
		last = row.number;
		for (size_t i = 0; i < row.n; i++)
			for (size_t k = 0; k < row.fields[i].len; k++)
				total += (unsigned char)row.fields[i].ptr[k];
	}
	yz_arena_destroy(a);
	return total == SIZE_MAX;
}
